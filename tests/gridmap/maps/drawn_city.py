# ruff: noqa: E501  rows of a table stay on a line
"""A synthetic city for the tests of the pages: blocks of rotated buildings, with every state and trap on purpose.

Everything in it is invented. Communities stand on a lattice of 1 km, each cut into slanting grids; the lattice is
turned by 12 degrees so that nothing is axis-parallel by accident.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely import affinity

from gridmap import coverage, duty, frames, hazards
from gridmap.duty import People
from gridmap.maps import MapView
from gridmap.tables import (
    Backdrop,
    Building,
    Community,
    Compound,
    DangerZone,
    Grid,
    HazardSite,
    Household,
    HouseholdPlace,
    Level,
    Member,
    MemberPlace,
    Pairing,
    PairingRules,
    Path,
)

DAY = dt.date(2026, 11, 24)
AS_OF = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
EVIL = "<script>window.hacked=1</script>"
SECRETS = ("欧阳建国", "13812345678", "420204194001011234", "二单元302", "备注机密", "1940-01-01")
"""Values of one household that must never be on a page."""

_to_degrees = pyproj.Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True)
_NAMES = ("澄湖", "南坡", "杨柳", "青石", "望江", "桂苑", "新港", "东篱", "云台", "梅园", "北渡", "长堤")
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈", ("桂英", "建国", "秀兰", "明", "玉珍", "德顺")


_COS, _SIN = np.cos(np.radians(12)), np.sin(np.radians(12))


def _place(shapes):
    """From metres on the lattice, one shape or many, to where the city stands."""

    def to_degrees(xy):
        x, y = xy[:, 0] * _COS - xy[:, 1] * _SIN + 605_000, xy[:, 0] * _SIN + xy[:, 1] * _COS + 3_340_000
        return np.column_stack(_to_degrees.transform(x, y))

    return shapely.transform(shapes, to_degrees)


def _areas(size, buildings, rng):
    rows = {level: [] for level in (Level.COMMUNITY, Level.GRID, Level.COMPOUND, Level.BUILDING)}
    per_grid = max(1, buildings // (size * size * 9))
    for number in range(size * size):
        left, bottom = (number % size) * 1000, (number // size) * 1000
        name = f"{_NAMES[number % 12]}{'' if number < 12 else number // 12 + 1}社区"
        community = f"C{number:03}"
        rows[Level.COMMUNITY].append({"community_id": community, "name": name,
                                      "geometry": shapely.box(left, bottom, left + 1000, bottom + 1000)})  # fmt: skip
        for cell in range(9):
            x, y, lean = left + cell % 3 * 333, bottom + cell // 3 * 333, 40 * (cell % 2)
            corners = [(x, y), (x + 333, y), (x + 333, y + 333), (x + lean, y + 333)]
            grid, compound = f"{community}-{cell + 1:02}", f"P{number:03}{cell}"
            outline = shapely.Polygon(corners)
            rows[Level.GRID].append({"grid_id": grid, "community_id": community, "name": f"第{cell + 1}网格",
                                     "geometry": outline})  # fmt: skip
            rows[Level.COMPOUND].append({"compound_id": compound, "community_id": community, "grid_id": grid,
                                         "name": f"{_NAMES[cell]}{'苑里庭'[number % 3]}{number}", "geometry": None})  # fmt: skip
            columns = int(np.ceil(np.sqrt(per_grid)))
            step = 300 / columns
            for at in range(per_grid):
                centre = (x + 30 + at % columns * step + step / 2 - 10, y + 15 + at // columns * step + step / 2 - 10)
                footprint = shapely.box(-0.36 * step, -0.2 * step, 0.36 * step, 0.2 * step)
                if at % 7 == 3:
                    footprint = footprint.difference(shapely.box(-0.1 * step, -0.06 * step, 0.1 * step, 0.06 * step))
                shape = affinity.translate(affinity.rotate(footprint, float(rng.uniform(-20, 20))), *centre)
                rows[Level.BUILDING].append({"building_id": f"{grid}-B{at + 1:03}", "community_id": community,
                                             "grid_id": grid, "compound_id": compound, "number": f"{at + 1}栋",
                                             "geometry": shape})  # fmt: skip
    nouns = {Level.COMMUNITY: Community, Level.GRID: Grid, Level.COMPOUND: Compound, Level.BUILDING: Building}
    for level in (Level.COMMUNITY, Level.GRID, Level.BUILDING):
        for row, shape in zip(rows[level], _place([row["geometry"] for row in rows[level]]), strict=True):
            row["geometry"] = shape
    return {level: frames.check(pd.DataFrame(listed), nouns[level]) for level, listed in rows.items()}


def _people(areas, households, rng):
    homes = areas[Level.BUILDING].sample(households, replace=True, random_state=int(rng.integers(1 << 30)))
    homes = homes.reset_index(drop=True)
    names = [
        _FAMILY[i] + _GIVEN[j]
        for i, j in zip(rng.integers(0, 10, households), rng.integers(0, 6, households), strict=True)
    ]
    kinds = [
        ("living_alone", "advanced_age"),
        ("severe_disability",),
        ("low_income_allowance",),
        ("child_in_difficulty",),
    ]
    care = rng.choice(["red", "yellow", "green"], households, p=[0.2, 0.3, 0.5])
    listed = [{"household_id": f"H{i:06}", "name": names[i], "categories": kinds[i % 4], "care_level": care[i],
               "phone": "13900000000", "address": "秘密路1号2单元301"} for i in range(households)]  # fmt: skip
    accuracy = ["building"] * households
    for i in range(0, households, 37):
        accuracy[i] = "community"
    if households > 8:
        listed[0] |= {"name": EVIL}
        listed[1] |= {
            "name": SECRETS[0],
            "phone": SECRETS[1],
            "id_no": SECRETS[2],
            "address": f"幸福路{SECRETS[3]}",
            "birth": SECRETS[5],
        }
    centre = homes.geometry.to_crs("EPSG:4547").centroid.to_crs("EPSG:4326")
    certain = np.array(accuracy) == "building"
    places = pd.DataFrame({
        "household_id": [row["household_id"] for row in listed], "accuracy": accuracy, "method": "building",
        "building_id": np.where(certain, homes["building_id"], None), "grid_id": np.where(certain, homes["grid_id"], None),
        "community_id": homes["community_id"], "reason": SECRETS[4], "geometry": centre,
    })  # fmt: skip
    if households > 8:
        # the last household was found nowhere
        places.loc[households - 1, ["building_id", "grid_id", "community_id", "geometry"]] = None
        places.loc[households - 1, "accuracy"] = "none"
    members = [{"member_id": f"M{i:06}", "name": f"{_FAMILY[i % 10]}{_GIVEN[i % 6]}", "unit": "市水利局", "kind": "person",
                "status": "leave" if i % 29 == 0 else "active"} for i in range(households)]  # fmt: skip
    members.append({"member_id": "U1", "name": "市水利局", "kind": "unit", "status": "active"})
    fate = rng.choice(["person", "unit", "nobody"], households, p=[0.93, 0.02, 0.05])
    # the west is worse off than the east, so that every class of share occurs
    worse = homes["community_id"].str[1:].astype(int).to_numpy() % 4 == 0
    fate = np.where(worse & (rng.random(households) < 0.25), "nobody", fate)
    pairs = [{"pairing_id": f"{row['household_id']}-{i}", "household_id": row["household_id"], "role": "registered",
              "member_id": f"M{i:06}" if fate[i] == "person" else "U1", "valid_from": "2026-01-01",
              "distance_m": float(20 + i % 400), "reason": f"步行 {20 + i % 400} 米,同一网格中最近"}
             for i, row in enumerate(listed) if fate[i] != "nobody"]  # fmt: skip
    lives = pd.DataFrame(
        {"member_id": [row["member_id"] for row in members], "accuracy": "none", "method": "none", "reason": ""}
    )
    return People(
        households=frames.check(pd.DataFrame(listed), Household) if listed else frames.empty(Household),
        household_places=frames.check(places, HouseholdPlace) if listed else frames.empty(HouseholdPlace),
        members=frames.check(pd.DataFrame(members), Member),
        member_places=frames.check(lives, MemberPlace),
        pairings=frames.check(pd.DataFrame(pairs), Pairing) if pairs else frames.empty(Pairing),
    )


def _around(size):
    width = size * 1000
    river = shapely.Polygon([(-400, -300), (width + 300, -380), (width + 300, -120), (width / 2, -60), (-400, -140)])
    lake = shapely.Point(width * 0.55, width * 0.52).buffer(150)
    walks = [shapely.LineString([(0, y), (width, y + 20)]) for y in range(0, width + 1, 333)]
    walks += [shapely.LineString([(x, 0), (x - 10, width)]) for x in range(0, width + 1, 333)]
    slope = shapely.Point(520, 480).buffer(170)
    return {
        "backdrop": frames.check(pd.DataFrame([
            {"backdrop_id": "W1", "kind": "water", "name": "清江", "geometry": _place(river)},
            {"backdrop_id": "W2", "kind": "water", "name": "镜湖", "geometry": _place(lake)},
        ]), Backdrop),
        "paths": frames.check(pd.DataFrame([
            {"path_id": f"W{i}", "passable": i % 9 != 4, "geometry": _place(walk)} for i, walk in enumerate(walks)
        ]), Path),
        "hazard_sites": frames.check(pd.DataFrame([
            {"hazard_id": "Z1", "name": "南坡滑坡", "kind": "landslide", "threat_level": "medium", "geometry": _place(shapely.Point(520, 480))},
        ]), HazardSite),
        "danger_zones": frames.check(pd.DataFrame([
            {"zone_id": "Z1a", "hazard_id": "Z1", "estimated": False, "geometry": _place(slope)},
            {"zone_id": "Z1b", "hazard_id": "Z1", "estimated": True, "geometry": _place(affinity.translate(slope, 500, 300))},
        ]), DangerZone),
    }  # fmt: skip


def draw(*, size=3, buildings=900, households=300, seed=1, invented=True, missing=()):
    """Return the MapView of a city of size x size communities."""
    rng = np.random.default_rng(seed)
    areas = _areas(size, buildings, rng)
    people, around = _people(areas, households, rng), _around(size)
    measured = coverage.measure(areas, people, day=DAY, rules=PairingRules())
    exposed = hazards.exposure(around["danger_zones"], people, day=DAY, buildings=areas[Level.BUILDING])
    return MapView(
        city="样例市", as_of=AS_OF, invented=invented, attribution="Gridmap 样例", areas=areas,
        area_coverage=measured.areas, household_coverage=measured.households, building_coverage=measured.buildings,
        member_coverage=measured.members, exposure=exposed, households=people.households,
        household_places=people.household_places, members=people.members,
        pairings=people.pairings[duty.in_force(people.pairings, DAY)], missing=missing, **around,
    )  # fmt: skip
