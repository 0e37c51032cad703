"""The grid manager's morning: what changed, gaps, leaves and overdue sites of some areas, as JSON and as a page."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.deps import CityDep
from api.routes.pages import answer
from gridmap import work
from gridmap.maps.words import Lang

router = APIRouter(prefix="/api/v1", tags=["today"])
page_router = APIRouter(include_in_schema=False)

AreasQuery = Annotated[
    list[Annotated[str, Query(max_length=64)]],
    Query(description="grids, communities, streets or districts; the whole city without", max_length=200),
]
SinceQuery = Annotated[dt.date | None, Query(description="first day whose changes are told; yesterday without")]


@router.get("/today")
def today(city: CityDep, area: AreasQuery = [], since: SinceQuery = None, lang: Lang = "zh") -> dict[str, Any]:  # noqa: B006  FastAPI copies the default
    """Return what a grid manager reads first thing; personal values are masked."""
    return work.morning(city.store, city.picture(), area, since=since, lang=lang)


@page_router.get("/today.html")
@page_router.get("/today.en.html")
def page(request: Request, city: CityDep, area: AreasQuery = [], since: SinceQuery = None) -> Response:  # noqa: B006  FastAPI copies the default
    """Show the morning of some areas."""
    lang: Lang = "en" if request.url.path.endswith(".en.html") else "zh"
    taken = city.picture()
    told = work.morning(city.store, taken, area, since=since, lang=lang)
    return answer(work.draw_morning(taken, told, lang=lang), "today.html")
