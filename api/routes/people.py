"""Rows that may be one person: the pairs, a decision, its undoing; and the page on which a person decides."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import doubles, language, steps
from api.deps import CityDep
from api.origin import from_here, same_site
from api.routes.pages import answer, language_of
from gridmap import work
from gridmap.phrases import told
from gridmap.roles import Verb
from gridmap.tables import MergeKind, Side
from gridmap.work import merges
from gridmap.work.merges import Judgement

router = APIRouter(prefix="/api/v1/people", tags=["people"])
page_router = APIRouter(include_in_schema=False)
Id = Annotated[str, Field(min_length=1, max_length=64)]


class Asked(BaseModel):
    """Which pairs are asked for."""

    model_config = ConfigDict(extra="forbid")

    side: Side = Side.HOUSEHOLD
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 20


class Decision(BaseModel):
    """What a person says about two rows: one person, of whom the first speaks; or two people."""

    model_config = ConfigDict(extra="forbid")

    side: Side
    kind: MergeKind
    kept_id: Id
    merged_id: Id
    fill: Annotated[bool, Field(description="the kept row takes over telephone and the like that it lacks")] = True
    seen: Annotated[str | None, Field(max_length=64, description="state of both rows as they were shown")] = None


@router.get("/duplicates")
def duplicates(asked: Annotated[Asked, Query()], city: CityDep) -> dict[str, Any]:
    """Return a page of the pairs of rows that may be one person and that nobody has judged, surest first."""
    found = merges.doubles(city.allowed(Verb.BRING_IN), asked.side, offset=asked.offset, limit=asked.limit)
    return {
        "side": found.side,
        "revision": found.revision,
        "total": found.total,
        "offset": asked.offset,
        "pairs": doubles.told(found),
    }


@router.get("/merges")
def judged(city: CityDep, side: Side = Side.HOUSEHOLD) -> list[dict[str, Any]]:
    """Return the decisions about a side, the newest first, undone ones too."""
    return [doubles.of_merge(merge) for merge in merges.judged(city.allowed(Verb.BRING_IN), side)]


@router.post("/merges", status_code=201, dependencies=[Depends(same_site)])
def judge(decision: Decision, city: CityDep) -> dict[str, Any]:
    """Merge two rows, or keep them apart; 412 when one of them has changed since it was shown."""
    said = Judgement(decision.kept_id, decision.merged_id, decision.kind, fill=decision.fill, seen=decision.seen)
    return doubles.of_merge(merges.judge(city.allowed(Verb.BRING_IN), decision.side, said, actor=steps.actor()))


@router.delete("/merges/{merge_id}", dependencies=[Depends(from_here)])
def undo(merge_id: str, city: CityDep, request: Request) -> dict[str, Any]:
    """Undo a decision; `stays` says what was changed since and is left as it is."""
    undone = merges.undo(city.allowed(Verb.BRING_IN), merge_id, actor=steps.actor())
    spoken = language.of_request(request)
    return doubles.of_merge(undone.merge) | {"stays": [told(one, spoken) for one in undone.stays]}


@page_router.get("/people{ending}")
def page(ending: str, city: CityDep) -> Response:
    """Show the page on which two rows are put side by side."""
    files = work.draw_people(city.picture(), lang=language_of(f"people{ending}", ending))
    name = f"people{ending.replace('.zh.html', '.html')}"
    return answer(files[name], name)
