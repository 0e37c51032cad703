"""The parts of the sample city: counts at several seeds, dividing, laying out, writing addresses, inventing people."""

import datetime as dt
import re

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.sample import SAMPLE_DAY, invent_people, make_sample, names
from geodata.sample.addresses import Home, write_address
from geodata.sample.areas import Neighbours, divide, pieces_of, reading_order
from geodata.sample.blocks import Parcel, Use
from geodata.sample.buildings import lay_out
from geodata.sample.draft import draw_city
from geodata.sample.plan import SCALES, dice
from geodata.sample.register import Compound, House


@pytest.mark.parametrize("seed", [3, 7, 12])
def test_other_seeds_keep_the_promises(seed):
    draft = draw_city(SCALES["default"], seed, lambda _: None)
    scale = draft.scale
    counts = {level: len(areas) for level, areas in draft.areas.items()}
    assert (counts["district"], counts["street"], counts["community"]) == (2, 4, 12)
    assert abs(counts["grid"] - scale.grids) <= 6
    assert len(draft.houses) == scale.buildings
    assert len({house.code for house in draft.houses}) == scale.buildings
    shapes = [house.shape for house in draft.houses]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (first == second).all()
    for level in ("district", "street", "community", "grid"):
        blocks = np.concatenate([area.blocks for area in draft.areas[level]])
        assert sorted(blocks) == list(range(len(draft.ground.land.blocks)))
    compounds = [compound.name for compound in draft.compounds]
    assert len(set(compounds)) == len(compounds)


@pytest.mark.parametrize("seed", [3, 7])
def test_water_and_railway_are_no_part_of_a_community(seed):
    draft = draw_city(SCALES["default"], seed, lambda _: None)
    terrain = draft.ground.terrain
    blocks = np.array(draft.ground.land.blocks, dtype=object)
    assert shapely.area(shapely.intersection(blocks, terrain.water)).max() < 0.1
    assert not shapely.intersects(shapely.buffer(blocks, -1.0), terrain.rail).any()
    for area in draft.areas["community"]:
        land = shapely.union_all(blocks[area.blocks]).buffer(-2.0)
        assert land.geom_type == "Polygon"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_whole_city_has_the_promised_counts(tmp_path):
    make_sample(tmp_path, scale="city")
    lengths = {
        name: len(gpd.read_file(tmp_path / f"{name}.geojson"))
        for name in ("districts", "communities", "grids", "buildings")
    }
    assert (lengths["districts"], lengths["communities"], lengths["buildings"]) == (4, 110, 30_000)
    assert abs(lengths["grids"] - 1_100) < 40
    assert len((tmp_path / "households.csv").read_text(encoding="utf-8-sig").splitlines()) == 13_001
    assert len((tmp_path / "members.csv").read_text(encoding="gb18030").splitlines()) == 29_001


def test_an_unknown_scale_is_refused(tmp_path):
    with pytest.raises(KeyError):
        make_sample(tmp_path, scale="village")


def square_town(width, height):
    """A board of unit squares, each touching its neighbours on four sides."""
    places = np.array([(x, y) for y in range(height) for x in range(width)], dtype=float)
    at = np.arange(width * height).reshape(height, width)
    first = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    second = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    return places, Neighbours(first, second, np.ones(len(first)))


@settings(deadline=None, max_examples=40)
@given(st.integers(3, 9), st.integers(3, 9), st.integers(1, 8), st.integers(0, 10_000))
def test_divided_parts_are_connected_and_share_everything(width, height, count, seed):
    places, touch = square_town(width, height)
    weight = np.random.default_rng(seed).uniform(0.5, 1.5, width * height)
    parts = divide(np.arange(width * height), count, places, weight, touch)
    assert len(parts) == count
    assert sorted(np.concatenate(parts)) == list(range(width * height))
    graph = nx.Graph(zip(touch.first.tolist(), touch.second.tolist(), strict=True))
    assert all(nx.is_connected(graph.subgraph(part.tolist())) for part in parts)


def test_divided_parts_weigh_about_the_same():
    places, touch = square_town(12, 10)
    parts = divide(np.arange(120), 6, places, np.ones(120), touch)
    assert sorted(len(part) for part in parts) == [20] * 6


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=20))
def test_pieces_are_those_of_networkx(edges):
    graph = nx.Graph()
    graph.add_nodes_from(range(15))
    graph.add_edges_from(edges)
    first, second = np.array(edges, dtype=int).reshape(-1, 2).T
    piece = pieces_of(Neighbours(first, second, np.ones(len(edges))), np.arange(15), 15)
    expected = {frozenset(part) for part in nx.connected_components(graph)}
    assert {frozenset(np.flatnonzero(piece == number).tolist()) for number in set(piece)} == expected


def test_reading_order_runs_west_to_east_in_rows_from_the_north():
    middles = np.array([[0.0, 0.0], [9.0, 0.5], [0.0, 9.0], [9.0, 10.0]])
    assert reading_order(middles).tolist() == [2, 3, 0, 1]


