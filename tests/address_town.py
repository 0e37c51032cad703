"""A town drawn by hand for the tests of locating; every name of a person or house in it is invented.

The codes and names of the communities are Huangshi's own (public division codes); the compounds are made up, two of
them round the trap 白马山小区 / 白马山社区 / 白马山庄. Metres east and north of 115.0 E, 30.2 N:

    下陆区 团城山街道:  白马山社区 (0..1000, 0..1000)      箭楼下社区 (1000..2000, 0..1000)
    西塞山区 八泉街道:  滨湖社区居委会 (0..1000, 1000..2000)
    阳新县 兴国镇:      滨湖社区居委会 (1000..2000, 1000..2000)

    白马山小区 白马路15号, in 白马山社区: 1栋 2栋 3栋 (x = 100 200 300, y = 100), 6 floors each
    白马山庄 in 箭楼下社区: 1栋 2栋 3栋 (x = 1100 1200 1300, y = 100)
    团城山三村 in 白马山社区: 1栋 2栋 12栋 (x = 100 200 300, y = 300); alias 三村 since 2020, 矿务局宿舍 until 2010
    和平小区 in 滨湖社区 of 西塞山 and again in 滨湖社区 of 阳新: 1栋 in each (x = 100 or 1100, y = 1100)
    锦湖一号 in 箭楼下社区: A栋 (x = 1100, y = 300), 30 floors
    湖滨大道43号 (x = 500, y = 500) and 湖滨大道1939号附21号 (x = 600, y = 500), in no compound; the road along y = 480
    新街路8号 twice (x = 700 and 760, y = 500)
"""

import geopandas as gpd
import pandas as pd
import shapely

from gridmap import frames
from gridmap.schema import columns
from gridmap.tables import (
    Alias,
    Backdrop,
    Building,
    Community,
    Compound,
    District,
    Grid,
    Household,
    RegisterEntry,
    Street,
)

EAST, NORTH = 1 / 96_300, 1 / 110_850
"""Degrees per metre at 30.2 N, good to a part in a thousand."""


def at(x, y):
    return (115.0 + x * EAST, 30.2 + y * NORTH)


def box(x, y, width=20, height=12):
    return shapely.box(*at(x, y), *at(x + width, y + height))


def frame(row, records):
    shape = any(column.shapes for column in columns(row))
    data = pd.DataFrame(records, columns=list(records[0]) if records else None)
    if shape:
        data = gpd.GeoDataFrame(data, geometry="geometry", crs="EPSG:4326")
    return frames.check(data, row) if records else frames.empty(row)


DISTRICTS = [("420204", "下陆区", 0, 0, 2000, 1000), ("420203", "西塞山区", 0, 1000, 1000, 1000),
             ("420222", "阳新县", 1000, 1000, 1000, 1000)]  # fmt: skip
STREETS = [
    ("420204004", "420204", "团城山街道", 0, 0, 2000, 1000),
    ("420203003", "420203", "八泉街道", 0, 1000, 1000, 1000),
    ("420222100", "420222", "兴国镇", 1000, 1000, 1000, 1000),
]
COMMUNITIES = [
    ("420204004012", "420204004", "白马山社区", 0, 0),
    ("420204004003", "420204004", "箭楼下社区", 1000, 0),
    ("420203003009", "420203003", "滨湖社区居委会", 0, 1000),
    ("420222100007", "420222100", "滨湖社区居委会", 1000, 1000),
]
COMPOUNDS = [
    ("c1", "420204004012", "白马山小区", "白马路15号"),
    ("c2", "420204004003", "白马山庄", None),
    ("c3", "420204004012", "团城山三村", None),
    ("c4", "420203003009", "和平小区", None),
    ("c5", "420222100007", "和平小区", None),
    ("c6", "420204004003", "锦湖一号", None),
]
BUILDINGS = [
    *[(f"b1-{n}", "c1", f"{n}栋", "白马路15号", 6, 100 * n, 100) for n in (1, 2, 3)],
    *[(f"b2-{n}", "c2", f"{n}栋", None, 6, 1000 + 100 * n, 100) for n in (1, 2, 3)],
    *[(f"b3-{n}", "c3", f"{n}号楼", None, 7, x, 300) for n, x in ((1, 100), (2, 200), (12, 300))],
    ("b4", "c4", "1栋", None, 6, 100, 1100),
    ("b5", "c5", "1栋", None, 6, 1100, 1100),
    ("b6", "c6", "A座", None, 30, 1100, 300),
    ("b7", None, None, "湖滨大道43号", 3, 500, 500),
    ("b8", None, None, "湖滨大道1939号附21号", 3, 600, 500),
    ("b9", None, None, "新街路8号", 3, 700, 500),
    ("b10", None, None, "新街路8号", 3, 760, 500),
]


def town():
    """Return the frames of the town."""
    return {
        District: frame(District, [
            {"district_id": i, "name": n, "geometry": box(x, y, w, h)} for i, n, x, y, w, h in DISTRICTS]),
        Street: frame(Street, [
            {"street_id": i, "district_id": d, "name": n, "geometry": box(x, y, w, h)}
            for i, d, n, x, y, w, h in STREETS]),
        Community: frame(Community, [
            {"community_id": i, "street_id": s, "name": n, "geometry": box(x, y, 1000, 1000)}
            for i, s, n, x, y in COMMUNITIES]),
        Grid: frame(Grid, [
            {"grid_id": f"{i}{part:03d}", "community_id": i, "name": f"第{part}网格",
             "geometry": box(x + 500 * (part - 1), y, 500, 1000)}
            for i, _, _, x, y in COMMUNITIES for part in (1, 2)]),
        Compound: frame(Compound, [
            {"compound_id": i, "community_id": c, "name": n, "address": a, "geometry": None}
            for i, c, n, a in COMPOUNDS]),
        Building: frame(Building, [
            {"building_id": i, "compound_id": c, "number": n, "address": a, "floors": f, "std_address_id": f"std-{i}",
             "geometry": box(x, y)}
            for i, c, n, a, f, x, y in BUILDINGS]),
        Alias: frame(Alias, [
            {"alias_id": "a1", "level": "compound", "area_id": "c3", "name": "三村",
             "valid_from": pd.Timestamp("2020-01-01"), "valid_to": pd.NaT},
            {"alias_id": "a2", "level": "compound", "area_id": "c3", "name": "矿务局宿舍", "valid_from": pd.NaT,
             "valid_to": pd.Timestamp("2010-12-31")}]),
        RegisterEntry: frame(RegisterEntry, [
            {"entry_id": "r1", "address": "磁湖路77号", "building_id": None, "geometry": shapely.Point(at(505, 505))},
            {"entry_id": "r2", "address": "磁湖路79号", "building_id": None, "geometry": shapely.Point(at(900, 900))},
            {"entry_id": "r3", "address": "磁湖路81号", "building_id": "b8", "geometry": None}]),
        Backdrop: frame(Backdrop, [
            {"backdrop_id": "road1", "kind": "road", "name": "湖滨大道",
             "geometry": shapely.LineString([at(0, 480), at(900, 480)])}]),
    }  # fmt: skip


def people(*rows):
    """Return households h0, h1, ... of dicts with address, stated_community, stated_grid, std_address_id, geometry."""
    return frame(Household, [
        {"household_id": f"h{n}", "address": None, "stated_community": None, "stated_grid": None,
         "std_address_id": None, "geometry": None, "accuracy_m": None, **row}
        for n, row in enumerate(rows)])  # fmt: skip
