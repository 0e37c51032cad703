"""The example cities of real data; the counts were taken from the files by other means (see each test)."""

import csv
import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.city import read_city
from geodata.files import load_sources
from gridmap import frames
from gridmap.tables import (
    Building,
    Community,
    DangerZone,
    Grid,
    HazardSite,
    Household,
    Member,
    RegisterEntry,
)
from gridmap.tables import Path as PathRow

EXAMPLES = Path(__file__).parents[2] / "examples"


def load(name, shared, tmp_path_factory):
    """Load an example; its paths are turned to where the shared data lies on this machine."""
    text = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8").replace("../../shared/data", shared.as_posix())
    city_file = tmp_path_factory.mktemp(name) / f"{name}.toml"
    city_file.write_text(text, encoding="utf-8")
    return load_sources(read_city(city_file), city_file)


@pytest.fixture(scope="module")
def cambridge(shared, tmp_path_factory):
    return load("cambridge", shared, tmp_path_factory)


@pytest.fixture(scope="module")
def liechtenstein(shared, tmp_path_factory):
    return load("liechtenstein", shared, tmp_path_factory)


def problems(loaded, code):
    return [problem for problem in loaded.problems if problem.code == code]


def geojson(shared, name):
    return json.loads((shared / "cambridge" / name).read_text(encoding="utf-8"))["features"]


