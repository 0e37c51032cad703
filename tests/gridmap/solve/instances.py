"""Draw small instances of every mode for hypothesis."""

import numpy as np
from hypothesis import strategies as st

from gridmap.solve.instance import SAME, Demand, Supply, Trait, Wishes
from gridmap.solve.travel import ListReach, NetworkReach, Reach, StraightReach

Instance = tuple[Demand, Supply, Reach, Wishes]


@st.composite
def reaches(draw, sites: int, members: int) -> Reach:
    """Draw a straight, listed or network reach."""
    mode = draw(st.sampled_from(["straight", "list", "network"]))
    limit = draw(st.sampled_from([40, 120, 1000]))
    if mode == "straight":
        spot = st.tuples(st.integers(0, 9), st.integers(0, 9))
        factor = draw(st.sampled_from([1.0, 1.3]))
        site_xy = draw(st.lists(spot, min_size=sites, max_size=sites))
        member_xy = draw(st.lists(spot, min_size=members, max_size=members))
        return StraightReach(site_xy, member_xy, factor=factor, limit_dm=limit)
    if mode == "list":
        row = st.tuples(st.integers(0, sites - 1), st.integers(0, members - 1), st.integers(0, 60))
        rows = draw(st.lists(row, max_size=sites * members))
        columns = np.array(rows, np.int64).reshape(-1, 3).T
        return ListReach(*columns, site_count=sites, member_count=members)
    nodes = 6
    edge = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1), st.integers(0, 50))
    edges = np.array(draw(st.lists(edge, max_size=9)), np.int64).reshape(-1, 3).T
    at = st.tuples(st.integers(-1, nodes - 1), st.integers(0, 20))
    site = np.array(draw(st.lists(at, min_size=sites, max_size=sites))).T
    member = np.array(draw(st.lists(at, min_size=members, max_size=members))).T
    return NetworkReach(tuple(edges), tuple(site), tuple(member), node_count=nodes, limit_dm=limit)


@st.composite
def instances(draw, max_slots: int = 4, max_members: int = 4) -> Instance:
    """Draw demand, supply, reach and wishes with every rule in play."""
    slots, members = draw(st.integers(1, max_slots)), draw(st.integers(1, max_members))
    sites = draw(st.integers(1, slots))

    def many(element, count):
        return draw(st.lists(element, min_size=count, max_size=count))

    group = many(st.integers(0, max(slots - 2, 0)), slots)
    rank, first = many(st.integers(0, 2), slots), np.full(slots, SAME)
    if draw(st.booleans()):  # somebody first: the slots of a household agree in their ranks
        rank = np.array(many(st.integers(0, 2), slots))[group]
        first = np.minimum(np.array(many(st.integers(-1, 2), slots))[group], rank)
    demand = Demand(
        group=group,
        wanted=many(st.integers(0, 2), slots),
        rank=rank,
        first=first,
        accepts=many(st.integers(1, 3), slots),
        site=many(st.integers(0, sites - 1), slots),
        area=many(st.sampled_from([-1, -1, -1, 0, 1]), slots),
    )
    supply = Supply(
        capacity=many(st.integers(0, 3), members),
        kind=many(st.integers(1, 3), members),
        radius_dm=many(st.sampled_from([30, 80, 10**6]), members),
        area=many(st.integers(-1, 1), members),
        load_step_dm=draw(st.sampled_from([0, 0, 7, 40])),
    )
    reach = draw(reaches(sites, members))
    pair = st.tuples(st.integers(0, slots - 1), st.integers(0, members - 1))
    kept = np.array(draw(st.lists(pair, max_size=3)), np.int32).reshape(-1, 2)
    banned = np.array(draw(st.lists(pair, max_size=2)), np.int32).reshape(-1, 2)
    locked = np.array(draw(st.lists(pair, max_size=2)), np.int32).reshape(-1, 2)
    traits = ()
    if draw(st.booleans()):
        named, held = many(st.integers(-1, 1), slots), many(st.integers(0, 1), members)
        traits = (Trait(np.array(named), np.array(held), draw(st.integers(0, 40))),)
    wishes = Wishes(
        kept[:, 0], kept[:, 1], draw(st.sampled_from([0, 10, 60])), banned[:, 0], banned[:, 1],
        locked[:, 0], locked[:, 1], traits,
    )  # fmt: skip
    return demand, supply, reach, wishes
