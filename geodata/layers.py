"""Read a layer of polygons, lines or points: any driver of pyogrio, and GeoParquet.

Shapes are read as WKB and turned into geometry here, because one broken shape makes a plain read fail for all.
"""

import json
import re
import sqlite3
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from geodata import encodings
from geodata.tables_sql import select_rows
from geodata.targets import (
    SEQUENCE_SUFFIXES,
    TEXT_SUFFIXES,
    UnreadableError,
    inside_zip,
    shape_encoding,
    text_target,
)
from gridmap.phrases import say

_TYPES = {
    pa.int8(): pd.Int64Dtype(), pa.int16(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.Int64Dtype(), pa.uint16(): pd.Int64Dtype(), pa.uint32(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}  # fmt: skip
"""Whole numbers stay whole where some are missing: a 64-bit id as a float loses its last digits."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer as it came: attributes (n rows), shapes (n geometries or None), and what the file says of itself."""

    data: pd.DataFrame
    shapes: np.ndarray
    broken: np.ndarray
    crs: str | None
    driver: str
    layer: str | None
    encoding: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Ask:
    """What to read: a layer, an encoding, a filter, the family of shapes wanted and the columns needed."""

    layer: str | None = None
    encoding: str | None = None
    where: str | None = None
    family: str = "Polygon"
    choose: Callable[[Sequence[str]], Sequence[str]] | None = None
    tags: tuple[str, ...] = ()


def _first_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error)).split("; It might help")[0][:200]


def _pick_layer(target: str | bytes, ask: Ask) -> str | None:
    """Return the layer to read: the named one, the only one, or the only one of the wanted family."""
    layers = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(target)]
    names = [name for name, _ in layers]
    if ask.layer:
        if ask.layer not in names and len(names) > 1:
            raise UnreadableError("layer.unknown", say("layer.unknown", layer=ask.layer, names=names))
        return ask.layer if ask.layer in names else names[0]
    if len(names) == 1:
        # a text made UTF-8 lies in memory under a name that changes with every call
        return names[0] if isinstance(target, str) else None
    fits = [name for name, kind in layers if ask.family in kind and (ask.family == "Point" or "Multi" not in kind
            or ask.family == "Polygon")]  # fmt: skip
    if len(fits) == 1:
        return fits[0]
    if not names:
        raise UnreadableError("layer.none", say("layer.none"))
    raise UnreadableError("layer.several", say("layer.several", names=names))


def layer_names(path: Path) -> list[str | None]:
    """Return the layers of a file; [None] for a format that has only one.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        return [None]
    target: str | bytes = str(path)
    if path.suffix.lower() == ".zip":
        target = inside_zip(path, None)
    elif path.suffix.lower() in TEXT_SUFFIXES:
        target, _ = text_target(path, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [str(name) for name, _ in pyogrio.list_layers(target)]
        except (pyogrio.errors.DataSourceError, RuntimeError) as error:
            raise UnreadableError("file.unreadable", say("file.unreadable", error=_first_line(error))) from error


def _geometry(wkb: np.ndarray, again: Callable[[], np.ndarray]) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return (shapes, which had to be closed or could not be read, whether there were curves)."""
    curved = False
    try:
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    except (NotImplementedError, shapely.errors.ShapelyError):
        curved, wkb = True, again()
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    present = np.array([value is not None for value in wkb], dtype=bool)
    broken = present & shapely.is_missing(shapes)
    if broken.any():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shapes[broken] = shapely.from_wkb(wkb[broken], on_invalid="fix")
    return shapes, broken, curved


_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def tags(text: object) -> dict[str, str]:
    """Return the tags of an `other_tags` cell of the OSM driver."""
    pairs = _HSTORE.findall(text) if isinstance(text, str) else []
    return {key: re.sub(r"\\(.)", r"\1", value) for key, value in pairs}


def _with_tags(data: pd.DataFrame, layer: str | None, wanted: Sequence[str]) -> pd.DataFrame:
    """Add the wanted tags as columns, and `osm_key`: an id that no way shares with a relation."""
    missing = [name for name in wanted if name not in data.columns]
    cells = [tags(text) for text in data["other_tags"]] if missing and "other_tags" in data else []
    found = {name: pd.Series([cell.get(name) for cell in cells], dtype="str") for name in missing if cells}
    kind = {"points": "n", "lines": "w"}.get(layer or "", "r")
    key = kind + data["osm_id"].astype("str") if "osm_id" in data else None
    if key is not None and "osm_way_id" in data:
        key = key.where(data["osm_id"].notna(), "w" + data["osm_way_id"].astype("str"))
    result = data.drop(columns="other_tags", errors="ignore").assign(**found)
    return result if key is None else result.assign(osm_key=key)


