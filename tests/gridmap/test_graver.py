"""What a row that stands for others must say, written down by hand; and that nothing grave is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.graver import graver
from gridmap.tables import Side

HOUSE = {"care_level": "yellow", "categories": ["empty_nest"], "needs": [], "status": "present"}
MEMBER = {"roles": ["registered"], "skills": [], "radius_m": None, "status": "active", "leave_from": None,
          "leave_to": None}  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "others", "expected"),
    [
        ({}, [{}], {}),
        ({}, [{"care_level": "red"}], {"care_level": "red"}),
        ({"care_level": "red"}, [{"care_level": "green"}], {}),
        ({}, [{"care_level": "green"}, {"care_level": "red"}], {"care_level": "red"}),
        ({}, [{"categories": ["living_alone", "empty_nest"]}], {"categories": ["empty_nest", "living_alone"]}),
        ({"needs": ["医疗"]}, [{"needs": ["理发"]}], {"needs": ["医疗", "理发"]}),
        ({"status": "moved"}, [{}], {"status": "present"}),
        ({}, [{"status": "moved"}], {}),
        ({"status": "moved"}, [{"status": "deceased"}], {}),
    ],
)
def test_households(kept, others, expected):
    assert graver(Side.HOUSEHOLD, HOUSE | kept, [HOUSE | one for one in others]) == expected


@pytest.mark.parametrize(
    ("kept", "others", "expected"),
    [
        ({}, [{"roles": ["building"]}], {"roles": ["registered", "building"]}),
        ({}, [{"radius_m": 500.0}], {"radius_m": 500.0}),
        ({"radius_m": 300.0}, [{"radius_m": 500.0}], {}),
        ({}, [{"status": "leave"}], {"status": "leave"}),
        (
            {},
            [{"leave_from": "2026-11-01", "leave_to": "2026-11-30"}],
            {"leave_from": "2026-11-01", "leave_to": "2026-11-30"},
        ),
        ({"leave_from": "2026-11-01"}, [{"leave_from": "2026-12-01"}], {}),
        ({}, [{"status": "ended"}], {}),
        ({}, [{"status": "ended", "leave_from": "2020-01-01"}], {}),
        ({"status": "ended"}, [{"status": "leave"}], {}),
    ],
)
def test_members(kept, others, expected):
    assert graver(Side.MEMBER, MEMBER | kept, [MEMBER | one for one in others]) == expected


houses = st.fixed_dictionaries(
    {
        "care_level": st.sampled_from(["red", "yellow", "green"]),
        "categories": st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
        "needs": st.lists(st.sampled_from(["x", "y"]), unique=True),
        "status": st.sampled_from(["present", "moved", "deceased"]),
    }
)


@given(houses, st.lists(houses, min_size=1, max_size=4))
def test_whichever_row_is_kept_nothing_grave_is_lost_and_saying_it_twice_changes_nothing(kept, others):
    joint = kept | graver(Side.HOUSEHOLD, kept, others)
    order = ["red", "yellow", "green"]
    for one in (kept, *others):
        assert order.index(joint["care_level"]) <= order.index(one["care_level"])
        assert set(joint["categories"]) >= set(one["categories"])
        assert set(joint["needs"]) >= set(one["needs"])
        assert one["status"] != "present" or joint["status"] == "present"
    assert graver(Side.HOUSEHOLD, joint, others) == {}
