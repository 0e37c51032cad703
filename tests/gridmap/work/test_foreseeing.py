"""What stands in the way is said from the sources alone, before anything is stored."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the hand-drawn town

from town import DAY, METRIC_CRS, areas, frame_of, household, member, point

from gridmap import work
from gridmap.errors import Severity
from gridmap.tables import AREA_ROWS, CityFacts, Household, Member, PairingRules


def test_a_radius_that_is_too_short_and_a_person_who_reaches_nobody():
    # h1 is 100 m from m and h2 is 200 m from n, who does not walk at all
    sources = {AREA_ROWS[level]: frame for level, frame in areas().items()}
    sources[Household] = frame_of(
        [{**household(name)[0], "geometry": point(x)} for name, x in (("h1", 100.0), ("h2", 500.0))], Household
    )
    sources[Member] = frame_of(
        [{**member("m")[0], "geometry": point(0.0)}, {**member("n", radius_m=0.0)[0], "geometry": point(300.0)}], Member
    )
    rules = PairingRules(radius_m=10.0, straight_factor=1.0)
    city = CityFacts(name="小镇", invented=True, metric_crs=METRIC_CRS, day=DAY, rules=rules)
    found = work.foresee(sources, city)
    assert [(one.file, one.column, one.code, one.severity) for one in found] == [
        ("CITY.toml", "rules.radius_m", "rules.radius_short", Severity.WARNING),
        ("member", "radius_m", "rules.own_radius_short", Severity.WARNING),
    ]
    assert found[0].told("zh").endswith("步行上限 10 m 太短：离得最近的包保人也有 100 m，2 个名额都排不上")
    assert found[1].told("en").endswith("the own limit of distance is too short for any household: n")
