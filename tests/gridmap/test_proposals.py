"""Proposals on the hand-drawn town, worked out by hand: who moves, why, and what is refused.

Ways are metres along y = 0 times 1.3; all members may go anywhere within the radius.
"""

import datetime as dt
import json

import pandas as pd
import pytest
from town import DAY, METRIC_CRS, areas, household, member, pairing, people

from gridmap import proposals
from gridmap.errors import LimitBroken, ProposalClosed, ProposalError, StaleProposal
from gridmap.proposals import Base
from gridmap.reasons import spoken
from gridmap.tables import PairingRules, Proposal, ProposalRules

RULES = PairingRules(radius_m=1000, change_penalty_m=10)


def base(households, members, pairings=(), *, rules=RULES, day=DAY, revision=3):
    return Base(areas(), people(households, members, pairings), None, rules, METRIC_CRS, day, revision)


def propose(of, limit, area="city", **rules):
    return proposals.propose(of, area, max_changes=limit, rules=ProposalRules(**rules))


def kept(of, draft, area="city", limit=9, **facts):
    """The draft as a stored proposal."""
    given = {"proposal_id": "P1", "area_id": area, "made_at": dt.datetime(2026, 11, 24, tzinfo=dt.UTC), "made_by": "我",
             "day": of.day, "base_revision": of.revision, "base_digest": draft.digest, "max_changes": limit,
             "rules": ProposalRules().model_dump_json(), "standings": json.dumps(draft.standings),
             "figures": json.dumps(draft.figures)}  # fmt: skip
    return Proposal(**(given | facts))


def told(draft):
    """(kind, household, from, to, why) of each move; None for nobody."""
    names = ["kind", "household_id", "from_member_id", "to_member_id", "why"]
    return [tuple(None if pd.isna(v) else str(v) for v in row) for row in draft.moves[names].itertuples(index=False)]


def four():
    """Three households with somebody, one without; M4 in B4 is free and holds one.

    H1 (B1) - M1 (B1)   H2 (B2) - M2 (B2)   H3 (B3) - M3 (B3)   H4 (B4) - nobody, M4 (B4)
    """
    homes = ["B1", "B2", "B3", "B4"]
    return base(
        [household(f"H{n}", home) for n, home in enumerate(homes, 1)],
        [member(f"M{n}", home) for n, home in enumerate(homes, 1)],
        [pairing(f"H{n}", f"M{n}", distance_m=0.0) for n in (1, 2, 3)],
    )


def test_an_empty_place_is_filled_by_who_is_free():
    draft = propose(four(), 5)
    assert told(draft) == [("add", "H4", None, "M4", "was_empty")]
    assert draft.moves["distance_after_m"].tolist() == [0.0]
    assert list(map(spoken, draft.moves["reason"])) == ["原来无人包；步行约 0 m；同楼栋；已包 1/1 户"]
    assert (draft.figures["filled_before"], draft.figures["filled_after"], draft.figures["least_changes"]) == (3, 4, 1)
    assert (draft.figures["before"]["gaps"], draft.figures["after"]["gaps"]) == (1, 0)


def test_no_change_allowed_moves_nobody():
    draft = propose(four(), 0)
    assert told(draft) == []
    assert (draft.figures["filled_after"], draft.figures["least_filled"]) == (3, 4)


def test_who_goes_on_leave_is_covered_within_the_limit():
    """M1 leaves: H1 (B1) and H4 (B4) need somebody, only M4 is free; it walks 0 m to H4, 520 m to H1."""
    draft = propose(four(), 5, leaves=("M1",))
    assert draft.figures["today"]["gaps"] == 1
    assert draft.figures["before"]["gaps"] == 2
    assert told(draft) == [("add", "H4", None, "M4", "was_empty")]
    assert draft.figures["after"]["gaps"] == 1


