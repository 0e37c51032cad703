"""Make one person of two rows of a ledger: which row speaks, what it takes over, whose pairings follow; and back.

The other row stays, with `merged_into`, so that a ledger which brings it again neither revives nor loses it. What a
merge does to rows of people follows from the decision alone and is put in anew whenever rows are brought; what it did
to pairings is kept with it, each as it was and as it was left. Where the other row says something graver
(`gridmap.graver`) the kept row says it too, and what it said itself stays in `unmerged`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridmap import frames, snapshots
from gridmap.graver import graver
from gridmap.reasons import because, keep
from gridmap.tables import Household, Member, MergeKind, Mode, Pairing, PairingRules, Side

NOUNS: dict[Side, type[Household] | type[Member]] = {Side.HOUSEHOLD: Household, Side.MEMBER: Member}
KEYS = {Side.HOUSEHOLD: "household_id", Side.MEMBER: "member_id"}
TAKEN = ("phone", "id_no", "birth", "gender", "dialect")
"""What a kept row may take over where it is empty; its place stays its own."""

FOLLOWS = ("distance_m", "reason")
"""Columns of a pairing that follow from others: the next pairing writes them anew."""


@dataclass(frozen=True)
class Orphan:
    """A merge that cannot hold, since the row that was kept is not there."""

    merge_id: str
    kept_id: str
    merged_id: str


def in_force(merges: pd.DataFrame, side: Side, kind: MergeKind) -> pd.DataFrame:
    """Return the decisions of a side and kind that nobody has undone, oldest first."""
    held = merges["undone_at"].isna() & (merges["side"] == side) & (merges["kind"] == kind)
    return merges[held].sort_values("merge_id")


def marked(people: pd.DataFrame, merges: pd.DataFrame, side: Side) -> tuple[pd.DataFrame, list[Orphan]]:
    """Return the rows with what merges make of them, and the merges that cannot hold: only the other row is there."""
    noun, key = NOUNS[side], KEYS[side]
    people, held = unmerged(people, side), in_force(merges, side, MergeKind.SAME)
    known = set(people.loc[people[key].isin([*held["kept_id"], *held["merged_id"]]), key])
    there = held[held["kept_id"].isin(known) & held["merged_id"].isin(known)]
    into = dict(zip(there["merged_id"], there["kept_id"], strict=True))
    made = pd.DataFrame(people.assign(merged_into=people[key].map(into))).astype(
        {name: object for name in TAKEN if name in people}
    )
    at = pd.Series(made.index, index=made[key])
    for row in there.itertuples():
        for name in empty_columns(made.loc[at[row.kept_id]], made.loc[at[row.merged_id]], row.filled):
            made.loc[at[row.kept_id], name] = made.loc[at[row.merged_id], name]
    lost = held[~held["kept_id"].isin(known) & held["merged_id"].isin(known)]
    orphans = [Orphan(row.merge_id, row.kept_id, row.merged_id) for row in lost.itertuples()]
    return _graver(frames.conform(made, noun), _last(into), side), orphans


def unmerged(people: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Return the rows as they say it themselves, without what merges made graver."""
    if "unmerged" not in people or not (raised := people["unmerged"].notna()).any():
        return people
    own = [json.loads(text) for text in people.loc[raised, "unmerged"]]
    return _rewritten(people, people.index[raised], [{**one, "unmerged": None} for one in own], side)


def _graver(people: pd.DataFrame, last: Mapping[str, str], side: Side) -> pd.DataFrame:
    """Let each row that stands for others say the gravest of what all of them say, and keep what it said itself."""
    if not last:
        return people
    about = people[people[KEYS[side]].isin([*last, *last.values()])]
    told = [json.loads(text) for text in snapshots.freeze(about, NOUNS[side])]
    facts = dict(zip(about[KEYS[side]], told, strict=True))
    others: dict[str, list[dict[str, Any]]] = {}
    for merged, kept in last.items():
        others.setdefault(kept, []).append(facts[merged])
    found = {kept: graver(side, facts[kept], rest) for kept, rest in others.items()}
    rows = about.index[about[KEYS[side]].map(lambda one: bool(found.get(one)))]
    changes = []
    for kept in people.loc[rows, KEYS[side]]:
        own = {name: facts[kept][name] for name in found[kept]}
        changes.append({**found[kept], "unmerged": json.dumps(own, ensure_ascii=False)})
    return _rewritten(people, rows, changes, side)


def _rewritten(people: pd.DataFrame, rows: pd.Index, changes: Sequence[Mapping[str, Any]], side: Side) -> pd.DataFrame:
    """Return the people with some columns of some rows written anew, values as `snapshots` writes them."""
    if not len(rows):
        return people
    noun = NOUNS[side]
    frozen = snapshots.freeze(frames.conform(people.loc[rows], noun), noun)
    thawed = snapshots.thaw(
        [json.dumps({**json.loads(old), **new}) for old, new in zip(frozen, changes, strict=True)], noun
    )
    made = pd.concat([pd.DataFrame(people.drop(index=rows)), pd.DataFrame(thawed.set_axis(rows))]).sort_index()
    return frames.conform(made, noun)


def empty_columns(kept: pd.Series, merged: pd.Series, names: Collection[str] = TAKEN) -> tuple[str, ...]:
    """Return which columns the kept row may take over: empty there, known here."""
    return tuple(name for name in names if name in kept and pd.isna(kept[name]) and pd.notna(merged[name]))


