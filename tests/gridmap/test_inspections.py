"""States, conflicts, due dates and their order, worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from gridmap import frames, inspections
from gridmap.tables import HazardSite, Inspection, PatrolRules, PublishedWarning

ZONE = dt.timezone(dt.timedelta(hours=8))


def at(month, day, hour=9, year=2026):
    return dt.datetime(year, month, day, hour, tzinfo=ZONE)


def looks(*rows):
    """Inspections from (id, site, state, moment, base)."""
    return frames.check(
        pd.DataFrame(
            [
                {"inspection_id": key, "hazard_id": site, "state": state, "observed_at": moment, "signs": (),
                 "photos": (), "measures": "{}", "received_at": at(12, 31), "base_inspection_id": base, "made_by": "x"}
                for key, site, state, moment, base in rows
            ]
        ),
        Inspection,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (at(11, 24), at(12, 24)),  # dry: 30 days
        (at(12, 15), at(1, 14, year=2027)),  # over the new year
        (at(6, 1), at(6, 8)),  # flood season: 7 days
        (at(4, 20), at(5, 1, 0)),  # dry, but 11 days are too many when the flood season begins
        (at(4, 27), at(5, 4)),  # 7 days end inside the flood season, before 30
        (at(4, 1), at(5, 1, 0)),  # 30 days end on 1 May at 9, the season begins at 0
        (at(9, 20), at(9, 27)),  # still flood season
        (at(9, 28), at(10, 28)),  # 7 days later it is over: 30 days
    ],
)
def test_due_by_the_season_of_the_moment(last, due):
    assert inspections.due_at(last, PatrolRules(), at(11, 24)) == due


BEGINS, LIFTED = at(7, 10, 8), at(7, 13, 8)


def warning(level, starts=BEGINS, ends=LIFTED):
    return PublishedWarning(level=level, starts=starts, ends=ends)


@pytest.mark.parametrize(
    ("level", "last", "due"),
    [
        ("yellow", at(7, 9, 20), at(7, 11, 8)),  # before the warning: 24 hours from its beginning
        ("yellow", at(7, 10, 12), at(7, 11, 12)),  # during it: 24 hours from the inspection
        ("yellow", at(7, 3, 9), at(7, 10, 9)),  # due by the season before the warning asks for it
        ("blue", at(7, 9, 20), at(7, 16, 20)),  # blue: 7 days, as in any flood season
        ("orange", at(7, 9, 20), at(7, 10, 9)),  # an hour from its beginning
        ("orange", at(7, 11, 6), at(7, 11, 7)),  # an hour from the inspection
        ("red", at(7, 9, 20), at(7, 10, 9)),
        ("red", at(7, 11, 6), at(7, 11, 7)),
    ],
)
def test_a_published_warning_asks_for_a_look_by_its_level(level, last, due):
    assert inspections.due_at(last, PatrolRules(), at(7, 11, 8), warnings=[warning(level)]) == due


@pytest.mark.parametrize(
    ("warnings", "due"),
    [
        ([warning("yellow"), warning("orange", starts=at(7, 11, 6))], at(7, 11, 7)),  # raised an hour ago
        ([warning("orange", starts=at(7, 11, 6)), warning("yellow")], at(7, 11, 7)),  # in whatever order
        ([warning("yellow"), warning("orange", ends=at(7, 11, 7))], at(7, 11, 12)),  # lowered to yellow again
        ([warning("blue"), warning("yellow")], at(7, 11, 12)),
        ([warning("yellow", ends=None)], at(7, 11, 12)),  # open-ended
        ([warning("red", ends=at(7, 11, 7))], at(7, 17, 12)),  # lifted: 7 days again
        ([warning("red", starts=at(7, 11, 9))], at(7, 17, 12)),  # not yet
    ],
)
def test_of_several_warnings_in_force_the_soonest_holds(warnings, due):
    """Now is 11 July, 8 o'clock; the last look was on the day before at 12."""
    assert inspections.due_at(at(7, 10, 12), PatrolRules(), at(7, 11, 8), warnings=warnings) == due


def test_the_hours_of_warnings_are_settings():
    rules = PatrolRules(warning_hours=12, continuous_hours=3)
    for level, due in (("yellow", at(7, 10, 23)), ("red", at(7, 10, 14))):
        assert inspections.due_at(at(7, 10, 11), rules, at(7, 11), warnings=[warning(level)]) == due


def test_a_site_goes_by_the_warnings_that_touch_it():
    sites = frames.check(
        pd.DataFrame([dict(HazardSite(hazard_id=n, name=n, kind="landslide")) for n in ("in", "out")]), HazardSite
    )
    found = looks(("1", "in", "stable", at(7, 10, 12), None), ("2", "out", "stable", at(7, 10, 12), None))
    patrols = inspections.patrol(sites, found, PatrolRules(), at(7, 11, 8), warnings={"in": [warning("orange")]})
    assert list(patrols["due_at"]) == [at(7, 10, 13), at(7, 17, 12)]
    assert list(patrols["overdue"]) == [True, False]


