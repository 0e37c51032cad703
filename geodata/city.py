"""CITY.toml: what a city is made of, where its files are and by which rules people are paired.

Relative paths count from the folder of the file. Every key that is not written down here is refused.
"""

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from geodata.toml_lines import KeyPath, key_lines, line_of
from gridmap.errors import Problem, SettingsError
from gridmap.phrases import refusal, say
from gridmap.schema import Row
from gridmap.tables import (
    AREA_ROWS,
    Alias,
    Backdrop,
    BackdropKind,
    DangerZone,
    HazardSite,
    Household,
    Lawfulness,
    Level,
    Member,
    Pairing,
    PairingRules,
    Path,
    PatrolRules,
    PublishedWarning,
    RegisterEntry,
)


class Part(BaseModel):
    """A table of CITY.toml: strict types, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Datum = Literal["wgs84", "gcj02", "bd09"]
Columns = Annotated[
    dict[str, str],
    Field(description="our column = column of the file, or a template such as '{addr:street} {addr:housenumber}'"),
]
Values = Annotated[dict[str, dict[str, str]], Field(description="our column = {value of the file = our value}")]


class Source(Part):
    """A file and how to read it."""

    path: str
    layer: Annotated[str | None, Field(description="layer of a file with several")] = None
    crs: Annotated[str | None, Field(description="coordinate system, when the file does not declare one")] = None
    datum: Annotated[Datum | None, Field(description="gcj02 or bd09 coordinates are converted")] = None
    to_wgs84: Annotated[
        tuple[float, ...] | None,
        Field(strict=False, min_length=3, max_length=7, description="own parameters for Beijing 54 or Xian 80"),
    ] = None
    encoding: Annotated[str | None, Field(description="of the text, when detection is wrong")] = None
    where: Annotated[str | None, Field(description="filter: an OGR SQL WHERE clause on the file's columns")] = None
    id: Annotated[str | None, Field(description="column with the id; numbered in reading order without it")] = None
    duplicate_ids: Annotated[
        Literal["refuse", "number"],
        Field(
            description="number: an id that is missing or occurs again gets ~2, ~3, ... instead of stopping the load"
        ),
    ] = "refuse"
    columns: Columns = {}
    values: Values = {}


class AreaSource(Source):
    """Polygons of one level of area."""

    level: Annotated[Level, Field(strict=False)]
    name: Annotated[str | None, Field(description="column with the name; the id without it")] = None
    parent: Annotated[
        str | None, Field(description="column with the id of the next level; by largest share without")
    ] = None


class GeneratedGrid(Part):
    """Cut communities into square-based grids where a city has none of its own."""

    size_m: Annotated[float, Field(ge=50, le=10_000)] = 500.0


class InventedPeople(Part):
    """Invent households and members at the city's own addresses, where no roster may be shown."""

    households: Annotated[int, Field(ge=0)] = 500
    members: Annotated[int, Field(ge=0)] = 800
    seed: int = 1


class RosterSource(Source):
    """A table of households, members or pairings (CSV or XLSX); headers are matched to the ledgers' usual names."""

    sheet: str | None = None
    lon: Annotated[str | None, Field(description="column with the longitude or easting")] = None
    lat: Annotated[str | None, Field(description="column with the latitude or northing")] = None


class RegisterSource(Source):
    """An address register: address text -> building id or point."""

    address: str
    building: Annotated[str | None, Field(description="column with the building id")] = None
    lon: str | None = None
    lat: str | None = None


class PathSource(Source):
    """Walkable lines."""

    kind: Annotated[str | None, Field(description="column with the kind of path")] = None
    impassable: Annotated[str | None, Field(description="column that is true where nobody can pass")] = None


class HazardSource(Source):
    """Hazard sites (points) or danger zones (polygons)."""

    name: str | None = None
    kind: Annotated[str, Field(description="kind of hazard, when no column says")] = "other"
    buffer_m: Annotated[float, Field(ge=0, le=5000, description="estimated zone round a point without polygon")] = 50.0


class ZoneSource(Source):
    """Surveyed danger zones of hazard sites that another source brings; they replace estimated ones."""

    site: Annotated[str, Field(description="column with the id of the hazard site")]