def taken_back(kept: pd.Series, merged: pd.Series | None, filled: Collection[str]) -> tuple[list[str], list[str]]:
    """Return which columns the kept row gives back, and which were changed since and stay."""
    same = [name for name in filled if merged is not None and kept[name] == merged[name]]
    return same, [name for name in filled if name not in same and pd.notna(kept[name])]


def stands_for(merges: pd.DataFrame, side: Side) -> dict[str, str]:
    """Return for each merged row the row that stands for it in the end."""
    held = in_force(merges, side, MergeKind.SAME)
    return _last(dict(zip(held["merged_id"], held["kept_id"], strict=True)))


def _last(into: Mapping[str, str]) -> dict[str, str]:
    last = {}
    for start in into:
        now, seen = start, {start}
        while now in into and into[now] not in seen:
            now = into[now]
            seen.add(now)
        last[start] = now
    return last


def redirected(pairings: pd.DataFrame, merges: pd.DataFrame) -> pd.DataFrame:
    """Return pairings of a ledger with the rows that stand for merged ones; of two alike the moved one is left out."""
    made = pairings
    for side, key in KEYS.items():
        last = stands_for(merges, side)
        moves = made[key].isin(last)
        own_first = made.assign(**{key: made[key].replace(last)}, moves=moves).sort_values("moves", kind="stable")
        twice = own_first["moves"] & own_first.duplicated(["household_id", "member_id", "valid_to"])
        made = own_first[~twice].drop(columns="moves").sort_index()
    return made.reset_index(drop=True)


# --- pairings


@dataclass(frozen=True)
class Room:
    """How many pairings a kept row may hold: in all, and in each role."""

    total: int
    each_role: int

    @classmethod
    def of(cls, side: Side, kept: pd.Series, rules: PairingRules) -> "Room":
        """Return the room of a kept row by the rules of the city."""
        if side is Side.MEMBER:
            limit = min(int(kept["capacity"]), rules.capacity_limit)
            return cls(limit, limit)
        places = {Mode.ONE_TO_ONE: 1, Mode.SEVERAL_TO_ONE: rules.helpers, Mode.TEAM: 3}[rules.mode]
        return cls(places, 1 if rules.mode is Mode.TEAM else places)


@dataclass(frozen=True)
class Joint:
    """Two rows that become one: which side, the row that is kept, the other, and whether they share a building."""

    side: Side
    kept_id: str
    merged_id: str
    one_building: bool


def follow(pairings: pd.DataFrame, joint: Joint, room: Room, day: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pairings of the merged row that last on the day or begin later, as they are and as they shall be.

    They move to the kept row while it has room and does not hold the same person already; the others end the day
    before, or are left out where they never began.
    """
    key = KEYS[joint.side]
    other = "member_id" if joint.side is Side.HOUSEHOLD else "household_id"
    lasting = pairings[~(pairings["valid_to"] < day)].sort_values(["valid_from", "pairing_id"])
    before = lasting[lasting[key] == joint.merged_id]
    held = lasting[lasting[key] == joint.kept_id]
    roles, partners = list(held["role"]), set(held[other])
    after = []
    for at, row in before.iterrows():
        full = len(roles) >= room.total or roles.count(row["role"]) >= room.each_role
        if row[other] in partners or full:
            code = "merged_doubled" if row[other] in partners else "merged_full"
            if row["valid_from"] < day:
                why = keep([because(code, kept=joint.kept_id)])
                after.append((at, {"valid_to": day - pd.Timedelta(days=1), "reason": why}))
            continue
        roles.append(row["role"])
        partners.add(row[other])
        moved = keep([because("merged_moved", merged=joint.merged_id)])
        way = {} if joint.one_building else {"distance_m": None, "reason": moved}
        after.append((at, {key: joint.kept_id, **way}))
    rows = [{**before.loc[at], **changed} for at, changed in after]
    left = frames.conform(pd.DataFrame(rows), Pairing) if rows else frames.empty(Pairing)
    return frames.conform(before, Pairing), left


def changes_of(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Write down pairings as they were and as they were left, as JSON."""
    left = dict(zip(after["pairing_id"], snapshots.freeze(after, Pairing), strict=True))
    olds = zip(before["pairing_id"], snapshots.freeze(before, Pairing), strict=True)
    return json.dumps([[old, left.get(name)] for name, old in olds], ensure_ascii=False)


def touched(changes: str) -> list[str]:
    """Return the ids of the pairings that a merge touched."""
    return [str(json.loads(old)["pairing_id"]) for old, _ in json.loads(changes)]


def given_back(
    changes: str, now: pd.DataFrame, people: Mapping[str, Collection[str]]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the pairings to put as they were, and the ids of those that have changed since and stay.

    `now` are the touched pairings as they stand; `people` the ids of households and members that are there.
    """
    found = dict(zip(now["pairing_id"], snapshots.freeze(now, Pairing), strict=True))
    back, stale = [], []
    for old, left in json.loads(changes):
        was = json.loads(old)
        same = _settled(found.get(was["pairing_id"])) == _settled(left)
        there = all(was[key] in people[key] for key in KEYS.values())
        if same and there:
            back.append(old)
        else:
            stale.append(str(was["pairing_id"]))
    return snapshots.thaw(back, Pairing), stale


def _settled(frozen: str | None) -> dict[str, object] | None:
    if frozen is None:
        return None
    return {name: value for name, value in json.loads(frozen).items() if name not in FOLLOWS}
