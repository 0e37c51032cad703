"""Why and what if: a household, a member, where one more person helps. Names are masked.

The city is solved once per revision, on the first question; until then the answer is 202 with words that say so.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from api.deps import City, CityDep
from api.routes.pages import answer
from gridmap import work
from gridmap.maps.words import TEXTS, Lang
from gridmap.work import Asked

WAITING: dict[int | str, dict[str, Any]] = {
    202: {"description": "the city is being solved: ask again after Retry-After"}
}
router = APIRouter(prefix="/api/v1", tags=["explanations"], responses=WAITING)
page_router = APIRouter(include_in_schema=False)

Level = Annotated[Literal["building", "grid"], Query(description="one more person in each building, or in each grid")]
Most = Annotated[int, Query(ge=1, le=100, description="how many candidates")]
Id = Annotated[str, Query(max_length=64, description="id of a household or member")]
AGAIN_S = 2


def _told(city: City, ask: Callable[[Asked], dict[str, Any]]) -> JSONResponse:
    asked = city.asked()
    if asked is None:
        zh, en = TEXTS["why.preparing"]
        waiting = {"state": "preparing", "zh": zh, "en": en}
        return JSONResponse(waiting, status_code=202, headers={"Retry-After": str(AGAIN_S)})
    return JSONResponse(ask(asked), headers={"Cache-Control": "private, no-cache"})


@router.get("/households/{household_id}/explanation")
def explanation(household_id: str, city: CityDep) -> JSONResponse:
    """Say why each person, why nobody nearer, and why a place is empty and what would fill it."""
    return _told(city, lambda asked: asked.household(household_id))


@router.get("/households/{household_id}/suggestions")
def suggestions(household_id: str, city: CityDep, most: Most = 10) -> JSONResponse:
    """Rank who could help a household by the exact change of the whole plan."""
    return _told(city, lambda asked: asked.suggestions(household_id, most=most))


@router.get("/members/{member_id}/loss")
def loss(member_id: str, city: CityDep, most: Most = 5) -> JSONResponse:
    """Say what is lost when a member leaves, the cheapest repair, and who could take over each household."""
    return _told(city, lambda asked: asked.member(member_id, most=most))


@router.get("/worth")
def worth(city: CityDep, level: Level = "building", top: Annotated[int, Query(ge=1, le=100)] = 20) -> JSONResponse:
    """Say where one more person would help most, exact for the best."""
    return _told(city, lambda asked: asked.worth(level=level, top=top))


# --- pages


def _language(request: Request) -> Lang:
    return "en" if request.url.path.endswith(".en.html") else "zh"


LangDep = Annotated[Lang, Depends(_language)]


def _drawn(city: City, lang: Lang, draw: Callable[[Asked], str]) -> Response:
    asked = city.asked()
    if asked is None:
        waiting = answer(work.draw_preparing(city.picture(), lang=lang), "preparing.html")
        waiting.status_code = 202
        return waiting
    return answer(draw(asked), "page.html")


@page_router.get("/household.html")
@page_router.get("/household.en.html")
def household_page(city: CityDep, lang: LangDep, household_id: Annotated[Id, Query(alias="id")]) -> Response:
    """Show why a household has whom it has, and who else could help."""
    return _drawn(city, lang, lambda asked: work.draw_household(asked, household_id, lang=lang))


@page_router.get("/member.html")
@page_router.get("/member.en.html")
def member_page(city: CityDep, lang: LangDep, member_id: Annotated[Id, Query(alias="id")]) -> Response:
    """Show what is lost without a member."""
    return _drawn(city, lang, lambda asked: work.draw_member(asked, member_id, lang=lang))


@page_router.get("/worth.html")
@page_router.get("/worth.en.html")
def worth_page(city: CityDep, lang: LangDep, level: Level = "building") -> Response:
    """Show where one more person helps most."""
    return _drawn(city, lang, lambda asked: work.draw_worth(asked, level=level, lang=lang))
