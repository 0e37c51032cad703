"""The written files of the sample city: same bytes, exact nesting, codes, and nothing that could be a real person."""

import csv
import hashlib
import json
import re
import tomllib
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from geodata.city import City, read_city
from geodata.sample import SAMPLE_DAY, make_sample

METRIC = "EPSG:4547"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample")
    assert make_sample(path) == path / "city.toml"
    return path


@pytest.fixture(scope="module")
def layers(folder):
    return {path.stem: gpd.read_file(path) for path in sorted(folder.glob("*.geojson"))}


def ledger(folder, name, encoding="utf-8-sig"):
    with (folder / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def metres(frame):
    return frame.to_crs(METRIC).geometry.to_numpy()


def digest(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_same_seed_same_bytes_and_another_seed_another_city(folder, tmp_path):
    make_sample(tmp_path / "again")
    make_sample(tmp_path / "other", seed=2)
    assert digest(tmp_path / "again") == digest(folder)
    other = digest(tmp_path / "other")
    same = [name for name, value in digest(folder).items() if other[name] == value]
    assert same == ["city.toml"]


def test_the_default_scale_has_the_promised_counts(folder, layers):
    counts = {name: len(layers[name]) for name in ("communities", "buildings")}
    assert counts == {"communities": 12, "buildings": 2000}
    assert 110 <= len(layers["grids"]) <= 130
    assert len(ledger(folder, "households.csv")) == 1300
    assert len(ledger(folder, "members.csv", "gb18030")) == 2900


@pytest.mark.parametrize(
    ("child", "parent", "key"),
    [("streets", "districts", "district_id"), ("communities", "streets", "street_id"), ("grids", "communities",
    "community_id")],
)  # fmt: skip
def test_each_level_is_exactly_its_children(layers, child, parent, key):
    parts, whole = layers[child], layers[parent].set_index(key)
    for code, group in parts.groupby(key):
        joined = shapely.union_all(group.geometry.to_numpy())
        assert joined.symmetric_difference(whole.geometry[code]).area < 1e-15  # square degrees: under 0.1 cm2
        assert all(own.startswith(code) for own in group.iloc[:, 0])
    assert set(parts[key]) == set(whole.index)


@pytest.mark.parametrize("name", ["districts", "communities", "grids", "buildings"])
def test_siblings_do_not_overlap(layers, name):
    shapes = metres(layers[name])
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    overlap = shapely.area(shapely.intersection(shapes[first[once]], shapes[second[once]]))
    assert overlap.max(initial=0.0) < 0.01


def test_communities_and_basic_grids_are_whole(layers):
    assert set(layers["communities"].geom_type) == {"Polygon"}
    assert set(layers["grids"].geom_type) == {"Polygon"}
    areas = shapely.area(metres(layers["communities"]))
    assert areas.max() < 3 * np.median(areas)


def test_every_building_lies_in_the_one_grid_that_it_names(layers):
    grids = dict(zip(layers["grids"]["grid_id"], metres(layers["grids"]), strict=True))
    buildings = metres(layers["buildings"])
    own = np.array([grids[code] for code in layers["buildings"]["grid_id"]], dtype=object)
    assert shapely.covers(own, buildings).all()
    at, _ = shapely.STRtree(list(grids.values())).query(shapely.centroid(buildings), predicate="intersects")
    assert np.bincount(at, minlength=len(buildings)).tolist() == [1] * len(buildings)


def test_compounds_lie_in_their_grid_and_hold_their_buildings(layers):
    grids = dict(zip(layers["grids"]["grid_id"], metres(layers["grids"]), strict=True))
    compounds = dict(zip(layers["compounds"]["compound_id"], metres(layers["compounds"]), strict=True))
    for code, grid in zip(layers["compounds"]["compound_id"], layers["compounds"]["grid_id"], strict=True):
        assert grids[grid].buffer(0.05).covers(compounds[code])
    housed = layers["buildings"].dropna(subset="compound_id")
    shares = [
        shape.intersection(compounds[code]).area / shape.area
        for code, shape in zip(housed["compound_id"], metres(housed), strict=True)
    ]
    assert len(housed) > 1500
    assert min(shares) > 0.9999


def test_codes_have_the_national_form_and_no_real_prefix(layers):
    forms = {"districts": 6, "streets": 9, "communities": 12, "grids": 15}
    for name, digits in forms.items():
        codes = layers[name].iloc[:, 0]
        assert codes.is_unique
        assert codes.str.fullmatch(rf"4299\d{{{digits - 4}}}").all()


def test_grids_are_numbered_from_north_to_south(layers):
    grids = layers["grids"].assign(y=[shape.centroid.y for shape in metres(layers["grids"])])
    for _, group in grids.groupby("community_id"):
        y = group.sort_values("grid_id")["y"].to_numpy()
        assert group["grid_id"].str[-3:].astype(int).sort_values().tolist() == list(range(1, len(group) + 1))
        assert y[: len(y) // 2].mean() > y[len(y) // 2 :].mean()


def test_names_and_aliases_are_unique_where_they_must_be(folder, layers):
    compounds = layers["compounds"]["name"].tolist()
    aliases = [row["别名"] for row in ledger(folder, "aliases.csv")]
    names = compounds + layers["communities"]["name"].tolist() + aliases
    assert len(set(names)) == len(names)
    numbered = layers["buildings"].dropna(subset="compound_id")
    assert not numbered.duplicated(["compound_id", "number"]).any()
    plates = layers["buildings"][layers["buildings"]["compound_id"].isna()]["address"]
    assert plates.str.fullmatch(r".+\d+号").all()


def walk_graph(paths):
    graph = nx.Graph()
    for line in paths[~paths["impassable"]].to_crs(METRIC).geometry:
        ends = [tuple(point) for point in np.round(np.array(line.coords), 2)]
        for a, b in pairwise(ends):
            graph.add_edge(a, b, weight=float(np.hypot(a[0] - b[0], a[1] - b[1])))
    return graph


def test_nearly_every_building_is_reached_on_foot(layers):
    graph = walk_graph(layers["paths"])
    main = np.array(sorted(max(nx.connected_components(graph), key=len)))
    every = np.array(sorted(graph.nodes))
    middles = shapely.get_coordinates(shapely.centroid(metres(layers["buildings"])))
    to_main = cKDTree(main).query(middles)[0]
    to_any = cKDTree(every).query(middles)[0]
    # reached: the nearest corner of any path belongs to the one network that spans the city
    assert np.mean(np.isclose(to_main, to_any)) > 0.97
    assert np.percentile(to_main, 95) < 35.0


def side_of(rail, point):
    """Say on which side of the railway a point lies: 1 north, -1 south."""
    foot = rail.interpolate(rail.project(shapely.Point(point)))
    return 1 if point[1] > foot.y else -1


def test_the_stream_and_the_railway_bar_the_way(layers):
    paths = layers["paths"]
    water = layers["water"].set_index("name")
    rail = metres(layers["rail"])[0]
    lines = metres(paths)
    stream = metres(water)[list(water.index).index("东溪")].buffer(-1.0)  # the banks themselves are walked on
    wet = shapely.intersects(lines, stream)
    assert set(paths["kind"][wet]) == {"bridge"}
    assert 1 <= wet.sum() <= 2
    graph = walk_graph(paths)
    open_at = [
        node for node in graph
        if rail.distance(shapely.Point(node)) < 0.05 and {side_of(rail, other) for other in graph[node]} == {-1, 1}
    ]  # fmt: skip
    # two crossings, and the footpaths along both banks of the stream pass below the railway bridge
    assert 2 <= len(open_at) <= 4


def test_some_gates_are_locked(layers):
    locked = layers["paths"][layers["paths"]["impassable"]]
    assert set(locked["kind"]) == {"gate"}
    assert len(locked) >= 1


@pytest.mark.parametrize(("noun", "file", "encoding", "key"), [
    ("household", "households.csv", "utf-8-sig", "户编号"),
    ("member", "members.csv", "gb18030", "党员编号"),
])  # fmt: skip
def test_the_truth_names_existing_buildings(folder, layers, noun, file, encoding, key):
    truth = {row[f"{noun}_id"]: row["building_id"] for row in ledger(folder, f"{noun}_truth.csv", "utf-8")}
    people = [row for row in ledger(folder, file, encoding) if row.get("主体类型") != "单位"]
    assert list(truth) == [row[key] for row in people]
    assert set(truth.values()) <= set(layers["buildings"]["building_id"])


def test_a_pairing_names_known_people(folder):
    pairings = ledger(folder, "pairings.csv")
    households = {row["户编号"]: row for row in ledger(folder, "households.csv")}
    members = {row["党员编号"]: row for row in ledger(folder, "members.csv", "gb18030")}
    assert 0.15 < len(pairings) / len(households) < 0.25
    helpers = [members[row["包保人编号"]] for row in pairings]
    assert {households[row["户编号"]]["状态"] for row in pairings} == {"在册"}
    assert {helper["主体类型"] for helper in helpers} == {"个人", "单位"}
    assert "离岗" in {helper["状态"] for helper in helpers}


def test_nobody_can_be_mistaken_for_a_real_person(folder):
    for file, encoding in (("households.csv", "utf-8-sig"), ("members.csv", "gb18030")):
        for row in ledger(folder, file, encoding):
            name = row.get("户主姓名") or row.get("姓名")
            if row.get("主体类型") != "单位":
                assert re.fullmatch(r".[示例样拟].", name)
            assert re.fullmatch(r"(199000\d{5})?", row["联系电话"])
            assert re.fullmatch(r"(990000\d{11}[\dX])?", row.get("身份证号", ""))
            assert row["备注"] == "虚构"


def test_addresses_are_as_careless_as_real_ones(folder):
    rows = ledger(folder, "households.csv")
    ways = [row["written_as"].partition("+")[0] for row in ledger(folder, "household_truth.csv", "utf-8")]
    numbered = np.mean([bool(re.search(r"[路街巷道][\d０-９]+", row["现住址"])) for row in rows])
    assert 0.47 < numbered < 0.63
    vague = np.mean([way in {"compound_only", "road_only", "landmark", "lost"} for way in ways])
    assert 0.03 < vague < 0.065
    assert 0.04 < np.mean([row["经度"] != "" for row in rows]) < 0.08
    text = "\n".join(row["现住址"] for row in rows)
    for shape in (
        r"\d+-\d-\d+",
        "[壹贰叁肆伍陆柒捌玖]栋",
        "副|附",
        r"\([^)]*区[^)]*\)",
        "样例市样例市",
        "[０-９]",
        "棟|區|園",
        "交汇处",
    ):
        assert re.search(shape, text), shape


def test_care_levels_are_a_tenth_red_and_three_tenths_yellow(folder):
    levels = [row["关爱等级"] for row in ledger(folder, "households.csv")]
    assert 0.07 < levels.count("红") / len(levels) < 0.13
    assert 0.25 < levels.count("黄") / len(levels) < 0.35


def test_some_members_are_away_on_the_sample_day(folder):
    day = SAMPLE_DAY.isoformat()
    away = [
        row for row in ledger(folder, "members.csv", "gb18030")
        if row["请假开始"] and row["请假开始"] <= day <= (row["请假结束"] or "9999")
    ]  # fmt: skip
    assert 0.03 < len(away) / 2900 < 0.09


def test_every_danger_zone_belongs_to_a_site_and_holds_it(layers):
    sites = dict(zip(layers["hazard_sites"]["hazard_id"], layers["hazard_sites"].geometry, strict=True))
    zones = layers["danger_zones"]
    assert len(sites) > len(zones) > 4
    assert all(zone.covers(sites[code]) for code, zone in zip(zones["hazard_id"], zones.geometry, strict=True))
    assert {"landslide", "septic_tank", "waterlogging", "dangerous_building", "retaining_wall"} <= set(
        layers["hazard_sites"]["kind"]
    )


def test_everything_is_marked_as_invented(folder):
    settings = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
    assert settings["invented"] is True
    assert "虚构" in settings["name"]
    assert isinstance(read_city(folder / "city.toml"), City)
    for path in folder.glob("*.geojson"):
        assert "虚构" in json.loads(path.read_text(encoding="utf-8"))["description"]
    assert "虚构" in (folder / "README.md").read_text(encoding="utf-8")
