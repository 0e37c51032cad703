"""Put what a file brings together with what is stored: whose row is whose, what is new, what is refused.

A row is found again by its id, then by the identity number, then by name with telephone or address, last by all that
the file says of it. Two stored rows that fit equally are never chosen between: the row is refused with the reason.
Rows of one file that mean the same person are joined: lists add up, the first row speaks. A blank cell keeps what is
stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap import frames
from gridmap.errors import Problem, Severity
from gridmap.phrases import say
from gridmap.schema import Column, Row, columns, keys
from gridmap.tables import AREA_ROWS, Grid, HazardSite, Household, Level, Member

PEOPLE: tuple[type[Row], ...] = (Household, Member)
IDENTITIES: dict[type[Row], tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(PEOPLE, (("id_no",), ("name", "phone"), ("name", "address"))),
    Grid: (("name", "community_id"), ("name",)),
    HazardSite: (),
    AREA_ROWS[Level.BUILDING]: (("compound_id", "number"), ("address",)),
}
"""What tells a row beside its id, the surest first; other areas are told by their name."""


@dataclass(frozen=True, eq=False)
class Brought:
    """Rows that a file brings: the columns that it gives, missing where a cell is blank, and where each row stands.

    `problems` are those of reading; `refused` names the (file, row) pairs that could not be read. `extras` are rows of
    other nouns that go with them: monitors and zones of hazard sites.
    """

    row: type[Row]
    frame: pd.DataFrame
    files: np.ndarray
    numbers: np.ndarray
    total: int
    problems: tuple[Problem, ...] = ()
    refused: frozenset[tuple[str, int]] = frozenset()
    only_known: bool = False
    unused: tuple[str, ...] = ()
    extras: Mapping[type[Row], pd.DataFrame] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Problem, ...]:
        """Return what stands against the file as a whole until a person has answered it."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR and one.row is None)


@dataclass(frozen=True, eq=False)
class Merged:
    """The rows to write beside the stored ones that they replace, and everything that was refused or joined."""

    old: pd.DataFrame
    new: pd.DataFrame
    gone: pd.DataFrame
    problems: tuple[Problem, ...]
    refused: int
    joined: int
    held_back: int


def _fold(value: object) -> str:
    text = str(value)
    return text if text.isdigit() else "".join(text.split()).casefold()


def _several(told: Iterable[str | None]) -> set[str | None]:
    """Return what tells more than one row."""
    seen: set[str | None] = set()
    twice: set[str | None] = set()
    for text in told:
        (twice if text in seen else seen).add(text)
    return twice - {None}


