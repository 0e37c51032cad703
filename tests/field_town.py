"""The hand-drawn town with hazard sites and people to warn, put into a store. Everything in it is invented.

H1 a landslide in G1, its surveyed zone holds B1 and B2 and reaches into G2; H2 waterlogging, its estimated zone holds
B4; H3 in G2 without a zone.
Seven households; grid G1 has a grid worker, G3 has none.
"""

import datetime as dt
import sys
from pathlib import Path

import pandas as pd
from copying import copied

sys.path.insert(0, str(Path(__file__).parent / "gridmap"))
import town

from gridmap import frames
from gridmap.tables import (
    AREA_ROWS,
    CityFacts,
    DangerZone,
    Grid,
    HazardSite,
    Household,
    HouseholdPlace,
    Member,
    MemberPlace,
    Monitor,
    Pairing,
    Setting,
)
from gridmap.work import picture

DAY = town.DAY
CITY = CityFacts(name="小镇（虚构）", invented=True, metric_crs=town.METRIC_CRS, day=DAY)


def rows_of(noun, rows):
    return frames.check(pd.DataFrame([dict(noun(**row)) for row in rows]), noun)


def sites():
    return rows_of(HazardSite, [
        {"hazard_id": "H1", "name": "东坡滑坡", "kind": "landslide", "threat_level": "medium",
         "threatened_households": 12, "threatened_people": 40, "community_id": "C1", "geometry": town.point(50)},
        {"hazard_id": "H2", "name": "低洼积水", "kind": "waterlogging", "threat_level": "small",
         "community_id": "C2", "geometry": town.point(400)},
        {"hazard_id": "H3", "name": "西沟", "kind": "debris_flow", "community_id": "C1",
         "geometry": town.point(210, 40)},
    ])  # fmt: skip


def zones():
    return rows_of(DangerZone, [
        {"zone_id": "Z1", "hazard_id": "H1", "geometry": town.box(-20, -20, 160, 20)},
        {"zone_id": "Z2", "hazard_id": "H2", "estimated": True, "geometry": town.box(380, -20, 420, 20)},
    ])  # fmt: skip


def people():
    """Households a..g; m1 lives inside the zone of H1, m2 outside, m3 is on leave, u1 is a unit, m4 looks after f."""
    return town.people(
        [
            town.household("a", "B1", care_level="red"),
            town.household("b", "B1", care_level="yellow"),
            town.household("c", "B2", care_level="green"),
            town.household("d", "B2", care_level="green"),
            town.household("e", "B3", care_level="red"),
            town.household("f", "B4", care_level="green"),
            town.household("g", "B2", care_level="red", status="moved"),
        ],
        [
            town.member("m1", "B1", name="甲一", phone="13800000001"),
            town.member("m2", "B3", ("building",), name="乙二"),
            town.member("m3", "B3", status="leave", name="丙三"),
            town.member("m4", "B4", ("community",), name="丁四"),
            town.member("u1", "B3", kind="unit", name="某单位"),
        ],
        [
            town.pairing("a", "m1", distance_m=0.0),
            town.pairing("a", "m2", "building", distance_m=260.0),
            town.pairing("b", "m3", distance_m=260.0),
            town.pairing("c", "u1", distance_m=130.0),
            town.pairing("d", "m1", distance_m=130.0),
            town.pairing("f", "m4", "community", distance_m=0.0),
            town.pairing("g", "m1", distance_m=130.0),
        ],
    )


def grids():
    frame = town.areas()[town.Level.GRID]
    worker = frame["grid_id"] == "G1"
    limits = {"G1": (-50, 150), "G2": (150, 300), "G3": (300, 550)}
    frame = frame.assign(geometry=[town.box(limits[key][0], -50, limits[key][1], 50) for key in frame["grid_id"]])
    return frames.check(
        frame.assign(
            worker_name=pd.Series("王五六", index=frame.index).where(worker),
            worker_phone=pd.Series("13900000009", index=frame.index).where(worker),
        ),
        Grid,
    )


def everything():
    """Every frame of the town by noun."""
    inside = people()
    city = {"name": "city", "value": CITY.model_dump_json()}
    return {
        **{AREA_ROWS[level]: frame for level, frame in town.areas().items()},
        Grid: grids(),
        Household: inside.households,
        Member: inside.members,
        HazardSite: sites(),
        DangerZone: zones(),
        Monitor: rows_of(Monitor, [{"monitor_id": "H1:1", "hazard_id": "H1", "place": 1, "name": "戊某某"}]),
        HouseholdPlace: inside.household_places,
        MemberPlace: inside.member_places,
        Pairing: inside.pairings,
        Setting: rows_of(Setting, [city]),
    }


def fill(store):
    with store.transaction(write=True) as transaction:
        for noun, frame in everything().items():
            transaction.insert(frame, noun)
        transaction.advance("build")
    return picture(store)


def kept(folder):
    """Keep the town in a workspace of its own."""
    return copied(fill, folder)


def inspection(number, **facts):
    """An inspection as a phone sends it; its id ends in the number."""
    return {
        "inspection_id": f"00000000-0000-4000-8000-{number:012d}",
        "hazard_id": "H1",
        "state": "stable",
        "observed_at": dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC).isoformat(),
        "made_by": "巡查员",
        **facts,
    }
