"""Suppressed figures: no reader who knows the tree and every shown figure can tell a hidden small one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridmap.suppress import LIMIT, suppress


@st.composite
def trees(draw):
    """A tree of a few areas, each with households of its own beside those of its parts."""
    count = draw(st.integers(1, 9))
    parents = [-1, *(draw(st.integers(0, area - 1)) for area in range(1, count))]
    few = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 9, 14])
    own = np.array([[draw(few), draw(few)] for _ in range(count)])
    leaves = [area not in parents for area in range(count)]
    lost = draw(st.booleans())
    sums = np.array([row if leaf or lost else [0, 0] for row, leaf in zip(own, leaves, strict=True)])
    for area in range(count - 1, 0, -1):
        sums[parents[area]] += sums[area]
    return parents, sums


def ranges(parents, counts, shown):
    """What a reader can know: the least and the most that each figure (two kinds, total) of each area can be.

    The reader knows which areas have households in none of their parts, and that nothing is negative.
    """
    areas = len(counts)
    rests = [a for a in range(areas) if a in parents
             and (counts[a] != sum(counts[c] for c in range(areas) if parents[c] == a)).any()]  # fmt: skip
    width = 2 * (areas + len(rests))
    equal, sums = [], []

    def say(pairs, value):
        row = np.zeros(width)
        for at, factor in pairs:
            row[at] += factor
        equal.append(row)
        sums.append(value)

    for area in range(areas):
        parts = [c for c in range(areas) if parents[c] == area]
        for kind in (0, 1):
            if parts:
                rest = [(2 * (areas + rests.index(area)) + kind, 1)] if area in rests else []
                say([(2 * area + kind, -1), *((2 * c + kind, 1) for c in parts), *rest], 0)
            if shown.split[area]:
                say([(2 * area + kind, 1)], counts[area][kind])
        if shown.total[area]:
            say([(2 * area, 1), (2 * area + 1, 1)], counts[area].sum())
    found = []
    for area in range(areas):
        for picked in ((1, 0), (0, 1), (1, 1)):
            cost = np.zeros(width)
            cost[2 * area : 2 * area + 2] = picked
            bounds = {"A_eq": np.array(equal) if equal else None, "b_eq": sums or None, "bounds": [(0, 1000)] * width}
            least, most = linprog(cost, **bounds), linprog(-cost, **bounds)
            assert least.status == most.status == 0
            found.append((area, picked, least.fun, -most.fun))
    return found


@settings(max_examples=60, deadline=None)
@given(trees())
def test_no_hidden_figure_under_the_limit_can_be_told(tree):
    parents, counts = tree
    shown = suppress(parents, counts)
    for area, picked, least, most in ranges(parents, counts, shown):
        value = int(counts[area] @ picked)
        is_shown = shown.total[area] if picked == (1, 1) else shown.split[area]
        if is_shown:
            assert value >= LIMIT
        elif value < LIMIT:
            assert most - least >= 1 - 1e-6, (area, picked, least, most)


def test_what_is_large_everywhere_is_shown():
    shown = suppress([-1, 0, 0], np.array([[40, 20], [30, 10], [10, 10]]))
    assert shown.total.all()
    assert shown.split.all()


def test_a_small_part_takes_its_smallest_sister_along():
    shown = suppress([-1, 0, 0, 0], np.array([[60, 43], [30, 20], [20, 20], [10, 3]]))
    assert shown.total.tolist() == [True, True, True, True]
    assert shown.split.tolist() == [True, True, False, False]


def test_an_only_part_that_is_small_hides_the_whole():
    shown = suppress([-1, 0], np.array([[3, 0], [3, 0]]))
    assert not shown.total.any()


def test_no_areas_are_no_figures():
    assert len(suppress([], np.zeros((0, 2), int)).total) == 0
