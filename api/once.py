"""Idempotency-Key: who is not sure whether a request arrived sends it again, and nothing is made twice.

A key holds for its account and route, for a day; with another request under it the answer is 422.
"""

import hashlib
from typing import Annotated

from fastapi import Depends, Header, Request

from api import steps
from gridmap.work.conditions import Asked


class Key:
    """The key of a request, if it has one."""

    def __init__(self, mark: str | None) -> None:
        self._mark = mark

    def of(self, *asked: str | bytes) -> Asked | None:
        """Return what is asked for under the key, None without one."""
        if self._mark is None:
            return None
        parts = [hashlib.sha256(part.encode() if isinstance(part, str) else part).digest() for part in asked]
        return Asked(self._mark, hashlib.sha256(b"".join(parts)).hexdigest())


def _key(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="name of this request: sent again, nothing is made twice"),
    ] = None,
) -> Key:
    if idempotency_key is None:
        return Key(None)
    named = f"{steps.actor()}\0{request.method} {request.url.path}\0{idempotency_key}"
    return Key(hashlib.sha256(named.encode()).hexdigest())


KeyDep = Annotated[Key, Depends(_key)]
