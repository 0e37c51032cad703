"""Imports: upload, decide, look, bring in, undo; and the pages on which an office worker does so."""

import datetime as dt
import re
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import intakes, steps
from api.deps import CityDep
from api.import_cli import facts
from api.once import KeyDep
from api.origin import from_here, same_site
from api.paging import PageDep
from api.routes.pages import LANGUAGES, answer, language_of
from api.tags import SeenDep, tell
from api.uploads import read_limited
from geodata.guards import MOST_BYTES
from geodata.workspace import Workspace
from gridmap import work
from gridmap.audit import Audited
from gridmap.maps.words import Lang
from gridmap.phrases import say
from gridmap.roles import Verb
from gridmap.tables import Import, ImportKind, ImportStatus, LegalBasis, Level
from gridmap.work import silent
from gridmap.work.conditions import made_once, while_seen

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])
page_router = APIRouter(include_in_schema=False)
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}


class Decision(BaseModel):
    """What a person decided; what is absent stays as it was."""

    model_config = ConfigDict(extra="forbid")

    kind: ImportKind | None = None
    level: Level | None = None
    scope: Annotated[str | None, Field(max_length=80, description="add; or all, or community:ID")] = None
    sender: Annotated[str | None, Field(max_length=80)] = None
    points: Annotated[
        str | None, Field(max_length=40, description="what the coordinates are: auto, gcj02, EPSG:4547 swapped, none")
    ] = None
    columns: Annotated[dict[str, str] | None, Field(description="header of the file = our column, empty: not")] = None
    legal_basis: Annotated[
        LegalBasis | Literal[""] | None,
        Field(description="of households that the file states none for, with notice_on and purpose; empty: the city's"),
    ] = None
    notice_on: dt.date | None = None
    purpose: Annotated[str | None, Field(max_length=80)] = None


async def _file(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("application/octet-stream"):
        raise HTTPException(415, say("http.file_bytes"))
    return await read_limited(request, MOST_BYTES)


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace


WorkspaceDep = Annotated[Workspace, Depends(_workspace)]


def _seen(import_id: str, city: CityDep, seen: SeenDep) -> Audited:
    """Return a store that writes only while the import is as it was seen."""
    return while_seen(city.allowed(Verb.BRING_IN), Import, import_id, seen)


StoreDep = Annotated[Audited, Depends(_seen)]


def _told(found: Import, response: Response) -> dict[str, Any]:
    tell(response, found)
    return facts(found)


@router.post("", status_code=201, dependencies=[Depends(from_here)], openapi_extra=FILE_BODY)
def upload(
    city: CityDep,
    workspace: WorkspaceDep,
    data: Annotated[bytes, Depends(_file)],
    name: Annotated[str, Query(min_length=1, max_length=300, description="name of the file")],
    *,
    key: KeyDep,
    response: Response,
    sender: Annotated[str, Query(max_length=80)] = "",
) -> dict[str, Any]:
    """Keep a file, say what it is and how surely, and propose what its columns are; nothing is brought in yet."""

    def make(store: Audited) -> str:
        return intakes.take_in(workspace, store, name, data, sender=sender, actor=steps.actor()).import_id

    made = made_once(city.allowed(Verb.BRING_IN), Import, key.of(name, sender, data), make)
    return _told(work.imported(city.store, made), response)


@router.get("")
def imports(
    city: CityDep, page: PageDep, response: Response, status: ImportStatus | None = None
) -> list[dict[str, Any]]:
    """Return the imports, the newest first; those of one status if asked."""
    shown, headers = page.cut([one for one in work.imported_before(city.store) if status in (None, one.status)])
    response.headers.update(headers)
    return [facts(found) for found in shown]


@router.get("/{import_id}")
def one(import_id: str, city: CityDep, response: Response) -> dict[str, Any]:
    """Return an import with its decisions and its report."""
    return _told(work.imported(city.store, import_id), response)


@router.put("/{import_id}/decision", dependencies=[Depends(same_site)])
def decide(
    import_id: str, decision: Decision, store: StoreDep, workspace: WorkspaceDep, response: Response
) -> dict[str, Any]:
    """Keep what a person decided, and say row by row what the import would do."""
    intakes.decide(store, import_id, decision.model_dump(exclude_none=True))
    return _told(intakes.look(workspace, store, import_id), response)


@router.post("/{import_id}/apply", dependencies=[Depends(same_site)])
def apply(import_id: str, store: StoreDep, workspace: WorkspaceDep, response: Response) -> dict[str, Any]:
    """Bring the file in, in one transaction; asking again changes nothing."""
    done = intakes.bring_in(workspace, store, import_id, actor=steps.actor(), progress=silent)
    return _told(done, response)


@router.post("/{import_id}/undo", dependencies=[Depends(same_site)])
def undo(import_id: str, store: StoreDep, workspace: WorkspaceDep, response: Response) -> dict[str, Any]:
    """Undo the whole import; 409 when rows that it touched have changed since."""
    return _told(intakes.take_back(workspace, store, import_id, actor=steps.actor()), response)


@router.post("/{import_id}/discard", dependencies=[Depends(same_site)])
def discard(import_id: str, store: StoreDep, workspace: WorkspaceDep, response: Response) -> dict[str, Any]:
    """Close an import that shall not be brought in, and remove its file."""
    return _told(intakes.discard(workspace, store, import_id, actor=steps.actor()), response)


@router.get("/{import_id}/sheet", response_class=Response, responses=SHEET)
def sheet(import_id: str, city: CityDep, workspace: WorkspaceDep, lang: Lang = "zh") -> Response:
    """Return the sheet that was sent with the problems of each row beside it; in clear, so it is logged."""
    found = work.imported(city.store, import_id)
    data = intakes.marked(workspace, city.allowed(Verb.BRING_IN), import_id, lang=lang)
    name = quote(f"{found.file.rsplit('.', 1)[0]}-{'问题' if lang == 'zh' else 'problems'}.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(data, media_type=XLSX, headers=headers)


@page_router.get("/imports{ending}")
def history(ending: str, city: CityDep) -> Response:
    """Show the form and the history."""
    lang = language_of(f"imports{ending}", ending)
    files = work.draw_imports(city.picture(), work.imported_before(city.store), lang=lang)
    return answer(next(iter(files.values())), f"imports{ending}")


@page_router.get("/import-{rest}")
def page(rest: str, city: CityDep) -> Response:
    """Show one import."""
    named = re.fullmatch(r"([^.]+)(\.(?:en\.)?html)", rest)
    if not named:
        raise HTTPException(404, say("http.no_import_page", path=f"import-{rest}"))
    found = work.imported(city.store, named[1])
    choices = intakes.choices(city.store, found)
    files = work.draw_import(city.picture(), found, choices, lang=LANGUAGES[named[2]])
    return answer(next(iter(files.values())), f"import-{rest}")
