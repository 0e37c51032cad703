"""An emergency over HTTP: two people, whoever helps, what they see, how it ends, and what the log has."""

import datetime as dt
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

import scope_town

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AccountRole, AuditAction, Emergency, Household

ASKED = {"area_id": "C1", "reason": "东坡有险情", "hours": 6}
DOORS = {"a", "b", "c", "d", "e", "nowhere"}
"""The households of C1 but for g, who has moved."""

MORE = {
    "neighbour": (AccountRole.MEMBER, work.Whose(member_id="m3")),
    "elsewhere": (AccountRole.MEMBER, work.Whose(member_id="STRANGE-M")),
    "other": (AccountRole.GRID_MANAGER, work.Whose("C2")),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("town"))
    store = scope_town.filled(workspace)
    with store.transaction(write=True) as transaction:
        row = transaction.read(Household, household_id=["e"])
        transaction.upsert(
            row.assign(name="虚构户", phone="13912345678", address="虚构路1号301室", legal_basis=None), Household
        )
    for name, given in MORE.items():
        work.create_account(store, name, scope_town.PASSWORD)
        work.grant(store, name, *given, actor="test")
    tokens = scope_town.tokens_of(store, (*scope_town.ROLES, *MORE))
    store.close()
    with TestClient(create_app(workspace)) as client:

        def send(name, path="", body=None, *, method="POST"):
            path = path if path.startswith("/") else f"/api/v1/emergencies{path and '/'}{path}"
            body = {} if body is None and method == "POST" else body
            return client.request(method, path, json=body, headers={"Authorization": f"Bearer {tokens[name]}"})

        send.store = client.app.state.city.whole
        yield send


@pytest.fixture
def ask(served):
    """Nobody has asked for an emergency yet."""
    with served.store.transaction(write=True) as transaction:
        transaction.delete(Emergency)
        transaction.advance("test")
    served.before = len(work.audit_log(served.store))
    return served


def opened(ask):
    """Open E0001 in C1."""
    assert ask("secretary", body=ASKED).json()["state"] == "asked"
    reply = ask("planner", "E0001/confirm")
    assert reply.json()["state"] == "active"
    return reply.json()


def end_at(ask, moment):
    with ask.store.transaction(write=True) as transaction:
        rows = transaction.read(Emergency)
        transaction.upsert(rows.assign(until_at=rows["until_at"].mask(rows["until_at"].notna(), moment)), Emergency)
        transaction.advance("test")


def unmaskings(ask):
    log = work.audit_log(ask.store).iloc[ask.before :]
    return log[log["action"] == AuditAction.UNMASK]


def test_two_people_open_it_and_helpers_see_names_and_doors(ask):
    assert ask("secretary", body=ASKED).status_code == 201
    assert ask("member", "E0001/households").status_code == 409, "nothing is open yet"
    own = ask("secretary", "E0001/confirm")
    assert (own.status_code, own.json()["code"]) == (409, "EmergencyRefused")
    assert ask("manager", "E0001/confirm").status_code == 403, "G1 is a part of C1 only"
    until = ask("planner", "E0001/confirm").json()["until_at"]
    left = dt.datetime.fromisoformat(until) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(hours=5.9) < left <= dt.timedelta(hours=6)
    assert ask("chief", "E0001/confirm").status_code == 409

    for count, name in enumerate(["member", "neighbour", "field", "manager", "secretary", "chief"], start=1):
        reply = ask(name, "E0001/households")
        assert reply.headers["cache-control"] == "no-store"
        assert {row["household_id"] for row in reply.json()} == DOORS
        (house,) = [row for row in reply.json() if row["household_id"] == "e"]
        # without a legal basis all the same, and neither number nor illness
        assert house == {"household_id": "e", "name": "虚构户", "address": "虚构路1号301室"}
        lines = unmaskings(ask)
        assert len(lines) == count
        line = lines.iloc[-1]
        assert [line["actor"], line["noun"], line["subject"], line["row_count"], line["purpose"]] == [
            name, "emergency", "E0001", 6, "东坡有险情"]  # fmt: skip
        assert "虚构户" not in str(line.to_dict())


@pytest.mark.parametrize(("name", "status"), [("elsewhere", 404), ("other", 404), ("viewer", 403), ("admin", 403),
                                              ("auditor", 403), ("nobody", 403)])  # fmt: skip
def test_who_does_not_help_there_finds_nothing(ask, name, status):
    opened(ask)
    reply = ask(name, "E0001/households")
    assert reply.status_code == status
    assert ask(name, method="GET").json() == [] if status == 404 else True
    assert unmaskings(ask).empty


def test_everything_else_stays_as_it_was(ask):
    before = ask("member", "/data/households.js", method="GET").text
    opened(ask)
    assert ask("member", "/data/households.js", method="GET").text == before
    assert "虚构户" not in ask("member", "/map.html", method="GET").text


def test_it_ends_by_itself_with_its_banner_and_is_reviewed(ask):
    opened(ask)
    assert "banner-emergency" in ask("member", "/index.html", method="GET").text
    assert "banner-emergency" not in ask("elsewhere", "/index.html", method="GET").text
    assert ask("secretary", "E0001/review", {"review": "x"}).status_code == 409
    end_at(ask, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2))
    assert "banner-emergency" in ask("member", "/index.html", method="GET").text
    time.sleep(2.1)
    assert "banner-emergency" not in ask("member", "/index.html", method="GET").text
    assert ask("member", "E0001/households").status_code == 409
    waiting = ask("secretary", "/api/v1/today", method="GET").json()["emergencies"]
    assert waiting == [{"emergency_id": "E0001", "area_id": "C1", "state": "over"}]
    assert ask("secretary", "E0001/review", {"review": "核查 6 户，均属实"}).json()["reviewed_by"] == "secretary"
    assert ask("secretary", "/api/v1/today", method="GET").json()["emergencies"] == []
    assert ask("secretary", "E0001/review", {"review": "再来"}).status_code == 409


def test_it_is_ended_early_by_hand(ask):
    opened(ask)
    assert ask("member", "E0001/end").status_code == 403
    assert ask("secretary", "E0001/end").json()["ended_by"] == "secretary"
    assert ask("member", "E0001/households").status_code == 409
    assert ask("chief", "E0001/end").status_code == 409


def test_a_request_that_nobody_confirms_lapses(ask):
    ask("secretary", body=ASKED)
    with ask.store.transaction(write=True) as transaction:
        rows = transaction.read(Emergency)
        transaction.upsert(rows.assign(asked_at=rows["asked_at"] - dt.timedelta(hours=24)), Emergency)
    assert ask("planner", "E0001/confirm").status_code == 409
    assert ask("planner", method="GET").json()[0]["state"] == "lapsed"


@pytest.mark.parametrize("wrong", [{"area_id": "B1"}, {"area_id": "C2"}, {"area_id": "NO"}, {"reason": " "},
                                   {"hours": 0}, {"hours": 73}])  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(ask, wrong):
    assert ask("secretary", body={**ASKED, **wrong}).status_code in (403, 409, 422)
    assert ask("secretary", method="GET").json() == []