def rows(shared, name):
    with (shared / "cambridge" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_stops_the_examples(cambridge, liechtenstein):
    for loaded in (cambridge, liechtenstein):
        assert [str(problem) for problem in loaded.problems if problem.severity == "error"] == []
        for row, frame in loaded.frames.items():
            frames.check(frame, row)


def test_cambridge_counts(cambridge, shared):
    count = {row: len(frame) for row, frame in cambridge.frames.items()}
    assert count[Community] == len(geojson(shared, "BOUNDARY_CDDNeighborhoods.geojson")) == 13
    assert count[Grid] == len(geojson(shared, "DEMOGRAPHICS_Blocks2020.geojson")) == 1044
    assert count[Building] == 13_159
    assert count[HazardSite] == count[DangerZone] == len(geojson(shared, "FEMA_FloodPlains500Year.geojson")) == 39
    assert count[Household] == 1500
    assert count[Member] == 1100
    assert count[PathRow] == 13_412 - 59


def test_every_line_of_the_register_is_read_and_the_one_without_address_is_said(cambridge, shared):
    lines = rows(shared, "TaxFY13.csv")
    assert len(lines) == 27_424
    source = next(fact for fact in cambridge.facts["sources"] if fact["file"] == "TaxFY13.csv")
    assert source["rows"] == 27_424
    blank = [at for at, line in enumerate(lines, start=2) if not line["Location"].strip()]
    assert [problem.row for problem in problems(cambridge, "value.missing")] == blank
    register = cambridge.frames[RegisterEntry]
    assert len(register) == 27_424 - len(blank) == 27_423
    # README: ML joins parcels; counted with pandas 53 lines name no parcel or none at all
    parcels = set(cambridge.frames[Building]["building_id"])
    without = [line for line in lines if line["Location"].strip() and line["ML"] not in parcels]
    assert register["building_id"].isna().sum() == len(without)


def test_parcels_keep_their_lot_number_the_first_of_equals_plain(cambridge, shared):
    topology = json.loads((shared / "cambridge" / "ASSESSING_ParcelsFY2013.topojson").read_text(encoding="utf-8"))
    lots = [part["properties"].get("ML") for part in topology["objects"]["ASSESSING_ParcelsFY2013"]["geometries"]]
    ids = list(cambridge.frames[Building]["building_id"])
    assert len(ids) == len(lots)
    for lot, found in zip(lots, ids, strict=True):
        assert found.startswith(f"{lot}" if lot else "building-")
    assert {lot for lot in lots if lot} <= set(ids)
    truth = {row["parcel_ml"] for row in rows(shared, "household_truth.csv")}
    assert len(truth - set(ids)) <= 3  # lots of the register that the parcel layer lacks


def test_the_census_blocks_that_do_not_nest_are_said(cambridge, shared):
    folder = shared / "cambridge"
    blocks = gpd.read_file(folder / "DEMOGRAPHICS_Blocks2020.geojson").to_crs(32619)
    hoods = gpd.read_file(folder / "BOUNDARY_CDDNeighborhoods.geojson").to_crs(32619)
    pieces = gpd.overlay(blocks[["GEOID20", "geometry"]], hoods[["N_HOOD", "geometry"]], keep_geom_type=True)
    share = pieces.area / pieces["GEOID20"].map(blocks.set_index("GEOID20").area)
    best = pieces.assign(share=share).sort_values("share").groupby("GEOID20").tail(1).set_index("GEOID20")
    grids = cambridge.frames[Grid].set_index("grid_id")
    assert (grids["community_id"] == best["N_HOOD"].astype(str).reindex(grids.index)).all()
    split = int((best["share"] < 0.99).sum())
    (said,) = [problem for problem in problems(cambridge, "parent.not_nested") if problem.column == "community_id"]
    assert said.message.startswith(f"{split} of 1044 grids lie in several communities")
    assert split == 102


def test_buildings_agree_with_their_grids(cambridge):
    buildings, grids = cambridge.frames[Building], cambridge.frames[Grid].set_index("grid_id")
    known = buildings[buildings["grid_id"].notna()]
    assert (known["community_id"].to_numpy() == grids.loc[known["grid_id"], "community_id"].to_numpy()).all()
    assert len(known) >= 13_150


def test_the_invalid_parcels_and_one_point_pavements_are_said(cambridge):
    assert problems(cambridge, "geometry.repaired")[-1].message.startswith("24 times in all")
    assert problems(cambridge, "geometry.too_few_points")[-1].message.startswith("59 times in all")


def test_the_rosters_speak_our_language(cambridge, shared):
    words = {"living_alone_elder": "living_alone", "disabled": "disabled_person", "empty_nest_elder": "empty_nest",
             "low_income": "low_income_allowance"}  # fmt: skip
    written = rows(shared, "households.csv")
    households = cambridge.frames[Household]
    assert list(households["categories"]) == [(words.get(row["category"], row["category"]),) for row in written]
    assert list(households["care_level"]) == [row["priority"] for row in written]
    written = rows(shared, "members.csv")
    members = cambridge.frames[Member]
    assert list(members["roles"]) == [(row["role"],) for row in written]
    assert list(members["capacity"]) == [int(row["capacity"]) for row in written]
    assert list(members["status"]) == [row["status"] for row in written]


def test_liechtenstein_counts(liechtenstein):
    buildings = liechtenstein.frames[Building]
    assert len(liechtenstein.frames[Community]) == 11
    assert len(buildings) == 17_717
    assert buildings["number"].notna().sum() == 12_168
    assert "Vaduz" in set(liechtenstein.frames[Community]["name"])
    assert buildings["building_id"].str.match(r"[wr]\d+$").all()


def test_liechtenstein_s_generated_grid_covers_it(liechtenstein):
    grids, communities = liechtenstein.frames[Grid], liechtenstein.frames[Community]
    metric = liechtenstein.facts["metric_crs"]
    assert grids.to_crs(metric).area.sum() == pytest.approx(communities.to_crs(metric).area.sum(), rel=1e-6)
    assert problems(liechtenstein, "siblings.overlap") == [
        problem for problem in problems(liechtenstein, "siblings.overlap") if problem.file.endswith(".pbf")
    ]
    assert grids["grid_id"].is_unique
    inside = liechtenstein.frames[Building].dropna(subset=["grid_id"])
    homes = shapely.point_on_surface(inside.geometry.to_numpy())
    mine = grids.set_index("grid_id").geometry.loc[inside["grid_id"]].to_numpy()
    assert shapely.covers(mine, homes).all()
    assert len(inside) == 17_717 - 40


def test_liechtenstein_s_paths_are_walkable(liechtenstein):
    paths = liechtenstein.frames[PathRow]
    assert {"footway", "path", "steps", "residential"} <= set(paths["kind"])
    assert not {"motorway", "construction"} & set(paths["kind"])
    # 8,251 or so ways by highway value, counted with pyogrio; a few are closed rings of squares
    assert 8_000 < len(paths) < 8_600
    assert 0 < (~paths["passable"]).sum() < 500


def test_people_are_left_to_be_invented(liechtenstein):
    assert len(liechtenstein.frames[Household]) == len(liechtenstein.frames[Member]) == 0
