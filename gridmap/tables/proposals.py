"""What a planner proposes: moves between members, stored with the state that they were made from."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gridmap.schema import Key, Plain, Ref, Row
from gridmap.tables.people import Role


class ProposalStatus(StrEnum):
    """What became of a proposal; a stale one fell to a change of its base, a refused one to a person."""

    OPEN = "open"
    APPLIED = "applied"
    REVERSED = "reversed"
    STALE = "stale"
    REFUSED = "refused"


class MoveKind(StrEnum):
    """A place that was empty is filled, changes hands, or is given up."""

    ADD = "add"
    SWITCH = "switch"
    END = "end"


class MoveWhy(StrEnum):
    """Why a place changes."""

    EMPTY = "was_empty"
    LEAVE = "cover_leave"
    LEFT = "cover_left"
    NEARER = "walks_less"
    ROOM = "makes_room"
    GIVES_WAY = "gives_way"
    UNDO = "undo"


class Proposal(Row):
    """调整方案: the moves that fill the most places within a limit of changes, and the state they were made from."""

    table = "proposal"
    proposal_id: Annotated[str, Key(), Field(max_length=64)]
    area_id: Annotated[str, Plain(), Field(description="an area of any level, or `city`")]
    made_at: dt.datetime
    made_by: Annotated[str, Plain()]
    day: Annotated[dt.date, Field(description="the day it is for; stale on any other")]
    base_revision: Annotated[int, Field(ge=0)]
    base_digest: Annotated[str, Field(description="fingerprint of the people and pairings it was made from")]
    max_changes: Annotated[int, Field(ge=0)]
    rules: Annotated[str, Field(description="JSON: pairing rules, locks, leaves")]
    standings: Annotated[str, Field(description="JSON: [before, after] of each member whose leave it records")]
    figures: Annotated[str, Field(description="JSON: coverage and loads before and after")]
    status: ProposalStatus = ProposalStatus.OPEN
    reverses: Annotated[str | None, Ref("proposal"), Field(description="the proposal that this one undoes")] = None
    closed_at: dt.datetime | None = None
    closed_by: Annotated[str | None, Plain()] = None
    closed_revision: Annotated[int | None, Field(description="the change of the workspace that applied it")] = None
    closed_reason: Annotated[str | None, Field(max_length=500, description="why it was refused")] = None


class Move(Row):
    """调整: one place of a household changes. The ids stay when the people are gone: a move is history."""

    table = "move"
    proposal_id: Annotated[str, Key(), Ref("proposal")]
    number: Annotated[int, Key(), Field(ge=1)]
    kind: MoveKind
    household_id: Annotated[str, Plain()]
    role: Role
    from_member_id: Annotated[str | None, Plain()] = None
    to_member_id: Annotated[str | None, Plain()] = None
    distance_before_m: Annotated[float, Field(ge=0)] | None = None
    distance_after_m: Annotated[float, Field(ge=0)] | None = None
    why: MoveWhy
    reason: Annotated[str, Field(description="why: codes with their numbers (gridmap.reasons)")] = ""
    accepted: bool = False
    changes: Annotated[str, Field(description="JSON: [before, after] of each pairing row that it touches")]


class ProposalRules(BaseModel):
    """What the planner asked for beside the area and the limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    locks: Annotated[tuple[str, ...], Field(description="pairings that must stay")] = ()
    leaves: Annotated[tuple[str, ...], Field(description="members who go on leave")] = ()
