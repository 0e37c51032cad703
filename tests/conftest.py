"""What all tests share: a PostGIS of their own, and a store on either engine."""

import os

import pytest

ABSENT = "PostGIS was NOT tested"


@pytest.fixture(scope="session")
def postgis():
    """A running PostgreSQL with PostGIS; where none can be had its tests are skipped, but never where that counts."""
    from postgis import Cluster, PostgisAbsent

    try:
        cluster = Cluster()
    except PostgisAbsent as reason:
        if os.environ.get("CI") or os.environ.get("GRIDMAP_REQUIRE_POSTGIS"):
            pytest.fail(f"{ABSENT}: {reason}", pytrace=False)
        pytest.skip(f"{ABSENT}: {reason}")
    yield cluster
    cluster.stop()


@pytest.fixture
def postgis_url(postgis):
    """The address of a database of its own with the tables of Gridmap."""
    url = postgis.database()
    yield url
    postgis.drop(url)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))])
def either_store(request, tmp_path_factory):
    """An empty store for the tests of a module, once on each engine; they empty it or fill it anew."""
    from geodata.sql import open_store

    url = None if request.param == "sqlite" else request.getfixturevalue("postgis").database()
    opened = open_store(tmp_path_factory.mktemp("store"), url, create=True)
    yield opened
    opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let the tests without PostGIS share one line of the summary instead of one each."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]:
        report.longrepr = ("tests/conftest.py", None, report.longrepr[2])
    return report


def pytest_terminal_summary(terminalreporter):
    """Say it once and aloud when half of the store's tests did not run."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if any(ABSENT in reason for reason in skipped):
        loud = f"!!! {ABSENT}: install it with `sh tests/install_postgis.sh` !!!"
        terminalreporter.write_line(loud, red=True, bold=True)
