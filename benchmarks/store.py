"""Write and read the 78,191 buildings of Oklahoma County, beside bare sqlite3 and beside GeoPackage through GDAL.

The bare sides get lists that are ready to be written and check nothing: one writes into Gridmap's own table, the other
into one with the same columns and key but without box, references, limits and indexes. All sides run in this process,
in turn; the median of the rounds counts.
Run: python -m benchmarks.store [rounds]
"""

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.cells import plain_cells
from geodata.sql import FILE, open_store
from gridmap import frames
from gridmap.schema import columns
from gridmap.tables import Building

SHARED = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
BUILDINGS = SHARED / "oklahoma_county" / "buildings.fgb"


def county():
    """The buildings as a checked frame."""
    read = gpd.read_file(BUILDINGS)
    street = read["street"].astype(object)
    address = (read["housenumber"].astype(object) + " " + street).where(street.notna(), None)
    ids = [f"B{at:06d}" for at in range(len(read))]
    data = {"building_id": ids, "address": address, "geometry": read.geometry.make_valid()}
    kept = gpd.GeoDataFrame(data, crs=read.crs).explode(ignore_index=True)
    return frames.check(kept[kept.geom_type == "Polygon"].drop_duplicates("building_id"), Building)


class Bare:
    """sqlite3 with nothing around it."""

    def __init__(self, frame):
        self.cells = [shapely.to_wkb(frame.geometry.to_numpy()).tolist() if column.shapes
                      else plain_cells(frame[column.name], column) for column in columns(Building)]  # fmt: skip
        self.names = [column.name for column in columns(Building)]

    def write(self, folder):
        with sqlite3.connect(folder / "bare.sqlite") as plain:
            plain.execute("PRAGMA journal_mode=WAL")
            plain.execute(f"CREATE TABLE building ({', '.join(self.names)}, PRIMARY KEY (building_id))")
            marks = ", ".join("?" * len(self.names))
            plain.executemany(f"INSERT INTO building VALUES ({marks})", zip(*self.cells, strict=True))

    def read(self, folder):
        with sqlite3.connect(folder / "bare.sqlite") as plain:
            rows = plain.execute("SELECT * FROM building ORDER BY building_id").fetchall()
        frame = pd.DataFrame(rows, columns=self.names)
        return gpd.GeoDataFrame(frame, geometry=shapely.from_wkb(frame["geometry"].to_numpy()), crs=4326)


class SameTable(Bare):
    """sqlite3 with nothing around it, into the table of a workspace."""

    def __init__(self, frame):
        super().__init__(frame)
        bounds = shapely.bounds(frame.geometry.to_numpy())
        self.cells += [bounds[:, at].tolist() for at in range(4)]

    def write(self, folder):
        with sqlite3.connect(folder / "same" / FILE) as plain:
            plain.execute("PRAGMA foreign_keys=ON")
            plain.executemany(f"INSERT INTO building VALUES ({', '.join('?' * 13)})", zip(*self.cells, strict=True))

    def read(self, folder):
        with sqlite3.connect(folder / "same" / FILE) as plain:
            return plain.execute(f"SELECT {', '.join(self.names)} FROM building ORDER BY building_id").fetchall()


class Geopackage:
    """A GeoPackage through GDAL."""

    def __init__(self, frame):
        self.frame = frame

    def write(self, folder):
        self.frame.to_file(folder / "buildings.gpkg", layer="building")

    def read(self, folder):
        return gpd.read_file(folder / "buildings.gpkg")


class Gridmap:
    """The store of a workspace, with checks, references, limits and indexes."""

    def __init__(self, frame):
        self.frame = frame

    def write(self, folder):
        with open_store(folder).transaction(write=True) as transaction:
            transaction.insert(self.frame, Building)

    def read(self, folder):
        with open_store(folder).transaction() as transaction:
            return transaction.read(Building)


def seconds(step, folder):
    """Return the time of a step and what it returned."""
    start = time.perf_counter()
    found = step(folder)
    return time.perf_counter() - start, found


def main(rounds=3):
    """Print the median of each side and the ratios."""
    frame = county()
    sides = {"gridmap": Gridmap(frame), "sqlite3, same table": SameTable(frame), "sqlite3, bare table": Bare(frame),
             "GeoPackage": Geopackage(frame)}  # fmt: skip
    times = {(side, verb): [] for side in sides.values() for verb in ("write", "read")}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            open_store(folder, create=True).close()
            open_store(folder / "same", create=True).close()
            for side in sides.values():
                times[side, "write"].append(seconds(side.write, folder)[0])
                spent, found = seconds(side.read, folder)
                times[side, "read"].append(spent)
                assert len(found) == len(frame)
    checking = np.median([seconds(lambda _: frames.check(frame, Building), None)[0] for _ in range(rounds)])
    print(f"{len(frame)} buildings, median of {rounds} rounds; the check alone takes {checking:.2f} s")
    for verb in ("write", "read"):
        spent = {name: statistics.median(times[side, verb]) for name, side in sides.items()}
        for name, value in spent.items():
            ratio = "" if name == "gridmap" else f"   gridmap / this {spent['gridmap'] / value:.2f}"
            print(f"{verb:6}{name:20}{value:6.2f} s{ratio}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
