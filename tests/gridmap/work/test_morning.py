"""The morning of the hand-drawn town, worked out by hand, on both engines."""

import datetime as dt
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
import field_town
from field_town import town

from gridmap import work
from gridmap.changes import between
from gridmap.errors import InputError
from gridmap.tables import (
    ROWS,
    Change,
    Household,
    Inspection,
    Member,
    Pairing,
    ProposalRules,
    Revision,
)

YESTERDAY = field_town.DAY - dt.timedelta(days=1)


@pytest.fixture
def store(either_store):
    """The town as it was loaded five days ago."""
    with either_store.transaction(write=True) as transaction:
        for row in reversed(ROWS):
            transaction.delete(row)
    field_town.fill(either_store)
    with either_store.transaction(write=True) as transaction:
        revisions = transaction.read(Revision)
        transaction.upsert(revisions.assign(made_at=revisions["made_at"] - pd.Timedelta(days=5)), Revision)
    return either_store


def morning(store, *areas, **options):
    return work.morning(store, work.picture(store), areas, **options)


def change_of(line):
    who = line["household"] or line["member"]
    return line["noun"], line["kind"], who.get("household_id") or who["member_id"]


def reload(store):
    """Overnight: f dies, a turns yellow, x is new; m1 goes on leave until 27 November; m4 is gone."""
    households = [town.household(key, home, care_level=care) for key, home, care in
                  (("a", "B1", "yellow"), ("b", "B1", "yellow"), ("c", "B2", "green"), ("d", "B2", "green"),
                   ("e", "B3", "red"), ("x", "B4", "green"))]  # fmt: skip
    households += [
        town.household("f", "B4", status="deceased"),
        town.household("g", "B2", care_level="red", status="moved"),
    ]
    sources = {**field_town.everything()}
    sources[Household] = town.people(households, []).households
    members = sources[Member]
    away = members["member_id"] == "m1"
    sources[Member] = members.assign(
        leave_from=members["leave_from"].mask(away, pd.Timestamp(field_town.DAY)),
        leave_to=members["leave_to"].mask(away, pd.Timestamp(2026, 11, 27)),
    )[members["member_id"] != "m4"].reset_index(drop=True)
    ties = sources[Pairing]
    sources[Pairing] = ties[ties["member_id"] != "m4"].reset_index(drop=True)
    work.load(store, sources, field_town.CITY)


def test_each_line_leads_to_the_map_or_to_the_row(store):
    """Also of x, who is new and was not located yet, and of m4, who is gone."""
    reload(store)
    taken = work.picture(store)
    told = work.morning(store, taken, ())
    page = work.draw_morning(taken, told)
    lines = [part.split("</ul>\n  </section>")[0].split("</ol>")[0] for part in page.split('<li class="line')[1:]]
    assert len(lines) == sum(len(told[name]) for name in ("changes", "gaps", "leaves", "overdue", "grounds"))
    assert [line for line in lines if "<a " not in line] == []
    assert 'href="member.html?id=m1"' in page
    assert 'href="member.html?id=m4"' not in page  # who is gone has no page


def test_a_quiet_morning(store):
    """Nothing changed; b, c and e have nobody, m3 is away from b, and nobody ever looked at the three sites."""
    told = morning(store)
    assert (told["changes"], told["began"], told["since"]) == ([], False, YESTERDAY.isoformat())
    assert [row["id"] for row in told["gaps"]] == ["e", "b", "c"]  # the red household first
    assert [(line["member_id"], [(who["household_id"], who["alone"]) for who in line["households"]])
            for line in told["leaves"]] == [("m3", [("b", True)])]  # fmt: skip
    assert [site["hazard_id"] for site in told["overdue"]] == ["H1", "H2", "H3"]
    assert told["figures"] == {
        "households": 6, "with_named_person": 3, "gaps": 3, "red_gaps": 1,
        "cover_needed": told["figures"]["cover_needed"],
        "changes": 0, "on_leave": 1, "households_on_leave": 1, "sites": 3, "overdue": 3, "without_basis": 0,
    }  # fmt: skip