def test_a_red_household_comes_first_and_the_least_changes_are_taken():
    """H1 is red and M1 leaves: M4 takes it over 400 m x 1.3, one change; a chain would walk as far."""
    town = four()
    town.people.households.loc[0, "care_level"] = "red"
    draft = propose(town, 1, leaves=("M1",))
    assert told(draft) == [("switch", "H1", "M1", "M4", "cover_leave")]
    assert draft.moves["distance_after_m"].tolist() == [520.0]
    assert list(map(spoken, draft.moves["reason"])) == ["原包保人请假；步行约 520 m；已包 1/1 户"]
    ended, begun = json.loads(draft.moves["changes"].iloc[0])
    assert ended[1]["valid_to"] == (DAY - dt.timedelta(days=1)).isoformat()
    assert (begun[0], begun[1]["valid_from"], begun[1]["pairing_id"]) == (None, DAY.isoformat(), "H1:registered:1")


def test_a_red_household_without_anybody_takes_the_only_helper_in_reach():
    """One member with one place holds the green one: one place changes hands, two households are touched."""
    town = base(
        [household("H1", "B1", care_level="red"), household("H2", "B1")],
        [member("M1", "B1")],
        [pairing("H2", "M1", distance_m=0.0)],
    )
    assert told(propose(town, 1)) == []
    draft = propose(town, 2)
    assert told(draft) == [("add", "H1", None, "M1", "was_empty"), ("end", "H2", "M1", None, "gives_way")]
    with pytest.raises(LimitBroken, match=r"M1 would hold 2 of 1 households: accept move 2 as well"):
        proposals.check_limits(town, kept(town, draft), proposals.choose(draft.moves, [1]))
    proposals.check_limits(town, kept(town, draft), proposals.choose(draft.moves, None))


def test_less_walking_is_a_reason_when_it_saves_more_than_a_change_costs():
    """H1 and H2 have each other's neighbour, 130 m away; swapped they walk nothing."""
    town = base(
        [household("H1", "B1"), household("H2", "B2")],
        [member("M1", "B1"), member("M2", "B2")],
        [pairing("H1", "M2", distance_m=130.0), pairing("H2", "M1", distance_m=130.0)],
    )
    assert told(propose(town, 1)) == []
    assert told(propose(town, 2)) == [
        ("switch", "H1", "M2", "M1", "walks_less"),
        ("switch", "H2", "M1", "M2", "walks_less"),
    ]
    assert told(propose(town, 2, locks=("H1:registered:M2",))) == []
    by_hand = base(
        [household("H1", "B1"), household("H2", "B2")],
        [member("M1", "B1"), member("M2", "B2")],
        [pairing("H1", "M2", basis="manual"), pairing("H2", "M1")],
    )
    assert told(propose(by_hand, 9)) == []


def test_an_area_takes_no_place_that_another_area_holds():
    """M4 lives in C2 and holds H4 there; H1 in C1 may not have M4's only place."""
    town = base(
        [household("H1", "B3"), household("H4", "B4")], [member("M4", "B4")], [pairing("H4", "M4", distance_m=0.0)]
    )
    assert told(propose(town, 9, area="C1")) == []
    roomy = base(
        [household("H1", "B3"), household("H4", "B4")],
        [member("M4", "B4", capacity=2)],
        [pairing("H4", "M4", distance_m=0.0)],
    )
    draft = propose(roomy, 9, area="G2")
    assert told(draft) == [("add", "H1", None, "M4", "was_empty")]
    assert draft.figures["loads"] == [{"member_id": "M4", "before": 1, "after": 2, "limit": 2}]


def test_a_team_changes_role_by_role():
    """The community member leaves; the registered one stays; nobody volunteers in the building."""
    town = base(
        [household("H1", "B1")],
        [member("R1", "B1"), member("C1", "B1", ("community",)), member("C2", "B2", ("community",))],
        [pairing("H1", "R1"), pairing("H1", "C1", "community")],
        rules=PairingRules(mode="team"),
    )
    draft = propose(town, 9, leaves=("C1",))
    assert told(draft) == [("switch", "H1", "C1", "C2", "cover_leave")]
    assert draft.moves["role"].tolist() == ["community"]


def test_several_helpers_share_the_seats_of_a_household():
    town = base(
        [household("H1", "B1")],
        [member("M1", "B1"), member("M2", "B1"), member("M3", "B2")],
        [pairing("H1", "M3")],
        rules=PairingRules(mode="several_to_one", helpers=2),
    )
    ((kind, *_, to, _why),) = told(propose(town, 1))
    assert (kind, to in ("M1", "M2")) == ("add", True)
    assert sorted(move[3] for move in told(propose(town, 2))) == ["M1", "M2"]


