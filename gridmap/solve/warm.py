"""Compile the kernels before somebody waits for them."""

import time

import numpy as np

from gridmap.solve import tight
from gridmap.solve.assign import assign
from gridmap.solve.engine import Engine, places
from gridmap.solve.instance import Demand, Supply, Wishes
from gridmap.solve.problem import reduce_instance
from gridmap.solve.repair import LivePlan
from gridmap.solve.roster import At, Newcomer, Place, Wanted
from gridmap.solve.travel import ListReach, NetworkReach, Reach, StraightReach
from gridmap.solve.whatif import loss, suggest, suggest_after, worth, worth_of


def warm_up(*, changes: bool = False) -> float:
    """Run every kernel once on a made-up street; return the seconds, so that they can be shown.

    changes: the kernels of changes and questions as well, which building a city does not need.
    """
    start = time.monotonic()
    rows = np.arange(4)
    demand = Demand(rows // 2, np.ones(4, int), 0 * rows, np.ones(4, int), rows)
    supply = Supply(np.ones(3, int), np.ones(3, int))
    edge = (rows[:3], rows[1:], np.full(3, 100))
    for reach in (
        StraightReach(np.stack([rows, rows], 1), np.zeros((3, 2))),
        ListReach(rows[:3], rows[:3], rows[:3], site_count=4, member_count=3),
        NetworkReach(edge, (rows, rows), (rows[:3], rows[:3]), node_count=4),
    ):
        assign(demand, supply, reach)
        reach.within(0, reach.limit_dm)
        engine = Engine(reduce_instance(demand, supply, reach, Wishes()))
        tight.settle(engine, places(engine.problem), None)
        if changes:
            _ask_and_change(LivePlan(demand, supply, reach), reach)
    return time.monotonic() - start


def _ask_and_change(live: LivePlan, reach: Reach) -> None:
    """Ask every question and make every change once; reasons.force is made of what these run."""
    suggest(live, 0)
    suggest_after(live, 0)
    loss(live, 0)
    worth(live, 0)
    place: Place = (np.arange(1), np.arange(1)) if isinstance(reach, ListReach) else At(0)
    worth_of(live, place, Newcomer(1))
    live.leave(0)
    live.set_capacity(0, 1)
    live.join(place, Newcomer(1))
    live.add_household(place, [Wanted(1, kept=(0,))])
    live.ban(0, 0)
    live.allow(0, 0)
    live.move(1, place)


if __name__ == "__main__":
    print(f"Compiled in {warm_up(changes=True):.0f} s.")  # noqa: T201  the installer shows it
