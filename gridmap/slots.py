"""Turn frames into the arrays of the solver: ids become row numbers here, once, and come back in `gridmap.pairing`.

Every present household wants places. one_to_one: one, filled by a member of any role. several_to_one: `helpers`, by
different members of any role. team: one each of a registered member, a community member and a building volunteer
who lives in the building; three different people.

Ranks (as many places of rank 0 as can be are filled, then of rank 1, ...): red 0, yellow 1, green 2. Where a household
wants several places, with `somebody_first` these are the ranks of its first helper, whatever the role, and 3, 4, 5
those of the others: a green household gets its first helper before a red one gets its second.

The engine gives nobody to a household located worse than `pair_from`, and gives no member who is located worse, not
on duty or not a named person. What a person has settled (a manual, imported or locked pairing to a named person on
duty) is taken as it is: it fills its place and counts as load, even beyond the radius, the member's capacity or the
places wanted, and its member is taken to hold the role. A unit, or somebody on leave, fills no place.
"""

import datetime as dt
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap import duty, walking
from gridmap.duty import People
from gridmap.schema import STORAGE_CRS
from gridmap.solve.instance import ANYWHERE, SAME, Demand, Supply, Trait, Wishes
from gridmap.solve.travel import Reach
from gridmap.tables import Basis, CareLevel, Mode, PairingRules, Role
from gridmap.walking import Ways

ROLE_BIT = {str(role): 1 << at for at, role in enumerate(Role)}
ANY_ROLE = sum(ROLE_BIT.values())
NO_LIMIT_DM = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, eq=False)
class Instance:
    """A city as the solver sees it, with the frames that the row numbers stand for.

    households: present households by id: ids of their place, `pairable`, `known` (the place is certain), `site`.
    members: all members by id: ids of their place, `ready`, `away` (nothing but leave keeps them from being ready),
        `known`, `limit` (capacity by the rules).
    slots: household (row), role (missing where any will do), wanted (by the rules), rank, and first, the rank of the
        household's first helper where that is another (gridmap.solve.instance.Demand).
    settled: settled pairings in force that fill a place: slot, member, role, pairing_id, basis, banned. What people
        settled wins over a ban, which is then not in the wishes.
    today: the engine's own pairings in force whose member is on duty, as in `duty.ties`.
    """

    rules: PairingRules
    day: dt.date
    households: pd.DataFrame
    members: pd.DataFrame
    slots: pd.DataFrame
    settled: pd.DataFrame
    today: pd.DataFrame
    demand: Demand
    supply: Supply
    ways: Ways
    reach: Reach
    wishes: Wishes


def prepare(
    people: People, *, paths: pd.DataFrame | None, rules: PairingRules, metric_crs: str, day: dt.date
) -> Instance:
    """Return the instance of a day."""
    households, members = _seekers(people, rules), _givers(people, rules, day)
    site, site_xy, member_xy = _points(households, members, metric_crs)
    households, members = (frame.drop(columns="geometry") for frame in (households.assign(site=site), members))
    slots = _slots(households, rules)
    ties = duty.ties(people, day)
    by_hand = (ties["basis"] != Basis.ENGINE) | ties["locked"]
    settled = _settled(ties[ties["helping"] & by_hand], slots, households, members)
    today = ties[ties["helping"] & ~by_hand]
    ways = walking.ways(site_xy, member_xy, paths=paths, metric_crs=metric_crs, factor=rules.straight_factor)
    kept, banned = (_pairs(pairs, slots, households, members) for pairs in (today, people.banned))
    settled, banned = _lift(settled, *banned)
    return Instance(
        rules=rules,
        day=day,
        households=households,
        members=members,
        slots=slots,
        settled=settled,
        today=today,
        demand=_demand(slots, households, members, settled),
        supply=_supply(households, members, settled, rules),
        ways=ways,
        reach=ways.reach(rules.radius_m),
        wishes=Wishes(
            kept_slot=kept[0],
            kept_member=kept[1],
            keep_dm=_dm(rules.change_penalty_m),
            banned_slot=banned[0],
            banned_member=banned[1],
            locked_slot=settled["slot"].to_numpy(),
            locked_member=settled["member"].to_numpy(),
            traits=_traits(slots, households, members, rules),
        ),
    )


def _dm(metres: float) -> int:
    return round(metres * 10)


PLACE = ["accuracy", "building_id", "compound_id", "grid_id", "community_id", "geometry"]


def _placed(frame: pd.DataFrame, places: pd.DataFrame, key: str, rules: PairingRules) -> pd.DataFrame:
    """Join the places by id; `placed`: known well enough for the rules; `known`: well enough for a distance."""
    joined = frame.sort_values(key, ignore_index=True).merge(places[[key, *PLACE]], on=key, how="left")
    on_map = joined["geometry"].notna()
    return joined.assign(
        placed=on_map & ~duty.is_worse(joined["accuracy"], rules.pair_from), known=on_map & duty.is_certain(joined)
    )


