"""Proposals: make, look at, apply, undo; and the pages on which a planner does so."""

import re
from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import steps
from api.deps import City, CityDep
from api.once import KeyDep
from api.origin import same_site
from api.paging import PageDep
from api.planner_cli import facts, moves
from api.routes.pages import LANGUAGES, answer, language_of
from api.settings import read_settings
from api.tags import SeenDep, tell
from gridmap import work
from gridmap.audit import Audited
from gridmap.errors import ProposalError
from gridmap.phrases import say
from gridmap.proposals import CITY
from gridmap.roles import Verb
from gridmap.tables import Member, Proposal, ProposalRules, ProposalStatus
from gridmap.work import Proposed
from gridmap.work.conditions import made_once, while_seen

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


def _told(found: Proposed, response: Response) -> dict[str, Any]:
    tell(response, found.proposal)
    return {"proposal": facts(found.proposal), "moves": moves(found)}


def check_reach(city: City, area_id: str, leaves: Collection[str]) -> None:
    """Refuse an area or a member out of reach as one that is not there; raise ProposalError."""
    if city.rights is None or city.rights.bounds(Verb.PROPOSE).whole:
        return
    if not city.holds(Verb.PROPOSE, area_id):
        raise ProposalError(say("proposal.no_area", area=area_id, city=CITY))
    if unknown := sorted(set(leaves) - set(city.picture().frames[Member]["member_id"])):
        raise ProposalError(say("proposal.no_member", names=unknown))


@router.post("", status_code=201, dependencies=[Depends(same_site)])
def propose(asked: Asked, city: CityDep, key: KeyDep, response: Response) -> dict[str, Any]:
    """Find the best moves of an area within a number of changes and keep them as an open proposal."""
    check_reach(city, asked.area, asked.leaves)
    rules = ProposalRules(locks=tuple(asked.locks), leaves=tuple(asked.leaves))

    def make(store: Audited) -> str:
        return work.propose(
            store,
            asked.area,
            max_changes=asked.max_changes,
            rules=rules,
            actor=steps.actor(),
            time_limit_s=read_settings().time_limit_s or PATIENCE_S,
        ).proposal.proposal_id

    made = made_once(city.allowed(Verb.PROPOSE), Proposal, key.of(asked.model_dump_json()), make)
    return _told(work.proposed(city.store, made), response)


@router.get("")
def proposals(
    city: CityDep, page: PageDep, response: Response, status: ProposalStatus | None = None
) -> list[dict[str, Any]]:
    """Return the proposals, the newest first; those of one status if asked."""
    found = [one for one in work.proposed_before(city.store) if status in (None, one.status)]
    shown, headers = page.cut(found)
    response.headers.update(headers)
    return [facts(proposal) for proposal in shown]


@router.get("/choices")
def choices(city: CityDep, area: Annotated[str, Query(max_length=64)]) -> work.Choices:
    """Return who serves or lives in an area and its pairings, to choose leaves and locks from; masked."""
    return work.choices(city.picture(), area)


@router.get("/{proposal_id}")
def proposal(proposal_id: str, city: CityDep, response: Response) -> dict[str, Any]:
    """Return a proposal with its moves."""
    return _told(work.proposed(city.store, proposal_id), response)


def _seen(proposal_id: str, city: CityDep, seen: SeenDep) -> Audited:
    """Return a store that writes only while the proposal is as it was seen; ProposalMissing for one out of reach."""
    work.proposed(city.store, proposal_id)
    return while_seen(city.allowed(Verb.PROPOSE), Proposal, proposal_id, seen)


StoreDep = Annotated[Audited, Depends(_seen)]


@router.post("/{proposal_id}/apply", dependencies=[Depends(same_site)])
def apply(proposal_id: str, decision: Decision, store: StoreDep, response: Response) -> dict[str, Any]:
    """Make the moves of a proposal, all or those named; 409 when its area has changed since."""
    return _told(work.apply(store, proposal_id, only=decision.only, actor=steps.actor()), response)


@router.post("/{proposal_id}/refuse", dependencies=[Depends(same_site)])
def refuse(proposal_id: str, refusal: Refusal, store: StoreDep, response: Response) -> dict[str, Any]:
    """Close an open proposal without making its moves; the reason stays in the history."""
    return _told(work.refuse(store, proposal_id, reason=refusal.reason, actor=steps.actor()), response)


@router.post("/{proposal_id}/reverse", dependencies=[Depends(same_site)])
def reverse(proposal_id: str, store: StoreDep, response: Response) -> dict[str, Any]:
    """Undo an applied proposal; return the one that reverses it."""
    return _told(work.reverse(store, proposal_id, actor=steps.actor()), response)


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