def _declared_curves(path: Path, layer: str | None) -> list[tuple[str, str]]:
    """Say which geometry a GeoPackage declares beside plain shapes: curves, Z and M."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
        found = database.execute(
            "SELECT geometry_type_name, z, m FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
    database.close()
    if found and found[0] in {"CIRCULARSTRING", "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE", "CURVE",
                              "SURFACE"}:  # fmt: skip
        return [("geometry.curved", f"declares {found[0]}: arcs were drawn as short straight lines")]
    return []


_ROW_BY_ROW = ("Non closed ring", "Several features with id", "OGR_GEOJSON")
"""Warnings of GDAL about what is reported row by row anyway, or harms nobody."""


def _warned(caught: Sequence[warnings.WarningMessage]) -> list[tuple[str, str]]:
    """Turn what GDAL warned about into notes, each once."""
    texts = dict.fromkeys(str(item.message) for item in caught)
    notes = []
    for text in texts:
        if "Measured (M)" in text:
            notes.append(("geometry.measured", say("geometry.measured")))
        elif not any(known in text for known in _ROW_BY_ROW):
            notes.append(("file.warning", say("file.warning", text=text[:160])))
    return notes


def _read_ogr(path: Path, target: str | bytes, ask: Ask, encoding: str | None) -> Layer:
    layer = _pick_layer(target, ask)
    info = pyogrio.read_info(target, layer=layer, encoding=encoding) if _sparse(target) else None
    columns = None
    if info and ask.choose and not ask.where:
        columns = list(ask.choose([str(name) for name in info["fields"]]))
    how = {"layer": layer, "columns": columns, "where": ask.where, "encoding": encoding}
    if path.suffix.lower() in (".pbf", ".osm"):
        return _read_osm(target, ask, layer)
    meta, table = pyogrio.raw.read_arrow(target, **how)
    name = meta["geometry_name"] or "wkb_geometry"
    notes = []
    if name in table.schema.names:
        wkb = table.column(name).to_numpy()
        shapes, broken, curved = _geometry(wkb, lambda: pyogrio.raw.read(target, **{**how, "columns": []})[2])
        table = table.drop_columns(name)
        notes = [("geometry.curved", say("geometry.curved"))] if curved else []
    else:
        shapes, broken = np.full(table.num_rows, None, dtype=object), np.zeros(table.num_rows, dtype=bool)
    data = table.drop_columns([c for c in table.schema.names if c == meta["fid_column"]]).to_pandas(
        types_mapper=_TYPES.get
    )
    if path.suffix.lower() == ".gpkg" and not notes:
        notes = _declared_curves(path, layer)
    return Layer(data, shapes, broken, meta["crs"], _driver(path, info), layer, encoding or "utf-8", tuple(notes))


def _read_osm(target: str | bytes, ask: Ask, layer: str | None) -> Layer:
    """Read an OpenStreetMap layer feature by feature: GDAL's Arrow stream ends early on an error and says nothing."""
    meta, _, wkb, cells = pyogrio.raw.read(target, layer=layer, where=ask.where)
    data = pd.DataFrame({str(name): pd.Series(column, dtype="str") for name, column in
                         zip(meta["fields"], cells, strict=True)})  # fmt: skip
    shapes, broken, _ = _geometry(wkb, lambda: wkb)
    return Layer(_with_tags(data, layer, ask.tags), shapes, broken, meta["crs"], "OSM", layer, "utf-8")


def _sparse(target: str | bytes) -> bool:
    return isinstance(target, str) and target.lower().endswith((".fgb", ".gpkg", ".shp"))


def _driver(path: Path, info: dict[str, Any] | None) -> str:
    named = {".geojson": "GeoJSON", ".json": "GeoJSON", ".topojson": "TopoJSON", ".kml": "KML", ".kmz": "KML",
             ".gml": "GML", **dict.fromkeys(SEQUENCE_SUFFIXES, "GeoJSONSeq")}  # fmt: skip
    return info["driver"] if info else named.get(path.suffix.lower(), path.suffix.lstrip("."))


