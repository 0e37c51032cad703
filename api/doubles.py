"""Rows that may be one person as plain JSON values, personal values masked: for the page and for the command."""

import json
from typing import Any

import numpy as np
import pandas as pd

from gridmap import frames, joining, lawful
from gridmap.graver import graver
from gridmap.schema import columns
from gridmap.snapshots import freeze
from gridmap.tables import Household, Member, Merge, Side
from gridmap.work.merges import Doubles

PLACED = ("community_id", "grid_id", "building_id", "accuracy")
SHOWN: dict[Side, tuple[str, ...]] = {
    Side.HOUSEHOLD: ("name", "id_no", "birth", "gender", "phone", "address", "stated_community", "categories",
                     "care_level", "needs"),
    Side.MEMBER: ("name", "id_no", "gender", "phone", "address", "stated_community", "unit", "roles", "capacity",
                  "status", "skills"),
}  # fmt: skip
"""What a person sees of each row; what else it holds is compared all the same."""

UNCOMPARED = {"household_id", "member_id", "geometry", "merged_into", "unmerged", *lawful.COLUMNS}


def _plain(value: Any) -> Any:  # noqa: ANN401  a cell may hold anything
    if isinstance(value, tuple):
        return list(value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if isinstance(value, np.generic) else value


def _row(found: Doubles, name: str, other: str, masked: pd.DataFrame) -> dict[str, Any]:
    """Return a row as it is shown; `graver`: what it would say instead if the other were merged into it."""
    facts = {column: _plain(masked.loc[name, column]) for column in SHOWN[found.side]}
    placed = found.places.loc[name] if name in found.places.index else pd.Series(dtype=object)
    place = {column: _plain(placed.get(column)) for column in PLACED}
    one, two = (json.loads(text) for text in freeze(found.people.loc[[name, other]], joining.NOUNS[found.side]))
    more = graver(found.side, one, [two])
    return {"id": name, **facts, "place": place, "pairings": found.held.get(name, 0), "graver": more}


def _differing(noun: type[Household] | type[Member], people: pd.DataFrame, first: str, second: str) -> list[str]:
    """Return the columns in which two rows differ, masked or not, missing against known among them."""
    one, other = (people.loc[name] for name in (first, second))
    names = [column.name for column in columns(noun) if column.name not in UNCOMPARED]
    return [name for name in names if _plain(one[name]) != _plain(other[name])]


def told(found: Doubles) -> list[dict[str, Any]]:
    """Return the pairs as JSON values: both rows masked, the signs for one person, and where the rows differ."""
    noun = joining.NOUNS[found.side]
    masked = frames.mask(found.people, noun)
    return [
        {
            "signs": list(pair.signs),
            "score": round(float(pair.score), 2),
            "keep_id": pair.keep_id,
            "seen": pair.seen,
            "differs": _differing(noun, found.people, pair.first_id, pair.second_id),
            "rows": [
                _row(found, pair.first_id, pair.second_id, masked),
                _row(found, pair.second_id, pair.first_id, masked),
            ],
        }
        for pair in found.pairs.itertuples()
    ]


def of_merge(merge: Merge) -> dict[str, Any]:
    """Return a decision as JSON values, without the pairings that it keeps for its undoing."""
    return merge.model_dump(mode="json", exclude={"changes"}) | {"pairings": len(joining.touched(merge.changes))}
