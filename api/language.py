"""Decide in which language a person is told something: `?lang=`, what the browser asks for, what the page is in."""

import locale
import os
from collections.abc import Mapping

from starlette.requests import Request

from gridmap.phrases import Language

KNOWN: tuple[Language, ...] = ("zh", "en")


def _known(written: str) -> Language | None:
    """Return the language that a tag such as zh-CN or en_GB.UTF-8 names."""
    start = written.strip().lower()[:2]
    return next((language for language in KNOWN if language == start), None)


def _weight(part: str) -> float:
    quality = part.partition(";")[2].strip().removeprefix("q=")
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


def preferred(header: str) -> Language | None:
    """Return the known language that an Accept-Language header (RFC 9110, 12.5.4) likes best."""
    parts = sorted((part for part in header.split(",") if _weight(part) > 0), key=_weight, reverse=True)
    return next((language for part in parts if (language := _known(part))), None)


def of_request(request: Request) -> Language:
    """Return the language of an answer: pages are Chinese without a wish, the interface for programs is English."""
    path = request.url.path
    own: Language = "en" if path.startswith("/api/") or ".en." in path else "zh"
    asked = _known(request.query_params.get("lang", ""))
    return asked or preferred(request.headers.get("accept-language", "")) or own


def of_terminal(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language of the command line: GRIDMAP_LANG, else Chinese where the system is, else English."""
    names = ("GRIDMAP_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    asked = next((environment[name] for name in names if environment.get(name)), locale.getlocale()[0] or "")
    return _known(asked) or ("zh" if asked.lower().startswith("chinese") else "en")
