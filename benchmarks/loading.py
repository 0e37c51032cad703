"""Load the 78,191 buildings of Oklahoma County into a new workspace, beside a bare read, repair and join.

Both sides run in this process, in turn; the median of the rounds counts. Run: python benchmarks/loading.py [rounds]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd

from api import steps
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import Building

SHARED = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
FOLDER = SHARED / "oklahoma_county"

CITY = """
name = "Oklahoma County"
addresses = "western"

[[areas]]
level = "community"
path = "{folder}/counties.geojson"
id = "county"
name = "name"

[[areas]]
level = "building"
path = "{folder}/buildings.fgb"
id = "osm_id"
duplicate_ids = "number"

[areas.columns]
number = "housenumber"
address = "{{housenumber}} {{street}}"
floors = "levels"
"""


def bare():
    buildings = gpd.read_file(FOLDER / "buildings.fgb")
    buildings.geometry = buildings.geometry.make_valid()
    counties = gpd.read_file(FOLDER / "counties.geojson")
    return len(gpd.sjoin(buildings, counties[["name", "geometry"]], how="left"))


def ours(city_file):
    """Read, check and store; a new SQLite workspace each time."""
    with tempfile.TemporaryDirectory() as folder:
        sources = steps.read_sources(city_file, work.silent)
        with steps.opened(Workspace(Path(folder)), create=True) as store:
            counts = work.load(store, sources.frames, sources.city)
    return counts[Building.table]["added"]


def timed(function, *arguments):
    start = time.perf_counter()
    rows = function(*arguments)
    return time.perf_counter() - start, rows


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    if not FOLDER.exists():
        raise SystemExit(f"skipped: {FOLDER} is absent")
    with tempfile.TemporaryDirectory() as folder:
        city_file = Path(folder) / "oklahoma.toml"
        city_file.write_text(CITY.format(folder=FOLDER), encoding="utf-8")
        bare()
        ours(city_file)  # both warmed: imports and file cache are nobody's merit
        pairs = [(timed(bare), timed(ours, city_file)) for _ in range(rounds)]
    bare_s = statistics.median(first[0] for first, _ in pairs)
    ours_s = statistics.median(second[0] for _, second in pairs)
    print(f"buildings           {pairs[0][1][1]:,} of {pairs[0][0][1]:,}")
    print(f"bare read+fix+join  {bare_s:.2f} s")
    print(f"gridmap load        {ours_s:.2f} s")
    print(f"ratio               {ours_s / bare_s:.2f} (goal <= 3)")


if __name__ == "__main__":
    main()
