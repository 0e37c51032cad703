"""Turn errors into RFC 9457 problem details; one table says which status each class has."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.language import of_request
from gridmap import errors
from gridmap.phrases import PHRASES, refusal, say, told

STATUS: dict[type[errors.GridmapError], HTTPStatus] = {
    errors.GridmapError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SettingsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.FrameError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PhotoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AccountError: HTTPStatus.CONFLICT,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.SignInRefused: HTTPStatus.UNAUTHORIZED,
    errors.BringingError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ImportMissing: HTTPStatus.NOT_FOUND,
    errors.ImportClosed: HTTPStatus.CONFLICT,
    errors.ImportChanged: HTTPStatus.CONFLICT,
    errors.JobMissing: HTTPStatus.NOT_FOUND,
    errors.Overtaken: HTTPStatus.PRECONDITION_FAILED,
    errors.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.CrsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PairingError: HTTPStatus.CONFLICT,
    errors.PersonMissing: HTTPStatus.NOT_FOUND,
    errors.ProposalError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProposalMissing: HTTPStatus.NOT_FOUND,
    errors.ProposalClosed: HTTPStatus.CONFLICT,
    errors.LimitBroken: HTTPStatus.CONFLICT,
    errors.StaleProposal: HTTPStatus.CONFLICT,
    errors.ReviewError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DecisionMissing: HTTPStatus.NOT_FOUND,
    errors.DecisionRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DecisionsRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StaleRow: HTTPStatus.PRECONDITION_FAILED,
    errors.EmergencyMissing: HTTPStatus.NOT_FOUND,
    errors.EmergencyRefused: HTTPStatus.CONFLICT,
    errors.AssetsMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WorkspaceMissing: HTTPStatus.NOT_FOUND,
    errors.WorkspaceBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WorkspaceAway: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WorkspaceFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.WorkspaceNewer: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.KeyLost: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BackupError: HTTPStatus.SERVICE_UNAVAILABLE,
}

RETRY_S: dict[type[errors.GridmapError], int] = {errors.WorkspaceBusy: 1, errors.WorkspaceAway: 3}
"""What passes by itself, and in how many seconds it is worth asking again."""


def problem(request: Request, status: HTTPStatus, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401  RFC 9457 members are free
    """Return a problem document in the language of the request."""
    language = of_request(request)
    title = say(f"title.{int(status)}") if f"title.{int(status)}" in PHRASES else status.phrase
    body = {
        "type": "about:blank",
        "title": told(title, language),
        "status": int(status),
        "detail": told(detail, language),
        **more,
    }
    return JSONResponse(
        body,
        status_code=int(status),
        media_type="application/problem+json",
        headers={"Content-Language": language, "Vary": "Accept-Language"},
    )


def respond(request: Request, error: Exception) -> JSONResponse:
    """Return the problem document of an error of ours."""
    status = STATUS[type(error)]
    found = [problem.as_dict() for problem in error.problems] if isinstance(error, errors.InputError) else None
    more = {"problems": found} if found else {}
    told_as = problem(request, status, str(error), code=type(error).__name__, **more)
    if type(error) in RETRY_S:
        told_as.headers["Retry-After"] = str(RETRY_S[type(error)])
    return told_as


def _http(request: Request, error: Exception) -> JSONResponse:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    detail = getattr(error, "detail", status.phrase)
    # without words of our own the status itself says what is wrong
    own = f"title.{int(status)}"
    detail = say(own) if detail == status.phrase and own in PHRASES else detail
    return problem(request, status, str(detail))


def _malformed(request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [_field(item) for item in found]
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, say("http.form"), fields=fields)


def _field(item: dict[str, Any]) -> dict[str, str]:
    said = refusal(item)
    where = ".".join(map(str, item["loc"]))
    return {"where": where, "message": told(said, "en"), "message_zh": told(said, "zh")}


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the application as a problem document."""
    app.add_exception_handler(errors.GridmapError, respond)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
