"""Plans are checked against hand-worked answers and, for small towns, against trying every plan there is."""

import datetime as dt

import pandas as pd
import pytest
from town import DAY, METRIC_CRS, frame_of, household, line, member, pairing, people

from gridmap import pairing as pairings
from gridmap.tables import Mode, PairingRules, Path


def rules(**terms):
    return PairingRules(**{"straight_factor": 1.0, "radius_m": 1000.0, **terms})


def plan(households, members, existing=(), *, paths=None, day=DAY, banned=None, **terms):
    town = people(households, members, existing, banned=banned)
    return pairings.pair(town, paths=paths, rules=rules(**terms), metric_crs=METRIC_CRS, day=day)


def pairs(result):
    return sorted(zip(result.pairings["household_id"], result.pairings["member_id"], strict=True))


def roles(result):
    table = result.pairings
    return {(h, r): m for h, r, m in zip(table["household_id"], table["role"], table["member_id"], strict=True)}


def codes(result):
    return dict(zip(result.unfilled["household_id"], result.unfilled["code"], strict=True))


def test_both_are_served_though_the_least_walk_would_serve_one():
    # A at 0 and B at 4 with limit 5: helpers at 0 and 10 are 0 + 6 (one too far) or swapped 4 + 4 for helpers at 4, 8.
    households = [household("A", (0.0, 0.0)), household("B", (4.0, 0.0))]
    helpers = [member("near", (4.0, 0.0)), member("far", (8.0, 0.0))]
    result = plan(households, helpers, radius_m=5.0)
    assert pairs(result) == [("A", "near"), ("B", "far")]
    assert result.summary["total_distance_m"] == pytest.approx(8.0)
    assert result.summary["optimal"]
