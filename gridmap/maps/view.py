"""What a page is drawn from: frames that others measured, put side by side."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from gridmap import frames
from gridmap.tables import (
    AREA_ROWS,
    Backdrop,
    DangerZone,
    EmptyPlace,
    HazardSite,
    Household,
    HouseholdPlace,
    Lawfulness,
    Level,
    Member,
    Pairing,
    Path,
)


@dataclass(frozen=True, eq=False)
class MapView:
    """The frames of one picture of a city at one moment; everything but the name and the moment may be empty.

    `areas` holds a frame per level in use, buildings included. The four `*_coverage` frames are those of
    `gridmap.coverage.Coverage`, `exposure` is that of `gridmap.hazards.exposure`. `pairings` are those in force at
    `as_of`.
    `missing` names the layers that could not be read, so that the page can say what it does not show.
    `served` says that a server answers, so that pages may lead to those that can change something, `signed`
    that people sign in there; `withheld` counts the households that whoever looks is not shown for want of a ground,
    `groundless` those within the scope that have none, `lawful` is the ground of those that state none; `emergency`
    says that one lasts which concerns them;
    `opens` names the pages that they may open, all without it.
    """

    city: str
    as_of: dt.datetime
    invented: bool = False
    demo: bool = False
    attribution: str | None = None
    review_no: str | None = None
    areas: Mapping[Level, pd.DataFrame] = field(default_factory=dict)
    area_coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    household_coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    building_coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    member_coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    exposure: pd.DataFrame = field(default_factory=pd.DataFrame)
    households: pd.DataFrame = field(default_factory=lambda: frames.empty(Household))
    household_places: pd.DataFrame = field(default_factory=lambda: frames.empty(HouseholdPlace))
    members: pd.DataFrame = field(default_factory=lambda: frames.empty(Member))
    pairings: pd.DataFrame = field(default_factory=lambda: frames.empty(Pairing))
    empty_places: pd.DataFrame = field(default_factory=lambda: frames.empty(EmptyPlace))
    hazard_sites: pd.DataFrame = field(default_factory=lambda: frames.empty(HazardSite))
    danger_zones: pd.DataFrame = field(default_factory=lambda: frames.empty(DangerZone))
    paths: pd.DataFrame = field(default_factory=lambda: frames.empty(Path))
    backdrop: pd.DataFrame = field(default_factory=lambda: frames.empty(Backdrop))
    missing: tuple[str, ...] = ()
    served: bool = False
    signed: bool = False
    emergency: bool = False
    withheld: int = 0
    groundless: int = 0
    lawful: Lawfulness | None = None
    opens: frozenset[str] | None = None

    def level(self, level: Level) -> pd.DataFrame:
        """Return the areas of a level, an empty frame when the city does not use it."""
        return self.areas[level] if level in self.areas else frames.empty(AREA_ROWS[level])
