"""What the workspace knows about itself: revisions and settings."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gridmap.schema import Key, Row
from gridmap.tables.areas import Level
from gridmap.tables.inspections import PatrolRules
from gridmap.tables.pairings import PairingRules
from gridmap.tables.people import Lawfulness


class Revision(Row):
    """One committed change of the workspace."""

    table = "revision"
    revision: Annotated[int, Key(), Field(ge=1)]
    step: Annotated[str, Field(description="load, locate, pair, build, ...")]
    made_at: dt.datetime


class DataKey(Row):
    """The key of the sealed columns, itself sealed with the envelope key that is kept outside the database."""

    table = "data_key"
    number: Annotated[int, Key(), Field(ge=1, description="stands before each value that was sealed with it")]
    wrapped: Annotated[str, Field(description="fingerprint of the envelope key, sealed key")]
    made_at: dt.datetime


class Retry(Row):
    """What was made for a request that named a key of its own; kept for a day, so that asking again makes nothing."""

    table = "retry"
    mark: Annotated[str, Key(), Field(max_length=64, description="of the key, who used it and for which route")]
    digest: Annotated[str, Field(max_length=64, description="of what was asked for")]
    subject: Annotated[str, Field(description="key of the row that was made")]
    made_at: dt.datetime


class Setting(Row):
    """A fact about the workspace that later steps need; `city` holds the CityFacts."""

    table = "setting"
    name: Annotated[str, Key()]
    value: Annotated[str, Field(description="JSON")]


class CityFacts(BaseModel):
    """What later steps need to know of a city beside its frames; kept as the setting `city`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    invented: bool = False
    demo: Annotated[bool, Field(description="a demonstration that may be thrown away; pages say so")] = False
    attribution: str | None = None
    review_no: Annotated[str | None, Field(description="审图号")] = None
    addresses: Annotated[str, Field(description="chinese or western")] = "chinese"
    metric_crs: Annotated[str, Field(description="projected coordinate system in which metres are measured")]
    hierarchy: tuple[Level, ...] = ()
    day: Annotated[dt.date | None, Field(description="fixed day of an invented city; today without")] = None
    rules: PairingRules = PairingRules()
    patrol: PatrolRules = PatrolRules()
    lawful: Annotated[Lawfulness | None, Field(description="of households that state no ground")] = None
