"""The drawn pages: overview, map, gaps, and the data files that they load."""

import mimetypes

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from api.deps import CityDep
from gridmap.maps import palette
from gridmap.phrases import say

router = APIRouter(include_in_schema=False)


def answer(content: str | bytes, path: str) -> Response:
    """Send a drawn file."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    # personal data, masked or not, stays out of shared caches
    return Response(content, media_type=kind, headers={"Cache-Control": "private, no-cache"})


palette_router = APIRouter(include_in_schema=False)


@palette_router.get("/assets/css/palette.css")
def palette_css() -> Response:
    """Send the colours, which are defined once, in Python."""
    return answer(palette.as_css(), "palette.css")


@router.get("/")
def home(city: CityDep) -> Response:
    """Show the overview."""
    return answer(city.pages()["index.html"], "index.html")


@router.get("/{path:path}")
def page(path: str, city: CityDep) -> Response:
    """Show a page or one of the files that it loads."""
    pages = city.pages()
    if path not in pages:
        raise HTTPException(404, say("http.no_page", path=path))
    return answer(pages[path], path)
