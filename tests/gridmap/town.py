"""A town drawn by hand, for the tests of pairing, coverage and hazards. Everything in it is invented.

Metres from the corner, x to the east; all buildings are 20 m squares round these points on y = 0:

    district D1 > street S1
    |----------- community C1 -----------|------ community C2 ------|
    |------- grid G1 -------|-- grid G2 --|--------- grid G3 --------|
      B1 (0)     B2 (100)      B3 (200)      B4 (400)     B5 (500)
    compound P1 = B1 + B2

Nobody lives in B5. Households, members and pairings are added by each test.
"""

import datetime as dt

import pandas as pd
import pyproj
import shapely

from gridmap import frames
from gridmap.duty import People
from gridmap.tables import (
    Accuracy,
    Building,
    Community,
    Compound,
    District,
    Grid,
    Household,
    HouseholdPlace,
    Level,
    Member,
    MemberPlace,
    Pairing,
    Street,
)

METRIC_CRS = "EPSG:4547"
DAY = dt.date(2026, 11, 24)
CORNER = (600_000.0, 3_340_000.0)
_to_degrees = pyproj.Transformer.from_crs(METRIC_CRS, "EPSG:4326", always_xy=True)

HOMES = {"B1": 0, "B2": 100, "B3": 200, "B4": 400, "B5": 500}
GRID_OF = {"B1": "G1", "B2": "G1", "B3": "G2", "B4": "G3", "B5": "G3"}
COMMUNITY_OF = {"G1": "C1", "G2": "C1", "G3": "C2"}


def shape(*corners):
    """A polygon from metres."""
    return shapely.Polygon([_to_degrees.transform(CORNER[0] + x, CORNER[1] + y) for x, y in corners])


def box(left, bottom, right, top):
    return shape((left, bottom), (right, bottom), (right, top), (left, top))


def point(x, y=0.0):
    return shapely.Point(_to_degrees.transform(CORNER[0] + x, CORNER[1] + y))


def line(*corners):
    return shapely.LineString([_to_degrees.transform(CORNER[0] + x, CORNER[1] + y) for x, y in corners])


def areas():
    everything = box(-50, -50, 550, 50)
    rows = {
        Level.DISTRICT: (District, [{"district_id": "D1", "name": "一区"}]),
        Level.STREET: (Street, [{"street_id": "S1", "district_id": "D1", "name": "一街"}]),
        Level.COMMUNITY: (Community, [{"community_id": c, "street_id": "S1", "name": c} for c in ("C1", "C2")]),
        Level.GRID: (Grid, [{"grid_id": g, "community_id": c, "name": g} for g, c in COMMUNITY_OF.items()]),
        Level.COMPOUND: (Compound, [{"compound_id": "P1", "community_id": "C1", "grid_id": "G1", "name": "锦绣里"}]),
        Level.BUILDING: (Building, [
            {"building_id": b, "grid_id": g, "community_id": COMMUNITY_OF[g], "number": f"{b[1]}栋",
             "compound_id": "P1" if b in ("B1", "B2") else None, "geometry": box(x - 10, -10, x + 10, 10)}
            for (b, x), g in zip(HOMES.items(), GRID_OF.values(), strict=True)]),
    }  # fmt: skip
    return {
        level: frames.check(pd.DataFrame([{"geometry": everything, **row} for row in listed]), noun)
        for level, (noun, listed) in rows.items()
    }


def _place(kind, someone, where):
    """`where`: a building, (x, y) metres, "P1" (known to the compound only) or None (not found)."""
    base = {f"{kind}_id": someone, "method": "test", "reason": "test"}
    if where is None:
        return base | {"accuracy": Accuracy.NONE}
    if where == "P1":
        return base | {"compound_id": "P1", "accuracy": Accuracy.COMPOUND, "geometry": point(50)}
    if isinstance(where, tuple):
        return base | {"accuracy": Accuracy.POINT, "geometry": point(*where)}
    grid = GRID_OF[where]
    found = {"building_id": where, "grid_id": grid, "community_id": COMMUNITY_OF[grid]}
    found["compound_id"] = "P1" if where in ("B1", "B2") else None
    return base | found | {"accuracy": Accuracy.BUILDING, "geometry": point(HOMES[where])}


GROUND = {"legal_basis": "statutory_duty", "notice_on": dt.date(2026, 1, 1), "purpose": "包保联系"}


def household(household_id, where="B1", **facts):
    place = {name: facts.pop(name) for name in ("review",) if name in facts}
    return {"household_id": household_id, "name": f"户{household_id}", **GROUND, **facts}, {
        **_place("household", household_id, where),
        **place,
    }


def member(member_id, where="B1", roles=("registered",), **facts):
    return {"member_id": member_id, "name": f"员{member_id}", "roles": roles, **facts}, _place(
        "member", member_id, where
    )


def pairing(household_id, member_id, role="registered", **facts):
    return {
        "pairing_id": f"{household_id}:{role}:{member_id}",
        "household_id": household_id,
        "member_id": member_id,
        "role": role,
        "valid_from": dt.date(2026, 1, 1),
        **facts,
    }


def frame_of(rows, noun):
    """A checked frame; what a row does not say gets the default of the noun."""
    return frames.check(pd.DataFrame([dict(noun(**row)) for row in rows]), noun) if rows else frames.empty(noun)


def people(households, members, pairings=(), *, banned=None):
    return People(
        households=frame_of([row for row, _ in households], Household),
        household_places=frame_of([place for _, place in households], HouseholdPlace),
        members=frame_of([row for row, _ in members], Member),
        member_places=frame_of([place for _, place in members], MemberPlace),
        pairings=frame_of(list(pairings), Pairing),
        banned=banned,
    )