def _seekers(people: People, rules: PairingRules) -> pd.DataFrame:
    kept = people.households[duty.present(people.households)]
    columns = ["household_id", "care_level", "gender", "dialect", "needs"]
    frame = _placed(kept[columns], people.household_places, "household_id", rules)
    return frame.rename(columns={"placed": "pairable"})


def _givers(people: People, rules: PairingRules, day: dt.date) -> pd.DataFrame:
    columns = ["member_id", "roles", "capacity", "radius_m", "gender", "dialect", "skills"]
    standing = people.members.assign(
        serves=duty.named(people.members) & duty.on_duty(people.members, day),
        leaves=duty.named(people.members) & duty.on_leave(people.members, day),
    )
    frame = _placed(standing[[*columns, "serves", "leaves"]], people.member_places, "member_id", rules)
    return frame.assign(
        ready=frame["serves"] & frame["placed"],
        away=frame["leaves"] & frame["placed"],
        limit=frame["capacity"].clip(upper=rules.capacity_limit).astype(int),
    ).drop(columns=["serves", "leaves", "placed", "capacity"])


def _points(
    households: pd.DataFrame, members: pd.DataFrame, metric_crs: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the site of each household, the sites and the members' points in metres.

    The people of one building share the point of the first of them, so they are 0 m apart. Who has no point stands
    at the origin: nobody is paired from there.
    """
    both = pd.concat([households[PLACE], members[PLACE]], ignore_index=True)
    points = gpd.GeoSeries(both["geometry"], crs=STORAGE_CRS).to_crs(metric_crs)
    xy = pd.DataFrame({"x": points.x, "y": points.y}).round(1)
    built = both["building_id"].notna() & both["geometry"].notna()
    shared = xy[built].groupby(both.loc[built, "building_id"]).first()
    xy.loc[built] = shared.loc[both.loc[built, "building_id"]].to_numpy()
    flat = xy.fillna(0.0).to_numpy()
    sites, site = np.unique(flat[: len(households)], axis=0, return_inverse=True)
    return site.reshape(-1), sites, flat[len(households) :]


def _slots(households: pd.DataFrame, rules: PairingRules) -> pd.DataFrame:
    """Return the slots, a household's together."""
    layout = {
        Mode.ONE_TO_ONE: [(None, 1)],
        Mode.SEVERAL_TO_ONE: [(None, rules.helpers)],
        Mode.TEAM: [(str(role), 1) for role in Role],
    }[rules.mode]
    kinds = pd.DataFrame(layout, columns=["role", "wanted"]).astype({"role": "str"})
    urgency = {str(level): at for at, level in enumerate(CareLevel)}
    slots = kinds.loc[np.tile(kinds.index, len(households))].reset_index(drop=True)
    slots.insert(0, "household", np.repeat(np.arange(len(households)), len(kinds)))
    rank = households["care_level"].map(urgency).to_numpy(np.int64)[slots["household"]]
    if rules.somebody_first and kinds["wanted"].sum() > 1:
        return slots.assign(rank=rank + len(CareLevel), first=rank)
    return slots.assign(rank=rank, first=SAME)


def _rows(ids: pd.Series, wanted: pd.Series) -> np.ndarray:
    """Return the row numbers of ids, -1 for those that are not there."""
    return np.asarray(pd.Index(ids).get_indexer(wanted))


def _pairs(
    pairs: pd.DataFrame | None, slots: pd.DataFrame, households: pd.DataFrame, members: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return (slot, member) for every slot that each pair may fill: one of its role, or all without a role."""
    if pairs is None:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    named = pd.DataFrame(
        {
            "household": _rows(households["household_id"], pairs["household_id"]),
            "member": _rows(members["member_id"], pairs["member_id"]),
            "named": pairs["role"].to_numpy() if "role" in pairs else np.nan,
        }
    )
    joined = named[(named["household"] >= 0) & (named["member"] >= 0)].merge(
        slots[["household", "role"]].reset_index(names="slot"), on="household"
    )
    fits = joined["role"].isna() | joined["named"].isna() | (joined["role"] == joined["named"])
    return joined.loc[fits, "slot"].to_numpy(np.int32), joined.loc[fits, "member"].to_numpy(np.int32)


def seat(role: pd.Series, per_household: int) -> np.ndarray:
    """Return which slot of a household a role has; all the same one where there is no other."""
    at = role.map({str(each): at for at, each in enumerate(Role)})
    return np.asarray(np.minimum(at.to_numpy(int), max(per_household - 1, 0)))


def _settled(ties: pd.DataFrame, slots: pd.DataFrame, households: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Seat what people have settled: in the slot of its role, or in the only one.

    A second pairing of the same two people fills no further place.
    """
    ordered = ties.sort_values(["household_id", "valid_from", "pairing_id"])
    ordered = ordered.drop_duplicates(["household_id", "member_id"])
    per_household = len(slots) // max(len(households), 1)
    return pd.DataFrame(
        {
            "slot": _rows(households["household_id"], ordered["household_id"]) * per_household
            + seat(ordered["role"], per_household),
            "member": _rows(members["member_id"], ordered["member_id"]),
            "role": ordered["role"].to_numpy(),
            "pairing_id": ordered["pairing_id"].to_numpy(),
            "basis": ordered["basis"].to_numpy(),
        }
    ).astype({"slot": "int32", "member": "int32"})


def _lift(
    settled: pd.DataFrame, slot: np.ndarray, member: np.ndarray
) -> tuple[pd.DataFrame, tuple[np.ndarray, np.ndarray]]:
    """Say of the settled pairs which are banned, and return the bans (slot, member) of the others."""
    torn, bans = (pd.MultiIndex.from_arrays(pair) for pair in ((settled["slot"], settled["member"]), (slot, member)))
    kept = ~bans.isin(torn)
    return settled.assign(banned=torn.isin(bans)), (slot[kept], member[kept])


def _demand(slots: pd.DataFrame, households: pd.DataFrame, members: pd.DataFrame, settled: pd.DataFrame) -> Demand:
    own = slots["household"].to_numpy()
    volunteers = slots["role"].to_numpy() == Role.BUILDING
    building = _rows(buildings(households, members), households["building_id"])
    building[building < 0] = len(households) + len(members)  # not known to be in any building: nobody lives there
    open_places = slots["wanted"].where(households["pairable"].to_numpy()[own], 0)
    taken = np.bincount(settled["slot"], minlength=len(slots))
    return Demand(
        group=own,
        wanted=np.maximum(open_places, taken),
        rank=slots["rank"],
        accepts=slots["role"].map(ROLE_BIT).fillna(ANY_ROLE).astype(int),
        site=households["site"].to_numpy()[own],
        area=np.where(volunteers, building[own], ANYWHERE),
        first=slots["first"],
    )


def buildings(households: pd.DataFrame, members: pd.DataFrame) -> np.ndarray:
    """Return the buildings where somebody lives, in order; a row number is an area of the solver."""
    lived_in = pd.concat([households["building_id"], members["building_id"]]).dropna()
    return np.unique(lived_in.to_numpy(object).astype(str))


def _supply(households: pd.DataFrame, members: pd.DataFrame, settled: pd.DataFrame, rules: PairingRules) -> Supply:
    kind = np.array([sum({ROLE_BIT[role] for role in roles}) for roles in members["roles"]], np.int64)
    np.bitwise_or.at(kind, settled["member"].to_numpy(), settled["role"].map(ROLE_BIT).to_numpy(np.int64))
    load = np.bincount(settled["member"], minlength=len(members))
    radius = (members["radius_m"] * 10).round()
    return Supply(
        capacity=np.maximum(np.where(members["ready"], members["limit"], 0), load),
        kind=kind,
        radius_dm=radius.fillna(0).astype("int64").where(radius.notna(), NO_LIMIT_DM),
        area=_rows(buildings(households, members), members["building_id"]),
        load_step_dm=_dm(rules.load_step_m),
    )


def newcomer_values(instance: Instance, home: pd.Series) -> list[int]:
    """Return what a new member who lives in a household's building holds of each trait; what is not known is missed."""
    rules, households = instance.rules, instance.households
    values = []
    for column, penalty_m in (
        ("building_id", rules.other_building_penalty_m),
        ("grid_id", rules.other_grid_penalty_m),
    ):
        if penalty_m > 0:
            values.append(int(pd.Index(households[column].dropna().unique()).get_indexer([home[column]])[0]))
    return values + [-1] * (len(instance.wishes.traits) - len(values))


def _traits(slots: pd.DataFrame, households: pd.DataFrame, members: pd.DataFrame, rules: PairingRules) -> list[Trait]:
    """Return what a pair costs more that is not alike."""
    own = slots["household"].to_numpy()
    alike = (
        ("building_id", rules.other_building_penalty_m),
        ("grid_id", rules.other_grid_penalty_m),
        ("gender", rules.other_gender_penalty_m),
        ("dialect", rules.other_dialect_penalty_m),
    )
    traits = []
    for column, penalty_m in alike:
        if penalty_m > 0:
            values = pd.Index(households[column].dropna().unique())
            named, held = values.get_indexer(households[column]), values.get_indexer(members[column])
            traits.append(Trait(named[own], held, _dm(penalty_m)))
    if rules.missing_skill_penalty_m > 0:
        for skill in sorted({need for needs in households["needs"] for need in needs}):
            needed = np.where(_has(households["needs"], skill), 0, -1)
            held = np.where(_has(members["skills"], skill), 0, -1)
            traits.append(Trait(needed[own], held, _dm(rules.missing_skill_penalty_m)))
    return traits


def _has(lists: pd.Series, item: str) -> np.ndarray:
    return np.array([item in values for values in lists], bool)
