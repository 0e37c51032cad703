"""Find the best moves of an area within a limit of changes, and say of each why.

The members' places that other areas' households hold are taken; what a person settled, and what the planner locks,
stays. Who goes on leave (`leaves`) holds nobody from that day on: a place so vacated is covered when the limit allows,
and its old pairing ends then, not before.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gridmap import coverage, duty, frames, obstacles, slots
from gridmap.errors import ProposalError
from gridmap.pairing import nearness, new_ids
from gridmap.phrases import say
from gridmap.proposals.base import Base, Scope, digest, scope
from gridmap.reasons import Phrase, because, keep
from gridmap.slots import Instance
from gridmap.solve.instance import InstanceError
from gridmap.solve.limited import Limited, least_changes, rebalance
from gridmap.solve.travel import FAR
from gridmap.tables import (
    Basis,
    CareLevel,
    MemberStatus,
    Move,
    MoveKind,
    MoveWhy,
    Pairing,
    ProposalRules,
    Role,
)

NOBODY = ""
"""The proposal's id while it has none."""


@dataclass(frozen=True, eq=False)
class Draft:
    """What is proposed, before it has a number.

    moves: frame of Move with an empty proposal_id. figures: JSON values: `today` (as it is), `before` (once the members
    on leave are gone) and `after` coverage of the area, `places`, `filled_before`, `filled_after`, `least_changes` that
    would fill the most places (`least_filled`), `optimal`, `loads` of the members who gain or lose a household, and
        `obstacles`: what stood in the way before anything was solved (gridmap.obstacles).
    standings: JSON values: [before, after] of each member whose leave begins.
    """

    moves: pd.DataFrame
    figures: dict[str, object]
    standings: list[list[dict[str, object]]]
    digest: str


def propose(
    base: Base,
    area_id: str,
    *,
    max_changes: int,
    rules: ProposalRules,
    time_limit_s: float | None = None,
) -> Draft:
    """Return the moves that fill the most places of an area, then walk least, within a number of changes.

    Raises:
        ProposalError: the area, a lock or a member on leave is not there, or a lock holds somebody on leave.
    """
    seen = scope(base, area_id)
    _check_rules(base, seen, rules)
    told = seen.with_leaves(rules.leaves, base.day)
    instance = _instance(base, told, rules)
    in_the_way = {"obstacles": [one.as_dict() for one in obstacles.find(instance, told.people)]}
    seat = np.arange(len(instance.slots))
    asked = (instance.demand, instance.supply, instance.reach, instance.wishes)
    try:
        found = rebalance(*asked, seat=seat, max_changes=max_changes, time_limit_s=time_limit_s)
        fewest = least_changes(*asked, seat=seat, time_limit_s=time_limit_s)
    except InstanceError as error:
        said = say(f"pairing.{error.code}") if error.code.startswith("lock") else str(error)
        raise ProposalError(say("proposal.contradiction", said=said)) from error
    places = _Seats(base, told, instance, seat, rules.locks)
    moves = _moves(base, places, found)
    return Draft(
        moves=moves,
        figures=_figures(base, seen, told, moves) | _proof(instance, found, fewest, places) | in_the_way,
        standings=_standings(base, rules.leaves),
        digest=digest(base, area_id),
    )


def _check_rules(base: Base, seen: Scope, rules: ProposalRules) -> None:
    own = seen.own_pairings().set_index("pairing_id")
    if unknown := sorted(set(rules.locks) - set(own.index)):
        raise ProposalError(say("proposal.no_pairing", area=seen.area_id, names=unknown))
    if unknown := sorted(set(rules.leaves) - set(base.people.members["member_id"])):
        raise ProposalError(say("proposal.no_member", names=unknown))
    held = own.loc[list(rules.locks)]
    if torn := sorted(held.index[held["member_id"].isin(rules.leaves)]):
        raise ProposalError(say("proposal.lock_on_leave", names=torn))


def _instance(base: Base, told: Scope, rules: ProposalRules) -> Instance:
    """Write the area down for the solver: capacity left by other areas, one pairing for each two people."""
    members, own = told.people.members, told.own_pairings()
    limit = members["capacity"].clip(upper=base.rules.capacity_limit)
    left = limit - told.elsewhere.reindex(members["member_id"], fill_value=0).to_numpy()
    own = own.assign(locked=own["locked"] | own["pairing_id"].isin(rules.locks))
    by_hand = own["locked"] | (own["basis"] != Basis.ENGINE)
    own = own.assign(engine=~by_hand).sort_values(["engine", "pairing_id"])
    own = own.drop_duplicates(["household_id", "member_id"]).drop(columns="engine").sort_values("pairing_id")
    people = replace(
        told.people,
        members=members.assign(capacity=left.clip(lower=0)),
        pairings=own.reset_index(drop=True),
    )
    return slots.prepare(people, paths=base.paths, rules=base.rules, metric_crs=base.metric_crs, day=base.day)