def _read_parquet(path: Path, ask: Ask) -> Layer:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError("file.unreadable", say("file.unreadable.parquet", error=_first_line(error))) from error
    meta = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    name = meta.get("primary_column")
    if not name or meta["columns"][name].get("encoding") != "WKB":
        raise UnreadableError("file.not_geo", say("file.not_geo"))
    shapes, broken, _ = _geometry(table.column(name).to_numpy(), lambda: table.column(name).to_numpy())
    crs = meta["columns"][name].get("crs", "OGC:CRS84")
    data = table.drop_columns(name).to_pandas(types_mapper=_TYPES.get)
    if ask.where:
        kept = select_rows(data, ask.where)
        data, shapes, broken = data.iloc[kept].reset_index(drop=True), shapes[kept], broken[kept]
    return Layer(data, shapes, broken, json.dumps(crs) if isinstance(crs, dict) else crs, "Parquet", None, "utf-8")


def read_layer(path: Path, ask: Ask) -> Layer:
    """Read one layer of a file.

    Raises:
        UnreadableError: the file, its layer, its text or the filter cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".geoparquet"):
        return _read_parquet(path, ask)
    notes: list[tuple[str, str]] = []
    encoding, shown = ask.encoding, None
    target: str | bytes = str(path)
    if suffix == ".zip":
        target = inside_zip(path, ask.layer)
    if suffix in TEXT_SUFFIXES:
        target, shown = text_target(path, ask.encoding)
        encoding = None
    elif isinstance(target, str) and target.lower().endswith(".shp"):
        encoding, notes = shape_encoding(path, target, ask.encoding)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = _read_or_explain(path, target, ask, encoding)
    if suffix in SEQUENCE_SUFFIXES:
        _check_sequence(path, ask)
    return Layer(
        found.data, found.shapes, found.broken, found.crs, found.driver, found.layer, shown or found.encoding,
        (*notes, *found.notes, *_warned(caught)),
    )  # fmt: skip


def _check_sequence(path: Path, ask: Ask) -> None:
    """Refuse newline-delimited GeoJSON with a line that is no JSON: GDAL leaves such lines out in silence."""
    text, _ = encodings.decode(path.read_bytes(), ask.encoding)
    for number, line in enumerate(text.splitlines(), start=1):
        if written := line.strip("\x1e \t"):
            try:
                json.loads(written)
            except json.JSONDecodeError as error:
                said = say("geojson.syntax.line", line=number, error=error.msg.lower())
                raise UnreadableError("geojson.syntax", said) from error


def _read_or_explain(path: Path, target: str | bytes, ask: Ask, encoding: str | None) -> Layer:
    try:
        return _read_ogr(path, target, ask, encoding)
    except pyogrio.errors.FeatureError as error:
        if "OSM_USE_CUSTOM_INDEXING" not in str(error):
            raise UnreadableError("file.unreadable", say("file.unreadable", error=_first_line(error))) from error
        return _read_unsorted_osm(path, target, ask, encoding)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, OSError) as error:
        raise UnreadableError("file.unreadable", say("file.unreadable", error=_first_line(error))) from error
    except UnicodeDecodeError as error:
        raise UnreadableError("encoding.wrong", say("encoding.wrong", encoding=encoding or "UTF-8")) from error
    except UnreadableError:
        raise
    except ValueError as error:
        code = "where.invalid" if ask.where else "file.unreadable"
        raise UnreadableError(code, say("file.unreadable", error=_first_line(error))) from error


def _read_unsorted_osm(path: Path, target: str | bytes, ask: Ask, encoding: str | None) -> Layer:
    """Read an OpenStreetMap file whose nodes are not in order, which needs GDAL's slower index."""
    before = pyogrio.get_gdal_config_option("OSM_USE_CUSTOM_INDEXING")
    pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": False})
    try:
        return _read_ogr(path, target, ask, encoding)
    except (pyogrio.errors.FeatureError, RuntimeError) as error:
        raise UnreadableError("file.unreadable", say("file.unreadable", error=_first_line(error))) from error
    finally:
        pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": before})
