"""CITY.toml: what a city is made of, where its files are and by which rules people are paired.

Relative paths count from the folder of the file. Every key that is not written down here is refused.
"""

from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gridmap.tables import BackdropKind, Level, PairingRules


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


class BackdropSource(Source):
    """Shapes that help to orient."""

    kind: Annotated[BackdropKind, Field(strict=False)]
    name: str | None = None


class City(Part):
    """A whole CITY.toml."""

    name: Annotated[str, Field(min_length=1)]
    invented: Annotated[bool, Field(description="shown on every page when the city is made up")] = False
    attribution: Annotated[str | None, Field(description="source line printed on the map")] = None
    addresses: Literal["chinese", "western"] = "chinese"
    metric_crs: Annotated[str | None, Field(description="for metres; chosen by place when absent")] = None
    hierarchy: Annotated[
        tuple[Level, ...],
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
    backdrop: Annotated[tuple[BackdropSource, ...], Field(strict=False)] = ()
    rules: PairingRules = PairingRules()


def resolve(city_file: FilePath, source: Source) -> FilePath:
    """Return the path of a source, counted from the folder of CITY.toml."""
    return (city_file.parent / source.path).resolve()