class _Seats:
    """Who held the places of the area, and who holds them in the plan."""

    def __init__(self, base: Base, told: Scope, instance: Instance, seat: np.ndarray, locks: tuple[str, ...]) -> None:
        self.base, self.told, self.instance, self.seat = base, told, instance, seat
        households, members = instance.households["household_id"], instance.members["member_id"]
        rows = told.movable(locks).sort_values("pairing_id")
        rows = rows[rows["household_id"].isin(households)]
        standing = told.people.members.set_index("member_id")
        serves = duty.on_duty(standing, base.day) & duty.named(standing)
        away = duty.serving(standing)
        per_household = len(instance.slots) // max(len(households), 1)
        at = pd.Index(households).get_indexer(rows["household_id"])
        self.rows = rows.assign(
            seat=at * per_household + slots.seat(rows["role"], per_household),
            member=pd.Index(members).get_indexer(rows["member_id"]),
            serves=rows["member_id"].map(serves).to_numpy(bool),
            away=rows["member_id"].map(away).to_numpy(bool),
        )
        settled = set(zip(instance.settled["slot"], instance.settled["member"], strict=True))
        group = instance.demand.group
        self.tied = {(int(group[slot]), int(member)) for slot, member in settled}

    def standing(self) -> pd.DataFrame:
        """Return the pairings whose members serve and who hold a place of their own."""
        rows = self.rows[self.rows["serves"]].drop_duplicates(["household_id", "member_id"])
        owner = pd.Index(self.instance.households["household_id"]).get_indexer(rows["household_id"])
        tied = [pair in self.tied for pair in zip(owner.tolist(), rows["member"].tolist(), strict=True)]
        return rows[~np.array(tied, bool)] if len(rows) else rows

    def vacated(self) -> pd.DataFrame:
        """Return the pairings whose members do not serve."""
        return self.rows[~self.rows["serves"]].drop_duplicates(["household_id", "member_id"])

    def handed(self, found: Limited) -> Iterator[tuple[int | None, pd.Series | None]]:
        """Yield (row of the plan, pairing that ends) for every place that changes."""
        kept = {
            (int(self.seat[slot]), int(member))
            for slot, member in zip(found.slots[found.kept], found.members[found.kept], strict=True)
        }
        lost: dict[int, list[pd.Series]] = {}
        for _, row in self.standing().iterrows():
            if (int(row["seat"]), int(row["member"])) not in kept:
                lost.setdefault(int(row["seat"]), []).append(row)
        spare = {seat: [row for _, row in rows.iterrows()] for seat, rows in self.vacated().groupby("seat")}
        for at in np.flatnonzero(~found.kept).tolist():
            seat = int(self.seat[found.slots[at]])
            before = lost.get(seat) or spare.get(seat)
            yield at, before.pop(0) if before else None
        for rows in lost.values():
            yield from ((None, row) for row in rows)


def _moves(base: Base, places: _Seats, found: Limited) -> pd.DataFrame:
    instance = places.instance
    load = np.bincount(found.members, minlength=len(instance.members))
    load += np.bincount(instance.settled["member"], minlength=len(load))
    load += places.told.elsewhere.reindex(instance.members["member_id"], fill_value=0).to_numpy(int)
    rows = [_move(base, places, found, load, at, before) for at, before in places.handed(found)]
    if not rows:
        return frames.empty(Move)
    urgency = {str(level): number for number, level in enumerate(CareLevel)}
    care = places.told.people.households.set_index("household_id")["care_level"].map(urgency)
    rows.sort(key=lambda row: (care[row["household_id"]], row["household_id"], row["to_member_id"] or ""))
    fresh = pd.DataFrame([row["after"] for row in rows if row["after"]])
    if len(fresh):
        ids = iter(new_ids(fresh, set(base.people.pairings["pairing_id"])))
        for row in rows:
            if row["after"]:
                row["after"]["pairing_id"] = next(ids)
    for number, row in enumerate(rows, start=1):
        after = Pairing(**row.pop("after")) if row["after"] else row.pop("after")
        ended = [[pairing_values(old), ended_values(old, base)] for old in row.pop("ended")]
        begun = [[None, after.model_dump(mode="json")]] if after else []
        row |= {"proposal_id": NOBODY, "number": number, "changes": json.dumps([*ended, *begun], ensure_ascii=False)}
    return frames.check(pd.DataFrame(rows), Move)


