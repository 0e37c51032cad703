"""Entity tags (RFC 9110, 8.8): an answer that is there already is not sent again, and an edit says what it stands on.

An answer without a tag of its own is tagged by its bytes: that holds whatever it depends on (the revision, the day, the
language, what the account may see), and costs a hash where the page itself is drawn once per revision.
"""

import hashlib
import re
from typing import Annotated

from fastapi import Depends, Header, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.schema import Row
from gridmap.snapshots import state_of

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class Tagged:
    """Tag every answer that comes in one piece, and answer 304 to who names its tag."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the head of an answer back until its body is there."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        known = _named(scope)
        head: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start" and message["status"] == 200:
                head = message
                return
            if head is not None:
                whole = message["type"] == "http.response.body" and not message.get("more_body")
                if whole and _unchanged(head, message.get("body", b""), known):
                    message = {"type": "http.response.body", "body": b""}
                start, head = head, None
                await send(start)
            await send(message)

        await self.app(scope, receive, tagged)


def _named(scope: Scope) -> set[str]:
    sent = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"").decode("latin-1")
    return {"*"} if sent.strip() == "*" else set(_TAG.findall(sent))


def _unchanged(head: Message, body: bytes, known: set[str]) -> bool:
    """Put the tag on the head of an answer; turn it into 304 where the tag is known and say so."""
    headers = MutableHeaders(scope=head)
    headers.setdefault("ETag", quoted(hashlib.sha256(body).hexdigest()[:20]))
    if not known & {"*", *_TAG.findall(headers["ETag"])}:
        return False
    head["status"] = 304
    for name in ("content-length", "content-type"):
        del headers[name]
    return True


def quoted(tag: str) -> str:
    """Return a tag as a header holds it."""
    return f'"{tag}"'


def tell(response: Response, row: Row) -> None:
    """Put the state of a row on an answer, for the If-Match of who edits it."""
    response.headers["ETag"] = quoted(state_of(row))


def _seen(
    if_match: Annotated[
        str | None,
        Header(max_length=1000, description="ETag of the answer that this stands on: 412 when that has changed since"),
    ] = None,
) -> tuple[str, ...] | None:
    """Return the states that an edit may stand on, None for any."""
    return None if if_match is None or if_match.strip() == "*" else tuple(_TAG.findall(if_match))


SeenDep = Annotated[tuple[str, ...] | None, Depends(_seen)]
