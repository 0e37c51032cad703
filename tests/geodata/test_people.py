import numpy as np
import pandas as pd
import pytest

from geodata.findings import Findings
from geodata.people import fold_address, fold_household, fold_member
from geodata.sources import Piece


def piece(**columns):
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    return Piece(frame, "f.csv", np.arange(2, 2 + len(frame)))


def folded(fold=fold_household, **columns):
    findings = Findings()
    result = fold(piece(**columns), findings)
    return result, [(problem.code, problem.row) for problem in findings.problems]


def test_parts_become_an_address():
    frame = piece(_compound=["白马山小区", "白马路15号", None], _building=["3", "3号楼", None], _unit=["1", None, None],
                  _room=["201", "101室", None]).frame  # fmt: skip
    address = fold_address(frame)["address"]
    assert list(address[:2]) == ["白马山小区3栋1单元201室", "白马路15号3号楼101室"]
    assert pd.isna(address[2])


def test_parts_complete_an_address_without_any_number_and_leave_others_alone():
    frame = piece(address=["白马山小区", "白马路15号3栋", None, "团城山白马山小区"],
                  _compound=["白马山小区"] * 4, _building=["3"] * 4).frame  # fmt: skip
    assert list(fold_address(frame)["address"]) == [
        "白马山小区3栋", "白马路15号3栋", "白马山小区3栋", "团城山白马山小区白马山小区3栋",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "category"),
    [
        ("_living", "独居", "living_alone"),
        ("_living", "空巢老人", "empty_nest"),
        ("_living", "与子女同住", None),
        ("_alone", "是", "living_alone"),
        ("_alone", "否", None),
        ("_empty_nest", "√", "empty_nest"),
        ("_low_income", "低保A类", "low_income_allowance"),
        ("_low_income", "是", "low_income_allowance"),
        ("_low_income", "无", None),
        ("_disability", "一级", "severe_disability"),
        ("_disability", "2", "severe_disability"),
        ("_disability", "三级", "disabled_person"),
        ("_disability", "4", "disabled_person"),
        ("_disability", "无", None),
        ("_self_care", "半失能", "loss_of_self_care"),
        ("_self_care", "自理", None),
    ],
)
def test_other_columns_say_the_category(column, cell, category):
    result, _ = folded(household_id=["h"], **{column: [cell]})
    assert result.frame["categories"][0] == ((category,) if category else ())


def test_a_category_is_not_said_twice():
    result, _ = folded(household_id=["h"], categories=[("living_alone",)], _alone=["是"], _disability=["1"])
    assert result.frame["categories"][0] == ("living_alone", "severe_disability")


def test_people_of_one_household_number_are_joined():
    result, problems = folded(
        _household_no=["1", "1", None, "2"], name=["a", "b", "c", "d"], categories=[("x",), ("y", "x"), (), ("z",)],
        phone=[None, "1", None, None], address=["路 1号", "路1号", None, "q"],
    )  # fmt: skip
    frame = result.frame.set_index("household_id")
    assert sorted(frame.index) == ["1", "2", "row-4"]
    assert frame.loc["1", "categories"] == ("x", "y")
    assert frame.loc["1", "name"] == "a"
    assert frame.loc["1", "phone"] == "1"
    assert list(result.numbers) == [2, 4, 5]
    assert problems == [("household.joined", None)]


def test_two_addresses_in_one_household_are_said():
    _, problems = folded(_household_no=["1", "1"], address=["路1号", "路2号"])
    assert problems == [("household.joined", None), ("household.two_addresses", 3)]


def test_a_given_id_beats_the_household_number():
    result, problems = folded(household_id=["a", "b"], _household_no=["1", "1"])
    assert list(result.frame["household_id"]) == ["a", "b"]
    assert problems == []


def test_separated_registration_and_leave_become_states_unless_stated():
    result, _ = folded(household_id=["a", "b", "c"], _separated=["是", "否", "是"], status=[None, None, "moved"])
    assert result.frame["status"].fillna("-").tolist() == ["separated_registration", "-", "moved"]
    result, _ = folded(fold_member, member_id=["a", "b"], _leave=["请假至6月", None])
    assert result.frame["status"].fillna("-").tolist() == ["leave", "-"]


def test_leave_that_ends_before_it_begins_has_no_end():
    days = pd.to_datetime(["2024-05-02", "2024-05-01"]).date
    result, problems = folded(fold_member, member_id=["a"], leave_from=[days[0]], leave_to=[days[1]])
    assert pd.isna(result.frame["leave_to"][0])
    assert problems == [("value.leave_to", 2)]