@pytest.mark.parametrize(
    ("area", "rules", "message"),
    [
        ("C9", {}, "There is no area 'C9'"),
        ("C1", {"locks": ("H4:registered:M4",)}, "Not a pairing in force in C1"),
        ("C1", {"leaves": ("M9",)}, "No member is called M9"),
        ("C1", {"locks": ("H1:registered:M1",), "leaves": ("M1",)}, "its member goes on leave"),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(area, rules, message):
    with pytest.raises(ProposalError, match=message):
        propose(four(), 3, area=area, **rules)


# --- the state it was made from


def test_a_proposal_is_current_while_its_area_is():
    town = four()
    draft = propose(town, 3, area="C2")
    stored = kept(town, draft, "C2")
    proposals.check_current(stored, town)
    later = four()
    proposals.check_current(stored, Base(**{**vars(later), "revision": 9}))


def test_a_proposal_is_stale_once_its_area_changes():
    town = four()
    stored = kept(town, propose(town, 3, area="C2"), "C2")
    other = Base(**{**vars(four()), "revision": 4})
    other.people.members.loc[3, "capacity"] = 2
    with pytest.raises(StaleProposal, match=r"revision 3, now 4\): propose anew for C2 with at most 9"):
        proposals.check_current(stored, other)
    with pytest.raises(StaleProposal, match="today is 2026-11-25"):
        proposals.check_current(stored, Base(**{**vars(town), "day": DAY + dt.timedelta(days=1)}))
    with pytest.raises(ProposalClosed, match="applied"):
        proposals.check_current(stored.model_copy(update={"status": "applied"}), town)


def test_names_do_not_matter_but_everything_a_plan_sees_does():
    first = proposals.digest(four(), "city")
    renamed = four()
    renamed.people.members.loc[0, "name"] = "改名"
    assert proposals.digest(renamed, "city") == first
    for frame, column, value in (
        ("members", "name", ""), ("members", "status", "ended"), ("households", "care_level", "red"),
        ("pairings", "locked", True),
    ):  # fmt: skip
        changed = four()
        getattr(changed.people, frame).loc[0, column] = value
        assert proposals.digest(changed, "city") != first, column


def test_applying_refuses_a_row_that_is_no_longer_there():
    town = four()
    town.people.households.loc[0, "care_level"] = "red"
    draft = propose(town, 1, leaves=("M1",))
    chosen = proposals.choose(draft.moves, None)
    written = proposals.apply(town.people, kept(town, draft), chosen)
    assert written.pairings["pairing_id"].tolist() == ["H1:registered:M1", "H1:registered:1"]
    assert written.members[["member_id", "status"]].to_numpy().tolist() == [["M1", "leave"]]
    town.people.pairings.loc[0, "locked"] = True
    with pytest.raises(StaleProposal, match="H1:registered:M1 has changed"):
        proposals.apply(town.people, kept(town, draft), chosen)


def test_chosen_moves_keep_limits_and_locks():
    town = four()
    draft = propose(town, 5, leaves=("M1",))
    with pytest.raises(ProposalError, match="has no move 7"):
        proposals.choose(draft.moves, [7])
    with pytest.raises(LimitBroken, match="1 changes were chosen, 0 are allowed"):
        proposals.check_limits(town, kept(town, draft, limit=0), proposals.choose(draft.moves, None))


def test_only_what_was_applied_can_be_undone():
    town = four()
    draft = propose(town, 5)
    with pytest.raises(ProposalClosed, match="only an applied one"):
        proposals.reverse(kept(town, draft), draft.moves)
    facts, moves = proposals.reverse(kept(town, draft, status="applied"), proposals.choose(draft.moves, None))
    assert moves[["kind", "from_member_id", "why"]].to_numpy().tolist() == [["end", "M4", "undo"]]
    assert json.loads(moves["changes"].iloc[0])[0][1] is None
    assert facts["reverses"] == "P1"
