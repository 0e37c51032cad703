"""Two rows of one invented person: merged, looked at, loaded again, undone; on both engines."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geodata.workspace import Workspace
from gridmap import frames, work
from gridmap.audit import Audited
from gridmap.errors import DecisionMissing, DecisionRefused, StaleRow
from gridmap.reasons import spoken
from gridmap.tables import (
    AuditEntry,
    CityFacts,
    EmptyPlace,
    Household,
    Member,
    MergeKind,
    Mode,
    Pairing,
    PairingRules,
    Side,
)  # fmt: skip
from gridmap.work import merges
from gridmap.work.merges import Judgement

sys.path.insert(0, str(Path(__file__).parents[1]))  # the hand-drawn town

from kept_town import RULES, keep
from town import DAY, METRIC_CRS, household, member, pairing

ID = "11010519491231002X"
TWICE = (
    household("h1", "B1", name="王小明", phone="13812345678", care_level="red"),
    household("h2", "B1", name="王小明", phone="13812345678", id_no=ID),
    household("h3", "B3", name="李四"),
)


@pytest.fixture(params=["sqlite", "postgis"])
def store(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = Workspace(tmp_path, url).open(create=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """One store for all: `keep` replaces what it holds."""
    opened = Workspace(tmp_path_factory.mktemp("town")).open(create=True)
    yield opened
    opened.close()


def everything(store):
    with store.transaction() as transaction:
        return {row: pd.DataFrame(transaction.read(row)) for row in (Household, Member, Pairing, EmptyPlace)}


def ties(store):
    with store.transaction() as transaction:
        rows = transaction.read(Pairing)
    open_ = rows[rows["valid_to"].isna()]
    return set(zip(open_["household_id"], open_["member_id"], strict=True))


def same(kept, merged, **more):
    return Judgement(kept, merged, MergeKind.SAME, **more)


def test_a_merge_leaves_one_person_and_undoing_it_leaves_what_was_before(store):
    keep(store, TWICE, [member("m1", "B1"), member("m2", "B3")], [pairing("h2", "m1"), pairing("h3", "m2")])
    before = everything(store)
    found = merges.doubles(store)
    assert found.total == 1
    (pair,) = found.pairs.itertuples()
    assert (pair.first_id, pair.second_id, pair.signs, pair.keep_id) == ("h1", "h2", ("phone_same_name",), "h2")

    made = merges.judge(store, Side.HOUSEHOLD, same("h1", "h2", seen=pair.seen), actor="甲")
    assert (made.merge_id, made.filled, made.signs) == ("M000001", ("id_no",), ("phone_same_name",))
    people = everything(store)[Household].set_index("household_id")
    assert people["merged_into"].fillna("").to_dict() == {"h1": "", "h2": "h1", "h3": ""}
    assert people.loc["h1", "id_no"] == ID
    assert ties(store) == {("h1", "m1"), ("h3", "m2")}
    assert work.measure(store).summary()["households"] == 2
    assert everything(store)[EmptyPlace]["household_id"].tolist() == []
    assert merges.doubles(store).total == 0
    work.pair(store)
    assert ties(store) == {("h1", "m1"), ("h3", "m2")}, "the engine gives nobody to the merged row"

    undone = merges.undo(store, "M000001", actor="乙")
    assert undone.stays == ()
    after = everything(store)
    assert_frame_equal(after[Household], before[Household])
    assert ties(store) == {("h2", "m1"), ("h3", "m2")}
    assert merges.doubles(store).total == 1
    assert [one.undone_by for one in merges.judged(store, Side.HOUSEHOLD)] == ["乙"]


def test_everything_is_exactly_as_before_when_nothing_happened_between(quick):
    team = [member("m1", "B1"), member("m2", "B1", roles=("community",))]
    keep(quick, TWICE, team, [pairing("h1", "m1"), pairing("h2", "m2", role="community")])
    before = everything(quick)
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    ended = everything(quick)[Pairing].set_index("household_id").loc["h2"]
    assert ended["valid_to"] == pd.Timestamp(DAY) - pd.Timedelta(days=1)
    assert "名额已满" in spoken(ended["reason"])
    merges.undo(quick, "M000001", actor="甲")
    for row, frame in everything(quick).items():
        assert_frame_equal(frame, before[row])


def test_two_rows_of_a_member_hold_no_household_twice_and_none_beyond_their_room(quick):
    rows = [household(f"h{n}", "B1") for n in range(4)]
    team = [member("m1", "B1", id_no=ID, capacity=2), member("m2", "B1", id_no="110105491231002", capacity=5)]
    held = [pairing("h0", "m1"), pairing("h0", "m2"), pairing("h1", "m2"), pairing("h2", "m2")]
    keep(quick, rows, team, held, rules=replace_rules(mode=Mode.SEVERAL_TO_ONE))
    assert merges.doubles(quick, Side.MEMBER).pairs["signs"].tolist() == [("id_no",)]
    merges.judge(quick, Side.MEMBER, same("m1", "m2"), actor="甲")
    assert ties(quick) == {("h0", "m1"), ("h1", "m1")}
    with quick.transaction() as transaction:
        reasons = transaction.read(Pairing, member_id=["m2"]).set_index("household_id")["reason"]
    assert "重复" in spoken(reasons["h0"])
    assert "名额已满" in spoken(reasons["h2"], "zh")
    assert work.measure(quick).members.set_index("member_id")["on_duty"].to_dict() == {"m1": True, "m2": False}
    merges.undo(quick, "M000001", actor="甲")
    assert ties(quick) == {(h, m) for h, m in (("h0", "m1"), ("h0", "m2"), ("h1", "m2"), ("h2", "m2"))}


def replace_rules(**changes):
    return PairingRules(**{**RULES.model_dump(), **changes})


def test_undoing_leaves_what_somebody_changed_since_and_says_so(quick):
    keep(quick, TWICE, [member("m1", "B1"), member("m2", "B1")], [pairing("h2", "m1")])
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    with quick.transaction(write=True) as transaction:
        row = transaction.read(Pairing, household_id=["h1"])
        transaction.upsert(row.assign(member_id="m2"), Pairing)
        kept = transaction.read(Household, household_id=["h1"])
        transaction.upsert(kept.assign(id_no="440524188001010014"), Household)
    undone = merges.undo(quick, "M000001", actor="甲")
    assert len(undone.stays) == 2
    assert ties(quick) == {("h1", "m2")}
    people = everything(quick)[Household].set_index("household_id")
    assert people.loc["h1", "id_no"] == "440524188001010014"
    assert people["merged_into"].isna().all()


def test_two_who_are_not_the_same_are_asked_about_no_more(quick):
    keep(quick, TWICE, [], [])
    merges.judge(quick, Side.HOUSEHOLD, Judgement("h1", "h2", MergeKind.DIFFERENT), actor="甲")
    assert merges.doubles(quick).total == 0
    assert everything(quick)[Household]["merged_into"].isna().all()
    with pytest.raises(DecisionRefused, match="M000001"):
        merges.judge(quick, Side.HOUSEHOLD, same("h2", "h1"), actor="甲")
    merges.undo(quick, "M000001", actor="甲")
    assert merges.doubles(quick).total == 1


def test_of_three_alike_the_other_two_are_asked_about(quick):
    rows = [household(name, "B1", id_no=ID) for name in ("h1", "h2", "h3")]
    keep(quick, rows, [], [])
    assert merges.doubles(quick).total == 3
    merges.judge(quick, Side.HOUSEHOLD, Judgement("h1", "h2", MergeKind.DIFFERENT), actor="甲")
    merges.judge(quick, Side.HOUSEHOLD, same("h3", "h2"), actor="甲")
    left = merges.doubles(quick).pairs
    assert list(zip(left["first_id"], left["second_id"], strict=True)) == [("h1", "h3")]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (same("h1", "h1"), DecisionRefused),
        (same("h1", "h9"), DecisionMissing),
        (same("h9", "h1"), DecisionMissing),
        (same("h1", "h2", seen="s0000000000000000"), StaleRow),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(quick, said, refusal):
    keep(quick, TWICE, [], [])
    before = everything(quick)
    with pytest.raises(refusal):
        merges.judge(quick, Side.HOUSEHOLD, said, actor="甲")
    assert merges.judged(quick, Side.HOUSEHOLD) == []
    assert_frame_equal(everything(quick)[Household], before[Household])


def test_a_merged_row_is_judged_no_more_and_an_undone_decision_not_undone_again(quick):
    keep(quick, TWICE, [], [])
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    for said in (same("h3", "h2"), same("h2", "h3")):
        with pytest.raises(DecisionRefused, match="h1"):
            merges.judge(quick, Side.HOUSEHOLD, said, actor="甲")
    merges.undo(quick, "M000001", actor="甲")
    with pytest.raises(DecisionRefused):
        merges.undo(quick, "M000001", actor="甲")
    with pytest.raises(DecisionMissing):
        merges.undo(quick, "M000009", actor="甲")


def test_what_was_not_to_be_taken_over_stays_where_it_was(quick):
    keep(quick, TWICE, [], [])
    assert merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2", fill=False), actor="甲").filled == ()
    assert everything(quick)[Household].set_index("household_id")["id_no"].fillna("").to_dict()["h1"] == ""


def test_the_log_tells_who_merged_whom_and_shows_nobody(quick):
    keep(quick, TWICE, [], [])
    assert isinstance(quick, Audited)
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    with quick.transaction() as transaction:
        log = transaction.read(AuditEntry)
    lines = log[log["noun"].isin(["merge", "household"])].tail(3)
    assert set(lines["subject"]) >= {"M000001", "h1", "h2"}
    told = " ".join(map(str, lines.to_numpy(dtype=object).ravel()))
    assert "h1" in told
    assert ID not in told
    assert "王小明" not in told


# --- of two words the graver counts

GRAVE = (
    household("h1", "B1", care_level="green", categories=("empty_nest",), needs=("医疗",), id_no=ID),
    household("h2", "B1", care_level="red", categories=("living_alone",), id_no=ID),
    household("h3", "B3", care_level="yellow"),
)
OWN = {"care_level": "green", "categories": ("empty_nest",), "needs": ("医疗",), "status": "present"}


def said(store, name="h1"):
    row = everything(store)[Household].set_index("household_id").loc[name]
    return {column: row[column] for column in OWN}


def test_a_red_row_merged_into_a_green_one_is_a_red_household_until_it_is_undone(store):
    keep(store, GRAVE, [member("m1", "B2")])
    before = everything(store)
    assert merges.doubles(store).total == 1
    merges.judge(store, Side.HOUSEHOLD, same("h1", "h2", fill=False), actor="甲")
    assert said(store) == {**OWN, "care_level": "red", "categories": ("empty_nest", "living_alone")}
    assert work.measure(store).households.set_index("household_id")["care_level"].to_dict() == {
        "h1": "red",
        "h3": "yellow",
    }
    work.pair(store)
    assert ties(store) == {("h1", "m1")}, "the one member goes to the red household, not to the yellow one"
    assert everything(store)[EmptyPlace]["household_id"].tolist() == ["h3"]
    merges.undo(store, "M000001", actor="甲")
    assert_frame_equal(everything(store)[Household], before[Household])


def test_the_graver_word_follows_what_the_ledgers_say_later(quick):
    keep(quick, GRAVE, [], [])
    first = sources(quick)
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    people = first[Household]
    for kept, merged, shown in (("yellow", "red", "red"), ("yellow", "green", "yellow"), ("red", "green", "red")):
        levels = people["household_id"].map({"h1": kept, "h2": merged, "h3": "green"})
        load(quick, {**first, Household: frames.conform(people.assign(care_level=levels), Household)})
        assert said(quick)["care_level"] == shown
    merges.undo(quick, "M000001", actor="甲")
    assert said(quick)["care_level"] == "red", "what the ledger said of the row itself since is not lost"
    assert said(quick, "h2")["care_level"] == "green"


def test_three_rows_of_one_household_are_as_grave_as_the_gravest(quick):
    levels = {"h1": "green", "h2": "yellow", "h3": "red"}
    rows = [household(name, "B1", care_level=level) for name, level in levels.items()]
    keep(quick, rows, [], [])
    merges.judge(quick, Side.HOUSEHOLD, same("h2", "h3"), actor="甲")
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    assert said(quick)["care_level"] == "red"
    merges.undo(quick, "M000001", actor="甲")
    assert [said(quick, name)["care_level"] for name in ("h1", "h2", "h3")] == ["yellow", "yellow", "red"]


def test_a_member_on_leave_by_one_row_is_on_leave(quick):
    away = member("m2", "B1", roles=("building",), status="leave", radius_m=300.0)
    keep(quick, [household("h1", "B1")], [member("m1", "B1"), away], [pairing("h1", "m2", "building")])
    merges.judge(quick, Side.MEMBER, same("m1", "m2"), actor="甲")
    row = everything(quick)[Member].set_index("member_id").loc["m1"]
    assert (row["status"], row["radius_m"], row["roles"]) == ("leave", 300.0, ("registered", "building"))
    assert work.measure(quick).members.set_index("member_id")["on_duty"].to_dict() == {"m1": False, "m2": False}


# --- the ledger comes again


def sources(store, *, without=()):
    with store.transaction() as transaction:
        people = transaction.read(Household)
        rest = {row: transaction.read(row) for row in (Member, Pairing)}
    brought = people[~people["household_id"].isin(without)].assign(merged_into=None)
    return {Household: frames.conform(brought, Household), **rest}


def load(store, brought, warn=work.unheard):
    city = CityFacts(name="小镇", invented=True, metric_crs=METRIC_CRS, day=DAY, rules=RULES)
    work.load(store, brought, city, warn=warn)


def test_the_same_ledger_loaded_again_neither_revives_nor_loses_a_merged_row(quick):
    imported = replace_pairing(pairing("h2", "m1"), basis="imported")
    keep(quick, TWICE, [member("m1", "B1")], [imported])
    first = sources(quick)
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    before = everything(quick)
    load(quick, first)
    after = everything(quick)
    assert_frame_equal(after[Household], before[Household])
    assert ties(quick) == {("h1", "m1")}
    merges.undo(quick, "M000001", actor="甲")
    load(quick, first)
    assert ties(quick) == {("h2", "m1")}
    assert everything(quick)[Household]["merged_into"].isna().all()


def replace_pairing(row, **changes):
    return {**row, **changes}


def test_a_ledger_without_the_kept_row_is_told_and_the_other_counts_until_it_is_back(quick):
    keep(quick, TWICE, [], [])
    first, short = sources(quick), sources(quick, without=["h1"])
    merges.judge(quick, Side.HOUSEHOLD, same("h1", "h2"), actor="甲")
    told = []
    load(quick, short, told.extend)
    assert [(one.code, "h1" in one.message, "h2" in one.message) for one in told] == [("merge.kept_gone", True, True)]
    assert everything(quick)[Household].set_index("household_id")["merged_into"].isna().to_dict() == {
        "h2": True,
        "h3": True,
    }
    told.clear()
    load(quick, first, told.extend)
    assert told == []
    assert everything(quick)[Household].set_index("household_id").loc["h2", "merged_into"] == "h1"
