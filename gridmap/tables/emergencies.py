"""应急状态: for a set time the helpers of an area see the names and doors in it; two people open it, one reviews it."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Plain, Row
from gridmap.tables.areas import Level

Account = Annotated[str, Plain(), Field(max_length=80)]


class EmergencyState(StrEnum):
    """How far an emergency is."""

    ASKED = "asked"
    LAPSED = "lapsed"
    ACTIVE = "active"
    OVER = "over"
    REVIEWED = "reviewed"


class Emergency(Row):
    """应急状态 of an area. Never removed; what state it is in follows from its times."""

    table = "emergency"
    emergency_id: Annotated[str, Key(), Field(max_length=16)]
    level: Level
    area_id: Annotated[str, Plain(), Field(max_length=64)]
    reason: Annotated[str, Field(max_length=200)]
    hours: Annotated[int, Field(ge=1, le=72, description="how long it lasts once it is confirmed")]
    asked_by: Account
    asked_at: dt.datetime
    confirmed_by: Annotated[Account | None, Field(description="somebody else than who asked")] = None
    confirmed_at: dt.datetime | None = None
    until_at: Annotated[dt.datetime | None, Field(description="ends by itself")] = None
    ended_by: Account | None = None
    ended_at: Annotated[dt.datetime | None, Field(description="ended before that")] = None
    reviewed_by: Account | None = None
    reviewed_at: dt.datetime | None = None
    review: Annotated[str | None, Field(max_length=200, description="what was seen in clear, and whether rightly")] = (
        None
    )
