"""应急状态 over HTTP and on its page: ask, confirm as somebody else, open, end, review."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api import steps
from api.deps import City, CityDep
from api.origin import same_site
from api.routes.pages import answer, language_of
from gridmap import work
from gridmap.audit import Audited
from gridmap.roles import Verb
from gridmap.tables import Emergency
from gridmap.work import emergencies
from gridmap.work.revealing import Clear

router = APIRouter(prefix="/api/v1/emergencies", tags=["emergencies"])
page_router = APIRouter(include_in_schema=False)
Name = Annotated[str, Path(max_length=16)]


class Asked(BaseModel):
    """Where names and doors are to be opened, why, and for how long."""

    model_config = ConfigDict(extra="forbid")

    area_id: Annotated[str, Field(min_length=1, max_length=64, description="district, street, community or grid")]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    hours: Annotated[int, Field(ge=1, le=72)]


class Review(BaseModel):
    """What the review found."""

    model_config = ConfigDict(extra="forbid")

    review: Annotated[str, Field(min_length=1, max_length=200)]


def told(one: Emergency) -> dict[str, Any]:
    """Return an emergency as JSON values, with how far it is."""
    return {**one.model_dump(mode="json"), "state": emergencies.state(one, dt.datetime.now(dt.UTC))}


def _may(name: Name, city: CityDep) -> Audited:
    """Return the store for a step of an emergency of an area of whoever asks."""
    return city.allowed(Verb.EMERGENCY, emergencies.emergency(city.within(Verb.EMERGENCY), name).area_id)


StoreDep = Annotated[Audited, Depends(_may)]


@router.get("")
def listed(city: CityDep) -> list[dict[str, Any]]:
    """Return the emergencies that concern whoever asks, the newest first."""
    return [told(one) for one in emergencies.emergencies(city.store)]


@router.post("", status_code=201, dependencies=[Depends(same_site)])
def ask(asked: Asked, city: CityDep) -> dict[str, Any]:
    """Ask for an emergency; nothing is opened until a second person confirms it."""
    store = city.allowed(Verb.EMERGENCY, asked.area_id)
    return told(
        emergencies.ask_emergency(store, asked.area_id, reason=asked.reason, hours=asked.hours, actor=steps.actor())
    )


@router.post("/{name}/confirm", dependencies=[Depends(same_site)])
def confirm(name: Name, store: StoreDep) -> dict[str, Any]:
    """Open names and doors, as the second person."""
    return told(emergencies.confirm_emergency(store, name, actor=steps.actor()))


@router.post("/{name}/end", dependencies=[Depends(same_site)])
def end(name: Name, store: StoreDep) -> dict[str, Any]:
    """End it before its time."""
    return told(emergencies.end_emergency(store, name, actor=steps.actor()))


@router.post("/{name}/review", dependencies=[Depends(same_site)])
def review(name: Name, said: Review, store: StoreDep) -> dict[str, Any]:
    """Close it with what its review found."""
    return told(emergencies.review_emergency(store, name, said.review, actor=steps.actor()))


@router.post("/{name}/households", dependencies=[Depends(same_site)])
def households(name: Name, city: CityDep, response: Response) -> list[Clear]:
    """Return the names and doors of the area while it lasts, to who helps there; each look is logged."""
    response.headers["Cache-Control"] = "no-store"
    return _opened(city, name)


def _opened(city: City, name: str) -> list[Clear]:
    return emergencies.open_emergency(city.allowed(Verb.HELP), city.within(Verb.HELP), name)


@page_router.get("/emergency{ending}")
def page(ending: str, city: CityDep) -> Response:
    """Show the emergencies that concern whoever asks."""
    lang = language_of(f"emergency{ending}", ending)
    may = city.rights is None or city.rights.may(Verb.EMERGENCY)
    shown = [told(one) for one in emergencies.emergencies(city.store)]
    return answer(work.draw_emergencies(city.picture(), shown, may=may, lang=lang), "emergency.html")