@pytest.mark.parametrize("use", [Use.NEW, Use.OLD, Use.SELF_BUILT, Use.SCHOOL, Use.FACTORY])
def test_a_parcel_is_built_without_overlap_and_every_lane_stays_inside(use):
    outline = shapely.Polygon([(0, 0), (130, 18), (118, 128), (8, 104)])
    layout = lay_out(Parcel(0, outline, outline.buffer(-8), use), dice(5, "test"))
    shapes = [building.shape for building in layout.buildings]
    assert shapes
    assert all(outline.buffer(-7.99).covers(shape) for shape in shapes)
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes))
    walls = shapely.union_all(shapes).buffer(-0.01)
    assert all(outline.covers(lane) and not lane.intersects(walls) for lane in layout.lanes)
    assert not layout.spine.intersects(walls)
    lanes = shapely.union_all([*layout.lanes, layout.spine])
    assert all(lanes.distance(shapely.Point(building.door)) < 2.3 for building in layout.buildings)
    knots = set(layout.spine.coords)
    assert all(lane.coords[0] in knots for lane in layout.lanes)


def home(use=Use.OLD, alias=()):
    compound = Compound("C1", "锦里", "429902001001", "429902001001001", use, [0], "柳荫路", 12, list(alias))
    house = House("B1", compound.community, compound.grid, compound, use, 3, "柳荫路",
                  "12号附4号" if use is Use.SELF_BUILT else "12号",
                  6, 48, shapely.box(0, 0, 10, 30), None)  # fmt: skip
    return Home(house, "江北区", "望江街道", "听湖社区", 2, "501", "云桥小学")


@pytest.mark.parametrize("use", [Use.OLD, Use.SELF_BUILT])
def test_each_way_of_writing_keeps_the_number_that_leads_home(use):
    rng = dice(1, "test")
    for _ in range(400):
        text, written_as = write_address(home(use), rng, care=1.0)
        way = written_as.partition("+")[0]
        if way in {"compound_only", "road_only", "landmark", "lost"}:
            pytest.fail(f"care 1 wrote {text}")
        plain = text.translate({ord("０") + n: str(n) for n in range(10)})
        if way == "road_number":
            assert re.search(r"12\D", plain + " ")
            assert use is not Use.SELF_BUILT or "4" in plain
        else:
            assert re.search("[3三叁]", plain)


def test_a_careless_hand_writes_some_addresses_that_lead_nowhere():
    rng = dice(1, "test")
    ways = [write_address(home(), rng)[1].partition("+")[0] for _ in range(3000)]
    vague = sum(way in {"compound_only", "road_only", "landmark", "lost"} for way in ways) / 3000
    assert 0.035 < vague < 0.055


def test_an_alias_is_used_by_those_who_know_it():
    rng = dice(1, "test")
    texts = {write_address(home(alias=["老锦里大院"]), rng)[0] for _ in range(300)}
    assert any("老锦里大院" in text for text in texts)


def test_numerals():
    assert [names.numeral(n) for n in (1, 9, 10, 11, 20, 34, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "三十四",
        "九十九",
    ]


def test_id_numbers_have_a_true_check_digit_and_no_place():
    # the published example of GB 11643: weights 2^(17-i) mod 11 over the 17 digits, remainder 1 for a right number
    for seed in range(20):
        number = names.id_number("19490307", "f" if seed % 2 else "m", dice(seed, "id"))
        digits = [10 if char == "X" else int(char) for char in number]
        assert sum(digit * pow(2, 17 - at, 11) for at, digit in enumerate(digits)) % 11 == 1
        assert number.startswith("99000019490307")
        assert int(number[16]) % 2 == (0 if seed % 2 else 1)


def buildings_at(addresses):
    shapes = [shapely.box(9.5 + at / 1000, 47.1, 9.5005 + at / 1000, 47.1005) for at in range(len(addresses))]
    return gpd.GeoDataFrame({"building_id": [f"b{at}" for at in range(len(addresses))], "address": addresses},
                            geometry=shapes, crs="EPSG:4326")  # fmt: skip


def test_invented_people_live_at_the_addresses_of_the_city():
    frame = buildings_at(["Landstrasse 1", None, "Aeulestrasse 30"])
    households, members = invent_people(frame, households=40, members=60, seed=4, day=dt.date(2026, 3, 1))
    assert (len(households), len(members)) == (40, 60)
    assert set(households["address"]) | set(members["address"]) == {"Landstrasse 1", "Aeulestrasse 30"}
    assert households["name"].str.fullmatch(r"\w+ (Muster|Beispiel|Probe)").all()
    assert households["household_id"].is_unique
    assert members["member_id"].is_unique
    away = (members["leave_from"] <= "2026-03-01") & (
        (members["leave_to"] >= "2026-03-01") | members["leave_to"].isna()
    )
    assert 0 < away.sum() < 15
    again, _ = invent_people(frame, households=40, members=60, seed=4, day=dt.date(2026, 3, 1))
    assert again.equals(households)


def test_invented_people_of_a_city_without_addresses_stand_in_its_buildings():
    frame = buildings_at([None, None])
    households, _ = invent_people(frame, households=12, members=0, seed=1, day=SAMPLE_DAY)
    assert households["address"].isna().all()
    assert shapely.within(households.geometry.to_numpy(), frame.geometry.union_all()).all()


def test_chinese_addresses_get_chinese_names():
    households, _ = invent_people(buildings_at(["柳荫路12号"]), households=5, members=5, seed=1)
    assert households["name"].str.fullmatch(".[示例样拟].").all()


def test_people_cannot_be_invented_without_buildings():
    with pytest.raises(ValueError, match="without buildings"):
        invent_people(buildings_at([]), households=1, members=0, seed=1)
    households, members = invent_people(buildings_at([]), households=0, members=0, seed=1)
    assert (len(households), len(members)) == (0, 0)