class _Telling:
    """What tells the rows of a frame, each column folded once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._folded: dict[str, list[str | None]] = {}

    def __getitem__(self, names: Sequence[str]) -> list[str | None]:
        """Return what tells each row, None where a part is missing; a part with ? in front may be."""
        if any(name.lstrip("?") not in self._frame for name in names):
            return [None] * len(self._frame)
        if len(names) == 1:
            return self._column(names[0])
        rows = zip(*map(self._column, names), strict=True)
        return [None if None in parts else "\x1f".join(parts) for parts in rows]

    def _column(self, name: str) -> list[str | None]:
        if name.startswith("?"):
            return [text or "" for text in self._column(name[1:])]
        if name not in self._folded:
            values = self._frame[name].to_numpy(dtype=object)
            pairs = zip(pd.isna(values).tolist(), values, strict=True)
            self._folded[name] = [None if gone else _fold(value) for gone, value in pairs]
        return self._folded[name]


class _Merging:
    """The state of one merge: for each brought row its place in the stored frame, and whether it is kept."""

    def __init__(self, brought: Brought, stored: pd.DataFrame) -> None:
        self.brought, self.stored = brought, stored
        self.key = keys(brought.row)[0]
        self.places = np.full(len(brought.frame), -1, dtype=np.int64)
        self.kept = np.ones(len(brought.frame), dtype=bool)
        self.problems: list[Problem] = []
        self.joined = 0
        self.disputed: set[int] = set()
        self.claimed: Counter[int] = Counter()
        telling = _Telling(brought.frame)
        self.told = {rung: telling[rung] for rung in self.rungs()}
        self.given = self.told[self.key,]

    def say(self, at: int, code: str, message: str, severity: Severity = Severity.ERROR) -> None:
        """Keep a problem of a row; an error refuses the row."""
        file, number = str(self.brought.files[at]), int(self.brought.numbers[at])
        self.problems.append(Problem(file, number, None, code, message, severity))
        self.kept[at] &= severity is not Severity.ERROR

    def rungs(self) -> list[tuple[str, ...]]:
        """Return by what rows are told, the surest first."""
        known = IDENTITIES.get(self.brought.row, (("name",),))
        if self.brought.row not in PEOPLE:
            return [(self.key,), *known]
        names = [column.name for column in columns(self.brought.row) if column.kind is str and not column.many]
        given = [f"?{name}" for name in names if name in self.brought.frame and name not in (self.key, "name")]
        return [(self.key,), *known, ("name", *given)]

    def match(self) -> None:
        """Find the stored row of each brought row; refuse those that fit several."""
        telling = _Telling(self.stored)
        for rung in self.rungs():
            asked, places = set(self.told[rung]) - {None}, dict[str | None, list[int]]()
            for place, told in enumerate(telling[rung]) if asked else ():
                if told in asked:
                    places.setdefault(told, []).append(place)
            self._match(rung, places)

    def _match(self, rung: tuple[str, ...], places: Mapping[str | None, list[int]]) -> None:
        told = self.told[rung]
        open_ = np.flatnonzero((self.places < 0) & self.kept).tolist() if places else []
        for at in open_:
            found = self._standing(places.get(told[at], []))
            if len(found) > 1:
                named = " + ".join(name.lstrip("?") for name in rung)
                self._dispute(at, found, "match.ambiguous", say("match.ambiguous", count=len(found), by=named))
            elif found and rung == (self.key,) and self._differs(at, found[0]):
                self._dispute(at, found, "match.conflict", say("match.conflict"))
            elif found:
                self.places[at] = found[0]

    def _standing(self, places: list[int]) -> list[int]:
        """Return of several stored rows those that stand for a person of their own, where there are such."""
        if len(places) < 2 or self.brought.row not in PEOPLE:
            return places
        own = self.stored["merged_into"].isna().to_numpy()[places]
        return [place for place, stands in zip(places, own, strict=True) if stands] or places

    def _dispute(self, at: int, places: Sequence[int], code: str, message: str) -> None:
        self.say(at, code, message)
        for place in places:
            self.disputed.add(place)

    def _differs(self, at: int, place: int) -> bool:
        """Say whether the row under an id is that of another person."""
        if self.brought.row not in PEOPLE:
            return False
        unlike = {name: self._unlike(at, place, name) for name in ("name", "id_no", "address")}
        return unlike["name"] is True and (
            unlike["id_no"] is True or (unlike["id_no"] is None and unlike["address"] is True)
        )

    def _unlike(self, at: int, place: int, name: str) -> bool | None:
        if name not in self.brought.frame:
            return None
        ours, theirs = self.brought.frame[name].iloc[at], self.stored[name].iloc[place]
        return None if pd.isna(ours) or pd.isna(theirs) else _fold(ours) != _fold(theirs)

    def _roots(self) -> np.ndarray:
        """Return for each row the first that means the same; rows with own ids by identity number only."""
        group = list(range(len(self.places)))

        def root(at: int) -> int:
            while group[at] != at:
                group[at] = at = group[group[at]]
            return at

        for rung in self.rungs():
            first: dict[str | None, int] = {}
            strong = rung in ((self.key,), ("id_no",))
            several = _several(self.told[rung])
            for at, told in enumerate(self.told[rung]) if several else ():
                if told in several and (strong or self.given[at] is None):
                    one, other = root(first.setdefault(told, at)), root(at)
                    group[max(one, other)] = min(one, other)
        return np.array([root(at) for at in group], dtype=np.int64)

    def _doubtful(self) -> list[list[int]]:
        """Return the groups of rows that mean the same, but for single rows whose stored row nobody else claims."""
        roots, claim = self._roots(), self.places >= 0
        claims = pd.DataFrame({"root": roots[claim], "place": self.places[claim]}).drop_duplicates()
        self.claimed = Counter(claims["place"].tolist())
        wanted = {place for place, count in self.claimed.items() if count > 1} | self.disputed
        open_ = (np.bincount(roots, minlength=len(roots)) > 1)[roots] | np.isin(self.places, list(wanted))
        open_ = np.isin(roots, roots[open_])
        found: dict[int, list[int]] = {}
        for at in np.flatnonzero(open_).tolist():
            found.setdefault(int(roots[at]), []).append(at)
        return list(found.values())

    def join(self) -> None:
        """Join rows of the file that mean the same: lists add up, the first row speaks.

        A stored row that two different rows claim stays as it is, and so does whatever one of them claims besides:
        else the next import of the same file would judge otherwise.
        """
        for group in self._doubtful():
            places = {int(self.places[at]) for at in group if self.places[at] >= 0}
            shared = any(self.claimed[place] > 1 or place in self.disputed for place in places)
            if shared or len(places) > 1 or not self.kept[group].all():
                for at in group:
                    if self.kept[at]:
                        self.say(
                            at, "match.disputed", "other rows or stored ones may be the same: settle which is which"
                        )
                continue
            self.places[group] = next(iter(places), -1)
            for at in group[1:]:
                self._join(group[0], at)

    def _join(self, first: int, at: int) -> None:
        frame = self.brought.frame
        for column in columns(self.brought.row):
            if column.many and column.name in frame:
                both = (*_listed(frame[column.name].iloc[first]), *_listed(frame[column.name].iloc[at]))
                frame[column.name].array[first] = tuple(dict.fromkeys(both))
        self.kept[at] = False
        self.joined += 1
        self.say(at, "row.joined", say("row.joined", row=self.brought.numbers[first]), Severity.WARNING)

    def refuse_nobody(self) -> None:
        """Refuse rows that name nobody and, where only known rows may change, those that fit none."""
        if self.brought.row in PEOPLE:
            telling = [name for name in ("name", "id_no", self.key) if name in self.brought.frame]
            empty = self.brought.frame[telling].isna().all(axis=1).to_numpy() if telling else np.ones_like(self.kept)
            for at in np.flatnonzero(empty & self.kept):
                self.say(int(at), "row.nobody", say("row.nobody"))
        if self.brought.only_known:
            for at in np.flatnonzero((self.places < 0) & self.kept):
                self.say(int(at), "row.unknown", say("row.unknown"))

    def rows(self, new_id: Callable[[int], str]) -> pd.DataFrame:
        """Return the kept rows whole: stored values where the file is blank, ids for new ones."""
        at = np.flatnonzero(self.kept)
        place, frame = self.places[at], self.brought.frame.iloc[at].reset_index(drop=True)
        made = {
            column.name: _filled(frame, column, self.brought.row, self.stored, place)
            for column in columns(self.brought.row)
        }
        ids = np.full(len(at), None, dtype=object)
        if self.key in frame:
            ids[:] = frame[self.key].to_numpy(dtype=object)
        ids[place >= 0] = self.stored[self.key].to_numpy(dtype=object)[place[place >= 0]]
        open_ = pd.isna(ids)
        ids[open_] = [new_id(int(number)) for number in self.brought.numbers[at][open_]]
        made[self.key] = pd.Series(ids, dtype=object)
        conformed = frames.conform(pd.DataFrame(made), self.brought.row)
        bad = self._refuse_broken(conformed, at)
        return conformed[~bad].reset_index(drop=True)

    def _refuse_broken(self, conformed: pd.DataFrame, at: np.ndarray) -> np.ndarray:
        bad = np.zeros(len(conformed), dtype=bool)
        for found in frames.problems(conformed, self.brought.row, first_row=0):
            row = found.row or 0
            bad[row] = True
            self.say(int(at[row]), found.code, say("row.broken", column=found.column, what=found.message))
        return bad


def _listed(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _filled(frame: pd.DataFrame, column: Column, row: type[Row], stored: pd.DataFrame, place: np.ndarray) -> pd.Series:
    """Return a column of the kept rows: from the file, else as stored, else the noun's default."""
    field_ = row.model_fields[column.name]
    default = None if field_.is_required() else field_.get_default()
    one = np.empty(1, dtype=object)
    one[0] = default
    result = one.repeat(len(frame))
    known = np.flatnonzero(place >= 0)
    if len(known):
        result[known] = stored[column.name].to_numpy(dtype=object)[place[known]]
    if column.name in frame:
        values = frame[column.name].to_numpy(dtype=object)
        there = values.astype(bool) if column.many else ~pd.isna(values)
        result[there] = values[there]
    return pd.Series(result, dtype=object)


