"""Figures and lists for programs: the report, coverage by area, gaps as JSON, CSV or GeoJSON."""

import io
from enum import StrEnum
from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.deps import CityDep
from api.paging import Paging, PartDep
from gridmap import extracts
from gridmap.tables import Level
from gridmap.tables.report import Report

router = APIRouter(prefix="/api/v1", tags=["figures"])


class Form(StrEnum):
    """The form of an answer."""

    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"


FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {
        "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        "text/csv": {"schema": {"type": "string"}},
        "application/geo+json": {"schema": {"type": "object"}},
    }}
}  # fmt: skip
FormQuery = Annotated[Form, Query(alias="format")]
CommunityQuery = Annotated[str | None, Query(max_length=64)]


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with days as 2026-11-24: neither form of JSON has days of its own."""
    return rows.assign(**{name: rows[name].dt.strftime("%Y-%m-%d") for name in rows.select_dtypes("datetime")})


def _answer(found: pd.DataFrame, form: Form, name: str, page: Paging) -> Response:
    rows, links = page.cut(_dated(found))
    attachment = links | {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form is Form.GEOJSON:
        shaped = gpd.GeoDataFrame(rows, geometry="geometry" if "geometry" in rows else [None] * len(rows))
        told = shaped.to_json(drop_id=True, ensure_ascii=False, default="{:%Y-%m-%d}".format)
        return Response(told, media_type="application/geo+json", headers=attachment)
    plain = pd.DataFrame(rows.drop(columns="geometry", errors="ignore"))
    if form is Form.CSV:
        text = io.StringIO()
        plain.to_csv(text, index=False)
        # the mark in front makes Excel read Chinese text as UTF-8
        return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=attachment)
    told = plain.to_json(orient="records", date_format="iso", force_ascii=False)
    return Response(told, media_type="application/json", headers=links)


@router.get("/report", responses={200: {"model": Report}})
def report(request: Request) -> dict[str, Any]:
    """Return the report of the last build."""
    found: dict[str, Any] = request.app.state.workspace.read_report()
    return found


@router.get("/coverage", response_class=Response, responses=FORMS)
def coverage(city: CityDep, page: PartDep, level: Level | None = None, form: FormQuery = Form.JSON) -> Response:
    """Return coverage by area: of one level, or of the city and every level."""
    rows = city.picture().coverage.areas
    return _answer(rows if level is None else rows[rows["level"] == level], form, "coverage", page)


@router.get("/gaps", response_class=Response, responses=FORMS)
def gaps(city: CityDep, page: PartDep, form: FormQuery = Form.JSON, community_id: CommunityQuery = None) -> Response:
    """Return the households without a named person, the most urgent first; personal fields are masked."""
    taken = city.picture()
    rows = extracts.extract("gaps", taken.frames, taken.coverage)
    return _answer(rows if community_id is None else rows[rows["community_id"] == community_id], form, "gaps", page)
