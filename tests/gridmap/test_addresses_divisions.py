"""Divisions: every one of Huangshi's 1,040 communities is read back, and what only ends like one is not."""

import csv
import os
from pathlib import Path

import pytest

from gridmap.addresses import parse

CODES = Path(os.environ.get("GRIDMAP_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "huangshi_codes"
NEEDS_ITS_PARENT = {"冶钢农场虚拟生活区"}  # begins with the name of the street that it belongs to


@pytest.fixture(scope="module")
def divisions():
    if not CODES.exists():
        pytest.skip(f"division codes absent: {CODES} (set GRIDMAP_SHARED_DATA)")
    tables = {}
    for name in ("areas", "streets", "villages"):
        with (CODES / f"huangshi_{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
            tables[name] = list(csv.DictReader(handle))
    return tables


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("", {}),
        ("云溪路5号", {"road": "云溪路", "number": "5"}),
        ("松月小区3栋2单元501室", {"compound": "松月小区", "building": "3", "unit": "2", "room": "501"}),
        ("12号", {"number": "12"}),
    ],
)
def test_every_community_is_read_under_its_parents(divisions, after, expected):
    districts = {row["code"]: row["name"] for row in divisions["areas"]}
    streets = {row["code"]: row["name"] for row in divisions["streets"]}
    wrong = []
    for row in divisions["villages"]:
        district, street = districts[row["areaCode"]], streets[row["streetCode"]]
        address = parse(f"湖北省黄石市{district}{street}{row['name']}{after}")
        parts = {
            "province": "湖北省",
            "city": "黄石市",
            "district": district,
            "street": street,
            "community": row["name"],
        }
        if any(getattr(address, name) != value for name, value in (parts | expected).items()) or address.rest:
            wrong.append(row["name"])
    assert len(divisions["villages"]) == 1040
    assert wrong == []


@pytest.mark.parametrize("before", ["", "大冶市", "黄石市下陆区"])
def test_every_community_is_read_without_its_street(divisions, before):
    wrong = {
        row["name"]
        for row in divisions["villages"]
        if parse(f"{before}{row['name']}云溪路5号").community != row["name"]
    }
    assert wrong <= NEEDS_ITS_PARENT


@pytest.mark.parametrize(
    ("text", "district", "street", "community"),
    [
        ("市场路3号", None, None, None),
        ("市建村社区", None, None, "市建村社区"),
        ("古镇路5号", None, None, None),
        ("水乡小区3栋", None, None, None),
        ("纺机家属区3栋", None, None, None),
        ("松月新区3栋", None, None, None),
        ("师院一区3栋", None, None, None),
        ("白马山小区3栋", None, None, None),
        ("冶电一村3栋", None, None, None),
        ("还地桥镇", None, "还地桥镇", None),
        ("阳新县排市镇排市村委会", "阳新县", "排市镇", "排市村委会"),
        ("大冶市东岳路街道安平社区", "大冶市", "东岳路街道", "安平社区"),
    ],
)
def test_only_divisions_are_divisions(text, district, street, community):
    address = parse(text)
    assert (address.district, address.street, address.community) == (district, street, community)


@pytest.mark.parametrize(
    ("text", "city", "district"),
    [
        ("大冶市新冶大道5号", None, "大冶市"),
        ("黄石市大冶市新冶大道5号", "黄石市", "大冶市"),
        ("大冶市黄石市大冶市新冶大道5号", "黄石市", "大冶市"),
        ("黄石市黄石港区黄石市黄石港区新冶大道5号", "黄石市", "黄石港区"),
        ("湖北黄石大冶市新冶大道5号", "黄石市", "大冶市"),
        ("吉林市船营区新冶大道5号", "吉林市", "船营区"),
        ("大冶市民主街社区新冶大道5号", None, "大冶市"),
    ],
)
def test_cities_given_repeated_or_missing(text, city, district):
    address = parse(text)
    assert (address.city, address.district) == (city, district)
    assert (address.road, address.number) == ("新冶大道", "5")