def merge(
    brought: Brought, stored: pd.DataFrame, new_id: Callable[[int], str], inside: np.ndarray | None = None
) -> Merged:
    """Merge what a file brings into the stored frame of its noun (n rows).

    `inside` (n truths) marks the stored rows of which the file is the whole: those that it does not bring are removed,
    unless a row of the file was refused, since the refused one may be theirs. `new_id` names a new row by its number.
    """
    merging = _Merging(brought, stored)
    merging.match()
    merging.join()
    merging.refuse_nobody()
    new = merging.rows(new_id)
    place = merging.places[merging.places >= 0]
    absent = np.zeros(len(stored), dtype=bool) if inside is None else inside.copy()
    absent[place] = False
    unsure = len(brought.refused) + sum(problem.severity is Severity.ERROR for problem in merging.problems)
    held_back = int(absent.sum()) if unsure else 0
    return Merged(
        old=stored[frames.among(stored[merging.key], new[merging.key])].reset_index(drop=True),
        new=new,
        gone=stored[absent & (held_back == 0)].reset_index(drop=True),
        problems=tuple(merging.problems),
        refused=len({(p.file, p.row) for p in merging.problems if p.severity is Severity.ERROR} | brought.refused),
        joined=merging.joined,
        held_back=held_back,
    )


def holders(shapes: np.ndarray, areas: pd.DataFrame, key: str) -> np.ndarray:
    """Return the id of the area that holds an inner point of each shape, None where none does or there is no shape."""
    found = np.full(len(shapes), None, dtype=object)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    if len(areas) and len(there):
        points = shapely.point_on_surface(shapes[there])
        of, holding = shapely.STRtree(areas["geometry"].to_numpy()).query(points, predicate="intersects")
        # of several that touch it the last in order is written first, so that the first one stays
        found[there[of[::-1]]] = areas[key].to_numpy(dtype=object)[holding[::-1]]
    return found
