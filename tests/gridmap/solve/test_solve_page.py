"""The examples of docs/solve.md run, and published instances come out at their published optimum."""

import doctest
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from gridmap.solve.assign import assign
from gridmap.solve.instance import Demand, Supply
from gridmap.solve.travel import ListReach

PAGE = Path(__file__).parents[3] / "docs" / "solve.md"


def test_every_example_of_the_page_runs():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert failed == 0
    assert tried > 15


def by_matrix(cost):
    """Assign every row one column, every column at most one row."""
    cost = np.asarray(cost)
    rows, columns = cost.shape
    row, column = np.divmod(np.arange(cost.size), columns)
    reach = ListReach(row, column, cost.ravel(), site_count=rows, member_count=columns)
    ones = np.ones(rows)
    demand = Demand(np.arange(rows), ones, 0 * ones, ones, np.arange(rows))
    plan = assign(demand, Supply(np.ones(columns), np.ones(columns)), reach)
    assert plan.optimal
    assert (plan.filled == 1).all()
    return plan.total_cost_dm


# Worked examples with the optimum printed beside them.
PUBLISHED = [
    ([[4, 1, 3], [2, 0, 5], [3, 2, 2]], 5),  # scipy.optimize.linear_sum_assignment, reference page
    ([[90, 76, 75, 70], [35, 85, 55, 65], [125, 95, 90, 105], [45, 110, 95, 115]], 265),  # OR-Tools guide, linear sum
]


@pytest.mark.parametrize(("cost", "optimum"), PUBLISHED)
def test_published_assignments_come_out_as_published(cost, optimum):
    assert by_matrix(cost) == optimum


@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_by_a_hundred_of_1_to_100_as_in_the_or_library(seed):
    # The family of Beasley's assign100 (1990); drawn anew, because copies of the file in circulation differ.
    cost = np.random.default_rng(seed).integers(1, 101, (100, 100))
    assert by_matrix(cost) == int(cost[linear_sum_assignment(cost)].sum())


def test_pairs_may_come_in_any_order_and_twice():
    row, column, cost = [1, 0, 0, 1, 0], [0, 1, 0, 1, 0], [5, 2, 9, 1, 3]
    reach = ListReach(row, column, cost, site_count=2, member_count=2)
    assert reach.between(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])).tolist() == [3, 2, 5, 1]
    near, distance = reach.within(0, 10)
    assert (near.tolist(), distance.tolist()) == ([1, 0], [2, 3])
