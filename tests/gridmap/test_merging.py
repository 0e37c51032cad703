"""Whose row is whose: worked out by hand."""

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap import frames
from gridmap.merging import Brought, holders, merge
from gridmap.tables import Grid, Household, Member


def stored(*rows, noun=Household):
    return frames.conform(pd.DataFrame(list(rows)), noun) if rows else frames.empty(noun)


def brought(*rows, noun=Household, **facts):
    frame = pd.DataFrame(list(rows), dtype=object)
    for name in ("categories", "needs", "roles", "skills"):
        if name in frame:
            frame[name] = pd.Series([v if isinstance(v, tuple) else () for v in frame[name]], dtype=object)
    numbers = np.arange(2, len(rows) + 2)
    return Brought(noun, frame, np.full(len(rows), "f.xlsx", dtype=object), numbers, len(rows), **facts)


def ids(number):
    return f"I0001-{number}"


ZHANG = {"household_id": "H1", "name": "张虚一", "phone": "13800000001", "address": "锦绣里1栋", "id_no": "A1",
         "care_level": "red", "categories": ("living_alone",)}  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        {"household_id": "H1", "name": "张虚一"},
        {"id_no": "A1", "name": "张虚壹"},
        {"name": "张虚一", "phone": "13800000001"},
        {"name": "张 虚一", "address": "锦绣里 1栋"},
    ],
)
def test_a_row_is_found_again_and_blank_cells_keep_what_is_stored(row):
    merged = merge(brought(row), stored(ZHANG), ids)
    assert merged.new["household_id"].tolist() == ["H1"]
    assert merged.new["phone"].tolist() == ["13800000001"]
    assert merged.new["care_level"].tolist() == ["red"]
    assert merged.new["categories"].tolist() == [("living_alone",)]
    assert merged.old["household_id"].tolist() == ["H1"]


def test_an_unknown_row_is_new_and_named_by_import_and_row():
    merged = merge(brought({"name": "李虚二", "address": "锦绣里2栋"}), stored(ZHANG), ids)
    assert merged.new[["household_id", "care_level", "status"]].to_numpy().tolist() == [["I0001-2", "green", "present"]]
    assert merged.old.empty


def test_a_row_that_fits_two_is_refused_and_not_guessed():
    twin = {**ZHANG, "household_id": "H2", "id_no": "A2"}
    merged = merge(brought({"name": "张虚一", "phone": "13800000001"}), stored(ZHANG, twin), ids)
    assert (merged.refused, len(merged.new)) == (1, 0)
    assert [problem.code for problem in merged.problems] == ["match.ambiguous"]


def test_the_number_of_another_person_is_no_match():
    other = {"household_id": "H1", "name": "王虚三", "address": "临湖苑7栋"}
    merged = merge(brought(other), stored(ZHANG), ids)
    assert [problem.code for problem in merged.problems] == ["match.conflict"]
    assert merged.refused == 1


def test_two_rows_of_one_person_are_joined_and_their_categories_add_up():
    rows = ({"name": "赵虚四", "phone": "13800000005", "categories": ("severe_disability",)},
            {"name": "赵虚四", "phone": "13800000005", "categories": ("living_alone",)})  # fmt: skip
    merged = merge(brought(*rows), stored(), ids)
    assert (len(merged.new), merged.joined, merged.refused) == (1, 1, 0)
    assert merged.new["categories"].tolist() == [("severe_disability", "living_alone")]


def test_rows_with_ids_of_their_own_are_joined_by_an_identity_number_only():
    rows = ({"household_id": "1", "name": "赵虚四", "phone": "13800000005"},
            {"household_id": "2", "name": "赵虚四", "phone": "13800000005"})  # fmt: skip
    assert len(merge(brought(*rows), stored(), ids).new) == 2
    same = tuple({**row, "id_no": "B7"} for row in rows)
    assert len(merge(brought(*same), stored(), ids).new) == 1


def test_a_row_that_names_nobody_is_refused():
    merged = merge(brought({"name": None, "address": None, "care_level": "red"}), stored(), ids)
    assert [problem.code for problem in merged.problems] == ["row.nobody"]


def test_only_rows_of_the_scope_go_and_none_while_a_row_is_refused():
    other = {**ZHANG, "household_id": "H2", "id_no": "A2", "name": "别虚人", "phone": None}
    third = {**other, "household_id": "H3", "id_no": "A3", "name": "外虚人"}
    known = stored(ZHANG, other, third)
    scope = np.array([True, True, False])
    one = {"household_id": "H1", "name": "张虚一"}
    assert merge(brought(one), known, ids).gone.empty
    assert merge(brought(one), known, ids, scope).gone["household_id"].tolist() == ["H2"]
    held = merge(brought(one, refused=frozenset({("f.xlsx", 9)})), known, ids, scope)
    assert (len(held.gone), held.held_back) == (0, 1)


def test_a_roll_of_grid_workers_completes_grids_and_adds_none():
    box = shapely.box(0, 0, 1, 1)
    known = stored({"grid_id": "G1", "community_id": "C1", "name": "一网格", "geometry": box}, noun=Grid)
    rows = ({"name": "一网格", "worker_name": "钱虚五"}, {"name": "九网格", "worker_name": "孙虚六"})
    merged = merge(brought(*rows, noun=Grid, only_known=True), known, ids)
    assert merged.new[["grid_id", "worker_name"]].to_numpy().tolist() == [["G1", "钱虚五"]]
    assert [(problem.row, problem.code) for problem in merged.problems] == [(3, "row.unknown")]


def test_a_broken_value_refuses_its_row_only():
    rows = ({"name": "甲虚一", "unit": "某局", "capacity": 99}, {"name": "乙虚二", "unit": "某局", "capacity": 3})
    merged = merge(brought(*rows, noun=Member), stored(noun=Member), ids)
    assert merged.new["name"].tolist() == ["乙虚二"]
    assert [(problem.row, problem.code) for problem in merged.problems] == [(2, "value.high")]


def test_a_shape_belongs_to_the_area_that_holds_an_inner_point():
    areas = pd.DataFrame({"grid_id": ["W", "E"], "geometry": [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]})
    shapes = np.array([shapely.box(0.2, 0.2, 0.4, 0.4), shapely.Point(1.5, 0.5), None, shapely.Point(9, 9)])
    assert holders(shapes, areas, "grid_id").tolist() == ["W", "E", None, None]
