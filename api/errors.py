"""Turn errors into RFC 9457 problem details; one table says which status each class has."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gridmap import errors

STATUS: dict[type[errors.GridmapError], HTTPStatus] = {
    errors.GridmapError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SettingsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.FrameError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PhotoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.CrsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PairingError: HTTPStatus.CONFLICT,
    errors.ProposalError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProposalMissing: HTTPStatus.NOT_FOUND,
    errors.ProposalClosed: HTTPStatus.CONFLICT,
    errors.LimitBroken: HTTPStatus.CONFLICT,
    errors.StaleProposal: HTTPStatus.CONFLICT,
    errors.ReviewError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DecisionMissing: HTTPStatus.NOT_FOUND,
    errors.DecisionRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DecisionsRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StaleRow: HTTPStatus.CONFLICT,
    errors.AssetsMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WorkspaceMissing: HTTPStatus.NOT_FOUND,
    errors.WorkspaceBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WorkspaceNewer: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem(status: HTTPStatus, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401  RFC 9457 members are free
    """Return a problem document."""
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    return JSONResponse(body, status_code=int(status), media_type="application/problem+json")


def _ours(_request: Request, error: Exception) -> JSONResponse:
    status = STATUS[type(error)]
    found = [problem.as_dict() for problem in error.problems] if isinstance(error, errors.InputError) else None
    more = {"problems": found} if found else {}
    return problem(status, str(error), code=type(error).__name__, **more)


def _http(_request: Request, error: Exception) -> JSONResponse:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    return problem(status, str(getattr(error, "detail", status.phrase)))


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [{"where": ".".join(map(str, item["loc"])), "message": item["msg"]} for item in found]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not have the form that is asked for.", fields=fields
    )


def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # the cause goes to the server's log; a user gets no stack trace and no personal value
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed inside Gridmap. The log has the cause.")


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the application as a problem document."""
    app.add_exception_handler(errors.GridmapError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _unexpected)
