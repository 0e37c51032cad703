"""The lists over HTTP: filters by hand, parts, scope, masks, downloads that the log records."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

import scope_town
from scope_town import STRANGERS

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AuditAction, Household, MemberPlace, Pairing, TokenScope

BASE = "http://10.1.2.3:8000"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("lists"))
    store = scope_town.filled(workspace)
    tokens = scope_town.tokens_of(store, ("chief", "planner", "member", "viewer"), TokenScope.READ)
    store.close()
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        yield client, tokens


@pytest.fixture
def ask(served):
    client, tokens = served
    return lambda name, path: client.get(path, headers={"Authorization": f"Bearer {tokens[name]}"})


@pytest.fixture
def kept(served):
    store = served[0].app.state.city.whole
    with store.transaction() as transaction:
        return transaction.read(Household).set_index("household_id"), work.picture(store).coverage


@pytest.fixture
def rows_of(served):
    store = served[0].app.state.city.whole

    def read(row):
        with store.transaction() as transaction:
            return transaction.read(row)

    return read


def ids(reply, key="household_id"):
    return [row[key] for row in reply.json()]


def test_every_filter_narrows_as_by_hand(ask, kept):
    households, coverage = kept
    measured = coverage.households.set_index("household_id")
    by_hand = {
        "": set(households.index),
        "care_level=red": set(households.index[households["care_level"] == "red"]),
        "status=present": set(households.index[households["status"] == "present"]),
        "named=true": set(measured.index[measured["with_named_person"]]),
        "named=false": set(measured.index[~measured["with_named_person"]]),
        "community_id=C2": set(measured.index[measured["community_id"] == "C2"]),
        "community_id=&care_level=&status=&named=": set(households.index),
        "community_id=NOWHERE": set(),
    }
    for query, wanted in by_hand.items():
        assert set(ids(ask("chief", f"/api/v1/households?{query}"))) == wanted, query


def test_who_has_nobody_comes_first_red_before_green(ask, kept):
    _, coverage = kept
    gaps = coverage.households.set_index("household_id")["with_named_person"]
    shown = [bool(gaps[one]) for one in ids(ask("chief", "/api/v1/households")) if one in gaps.index]
    assert shown == sorted(shown)
    care = [row["care_level"] for row in ask("chief", "/api/v1/households?named=false").json()]
    assert care == sorted(care, key=("red", "yellow", "green").index)


def test_parts_make_up_the_whole(ask):
    whole = ids(ask("chief", "/api/v1/households"))
    parts, address = [], "/api/v1/households?limit=2"
    while address:
        reply = ask("chief", address)
        assert reply.headers["x-total-count"] == str(len(whole))
        parts += ids(reply)
        following = re.search(r"<([^>]+)>; rel=\"next\"", reply.headers.get("link", ""))
        address = following and following[1]
    assert parts == whole


def test_a_list_holds_ones_own_area_and_no_clear_value(ask, kept, rows_of):
    households, _ = kept
    ties = rows_of(Pairing)
    for path in ("/api/v1/households", "/households.html", "/api/v1/members", "/members.html", "/areas.html"):
        reply = ask("planner", path)
        text = reply.text
        assert reply.status_code == 200, path
        assert not any(word in text for word in STRANGERS), path
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text), path
        assert not any(name in text for name in households["name"].dropna() if len(name) > 2), path
    own = {one for one, by in zip(ties["household_id"], ties["member_id"], strict=True) if by == "m1"}
    assert set(ids(ask("member", "/api/v1/households"))) <= own
    assert ask("viewer", "/api/v1/households").status_code == 403


def test_a_member_with_a_load_counts_the_pairings(ask, rows_of):
    rows = {row["member_id"]: row for row in ask("chief", "/api/v1/members").json()}
    assert rows["STRANGE-M"]["load"] == 1
    places = rows_of(MemberPlace)
    living = sorted(places.loc[places["community_id"] == "C2", "member_id"])
    assert "STRANGE-M" in living
    assert ids(ask("chief", "/api/v1/members?community_id=C2"), "member_id") == living


def test_areas_with_gaps_are_those_with_gaps(ask, kept):
    _, coverage = kept
    rows = coverage.areas
    wanted = rows[(rows["level"] == "grid") & (rows["gaps"] > 0)]["area_id"]
    assert ids(ask("chief", "/api/v1/areas?level=grid&gaps=true"), "area_id") == list(wanted)
    assert ask("chief", "/api/v1/areas").json()[0]["level"] == "city"


def test_a_download_is_masked_and_a_line_of_the_log(served, ask, kept):
    households, _ = kept
    reply = ask("planner", "/api/v1/households/export?format=csv&care_level=red&purpose=入户走访 13812345678")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert {row["care_level"] for row in rows} == {"red"}
    assert not set(households["phone"].dropna()) & {row["phone"] for row in rows}
    last = work.audit_log(served[0].app.state.city.whole).iloc[-1]
    assert (last["actor"], last["action"], last["noun"]) == ("planner", AuditAction.EXPORT, "households")
    assert last["row_count"] == len(rows) > 0
    assert not last["unmasked"]
    asked = json.loads(last["filter"])
    assert (asked["care_level"], asked["form"]) == ("red", "csv")
    assert last["purpose"] == "入户走访 138****5678"
    assert ask("planner", "/api/v1/households/export?format=csv").status_code == 422


@pytest.mark.parametrize("listed", ["households", "members", "areas"])
def test_a_map_file_has_a_feature_for_each_row(ask, listed):
    found = ask("chief", f"/api/v1/{listed}/export?format=geojson&purpose=x").json()
    assert len(found["features"]) == len(ask("chief", f"/api/v1/{listed}").json())


def test_the_pages_keep_their_filter_and_lead_on(ask):
    page = ask("chief", "/households.html?care_level=red&limit=1").text
    assert '<option value="red" selected>' in page
    assert "care_level=red" in re.search(r'href="(households\.html\?[^"]+)" rel="next"', page)[1]
    assert 'name="care_level" value="red"' in page
    assert "household.html?id=" in page
    assert "household.html?id=" not in ask("member", "/households.html").text
    assert "Households" in ask("chief", "/households.en.html").text


def last_export(client):
    return work.audit_log(client.app.state.city.whole, work.AuditQuery(actions=[AuditAction.EXPORT])).iloc[-1]


@pytest.mark.parametrize(
    ("name", "path", "noun", "asked"),
    [
        ("planner", "/api/v1/gaps/export?format=csv", "gaps", {"form": "csv"}),
        ("chief", "/api/v1/gaps/export?format=geojson&community_id=C2", "gaps",
         {"form": "geojson", "community_id": "C2"}),
        ("member", "/api/v1/coverage/export?format=csv", "coverage", {"form": "csv"}),
        ("viewer", "/api/v1/coverage/export?level=community", "coverage", {"form": "csv", "level": "community"}),
    ],
)  # fmt: skip
def test_figures_and_gaps_leave_like_every_other_file(ask, served, name, path, noun, asked):
    client, _ = served
    answer = ask(name, f"{path}&purpose=月报 13812345678")
    assert answer.status_code == 200, answer.text
    assert f"''{noun}." in answer.headers["content-disposition"]
    shown = ask(name, path.replace("/export", "")).json()
    form = asked["form"]
    key = "household_id" if noun == "gaps" else "area_id"
    if form == "csv":
        left = [row[key] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    else:
        left = [feature["properties"][key] for feature in answer.json()["features"]]
    assert left == [row[key] or "" for row in shown]
    line = last_export(client)
    assert (line["actor"], line["noun"], line["row_count"], line["purpose"], line["unmasked"]) == (
        name, noun, len(left), "月报 138****5678", False)  # fmt: skip
    told = json.loads(line["filter"])
    assert {name: told[name] for name in asked} == asked
    assert "day" in told


def test_a_look_at_figures_and_gaps_is_no_export(ask, served):
    before = last_export(served[0])["number"]
    for path in ("/api/v1/gaps", "/api/v1/coverage", "/gaps.html", "/index.html", "/api/v1/gaps/export?format=csv"):
        ask("planner", path)
    assert last_export(served[0])["number"] == before
    assert ask("viewer", "/api/v1/gaps/export?format=csv&purpose=x").status_code == 403


def test_pages_offer_their_files_with_a_purpose_and_households_without_a_ground(ask, kept):
    for path in ("/index.html", "/gaps.html"):
        page = ask("chief", path).text
        assert re.search(r'<input name="purpose" required', page), path
        assert 'formaction="api/v1/gaps/export" name="format" value="geojson"' in page, path
        assert "form-action 'self'" in page, path
    households, coverage = kept
    counted = set(coverage.households["household_id"])
    lacking = {one for one in counted if not isinstance(households.loc[one, "legal_basis"], str)}
    found = ask("chief", "/api/v1/households?lawful=false&status=present").json()
    assert {row["household_id"] for row in found} == lacking
    assert {row["household_id"] for row in ask("chief", "/api/v1/households?lawful=true&status=present").json()} == (
        counted - lacking
    )
    page = ask("chief", "/index.html").text
    told = re.search(r'id="groundless">\D*(\d+)', page)
    assert (int(told[1]) if told else 0) == len(lacking)
    assert 'id="groundless"' not in ask("member", "/index.html").text
