"""Judge a batch of inspections from a phone: each is accepted, known already, or refused with its reasons.

Pure: what is stored comes in as a frame, what is to be added goes out as one. The order of the batch does not matter,
and a batch that comes again adds nothing.
"""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

import pandas as pd
import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gridmap import frames
from gridmap.errors import FrameError
from gridmap.phrases import refusal, say, told
from gridmap.tables import Inspection, Sign, SiteState

CLOCK_AHEAD = dt.timedelta(hours=1)
"""A phone's clock may run ahead by so much; what lies farther in the future would hide every later inspection."""

MOST_IN_A_BATCH = 200

Status = Literal["accepted", "known", "refused"]


class _Sent(BaseModel):
    """A part of what a phone sends: no unknown names, finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Measure(_Sent):
    """A measured value with its unit."""

    value: float
    unit: Annotated[str, Field(max_length=20)] = ""


class Position(_Sent):
    """Where the phone was; a position is worth nothing without its accuracy."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)]


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class SentInspection(_Sent):
    """An inspection as a phone sends it."""

    inspection_id: UUID
    hazard_id: Annotated[str, Field(min_length=1, max_length=64)]
    state: SiteState
    signs: Annotated[tuple[Sign, ...], Field(max_length=20)] = ()
    measures: Annotated[dict[Annotated[str, Field(min_length=1, max_length=40)], Measure], Field(max_length=20)] = {}
    note: Annotated[str | None, Field(max_length=2000)] = None
    photos: Annotated[tuple[Sha256, ...], Field(max_length=10)] = ()
    observed_at: dt.datetime
    position: Position | None = None
    base_inspection_id: UUID | None = None
    made_by: Annotated[str, Field(min_length=1, max_length=40)]

    def as_row(self, received_at: dt.datetime) -> dict[str, Any]:
        """Return the columns of an Inspection."""
        where = self.position
        measures = {name: measure.model_dump() for name, measure in sorted(self.measures.items())}
        return {
            "inspection_id": str(self.inspection_id),
            "hazard_id": self.hazard_id,
            "state": self.state,
            "signs": tuple(dict.fromkeys(self.signs)),
            "measures": json.dumps(measures, ensure_ascii=False),
            "note": self.note,
            "photos": self.photos,
            "observed_at": self.observed_at,
            "received_at": received_at,
            "base_inspection_id": None if self.base_inspection_id is None else str(self.base_inspection_id),
            "made_by": self.made_by,
            "accuracy_m": None if where is None else where.accuracy_m,
            "geometry": None if where is None else shapely.Point(where.lon, where.lat),
        }


@dataclass(frozen=True)
class Reason:
    """Why an inspection was refused; the messages say what to do and hold no personal value."""

    field: str
    code: str
    message: str
    message_zh: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message_zh", self.message_zh or told(self.message, "zh"))


@dataclass(frozen=True)
class Receipt:
    """What became of one inspection: the phone may drop it unless it was refused."""

    inspection_id: str | None
    status: Status
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Judged:
    """The receipts of a batch in its order, and the rows that it adds."""

    receipts: tuple[Receipt, ...]
    added: pd.DataFrame = field(default_factory=lambda: frames.empty(Inspection))


def _reasons(error: ValidationError) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            ".".join(map(str, found["loc"])), f"inspection.{found['type']}", say("inspection.form", said=refusal(found))
        )
        for found in error.errors(include_url=False, include_input=False)
    )


def _doubts(sent: SentInspection, sites: Collection[str], now: dt.datetime) -> tuple[Reason, ...]:
    """Return what is wrong with an inspection that has the right form."""
    found = []
    if sent.hazard_id not in sites:
        said = say("site.unknown")
        found.append(Reason("hazard_id", "site.unknown", said))
    if sent.observed_at.tzinfo is None:
        found.append(Reason("observed_at", "time.zone", say("time.zone")))
    elif sent.observed_at > now + CLOCK_AHEAD:
        found.append(Reason("observed_at", "time.ahead", say("time.ahead")))
    if sent.base_inspection_id == sent.inspection_id:
        found.append(Reason("base_inspection_id", "base.itself", say("base.itself")))
    return tuple(found)


def _unfit(row: dict[str, Any]) -> tuple[Reason, ...]:
    """Return what no store could keep, a NUL or half a character for one, so that it cannot stop the whole batch."""
    try:
        frames.check(pd.DataFrame([row]), Inspection)
    except FrameError as error:
        return tuple(Reason(str(found.column), found.code, found.message, found.message_zh) for found in error.problems)
    return ()


def _id_of(item: object) -> str | None:
    value = item.get("inspection_id") if isinstance(item, dict) else None
    return value[:64] if isinstance(value, str) else None


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two rows say the same but for the time of arrival."""
    kept = [name for name in Inspection.model_fields if name != "received_at"]
    two = frames.conform(pd.DataFrame([one, other])[[*kept, "received_at"]], Inspection)
    left, right = two.iloc[[0]].reset_index(drop=True), two.iloc[[1]].reset_index(drop=True)
    left["received_at"] = right["received_at"]
    return frames.compare(left, right, Inspection).unchanged == 1


def judge(items: Sequence[object], sites: Collection[str], stored: pd.DataFrame, now: dt.datetime) -> Judged:
    """Judge each item of a batch against the sites that exist and the inspections that are stored.

    An id that is taken by other content is refused: nothing is overwritten.
    """
    rows: dict[str, dict[str, Any]] = {row["inspection_id"]: row for row in stored.to_dict("records")}
    receipts: list[Receipt] = []
    added = []
    for item in items:
        try:
            sent = SentInspection.model_validate(item)
        except ValidationError as error:
            receipts.append(Receipt(_id_of(item), "refused", _reasons(error)))
            continue
        row, key = sent.as_row(now), str(sent.inspection_id)
        if key in rows:
            receipts.append(_again(key, same=_same(rows[key], row)))
        elif doubts := _doubts(sent, sites, now) or _unfit(row):
            receipts.append(Receipt(key, "refused", doubts))
        else:
            rows[key] = row
            added.append(row)
            receipts.append(Receipt(key, "accepted"))
    return Judged(
        tuple(receipts), frames.conform(pd.DataFrame(added), Inspection) if added else frames.empty(Inspection)
    )


def _again(key: str, *, same: bool) -> Receipt:
    if same:
        return Receipt(key, "known")
    said = say("id.taken")
    return Receipt(key, "refused", (Reason("inspection_id", "id.taken", said),))
