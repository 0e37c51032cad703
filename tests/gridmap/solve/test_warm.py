"""Warming must reach the kernels of both halves."""

from gridmap.solve import augment, simplex
from gridmap.solve.warm import warm_up


def test_warm_up_leaves_nothing_to_compile():
    assert warm_up() > 0
    before = len(augment.fill.signatures), len(simplex.improve.signatures)
    assert warm_up() < 5
    assert (len(augment.fill.signatures), len(simplex.improve.signatures)) == before
    assert min(before) >= 1
