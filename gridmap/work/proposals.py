"""Propose changes to an area, apply them, undo them: one transaction each, on the store as it is then."""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from gridmap import changes, proposals
from gridmap.errors import ProposalError, ProposalMissing, StaleProposal
from gridmap.phrases import say
from gridmap.proposals import Base, Draft, Written
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    Change,
    Member,
    Move,
    Pairing,
    Path,
    Proposal,
    ProposalRules,
    ProposalStatus,
)
from gridmap.work import emptiness
from gridmap.work.keeping import put, rows_of
from gridmap.work.reading import facts_of, people_of, today

MOST_REASON = 500
FREE_TRIES = 2
"""So many times a plan is sought while others may write; the next time they wait, else a busy city is never planned."""


@dataclass(frozen=True, eq=False)
class Proposed:
    """A proposal with its moves."""

    proposal: Proposal
    moves: pd.DataFrame


def base_of(transaction: Transaction) -> Base:
    """Return what proposals and decisions about people start from: the city as it stands."""
    city = facts_of(transaction)
    paths = transaction.read(Path)
    return Base(
        areas={level: transaction.read(row) for level, row in AREA_ROWS.items()},
        people=people_of(transaction),
        paths=paths if len(paths) else None,
        rules=city.rules,
        metric_crs=city.metric_crs,
        day=today(city, None),
        revision=transaction.revision(),
    )


def _close(proposal: Proposal, status: ProposalStatus, actor: str, revision: int | None = None) -> Proposal:
    closed = {"status": status, "closed_at": dt.datetime.now(dt.UTC), "closed_by": actor, "closed_revision": revision}
    return proposal.model_copy(update=closed)


def _found(transaction: Transaction, proposal_id: str) -> Proposed:
    rows = transaction.read(Proposal, proposal_id=[proposal_id])
    if rows.empty:
        raise ProposalMissing(say("proposal.missing", proposal=proposal_id))
    return Proposed(rows_of(rows, Proposal)[0], transaction.read(Move, proposal_id=[proposal_id]))


def _keep(transaction: Transaction, base: Base, facts: dict[str, object], moves: pd.DataFrame, actor: str) -> Proposed:
    number = len(transaction.read(Proposal)) + 1
    name = f"P{number:04d}"
    proposal = Proposal.model_validate(
        {
            "proposal_id": name,
            "made_at": dt.datetime.now(dt.UTC),
            "made_by": actor,
            "day": base.day,
            "base_revision": base.revision,
            **facts,
        }
    )
    put(transaction, proposal)
    moves = moves.assign(proposal_id=name)
    transaction.insert(moves, Move)
    return Proposed(proposal, moves)


def propose(
    store: Store,
    area_id: str,
    *,
    max_changes: int,
    rules: ProposalRules | None = None,
    actor: str,
    time_limit_s: float | None = None,
) -> Proposed:
    """Find the best moves of an area within a limit of changes and keep them as an open proposal.

    Others may write while the plan is sought; it is kept only if what it was made from still holds then, else it is
    sought anew, at last while others wait.

    Raises:
        ProposalError: the area, a lock or a member on leave is not there, or a lock holds somebody on leave.
    """
    asked = rules or ProposalRules()

    def seek(base: Base) -> Draft:
        return proposals.propose(base, area_id, max_changes=max_changes, rules=asked, time_limit_s=time_limit_s)

    def keep(transaction: Transaction, base: Base, draft: Draft) -> Proposed:
        facts = _facts(draft, area_id, max_changes, asked)
        return _keep(transaction, base, facts, draft.moves, actor)

    for _ in range(FREE_TRIES):
        with store.transaction() as transaction:
            base = base_of(transaction)
        draft = seek(base)
        with store.transaction(write=True) as transaction:
            unchanged = transaction.revision() == base.revision
            if unchanged or proposals.digest(base_of(transaction), area_id) == draft.digest:
                return keep(transaction, base, draft)
    with store.transaction(write=True) as transaction:
        base = base_of(transaction)
        return keep(transaction, base, seek(base))


def _facts(draft: Draft, area_id: str, max_changes: int, asked: ProposalRules) -> dict[str, object]:
    return {
        "area_id": area_id,
        "base_digest": draft.digest,
        "max_changes": max_changes,
        "rules": asked.model_dump_json(),
        "standings": json.dumps(draft.standings, ensure_ascii=False),
        "figures": json.dumps(draft.figures, ensure_ascii=False),
    }


def proposed(store: Store, proposal_id: str) -> Proposed:
    """Return a proposal; raise ProposalMissing when there is none of that name."""
    with store.transaction() as transaction:
        return _found(transaction, proposal_id)


