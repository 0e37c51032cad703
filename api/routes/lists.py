"""Lists of households, members and areas within somebody's scope, masked: in parts, as a file, as a page."""

from dataclasses import dataclass, fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.asked import Maybe
from api.deps import City, CityDep, FilesDep
from api.paging import PageDep, Paging
from api.routes.pages import answer, language_of
from api.sending import FILES, Wish, WishDep, send
from geodata.sealed_files import SealedFiles
from gridmap.listing import Listed
from gridmap.maps.parts import Slice
from gridmap.roles import Verb
from gridmap.tables import CareLevel, HouseholdStatus, Level, MemberStatus, Role
from gridmap.work import listing

router = APIRouter(prefix="/api/v1", tags=["lists"])
page_router = APIRouter(include_in_schema=False)
Area = Maybe[Annotated[str, Field(max_length=64)]]
COLUMNS = {"named": "with_named_person", "gaps": "with_gaps", "role": "roles"}
"""The filters whose column has another name."""


class Filter:
    """What a list is narrowed by; what is empty does not restrict."""

    def wanted(self) -> dict[str, Any]:
        """Return column -> value."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]  # each is one
        return {COLUMNS.get(name, name): value for name, value in given.items() if value is not None}


@dataclass
class Households(Filter):
    """Which households."""

    community_id: Area = None
    grid_id: Area = None
    care_level: Maybe[CareLevel] = None
    status: Maybe[HouseholdStatus] = None
    named: Annotated[Maybe[bool], Query(description="whether a named person looks after them")] = None
    lawful: Annotated[Maybe[bool], Query(description="whether they are kept on a whole legal ground")] = None


@dataclass
class Members(Filter):
    """Which members."""

    community_id: Area = None
    grid_id: Area = None
    role: Maybe[Role] = None
    status: Maybe[MemberStatus] = None


@dataclass
class Areas(Filter):
    """Which areas."""

    level: Maybe[Level] = None
    gaps: Annotated[Maybe[bool], Query(description="whether households there have no named person")] = None


HouseholdsDep = Annotated[Households, Depends()]
MembersDep = Annotated[Members, Depends()]
AreasDep = Annotated[Areas, Depends()]


def _part(city: City, listed: Listed, asked: Filter, page: Paging) -> Response:
    taken = city.picture()
    facts, links = page.cut(listing.facts_of_list(taken, listed, asked.wanted()))
    rows = listing.rows_of_list(taken, listed, facts).drop(columns="geometry")
    text = rows.to_json(orient="records", date_format="iso", force_ascii=False)
    return Response(text, media_type="application/json", headers=links)


def _file(city: City, files: SealedFiles, listed: Listed, asked: Filter, wish: Wish) -> Response:
    rows = listing.export_list(
        city.allowed(Verb.OVERVIEW), city.picture(), listed, asked.wanted(), form=wish.form, purpose=wish.purpose
    )
    return send(files, rows if wish.form == "geojson" else rows.drop(columns="geometry"), wish.form, listed)


@router.get("/households")
def households(city: CityDep, asked: HouseholdsDep, page: PageDep) -> Response:
    """Return households, those without a named person first, masked."""
    return _part(city, Listed.HOUSEHOLDS, asked, page)


@router.get("/members")
def members(city: CityDep, asked: MembersDep, page: PageDep) -> Response:
    """Return members with the number of households that they hold, masked."""
    return _part(city, Listed.MEMBERS, asked, page)


@router.get("/areas")
def areas(city: CityDep, asked: AreasDep, page: PageDep) -> Response:
    """Return areas with their coverage, the city first."""
    return _part(city, Listed.AREAS, asked, page)


@router.get("/households/export", response_class=Response, responses=FILES)
def households_file(city: CityDep, files: FilesDep, asked: HouseholdsDep, wish: WishDep) -> Response:
    """Return all households that are asked for as a file, masked; that is written into the audit log."""
    return _file(city, files, Listed.HOUSEHOLDS, asked, wish)


@router.get("/members/export", response_class=Response, responses=FILES)
def members_file(city: CityDep, files: FilesDep, asked: MembersDep, wish: WishDep) -> Response:
    """Return all members that are asked for as a file, masked; that is written into the audit log."""
    return _file(city, files, Listed.MEMBERS, asked, wish)


@router.get("/areas/export", response_class=Response, responses=FILES)
def areas_file(city: CityDep, files: FilesDep, asked: AreasDep, wish: WishDep) -> Response:
    """Return all areas that are asked for as a file; that is written into the audit log."""
    return _file(city, files, Listed.AREAS, asked, wish)


@page_router.get("/households{ending}")
def households_page(ending: str, request: Request, city: CityDep, asked: HouseholdsDep, page: PageDep) -> Response:
    """Show households."""
    return _page(city, Listed.HOUSEHOLDS, asked, page, request, ending)


@page_router.get("/members{ending}")
def members_page(ending: str, request: Request, city: CityDep, asked: MembersDep, page: PageDep) -> Response:
    """Show members."""
    return _page(city, Listed.MEMBERS, asked, page, request, ending)


@page_router.get("/areas{ending}")
def areas_page(ending: str, request: Request, city: CityDep, asked: AreasDep, page: PageDep) -> Response:
    """Show areas."""
    return _page(city, Listed.AREAS, asked, page, request, ending)


def _page(city: City, listed: Listed, asked: Filter, page: Paging, request: Request, ending: str) -> Response:
    lang = language_of(f"{listed}{ending}", ending)
    taken = city.picture()
    found = listing.facts_of_list(taken, listed, asked.wanted())
    rows, _ = page.cut(found)
    names = [one.name for one in fields(asked)]  # type: ignore[arg-type]  # each filter is a dataclass
    part = Slice(len(found), page.offset, page.limit or len(found), {
        name: request.query_params.get(name, "") for name in names
    })  # fmt: skip
    return answer(listing.draw_list(taken, listed, rows, part, lang=lang), f"{listed}{ending}")
