"""Ask every operation of the OpenAPI document what it allows and what it does not."""

from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]  # fmt: skip
ENDLESS = "/events$"
"""Server-sent events end with their job, and here no worker does any."""


def ask(app, *, most, headers=None, also=(), modes=tuple(GenerationMode)):
    """Ask every operation with what it allows and with what it does not; return how often, and what was wrong.

    `also` are checks of (response, case) beside those of the document.
    """
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=headers or {}).exclude(path_regex=ENDLESS)
    asked, wrong = Counter(), []
    for found in schema.get_all_operations():
        for mode in modes:
            try:
                _ask(found.ok(), mode, most, asked, headers=headers, also=also)
            except Unsatisfiable:  # what asks for nothing cannot be asked for the wrong thing
                assert mode is GenerationMode.NEGATIVE
            except BaseExceptionGroup as failures:
                wrong += [f"{found.ok().label}: {failure}" for failure in failures.exceptions]
    return asked, wrong


def _ask(operation, mode, most, asked, *, headers, also):
    @settings(max_examples=most, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        asked[operation.label] += 1
        response = case.call_and_validate(headers=headers, checks=CHECKS)
        for check in also:
            check(response, case)

    one()
