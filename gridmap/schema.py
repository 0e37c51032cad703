"""One definition of a noun: a frozen pydantic class whose annotations carry every fact about it.

From a Row are derived the table on both engines (geodata.sql), the frame check (gridmap.frames), the API schema
(pydantic itself) and the data dictionary in docs/tables.md.
"""

import datetime as dt
import types
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

import shapely
from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

STORAGE_CRS = "EPSG:4326"
"""Every stored geometry: WGS-84 longitude, latitude in degrees."""

type_ids = {
    "Point": 0,
    "LineString": 1,
    "Polygon": 3,
    "MultiPoint": 4,
    "MultiLineString": 5,
    "MultiPolygon": 6,
}


@dataclass(frozen=True)
class Key:
    """Mark the column that identifies a row."""


@dataclass(frozen=True)
class Ref:
    """Mark a column that holds the key of another noun."""

    table: str


@dataclass(frozen=True)
class Shape:
    """Name the geometry kinds that a column accepts."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Personal:
    """Mark a personal column and say how it is masked (see gridmap.masking)."""

    mask: Literal["name", "phone", "id_no", "address", "note", "date"]


@dataclass(frozen=True)
class Sealed:
    """Mark a column that is shown as it is but kept encrypted; a Personal column is kept so in any case."""


@dataclass(frozen=True)
class Plain:
    """Mark a text column that may stand in the audit log as it is; other text stands there as a mark."""


def _geojson(geometry: shapely.Geometry | None) -> object:
    return None if geometry is None else geometry.__geo_interface__


def _geometry(*kinds: str) -> Any:  # noqa: ANN401  typing has no name for an annotated special form
    description = f"GeoJSON {' or '.join(kinds)}, {STORAGE_CRS} longitude, latitude"
    return Annotated[
        shapely.Geometry,
        Shape(kinds),
        PlainSerializer(_geojson),
        WithJsonSchema({"type": "object", "description": description}),
    ]


PointGeometry = _geometry("Point")
LineGeometry = _geometry("LineString")
AreaGeometry = _geometry("Polygon", "MultiPolygon")
AnyGeometry = _geometry("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


class Row(BaseModel):
    """A noun of the domain; subclasses set `table` and annotate their columns."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    table: ClassVar[str]


@dataclass(frozen=True)
class Column:
    """The facts of one column, read off its annotation."""

    name: str
    kind: type
    many: bool
    required: bool
    key: bool
    ref: str | None
    shapes: tuple[str, ...]
    personal: str | None
    sealed: bool
    plain: bool
    ge: float | None
    le: float | None
    max_length: int | None
    description: str | None

    @property
    def marked(self) -> bool:
        """Say whether a sealed column can be found by its value; the marks of the few names would give them away."""
        return self.personal in ("phone", "id_no")


def _unwrap(annotation: Any) -> tuple[Any, list[Any], bool]:  # noqa: ANN401  annotations have no common type
    """Return the bare type, its metadata and whether None is allowed."""
    metadata: list[Any] = []
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin in (Union, types.UnionType):
            rest = [part for part in get_args(annotation) if part is not type(None)]
            optional |= len(rest) < len(get_args(annotation))
            annotation = rest[0]
        elif origin is Annotated:
            metadata += get_args(annotation)[1:]
            annotation = get_args(annotation)[0]
        else:
            return annotation, metadata, optional


def _column(name: str, annotation: Any, metadata: list[Any], description: str | None) -> Column:  # noqa: ANN401
    kind, inner, optional = _unwrap(annotation)
    facts = [fact for item in [*metadata, *inner] for fact in (getattr(item, "metadata", None) or [item])]

    def pick(fact_type: type) -> Any:  # noqa: ANN401
        return next((fact for fact in facts if isinstance(fact, fact_type)), None)

    def limit(attribute: str) -> Any:  # noqa: ANN401
        return next((getattr(fact, attribute) for fact in facts if hasattr(fact, attribute)), None)

    many = get_origin(kind) is tuple
    ref, shape, personal = pick(Ref), pick(Shape), pick(Personal)
    return Column(
        name=name,
        kind=_unwrap(get_args(kind)[0])[0] if many else kind,
        many=many,
        required=not optional,
        key=pick(Key) is not None,
        ref=ref.table if ref else None,
        shapes=shape.kinds if shape else (),
        personal=personal.mask if personal else None,
        sealed=personal is not None or pick(Sealed) is not None,
        plain=pick(Plain) is not None,
        ge=limit("ge"),
        le=limit("le"),
        max_length=limit("max_length"),
        description=description or next((said for item in inner if (said := getattr(item, "description", None))), None),
    )


@cache
def columns(row: type[Row]) -> tuple[Column, ...]:
    """Return the columns of a noun in the order in which they are written down."""
    return tuple(
        _column(name, field.annotation, list(field.metadata), field.description)
        for name, field in row.model_fields.items()
    )


def keys(row: type[Row]) -> tuple[str, ...]:
    """Return the names of the key columns."""
    return tuple(column.name for column in columns(row) if column.key)


def geometry_column(row: type[Row]) -> str | None:
    """Return the name of the geometry column, or None for a plain table."""
    return next((column.name for column in columns(row) if column.shapes), None)


PLAIN_KINDS: tuple[type, ...] = (str, int, float, bool, dt.date, dt.datetime, StrEnum)
"""What a column may hold beside geometry and tuples of text."""
