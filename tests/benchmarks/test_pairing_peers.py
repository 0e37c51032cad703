"""Every peer poses the same problem: with all pairs they reach our optimum, and say what they leave out."""

import json

import numpy as np
import pytest

from benchmarks.pairing import __main__ as table
from benchmarks.pairing import peers, report
from benchmarks.pairing.cases import Case, arcs_of, case_of, neighbours_of
from benchmarks.pairing.cities import make
from benchmarks.pairing.one import NEEDS, PEERS, measure
from gridmap.solve.assign import assign
from gridmap.solve.instance import Wishes

EXACT = [peer for peer in PEERS if peer != "greedy"]


def town(*, tight):
    city = make(90, 190, tight=tight, seed=2, limit_dm=3_000)
    return Case("town", city.demand, city.supply, city.reach, Wishes(), city.household_xy_m, city.member_xy_m)


@pytest.mark.parametrize("tight", [False, True], ids=["loose", "tight"])
@pytest.mark.parametrize("peer", EXACT)
def test_a_peer_with_all_pairs_reaches_our_optimum(peer, tight):
    pytest.importorskip(NEEDS.get(peer, "scipy"))
    case = town(tight=tight)
    plan = assign(case.demand, case.supply, case.reach)
    _, filled, total = getattr(peers, peer)(arcs_of(case, None))
    assert (filled, total) == (int(plan.filled.sum()), plan.total_cost_dm)


def test_greedy_fills_no_more_and_pays_no_less_than_the_optimum():
    case = town(tight=True)
    plan = assign(case.demand, case.supply, case.reach)
    _, filled, total = peers.greedy(arcs_of(case, None))
    assert filled < int(plan.filled.sum()) or total > plan.total_cost_dm


def test_nearest_arcs_are_the_nearest_of_all():
    case = town(tight=False)
    near, every = arcs_of(case, 3), arcs_of(case, None)
    for household in range(case.households):
        mine = np.sort(every.cost[every.household == household])[:3]
        np.testing.assert_array_equal(np.sort(near.cost[near.household == household]), mine)


def test_the_dense_case_is_commcares_model():
    case = case_of("D4k")
    assert (case.households, len(case.supply), len(case.pairs[0])) == (4_000, 200, 800_000)
    assert set(case.supply.capacity.tolist()) == {21}
    assert neighbours_of("D4k") == 20
    near = arcs_of(case, 20)
    assert len(near.cost) == 80_000


def test_the_same_city_on_paths_is_further_and_proven():
    straight, walk = case_of("U1k"), case_of("U1k-walk")
    far, near = (assign(case.demand, case.supply, case.reach) for case in (walk, straight))
    assert far.optimal
    assert far.total_cost_dm > near.total_cost_dm / 1.3  # the straight line is charged 1.3 times, paths once
    assert walk.reach.node_count > 5_000


@pytest.mark.parametrize("solver", ["gridmap", "floor", "greedy"])
def test_a_measured_line_holds_what_the_table_needs(solver):
    row = measure("U1k", solver, 8)
    assert row["wanted"] == 1_000
    assert row["seconds"] > 0
    assert row["peak_mib"] >= row["extra_mib"] >= 0
    assert json.loads(json.dumps(row)) == row


def test_a_solver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(NEEDS, "pot", "no_such_library")
    assert measure("U1k", "pot", 8) == {"case": "U1k", "solver": "pot", "skipped": "not installed"}


def test_large_cases_are_left_to_those_who_can_bear_them():
    assert table.why_not("U13k", "pulp", heavy=False) == "not at this size"
    assert table.why_not("U13k", "pulp", heavy=True) is None
    assert table.why_not("U1M", "pylmcf", heavy=True) == "not at this size"
    assert table.why_not("U1M", "gridmap", heavy=False) is None
    assert table.why_not("team", "pylmcf", heavy=True) == "has no roles"


def test_the_page_says_who_was_left_out(tmp_path):
    run = {"households": 10, "wall_seconds": 1.0, "wanted": 12, "peak_mib": 9.0, "extra_mib": 1.0}
    rows = [
        {"case": "T1k", "solver": "gridmap", "seconds": 0.5, "filled": 11, "dm": 100, **run},
        {"case": "T1k", "solver": "pylmcf", "seconds": 1.0, "filled": 8, "dm": 70, **run},
        {"case": "T1k", "solver": "pot", "skipped": "not installed"},
    ]
    page = report.page(rows)
    assert "| T1k | pylmcf | 1.000 | 2.00 | 8 | 3 | 7.0 | 9 | 1 |" in page
    assert "| T1k | 11 of 12 wanted | pylmcf 3 |" in page
    assert "| T1k | pot | – |  |  |  |  |  | not installed |" in page


def test_rows_measured_again_take_the_place_of_the_earlier_ones_and_the_others_stay():
    run = {"households": 10, "wanted": 12, "peak_mib": 9.0, "extra_mib": 1.0, "filled": 11, "dm": 100}
    earlier = [{"case": "T1k", "solver": name, "seconds": 0.5, **run} for name in ("gridmap", "pot")]
    again = [{"case": name, "solver": "pot", "seconds": 1.0, "day": "2026-11-25", **run} for name in ("U1k", "T1k")]
    rows = report.with_earlier(again, earlier)
    assert [(row["case"], row["solver"], row["seconds"]) for row in rows] == [
        ("T1k", "gridmap", 0.5), ("T1k", "pot", 1.0), ("U1k", "pot", 1.0)
    ]  # fmt: skip
    lines = report.page(rows).splitlines()
    assert "| T1k | gridmap | 0.500 | 1.00 | 11 | 0 | 10.0 | 9 | 1 | earlier |" in lines
    assert "| T1k | pot | 1.000 | 2.00 | 11 | 0 | 10.0 | 9 | 1 | 2026-11-25 |" in lines
