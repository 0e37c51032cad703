"""The door: as soon as there is an account, nothing is answered without somebody signed in, whatever the route.

It stands before the whole application, so that a route that somebody adds later is closed until it is opened here. Who
came in is in `request.state.signed` and, for what runs deeper down, in `acting`.
"""

import base64
import hashlib
import hmac
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.acting import acting
from api.errors import problem, respond
from api.links import PATH as LINKS
from api.oidc import BACK as OPENID_BACK
from api.rights import home_of, opens
from gridmap import work
from gridmap.audit import Audited
from gridmap.errors import GridmapError
from gridmap.phrases import say
from gridmap.sealing import Seal
from gridmap.tables import AccountRules
from gridmap.work import Signed

COOKIE = "gridmap_session"
OPEN = ("/health", "/sign-in.html", "/sign-in.en.html", "/openid.html", OPENID_BACK, LINKS)
OPEN_UNDER = "/assets/"
BEFORE_CHANGE = ("/account.html", "/account.en.html", "/sign-out.html", "/sign-out.en.html")
"""What somebody may do whose password must be changed first."""

SAFE = ("GET", "HEAD", "OPTIONS")


def sign_cookie(secret: str, seal: Seal) -> str:
    """Return what the cookie holds: the secret of the session, signed with the key of the workspace."""
    made = hmac.new(seal.derived("cookie"), secret.encode(), hashlib.sha256).digest()
    return f"{secret}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def read_cookie(value: str, seal: Seal) -> str | None:
    """Return the secret of a cookie that we signed, None for any other."""
    secret, _, _signature = value.partition(".")
    return secret if secret and hmac.compare_digest(value.encode(), sign_cookie(secret, seal).encode()) else None


def source_of(request: Request) -> str:
    """Return the address that a request comes from."""
    return request.client.host if request.client else "unknown"


def own_page(request: Request) -> bool:
    """Say whether a write comes from a page of ours: the browser must say so, in one of the two ways it has."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:  # no page can set it, but browsers send it over HTTPS and to this computer alone
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host", "")


class Door:
    """Ask who comes in, before any route."""

    def __init__(self, app: ASGIApp, store: Audited, rules: AccountRules) -> None:
        self.app = app
        self._store = store
        self._rules = rules
        self._demanded = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        refused, signed = await run_in_threadpool(self._ask, request)
        if refused is not None:
            await refused(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        state["signed"] = signed
        mark = acting.set(signed.account_id if signed else None)
        try:
            await self.app(scope, receive, send)
        finally:
            acting.reset(mark)

    def _ask(self, request: Request) -> tuple[Response | None, Signed | None]:
        """Return the answer that refuses, or who is signed in; nobody is where there are no accounts."""
        try:
            # an account is never removed, so the answer yes lasts
            self._demanded = self._demanded or work.has_accounts(self._store)
            if not self._demanded:
                return None, None
            signed, by_cookie = self._who(request)
        except GridmapError as error:
            return respond(request, error), None
        writes = request.method not in SAFE
        path = request.url.path
        if path in OPEN or path.startswith(OPEN_UNDER):
            return (_not_ours(request) if writes and not own_page(request) else None), signed
        if signed is None:
            return _to_the_door(request), None
        if writes and by_cookie and not own_page(request):
            return _not_ours(request), None
        return _held_back(request, signed), signed

    def _who(self, request: Request) -> tuple[Signed | None, bool]:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return work.let_in(self._store, token.strip()), False
        secret = read_cookie(request.cookies.get(COOKIE, ""), self._store.seal)
        return (work.signed_in(self._store, secret, self._rules) if secret else None), True


def _held_back(request: Request, signed: Signed) -> Response | None:
    """Return the answer for somebody who may not do this yet or with this token, None for all others."""
    if signed.must_change and request.url.path not in BEFORE_CHANGE:
        return _to_the_account(request)
    if not signed.must_change and request.url.path == "/" and (home := home_of(signed.rights)) != "index":
        return RedirectResponse(f"/{home}.html", 303)
    if not opens(signed.rights, request.url.path):
        return _not_allowed(request, signed)
    if not signed.writes and request.method not in SAFE:
        return problem(request, HTTPStatus.FORBIDDEN, say("door.read_only"))
    return None


def _not_allowed(request: Request, signed: Signed) -> Response:
    said = say("role.not_allowed") if signed.rights.grants else say("role.none", name=signed.account_id)
    return problem(request, HTTPStatus.FORBIDDEN, said, code="NotAllowed")


def _not_ours(request: Request) -> Response:
    return problem(request, HTTPStatus.FORBIDDEN, say("http.own_pages"))


def _is_page(request: Request) -> bool:
    path = request.url.path
    return request.method in SAFE and (path == "/" or path.endswith(".html") or path == "/docs")


def _language_end(request: Request) -> str:
    return ".en.html" if request.url.path.endswith(".en.html") else ".html"


def _to_the_door(request: Request) -> Response:
    if _is_page(request):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in{_language_end(request)}?then={quote(wanted, safe='')}", 303)
    refused = problem(request, HTTPStatus.UNAUTHORIZED, say("door.closed"))
    refused.headers["WWW-Authenticate"] = "Bearer"
    return refused


def _to_the_account(request: Request) -> Response:
    if _is_page(request):
        return RedirectResponse(f"/account{_language_end(request)}", 303)
    return problem(request, HTTPStatus.FORBIDDEN, say("door.change_first"))
