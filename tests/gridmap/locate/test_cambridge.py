"""Real addresses against a real register: Cambridge, Massachusetts (public domain, see the data's own README)."""

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap import frames
from gridmap.locate import Gazetteer, locate
from gridmap.tables import Building, CityFacts, Community, Household, RegisterEntry

SHARED = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
FOLDER = SHARED / "cambridge"


@pytest.fixture(scope="module")
def city():
    if not FOLDER.exists():
        pytest.skip(f"no {FOLDER}: set GRIDMAP_SHARED_DATA")
    parcels = gpd.read_file(FOLDER / "ASSESSING_ParcelsFY2013.topojson").set_crs(4326, allow_override=True)
    parcels["geometry"] = shapely.make_valid(parcels.geometry.array)
    parcels = (
        parcels[parcels.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
        .dropna(subset=["ML"])
        .drop_duplicates("ML")
    )
    building = frames.conform(gpd.GeoDataFrame({"building_id": parcels["ML"], "geometry": parcels.geometry}), Building)
    tax = pd.read_csv(FOLDER / "TaxFY13.csv", dtype=str).dropna(subset=["Location"])
    register = pd.DataFrame({
        "entry_id": tax["ID"], "address": tax["Location"],
        "building_id": tax["ML"].where(tax["ML"].isin(parcels["ML"])), "geometry": None,
    })  # fmt: skip
    hoods = gpd.read_file(FOLDER / "BOUNDARY_CDDNeighborhoods.geojson").to_crs(4326)
    hoods = hoods.assign(community_id=hoods["N_HOOD"].astype(str), name=hoods["NAME"])
    community = frames.conform(hoods[["community_id", "name", "geometry"]], Community)
    sources = {Building: building, RegisterEntry: frames.conform(register, RegisterEntry), Community: community}
    return Gazetteer.of(sources, CityFacts(name="Cambridge", addresses="western", metric_crs="EPSG:32619"))


def roster(name):
    table = pd.read_csv(FOLDER / name, dtype=str)
    return frames.conform(table[["household_id", "name", "phone", "address"]], Household)


def test_98_of_100_households_are_located_to_their_true_parcel(city):
    people = roster("households.csv")
    located = locate(people, city, noun=Household)
    truth = pd.read_csv(FOLDER / "household_truth.csv", dtype=str)
    found = located.merge(truth, on="household_id", validate="one_to_one")
    right = found["building_id"] == found["parcel_ml"]
    said = right & found["accuracy"].isin(["room", "building"])
    wrong = found["building_id"].notna() & ~right & ~found["review"]
    assert len(found) == 1500
    assert said.mean() >= 0.98
    assert wrong.mean() <= 0.002