class BackdropSource(Source):
    """Shapes that help to orient."""

    kind: Annotated[BackdropKind, Field(strict=False)]
    name: str | None = None


class City(Part):
    """A whole CITY.toml."""

    name: Annotated[str, Field(min_length=1)]
    invented: Annotated[bool, Field(description="shown on every page when the city is made up")] = False
    attribution: Annotated[str | None, Field(description="source line printed on the map")] = None
    review_no: Annotated[
        str | None, Field(max_length=60, description="审图号, printed on every page; maps without one are internal")
    ] = None
    addresses: Literal["chinese", "western"] = "chinese"
    metric_crs: Annotated[str | None, Field(description="for metres; chosen by place when absent")] = None
    day: Annotated[dt.date | None, Field(description="fixed day of an invented city; today without")] = None
    hierarchy: Annotated[
        tuple[Annotated[Level, Field(strict=False)], ...],
        Field(strict=False, description="levels in use, from the largest; default: those with sources"),
    ] = ()
    areas: Annotated[tuple[AreaSource, ...], Field(strict=False)] = ()
    generated_grid: GeneratedGrid | None = None
    invented_people: InventedPeople | None = None
    aliases: RosterSource | None = None
    address_register: RegisterSource | None = None
    households: Annotated[tuple[RosterSource, ...], Field(strict=False)] = ()
    members: Annotated[tuple[RosterSource, ...], Field(strict=False)] = ()
    pairings: Annotated[tuple[RosterSource, ...], Field(strict=False)] = ()
    paths: Annotated[tuple[PathSource, ...], Field(strict=False)] = ()
    hazards: Annotated[tuple[HazardSource, ...], Field(strict=False)] = ()
    danger_zones: Annotated[tuple[ZoneSource, ...], Field(strict=False)] = ()
    backdrop: Annotated[tuple[BackdropSource, ...], Field(strict=False)] = ()
    rules: PairingRules = PairingRules()
    patrol: PatrolRules = PatrolRules()
    lawful: Annotated[Lawfulness | None, Field(description="ground on which households are kept that state none")] = (
        None
    )


def resolve(city_file: FilePath, source: Source) -> FilePath:
    """Return the path of a source, counted from the folder of CITY.toml."""
    return (city_file.parent / source.path).resolve()


def _written(path: KeyPath) -> str:
    """Write a key path as a person would: areas[0].level."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _part(path: KeyPath) -> type[BaseModel]:
    """Return the model that a table of CITY.toml fills."""
    model: type[BaseModel] = City
    for name in (part for part in path if isinstance(part, str)):
        field = model.model_fields.get(name)
        inner = re.findall(r"\w+", str(field.annotation)) if field else []
        model = next((kind for word in inner for kind in _parts() if kind.__name__ == word), model)
    return model


def _parts() -> tuple[type[BaseModel], ...]:
    return (AreaSource, GeneratedGrid, InventedPeople, RosterSource, RegisterSource, PathSource, HazardSource,
            BackdropSource, PairingRules, PatrolRules, PublishedWarning, Lawfulness)  # fmt: skip


def _said(error: ErrorDetails) -> tuple[str, str]:
    """Return (code, message) of one refusal by pydantic."""
    path = tuple(error["loc"])
    name = str(path[-1]) if path else ""
    if error["type"] == "extra_forbidden":
        known = list(_part(path[:-1]).model_fields)
        near = difflib.get_close_matches(name, known, n=1)
        remedy = say("near.one", name=near[0]) if near else say("near.keys", names=known)
        return "settings.unknown_key", say("settings.unknown_key", name=name, near=remedy)
    if error["type"] == "missing":
        return "settings.missing_key", say("settings.missing_key", name=name)
    value = error["input"]
    shown = repr(value) if isinstance(value, str | int | float | bool) else f"a {type(value).__name__}"
    return "settings.value", say("settings.value", name=name, shown=shown, wrong=refusal(error))


def _sources(data: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every `path` key of the settings with its value, however broken the rest is."""
    members: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(data, dict):
        members = iter(data.items())
    elif isinstance(data, list):
        members = enumerate(data)
    for name, value in members:
        if name == "path" and isinstance(value, str):
            yield (*path, name), value
        else:
            yield from _sources(value, (*path, name))


Contradictions = Iterator[tuple[KeyPath, str]]
"""Key paths, each with what is wrong and what to do."""


