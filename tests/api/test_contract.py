"""The OpenAPI document is one that generators accept, and no answer is one that it does not announce."""

from collections import Counter

import field_town
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]  # fmt: skip
ENDLESS = "/events$"
"""Server-sent events end with their job, and here no worker does any."""


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


def ask(app, *, most):
    """Ask every operation with what it allows and with what it does not; return how often, and what was wrong."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app).exclude(path_regex=ENDLESS)
    asked, wrong = Counter(), []
    for found in schema.get_all_operations():
        for mode in GenerationMode:
            try:
                _ask(found.ok(), mode, most, asked)
            except Unsatisfiable:  # what asks for nothing cannot be asked for the wrong thing
                assert mode is GenerationMode.NEGATIVE
            except BaseExceptionGroup as failures:
                wrong += [f"{found.ok().label}: {failure}" for failure in failures.exceptions]
    return asked, wrong


def _ask(operation, mode, most, asked):
    @settings(max_examples=most, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        asked[operation.label] += 1
        case.call_and_validate(checks=CHECKS)

    one()


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
    asked, wrong = ask(app, most=3)
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