def _move(
    base: Base, places: _Seats, found: Limited, load: np.ndarray, at: int | None, before: pd.Series | None
) -> dict[str, Any]:
    """Return a move as a row, with the pairing rows that it ends and the one that it begins."""
    ended: list[pd.Series] = []
    if before is not None:
        same = places.rows[
            (places.rows["household_id"] == before["household_id"]) & (places.rows["member_id"] == before["member_id"])
        ]
        ended = [row for _, row in same.iterrows()]
    before_m = None if before is None or pd.isna(before["distance_m"]) else float(before["distance_m"])
    said: list[Phrase] = []
    move: dict[str, Any] = {
        "kind": MoveKind.END if at is None else MoveKind.ADD if before is None else MoveKind.SWITCH,
        "from_member_id": None if before is None else before["member_id"],
        "to_member_id": None,
        "distance_before_m": before_m,
        "distance_after_m": None,
        "ended": ended,
        "after": None,
    }
    if at is None:
        household_id, role = (str(ended[0][name]) for name in ("household_id", "role"))
    else:
        after, said = _pairing(base, places.instance, found, load, at)
        household_id, role = str(after["household_id"]), str(after["role"])
        move |= {"to_member_id": after["member_id"], "distance_after_m": after["distance_m"], "after": after}
    why = _why(move, before)
    words = [because(why), *said]
    return move | {"household_id": household_id, "role": role, "why": why, "reason": keep(words)}


def _why(move: dict[str, Any], before: pd.Series | None) -> MoveWhy:
    if before is None:
        return MoveWhy.EMPTY
    if not before["serves"]:
        return MoveWhy.LEAVE if before["away"] else MoveWhy.LEFT
    if move["kind"] is MoveKind.END:
        return MoveWhy.GIVES_WAY
    now, then = move["distance_after_m"], move["distance_before_m"]
    nearer = isinstance(now, float) and isinstance(then, float) and now < then
    return MoveWhy.NEARER if nearer else MoveWhy.ROOM


def _pairing(
    base: Base, instance: Instance, found: Limited, load: np.ndarray, at: int
) -> tuple[dict[str, object], list[Phrase]]:
    """Return the new pairing of a row of the plan, and the reasons for it."""
    slot, member = int(found.slots[at]), int(found.members[at])
    seeker = instance.households.iloc[[instance.slots["household"].iloc[slot]]].reset_index(drop=True)
    giver = instance.members.iloc[[member]].reset_index(drop=True)
    way_dm = int(instance.reach.between(instance.demand.site[[slot]], np.array([member]))[0])
    known = bool(seeker["known"].iloc[0] and giver["known"].iloc[0]) and way_dm < FAR
    metres = way_dm / 10 if known else None
    wanted = instance.slots["role"].iloc[slot]
    own = next((role for role in Role if role in giver["roles"].iloc[0]), Role.REGISTERED)
    near = str(nearness(seeker, giver)[0])
    way = "walk" if instance.ways.on_paths else "straight"
    said = [because("distance_unknown") if metres is None else because(way, metres=metres)]
    said += [because(near)] if near else []
    limit = max(_limit(base, str(giver["member_id"].iloc[0])), int(load[member]))
    said.append(because("load", load=int(load[member]), limit=int(limit)))
    row: dict[str, object] = {
        "household_id": seeker["household_id"].iloc[0],
        "member_id": giver["member_id"].iloc[0],
        "role": str(own) if pd.isna(wanted) else str(wanted),
        "valid_from": base.day,
        "distance_m": metres,
        "reason": keep(said),
    }
    return row, said


def _limit(base: Base, member_id: str) -> int:
    members = base.people.members
    capacity = members.loc[members["member_id"] == member_id, "capacity"].iloc[0]
    return min(int(capacity), base.rules.capacity_limit)


# --- rows as JSON


