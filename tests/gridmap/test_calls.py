"""Who is called for whom, by hand, in the town of tests/field_town.py."""

import field_town
import town

from gridmap import calls, hazards


def listed():
    people = field_town.people()
    exposed = hazards.exposure(field_town.zones(), people, day=town.DAY, buildings=town.areas()[town.Level.BUILDING])
    return calls.call_lists(exposed, people, field_town.grids(), town.DAY)


def short(item):
    return item.household_id, [(call.why, call.name) for call in item.calls]


def test_the_order_of_households_and_of_people():
    """b has a person on leave, c a unit only: both are nobody and come first, by care level. g has moved, e lives
    outside. For a, m2 lives outside the zone and is called before m1, who may be buried himself.
    """
    worker = ("grid_worker", "王五六")
    assert [short(item) for item in listed() if item.hazard_id == "H1"] == [
        ("b", [worker]),
        ("c", [worker]),
        ("a", [("building", "乙二"), ("registered", "甲一"), worker]),
        ("d", [("registered", "甲一"), worker]),
    ]
    assert [item.has_named_person for item in listed() if item.hazard_id == "H1"] == [False, False, True, True]


def test_a_grid_without_a_worker_adds_nobody():
    assert [short(item) for item in listed() if item.hazard_id == "H2"] == [("f", [("community", "丁四")])]


def test_a_member_in_two_roles_is_called_once():
    people = town.people(
        [town.household("a")],
        [town.member("m1", "B3", ("registered", "building"))],
        [town.pairing("a", "m1", "building", distance_m=260.0), town.pairing("a", "m1", distance_m=260.0)],
    )
    exposed = hazards.exposure(field_town.zones(), people, day=town.DAY)
    (found,) = calls.call_lists(exposed, people, field_town.grids(), town.DAY)
    assert [call.member_id for call in found.calls] == ["m1", None]
    assert found.calls[0].why == "registered"
