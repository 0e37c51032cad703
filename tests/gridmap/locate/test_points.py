"""A file of invented households at known doors whose coordinates were taken from a Chinese map service."""

import datetime as dt

import numpy as np
import pytest
import shapely
from address_town import at, people, town

from gridmap import crs
from gridmap.locate import Gazetteer, check_points, locate
from gridmap.mixup import Decision
from gridmap.tables import Building, CityFacts, Household

FACTS = CityFacts(name="手画的小城", metric_crs="EPSG:4547", day=dt.date(2026, 6, 1))
DOORS = {
    "b1-1": "白马山小区1栋",
    "b1-2": "白马山小区2栋",
    "b2-3": "白马山庄3栋",
    "b3-12": "团成山三村12栋",
    "b6": "锦湖一号A座",
}


@pytest.fixture(scope="module")
def city():
    return Gazetteer.of(town(), FACTS)


def ledger(datum):
    homes = town()[Building].set_index("building_id").geometry
    rows = []
    for copy in range(5):
        for building, address in DOORS.items():
            spot = homes[building].representative_point()
            lon, lat = crs.distort([spot.x], [spot.y], datum)
            rows.append({"address": address, "geometry": shapely.Point(lon[0] + copy * 1e-5, lat[0])})
    return people(*rows)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_the_datum_of_a_file_shows_against_its_addresses(city, datum):
    verdict = check_points(ledger(datum), city, noun=Household)
    assert verdict.decision is Decision.ACCEPT
    assert verdict.hypotheses[0].datum == datum
    assert verdict.judged == 25


def test_raw_columns_in_either_order(city):
    rows = ledger("wgs84")
    x, y = shapely.get_coordinates(rows.geometry).T
    verdict = check_points(rows, city, noun=Household, xs=y, ys=x)
    assert verdict.hypotheses[0].swapped
    east, north = crs.transformer("EPSG:4326", "EPSG:4547").transform(x, y)
    verdict = check_points(rows, city, noun=Household, xs=north, ys=east)
    assert (verdict.hypotheses[0].crs, verdict.hypotheses[0].swapped) == ("EPSG:4547", True)


def test_communities_alone_count_where_no_address_is_sure(city):
    rows = people(
        *[{"stated_community": "白马山社区", "geometry": shapely.Point(115.0 + n * 1e-4, 30.2005)} for n in range(30)]
    )
    verdict = check_points(rows, city, noun=Household)
    assert verdict.judged == 30
    assert verdict.shares[0][1] == 1.0


def test_a_shared_community_name_is_no_evidence(city):
    rows = people(
        *[{"stated_community": "滨湖社区", "geometry": shapely.Point(115.0, 30.2 + n * 1e-5)} for n in range(30)]
    )
    verdict = check_points(rows, city, noun=Household)
    assert (verdict.decision, verdict.judged) == (Decision.ASK, 0)
    assert np.all(verdict.rows == -1)


SPOT = shapely.Point(*at(105, 106))
"""In 1栋 of 白马山小区."""


@pytest.mark.parametrize(
    ("address", "accuracy_m", "building", "accuracy", "review"),
    [
        ("白马山小区1栋", 10.0, "b1-1", "building", False),
        (None, 10.0, "b1-1", "building", False),
        ("白马山小区2栋", 80.0, "b1-2", "building", False),  # 100 m away, as the receiver says that it may be
        ("白马山庄3栋", 80.0, "b2-3", "building", True),  # 1,200 m away is no error of the receiver
        (None, 80.0, None, "point", True),
        (None, 800.0, None, "vicinity", True),
    ],
)
def test_a_point_counts_as_far_as_its_receiver_is_exact(city, address, accuracy_m, building, accuracy, review):
    rows = people({"address": address, "geometry": SPOT, "accuracy_m": accuracy_m})
    place = locate(rows, city, noun=Household).iloc[0]
    assert (place["accuracy"], place["review"]) == (accuracy, review)
    assert place["building_id"] == building or (building is None and place.isna()["building_id"])
    assert place["community_id"] in {"420204004012", "420204004003"}
    decided = place["method"] == "coordinates"
    assert place["accuracy_m"] == accuracy_m if decided else place.isna()["accuracy_m"]
