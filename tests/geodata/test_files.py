"""Small cities from files to frames; what comes out was worked out by hand from the squares."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon, box

from geodata.city import read_city
from geodata.files import load_sources
from gridmap import crs, frames
from gridmap.tables import (
    INPUT_ROWS,
    Alias,
    Backdrop,
    Building,
    Community,
    Compound,
    DangerZone,
    District,
    Grid,
    HazardSite,
    Household,
    Member,
    Pairing,
    RegisterEntry,
    Street,
)
from gridmap.tables import Path as PathRow

COMMUNITIES = '[[areas]]\nlevel = "community"\npath = "c.gpkg"\nid = "code"\nname = "mc"\n'
GRIDS = '[[areas]]\nlevel = "grid"\npath = "g.gpkg"\nid = "code"\n'
BUILDINGS = '[[areas]]\nlevel = "building"\npath = "b.gpkg"\nid = "code"\n'


def problems(loaded, code):
    return [problem for problem in loaded.problems if problem.code == code]


def errors(loaded):
    return [(problem.file, problem.row, problem.code) for problem in loaded.problems if problem.severity == "error"]


def areas(tmp_path, stem, shapes, **columns):
    ids = columns.pop("code", [f"{stem}{at}" for at in range(len(shapes))])
    gpd.GeoDataFrame({"code": ids, **columns}, geometry=shapes, crs=4326).to_file(tmp_path / f"{stem}.gpkg")


@pytest.fixture
def town(tmp_path, squares):
    """Two communities of 0.01 degree, two grids in each (west, east halves), a building of 0.001 degree in each."""
    squares(2).to_file(tmp_path / "c.gpkg")
    halves = [box(115 + 0.005 * at, 30, 115.005 + 0.005 * at, 30.01) for at in range(4)]
    areas(tmp_path, "g", halves)
    homes = [box(115.001 + 0.005 * at, 30.001, 115.002 + 0.005 * at, 30.002) for at in range(4)]
    areas(tmp_path, "b", homes)
    return tmp_path


def test_every_noun_has_a_checked_frame(town, load):
    loaded = load(COMMUNITIES + GRIDS + BUILDINGS)
    assert set(loaded.frames) == {*INPUT_ROWS, Pairing}
    assert errors(loaded) == []
    for row, frame in loaded.frames.items():
        checked = frames.check(frame, row)
        assert list(checked.columns) == list(row.model_fields)
    assert loaded.facts["metric_crs"] == "EPSG:4547"  # CGCS2000, central meridian 114 E
    assert loaded.facts["bounds"] == pytest.approx((115, 30, 115.02, 30.01))


def test_parents_are_found_by_place(town, load):
    loaded = load(COMMUNITIES + GRIDS + BUILDINGS)
    assert list(loaded.frames[Grid]["community_id"]) == ["a", "a", "b", "b"]
    assert list(loaded.frames[Building]["grid_id"]) == ["g0", "g1", "g2", "g3"]
    assert list(loaded.frames[Building]["community_id"]) == ["a", "a", "b", "b"]
    assert list(loaded.frames[Community]["name"]) == ["社区a", "社区b"]
    assert list(loaded.frames[Grid]["name"]) == ["g0", "g1", "g2", "g3"]
    assert [p.code for p in loaded.problems if p.severity != "note"] == []


def test_a_building_across_two_grids_goes_to_the_larger_share_and_is_said(town, load):
    areas(town, "b", [box(115.004, 30.001, 115.0055, 30.002), box(116, 30, 116.001, 30.001)])
    loaded = load(COMMUNITIES + GRIDS + BUILDINGS)
    assert loaded.frames[Building]["grid_id"][0] == "g0"  # two thirds lie there
    assert pd.isna(loaded.frames[Building]["grid_id"][1])
    (split,) = problems(loaded, "parent.not_nested")
    assert split.message.startswith("1 of 2 buildings lie in several grids")
    assert split.message.endswith(": b0")
    assert [p.column for p in problems(loaded, "parent.none")] == ["grid_id", "community_id"]


def test_a_grid_in_no_community_is_said(town, load):
    areas(town, "g", [box(115, 30, 115.01, 30.01), box(117, 30, 117.01, 30.01)])
    loaded = load(COMMUNITIES + GRIDS)
    assert problems(loaded, "parent.none")[0].message.startswith("1 of 2 grids lie in none of the communities")


def test_the_parent_column_beats_the_place_and_unknown_parents_fall_back_to_it(town, load):
    halves = [box(115 + 0.005 * at, 30, 115.005 + 0.005 * at, 30.01) for at in range(4)]
    areas(town, "g", halves, up=["b", "b", "zz", None])
    loaded = load(COMMUNITIES + GRIDS + 'parent = "up"\n')
    assert list(loaded.frames[Grid]["community_id"]) == ["b", "b", "b", "b"]
    assert [(p.row, p.severity) for p in problems(loaded, "parent.unknown")] == [(3, "warning")]


def test_a_published_warning_of_areas_that_do_not_exist_stops_the_build(town, load):
    moment = "starts = 2026-07-01T08:00:00+08:00\n"
    loaded = load(
        COMMUNITIES + GRIDS
        + f'[[patrol.warnings]]\nlevel = "red"\n{moment}areas = ["a", "g1"]\n'
        + f'[[patrol.warnings]]\nlevel = "blue"\n{moment}areas = ["g9", "b", "zz"]\n'
    )  # fmt: skip
    found = [(p.column, p.severity, p.message) for p in problems(loaded, "warning.area")]
    assert [(column, severity) for column, severity, _ in found] == [("patrol.warnings[1].areas", "error")] * 2
    assert ["g9" in found[0][2], "zz" in found[1][2]] == [True, True]


def test_leading_zeros_that_a_spreadsheet_dropped_are_restored_when_only_one_id_fits(town, load, squares):
    squares(2).assign(code=["0420", "0421"]).to_file(town / "c.gpkg")
    halves = [box(115 + 0.005 * at, 30, 115.005 + 0.005 * at, 30.01) for at in range(4)]
    areas(town, "g", halves, up=[421, 421, 420, 420])
    loaded = load(COMMUNITIES + GRIDS + 'parent = "up"\n')
    assert list(loaded.frames[Grid]["community_id"]) == ["0421", "0421", "0420", "0420"]
    assert len(problems(loaded, "parent.zeros_restored")) == 4


def test_all_six_levels_hang_together(town, load):
    areas(town, "d", [box(114, 29, 116, 31)])
    areas(town, "s", [box(114.5, 29.5, 115.5, 30.5)])
    areas(town, "x", [box(115.0005, 30.0005, 115.003, 30.003)], name=["白马山小区"])
    order = "".join(
        f'[[areas]]\nlevel = "{level}"\npath = "{name}.gpkg"\nid = "code"\n'
        for level, name in {"district": "d", "street": "s", "compound": "x"}.items()
    )
    loaded = load(order + COMMUNITIES + GRIDS + BUILDINGS)
    assert loaded.frames[District]["district_id"].tolist() == ["d0"]
    assert loaded.frames[Street]["district_id"].tolist() == ["d0"]
    assert loaded.frames[Community]["street_id"].tolist() == ["s0", "s0"]
    assert loaded.frames[Compound].iloc[0][["community_id", "grid_id", "name"]].tolist() == ["a", "g0", "白马山小区"]
    assert loaded.frames[Building]["compound_id"].fillna("-").tolist() == ["x0", "-", "-", "-"]
    assert problems(loaded, "parent.none") == []


def test_overlaps_and_gaps_between_siblings_are_said_in_square_metres(tmp_path, load):
    ring = Polygon(box(115, 30, 115.03, 30.03).exterior, [box(115.01, 30.01, 115.02, 30.02).exterior])
    areas(tmp_path, "c", [ring, box(115.029, 30, 115.04, 30.03)], mc=["x", "y"])
    loaded = load(COMMUNITIES)
    (overlap,) = problems(loaded, "siblings.overlap")
    (gap,) = problems(loaded, "siblings.gap")
    # 0.001 degree of longitude at 30 N is 96.5 m, 0.03 of latitude 3,326 m; the hole 965 m by 1,109 m
    overlap_m2 = int(overlap.message.split("overlap by ")[1].split(" m2")[0].replace(",", ""))
    gap_m2 = int(gap.message.split("communities ")[1].split(" m2")[0].replace(",", ""))
    assert overlap_m2 == pytest.approx(96.5 * 3326, rel=0.01)
    assert gap_m2 == pytest.approx(965 * 1109, rel=0.01)
    assert "'c0' and 'c1'" in overlap.message


def test_one_broken_file_never_hides_the_others_problems(town, load):
    (town / "bad.geojson").write_text('{"type": "FeatureCollection"\n "features": []}')
    (town / "h.csv").write_text("姓名,现住址,身份证号\n张三,x,440524188001014000\n", encoding="utf-8")
    areas(town, "g", [box(115, 30, 115.01, 30.01)] * 2, code=["g", "g"])
    loaded = load(
        COMMUNITIES.replace('"mc"', '"nonsense"') + GRIDS + '[[paths]]\npath = "bad.geojson"\n'
        '[[households]]\npath = "h.csv"\n[[hazards]]\npath = "c.gpkg"\nlayer = "zz"\n'
    )  # fmt: skip
    assert loaded.stopped
    assert errors(loaded) == [
        ("c.gpkg", None, "column.missing"),
        ("g.gpkg", 2, "id.duplicate"),
        ("bad.geojson", None, "file.unreadable"),
        ("bad.geojson", None, "geojson.syntax"),
        ("h.csv", 2, "id.damaged_by_excel"),
    ]
    assert "line 2, column 2" in problems(loaded, "geojson.syntax")[0].message


def test_a_missing_file_is_said_by_the_loader_too(town):
    city_file = town / "city.toml"
    city_file.write_text(f'name = "x"\n{COMMUNITIES}', encoding="utf-8")
    city = read_city(city_file)
    (town / "c.gpkg").unlink()
    assert errors(load_sources(city, city_file)) == [("c.gpkg", None, "file.missing")]


def test_an_id_in_two_files_is_refused(town, load, squares):
    squares(1).to_file(town / "more.gpkg")
    loaded = load(COMMUNITIES + COMMUNITIES.replace("c.gpkg", "more.gpkg"))
    assert errors(loaded) == [("more.gpkg", 1, "id.duplicate")]


def test_rows_without_ids_are_numbered_across_files(town, load):
    text = '[[backdrop]]\nkind = "water"\npath = "c.gpkg"\nname = "mc"\n'
    loaded = load(text + text.replace('"water"', '"green"').replace("c.gpkg", "g.gpkg").replace('name = "mc"\n', ""))
    backdrop = loaded.frames[Backdrop]
    assert list(backdrop["backdrop_id"]) == [f"backdrop-{n:06d}" for n in range(1, 7)]
    assert list(backdrop["kind"]) == ["water"] * 2 + ["green"] * 4


def test_unusable_rows_are_left_out_and_mended_ones_kept(town, load):
    bow_tie = Polygon([(115, 30), (115.01, 30.01), (115.01, 30), (115, 30.01)])
    areas(town, "c", [box(115.02, 30, 115.03, 30.01), bow_tie, None], mc=["a", "b", "c"])
    loaded = load(COMMUNITIES)
    assert list(loaded.frames[Community]["community_id"]) == ["c0", "c1"]
    assert [(p.code, p.row, p.severity) for p in loaded.problems if p.code.startswith("geometry")] == [
        ("geometry.null", 3, "warning"), ("geometry.repaired", 2, "warning"),
    ]  # fmt: skip
    assert shapely.is_valid(loaded.frames[Community].geometry.to_numpy()).all()


# --- where things lie


@pytest.mark.parametrize("code", ["EPSG:4547", "EPSG:4526", "EPSG:4490", "EPSG:3857", "EPSG:32650"])
def test_declared_systems_are_converted(tmp_path, load, squares, code):
    squares(1).to_crs(code).to_file(tmp_path / "c.gpkg")
    frame = load(COMMUNITIES).frames[Community]
    assert frame.crs == "EPSG:4326"
    assert frame.total_bounds == pytest.approx((115, 30, 115.01, 30.01), abs=1e-7)


def undeclared(tmp_path, frame):
    frame.to_file(tmp_path / "c.shp")
    (tmp_path / "c.prj").unlink()
    return COMMUNITIES.replace("c.gpkg", "c.shp")


def test_undeclared_degrees_are_guessed_and_noted(tmp_path, load, squares):
    loaded = load(undeclared(tmp_path, squares(1)))
    assert loaded.frames[Community].total_bounds == pytest.approx((115, 30, 115.01, 30.01))
    (guess,) = problems(loaded, "crs.guessed")
    assert "EPSG:4326" in guess.message


def test_undeclared_eastings_with_zone_are_guessed_and_warned_of(tmp_path, load, squares):
    loaded = load(undeclared(tmp_path, squares(1).to_crs("EPSG:4526")))
    assert loaded.frames[Community].total_bounds == pytest.approx((115, 30, 115.01, 30.01), abs=1e-6)
    (guess,) = problems(loaded, "crs.guessed")
    assert guess.severity == "warning"


def test_undeclared_eastings_without_zone_are_refused_unless_declared(tmp_path, load, squares):
    settings = undeclared(tmp_path, squares(1).to_crs("EPSG:4547"))
    assert errors(load(settings)) == [("c.shp", None, "crs.unknown")]
    loaded = load(f'{settings}crs = "EPSG:4547"\n')
    assert loaded.frames[Community].total_bounds == pytest.approx((115, 30, 115.01, 30.01), abs=1e-6)


@pytest.mark.parametrize("code", ["EPSG:4214", "EPSG:4610", "EPSG:2382"])
def test_beijing_54_and_xian_80_are_refused_without_parameters(tmp_path, load, squares, code):
    settings = f'{undeclared(tmp_path, squares(1))}crs = "{code}"\n'
    assert errors(load(settings)) == [("c.shp", None, "crs.refused")]


def test_beijing_54_is_moved_by_the_user_s_parameters(tmp_path, load, squares):
    settings = f'{undeclared(tmp_path, squares(1))}crs = "EPSG:4214"\nto_wgs84 = [15, -150, -90]\n'
    west = load(settings).frames[Community].total_bounds[0]
    assert 20 < abs(west - 115) * 96_500 < 200  # metres


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_distorted_coordinates_are_put_right(tmp_path, load, squares, datum):
    def distort(points):
        return np.column_stack(crs.distort(points[:, 0], points[:, 1], datum))

    frame = squares(1)
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), distort)
    frame.to_file(tmp_path / "c.gpkg")
    loaded = load(f'{COMMUNITIES}datum = "{datum}"\n')
    assert loaded.frames[Community].total_bounds == pytest.approx((115, 30, 115.01, 30.01), abs=1e-7)
    assert loaded.facts["sources"][0]["crs"] == f"EPSG:4326 {datum}"


def test_columns_of_coordinates_that_were_swapped_are_put_right_and_said(town, load):
    (town / "m.csv").write_text("姓名,经度,纬度\n张三,30.005,115.005\n李四,30.006,115.006\n", encoding="utf-8")
    loaded = load(COMMUNITIES + '[[members]]\npath = "m.csv"\n')
    assert loaded.frames[Member].geometry.iloc[0].equals(Point(115.005, 30.005))
    (guess,) = problems(loaded, "crs.guessed")
    assert "swapped" in guess.message
    assert guess.severity == "warning"


def test_a_compound_without_outline_is_kept_and_is_no_fault(town, load):
    areas(town, "x", [box(115.001, 30.001, 115.002, 30.002), None], mc=["白马山小区", "白马山庄"])
    loaded = load(COMMUNITIES + '[[areas]]\nlevel = "compound"\npath = "x.gpkg"\nid = "code"\nname = "mc"\n')
    assert list(loaded.frames[Compound]["name"]) == ["白马山小区", "白马山庄"]
    assert loaded.frames[Compound]["community_id"].fillna("-").tolist() == ["a", "-"]
    assert problems(loaded, "geometry.null") == []


# --- generated grid


def test_a_generated_grid_never_splits_a_building(town, load):
    areas(town, "b", [box(115.0002 + 0.0003 * at, 30.004, 115.0004 + 0.0003 * at, 30.006) for at in range(60)])
    loaded = load(COMMUNITIES + BUILDINGS + "[generated_grid]\nsize_m = 200\n")
    grids = loaded.frames[Grid].set_index("grid_id")
    buildings = loaded.frames[Building]
    assert buildings["grid_id"].notna().all()
    for at, building in buildings.iterrows():
        assert grids.geometry[building["grid_id"]].covers(building.geometry.point_on_surface()), at
    assert problems(loaded, "parent.not_nested") == []
    assert problems(loaded, "grid.generated")[0].message.startswith(f"{len(grids)} grids were cut from 2 communities")


# --- register, paths, hazards


def test_the_register_joins_buildings_and_says_which_it_cannot(town, load):
    (town / "r.csv").write_text("no,where,house\n1,白马路1号,b0\n2,白马路2号,zz\n3,,b1\n", encoding="utf-8")
    loaded = load(BUILDINGS + '[address_register]\npath = "r.csv"\nid = "no"\naddress = "where"\nbuilding = "house"\n')
    register = loaded.frames[RegisterEntry]
    assert list(register["entry_id"]) == ["1", "2"]
    assert register["building_id"].fillna("-").tolist() == ["b0", "-"]
    assert [(p.code, p.row) for p in loaded.problems if p.file == "r.csv"] == [
        ("building.unknown", 3),
        ("value.missing", 4),
    ]


def test_a_register_may_bring_points(town, load):
    (town / "r.csv").write_text("where,x,y\na,115.001,30.001\nb,,\nc,east,30\n", encoding="utf-8")
    loaded = load(COMMUNITIES + '[address_register]\npath = "r.csv"\naddress = "where"\nlon = "x"\nlat = "y"\n')
    register = loaded.frames[RegisterEntry]
    assert register.geometry.iloc[0].equals(Point(115.001, 30.001))
    assert shapely.is_missing(register.geometry.to_numpy()).tolist() == [False, True, True]
    assert [(p.code, p.row) for p in loaded.problems if p.code == "value.coordinates"] == [("value.coordinates", 4)]


def test_paths_are_single_lines_and_closed_ones_are_marked(tmp_path, load):
    lines = [
        LineString([(115, 30), (115.1, 30)]),
        MultiLineString([[(115, 31), (115.1, 31)], [(115, 32), (115.1, 32)]]),
    ]
    gpd.GeoDataFrame(
        {"id": ["p", "q"], "t": ["steps", "path"], "shut": ["否", "是"]}, geometry=lines, crs=4326
    ).to_file(tmp_path / "p.gpkg")
    paths = load('[[paths]]\npath = "p.gpkg"\nid = "id"\nkind = "t"\nimpassable = "shut"\n').frames[PathRow]
    assert list(paths["path_id"]) == ["p", "q", "q~2"]
    assert list(paths["passable"]) == [True, False, False]
    assert list(paths["kind"]) == ["steps", "path", "path"]
    assert set(paths.geom_type) == {"LineString"}


def test_hazards_are_sites_and_zones(town, load):
    shapes = [
        Point(115.005, 30.005),
        box(115.011, 30.001, 115.012, 30.002),
        LineString([(115.001, 30.009), (115.002, 30.009)]),
    ]
    gpd.GeoDataFrame({"编号": ["h1", "h2", "h3"], "灾害类型": ["滑坡", None, None], "险情等级": ["大型", "小", None],
                      "威胁户数": [12, None, None]}, geometry=shapes, crs=4326).to_file(town / "h.gpkg")  # fmt: skip
    loaded = load(COMMUNITIES + '[[hazards]]\npath = "h.gpkg"\nkind = "waterlogging"\nbuffer_m = 50\n')
    sites, zones = loaded.frames[HazardSite], loaded.frames[DangerZone]
    assert list(sites["kind"]) == ["landslide", "waterlogging", "waterlogging"]
    assert sites["threat_level"].fillna("-").tolist() == ["large", "small", "-"]
    assert sites["threatened_households"].tolist()[0] == 12
    assert list(sites["community_id"]) == ["a", "b", "a"]
    assert list(zones["hazard_id"]) == ["h1", "h2", "h3"]
    assert list(zones["estimated"]) == [True, False, True]
    metric = zones.geometry.to_crs(loaded.facts["metric_crs"]).area
    assert metric[0] == pytest.approx(np.pi * 50**2, rel=0.02)
    assert zones.geometry[1].covers(sites.geometry[1])


def test_hazards_may_come_as_a_table(town, load):
    (town / "h.csv").write_text("编号,名称,经度,纬度\nh1,化粪池,115.005,30.005\nh2,护坡,,\n", encoding="utf-8")
    loaded = load(COMMUNITIES + '[[hazards]]\npath = "h.csv"\n')
    assert list(loaded.frames[HazardSite]["name"]) == ["化粪池", "护坡"]
    assert list(loaded.frames[DangerZone]["hazard_id"]) == ["h1"]


# --- people


def test_a_chinese_ledger_becomes_households(tmp_path, load):
    (tmp_path / "h.csv").write_bytes(
        "特殊群体台账,,,,,,,,\n"
        "户编号,姓名,性别,人员类别,关爱等级,联系电话,现住址,出生年月,备注\n"
        "H1,张三,男,独居、高龄,红,138 1234 5678,白马路15号3栋,1940.5,x\n"
        "H1,李四,女,残疾人,黄,,同上,1942年3月,y\n"
        "H2,王五,,低保户,绿,0714-6543210,迎宾路1号,,z\n".encode("gb18030")
    )
    loaded = load('[[households]]\npath = "h.csv"\n')
    households = loaded.frames[Household]
    assert list(households["household_id"]) == ["H1", "H2"]
    assert households["categories"].tolist() == [
        ("living_alone", "advanced_age", "disabled_person"),
        ("low_income_allowance",),
    ]
    assert households["care_level"].tolist() == ["red", "green"]
    assert households["phone"].tolist() == ["13812345678", "0714-6543210"]
    assert households["birth"][0] == pd.Timestamp(1940, 5, 1)
    assert households["gender"].fillna("-").tolist() == ["m", "-"]
    assert errors(loaded) == []
    assert [p.code for p in loaded.problems] == [
        "table.title_rows", "encoding.detected", "column.unused", "household.joined"
    ]  # fmt: skip
    assert "备注" in problems(loaded, "column.unused")[0].message


def test_a_roster_s_own_coordinates_are_used(tmp_path, load):
    (tmp_path / "m.csv").write_text("姓名,角色,经度,维度\n张三,社区党员,115,30\n李四,,,\n", encoding="utf-8")
    members = load('[[members]]\npath = "m.csv"\n').frames[Member]
    assert list(members["member_id"]) == ["member-000001", "member-000002"]
    assert members["roles"].tolist() == [("community",), ("registered",)]
    assert members.geometry.iloc[0].equals(Point(115, 30))
    assert members.geometry.iloc[1] is None


def test_pairings_need_both_people(tmp_path, load):
    (tmp_path / "h.csv").write_text("household_id,address\nH1,a\n", encoding="utf-8")
    (tmp_path / "m.csv").write_text("member_id,address\nM1,a\n", encoding="utf-8")
    (tmp_path / "p.csv").write_text(
        "household_id,member_id,role,开始日期\nH1,M1,registered,2024-05-01\nH1,M9,registered,2024-05-01\n",
        encoding="utf-8",
    )
    loaded = load("".join(f'[[{noun}]]\npath = "{noun[0]}.csv"\n' for noun in ("households", "members", "pairings")))
    assert loaded.frames[Pairing][["household_id", "member_id", "basis"]].values.tolist() == [["H1", "M1", "imported"]]
    assert [(p.code, p.row) for p in loaded.problems if p.severity == "warning"] == [("member.unknown", 3)]


def test_aliases_are_read(tmp_path, load):
    (tmp_path / "a.csv").write_text("层级,区域编码,别名,生效日期\n小区,x0,白马山庄,2020.1\n", encoding="utf-8")
    alias = load('[aliases]\npath = "a.csv"\n').frames[Alias].iloc[0]
    assert (alias["level"], alias["area_id"], alias["name"]) == ("compound", "x0", "白马山庄")


def test_progress_counts_the_sources(town):
    city_file = town / "city.toml"
    city_file.write_text(f'name = "x"\n{COMMUNITIES}{GRIDS}', encoding="utf-8")
    seen = []
    load_sources(read_city(city_file), city_file, lambda *step: seen.append(step))
    assert seen == [("c.gpkg", 0, 2), ("g.gpkg", 1, 2)]


def test_loading_twice_gives_the_same(town, load):
    first, second = (load(COMMUNITIES + GRIDS + BUILDINGS) for _ in range(2))
    for row, frame in first.frames.items():
        pd.testing.assert_frame_equal(frame, second.frames[row])
    assert first.problems == second.problems
