"""How much may come in: bytes of one request, and requests in a minute from one address and from one account."""

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import HTTPException, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import source_of
from api.errors import problem
from api.uploads import too_large
from gridmap.phrases import say

MOST_BYTES = 2 * 1024 * 1024
"""Of a request to a route that has no limit of its own."""
OWN_LIMIT = re.compile(r"POST /api/v1/imports|PUT /api/v1/field/photos/[^/]+")
"""The routes that read their bytes as they stream, with larger limits of their own (`api.uploads.read_limited`)."""
MOST_KEPT = 20_000
"""So many addresses or accounts are remembered; then those that have rested longest are forgotten."""

Named = Callable[[Request], str | None]


class BodyLimit:
    """Refuse a body that says that it is too large, or turns out to be."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in."""
        if scope["type"] != "http" or OWN_LIMIT.fullmatch(f"{scope['method']} {scope['path']}"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        said = request.headers.get("content-length", "")
        if said.isdecimal() and int(said) > MOST_BYTES:
            refused = problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(too_large(MOST_BYTES)))
            await refused(scope, receive, send)
            return
        room = MOST_BYTES

        async def counted() -> Message:
            nonlocal room
            message = await receive()
            room -= len(message.get("body", b""))
            if room < 0:
                # an error of HTTP passes through whoever reads the body
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(too_large(MOST_BYTES)))
            return message

        await self.app(scope, counted, send)


@dataclass
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """A bucket of tokens for each name: a request takes one, and they come back evenly over a minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._clock = clock
        self._kept: dict[str, _Bucket] = {}

    def take(self, name: str) -> float:
        """Take a token; return 0, or in how many seconds there will be one."""
        now = self._clock()
        bucket = self._kept.pop(name, None) or _Bucket(self._most, now)
        tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._most / 60)
        passes = tokens >= 1
        # put back at the end, so that the first is the one that has rested longest
        self._kept[name] = _Bucket(tokens - passes, now)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return 0.0 if passes else (1 - tokens) * 60 / self._most


class Throttle:
    """Refuse who asks too often; whom a request counts for, `named` says, None for nobody."""

    def __init__(self, app: ASGIApp, per_minute: int, named: Named) -> None:
        self.app = app
        self._buckets = Buckets(per_minute)
        self._named = named

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or say when to come again."""
        request = Request(scope) if scope["type"] == "http" else None
        name = self._named(request) if request else None
        wait_s = self._buckets.take(name) if name else 0.0
        if request is None or not wait_s:
            await self.app(scope, receive, send)
            return
        seconds = math.ceil(wait_s)
        refused = problem(request, HTTPStatus.TOO_MANY_REQUESTS, say("http.too_often", seconds=seconds))
        refused.headers["Retry-After"] = str(seconds)
        await refused(scope, receive, send)


def by_source(request: Request) -> str | None:
    """Count a request for the address it comes from; styles and scripts count for nobody."""
    return None if request.url.path.startswith("/assets/") else source_of(request)


def by_account(request: Request) -> str | None:
    """Count a request for the account that is signed in."""
    signed = getattr(request.state, "signed", None)
    return signed.account_id if signed else None


def by_sign_in(request: Request) -> str | None:
    """Count an attempt to sign in for the address it comes from; by a provider it makes requests of its own."""
    path = request.url.path
    attempt = (request.method == "POST" and path.startswith("/sign-in.")) or path.startswith("/openid")
    return source_of(request) if attempt else None
