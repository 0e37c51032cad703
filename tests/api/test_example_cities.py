"""The three example cities, built by the command line; figures are counted again from what was exported."""

import json
import re

import cities
import pandas as pd
import pytest

from api.steps import read_sources
from gridmap.tables.report import Report
from gridmap.work import silent

CITIES = [
    pytest.param(cities.sample, id="sample", marks=pytest.mark.xdist_group("sample")),
    pytest.param(cities.cambridge, id="cambridge", marks=pytest.mark.xdist_group("cambridge")),
    pytest.param(cities.liechtenstein, id="liechtenstein", marks=pytest.mark.xdist_group("liechtenstein")),
]


@pytest.mark.parametrize("build", CITIES)
def test_the_printed_report_is_the_kept_one_and_has_the_documented_form(build):
    built = build()
    kept = Report.model_validate_json((built.workspace / "report.json").read_text(encoding="utf-8"))
    assert Report.model_validate(built.report) == kept


@pytest.mark.parametrize("build", CITIES)
def test_coverage_equals_a_recount_of_the_exported_pairings(build):
    built = build()
    households, members, pairings = (built.export(noun) for noun in ("households", "members", "pairings"))
    present = set(households.loc[households["status"] == "present", "household_id"])
    day = built.report["day"]
    serving = set()
    named = set()
    for member in members.to_dict("records"):
        begun = member["leave_from"] <= day if member["leave_from"] else member["status"] == "leave"
        away = begun and not (member["leave_to"] and member["leave_to"] < day)
        if member["status"] != "ended" and not away:
            serving.add(member["member_id"])
            if member["kind"] == "person" and member["name"]:
                named.add(member["member_id"])
    active = [
        pair
        for pair in pairings.to_dict("records")
        if pair["household_id"] in present
        and pair["valid_from"] <= day
        and (not pair["valid_to"] or pair["valid_to"] >= day)
        and pair["member_id"] in serving
    ]
    paired = {pair["household_id"] for pair in active}
    to_person = {pair["household_id"] for pair in active if pair["member_id"] in named}
    coverage = built.report["coverage"]
    assert coverage["households"] == len(present)
    assert coverage["with_pairing"] == len(paired)
    assert coverage["with_named_person"] == len(to_person)
    assert coverage["gaps"] == len(present) - len(to_person) == len(built.export("gaps"))


@pytest.mark.parametrize("build", CITIES)
def test_no_member_holds_more_than_the_capacity(build):
    built = build()
    members, pairings = built.export("members"), built.export("pairings")
    engine = pairings[pairings["basis"] == "engine"]
    capacity = members.set_index("member_id")["capacity"].astype(int)
    load = engine.groupby("member_id").size()
    assert (load <= capacity.reindex(load.index)).all()
    assert built.report["pairing"]["optimal"] is True


@pytest.mark.xdist_group("sample")
def test_the_sample_city_has_the_promised_size():
    report = cities.sample().report
    assert report["areas"]["community"] == 12
    assert 110 <= report["areas"]["grid"] <= 130
    assert report["buildings"] == 2000
    assert report["members"]["total"] == 2900
    assert report["invented"] is True
    assert 0 < report["coverage"]["gaps"] < 0.25 * report["households"]["total"]


@pytest.mark.xdist_group("sample")
def test_what_is_exported_is_masked_and_carries_place_and_reason():
    households = cities.sample().export("households")
    assert set(households["name"].str.fullmatch(r".?\*.?|")) == {True}
    assert set(households["phone"].str.fullmatch(r"(\d{3}\*{4}\d{4}|\d{4}-\*{4}\d{3}|\*{4}|)")) == {True}
    found = households[households["accuracy"].isin(["room", "building"])]
    assert (found[["building_id", "grid_id", "community_id", "place_reason"]] != "").all(axis=None)
    assert not households["address"].str.contains(r"单元\d+室", regex=True).any()


@pytest.mark.xdist_group("sample")
def test_unmasking_asks_for_a_reason_and_is_logged():
    built = cities.sample()
    target = built.workspace / "clear.csv"
    refused = cities.gridmap("export", "households", built.workspace, "--unmask", "--out", target, check=False)
    assert refused.returncode == 2
    assert not target.exists()
    cities.gridmap("export", "households", built.workspace, "--unmask", "--reason", "flood drill", "--out", target)
    clear = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert not clear["name"].str.contains("*", regex=False).any()
    log = pd.DataFrame(json.loads(cities.gridmap("audit", "list", built.workspace, "--json").stdout)["entries"])
    last = log[log["unmasked"]].iloc[-1]
    assert (last["noun"], last["purpose"], last["row_count"]) == ("households", "flood drill", len(clear))


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("form", ["xlsx", "geojson", "gpkg"])
def test_the_other_forms_hold_the_same_rows(form):
    import geopandas as gpd

    built = cities.sample()
    target = built.export("gaps", form)
    rows = pd.read_excel(target, dtype=str, engine="openpyxl") if form == "xlsx" else gpd.read_file(target)
    assert sorted(rows["household_id"]) == sorted(built.export("gaps")["household_id"])


@pytest.mark.xdist_group("cambridge")
def test_cambridge_has_the_published_counts():
    report = cities.cambridge().report
    assert report["areas"] == {"community": 13, "grid": 1044, "building": 13159}
    assert report["households"]["total"] == 1500
    assert report["members"] == {"total": 1100, "active": 1042, "located": report["members"]["located"]}
    assert report["hazards"]["sites"] == 39
    assert any(problem["code"] == "parent.not_nested" for problem in report["problems"])


@pytest.mark.xdist_group("cambridge")
def test_cambridge_locates_98_percent_to_the_true_parcel():
    built = cities.cambridge()
    truth = pd.read_csv(cities.SHARED / "cambridge" / "household_truth.csv", dtype=str)
    found = truth.merge(built.export("households"), on="household_id")
    assert len(found) == 1500
    assert (found["building_id"] == found["parcel_ml"]).mean() >= 0.98
    sure = found[found["accuracy"].isin(["room", "building"])]
    assert (sure["building_id"] == sure["parcel_ml"]).mean() >= 0.998


@pytest.mark.xdist_group("liechtenstein")
def test_liechtenstein_has_the_published_counts():
    report = cities.liechtenstein().report
    assert report["areas"]["community"] == 11
    assert report["buildings"] == 17717
    assert report["households"]["total"] > 0


@pytest.mark.parametrize("build", CITIES)
def test_the_pages_ask_nobody_outside(build):
    site = build().workspace / "site"
    pages = [*site.glob("*.html"), *site.glob("data/*.js")]
    assert len(pages) >= 6
    for page in pages:
        loads = re.findall(r"""(?:src|href)\s*=\s*["']?(https?:)?//""", page.read_text(encoding="utf-8"))
        assert loads == [], page.name


@pytest.mark.xdist_group("sample")
def test_a_second_load_of_the_same_files_changes_nothing():
    built = cities.sample()
    sources = read_sources(built.city, silent)
    from geodata.workspace import Workspace
    from gridmap import work

    store = Workspace(built.workspace).open()
    before = work.picture(store)
    changes = work.load(store, sources.frames, sources.city)
    after = work.picture(store)
    store.close()
    assert all(counts["added"] + counts["changed"] + counts["removed"] == 0 for counts in changes.values())
    assert before.coverage.summary() == after.coverage.summary()