def proposed_before(store: Store) -> list[Proposal]:
    """Return the history of proposals, the newest first."""
    with store.transaction() as transaction:
        return rows_of(transaction.read(Proposal), Proposal)[::-1]


def _changes(transaction: Transaction, base: Base, written: Written, revision: int) -> pd.DataFrame:
    """Return what was changed, from the rows that were written only."""
    ties, members = base.people.pairings, base.people.members
    touched = {*written.gone, *written.pairings["pairing_id"]}
    before = replace(
        base.people,
        pairings=ties[ties["pairing_id"].isin(touched)],
        members=members[members["member_id"].isin(written.members["member_id"])],
    )
    pairings = transaction.read(Pairing, pairing_id=sorted(touched)) if touched else before.pairings
    after = replace(before, pairings=pairings, members=written.members)
    return changes.between(before, after, day=base.day, revision=revision)


def _write(transaction: Transaction, base: Base, found: Proposed, actor: str, step: str) -> Proposed:
    """Write the accepted moves, close the proposal and advance the revision."""
    written = proposals.apply(base.people, found.proposal, found.moves)
    if written.gone:
        transaction.delete(Pairing, pairing_id=written.gone)
    transaction.upsert(written.pairings, Pairing)
    transaction.upsert(written.members, Member)
    transaction.upsert(found.moves, Move)
    emptiness.refresh(transaction, base)
    revision = transaction.advance(step)
    transaction.insert(_changes(transaction, base, written, revision), Change)
    done = _close(found.proposal, ProposalStatus.APPLIED, actor, revision)
    put(transaction, done)
    return Proposed(done, found.moves)


def apply(store: Store, proposal_id: str, *, only: Collection[int] | None = None, actor: str) -> Proposed:
    """Make the moves of an open proposal, all or those named.

    Raises:
        ProposalMissing: there is no such proposal.
        ProposalClosed: it was applied, reversed or refused before.
        StaleProposal: its area has changed since; the proposal is closed as stale.
        LimitBroken: the moves that were named break a limit without the others.
        ProposalError: a move that was named is none of it.
    """
    refused: StaleProposal | None = None
    with store.transaction(write=True) as transaction:
        base, found = base_of(transaction), _found(transaction, proposal_id)
        try:
            proposals.check_current(found.proposal, base)
        except StaleProposal as error:
            # the mark is to be kept, so the transaction must end well
            refused = error
            put(transaction, _close(found.proposal, ProposalStatus.STALE, actor))
        else:
            chosen = proposals.choose(found.moves, only)
            proposals.check_limits(base, found.proposal, chosen)
            return _write(transaction, base, Proposed(found.proposal, chosen), actor, f"apply {proposal_id}")
    raise refused


def refuse(store: Store, proposal_id: str, *, reason: str, actor: str) -> Proposed:
    """Close an open proposal without making any of its moves; the reason stays in the history.

    Raises:
        ProposalMissing: there is no such proposal.
        ProposalClosed: it was applied, reversed or refused before.
        ProposalError: no reason is given, or one of more than 500 characters.
    """
    why = reason.strip()
    if not 1 <= len(why) <= MOST_REASON:
        raise ProposalError(say("proposal.reason", most=MOST_REASON))
    with store.transaction(write=True) as transaction:
        found = _found(transaction, proposal_id)
        proposals.check_open(found.proposal)
        closed = _close(found.proposal, ProposalStatus.REFUSED, actor).model_copy(update={"closed_reason": why})
        put(transaction, closed)
        return Proposed(closed, found.moves)


def reverse(store: Store, proposal_id: str, *, actor: str) -> Proposed:
    """Undo an applied proposal by one that reverses it; return that one, applied.

    Raises:
        ProposalMissing: there is no such proposal.
        ProposalClosed: it is not applied, or was reversed before.
        StaleProposal: a pairing that it touched has changed since.
        LimitBroken: a member has no room for the household that would come back.
    """
    with store.transaction(write=True) as transaction:
        base, found = base_of(transaction), _found(transaction, proposal_id)
        facts, moves = proposals.reverse(found.proposal, found.moves)
        facts["base_digest"] = proposals.digest(base, found.proposal.area_id)
        undo = _keep(transaction, base, facts, moves, actor)
        chosen = proposals.choose(undo.moves, None)
        if found.proposal.closed_revision != base.revision:
            proposals.check_limits(base, undo.proposal, chosen)
        done = _write(transaction, base, Proposed(undo.proposal, chosen), actor, f"undo {proposal_id}")
        put(transaction, found.proposal.model_copy(update={"status": ProposalStatus.REVERSED}))
        return done
