"""Put every area under its parents: by the file's column, else by the largest share of area; say what does not nest.

A child's higher parents follow from its nearest one, so that the levels agree with each other even where the polygons
do not; only where there is no nearer parent are they found by area.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geodata import topology
from geodata.columns import as_text
from geodata.findings import SHOWN, Findings
from gridmap.phrases import say
from gridmap.schema import Row, columns, keys
from gridmap.tables import AREA_ROWS, Level

ABOVE: dict[Level, tuple[Level, ...]] = {
    Level.DISTRICT: (),
    Level.STREET: (Level.DISTRICT,),
    Level.COMMUNITY: (Level.STREET,),
    Level.GRID: (Level.COMMUNITY,),
    Level.COMPOUND: (Level.GRID, Level.COMMUNITY),
    Level.BUILDING: (Level.COMPOUND, Level.GRID, Level.COMMUNITY),
}
"""The levels whose ids an area holds, the nearest first."""

_OPTIONAL = {Level.COMPOUND}
"""A building need not lie in a compound."""


@dataclass(eq=False)
class Areas:
    """The areas of one level: our columns, and the file and row that each came from."""

    level: Level
    frame: pd.DataFrame
    files: np.ndarray
    numbers: np.ndarray

    @property
    def row(self) -> type[Row]:
        """The noun of the level."""
        return AREA_ROWS[self.level]

    @property
    def key(self) -> str:
        """The name of the id column."""
        return keys(self.row)[0]

    @property
    def ids(self) -> np.ndarray:
        """The ids (n, object)."""
        return self.frame[self.key].to_numpy(dtype=object)

    @property
    def shapes(self) -> np.ndarray:
        """The shapes (n, None where unknown)."""
        if "geometry" not in self.frame:
            return np.full(len(self.frame), None, dtype=object)
        return self.frame["geometry"].to_numpy(dtype=object)

    @property
    def file(self) -> str:
        """The files that the level came from, for messages about the whole level."""
        return ", ".join(dict.fromkeys(map(str, self.files)))


def parent_column(level: Level) -> str:
    """Return the name of the column that holds the id of a level."""
    return keys(AREA_ROWS[level])[0]


def _restore_zeros(written: str, known: dict[str, list[str]]) -> str | None:
    """Return the one id that differs from a number only by leading zeros that a spreadsheet dropped."""
    found = known.get(written, []) if written.isdigit() else []
    return found[0] if len(found) == 1 else None


def check_references(areas: Areas, column: str, parents: Areas, findings: Findings) -> None:
    """Empty the parent ids that no parent has, after restoring leading zeros; say both."""
    written = as_text(areas.frame[column])
    ids = set(parents.ids)
    unknown = np.flatnonzero((~written.isin(ids) & written.notna()).to_numpy())
    bare: dict[str, list[str]] = {}
    if len(unknown):
        for name in ids:
            bare.setdefault(name.lstrip("0"), []).append(name)
    for at in unknown:
        value = written.iloc[at]
        better = _restore_zeros(value, bare)
        said = (say("parent.zeros_restored", value=value, better=better) if better
                else say("parent.unknown", level=say(f"level.{parents.level}"), value=value))  # fmt: skip
        code = "parent.zeros_restored" if better else "parent.unknown"
        findings.warn(str(areas.files[at]), code, said, row=int(areas.numbers[at]), column=column)
        written.iloc[at] = better
    areas.frame[column] = written


def _spread_parent(areas: Areas, levels: dict[Level, Areas], findings: Findings) -> None:
    """Decide which level the city's `parent` column means: the one whose ids its values are."""
    if "_parent" not in areas.frame:
        return
    written = as_text(areas.frame.pop("_parent"))
    candidates = [level for level in ABOVE[areas.level] if level in levels]
    hits = {level: int(written.isin(set(levels[level].ids)).sum()) for level in candidates}
    if not candidates:
        findings.warn(areas.file, "parent.no_level", say("parent.no_level", level=say(f"level.{areas.level}")))
        return
    level = max(candidates, key=lambda name: hits[name])
    areas.frame[parent_column(level)] = written


def _inherit(areas: Areas, levels: dict[Level, Areas]) -> None:
    """Fill higher parents from nearer ones."""
    above = [level for level in ABOVE[areas.level] if level in levels]
    for near, far in ((near, far) for near in above for far in above if far in ABOVE[near]):
        parents = levels[near].frame
        if parent_column(far) not in parents:
            continue
        table = pd.Series(parents[parent_column(far)].to_numpy(dtype=object), index=levels[near].ids)
        taken = areas.frame[parent_column(near)].map(table[~table.index.duplicated()])
        mine = areas.frame[parent_column(far)]
        areas.frame[parent_column(far)] = taken.where(taken.notna(), mine)


