"""Proposals in a store, on both engines: what is applied can be undone, and of two planners one wins."""

import json
import threading

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_town import HOMES, RULES, content, four, keep
from pandas.testing import assert_frame_equal
from town import DAY, household, member, pairing

from gridmap import duty, proposals, work
from gridmap.errors import LimitBroken, ProposalClosed, ProposalError, ProposalMissing, StaleProposal
from gridmap.tables import (
    Basis,
    Change,
    EmptyPlace,
    Household,
    Member,
    Mode,
    Move,
    Pairing,
    Proposal,
    ProposalRules,
    Revision,
)

HISTORY = (Proposal, Move, Revision, Change)


@pytest.fixture(scope="module")
def store(either_store):
    return either_store


def propose(store, limit, area="city", **rules):
    return work.propose(store, area, max_changes=limit, rules=ProposalRules(**rules), actor="甲")


def same(before, after):
    assert before.keys() == after.keys()
    for row, frame in before.items():
        assert_frame_equal(pd.DataFrame(after[row]), pd.DataFrame(frame), obj=row.table)


def test_a_proposal_is_kept_as_it_was_made(store):
    four(store)
    made = propose(store, 5)
    kept = work.proposed(store, made.proposal.proposal_id)
    assert kept.proposal == made.proposal
    assert_frame_equal(kept.moves, made.moves)
    assert [proposal.proposal_id for proposal in work.proposed_before(store)] == ["P0001"]
    assert (kept.proposal.made_by, kept.proposal.base_revision, kept.proposal.status) == ("甲", 1, "open")
    with pytest.raises(ProposalMissing, match="P0009"):
        work.proposed(store, "P0009")


def test_applying_writes_the_pairing_and_undoing_takes_it_back(store):
    four(store)
    before = content(store, without=HISTORY)
    propose(store, 5, leaves=("M1",))
    done = work.apply(store, "P0001", actor="乙")
    assert (done.proposal.status, done.proposal.closed_by, done.proposal.closed_revision) == ("applied", "乙", 2)
    now = content(store, without=HISTORY)
    assert "H4:registered:1" in set(now[Pairing]["pairing_id"])
    assert now[Member].set_index("member_id").loc["M1", "status"] == "leave"
    undone = work.reverse(store, "P0001", actor="乙")
    assert (undone.proposal.reverses, undone.proposal.status) == ("P0001", "applied")
    assert work.proposed(store, "P0001").proposal.status == "reversed"
    same(before, content(store, without=HISTORY))
    with pytest.raises(ProposalClosed, match="reversed"):
        work.reverse(store, "P0001", actor="乙")


def test_the_reasons_of_empty_places_follow_apply_and_undo(store):
    # M4 beside H4 has room; when M1 goes on leave as well, nobody is left for H1 but M4
    four(store)

    def reasons():
        with store.transaction() as transaction:
            rows = transaction.read(EmptyPlace)
        return dict(zip(rows["household_id"], rows["reason"], strict=True))

    assert reasons() == {"H4": "可及的包保人还有名额，尚未安排"}
    work.apply(store, propose(store, 1).proposal.proposal_id, actor="甲")
    assert reasons() == {}
    leaving = work.apply(store, propose(store, 0, leaves=("M1",)).proposal.proposal_id, actor="甲")
    assert reasons() == {"H1": "可及的包保人都已包满；3 人已满；1 人请假"}
    work.reverse(store, leaving.proposal.proposal_id, actor="甲")
    assert reasons() == {}
    work.reverse(store, "P0001", actor="甲")
    assert reasons() == {"H4": "可及的包保人还有名额，尚未安排"}


def test_a_proposal_says_what_stands_in_its_way_whatever_is_moved(store):
    four(store)
    found = propose(store, 5, leaves=("M4",)).proposal
    assert [one["zh"] for one in json.loads(found.figures)["obstacles"]] == [
        "包保人：要 4 个名额，在岗的人一共只有 3 个，至少空缺 1 个"
    ]


def test_a_stale_proposal_is_refused_marked_and_changes_nothing(store):
    four(store)
    propose(store, 5)
    with store.transaction(write=True) as transaction:
        members = transaction.read(Member, member_id=["M4"])
        transaction.upsert(members.assign(status="ended"), Member)
        transaction.advance("load")
    before = content(store, without=HISTORY)
    with pytest.raises(StaleProposal, match="propose anew for city with at most 5 changes"):
        work.apply(store, "P0001", actor="甲")
    same(before, content(store, without=HISTORY))
    assert work.proposed(store, "P0001").proposal.status == "stale"


@pytest.fixture
def while_sought(store, monkeypatch):
    """Let another write while each plan is sought; the lock is free, else that would never come through."""
    seek, sought = proposals.propose, []

    def begin(write):
        def seek_while_another_writes(*given, **options):
            found = seek(*given, **options)
            sought.append(found)
            with store.transaction(write=True) as transaction:
                write(transaction, len(sought))
                transaction.advance("load")
            return found

        monkeypatch.setattr(proposals, "propose", seek_while_another_writes)
        return sought

    return begin


