"""Western addresses, and the real assessor's register of Cambridge."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.addresses import Nearness, Style, building_key, format_address, key, parse, parse_all

DATA = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "cambridge"


def western(text):
    return parse(text, Style.WESTERN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("219 MONSIGNOR OBRIEN HWY", "219  monsignor o'brien highway"),
        ("187-197 MONSIGNOR OBRIEN HWY", " 187 -197 Monsignor Obrien Hwy"),
        ("395 BROADWAY #L3A", "395 Broadway, Apt. l3a"),
        ("12 Willow Street North", "12 WILLOW ST N"),
        ("12 Willow Avenue", "12 willow av."),
        ("12 Willow Road", "12 WILLOW RD, Oldtown, MA 02139"),
        ("58 1/2 Willow St", "58.5 WILLOW STREET"),
        ("12 First Street", "12 1st St"),
        ("Haldenstrasse 12", "Haldenstr. 12, FL-9490 Unterdorf"),
        ("Haldenstraße 12", "12 HALDENSTRASSE"),
        ("Äulestrasse 5", "Aeulestr. 5"),
        ("Willow & Maple Ave", "corner of Maple Avenue and Willow"),
    ],
)
def test_one_western_door_written_differently_has_one_key(one, other):
    assert key(western(one)) == key(western(other)) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Willow St", "12 Willow Ave"),
        ("12 Willow St", "12 Willow St N"),
        ("12 Willow St", "12R Willow St"),
        ("12 Willow St", "12-14 Willow St"),
        ("12 Willow St #1", "12 Willow St #2"),
        ("5 St Olaf St", "5 Olaf St"),
    ],
)
def test_different_western_doors_have_different_keys(one, other):
    assert key(western(one)) != key(western(other))


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("AVENUE", "AVE"), ("BOULEVARD", "BLVD"), ("CIRCLE", "CIR"), ("COURT", "CT"), ("DRIVE", "DR"),
        ("GARDENS", "GDNS"), ("HIGHWAY", "HWY"), ("LANE", "LN"), ("PARKWAY", "PKWY"), ("PLACE", "PL"),
        ("ROAD", "RD"), ("SQUARE", "SQ"), ("STREET", "ST"), ("TERRACE", "TER"), ("TURNPIKE", "TPKE"),
    ],
)  # fmt: skip
def test_street_words_fold_to_the_postal_abbreviation(long, short):
    assert western(f"12 Willow {long}").road == western(f"12 WILLOW {short}.").road == f"WILLOW {short}"


def test_the_unit_is_left_out_of_the_building_key():
    assert building_key(western("395 BROADWAY #L3A")) == key(western("395 Broadway"))


def test_street_first_is_written_back_street_first():
    assert format_address(western("Haldenstr. 12a, 9490 Unterdorf")) == "HALDENSTRASSE 12A, 9490 UNTERDORF"
    assert format_address(western("12a Willow Street")) == "12A WILLOW ST"


def test_a_western_place_word_makes_a_vicinity():
    assert western("near 12 Willow St").place_word is Nearness.NEAR
    assert western("Willow St & Maple St").place_word is Nearness.CROSSING


def test_two_western_addresses_in_one_field():
    found = parse_all("12 Willow St; 14 Maple Ave #2", Style.WESTERN)
    assert [format_address(address) for address in found] == ["12 WILLOW ST", "14 MAPLE AVE #2"]


@settings(max_examples=1500, deadline=None)
@given(st.text(alphabet="BROADWYSTE NAV0123456789-#/,&.;()〔〕'ßä", max_size=24) | st.text(max_size=24))
def test_any_western_text_survives_its_own_normal_form(text):
    address = western(text)
    assert parse(format_address(address), Style.WESTERN) == address


def rows(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"Cambridge data absent: {path} (set GRIDMAP_SHARED_DATA)")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def register():
    """Parcels by full key and by building key, from the whole register."""
    exact, building = defaultdict(set), defaultdict(set)
    for row in rows("TaxFY13.csv"):
        address = western(row["Location"])
        if row["ML"] and key(address):
            exact[key(address)].add(row["ML"])
            building[building_key(address)].add(row["ML"])
    return exact, building


def test_cambridge_households_find_their_parcel_and_never_a_wrong_one(register):
    exact, building = register
    truth = {row["household_id"]: row["parcel_ml"] for row in rows("household_truth.csv")}
    right, wrong, open_ = [], [], []
    for row in rows("households.csv"):
        address = western(row["address"])
        parcels = exact.get(key(address)) or building.get(building_key(address), set())
        hit = parcels == {truth[row["household_id"]]}
        (right if hit else wrong if len(parcels) == 1 else open_).append(row["address"])
    assert len(right) >= 0.98 * len(truth), open_
    assert wrong == []


def test_cambridge_register_survives_its_normal_form():
    for row in rows("TaxFY13.csv")[::7]:
        address = western(row["Location"])
        assert parse(format_address(address), Style.WESTERN) == address, row["Location"]
        assert address.rest == "", row["Location"]