def pairing_values(row: pd.Series) -> dict[str, object]:
    """Return a row of a Pairing frame as JSON values; equal rows give equal values."""
    given = {name: row[name] for name in Pairing.model_fields}
    plain: dict[str, Any] = {name: None if pd.isna(value) else value for name, value in given.items()}
    for name in ("valid_from", "valid_to"):
        plain[name] = None if plain[name] is None else pd.Timestamp(plain[name]).date()
    return Pairing(**plain).model_dump(mode="json")


def ended_values(row: pd.Series, base: Base) -> dict[str, object] | None:
    """Return the row with the day before as its last, None when it began today and so never was."""
    if row["valid_from"] >= pd.Timestamp(base.day):
        return None
    return pairing_values(row) | {"valid_to": (pd.Timestamp(base.day) - pd.Timedelta(days=1)).date().isoformat()}


def _standings(base: Base, leaves: tuple[str, ...]) -> list[list[dict[str, object]]]:
    members = base.people.members
    going = members[members["member_id"].isin(leaves)]
    after = {"status": str(MemberStatus.LEAVE), "leave_from": base.day.isoformat(), "leave_to": None}
    return [[standing_values(row), {"member_id": row["member_id"], **after}] for _, row in going.iterrows()]


def standing_values(row: pd.Series) -> dict[str, object]:
    """Return how a member stands as JSON values."""
    days = {name: None if pd.isna(row[name]) else row[name].date().isoformat() for name in ("leave_from", "leave_to")}
    return {"member_id": str(row["member_id"]), "status": str(row["status"]), **days}


# --- figures


def _figures(base: Base, seen: Scope, told: Scope, moves: pd.DataFrame) -> dict[str, object]:
    after = replace(told, people=replace(told.people, pairings=moved(told.people.pairings, moves)))
    return {
        "today": _coverage(base, seen),
        "before": _coverage(base, told),
        "after": _coverage(base, after),
        "loads": _loads(base, told, after, moves),
    }


def moved(pairings: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Return pairings with the changes of moves made to them."""
    changes = [change for text in moves["changes"] for change in json.loads(text)]
    gone = {old["pairing_id"] for old, _ in changes if old}
    rest = pairings[~pairings["pairing_id"].isin(gone)]
    fresh = [new for _, new in changes if new]
    if not fresh:
        return rest.reset_index(drop=True)
    joined = pd.concat([rest, frames.conform(pd.DataFrame(fresh), Pairing)], ignore_index=True)
    return frames.conform(joined, Pairing)


def _coverage(base: Base, of: Scope) -> dict[str, object]:
    people = replace(of.people, pairings=of.own_pairings().reset_index(drop=True))
    measured = coverage.measure({}, people, day=base.day, rules=base.rules)
    ties = duty.ties(people, base.day)
    city = measured.areas.iloc[0]
    mean = city["mean_distance_m"]
    return {
        **measured.summary(),
        "cover_needed": int(city["cover_needed"]),
        "mean_distance_m": None if pd.isna(mean) else round(float(mean), 1),
        "total_distance_m": round(float(ties.loc[ties["helping"], "distance_m"].sum()), 1),
    }


def loads(pairings: pd.DataFrame, households: pd.DataFrame, base: Base) -> pd.Series:
    """Count the present households that each member holds on the day, by member_id."""
    held = pairings[duty.in_force(pairings, base.day)]
    present = households.loc[duty.present(households), "household_id"]
    return held[held["household_id"].isin(present)].groupby("member_id")["household_id"].nunique()


def _loads(base: Base, told: Scope, after: Scope, moves: pd.DataFrame) -> list[dict[str, object]]:
    ids = sorted({*moves["from_member_id"].dropna(), *moves["to_member_id"].dropna()})
    then, now = (loads(each.people.pairings, base.people.households, base) for each in (told, after))
    return [
        {"member_id": member, "before": int(then.get(member, 0)), "after": int(now.get(member, 0)),
         "limit": _limit(base, member)}
        for member in ids
    ]  # fmt: skip


def _proof(instance: Instance, found: Limited, fewest: Limited, places: _Seats) -> dict[str, object]:
    settled, wanted = len(instance.settled), int(instance.slots["wanted"].sum())
    return {
        "places": wanted,
        "filled_before": min(settled + len(places.standing()), wanted),
        "filled_after": min(settled + len(found.slots), wanted),
        "changes": found.changes,
        "least_filled": min(settled + len(fewest.slots), wanted),
        "least_changes": fewest.changes,
        "optimal": found.optimal and fewest.optimal,
    }