def test_what_changed_overnight(store):
    reload(store)
    told = morning(store)
    assert sorted(map(change_of, told["changes"])) == [
        ("household", "added", "x"),
        ("household", "changed", "a"),
        ("household", "ended", "f"),
        ("member", "ended", "m4"),
        ("member", "leave", "m1"),
        ("pairing", "ended", "f"),
    ]
    first = told["changes"][0]
    assert (change_of(first), first["gap"]) == (("household", "added", "x"), True)  # it has nobody: that comes first
    facts = next(line for line in told["changes"] if line["kind"] == "changed")
    assert facts["fields"] == ["care_level"]
    leave = told["leaves"][0]
    assert (leave["member_id"], leave["leave_from"], leave["leave_to"]) == ("m1", "2026-11-24", "2026-11-27")
    assert [(who["household_id"], who["alone"]) for who in leave["households"]] == [("a", False), ("d", True)]


def test_areas_hear_of_their_own(store):
    reload(store)
    assert {change_of(line) for line in morning(store, "G1")["changes"]} == {
        ("household", "changed", "a"),
        ("member", "leave", "m1"),
    }
    both = {change_of(line) for line in morning(store, "G1", "G3")["changes"]}
    everywhere = {change_of(line) for line in morning(store)["changes"]}
    assert everywhere - both == {("household", "added", "x")}  # nobody has located it yet
    assert [row["id"] for row in morning(store, "C1")["gaps"]] == ["e", "b", "c", "d"]  # m1 is away
    assert [site["hazard_id"] for site in morning(store, "G3")["overdue"]] == ["H2"]
    assert morning(store, "S1")["figures"]["households"] == 5  # x has no place, f counts no more


def test_a_household_that_left_is_told_to_both_grids(store):
    with store.transaction(write=True) as transaction:
        before = work.picture(store).people
        places = before.household_places
        moved = town.people([town.household("a", "B4")], []).household_places
        after = before.__class__(**{**before.__dict__, "household_places": pd.concat(
            [places[places["household_id"] != "a"], moved], ignore_index=True)})  # fmt: skip
        number = transaction.advance("locate")
        transaction.insert(between(before, after, day=field_town.DAY, revision=number), Change)
    for grid in ("G1", "G3"):
        assert ("household", "moved", "a") in {change_of(line) for line in morning(store, grid)["changes"]}
    assert morning(store, "G2")["changes"] == []


def test_a_proposal_tells_of_a_change_of_hands_and_an_undo_of_nothing(store):
    before = morning(store)
    made = work.propose(store, "city", max_changes=6, rules=ProposalRules(leaves=("m4",)), actor="甲")
    assert len(made.moves) >= 1
    assert morning(store)["changes"] == []
    work.apply(store, made.proposal.proposal_id, actor="甲")
    told = {change_of(line): line for line in morning(store)["changes"]}
    assert ("member", "leave", "m4") in told
    with store.transaction() as transaction:
        begun = transaction.read(Pairing)
    begun = begun[begun["valid_from"] == pd.Timestamp(field_town.DAY)]
    assert {who for noun, _, who in told if noun == "pairing"} >= set(begun["household_id"])
    work.reverse(store, made.proposal.proposal_id, actor="甲")
    after = morning(store)
    # the town was never paired: why a place is empty is found at the first change
    new = {"revision": 0, "as_of": "", "gaps": []}
    assert {**after, **new} == {**before, **new}
    assert [gap["id"] for gap in after["gaps"]] == [gap["id"] for gap in before["gaps"]]


def test_an_inspection_takes_a_site_off_the_list(store):
    work.receive(store, [field_town.inspection(1)], now=dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC))
    assert [site["hazard_id"] for site in morning(store)["overdue"]] == ["H2", "H3"]
    with store.transaction() as transaction:
        assert len(transaction.read(Inspection)) == 1


def test_a_first_load_has_nothing_to_compare_with(either_store):
    with either_store.transaction(write=True) as transaction:
        for row in reversed(ROWS):
            transaction.delete(row)
    field_town.fill(either_store)
    told = morning(either_store)
    assert (told["began"], told["changes"]) == (True, [])


@pytest.mark.parametrize(
    ("areas", "since", "code"),
    [(["G9"], None, "area.unknown"), ([], field_town.DAY + dt.timedelta(days=1), "since.outside"),
     ([], dt.date(2020, 1, 1), "since.outside")],
)  # fmt: skip
def test_what_is_not_there_is_refused(store, areas, since, code):
    with pytest.raises(InputError) as refused:
        morning(store, *areas, since=since)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_nobody_is_named_in_clear(store):
    reload(store)
    text = str(morning(store))
    assert not any(name in text for name in ("甲一", "丙三", "丁四", "户a", "13800000001"))
