"""Say where one more person would help most: by building and by grid, exact for the best and proven to be the best.

One more person lives in a building where somebody is in need, has room for one household and goes as far as the rules
allow; wishes about gender, dialect and skill count as missed. The worth of a grid is that of its best building.

The prices that prove the plan bound what one more person can bring: the dearest place that he or she could take, less
the way, measured straight, and less what a new pairing costs. Buildings are solved exactly in the order of that bound
until no bound that is left can reach the best.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridmap.reasons import Naming, Phrase, plain_id
from gridmap.slots import ANY_ROLE, ROLE_BIT, buildings, newcomer_values
from gridmap.solve.instance import Ints
from gridmap.solve.roster import Newcomer
from gridmap.solve.whatif import Worth
from gridmap.whatif.study import Effect, Study

SpotLevel = Literal["building", "grid"]
MOST_SOLVED = 300
"""So many buildings are solved at most; more would be a search, and the answer says that it is not proven."""
SHORTER_DM = 20
"""A way on a path network is at least the straight line less what rounding its edges may take off."""


@dataclass(frozen=True)
class Spot:
    """What one more person of a role who lives in an area would bring; `building_id` is the best building of a grid."""

    area_id: str
    building_id: str
    role: str
    effect: Effect
    household_id: str | None

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Say it."""
        said = [
            Phrase("worth_places", {"role": self.role, "rank": rank, "count": count})
            for rank, count in self.effect.places.items()
        ]
        if said:
            return (*said, *(phrase for phrase in self.effect.phrases if phrase.code.startswith("costs")))
        if self.effect.metres < 0:
            return (Phrase("worth_metres", {"role": self.role, "metres": -self.effect.metres}),)
        return (Phrase("worth_nothing", {"role": self.role}),)

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values."""
        plain = {name: getattr(self, name) for name in ("area_id", "building_id", "role", "household_id")}
        said = [phrase.as_dict(naming) for phrase in self.phrases]
        return {**plain, "said": said, "effect": self.effect.as_dict(naming)}


@dataclass(frozen=True)
class Worths:
    """The best spots, the best first; proven: no other area of the level is worth more than the last."""

    spots: tuple[Spot, ...]
    proven: bool
    solved: int


def worth(
    study: Study, *, level: SpotLevel = "building", top: int = 20, within: Collection[str] | None = None
) -> Worths:
    """Return where one more person would help most, of the buildings `within` where they are given."""
    homes = _homes(study)
    if within is not None:
        homes = homes[homes["building_id"].isin(within)].reset_index(drop=True)
    tried = _in_order(study, homes)
    best: dict[tuple[str, str], tuple[int, Spot]] = {}
    solved, proven = 0, True
    for bound, role, home in tried:
        values = sorted((value for value, _ in best.values()), reverse=True)
        if bound <= 0 or (len(values) >= top and values[top - 1] >= bound):
            break
        if solved >= MOST_SOLVED:
            proven = False
            break
        solved += 1
        row = homes.iloc[home]
        newcomer = Newcomer(
            ROLE_BIT.get(role, ANY_ROLE), area=int(row["area"]), values=newcomer_values(study.instance, row)
        )
        found = study.answers.worth_at(int(row["site"]), newcomer)
        value = _value(study, found)
        area = row["building_id"] if level == "building" else row["grid_id"]
        if value > 0 and not pd.isna(area) and value > best.get((str(area), role), (0, None))[0]:
            best[str(area), role] = value, _spot(study, str(area), str(row["building_id"]), role, found)
    order = sorted(best.values(), key=lambda one: (-one[0], one[1].area_id, one[1].role))
    return Worths(tuple(spot for _, spot in order[:top]), proven, solved)


def _homes(study: Study) -> pd.DataFrame:
    """Return the buildings of the households that can be paired: building_id, grid_id, site, area."""
    of = study.instance.households
    rows = of[of["pairable"] & of["building_id"].notna()].drop_duplicates("building_id").sort_values("building_id")
    area = pd.Index(buildings(of, study.instance.members)).get_indexer(rows["building_id"])
    return rows[["building_id", "grid_id", "site"]].assign(area=area).reset_index(drop=True)


def _in_order(study: Study, homes: pd.DataFrame) -> Iterator[tuple[int, str, int]]:
    """Yield (bound, role, row of homes), the highest bound first."""
    roles = [str(role) for role in dict.fromkeys(study.instance.slots["role"].fillna("any"))]
    bounds = np.array([_bounds(study, homes, role) for role in roles]).reshape(len(roles), len(homes))
    for flat in np.argsort(-bounds, axis=None, kind="stable").tolist():
        role, home = divmod(flat, len(homes))
        yield int(bounds[role, home]), roles[role], home


def _bounds(study: Study, homes: pd.DataFrame, role: str) -> Ints:
    """Return what one more person of a role could bring at most in each building, in the dm of the plan."""
    of, plan = study.instance, study.plan
    taken = np.bincount(of.settled["slot"], minlength=len(of.slots))
    is_open = (of.slots["role"].fillna("any") == role).to_numpy(bool) & (np.asarray(of.demand.wanted) > taken)
    price = plan.price_slot[is_open] - of.wishes.keep_dm
    area = np.asarray(of.demand.area)[is_open]
    if (area >= 0).any():
        best = pd.Series(price).groupby(area).max()
        return np.asarray(homes["area"].map(best).fillna(0), np.int64)
    at_site = pd.Series(price).groupby(np.asarray(of.demand.site)[is_open]).max()
    return _farther_prices(study, homes["site"].to_numpy(int), at_site)


def _farther_prices(study: Study, site: Ints, at_site: pd.Series) -> Ints:
    """Return for each site the highest price less the straight way to it, within the radius."""
    ways, limit = study.instance.ways, study.instance.reach.limit_dm
    xy = np.rint(ways.site_xy_m * 10)
    factor, shorter = (1.0, SHORTER_DM) if ways.on_paths else (ways.factor, 1)
    there = at_site.index.to_numpy(int)
    there = there[np.argsort(xy[there, 0], kind="stable")]
    price, x = at_site.loc[there].to_numpy(np.int64), xy[there, 0]
    bound = np.zeros(len(site), np.int64)
    for row, (here_x, here_y) in enumerate(xy[site].tolist()):
        low, high = np.searchsorted(x, [here_x - limit / factor - 1, here_x + limit / factor + 1])
        way = np.hypot(x[low:high] - here_x, xy[there[low:high], 1] - here_y) * factor - shorter
        worth_it = price[low:high] - np.maximum(way, 0).astype(np.int64)
        bound[row] = worth_it[way <= limit].max(initial=0)
    return bound


def _value(study: Study, found: Worth) -> int:
    """Return places by the weight of their rank, and the cost, as one number of dm."""
    demand, plan = study.instance.demand, study.plan
    weight = dict(zip(demand.rank.tolist(), plan.rest.tolist(), strict=True))
    apart = plan.weight > plan.rest
    weight |= dict(zip(demand.first[apart].tolist(), plan.weight[apart].tolist(), strict=True))
    filled = zip(study.plan.ranks.tolist(), found.filled.tolist(), strict=True)
    return int(sum(weight[of] * count for of, count in filled if count)) - int(found.cost_dm)


def _spot(study: Study, area_id: str, building_id: str, role: str, found: Worth) -> Spot:
    slot = int(found.slot)
    first = str(study.household_ids[study.owner[slot]]) if slot >= 0 else None
    return Spot(area_id, building_id, role, study.effect(found.filled, int(found.cost_dm)), first)
