"""From CITY.toml to one checked frame per noun, and everything that is wrong with the files.

What stops a build (severity error): a file, layer, sheet or column that cannot be read, an unknown or refused
coordinate system, an id that is missing, doubled or damaged. What is mended or left out is a warning; what is only
worth knowing is a note. One broken file never hides what is wrong with the others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata import generated, hazard_layers, ledger_points, lines, people
from geodata.check import check_files
from geodata.city import City, HazardSource, Source
from geodata.columns import as_text
from geodata.findings import Findings
from geodata.hierarchy import Areas, check_siblings, settle_parents
from geodata.repair import Family
from geodata.rows import Rows, combine, finish
from geodata.sources import Piece, Reading, read_source
from gridmap import crs, frames
from gridmap.errors import Problem, Severity
from gridmap.locate import GAZETTEER_ROWS, Gazetteer
from gridmap.phrases import say
from gridmap.schema import Row, geometry_column, keys
from gridmap.tables import (
    AREA_ROWS,
    INPUT_ROWS,
    Alias,
    Backdrop,
    CityFacts,
    DangerZone,
    HazardSite,
    Household,
    Level,
    Member,
    Monitor,
    Pairing,
    RegisterEntry,
)
from gridmap.tables import Path as PathRow
from gridmap.warned import unknown_areas

__all__ = ["Loaded", "Progress", "check_files", "load_sources", "quiet"]

Progress = Callable[[str, int, int], None]
"""Called with what is being read, how many sources are done and how many there are."""


Ledgers = dict[type[Household] | type[Member], list[tuple[Piece, Source]]]
"""The pieces of each ledger with the source that each came from."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """What the sources of a city bring: a conformed frame of every input noun, problems, and facts for the report.

    `facts`: metric_crs (str or None), bounds (west, south, east, north in degrees, or None), sources (list of file,
    noun, driver, layer, encoding, crs, rows). With a problem of severity error the frames must not be stored.
    """

    frames: dict[type[Row], pd.DataFrame]
    problems: list[Problem]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        """Whether a problem stops the build."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


