"""Refuse writes that another site's page sends; while there are no accounts, they must name this computer besides.

A page elsewhere can make the browser post here, and a name elsewhere can be made to lead here (DNS rebinding). So a
write must name this computer as its host and, where the browser tells an origin, that same host; and it must be JSON,
or a PUT, which no other site can send without being asked first.
"""

from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from gridmap.phrases import say

LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1", "testserver"}


def from_here(request: Request) -> None:
    """Let a write pass that comes from a page of ours or from a program on this computer.

    Raises:
        HTTPException: 403 for another site or host.
    """
    host = request.headers.get("host", "")
    signed = getattr(request.state, "signed", None)
    if signed is None and urlsplit(f"//{host}").hostname not in LOOPBACK_NAMES:
        raise HTTPException(403, say("http.here_only"))
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != host
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, say("http.own_pages"))


def same_site(request: Request) -> None:
    """Let a write of JSON pass that comes from here.

    Raises:
        HTTPException: 403 for another site or host, 415 for anything but JSON.
    """
    from_here(request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise HTTPException(415, say("http.json_type"))
