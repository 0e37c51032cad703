"""Where the shared data lies, and small cities written to files by the tests themselves."""

import os
from pathlib import Path

import geopandas as gpd
import hypothesis
import pytest
from shapely.geometry import box

from geodata.city import read_city
from geodata.files import load_sources

# a busy machine is no failure
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")


@pytest.fixture(scope="session")
def shared():
    """The folder of real input data; a test that needs it is skipped where it is absent."""
    default = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("GRIDMAP_SHARED_DATA", default))
    if not folder.exists():
        pytest.skip(f"the shared data is absent: {folder}")
    return folder


@pytest.fixture
def load(tmp_path):
    """Write a CITY.toml beside the test's files and load it."""

    def run(settings):
        city_file = tmp_path / "city.toml"
        city_file.write_text(f'name = "Test"\n{settings}', encoding="utf-8")
        return load_sources(read_city(city_file), city_file)

    return run


@pytest.fixture
def squares():
    """Squares of 0.01 degree in a row from (115, 30) eastwards, ids a, b, c, ..."""

    def make(count=3, **columns):
        shapes = [box(115 + 0.01 * at, 30, 115.01 + 0.01 * at, 30.01) for at in range(count)]
        ids = [chr(ord("a") + at) for at in range(count)]
        return gpd.GeoDataFrame({"code": ids, "mc": [f"社区{i}" for i in ids], **columns}, geometry=shapes, crs=4326)

    return make


def codes(loaded, severity=None):
    """Return the codes of problems, in order, of one severity or all."""
    return [problem.code for problem in loaded.problems if severity in (None, problem.severity)]