def set_status(transaction, status):
    members = transaction.read(Member, member_id=["M4"])
    transaction.upsert(members.assign(status=status), Member)


def test_what_others_write_about_other_things_does_not_matter(store, while_sought, monkeypatch):
    four(store)
    while_sought(lambda transaction, times: None)
    assert propose(store, 5).proposal.base_revision == 1
    monkeypatch.undo()
    assert work.apply(store, "P0001", actor="甲").proposal.status == "applied"


def test_a_plan_that_was_overtaken_is_sought_anew(store, while_sought):
    four(store)
    sought = while_sought(lambda transaction, times: set_status(transaction, "ended"))
    made = propose(store, 5)
    assert (len(sought), made.proposal.base_revision) == (2, 2)
    assert "M4" in set(sought[0].moves["to_member_id"])
    assert "M4" not in set(made.moves["to_member_id"])


def test_a_plan_that_is_overtaken_again_is_sought_while_others_wait(store, monkeypatch):
    four(store)
    seek, sought = proposals.propose, []

    def seek_while_another_would_write(*given, **options):
        found = seek(*given, **options)
        sought.append(found)
        writer = threading.Thread(target=write, args=[len(sought)])
        writer.start()
        writer.join(timeout=None if len(sought) <= 2 else 0.5)
        waiting.append(writer if writer.is_alive() else None)
        return found

    def write(times):
        with store.transaction(write=True) as transaction:
            set_status(transaction, "ended" if times % 2 else "active")
            transaction.advance("load")

    waiting = []
    monkeypatch.setattr(proposals, "propose", seek_while_another_would_write)
    made = propose(store, 5)
    waiting[-1].join()
    assert [writer is not None for writer in waiting] == [False, False, True]
    assert made.proposal.base_revision == 3
    assert "M4" in set(made.moves["to_member_id"])


def test_a_change_elsewhere_leaves_a_proposal_current(store):
    """C1 and C2 are 200 m apart; members go 100 m only, so neither sees the other."""
    keep(
        store,
        [household("H1", "B1"), household("H4", "B4")],
        [member("M1", "B1"), member("M4", "B4")],
        rules=RULES.model_copy(update={"radius_m": 100.0}),
    )
    propose(store, 1, "G1")
    propose(store, 1, "C2")
    work.apply(store, "P0002", actor="乙")
    assert work.apply(store, "P0001", actor="甲").proposal.closed_revision == 3


def test_of_two_planners_one_wins_and_the_other_is_told(store):
    four(store)
    propose(store, 5)
    propose(store, 5)
    told = {}

    def decide(name):
        try:
            told[name] = work.apply(store, name, actor=name).proposal.status
        except StaleProposal as error:
            told[name] = str(error)

    planners = [threading.Thread(target=decide, args=(name,)) for name in ("P0001", "P0002")]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert sorted(status == "applied" for status in told.values()) == [False, True]
    assert any("have changed since" in status for status in told.values())
    with store.transaction() as transaction:
        assert transaction.read(Pairing, household_id=["H4"]).shape[0] == 1


def test_the_same_proposal_is_not_applied_twice(store):
    four(store)
    propose(store, 5)
    work.apply(store, "P0001", actor="甲")
    with pytest.raises(ProposalClosed, match="applied"):
        work.apply(store, "P0001", actor="乙")


def test_a_refused_proposal_changes_nothing_and_keeps_its_reason(store):
    four(store)
    before = content(store, without=HISTORY)
    propose(store, 5)
    done = work.refuse(store, "P0001", reason="  H4 已另有安排 ", actor="乙").proposal
    assert (done.status, done.closed_by, done.closed_reason, done.closed_revision) == (
        "refused",
        "乙",
        "H4 已另有安排",
        None,
    )
    assert work.proposed(store, "P0001").proposal == done
    same(before, content(store, without=HISTORY))
    for again in (
        lambda: work.apply(store, "P0001", actor="甲"),
        lambda: work.refuse(store, "P0001", reason="x", actor="甲"),
        lambda: work.reverse(store, "P0001", actor="甲"),
    ):
        with pytest.raises(ProposalClosed, match="refused"):
            again()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_refusal_wants_a_reason(store, reason):
    four(store)
    propose(store, 5)
    with pytest.raises(ProposalError, match="Say why"):
        work.refuse(store, "P0001", reason=reason, actor="甲")
    assert work.proposed(store, "P0001").proposal.status == "open"


def test_undoing_an_undo_makes_the_moves_once_more(store):
    four(store)
    propose(store, 5)
    work.apply(store, "P0001", actor="甲")
    applied = content(store, without=HISTORY)
    work.reverse(store, "P0001", actor="甲")
    again = work.reverse(store, "P0002", actor="甲")
    assert again.proposal.reverses == "P0002"
    same(applied, content(store, without=HISTORY))