class _Loading:
    """The state of one load: what was read, and what comes next."""

    def __init__(self, city: City, city_file: Path, progress: Progress) -> None:
        self.city = city
        self.findings = Findings()
        self.reading = Reading(city_file, self.findings, [])
        self.progress = progress
        self.total = sum(1 for _ in _sources(city))
        self.done = 0
        self.levels: dict[Level, Areas] = {}
        self.frames: dict[type[Row], pd.DataFrame] = {}
        self.metric: str | None = city.metric_crs

    def read(self, source: Source, row: type[Row], family: Family) -> list[Piece]:
        self.progress(Path(source.path).name, self.done, self.total)
        pieces = read_source(source, row, family, self.reading)
        self.done += 1
        return pieces

    def read_all(self, sources: Iterable[Source], row: type[Row], family: Family) -> Rows:
        pieces = [piece for source in sources for piece in self.read(source, row, family)]
        return combine(pieces, row, self.findings)

    def areas(self) -> None:
        """Read every level of area, cut the generated grid, settle parents, look at the siblings."""
        for level in Level:
            sources = [source for source in self.city.areas if source.level is level]
            if not sources:
                continue
            row = AREA_ROWS[level]
            rows = self.read_all(sources, row, "area")
            if "name" in row.model_fields:
                rows.frame = _named(rows.frame, keys(row)[0])
            self.levels[level] = Areas(level, rows.frame, rows.files, rows.numbers)
        self.metric = self.metric or self._choose_metric()
        if self.city.generated_grid and self.metric and Level.COMMUNITY in self.levels:
            self._generate(self.city.generated_grid.size_m, self.metric)
        by_point = frozenset({Level.GRID}) if self.city.generated_grid else frozenset()
        settle_parents(self.levels, self.findings, point_levels=by_point)
        if self.metric:
            check_siblings(self.levels, self.metric, self.findings)
        for areas in self.levels.values():
            self.frames[areas.row] = finish(Rows(areas.frame, areas.files, areas.numbers), areas.row, self.findings)
        for at, area in unknown_areas(self.city.patrol.warnings, {key: one.frame for key, one in self.levels.items()}):
            self.findings.error(
                self.reading.city_file.name, "warning.area", say("warning.area", area=area),
                column=f"patrol.warnings[{at}].areas",
            )  # fmt: skip

    def _choose_metric(self) -> str | None:
        if self.reading.near is None:
            return None
        return crs.metric_crs(*self.reading.near)

    def _generate(self, size_m: float, metric: str) -> None:
        communities = self.levels[Level.COMMUNITY].frame
        grids = generated.cut_grids(communities, size_m=size_m, metric=metric)
        label = np.full(len(grids), "generated grid", dtype=object)
        self.levels[Level.GRID] = Areas(Level.GRID, grids, label, np.arange(1, len(grids) + 1))
        self.findings.note(
            self.reading.city_file.name, "grid.generated",
            say("grid.generated", count=len(grids), communities=len(communities), size_m=size_m),
        )  # fmt: skip

    def ids(self, row: type[Row]) -> set[str]:
        """Return the ids of a noun that was loaded."""
        frame = self.frames.get(row)
        return set() if frame is None else set(frame[keys(row)[0]])

    def drop_unknown(self, rows: Rows, column: str, row: type[Row], remedy: str) -> np.ndarray:
        """Warn about references that point nowhere; return the mask of them."""
        if column not in rows.frame:
            return np.zeros(len(rows.frame), dtype=bool)
        written = as_text(rows.frame[column])
        bad = (written.notna() & ~written.isin(self.ids(row))).to_numpy()
        at = np.flatnonzero(bad)
        for file in dict.fromkeys(rows.files[bad]):
            mine = at[rows.files[at] == file]
            self.findings.rows(
                self.findings.warn, str(file), f"{row.table}.unknown", rows.numbers[mine],
                lambda i, m=mine: say("reference.unknown", noun=row.table, id=written.iloc[m[i]], remedy=remedy),
                column=column,
            )  # fmt: skip
        rows.frame[column] = written.where(~pd.Series(bad), None)
        return bad

    def register(self) -> None:
        """Read the address register and the aliases."""
        sources = [self.city.address_register] if self.city.address_register else []
        rows = self.read_all(sources, RegisterEntry, "point")
        self.drop_unknown(rows, "building_id", AREA_ROWS[Level.BUILDING], "the line has no building now")
        self.frames[RegisterEntry] = finish(rows, RegisterEntry, self.findings)
        rows = self.read_all([self.city.aliases] if self.city.aliases else [], Alias, "point")
        self.frames[Alias] = finish(rows, Alias, self.findings)

    def surroundings(self) -> None:
        """Read paths, backdrop and hazards."""
        pieces = []
        for source in self.city.paths:
            walkable = lines.walkable(source)
            pieces += [lines.as_paths(piece, self.findings) for piece in self.read(walkable, PathRow, "line")]
        self.frames[PathRow] = finish(lines.explode(combine(pieces, PathRow, self.findings)), PathRow, self.findings)
        shapes = []
        for backdrop in self.city.backdrop:
            for piece in self.read(backdrop, Backdrop, "any"):
                piece.frame["kind"] = str(backdrop.kind)
                shapes.append(piece)
        self.frames[Backdrop] = finish(combine(shapes, Backdrop, self.findings), Backdrop, self.findings)
        self._hazards()

    def _hazards(self) -> None:
        read: list[tuple[Piece, HazardSource]] = []
        for source in self.city.hazards:
            read += [(piece, source) for piece in self.read(source, HazardSite, "any")]
        rows = combine([hazard_layers.with_source(piece, source) for piece, source in read], HazardSite, self.findings)
        self.metric = self.metric or self._choose_metric()
        sites, zones = hazard_layers.sites_and_zones(rows.frame, self.metric)
        communities = self.levels.get(Level.COMMUNITY)
        if communities is not None and len(sites):
            sites["community_id"] = hazard_layers.community_of(sites, communities.ids, communities.shapes)
        self.frames[HazardSite] = finish(Rows(sites, rows.files, rows.numbers), HazardSite, self.findings)
        watched = hazard_layers.monitors(rows.frame)
        watched = watched[watched["hazard_id"].isin(self.ids(HazardSite))].reset_index(drop=True)
        label = np.full(len(watched), "hazards", dtype=object)
        self.frames[Monitor] = finish(Rows(watched, label, np.arange(1, len(watched) + 1)), Monitor, self.findings)
        surveyed = self.read_all(self.city.danger_zones, DangerZone, "area")
        bad = self.drop_unknown(surveyed, "hazard_id", HazardSite, "the zone was left out")
        kept = surveyed.frame[~bad].reset_index(drop=True)
        if len(kept):
            zones = pd.concat([zones[~zones["hazard_id"].isin(kept["hazard_id"])], kept], ignore_index=True)
        label = np.full(len(zones), "hazards", dtype=object)
        self.frames[DangerZone] = finish(Rows(zones, label, np.arange(1, len(zones) + 1)), DangerZone, self.findings)

    def _gazetteer(self) -> Gazetteer | None:
        """Return what the points of ledgers are judged against, None while the areas are broken."""
        if self.findings.stopped:
            return None
        city = self.city
        metric = self.metric or "EPSG:3857"
        facts = CityFacts(name=city.name, addresses=city.addresses, metric_crs=metric, day=city.day)
        return Gazetteer.of({row: frame for row, frame in self.frames.items() if row in GAZETTEER_ROWS}, facts)

    def _judge_points(self, ledgers: Ledgers) -> None:
        """Settle in place what the coordinates of ledgers are; nothing is built for a city without any."""
        pointed = any(ledger_points.has_points(piece) for read in ledgers.values() for piece, _ in read)
        gazetteer = self._gazetteer() if pointed else None
        if gazetteer is None:
            return
        for row, read in ledgers.items():
            for at, (piece, source) in enumerate(read):
                if ledger_points.has_points(piece):
                    read[at] = ledger_points.judge(piece, source, row, gazetteer, self.findings), source

    def people(self) -> None:
        """Read households, members and the pairings that they bring."""
        folds = (
            (Household, self.city.households, people.fold_household),
            (Member, self.city.members, people.fold_member),
        )
        ledgers: Ledgers = {
            row: [(fold(one, self.findings), source) for source in sources for one in self.read(source, row, "point")]
            for row, sources, fold in folds
        }
        self._judge_points(ledgers)
        for row, read in ledgers.items():
            self.frames[row] = finish(combine([piece for piece, _ in read], row, self.findings), row, self.findings)
        rows = self.read_all(self.city.pairings, Pairing, "point")
        rows.frame["basis"] = "imported"
        bad = np.zeros(len(rows.frame), dtype=bool)
        for column, row in (("household_id", Household), ("member_id", Member)):
            bad |= self.drop_unknown(rows, column, row, "the pairing was left out")
        kept = Rows(rows.frame[~bad].reset_index(drop=True), rows.files[~bad], rows.numbers[~bad])
        self.frames[Pairing] = finish(kept, Pairing, self.findings)

    def result(self) -> Loaded:
        """Return what was loaded; nouns without sources are empty frames."""
        found = {row: self.frames[row] if row in self.frames else frames.empty(row) for row in (*INPUT_ROWS, Pairing)}
        facts = {"metric_crs": self.metric, "bounds": _bounds(found), "sources": self.reading.facts}
        return Loaded(found, self.findings.problems, facts)


def _named(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Use the id as the name where there is none."""
    if "name" not in frame:
        return frame.assign(name=frame[key])
    return frame.assign(name=frame["name"].where(frame["name"].notna(), frame[key]))


def _sources(city: City) -> Iterable[Source]:
    for one in (city.aliases, city.address_register):
        if one is not None:
            yield one
    people_ = (city.households, city.members, city.pairings)
    for many in (city.areas, *people_, city.paths, city.hazards, city.danger_zones, city.backdrop):
        yield from many


def _bounds(found: dict[type[Row], pd.DataFrame]) -> tuple[float, float, float, float] | None:
    shapes = [frame[name].to_numpy() for row, frame in found.items()
              if row in AREA_ROWS.values() and (name := geometry_column(row)) and len(frame)]  # fmt: skip
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(np.concatenate(shapes))
    return float(west), float(south), float(east), float(north)


def load_sources(city: City, city_file: Path, progress: Progress = quiet) -> Loaded:
    """Read every source of a city into one conformed frame per noun.

    Raises nothing for bad input: `problems` holds everything that was found, in all files at once.
    """
    loading = _Loading(city, city_file, progress)
    loading.areas()
    loading.register()
    loading.surroundings()
    loading.people()
    return loading.result()
