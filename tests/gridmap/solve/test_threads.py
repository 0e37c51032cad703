"""Sorting by digits against numpy's own stable sort, and blocks that leave nothing out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.solve.threads import blocks, in_order, side_by_side


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**62)), max_size=60))
def test_in_order_is_a_stable_argsort(keys):
    key = np.array(keys, np.int64)
    np.testing.assert_array_equal(in_order(key), np.argsort(key, kind="stable"))


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 100])
def test_blocks_follow_each_other_from_the_first_to_the_last(count, workers):
    cuts = blocks(count, workers)
    assert [row for first, last in cuts for row in range(first, last)] == list(range(count))


def test_side_by_side_keeps_the_order_of_the_jobs():
    jobs = [lambda value=value: value * value for value in range(5)]
    assert side_by_side(1, *jobs) == side_by_side(3, *jobs) == [0, 1, 4, 9, 16]
