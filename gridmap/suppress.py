"""Figures that may be shown to anybody: none under a limit, and none to be had from the others by sums and differences.

The figures are those of a tree of areas: of each area so many households, of them so many with a named person, the
others a gap. An area may hold households that lie in none of its parts; that rest is a part that is never shown. Two
things of an area are shown or not: its total, and its split into the two kinds.

A figure under the limit is hidden (primary). Among the parts of an area, what is hidden must leave room: two or more
parts whose hidden figures could differ by the limit, whichever shown parts of theirs are known. Where it does not, the
smallest figure that gives room is hidden too (complementary), be it a part of a part: what many want to know, the city
and its districts, is hidden last. Hiding only ever grows, so it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LIMIT = 5


@dataclass(frozen=True, eq=False)
class Shown:
    """Which figures of each area may be shown: bool[N]; a split is only where its total is."""

    total: np.ndarray
    split: np.ndarray


class _Hiding:
    """One figure (a total or one kind) over the tree, the rests as last parts; `hidden` is shared by the two kinds."""

    def __init__(self, parts: Sequence[Sequence[int]], values: np.ndarray, hidden: np.ndarray, limit: int) -> None:
        self.parts, self.values, self.hidden, self.limit = parts, values, hidden, limit

    def least(self, area: int) -> int:
        """Return the least that a figure can be for a reader: its own where it is shown, else what its parts show."""
        if not self.hidden[area]:
            return int(self.values[area])
        return sum(self.least(part) for part in self.parts[area])

    def room(self, area: int) -> int:
        """Return by how much the hidden parts of an area could differ."""
        return int(self.values[area]) - sum(self.least(part) for part in self.parts[area])

    def tight(self, area: int) -> bool:
        """Say whether an area, shown or hidden, gives a hidden figure away."""
        gone = [part for part in self.parts[area] if self.hidden[part]]
        if self.hidden[area]:
            # an area whose parts are all shown is their sum
            return bool(self.parts[area]) and not gone
        return bool(gone) and (len(gone) < 2 or self.room(area) < self.limit)

    def front(self, area: int) -> list[int]:
        """Return the shown parts of an area, and those of its hidden parts: what can be hidden to give it room."""
        found = []
        for part in self.parts[area]:
            found += self.front(part) if self.hidden[part] else [part]
        return found

    def grow(self, area: int, order: np.ndarray) -> bool:
        """Hide one figure more where an area gives a hidden one away; return whether that was so."""
        if not self.tight(area):
            return False
        # a second part must be hidden beside a single one; more room is cheapest where the figures are smallest
        alone = sum(bool(self.hidden[part]) for part in self.parts[area]) < 2
        shown = [part for part in self.parts[area] if not self.hidden[part]] if alone else self.front(area)
        self.hidden[min(shown, key=lambda part: (order[part], part), default=area)] = True
        return True


def _with_rests(parents: Sequence[int], counts: np.ndarray) -> tuple[list[list[int]], np.ndarray]:
    """Return the parts of each area and the counts of all, with a part for what lies in none of the others."""
    parts: list[list[int]] = [[] for _ in parents]
    for area, parent in enumerate(parents):
        if parent >= 0:
            parts[parent].append(area)
    rows = [*counts]
    for area, own in enumerate(list(parts)):
        rest = counts[area] - counts[own].sum(axis=0)
        if own and rest.any():
            own.append(len(rows))
            parts.append([])
            rows.append(rest)
    return parts, np.array(rows, dtype=np.int64).reshape(-1, 2)


def suppress(parents: Sequence[int], counts: np.ndarray, *, limit: int = LIMIT) -> Shown:
    """Say which figures of a tree of areas may be shown.

    `parents`: the position of the area that each lies in, -1 for none. `counts`: int[N, 2], the households of the two
    kinds; those of the parts of an area never exceed its own.
    """
    counts = np.asarray(counts, dtype=np.int64).reshape(-1, 2)
    areas = len(counts)
    parts, kinds = _with_rests(parents, counts)
    totals = kinds.sum(axis=1)
    rest = np.arange(len(kinds)) >= areas
    no_total = (totals < limit) | rest
    no_split = (kinds < limit).any(axis=1) | rest
    order = totals
    growing = True
    while growing:
        no_split |= no_total
        figures = [_Hiding(parts, totals, no_total, limit)]
        figures += [_Hiding(parts, kinds[:, kind], no_split, limit) for kind in (0, 1)]
        growing = any(figure.grow(area, order) for area in range(areas) for figure in figures)
    return Shown(total=~no_total[:areas], split=~no_split[:areas])
