"""How big the sample city is, and the dice of each part.

Every part rolls its own dice, so that a change to the people never moves a street.
"""

import datetime as dt
import math
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

METRIC_CRS = "EPSG:4547"
"""CGCS2000, 3-degree zone of 114 degrees east: the city is drawn in its metres."""

CENTRE = (115.0, 30.2)
"""Longitude, latitude of the middle of the city."""

CITY_NAME = "样例市（虚构）"
SHORT_NAME = "样例市"
PREFECTURE = "4299"
"""Four digits that no prefecture bears: 4290 is followed by 43 in the national list."""

SAMPLE_DAY = dt.date(2026, 6, 15)
"""The day on which the sample city is looked at: the middle of the flood season."""


@dataclass(frozen=True)
class Scale:
    """The numbers that a sample city must reach exactly (grids: about)."""

    land_m2: float
    districts: int
    streets: int
    communities: int
    grids: int
    buildings: int
    households: int
    members: int

    @property
    def width_m(self) -> float:
        """The frame from west to east; river, lake and hills take four tenths of it."""
        return math.sqrt(1.5 * self.land_m2 / 0.6)

    @property
    def height_m(self) -> float:
        """The frame from south to north."""
        return self.width_m / 1.5


SCALES: dict[str, Scale] = {
    "default": Scale(
        land_m2=2.5e6,
        districts=2,
        streets=4,
        communities=12,
        grids=120,
        buildings=2_000,
        households=1_300,
        members=2_900,
    ),
    "city": Scale(
        land_m2=32e6,
        districts=4,
        streets=16,
        communities=110,
        grids=1_100,
        buildings=30_000,
        households=13_000,
        members=29_000,
    ),
}


def dice(seed: int, part: str) -> Generator:
    """Return the random numbers of one part of the city."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])
