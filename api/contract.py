"""What the OpenAPI document promises beyond the routes themselves: every refusal, as the problem document it is.

What an operation may be refused for follows from what it is (what it asks for, whether it writes), so it is said here,
once, and holds for a route that is added later.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

PROBLEM = "application/problem+json"
ALWAYS = (401, 403, 429, 500, 503)
OF_A_WRITE = (404, 409, 412, 507)
OF_A_BODY = (400, 413, 415)
PASSING = (429, 503)
"""Refusals that may say when to come again."""
AGAIN = {"Retry-After": {"description": "seconds until it is worth asking again", "schema": {"type": "integer"}}}
SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": "gridmap_session", "description": "who signed in on a page"},
    "token": {"type": "http", "scheme": "bearer", "description": "a program: `gridmap admin token`"},
}


class ProblemDocument(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    code: Annotated[str | None, Field(description="kind of error, see docs/errors.md; never changes")] = None
    problems: Annotated[list[dict[str, Any]], Field(description="what is wrong with rows of a file")] = []
    fields: Annotated[list[dict[str, Any]], Field(description="what is wrong with the request")] = []


def _refusals(method: str, path: str, operation: dict[str, Any]) -> set[int]:
    """Return the statuses with which an operation may refuse."""
    found = set(ALWAYS)
    if operation.get("parameters") or "requestBody" in operation:
        found.add(422)
    if "{" in path or path.endswith("/report") or "/admin/" in path:
        found.add(404)
    if "requestBody" in operation:
        found |= set(OF_A_BODY)
    if method != "get":
        found |= {*OF_A_WRITE, 415, 422}
    return found


def _complete(method: str, path: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in sorted(_refusals(method, path, operation)):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        if status in PASSING:
            responses[str(status)]["headers"] = AGAIN
    if method == "get":
        responses["304"] = {"description": "Not Modified: If-None-Match names the answer that is there"}


def describe(app: FastAPI) -> None:
    """Let the application's OpenAPI document name every refusal and how one comes in."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = plain()
            for path, operations in found["paths"].items():
                for method, operation in operations.items():
                    _complete(method, path, operation)
            parts = found["components"]
            for unused in ("HTTPValidationError", "ValidationError"):
                parts["schemas"].pop(unused, None)
            parts["schemas"]["ProblemDocument"] = ProblemDocument.model_json_schema()
            parts["securitySchemes"] = SCHEMES
            # without accounts nobody signs in
            found["security"] = [{}, *({name: []} for name in SCHEMES)]
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  FastAPI's own way to extend the document
