"""Which warnings touch which sites and areas of the town of tests/field_town.py."""

import datetime as dt

import field_town
import pytest
import town

from gridmap import warned
from gridmap.tables import HazardSite, Level, PublishedWarning

NOW = dt.datetime(2026, 7, 11, 8, tzinfo=dt.UTC)


def warning(*areas, level="orange", hours=1):
    return PublishedWarning(level=level, starts=NOW - dt.timedelta(hours=hours), areas=areas)


def areas():
    """The areas of the town with outlines of their own: C1 holds G1 and G2, C2 holds G3."""
    found = town.areas()
    halves = found[Level.COMMUNITY].assign(geometry=[town.box(-50, -50, 300, 50), town.box(300, -50, 550, 50)])
    return found | {Level.COMMUNITY: halves, Level.GRID: field_town.grids()}


@pytest.mark.parametrize(
    ("named", "sites"),
    [
        ((), {"H1", "H2", "H3"}),  # the whole city
        (("G1",), {"H1"}),
        (("G2",), {"H1", "H3"}),  # the zone of H1 reaches into G2
        (("G3",), {"H2"}),
        (("C2",), {"H2"}),
        (("D1",), {"H1", "H2", "H3"}),
        (("G1", "G3"), {"H1", "H2"}),
        (("nowhere",), set()),
    ],
)
def test_a_warning_touches_the_sites_of_its_areas(named, sites):
    found = warned.at_sites([warning(*named)], field_town.sites(), field_town.zones(), areas())
    assert set(found) == sites


def test_a_site_without_coordinates_goes_by_its_community():
    sites = field_town.rows_of(
        HazardSite,
        [
            {"hazard_id": "a", "name": "a", "kind": "rockfall_collapse", "community_id": "C1"},
            {"hazard_id": "b", "name": "b", "kind": "rockfall_collapse"},
        ],
    )
    for named, touched in ((("C1",), {"a"}), (("D1",), {"a"}), (("C2",), set()), ((), {"a", "b"})):
        assert set(warned.at_sites([warning(*named)], sites, field_town.zones(), areas())) == touched


def test_an_area_has_its_own_warnings_those_round_it_and_those_of_its_parts():
    all_ = [warning(), warning("D1"), warning("C1"), warning("G1"), warning("C2")]
    got = {key: [all_.index(one) for one in warned.at_area(all_, key, areas())] for key in ("", "D1", "C1", "G3")}
    assert got == {"": [0, 1, 2, 3, 4], "D1": [0, 1, 2, 3, 4], "C1": [0, 1, 2, 3], "G3": [0, 1, 4]}


def test_the_gravest_in_force_comes_first():
    found = [warning(level="blue"), warning(level="red"), warning(level="yellow"), warning(level="red", hours=3)]
    later = warning(level="red", hours=-1)
    assert warned.in_force([*found, later], NOW) == [found[3], found[1], found[2], found[0]]


def test_ids_of_no_area_are_named():
    assert warned.unknown_areas([warning("C1"), warning("X", "G1", "B1")], areas()) == [(1, "X"), (1, "B1")]