def _list(names: np.ndarray) -> str:
    some = ", ".join(map(str, names[:SHOWN]))
    return f"{some}, ..." if len(names) > SHOWN else some


def _by_area(areas: Areas, parents: Areas, findings: Findings, *, by_point: bool) -> None:
    """Fill the empty ids of one parent level by the largest share (or by a point inside)."""
    column = parent_column(parents.level)
    shapes = areas.shapes
    open_ = np.flatnonzero(areas.frame[column].isna().to_numpy() & ~shapely.is_missing(shapes))
    outlines = parents.shapes
    drawn = np.flatnonzero(~shapely.is_missing(outlines))
    if not len(open_) or not len(drawn):
        return
    if by_point:
        best = topology.holder(shapely.point_on_surface(shapes[open_]), outlines[drawn])
        found = topology.Parents(best, np.ones(len(best)))
    else:
        found = topology.largest_share(shapes[open_], outlines[drawn])
    got = found.best >= 0
    filled = areas.frame[column].astype(object).to_numpy(dtype=object, copy=True)
    filled[open_[got]] = parents.ids[drawn[found.best[got]]]
    areas.frame[column] = pd.Series(filled, dtype=object)
    if parents.level not in _OPTIONAL:
        _tell_split(areas, parents, open_, found, findings)


def _tell_split(areas: Areas, parents: Areas, places: np.ndarray, found: topology.Parents, findings: Findings) -> None:
    children, above = say(f"levels.{areas.level}"), say(f"levels.{parents.level}")
    split = (found.best >= 0) & (found.share < topology.NESTED_SHARE)
    none = found.best < 0
    ids = areas.ids[places]
    if split.any():
        findings.warn(
            areas.file, "parent.not_nested",
            say("parent.not_nested", count=int(split.sum()), total=len(areas.ids), children=children, above=above,
                ids=_list(ids[split])),
            column=parent_column(parents.level),
        )  # fmt: skip
    if none.any():
        findings.warn(
            areas.file, "parent.none",
            say("parent.none", count=int(none.sum()), total=len(areas.ids), children=children, above=above,
                parent=say(f"level.{parents.level}"), ids=_list(ids[none])),
            column=parent_column(parents.level),
        )  # fmt: skip


def settle_parents(
    levels: dict[Level, Areas], findings: Findings, *, point_levels: frozenset[Level] = frozenset()
) -> None:
    """Fill the parent columns of every level, from the largest to the smallest.

    Children of a level in `point_levels` (generated grids) belong to the parent that holds their inner point, so that
    no building is split.
    """
    for level in [level for level in Level if level in levels]:
        areas = levels[level]
        wanted = [column.name for column in columns(areas.row) if column.ref]
        _spread_parent(areas, levels, findings)
        above = [name for name in ABOVE[level] if name in levels]
        for name in wanted:
            if name not in areas.frame:
                areas.frame[name] = pd.Series([None] * len(areas.frame), dtype=object)
        for name in above:
            check_references(areas, parent_column(name), levels[name], findings)
        for name in above:
            _inherit(areas, levels)
            _by_area(areas, levels[name], findings, by_point=name in point_levels)
        _inherit(areas, levels)
        unused = [name for name in wanted if name not in {parent_column(parent) for parent in above}]
        areas.frame[unused] = None


def check_siblings(levels: dict[Level, Areas], metric: str, findings: Findings) -> None:
    """Report where areas of one level overlap, and where they leave gaps between them (not between buildings)."""
    for areas in levels.values():
        shapes = areas.shapes
        drawn = np.flatnonzero(~shapely.is_missing(shapes))
        pairs = topology.overlaps(shapes[drawn], metric)
        names = areas.ids[drawn]
        if len(pairs):
            first, second, area_m2 = (pairs[name].to_numpy() for name in ("first", "second", "area_m2"))
            findings.rows(
                findings.warn, areas.file, "siblings.overlap", areas.numbers[drawn][first],
                lambda at, f=first, s=second, m=area_m2, n=names:
                    say("siblings.overlap", first=n[f[at]], second=n[s[at]], area_m2=m[at]),
                column="geometry",
            )  # fmt: skip
        if areas.level in (Level.BUILDING, Level.COMPOUND):
            continue
        holes = topology.gaps(shapes[drawn], metric)
        for lon, lat, area_m2 in zip(holes["lon"], holes["lat"], holes["area_m2"], strict=True):
            findings.warn(
                areas.file, "siblings.gap",
                say("siblings.gap", areas=say(f"levels.{areas.level}"), area_m2=area_m2, lon=lon, lat=lat),
                column="geometry",
            )  # fmt: skip
