"""The audit log for its reader: lines, whether it is whole, an export; and the page."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.asked import Maybe
from api.deps import CityDep, FilesDep
from api.paging import PageDep, Paging
from api.rights import pages_of
from api.routes.pages import answer, language_of
from api.sending import Purpose, send
from gridmap import work
from gridmap.maps.offices import Lines
from gridmap.maps.parts import Slice
from gridmap.phrases import told
from gridmap.roles import Verb
from gridmap.tables import ROWS, AuditAction
from gridmap.work import AuditQuery, offices

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
page_router = APIRouter(include_in_schema=False)
Word = Maybe[Annotated[str, Field(max_length=80)]]
Text = Annotated[str, Field(max_length=64)]
Day = Annotated[Maybe[dt.date], Query(description="a day by the clock of the service")]
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
FILTERS = ("actor", "action", "noun", "from", "to", "text")


def _begin_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()).astimezone()


@dataclass
class Asked:
    """Which lines are asked for; what is empty does not restrict."""

    actor: Word = None
    action: Annotated[Maybe[AuditAction], Query()] = None
    noun: Word = None
    first: Annotated[Day, Query(alias="from")] = None
    last: Annotated[Day, Query(alias="to")] = None
    text: Annotated[Maybe[Text], Query(description="part of the key of a row")] = None

    def query(self) -> AuditQuery:
        """Return what the log is asked."""
        return AuditQuery(
            actors=[self.actor] if self.actor else (),
            actions=[self.action] if self.action else (),
            nouns=[self.noun] if self.noun else (),
            first=_begin_of(self.first) if self.first else None,
            before=_begin_of(self.last + dt.timedelta(days=1)) if self.last else None,
            text=self.text or "",
        )


AskedDep = Annotated[Asked, Depends()]


def _newest(city: CityDep, asked: Asked) -> pd.DataFrame:
    return work.audit_log(city.allowed(Verb.AUDIT), asked.query()).iloc[::-1]


@router.get("")
def lines(city: CityDep, asked: AskedDep, page: PageDep) -> Response:
    """Return lines of the log, the newest first; what is personal stands in them as a mark."""
    rows, links = page.cut(_newest(city, asked))
    text = rows.to_json(orient="records", date_format="iso", force_ascii=False)
    return Response(text, media_type="application/json", headers=links)


@router.get("/verification")
def verification(city: CityDep) -> dict[str, Any]:
    """Return whether the log is as it was written, and its last line, to be noted down elsewhere."""
    found = work.verify_audit(city.allowed(Verb.AUDIT))
    faults = [
        {"number": fault.number, "message": told(fault.message, "en"), "message_zh": told(fault.message, "zh")}
        for fault in found.faults
    ]
    return {
        "whole": not faults,
        "entries": found.entries,
        "number": found.number,
        "digest": found.digest,
        "faults": faults,
    }


@router.get("/export", response_class=Response, responses=CSV)
def export(
    city: CityDep,
    files: FilesDep,
    asked: AskedDep,
    purpose: Purpose,
) -> Response:
    """Return the lines that are asked for as CSV, the oldest first; that is written into the log."""
    rows = work.export_audit(city.allowed(Verb.AUDIT), asked.query(), form="csv", reason=purpose)
    return send(files, rows, "csv", "audit")


@page_router.get("/audit{ending}")
def page(
    ending: str, request: Request, city: CityDep, asked: AskedDep, page: PageDep, *,
    verify: Annotated[bool, Query(description="look at every line whether it is as it was written")] = False,
) -> Response:  # fmt: skip
    """Show the log; whether it is whole only when that is asked for, since every line is looked at."""
    lang = language_of(f"audit{ending}", ending)
    drawn = offices.draw_audit(
        city.allowed(Verb.AUDIT), _shown(city, request, _newest(city, asked), page, verify=verify),
        opens=None if city.rights is None else pages_of(city.rights), lang=lang,
    )  # fmt: skip
    return answer(drawn, f"audit{ending}")


def _shown(city: CityDep, request: Request, found: pd.DataFrame, page: Paging, *, verify: bool) -> Lines:
    rows, _ = page.cut(found)
    whole = (work.verify_audit if verify else work.audit_end)(city.allowed(Verb.AUDIT))
    return Lines(
        verified=verify,
        rows=rows,
        part=Slice(len(found), page.offset, page.limit or len(found), {
            name: request.query_params.get(name, "") for name in FILTERS
        }),
        nouns=sorted(row.table for row in ROWS),
        entries=whole.entries,
        last=f"{whole.number}:{whole.digest}",
        faults=[
            (fault.number, {"zh": told(fault.message, "zh"), "en": told(fault.message, "en")}) for fault in whole.faults
        ],
    )  # fmt: skip
