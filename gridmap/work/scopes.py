"""A picture of what somebody may see: the rows of a scope, or figures only, small ones suppressed."""

from dataclasses import replace

import numpy as np
import pandas as pd

from gridmap import frames
from gridmap.coverage import CITY, levels_of
from gridmap.maps import pages
from gridmap.roles import Rights
from gridmap.scope import Known, Remembered, ScopedTransaction
from gridmap.store import Store
from gridmap.suppress import suppress
from gridmap.tables import AREA_ROWS, Level
from gridmap.work.grants import local_day
from gridmap.work.leaving import view
from gridmap.work.reading import Picture, picture_of

HIDDEN = "*"
"""What stands for a figure that is under the limit, or would give such a one away."""

FIGURES = ("households", "with_named_person", "gaps")
TOLD: tuple[Level, ...] = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)
"""The levels of which figures are told to anybody: a building is somebody's home."""


def picture_within(store: Store, rights: Rights, known: Known | None = None) -> Picture:
    """Read what an account sees of the city and measure that; of areas round its own no figures are told.

    What is known of the whole city is not read again while nothing has changed since.
    """
    with store.transaction() as transaction:
        seen = ScopedTransaction(Remembered(transaction, known), rights, local_day())
        taken, extent = picture_of(seen, None), seen.extent(rights.rows)
        own, withheld = frozenset().union(*extent.own_areas.values()), len(extent.withheld)
    rows = taken.coverage.areas
    city = rows["area_id"] == CITY
    rows = rows[city | rows["area_id"].isin(own)].reset_index(drop=True)
    rows.loc[rows["area_id"] == CITY, "name"] = "所辖范围"
    return replace(taken, coverage=replace(taken.coverage, areas=rows), withheld=withheld)


def figures_of(taken: Picture) -> Picture:
    """Return a picture without anybody: coverage by area, what is small or gives it away as HIDDEN."""
    measured = taken.coverage
    return replace(
        taken,
        frames={row: frames.empty(row) for row in taken.frames},
        coverage=replace(
            measured, areas=_told(taken), **{name: getattr(measured, name).iloc[:0] for name in
                                             ("households", "buildings", "members")}
        ),
        exposure=taken.exposure.iloc[:0],
    )  # fmt: skip


def _told(taken: Picture) -> pd.DataFrame:
    rows = taken.coverage.areas
    rows = rows[rows["level"].isin([CITY, *TOLD])].reset_index(drop=True)
    counts = rows[["with_named_person", "gaps"]].to_numpy(np.int64)
    shown = suppress(_parents(taken, rows), counts)
    facts = rows[["level", "area_id", "name"]].copy()
    for name, open_ones in zip(FIGURES, (shown.total, shown.split, shown.split), strict=True):
        facts[name] = pd.Series(
            [int(value) if told else HIDDEN for value, told in zip(rows[name], open_ones, strict=True)], dtype=object
        )
    return facts


def _parents(taken: Picture, rows: pd.DataFrame) -> list[int]:
    """Return the position of the smallest area round each one, the city's where there is none."""
    keys = [(str(level), str(key)) for level, key in zip(rows["level"], rows["area_id"], strict=True)]
    at = {key: place for place, key in enumerate(keys)}
    above: dict[tuple[str, str], int] = {}
    for place, level in enumerate(TOLD):
        areas = taken.frames[AREA_ROWS[level]]
        round_it = levels_of(areas, taken.areas)
        found = pd.Series(at[CITY, CITY], index=areas.index)
        for higher in TOLD[:place]:
            here = round_it[f"{higher}_id"].map({key: row for (name, key), row in at.items() if name == higher})
            found = here.where(here.notna(), found)
        above |= {(str(level), key): int(row) for key, row in zip(areas[f"{level}_id"], found, strict=True)}
    return [above.get(key, -1) for key in keys]


def draw_figures(taken: Picture) -> dict[str, str | bytes]:
    """Draw the page of figures in both languages."""
    shown = view(taken, served=True)
    return {**pages.figures_page(shown, lang="zh").files, **pages.figures_page(shown, lang="en").files}
