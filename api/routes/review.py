"""Review of places: the queue, a decision, its undoing; and the page on which a person does so."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import language, steps
from api.deps import CityDep
from api.once import KeyDep
from api.origin import from_here, same_site
from api.queued import told
from api.routes.pages import answer, language_of
from gridmap import work
from gridmap.audit import Audited
from gridmap.roles import Verb
from gridmap.tables import DecisionKind, LocationDecision, Side
from gridmap.work.conditions import made_once
from gridmap.work.decisions import Choice

router = APIRouter(prefix="/api/v1/review", tags=["review"])
page_router = APIRouter(include_in_schema=False)
Id = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    """Which rows are asked for."""

    model_config = ConfigDict(extra="forbid")

    side: Side = Side.HOUSEHOLD
    area: Annotated[str | None, Field(max_length=64, description="community, street or district")] = None
    person: Annotated[str | None, Field(max_length=200, description="this row only, waiting or not")] = None
    decided: Annotated[bool, Field(description="those that were decided instead of those that wait")] = False
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 20


class Decision(BaseModel):
    """What a person says about a row: this place, here on the map, not this one, none of these."""

    model_config = ConfigDict(extra="forbid")

    side: Side
    person_id: Id
    kind: DecisionKind
    target: Annotated[Id | None, Field(description="kind:id of a candidate, such as building:B12")] = None
    point: Annotated[tuple[float, float] | None, Field(description="longitude and latitude of a pin")] = None
    seen: Annotated[str | None, Field(max_length=64, description="state of the row as it was shown")] = None


@router.get("")
def queue(asked: Annotated[Asked, Query()], city: CityDep, request: Request) -> dict[str, Any]:
    """Return a page of the rows whose place waits for a person, the most urgent first, with their candidates."""
    found = city.desk.queue(
        asked.side,
        area_id=asked.area,
        person_id=asked.person,
        decided=asked.decided,
        offset=asked.offset,
        limit=asked.limit,
    )
    return {
        "side": found.side,
        "revision": found.revision,
        "open": found.open_count,
        "decided": found.decided_count,
        "total": found.total,
        "offset": asked.offset,
        "rows": told(found, language.of_request(request)),
    }


@router.post("/decisions", status_code=201, dependencies=[Depends(same_site)])
def decide(decision: Decision, city: CityDep, key: KeyDep, request: Request) -> dict[str, Any]:
    """Keep a decision and locate its row anew; 412 when the row has changed since it was shown."""
    choice = Choice(decision.kind, target=decision.target, point=decision.point)

    def make(store: Audited) -> str:
        desk = city.through(store).desk
        return desk.decide(decision.side, decision.person_id, choice, actor=steps.actor(), seen=decision.seen)

    taken = made_once(city.allowed(Verb.REVIEW), LocationDecision, key.of(decision.model_dump_json()), make)
    after = city.desk.queue(decision.side, person_id=decision.person_id)
    return {"decision_id": taken, "revision": after.revision, "rows": told(after, language.of_request(request))}


@router.delete("/decisions/{decision_id}", dependencies=[Depends(from_here)])
def undo(decision_id: str, city: CityDep) -> dict[str, Any]:
    """Undo a decision: whom it had placed is located anew; the decision stays in the history as undone."""
    side, person = city.desk.undo(decision_id, actor=steps.actor())
    return {"decision_id": decision_id, "side": side, "person_id": person}


@page_router.get("/review{ending}")
def page(ending: str, city: CityDep) -> Response:
    """Show the page of the review, or the script of its map."""
    lang = language_of(f"review{ending}", ending.replace(".js", ".html"))
    files = work.draw_review(city.picture(), lang=lang)
    name = f"review{ending.replace('.zh.html', '.html')}"
    return answer(files[name], name)
