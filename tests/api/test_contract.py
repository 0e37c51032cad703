"""The OpenAPI document is one that generators accept, and no answer is one that it does not announce."""

import sys
from pathlib import Path

import field_town
import pytest
from asking import ask
from fastapi.testclient import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

sys.path.insert(0, str(Path(__file__).parents[1]))

import scope_town
from scope_town import STRANGERS

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work

POSTGIS = pytest.mark.xdist_group("postgis")
FAST = (("sqlite", "manager"), ("postgis", "planner"))
"""The roles that are asked each time, one for each engine; the others in the slow tests."""


def town(folder, url=None):
    """The town with something of everything that has an id: a proposal, an import, a job."""
    workspace = Workspace(folder, url)
    store = workspace.open(create=True)
    field_town.fill(store)
    work.propose(store, "city", max_changes=3, actor="test")
    store.close()
    return workspace


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = create_app(town(tmp_path_factory.mktemp("contract")))
    with TestClient(app) as client:
        client.post("/api/v1/imports?name=a.csv", content="姓名,地址\n张某,甲路1号\n".encode(),
                    headers={"Content-Type": "application/octet-stream"})  # fmt: skip
        client.post("/api/v1/jobs", json={"kind": "locate"})
        yield app


def test_the_document_is_a_valid_one(app):
    described = app.openapi()
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            refusals = {status for status in operation["responses"] if status >= "400"}
            assert {"401", "403", "429", "503"} <= refusals, (method, path)
            assert ("404" in refusals) or "{" not in path, (method, path)
            assert ("409" in refusals) == (method != "get"), (method, path)


def test_no_answer_is_one_that_the_document_does_not_announce(app):
    asked, wrong = ask(app, most=1)
    assert wrong == []
    assert len(asked) > 35


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))])
def test_the_same_with_many_questions_on_both_engines(engine, request, tmp_path):
    url = request.getfixturevalue("postgis_url") if engine == "postgis" else None
    with TestClient(app := create_app(town(tmp_path, url))):
        _, wrong = ask(app, most=60)
    assert wrong == []


def as_role(name, app, token, most):
    """Ask everything as an account; note each answer in which a stranger stands who is none of its business."""
    told = []

    def no_stranger(response, case):
        text = response.text + str(response.headers)
        told.extend((case.method, case.path, word) for word in STRANGERS if word in text)

    asked, wrong = ask(app, most=most, headers={"Authorization": f"Bearer {token}"}, also=[no_stranger])
    # the chief has the whole city and the audit reader its log
    return asked, wrong, told if name not in ("chief", "auditor") else []


def each_role():
    for engine in ("sqlite", "postgis"):
        for name in scope_town.ROLES:
            marks = [POSTGIS] if engine == "postgis" else []
            slow = [] if (engine, name) in FAST else [pytest.mark.slow, pytest.mark.timeout(900)]
            yield pytest.param(engine, name, 1 if not slow else 8, marks=[*marks, *slow])


@pytest.mark.parametrize(("engine", "name", "most"), list(each_role()))
def test_the_same_as_each_role_and_no_stranger_in_any_answer(engine, name, most, request, tmp_path):
    url = request.getfixturevalue("postgis_url") if engine == "postgis" else None
    workspace = Workspace(tmp_path, url)
    tokens = scope_town.keep(workspace)
    with TestClient(app := create_app(workspace)):
        asked, wrong, told = as_role(name, app, tokens[name], most)
    assert wrong == []
    assert told == []
    assert len(asked) > 35
