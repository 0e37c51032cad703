"""The people: households that need somebody, members that can help, and the pairings that were made by hand before.

Across the stream and beyond the railway few members live: there the best plan still leaves gaps, and says so.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from scipy.spatial import cKDTree

from geodata.sample import names
from geodata.sample.addresses import Home, write_address
from geodata.sample.blocks import HOMES, Use
from geodata.sample.plan import SAMPLE_DAY
from geodata.sample.register import Area, House
from geodata.sample.traits import (
    draw_birth,
    draw_capacity,
    draw_categories,
    draw_leave,
    draw_level,
    draw_roles,
    draw_skills,
    draw_status,
    ground,
)

THIN = 0.14
"""How many members live in the poor corners, against one elsewhere."""

VOLUNTEERS = 0.93
"""The share of posts for building volunteers that are filled outside the poor corners."""


@dataclass(frozen=True, eq=False)
class Places:
    """The houses with homes in them and the areas around, ready for drawing people into them."""

    houses: list[House]
    weight: np.ndarray
    communities: dict[str, Area]
    grids: dict[str, Area]
    streets: dict[str, Area]
    districts: dict[str, Area]
    landmark: dict[str, str]


def places_of(
    houses: list[House], areas: dict[str, list[Area]], landmarks: list[tuple[str, tuple[float, float]]]
) -> Places:
    """Gather the houses in which people live; old and self-built houses hold more of those who need help."""
    lived = [house for house in houses if house.use in HOMES]
    lean = {Use.OLD: 1.5, Use.SELF_BUILT: 1.7, Use.NEW: 0.7}
    weight = np.array([lean[house.use] * min(house.homes, 60) ** 0.75 for house in lived])
    levels = {level: {area.code: area for area in areas[level]} for level in areas}
    tree = cKDTree([point for _, point in landmarks])
    middles = shapely.get_coordinates(shapely.centroid([house.shape for house in lived]))
    near = {house.code: landmarks[at][0] for house, at in zip(lived, tree.query(middles)[1], strict=True)}
    return Places(
        lived, weight / weight.sum(), levels["community"], levels["grid"], levels["street"], levels["district"], near
    )


def home_in(house: House, places: Places, rng: Generator) -> Home:
    """Choose a unit and a room in a house."""
    community = places.communities[house.community]
    street = places.streets[community.parent]
    units = max(1, min(4, round(house.homes / max(1, house.floors) / 2)))
    floor = int(rng.integers(1, house.floors + 1))
    return Home(
        house,
        places.districts[street.parent].name,
        street.name,
        community.name,
        int(rng.integers(1, units + 1)),
        f"{floor}0{int(rng.integers(1, 3))}",
        places.landmark[house.code],
    )


def _point(house: House, rng: Generator) -> tuple[float, float]:
    inside = shapely.point_on_surface(house.shape)
    return inside.x + float(rng.normal(0, 1.5)), inside.y + float(rng.normal(0, 1.5))


def draw_households(places: Places, count: int, rng: Generator) -> list[dict]:
    """Return the households as dicts of plain values, with the true building under `building_id`."""
    chosen = rng.choice(len(places.houses), size=count, p=places.weight)
    codes = sorted(places.communities)
    rows = []
    for order, at in enumerate(chosen, start=1):
        house = places.houses[int(at)]
        home = home_in(house, places, rng)
        address, written_as = write_address(home, rng)
        categories, gender = draw_categories(rng), "f" if rng.uniform() < 0.56 else "m"
        birth, chance = draw_birth(categories, rng), rng.uniform(size=8)
        community = home.community if chance[0] > 0.02 else places.communities[codes[int(chance[1] * len(codes))]].name
        rows.append({
            "household_id": f"H{order:06d}", "name": names.person(rng), "gender": gender, "birth": birth,
            "id_no": names.id_number(f"{birth:%Y%m%d}", gender, rng) if chance[2] < 0.6 else None,
            "phone": names.phone(rng) if chance[3] < 0.8 else None,
            "stated_community": community if chance[4] < 0.9 else None,
            "stated_grid": places.grids[house.grid].name if chance[5] < 0.5 else None,
            "address": address, "categories": categories, "care_level": draw_level(categories, rng),
            "needs": draw_skills(rng),
            "status": draw_status(chance[6]),
            "std_address_id": house.std_address_id if rng.uniform() < 0.05 else None,
            "point": _point(house, rng) if chance[7] < 0.06 else None,
            "building_id": house.code, "written_as": written_as, **ground(order),
        })  # fmt: skip
    return rows


def _unit_row(order: int, places: Places, rng: Generator) -> dict:
    """Return a work team that has yet to name somebody."""
    unit = names.UNITS[order % len(names.UNITS)]
    codes = sorted(places.communities)
    community = places.communities[codes[int(rng.integers(len(codes)))]]
    return {"name": f"样例市{unit}下沉工作队", "kind": "unit", "unit": f"样例市{unit}", "roles": ("registered",),
    "capacity": 3,
            "stated_community": community.name}  # fmt: skip


def _person_row(house: House, roles: tuple[str, ...], places: Places, rng: Generator) -> dict:
    home = home_in(house, places, rng)
    address, written_as = write_address(home, rng, care=1.0 if "building" in roles else 0.7)
    status, leave_from, leave_to = draw_leave(SAMPLE_DAY, rng)
    chance = rng.uniform(size=3)
    return {
        "name": names.person(rng), "gender": "m" if chance[0] < 0.55 else "f", "kind": "person", "roles": roles,
        "phone": names.phone(rng), "unit": f"样例市{names.UNITS[int(rng.integers(len(names.UNITS)))]}",
        "stated_community": home.community if chance[1] < 0.9 else None, "address": address,
        "stated_grid": places.grids[house.grid].name if chance[2] < 0.6 else None,
        "skills": draw_skills(rng), "capacity": draw_capacity(rng), "status": status, "leave_from": leave_from,
        "leave_to": leave_to, "building_id": house.code, "written_as": written_as,
    }  # fmt: skip


def _posts(places: Places, households: list[dict], thin: frozenset[str], rng: Generator) -> list[House]:
    """Return the houses that found a volunteer of their own, two entries for every three households in need."""
    wanted = Counter(row["building_id"] for row in households)
    lucky = [
        house
        for house in places.houses
        for _ in range((2 * wanted[house.code] + 2) // 3)
        if rng.uniform() < (0.1 if house.community in thin else VOLUNTEERS)
    ]
    return [lucky[at] for at in rng.permutation(len(lucky))]


def draw_members(
    places: Places, count: int, households: list[dict], thin: frozenset[str], rng: Generator
) -> list[dict]:
    """Return the members as dicts; few live in the communities of `thin`; one in a hundred is a unit.

    Building volunteers live where somebody needs them, as long as such houses are left.
    """
    poor = np.array([house.community in thin for house in places.houses])
    weight = places.weight * np.where(poor, THIN, 1.0)
    posts = _posts(places, households, thin, rng)
    rows = []
    for order, at in enumerate(rng.choice(len(weight), size=count, p=weight / weight.sum()), start=1):
        if order % 97 == 0:
            row = _unit_row(order // 97, places, rng)
        else:
            roles = draw_roles(rng)
            house = posts.pop() if "building" in roles and posts else places.houses[int(at)]
            row = _person_row(house, roles, places, rng)
        rows.append({"member_id": f"M{order:06d}", "status": "active", **row})
    return rows


def draw_pairings(households: list[dict], members: list[dict], places: Places, rng: Generator) -> list[dict]:
    """Pair a fifth of the households by hand, as it was done before: a neighbour, a unit, somebody who has left."""
    shape = {house.code: house.shape.centroid for house in places.houses}
    people = [member for member in members if member["kind"] == "person"]
    units = [member for member in members if member["kind"] == "unit"]
    gone = [member for member in people if member["status"] == "ended"]
    tree = cKDTree([(shape[m["building_id"]].x, shape[m["building_id"]].y) for m in people])
    rows, load = [], {member["member_id"]: 0 for member in members}
    for household in households:
        chance = rng.uniform(size=3)
        if chance[0] > 0.2 or household["status"] != "present":
            continue
        spot = shape[household["building_id"]]
        near = [people[at] for at in tree.query((spot.x, spot.y), k=min(12, len(people)))[1]]
        pool = units if chance[1] < 0.08 else gone if chance[1] < 0.12 else near
        pool = [member for member in pool if load[member["member_id"]] < member["capacity"]] or near
        member = pool[int(rng.integers(len(pool)))]
        load[member["member_id"]] += 1
        since = dt.date(2024, 1, 1) + dt.timedelta(int(rng.integers(0, 700)))
        until = SAMPLE_DAY + dt.timedelta(int(rng.integers(5, 28))) if chance[2] < 0.06 else None
        rows.append({
            "pairing_id": f"P{len(rows) + 1:06d}", "household_id": household["household_id"],
            "member_id": member["member_id"],
            "helper": member["name"], "unit": member["unit"], "role": member["roles"][0], "valid_from": since,
            "valid_to": until,
        })  # fmt: skip
    return rows
