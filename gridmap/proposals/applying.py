"""Choose moves, check them against the state as it is now, write them, and turn them round.

A move carries the pairing rows that it touches, each as it was and as it shall be. To apply is to put the second in the
place of the first, which must still be there; to reverse is to swap the two. So both go through one door.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from gridmap import frames
from gridmap.duty import People
from gridmap.errors import LimitBroken, ProposalClosed, ProposalError, StaleProposal
from gridmap.phrases import Said, say
from gridmap.proposals.base import Base, digest
from gridmap.proposals.drafting import loads, moved, pairing_values, standing_values
from gridmap.reasons import because, keep
from gridmap.tables import Member, Move, MoveKind, MoveWhy, Pairing, Proposal, ProposalRules, ProposalStatus

TURNED = {MoveKind.ADD: MoveKind.END, MoveKind.END: MoveKind.ADD, MoveKind.SWITCH: MoveKind.SWITCH}


@dataclass(frozen=True, eq=False)
class Written:
    """What applying writes: pairings to put, ids of pairings to delete, members to put."""

    pairings: pd.DataFrame
    gone: list[str]
    members: pd.DataFrame


def choose(moves: pd.DataFrame, only: Collection[int] | None) -> pd.DataFrame:
    """Return all moves with those marked accepted that are named, all of them without a name.

    Raises:
        ProposalError: a number is none of the proposal's.
    """
    wanted = set(moves["number"].astype(int)) if only is None else set(only)
    if unknown := sorted(wanted - set(moves["number"].astype(int))):
        raise ProposalError(say("proposal.no_move", numbers=unknown, count=len(moves)))
    return moves.assign(accepted=moves["number"].isin(wanted))


def check_open(proposal: Proposal) -> None:
    """Refuse to decide twice: raise ProposalClosed unless the proposal is open."""
    if proposal.status is not ProposalStatus.OPEN:
        status = say(f"status.{proposal.status}")
        raise ProposalClosed(say("proposal.closed", proposal=proposal.proposal_id, status=status))


def check_current(proposal: Proposal, base: Base) -> None:
    """Refuse a proposal that is closed, or that was made from another state of its area.

    Raises:
        ProposalClosed: it was applied, reversed or refused before.
        StaleProposal: the day is over, or people, rules or pairings have changed since.
    """
    check_open(proposal)
    if proposal.day != base.day:
        raise StaleProposal(_stale("proposal.other_day", proposal, day=proposal.day, today=base.day))
    if proposal.base_revision != base.revision and proposal.base_digest != digest(base, proposal.area_id):
        raise StaleProposal(
            _stale(
                "proposal.changed",
                proposal,
                area=proposal.area_id,
                before=proposal.base_revision,
                now=base.revision,
            )
        )


def _stale(phrase: str, proposal: Proposal, **values: object) -> Said:
    anew = say("proposal.anew", area=proposal.area_id, count=proposal.max_changes)
    return say(phrase, proposal=proposal.proposal_id, anew=anew, **values)


def check_limits(base: Base, proposal: Proposal, moves: pd.DataFrame) -> None:
    """Check the limits again on the moves that were accepted.

    Raises:
        LimitBroken: too many changes, a locked pairing ends, or a member would hold more than allowed.
    """
    accepted = moves[moves["accepted"]]
    if len(accepted) > proposal.max_changes:
        raise LimitBroken(say("limit.changes", count=len(accepted), limit=proposal.max_changes))
    locks = ProposalRules.model_validate_json(proposal.rules).locks
    ended = {str(old["pairing_id"]): old for old, _ in _changes(accepted) if old}
    if held := sorted(name for name, old in ended.items() if name in locks or old["locked"]):
        raise LimitBroken(say("limit.locked", names=held))
    pairings, households = base.people.pairings, base.people.households
    now, then = loads(pairings, households, base), loads(moved(pairings, accepted), households, base)
    limit = base.people.members.set_index("member_id")["capacity"].clip(upper=base.rules.capacity_limit)
    for member, count in then.items():
        if count > limit[member] and count > now.get(member, 0):
            frees = moves[(moves["from_member_id"] == member) & ~moves["accepted"]]["number"]
            phrase = "limit.capacity.also" if len(frees) else "limit.capacity"
            raise LimitBroken(say(phrase, member=member, count=count, limit=limit[member], moves=list(frees)))


def _changes(moves: pd.DataFrame) -> list[list[dict[str, object]]]:
    return [change for text in moves["changes"] for change in json.loads(text)]


def apply(people: People, proposal: Proposal, moves: pd.DataFrame) -> Written:
    """Return what the accepted moves write.

    Raises:
        StaleProposal: a pairing or member is no longer as the proposal knew it.
    """
    changes, standings = _changes(moves[moves["accepted"]]), json.loads(proposal.standings)
    _check_rows(people, proposal, changes, standings)
    fresh = [new for _, new in changes if new]
    named = {str(new["pairing_id"]) for new in fresh}
    going = {after["member_id"]: after for _, after in standings}
    members = people.members[people.members["member_id"].isin(going)].copy()
    for name in ("status", "leave_from", "leave_to"):
        members[name] = [going[member][name] for member in members["member_id"]]
    return Written(
        pairings=frames.check(pd.DataFrame(fresh), Pairing) if fresh else frames.empty(Pairing),
        gone=[str(old["pairing_id"]) for old, _ in changes if old and old["pairing_id"] not in named],
        members=frames.check(members, Member),
    )


def _check_rows(
    people: People,
    proposal: Proposal,
    changes: list[list[dict[str, object]]],
    standings: list[list[dict[str, object]]],
) -> None:
    touched = {str((old or new)["pairing_id"]) for old, new in changes}
    rows = people.pairings[people.pairings["pairing_id"].isin(touched)]
    found = {str(row["pairing_id"]): pairing_values(row) for _, row in rows.iterrows()}
    for old, new in changes:
        name = str((old or new)["pairing_id"])
        if found.get(name) != old:
            raise StaleProposal(_stale("proposal.pairing_changed", proposal, pairing=name))
    known = people.members.set_index("member_id", drop=False)
    for before, _ in standings:
        member = str(before["member_id"])
        if member not in known.index or standing_values(known.loc[member]) != before:
            raise StaleProposal(_stale("proposal.member_changed", proposal, member=member))


def reverse(proposal: Proposal, moves: pd.DataFrame) -> tuple[dict[str, object], pd.DataFrame]:
    """Return what differs in the proposal that undoes another, and its moves.

    Raises:
        ProposalClosed: the proposal was not applied.
    """
    if proposal.status is not ProposalStatus.APPLIED:
        status = say(f"status.{proposal.status}")
        raise ProposalClosed(say("proposal.not_applied", proposal=proposal.proposal_id, status=status))
    done = moves[moves["accepted"]].iloc[::-1].reset_index(drop=True)
    figures = json.loads(proposal.figures)
    swapped = [{**load, "before": load["after"], "after": load["before"]} for load in figures["loads"]]
    turned = figures | {"before": figures["after"], "after": figures["before"], "loads": swapped}
    turned |= {"filled_before": figures["filled_after"], "filled_after": figures["filled_before"], "changes": len(done)}
    turned |= {"least_changes": len(done), "least_filled": figures["filled_before"]}
    facts: dict[str, object] = {
        "area_id": proposal.area_id,
        "max_changes": len(done),
        "rules": ProposalRules().model_dump_json(),
        "standings": json.dumps([pair[::-1] for pair in json.loads(proposal.standings)], ensure_ascii=False),
        "figures": json.dumps(turned, ensure_ascii=False),
        "reverses": proposal.proposal_id,
    }
    return facts, _turned(done, proposal.proposal_id)


def _turned(done: pd.DataFrame, proposal_id: str) -> pd.DataFrame:
    if done.empty:
        return frames.empty(Move)
    texts = [
        json.dumps([[new, old] for old, new in reversed(json.loads(text))], ensure_ascii=False)
        for text in done["changes"]
    ]
    turned = pd.DataFrame(
        {
            "proposal_id": "",
            "number": range(1, len(done) + 1),
            "kind": [str(TURNED[MoveKind(kind)]) for kind in done["kind"]],
            "household_id": done["household_id"],
            "role": done["role"],
            "from_member_id": done["to_member_id"],
            "to_member_id": done["from_member_id"],
            "distance_before_m": done["distance_after_m"],
            "distance_after_m": done["distance_before_m"],
            "why": str(MoveWhy.UNDO),
            "reason": keep([because(MoveWhy.UNDO, proposal=proposal_id)]),
            "accepted": False,
            "changes": texts,
        }
    )
    return frames.check(turned, Move)
