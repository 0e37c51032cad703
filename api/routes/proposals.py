"""Proposals: make, look at, apply, undo; and the pages on which a planner does so."""

import re
from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import steps
from api.deps import City, CityDep
from api.origin import same_site
from api.planner_cli import facts, moves
from api.routes.pages import LANGUAGES, answer, language_of
from api.settings import read_settings
from gridmap import work
from gridmap.errors import ProposalError
from gridmap.phrases import say
from gridmap.proposals import CITY
from gridmap.roles import Verb
from gridmap.store import Store
from gridmap.tables import Member, ProposalRules
from gridmap.work import Proposed

router = APIRouter(prefix="/api/v1/proposals", tags=["proposals"])
page_router = APIRouter(include_in_schema=False)
PATIENCE_S = 60.0
"""So long a page waits for the best plan; then it gets the best so far."""
Id = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    """What a planner asks for."""

    model_config = ConfigDict(extra="forbid")

    area: Annotated[str, Field(max_length=64, description="id of an area of any level, or `city`")]
    max_changes: Annotated[int, Field(ge=0, le=100_000)]
    locks: Annotated[list[Id], Field(max_length=10_000, description="pairings that stay")] = []
    leaves: Annotated[list[Id], Field(max_length=10_000, description="members who go on leave")] = []


class Decision(BaseModel):
    """Which moves are made; all without a list."""

    model_config = ConfigDict(extra="forbid")

    only: list[int] | None = None


class Refusal(BaseModel):
    """Why a proposal is refused."""

    model_config = ConfigDict(extra="forbid")

    reason: str


def _told(found: Proposed) -> dict[str, Any]:
    return {"proposal": facts(found.proposal), "moves": moves(found)}


def check_reach(city: City, area_id: str, leaves: Collection[str]) -> None:
    """Refuse an area or a member out of reach as one that is not there; raise ProposalError."""
    if city.rights is None or city.rights.bounds(Verb.PROPOSE).whole:
        return
    if not city.holds(Verb.PROPOSE, area_id):
        raise ProposalError(say("proposal.no_area", area=area_id, city=CITY))
    if unknown := sorted(set(leaves) - set(city.picture().frames[Member]["member_id"])):
        raise ProposalError(say("proposal.no_member", names=unknown))


def _checked(city: City, proposal_id: str) -> Store:
    """Return the store to act on a proposal that whoever asks can see; raise ProposalMissing for any other."""
    work.proposed(city.store, proposal_id)
    return city.allowed(Verb.PROPOSE)


@router.post("", status_code=201, dependencies=[Depends(same_site)])
def propose(asked: Asked, city: CityDep) -> dict[str, Any]:
    """Find the best moves of an area within a number of changes and keep them as an open proposal."""
    check_reach(city, asked.area, asked.leaves)
    rules = ProposalRules(locks=tuple(asked.locks), leaves=tuple(asked.leaves))
    found = work.propose(
        city.allowed(Verb.PROPOSE),
        asked.area,
        max_changes=asked.max_changes,
        rules=rules,
        actor=steps.actor(),
        time_limit_s=read_settings().time_limit_s or PATIENCE_S,
    )
    return _told(found)


@router.get("")
def proposals(city: CityDep) -> list[dict[str, Any]]:
    """Return the proposals, the newest first."""
    return [facts(proposal) for proposal in work.proposed_before(city.store)]


@router.get("/choices")
def choices(city: CityDep, area: Annotated[str, Query(max_length=64)]) -> work.Choices:
    """Return who serves or lives in an area and its pairings, to choose leaves and locks from; masked."""
    return work.choices(city.picture(), area)


@router.get("/{proposal_id}")
def proposal(proposal_id: str, city: CityDep) -> dict[str, Any]:
    """Return a proposal with its moves."""
    return _told(work.proposed(city.store, proposal_id))


@router.post("/{proposal_id}/apply", dependencies=[Depends(same_site)])
def apply(proposal_id: str, decision: Decision, city: CityDep) -> dict[str, Any]:
    """Make the moves of a proposal, all or those named; 409 when its area has changed since."""
    return _told(work.apply(_checked(city, proposal_id), proposal_id, only=decision.only, actor=steps.actor()))


@router.post("/{proposal_id}/refuse", dependencies=[Depends(same_site)])
def refuse(proposal_id: str, refusal: Refusal, city: CityDep) -> dict[str, Any]:
    """Close an open proposal without making its moves; the reason stays in the history."""
    return _told(work.refuse(_checked(city, proposal_id), proposal_id, reason=refusal.reason, actor=steps.actor()))


@router.post("/{proposal_id}/reverse", dependencies=[Depends(same_site)])
def reverse(proposal_id: str, city: CityDep) -> dict[str, Any]:
    """Undo an applied proposal; return the one that reverses it."""
    return _told(work.reverse(_checked(city, proposal_id), proposal_id, actor=steps.actor()))


@page_router.get("/proposals{ending}")
def history(ending: str, city: CityDep) -> Response:
    """Show the form and the history."""
    lang = language_of(f"proposals{ending}", ending)
    files = work.draw_proposals(city.picture(), work.proposed_before(city.store), lang=lang)
    return answer(next(iter(files.values())), f"proposals{ending}")


@page_router.get("/proposal-{rest}")
def review(rest: str, city: CityDep) -> Response:
    """Show the review of a proposal, or the script of its map."""
    named = re.fullmatch(r"([^.]+)(\.(?:en\.)?html|\.(?:zh|en)\.js)", rest)
    if not named:
        raise HTTPException(404, say("http.no_proposal_page", path=f"proposal-{rest}"))
    found = work.proposed(city.store, named[1])
    files = work.draw_proposal(city.picture(), found, lang=LANGUAGES[named[2].replace(".js", ".html")])
    return answer(files[f"proposal-{rest}"], rest)
