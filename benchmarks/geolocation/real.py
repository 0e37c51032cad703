"""The two real sets: Cambridge (public domain) and Liechtenstein (ODbL, OpenStreetMap contributors), read in place."""

import os
import random
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gridmap import frames
from gridmap.locate import Gazetteer
from gridmap.tables import Building, CityFacts, Community, Household, RegisterEntry

SHARED = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def cambridge():
    """Return gazetteer, households and the true building of each."""
    folder = SHARED / "cambridge"
    parcels = gpd.read_file(folder / "ASSESSING_ParcelsFY2013.topojson").set_crs(4326, allow_override=True)
    parcels["geometry"] = shapely.make_valid(parcels.geometry.array)
    parcels = parcels[parcels.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
    parcels = parcels.dropna(subset=["ML"]).drop_duplicates("ML").rename(columns={"ML": "building_id"})
    tax = pd.read_csv(folder / "TaxFY13.csv", dtype=str).dropna(subset=["Location"])
    register = pd.DataFrame({
        "entry_id": tax["ID"], "address": tax["Location"],
        "building_id": tax["ML"].where(tax["ML"].isin(parcels["building_id"])), "geometry": None,
    })  # fmt: skip
    sources = {
        Building: frames.conform(parcels[["building_id", "geometry"]], Building),
        RegisterEntry: frames.conform(register, RegisterEntry),
    }
    people = frames.conform(pd.read_csv(folder / "households.csv", dtype=str)[["household_id", "address"]], Household)
    truth = pd.read_csv(folder / "household_truth.csv", dtype=str).set_index("household_id")["parcel_ml"]
    city = CityFacts(name="Cambridge", addresses="western", metric_crs="EPSG:32619")
    return Gazetteer.of(sources, city), people, people["household_id"].map(truth)


def _tag(tags, key):
    found = re.search(rf'"addr:{key}"=>"([^"]*)"', tags if isinstance(tags, str) else "")
    return found[1] if found else None


def _careless(street, number, town, dice):
    short = street.replace("strasse", "str.") if dice.random() < 0.25 else street
    if dice.random() < 0.2:
        short = short.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    text = f"{short} {number}"
    draw = dice.random()
    if draw < 0.15:
        text = text.upper()
    elif draw < 0.3:
        text = text.lower()
    return f"{text}, {town}" if dice.random() < 0.5 else text


def liechtenstein(rows=3000, seed=20261124):
    """Return gazetteer, households written carelessly at real addresses (the people are nobody), and the truth."""
    path = SHARED / "liechtenstein" / "liechtenstein-latest.osm.pbf"
    shapes = gpd.read_file(path, layer="multipolygons").to_crs(4326)
    shapes["geometry"] = shapely.make_valid(shapes.geometry.array)
    shapes = shapes[shapes.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
    towns = shapes[shapes["admin_level"] == "8"]
    towns = towns[["osm_id", "name", "geometry"]].rename(columns={"osm_id": "community_id"})
    houses = shapes[shapes["building"].notna()].reset_index(drop=True)
    houses["street"] = houses["other_tags"].map(lambda tags: _tag(tags, "street"))
    houses["number"] = houses["other_tags"].map(lambda tags: _tag(tags, "housenumber"))
    houses["building_id"] = [f"L{at}" for at in range(len(houses))]
    houses["address"] = (houses["street"] + " " + houses["number"]).where(houses["street"].notna())
    sources = {
        Community: frames.conform(towns, Community),
        Building: frames.conform(houses[["building_id", "address", "geometry"]], Building),
    }
    gazetteer = Gazetteer.of(sources, CityFacts(name="Liechtenstein", addresses="western", metric_crs="EPSG:32632"))
    dice = random.Random(seed)
    town = gazetteer.communities.names[gazetteer.buildings.up["community"]]
    whole = houses.assign(town=town)[houses["address"].notna()].drop_duplicates(["address", "town"], keep=False)
    picked = whole.iloc[sorted(dice.sample(range(len(whole)), min(rows, len(whole))))]
    parts = zip(picked["street"], picked["number"], picked["town"], strict=True)
    people = pd.DataFrame({
        "household_id": [f"F{at}" for at in range(len(picked))],
        "address": [_careless(*part, dice) for part in parts], "stated_community": picked["town"].to_numpy(),
    })  # fmt: skip
    return gazetteer, frames.conform(people, Household), picked["building_id"].reset_index(drop=True)