def test_rules_are_settings():
    rules = PatrolRules(dry_days=10, flood_days=2, flood_from_month=6, flood_to_month=6)
    assert inspections.due_at(at(5, 27), rules, at(5, 28)) == at(6, 1, 0)
    assert inspections.due_at(at(7, 1), rules, at(7, 2)) == at(7, 11)
    with pytest.raises(ValueError, match="swap its months"):
        PatrolRules(flood_from_month=9, flood_to_month=5)
    with pytest.raises(ValueError, match="starts needs a time zone"):
        warning("red", starts=dt.datetime(2026, 7, 1))  # noqa: DTZ001  that is what is refused
    with pytest.raises(ValueError, match="swap its times"):
        warning("red", ends=at(7, 10, 7))


def test_the_newest_by_the_phones_clock_is_the_state():
    found = looks(("b", "H1", "danger", at(7, 2), "a"), ("a", "H1", "stable", at(7, 1), None))
    folded = inspections.fold(pd.Series(["H1", "H2"]), found)
    assert list(folded["state"]) == ["danger", "unknown"]
    assert folded["last_inspection_id"].iloc[0] == "b"
    assert list(folded["inspections"]) == [2, 0]
    assert not folded["disputed"].any()


def test_two_from_the_same_base_are_both_kept_and_the_graver_holds():
    found = looks(
        ("a", "H1", "stable", at(7, 1), None),
        ("b", "H1", "danger", at(7, 2), "a"),
        ("c", "H1", "stable", at(7, 3), "a"),
    )
    ordered = inspections.in_order(found)
    assert dict(zip(ordered["inspection_id"], ordered["conflict"], strict=True)) == {"a": False, "b": True, "c": True}
    folded = inspections.fold(pd.Series(["H1"]), found).iloc[0]
    assert (folded["state"], folded["disputed"], folded["last_inspection_id"]) == ("danger", True, "c")
    later = looks(("a", "H1", "stable", at(7, 1), None), ("b", "H1", "danger", at(7, 2), "a"),
                  ("c", "H1", "stable", at(7, 3), "a"), ("d", "H1", "change", at(7, 4), "c"))  # fmt: skip
    settled = inspections.fold(pd.Series(["H1"]), later).iloc[0]
    assert (settled["state"], settled["disputed"]) == ("change", False)


def test_two_first_inspections_are_rivals_too_but_not_across_sites():
    same = looks(("a", "H1", "stable", at(7, 1), None), ("b", "H1", "change", at(7, 1), None))
    assert inspections.in_order(same)["conflict"].all()
    apart = looks(("a", "H1", "stable", at(7, 1), None), ("b", "H2", "change", at(7, 1), None))
    assert not inspections.in_order(apart)["conflict"].any()


def test_overdue_first_then_the_most_dangerous():
    """Now is 24 November: a look before 25 October is overdue.

    late: never (unknown, small), old-danger, old-stable with an extreme threat, old-stable without a threat level
    in time: fresh-change before fresh-stable, though the latter threatens more people
    """
    names = ["fresh-stable", "old-plain", "never", "fresh-change", "old-danger", "old-extreme"]
    threats = ["extreme", None, "small", None, None, "extreme"]
    sites = frames.check(
        pd.DataFrame([dict(HazardSite(hazard_id=n, name=n, kind="landslide", threat_level=t))
                      for n, t in zip(names, threats, strict=True)]), HazardSite)  # fmt: skip
    found = looks(
        ("1", "fresh-stable", "stable", at(11, 20), None),
        ("2", "old-plain", "stable", at(9, 1), None),
        ("3", "fresh-change", "change", at(11, 20), None),
        ("4", "old-danger", "danger", at(10, 20), None),
        ("5", "old-extreme", "stable", at(10, 1), None),
    )
    exposed = pd.DataFrame({"hazard_id": ["never", "never"], "has_named_person": [True, False]})
    patrols = inspections.patrol(sites, found, PatrolRules(), at(11, 24), warnings={})
    ranked = inspections.most_urgent_first(sites, patrols, exposed)
    assert list(ranked["hazard_id"]) == [
        "old-danger", "never", "old-extreme", "old-plain", "fresh-change", "fresh-stable",
    ]  # fmt: skip
    assert dict(zip(ranked["hazard_id"], ranked["days_over"], strict=True))["old-danger"] == 5  # due 19 November
    never = ranked.set_index("hazard_id").loc["never"]
    assert (never["exposed_households"], never["exposed_without_person"]) == (2, 1)
    assert pd.isna(never["due_at"])


def test_no_site_and_no_inspection_is_no_failure():
    nothing = frames.empty(HazardSite)
    patrols = inspections.patrol(nothing, frames.empty(Inspection), PatrolRules(), at(11, 24), warnings={})
    exposed = pd.DataFrame({"hazard_id": [], "has_named_person": []})
    assert len(inspections.most_urgent_first(nothing, patrols, exposed)) == 0
