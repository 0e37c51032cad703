"""Figures and lists for programs: the report, coverage by area, gaps; whoever takes a file of them says what for."""

from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.asked import Maybe
from api.deps import City, CityDep, FilesDep
from api.paging import Paging, PartDep
from api.sending import FILES, Purpose, WishDep, send
from gridmap.roles import Verb
from gridmap.tables import Level
from gridmap.tables.report import Report
from gridmap.work import listing

router = APIRouter(prefix="/api/v1", tags=["figures"])


ROWS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}
}
LevelQuery = Annotated[Maybe[Level], Query(description="of one level; without, of the city and every level")]
CommunityQuery = Annotated[Maybe[str], Query(max_length=64)]


def _part(found: pd.DataFrame, page: Paging) -> Response:
    rows, links = page.cut(found)
    plain = pd.DataFrame(rows.drop(columns="geometry", errors="ignore"))
    # neither form of JSON has days of its own
    dated = plain.assign(**{name: plain[name].dt.strftime("%Y-%m-%d") for name in plain.select_dtypes("datetime")})
    told = dated.to_json(orient="records", date_format="iso", force_ascii=False)
    return Response(told, media_type="application/json", headers=links)


def _coverage(city: City, level: Level | None) -> pd.DataFrame:
    rows = city.picture().coverage.areas
    return rows if level is None else rows[rows["level"] == level]


def _gaps(city: City, community_id: str | None) -> pd.DataFrame:
    rows = listing.table_of(city.picture(), "gaps")
    return rows if community_id is None else rows[rows["community_id"] == community_id]


@router.get("/report", responses={200: {"model": Report}})
def report(request: Request) -> dict[str, Any]:
    """Return the report of the last build."""
    found: dict[str, Any] = request.app.state.workspace.read_report()
    return found


@router.get("/coverage", response_class=Response, responses=ROWS)
def coverage(city: CityDep, page: PartDep, level: LevelQuery = None) -> Response:
    """Return coverage by area: of one level, or of the city and every level."""
    return _part(_coverage(city, level), page)


@router.get("/coverage/export", response_class=Response, responses=FILES)
def coverage_file(
    city: CityDep, files: FilesDep, purpose: Purpose, form: Annotated[Literal["csv"], Query(alias="format")] = "csv",
    level: LevelQuery = None,
) -> Response:  # fmt: skip
    """Return coverage by area as a file; that is written into the audit log. Areas with their shapes: areas/export."""
    rows, asked = _coverage(city, level), {"level": level, "form": form}
    listing.record_export(city.allowed(Verb.FIGURES), city.picture(), "coverage", len(rows), asked, purpose=purpose)
    return send(files, rows, form, "coverage")


@router.get("/gaps", response_class=Response, responses=ROWS)
def gaps(city: CityDep, page: PartDep, community_id: CommunityQuery = None) -> Response:
    """Return the households without a named person, the most urgent first; personal fields are masked."""
    return _part(_gaps(city, community_id), page)


@router.get("/gaps/export", response_class=Response, responses=FILES)
def gaps_file(city: CityDep, files: FilesDep, wish: WishDep, community_id: CommunityQuery = None) -> Response:
    """Return the households without a named person as a file, masked; that is written into the audit log."""
    rows, asked = _gaps(city, community_id), {"community_id": community_id, "form": wish.form}
    store = city.allowed(Verb.OVERVIEW)
    listing.record_export(store, city.picture(), "gaps", len(rows), asked, purpose=wish.purpose)
    return send(files, rows if wish.form == "geojson" else rows.drop(columns="geometry"), wish.form, "gaps")
