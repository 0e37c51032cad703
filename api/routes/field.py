"""Field staff: the bundle that a phone takes, the inspections and photos that it brings, and its pages."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from api.deps import CityDep, FilesDep
from api.origin import from_here, same_site
from api.routes.pages import answer
from api.uploads import read_limited
from geodata import assets, photos
from gridmap import work
from gridmap.maps.words import Lang
from gridmap.phrases import say
from gridmap.receiving import MOST_IN_A_BATCH
from gridmap.roles import Verb
from gridmap.tables import HazardSite

router = APIRouter(prefix="/api/v1/field", tags=["field"])
page_router = APIRouter(include_in_schema=False)

MOST_BATCH_BYTES = 2 * 1024 * 1024
BATCH_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["inspections"],
                    "properties": {"inspections": {"type": "array", "maxItems": MOST_IN_A_BATCH, "items": {}}},
                }
            }
        },
    }
}
PHOTO_BODY = {
    "requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
}
PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {"schema": {"type": "string"}}}}}
AreaQuery = Annotated[
    str, Query(description="grid, community, street or district; the whole city without", max_length=64)
]


async def _batch(request: Request) -> list[Any]:
    """Read the items of a batch, whatever each of them is: they are judged one by one."""
    data = await read_limited(request, MOST_BATCH_BYTES)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise HTTPException(422, say("http.no_json")) from None
    items = body.get("inspections") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise HTTPException(422, say("http.no_list"))
    if len(items) > MOST_IN_A_BATCH:
        raise HTTPException(422, say("http.batch", count=len(items), limit=MOST_IN_A_BATCH))
    return items


async def _photo(request: Request) -> bytes:
    return await read_limited(request, photos.MOST_BYTES)


@router.get("/bundle")
def bundle(city: CityDep, area: AreaQuery = "") -> JSONResponse:
    """Return everything a phone needs for an area, with its revision; personal values are masked."""
    return JSONResponse(work.bundle(city.picture(), area), headers={"Cache-Control": "private, no-cache"})


@router.post("/inspections", dependencies=[Depends(same_site)], openapi_extra=BATCH_BODY)
def inspections(city: CityDep, items: Annotated[list[Any], Depends(_batch)]) -> work.Received:
    """Take a batch: each inspection is accepted, known already or refused with reasons. Sending again is harmless."""
    sites = set(city.picture().frames[HazardSite]["hazard_id"])
    return work.receive(city.allowed(Verb.INSPECT), items, sites=sites)


class Asked(BaseModel):
    """Whose helpers are to be called, and why."""

    model_config = ConfigDict(extra="forbid")

    hazard_id: Annotated[str, Field(max_length=64)]
    household_id: Annotated[str, Field(max_length=64)]
    reason: str


@router.post("/calls", dependencies=[Depends(same_site)])
def calls(asked: Asked, city: CityDep) -> list[dict[str, Any]]:
    """Return the people to call for an exposed household in clear; who asked, and why, is logged."""
    return work.reveal_calls(
        city.allowed(Verb.REVEAL),
        city.within(Verb.REVEAL),
        city.picture(),
        asked.hazard_id,
        asked.household_id,
        reason=asked.reason,
    )


@router.put("/photos/{sha256}", dependencies=[Depends(from_here)], openapi_extra=PHOTO_BODY)
def put_photo(sha256: str, files: FilesDep, city: CityDep, data: Annotated[bytes, Depends(_photo)]) -> dict[str, Any]:
    """Keep a photo under the SHA-256 of its bytes; sending again is harmless."""
    facts = photos.keep(files, sha256, data)
    return {**facts, "new": work.keep_photo(city.allowed(Verb.INSPECT), facts)}


@router.get("/photos/{sha256}", response_class=Response, responses=PICTURE)
def get_photo(sha256: str, files: FilesDep, city: CityDep) -> Response:
    """Show a photo as JPEG without what the camera wrote beside it (time, place, device)."""
    known = city.rights is None or work.has_photo(city.store, sha256)
    found = photos.shown(files, sha256) if known else None
    if found is None:
        raise HTTPException(404, say("http.no_photo"))
    return Response(found, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


def _language(request: Request) -> Lang:
    return "en" if request.url.path.endswith(".en.html") else "zh"


LangDep = Annotated[Lang, Depends(_language)]


@page_router.get("/field-worker.js")
def worker() -> Response:
    """Send the service worker from the top, since it may only see pages beside and below itself."""
    return answer((assets.folder() / "js" / "field-worker.js").read_bytes(), "field-worker.js")


@page_router.get("/field.html")
@page_router.get("/field.en.html")
def sites(city: CityDep, lang: LangDep, area: AreaQuery = "") -> Response:
    """Show the sites of an area on a phone: overdue and most dangerous first."""
    return answer(work.draw_sites(city.picture(), area, lang=lang), "field.html")


@page_router.get("/site.html")
@page_router.get("/site.en.html")
def site(city: CityDep, lang: LangDep, site: str, area: AreaQuery = "") -> Response:
    """Show one site: what and where it is, whom to call, and the form."""
    found = work.draw_site(city.picture(), site, area, lang=lang)
    if found is None:
        raise HTTPException(404, say("http.no_site", site=site))
    return answer(found, "site.html")
