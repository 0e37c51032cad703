"""The ground of a household over HTTP: who records it, who no longer sees the household, and what the log has."""

import json
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

import scope_town

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AuditAction

CONSENT = {"basis": "consent", "notice_on": "2026-03-01", "purpose": "包保联系"}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("town"))
    store = scope_town.filled(workspace)
    tokens = scope_town.tokens_of(store, scope_town.ROLES)
    store.close()
    with TestClient(create_app(workspace)) as client:

        def send(name, method, path, body=None):
            return client.request(method, path, json=body, headers={"Authorization": f"Bearer {tokens[name]}"})

        send.log = lambda: work.audit_log(client.app.state.city.whole)
        yield send


def ids(reply):
    """The households that a member's map has."""
    text = reply.text
    return json.loads(text[text.index("{") : text.rindex("}") + 1])["id"]


def seen(ask):
    return ids(ask("member", "GET", "/data/households.js"))


def test_a_member_no_longer_sees_who_has_withdrawn_and_is_told_why(ask):
    before = seen(ask)
    assert "a" in before
    assert "withheld" not in ask("member", "GET", "/index.html").text
    assert ask("secretary", "PUT", "/api/v1/households/a/legal-basis", CONSENT).json() == {
        "household_id": "a", "legal_basis": "consent", "notice_on": "2026-03-01", "purpose": "包保联系",
        "withdrawn_on": None,
    }  # fmt: skip
    assert seen(ask) == before
    gone = ask("manager", "POST", "/api/v1/households/a/withdrawal", {"withdrawn_on": "2026-04-01"})
    assert gone.json()["withdrawn_on"] == "2026-04-01"
    assert seen(ask) == [one for one in before if one != "a"]
    assert "1 户还没有登记合法性基础，或已撤回同意" in ask("member", "GET", "/index.html").text
    told = ask("secretary", "GET", "/api/v1/today").json()
    assert [(who["household_id"], who["lacking"]) for who in told["grounds"]] == [("a", "withdrawn")]
    assert told["figures"]["without_basis"] == 1
    assert "a" in ids(ask("secretary", "GET", "/data/households.js")), "who is responsible goes on seeing it"

    ask("secretary", "PUT", "/api/v1/households/a/legal-basis", {**CONSENT, "notice_on": "2026-05-01"})
    assert seen(ask) == before
    assert ask("secretary", "GET", "/api/v1/today").json()["grounds"] == []

    lines = ask.log()
    lines = lines[(lines["noun"] == "household") & (lines["subject"] == "a") & (lines["action"] == AuditAction.CHANGE)]
    lines = lines[lines["after"].str.contains("legal_basis|withdrawn_on", na=False)]
    assert lines["actor"].tolist() == ["secretary", "manager", "secretary"]
    assert json.loads(lines["after"].iloc[1]) == {"withdrawn_on": "2026-04-01T00:00:00"}


def test_nobody_withdraws_from_statutory_duty(ask):
    reply = ask("secretary", "POST", "/api/v1/households/d/withdrawal", {})
    assert (reply.status_code, reply.json()["code"]) == (422, "DecisionRefused")


@pytest.mark.parametrize("name", ["field", "member", "viewer", "admin", "auditor"])
def test_who_has_not_the_verb_records_nothing(ask, name):
    assert ask(name, "PUT", "/api/v1/households/a/legal-basis", CONSENT).status_code == 403
    assert ask(name, "POST", "/api/v1/households/a/withdrawal", {}).status_code == 403


def test_of_others_there_is_no_ground(ask):
    for person in ("STRANGE-H", "NO-SUCH-ID"):
        assert ask("secretary", "PUT", f"/api/v1/households/{person}/legal-basis", CONSENT).status_code == 404
        assert ask("secretary", "POST", f"/api/v1/households/{person}/withdrawal", {}).status_code == 404


@pytest.mark.parametrize("wrong", [{"basis": "because"}, {"purpose": ""}, {"purpose": "长" * 81}, {"notice_on": None}])
def test_a_ground_is_whole_or_refused(ask, wrong):
    assert ask("secretary", "PUT", "/api/v1/households/a/legal-basis", {**CONSENT, **wrong}).status_code == 422
