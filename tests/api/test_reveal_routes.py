"""One row in clear over HTTP: for whom, of whom, and what it leaves in the log."""

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
from gridmap.tables import AccountRole, AuditAction, Household

CLEAR = {"name": "虚构户", "phone": "13912345678", "id_no": "11010519491231002X", "birth": "1949-12-31",
         "address": "虚构路1号2单元301室"}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The town with its strangers; household a has a personal value in every column."""
    workspace = Workspace(tmp_path_factory.mktemp("town"))
    store = scope_town.filled(workspace)
    with store.transaction(write=True) as transaction:
        row = transaction.read(Household, household_id=["a"])
        transaction.upsert(row.assign(**CLEAR).astype({"birth": row["birth"].dtype}), Household)
    # f lies in C2: seen as m4's household, while whatever may be revealed lies in C1
    work.create_account(store, "both", scope_town.PASSWORD)
    work.grant(store, "both", AccountRole.MEMBER, work.Whose(member_id="m4"), actor="test")
    work.grant(store, "both", AccountRole.FIELD_STAFF, scope_town.C1, actor="test")
    tokens = scope_town.tokens_of(store, [*scope_town.ROLES, "both"])
    store.close()
    with TestClient(create_app(workspace)) as client:
        yield client, tokens


def ask(served, name, path, reason="电话回访"):
    client, tokens = served
    return client.post(path, json={"reason": reason}, headers={"Authorization": f"Bearer {tokens[name]}"})


def unmaskings(served):
    log = work.audit_log(served[0].app.state.city.whole)
    return log[log["action"] == AuditAction.UNMASK]


@pytest.mark.parametrize("name", ["planner", "secretary", "manager", "field", "chief"])
def test_a_row_comes_in_clear_and_its_line_in_the_log_without(served, name):
    before = len(unmaskings(served))
    reply = ask(served, name, "/api/v1/households/a/reveal")
    assert reply.json() == {"household_id": "a", **CLEAR}
    assert reply.headers["cache-control"] == "no-store"
    lines = unmaskings(served)
    assert len(lines) == before + 1
    line = lines.iloc[-1]
    assert [line["actor"], line["noun"], line["subject"], line["purpose"]] == [name, "household", "a", "电话回访"]
    assert line["unmasked"]
    assert json.loads(line["filter"]) == {"columns": list(CLEAR)}
    assert not any(value in str(line.to_dict()) for value in CLEAR.values())


def test_a_member_comes_in_clear(served):
    told = ask(served, "manager", "/api/v1/members/m1/reveal").json()
    assert told == {"member_id": "m1", "name": "甲一", "phone": "13800000001", "id_no": None, "address": None}


@pytest.mark.parametrize("name", ["member", "viewer", "admin", "auditor", "nobody"])
def test_who_has_not_the_verb_gets_nothing(served, name):
    before = len(unmaskings(served))
    assert ask(served, name, "/api/v1/households/a/reveal").status_code == 403
    assert len(unmaskings(served)) == before


@pytest.mark.parametrize("name", ["planner", "field", "both"])
@pytest.mark.parametrize("person", ["households/STRANGE-H", "households/f", "members/STRANGE-M"])
def test_of_others_there_is_nothing_and_no_line(served, name, person):
    """`both` sees household f, which m4 looks after, but a member does not unmask."""
    before = len(unmaskings(served))
    unknown = ask(served, name, f"/api/v1/{person.partition('/')[0]}/NO-SUCH-ID/reveal")
    reply = ask(served, name, f"/api/v1/{person}/reveal")
    assert reply.status_code == unknown.status_code == 404
    assert reply.text.replace(person.partition("/")[2], "NO-SUCH-ID") == unknown.text
    assert len(unmaskings(served)) == before


def test_what_only_another_role_reads_is_not_called_either(served):
    client, tokens = served
    asked = {"hazard_id": "H2", "household_id": "f", "reason": "试"}
    for name, status in (("both", 422), ("chief", 200)):
        reply = client.post("/api/v1/field/calls", json=asked, headers={"Authorization": f"Bearer {tokens[name]}"})
        assert reply.status_code == status


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_without_a_reason_nothing_is_shown(served, reason):
    before = len(unmaskings(served))
    reply = ask(served, "planner", "/api/v1/households/a/reveal", reason)
    assert reply.status_code == 422
    assert len(unmaskings(served)) == before
