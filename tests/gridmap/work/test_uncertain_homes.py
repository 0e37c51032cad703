"""A household known less well than its building: paired by the planner's rule alone, its distance unknown."""

import pandas as pd
import pytest
import review_town
from address_town import at
from shapely import Point

from gridmap import frames, work
from gridmap.tables import EmptyPlace, HouseholdPlace, Member, MemberPlace, Pairing, PairingRules, Setting

ROWS = (
    {"address": "白马山小区3栋501"},
    {"address": "白马山小区"},
    {"address": "白马山社区", "stated_community": "白马山社区"},
    {"address": None, "geometry": Point(at(520, 506)), "accuracy_m": 800.0},
)
ACCURACIES = ["room", "compound", "community", "vicinity"]


def paired(folder, pair_from):
    """Pair four households with four members beside them under a rule; return pairings and empty places."""
    store = review_town.build(folder, *ROWS).open()
    members = pd.DataFrame({"member_id": ["m0", "m1", "m2", "m3"], "name": "员", "address": "白马山小区2栋"})
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.check(frames.conform(members, Member), Member), Member)
        kept = work.reading.facts_of(transaction)
        city = kept.model_copy(update={"rules": PairingRules(pair_from=pair_from)})
        setting = pd.DataFrame({"name": ["city"], "value": [city.model_dump_json()]})
        transaction.upsert(frames.conform(setting, Setting), Setting)
    work.locate(store)
    work.pair(store)
    with store.transaction() as transaction:
        found = {row: transaction.read(row) for row in (HouseholdPlace, MemberPlace, Pairing, EmptyPlace)}
    store.close()
    assert found[HouseholdPlace]["accuracy"].tolist() == ACCURACIES
    assert found[MemberPlace]["building_id"].tolist() == ["b1-2"] * 4
    return found[Pairing].set_index("household_id"), set(found[EmptyPlace]["household_id"]), found[EmptyPlace]


@pytest.mark.parametrize(
    ("pair_from", "whom"),
    [("building", {"h0"}), ("compound", {"h0", "h1"}), ("community", {"h0", "h1", "h2", "h3"})],
)
def test_the_planners_rule_decides_and_the_distance_is_unknown(tmp_path, pair_from, whom):
    pairings, empty, why = paired(tmp_path, pair_from)
    assert set(pairings.index) == whom
    assert empty == {"h0", "h1", "h2", "h3"} - whom
    assert set(why["code"]) <= {"place_uncertain"}
    assert pairings["distance_m"].notna().to_dict() == {household: household == "h0" for household in whom}