def _grid_contradictions(city: City, levels: set[Level]) -> Contradictions:
    if city.generated_grid and Level.GRID in levels:
        yield ("generated_grid",), say("settings.contradiction.own_grids")
    if city.generated_grid and Level.COMMUNITY not in levels:
        yield ("generated_grid",), say("settings.contradiction.no_community")


def _hierarchy_contradictions(city: City, levels: set[Level]) -> Contradictions:
    order = [level for level in Level if level in city.hierarchy]
    if list(city.hierarchy) != order:
        yield ("hierarchy",), say("settings.contradiction.order", order=str([str(level) for level in order]))
    for level in city.hierarchy:
        if level not in levels:
            yield ("hierarchy",), say("settings.contradiction.no_areas", level=str(level))
    for at, source in enumerate(city.areas):
        if city.hierarchy and source.level not in city.hierarchy:
            yield ("areas", at, "level"), say("settings.contradiction.level", level=str(source.level))


def _column_contradictions(city: City) -> Contradictions:
    for path, source, row in _with_nouns(city):
        known = [*(name for name in row.model_fields if name != "geometry"), "lon", "lat"]
        for table in ("columns", "values"):
            for name in getattr(source, table):
                if name not in known:
                    near = difflib.get_close_matches(name, known, n=1)
                    remedy = say("near.one", name=near[0]) if near else say("near.all", names=known)
                    said = say("settings.contradiction.column", noun=row.table, name=name, near=remedy)
                    yield (*path, table, name), said
        if isinstance(source, AreaSource) and source.level is Level.BUILDING and source.name:
            yield (*path, "name"), say("settings.contradiction.building_name")


def _with_nouns(city: City) -> Iterator[tuple[KeyPath, Source, type[Row]]]:
    """Yield every source with its key path and the noun that it fills."""
    for at, area in enumerate(city.areas):
        yield ("areas", at), area, AREA_ROWS[area.level]
    for name, row in (("aliases", Alias), ("address_register", RegisterEntry)):
        if (one := getattr(city, name)) is not None:
            yield (name,), one, row
    nouns = {"households": Household, "members": Member, "pairings": Pairing, "paths": Path, "hazards": HazardSite,
             "danger_zones": DangerZone, "backdrop": Backdrop}  # fmt: skip
    for name, noun in nouns.items():
        for at, source in enumerate(getattr(city, name)):
            yield (name, at), source, noun


def _contradictions(city: City) -> Contradictions:
    """Yield settings that are right alone but not together."""
    levels = {source.level for source in city.areas}
    yield from _grid_contradictions(city, levels)
    yield from _hierarchy_contradictions(city, levels | ({Level.GRID} if city.generated_grid else set()))
    yield from _column_contradictions(city)


def _read_text(path: FilePath) -> str:
    name = path.name
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = say("settings.missing", name=name)
    except OSError as error:
        message = say("settings.missing.rights", error=error.strerror)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError([Problem(name, line, None, "settings.encoding", say("settings.encoding"))]) from None
    raise SettingsError([Problem(name, None, None, "settings.missing", message)])


def read_city(path: FilePath) -> City:
    """Read CITY.toml; rows of problems are lines of the file.

    Raises:
        SettingsError: the file, a key, a value or a file that it names is missing or wrong; all of them at once.
    """
    text = _read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise SettingsError(
            [Problem(path.name, line, None, "settings.syntax", say("settings.syntax", error=str(error)))]
        ) from None
    lines = key_lines(text)

    def problem(where: KeyPath, code: str, message: str) -> Problem:
        return Problem(path.name, line_of(lines, where), _written(where), code, message)

    problems = []
    city = None
    try:
        city = City.model_validate(data)
    except ValidationError as error:
        problems += [problem(tuple(item["loc"]), *_said(item)) for item in error.errors()]
    if city:
        problems += [problem(where, "settings.contradiction", said) for where, said in _contradictions(city)]
    problems += [
        problem(where, "settings.file_missing", say("settings.file_missing", path=value, city=path.name))
        for where, value in _sources(data)
        if not (path.parent / value).exists()
    ]
    if city is None or problems:
        raise SettingsError(sorted(problems, key=lambda item: item.row or 0))
    return city
