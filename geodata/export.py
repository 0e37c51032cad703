"""Write a frame for other programs: CSV and XLSX that spreadsheets open rightly, GeoJSON and GeoPackage for maps.

CSV is UTF-8 with a mark, so that Excel shows Chinese; lists are joined by 、; dates are 2024-05-01. Ids and telephone
numbers stay text in XLSX. GeoJSON follows RFC 7946: longitude and latitude, seven decimals, rings anticlockwise. A text
that a spreadsheet would run as a formula gets an apostrophe in front.
"""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import shapely
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from gridmap.phrases import say
from gridmap.schema import STORAGE_CRS

Form = Literal["csv", "xlsx", "geojson", "gpkg"]
FORMS: tuple[Form, ...] = ("csv", "xlsx", "geojson", "gpkg")

_DECIMALS = 7
"""Of a degree: about a centimetre."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _plain(value: object) -> Any:  # noqa: ANN401  JSON and spreadsheet cells have no common type
    """Return a cell as text, number, truth value or None."""
    if isinstance(value, tuple | list):
        return "、".join(str(item) for item in value)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) and value.tzinfo is None else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def _is_signed_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def harmless(value: object) -> object:
    """Keep a spreadsheet from running a text as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _is_signed_number(value):
        return f"'{value}"
    return value


def _shape_column(frame: pd.DataFrame) -> str | None:
    return str(frame.geometry.name) if isinstance(frame, gpd.GeoDataFrame) else None


def _degrees(frame: gpd.GeoDataFrame) -> np.ndarray:
    stored = frame.geometry if frame.crs is None else frame.geometry.to_crs(STORAGE_CRS)
    return stored.to_numpy()


def _cells(frame: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    """Return (headers, rows); a point becomes lon and lat, another shape is left to the map formats."""
    shape = _shape_column(frame)
    names = [str(name) for name in frame.columns if name != shape]
    columns = [[_plain(value) for value in frame[name].astype(object)] for name in names]
    if shape:
        shapes = _degrees(frame)
        if np.isin(shapely.get_type_id(shapes), (-1, 0)).all():
            names += ["lon", "lat"]
            columns += [
                [None if np.isnan(value) else round(float(value), _DECIMALS) for value in get(shapes)]
                for get in (shapely.get_x, shapely.get_y)
            ]
    return names, [list(row) for row in zip(*columns, strict=True)]


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    names, rows = _cells(frame)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([harmless(value) for value in row] for row in rows)


def _write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    names, rows = _cells(frame)
    book = openpyxl.Workbook(write_only=True)
    # a fixed moment, so that the same rows give the same file
    book.properties.created = book.properties.modified = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
    sheet = book.create_sheet("gridmap")
    sheet.freeze_panes = "A2"
    for at, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = max(10, min(40, 2 * len(name)))
    sheet.append(names)
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in row])
    book.save(path)


def _text_cell(sheet: Any, value: Any) -> Any:  # noqa: ANN401  openpyxl has no types
    """Return a cell that stays text where the value is text, whatever it looks like."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    shape = _shape_column(frame)
    names = [str(name) for name in frame.columns if name != shape]
    shapes = _degrees(frame)
    shapes = shapely.set_precision(shapes, 10.0**-_DECIMALS, mode="pointwise")
    texts = shapely.to_geojson(shapely.orient_polygons(shapes))
    columns = [[_plain(value) for value in frame[name].astype(object)] for name in names]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        for at, (text, *values) in enumerate(zip(texts, *columns, strict=True)):
            properties = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
            comma = ",\n" if at else ""
            file.write(f'{comma}{{"type":"Feature","properties":{properties},"geometry":{text or "null"}}}')
        file.write("\n]}\n")


def _write_gpkg(frame: gpd.GeoDataFrame, path: Path) -> None:
    shape = _shape_column(frame)
    flat = pd.DataFrame({str(name): _flat(frame[name]) for name in frame.columns if name != shape}, index=frame.index)
    path.unlink(missing_ok=True)
    stored = gpd.GeoDataFrame(flat, geometry=gpd.GeoSeries(_degrees(frame), crs=STORAGE_CRS, index=frame.index))
    pyogrio.write_dataframe(stored, path, driver="GPKG", layer=path.stem)


def _flat(values: pd.Series) -> pd.Series:
    """Join lists, which a GeoPackage column cannot hold."""
    if values.dtype == object:
        return values.map(_plain).astype("str")
    return values


def write_table(frame: pd.DataFrame, path: Path, form: Form) -> None:
    """Write a frame to a file; map forms want a GeoDataFrame.

    Raises:
        ValueError: the form is unknown, or a map form is asked for rows without shapes.
    """
    if form not in FORMS:
        raise ValueError(say("export.form", form=form, forms=list(FORMS)))
    if form == "csv":
        _write_csv(frame, path)
    elif form == "xlsx":
        _write_xlsx(frame, path)
    elif not isinstance(frame, gpd.GeoDataFrame):
        raise ValueError(say("export.no_shapes", form=form))
    elif form == "geojson":
        _write_geojson(frame, path)
    else:
        _write_gpkg(frame, path)