def test_an_undo_is_refused_once_its_pairing_was_changed(store):
    four(store)
    propose(store, 5)
    work.apply(store, "P0001", actor="甲")
    with store.transaction(write=True) as transaction:
        transaction.upsert(transaction.read(Pairing, household_id=["H4"]).assign(locked=True), Pairing)
        transaction.advance("load")
    count = len(work.proposed_before(store))
    with pytest.raises((StaleProposal, LimitBroken)):
        work.reverse(store, "P0001", actor="甲")
    assert len(work.proposed_before(store)) == count


def test_choosing_nothing_that_is_there_is_an_error(store):
    four(store)
    propose(store, 5)
    with pytest.raises(ProposalError, match="no move 4"):
        work.apply(store, "P0001", only=[4], actor="甲")


@st.composite
def towns(draw):
    """Up to six households and members with engine, manual and locked pairings, some of them from today."""
    households = [
        household(f"H{n}", draw(st.sampled_from(HOMES)), care_level=draw(st.sampled_from(["red", "green"])))
        for n in range(draw(st.integers(1, 5)))
    ]
    members = [
        member(f"M{n}", draw(st.sampled_from(HOMES)), capacity=draw(st.integers(0, 2)),
               status=draw(st.sampled_from(["active", "active", "leave", "ended"])))
        for n in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    pairings = [
        pairing(f"H{h}", f"M{m}", basis=draw(st.sampled_from(["engine", "engine", "manual"])),
                locked=draw(st.booleans()) and draw(st.booleans()),
                valid_from=draw(st.sampled_from([DAY, DAY.replace(month=1)])),
                distance_m=draw(st.none() | st.just(12.5)))
        for h, m in sorted(draw(st.sets(st.tuples(st.integers(0, len(households) - 1),
                                                  st.integers(0, len(members) - 1)), max_size=4)))
    ]  # fmt: skip
    leaves = tuple(f"M{n}" for n in range(len(members)) if draw(st.booleans()) and draw(st.booleans()))
    mine = [row for row in pairings if row["member_id"] not in leaves]
    locks = tuple(row["pairing_id"] for row in mine if draw(st.booleans()))
    mode = draw(st.sampled_from([Mode.ONE_TO_ONE, Mode.SEVERAL_TO_ONE]))
    rules = RULES.model_copy(update={"mode": mode})
    return households, members, pairings, rules, ProposalRules(locks=locks, leaves=leaves)


@given(town=towns(), limit=st.integers(0, 6), data=st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_propose_accept_some_undo_returns_every_table(store, town, limit, data):
    households, members, pairings, rules, asked = town
    keep(store, households, members, pairings, rules=rules)
    before = content(store, without=HISTORY)
    made = work.propose(store, "city", max_changes=limit, rules=asked, actor="甲")
    assert len(made.moves) <= limit
    same(before, content(store, without=HISTORY))
    numbers = made.moves["number"].astype(int).tolist()
    only = data.draw(st.lists(st.sampled_from(numbers), unique=True)) if numbers else []
    try:
        work.apply(store, made.proposal.proposal_id, only=only, actor="甲")
    except LimitBroken:
        same(before, content(store, without=HISTORY))
        only = numbers
        work.apply(store, made.proposal.proposal_id, actor="甲")
    check_limits(before, content(store, without=HISTORY), asked, len(only))
    work.reverse(store, made.proposal.proposal_id, actor="甲")
    same(before, content(store, without=HISTORY))


def check_limits(before, after, asked, count):
    """Count what changed from the tables alone."""
    old, new = before[Pairing], after[Pairing]
    settled = old[(old["basis"] != Basis.ENGINE) | old["locked"] | old["pairing_id"].isin(asked.locks)]
    kept = new.set_index("pairing_id").loc[settled["pairing_id"]].reset_index()
    assert_frame_equal(kept[list(old.columns)], settled.reset_index(drop=True), check_dtype=False)
    in_force = [frame[duty.in_force(frame, DAY)] for frame in (old, new)]
    begun = set(in_force[1]["pairing_id"]) - set(in_force[0]["pairing_id"])
    ended = set(in_force[0]["pairing_id"]) - set(in_force[1]["pairing_id"])
    assert max(len(begun), len(ended)) <= count
    loads = [frame.groupby("member_id")["household_id"].nunique() for frame in in_force]
    members = after[Member].set_index("member_id")
    serving = duty.on_duty(members, DAY)
    for name, load in loads[1].items():
        assert load <= max(members.loc[name, "capacity"], loads[0].get(name, 0))
    for name in new.set_index("pairing_id").loc[sorted(begun), "member_id"]:
        assert serving[name]
    assert len(after[Household]) == len(before[Household])
