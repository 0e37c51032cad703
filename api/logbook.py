"""The log of the service: one line for each answer, and what failed, without a value that somebody sent or keeps.

A line names the route, not the address that was asked for: addresses hold ids and what people search. Of a failure it
has the kind and the places in the code; its message may quote a row.
"""

import logging
import time
import traceback
from http import HTTPStatus

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem
from gridmap.phrases import say

LOG = logging.getLogger("gridmap.service")


def _where(error: BaseException) -> str:
    """Return the kinds of an error and of its causes, and where each was raised."""
    told = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)
        places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-8:]))
        told.append(f"{type(cause).__name__} at {places}")
        cause = cause.__cause__ or cause.__context__
    return "; after ".join(told)


class Logbook:
    """Write a line for each answer; turn what nobody foresaw into a problem document."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and write it down."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception as error:
            LOG.error("%s failed: %s", _named(scope), _where(error))  # noqa: TRY400  a traceback would quote values
            if status:
                raise  # half an answer has left: only the connection can say that it is broken
            told = problem(Request(scope), HTTPStatus.INTERNAL_SERVER_ERROR, say("http.inside"))
            await told(scope, receive, seen)
        finally:
            LOG.info("%s %d %.0f ms", _named(scope), status, (time.perf_counter() - began) * 1000)


def _named(scope: Scope) -> str:
    route = getattr(scope.get("route"), "path", "-")
    return f"{scope['method']} {route}"
