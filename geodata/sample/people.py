"""Invented people at the real addresses of a city that may not show a roster."""

import datetime as dt
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator

from geodata.sample import names
from geodata.sample.plan import SAMPLE_DAY, dice
from geodata.sample.traits import (
    draw_birth,
    draw_capacity,
    draw_categories,
    draw_leave,
    draw_level,
    draw_roles,
    draw_skills,
    draw_status,
)
from gridmap.frames import check
from gridmap.tables import Household, Member


def _name(address: str, rng: Generator) -> str:
    """Return a name in the writing of the address."""
    return names.person(rng) if re.search(r"[\u4e00-\u9fff]", address) else names.western_person(rng)


def _household(order: int, address: str, rng: Generator) -> dict[str, object]:
    categories = draw_categories(rng)
    return {
        "household_id": f"H{order:06d}", "name": _name(address, rng), "categories": categories,
        "care_level": draw_level(categories, rng), "status": draw_status(rng.uniform()),
        "birth": draw_birth(categories, rng),
        "gender": "f" if rng.uniform() < 0.56 else "m", "needs": draw_skills(rng), "address": address or None,
    }  # fmt: skip


def _member(order: int, address: str, day: dt.date, rng: Generator) -> dict[str, object]:
    status, leave_from, leave_to = draw_leave(day, rng)
    return {
        "member_id": f"M{order:06d}", "name": _name(address, rng), "roles": draw_roles(rng), "skills": draw_skills(rng),
        "capacity": draw_capacity(rng), "status": status, "leave_from": leave_from,
        "leave_to": leave_to, "gender": "m" if rng.uniform() < 0.5 else "f", "address": address or None,
    }  # fmt: skip


def invent_people(
    buildings: gpd.GeoDataFrame, *, households: int, members: int, seed: int, day: dt.date = SAMPLE_DAY
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Invent households and members at the addresses of buildings; return frames of Household and of Member.

    Only buildings with an address are lived in; where no building has one, people get a point in a building instead.
    Leave is drawn around `day`. Nobody has a telephone or an id number.

    Raises:
        ValueError: there is no building, but people are wanted.
    """
    if len(buildings) == 0 and households + members > 0:
        raise ValueError("people cannot be invented in a city without buildings")
    rng = dice(seed, "invented people")
    address = buildings["address"].astype(object).where(buildings["address"].notna(), "").to_numpy()
    lived = np.flatnonzero(address != "") if (address != "").any() else np.arange(len(buildings))
    points = shapely.point_on_surface(buildings.geometry.to_numpy())
    frames = []
    for row, count, draw in (
        (Household, households, lambda order, text: _household(order, text, rng)),
        (Member, members, lambda order, text: _member(order, text, day, rng)),
    ):
        chosen = lived[rng.integers(len(lived), size=count)] if count else np.array([], dtype=int)
        people = pd.DataFrame([draw(order, address[at]) for order, at in enumerate(chosen, start=1)])
        if not (address != "").any():
            people["geometry"] = points[chosen]
        shaped = gpd.GeoDataFrame(people, geometry="geometry", crs=buildings.crs) if "geometry" in people else people
        frames.append(check(shaped, row))
    return frames[0], frames[1]
