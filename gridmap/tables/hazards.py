"""Hazard sites and the zones that they endanger."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import AreaGeometry, Key, PointGeometry, Ref, Row


class ThreatLevel(StrEnum):
    """险情等级, gravest first."""

    EXTREME = "extreme"
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


class SiteStatus(StrEnum):
    """Whether a site is in force; only its 销号 record ends it, and then it stays as history."""

    WATCHED = "watched"
    DEREGISTERED = "deregistered"


class HazardSite(Row):
    """隐患点: a landslide, a collapsed septic tank, a street that floods."""

    table = "hazard_site"
    hazard_id: Annotated[str, Key(), Field(max_length=64)]
    name: str
    kind: Annotated[str, Field(description="landslide, rockfall_collapse, ground_collapse, waterlogging, ...")]
    declared_as: Annotated[str | None, Field(description="type in the official list")] = None
    threat_level: Annotated[ThreatLevel | None, Field(description="险情等级 as declared")] = None
    threatened_households: Annotated[int, Field(ge=0)] | None = None
    threatened_people: Annotated[int, Field(ge=0)] | None = None
    status: Annotated[SiteStatus | None, Field(description="without one it is watched")] = None
    deregistered_on: Annotated[dt.date | None, Field(description="销号时间 as declared")] = None
    deregistered_reason: Annotated[str | None, Field(description="销号原因 as declared")] = None
    community_id: Annotated[str, Ref("community")] | None = None
    geometry: PointGeometry | None = None


class DangerZone(Row):
    """危险区: the area that a hazard site endangers."""

    table = "danger_zone"
    zone_id: Annotated[str, Key(), Field(max_length=64)]
    hazard_id: Annotated[str, Ref("hazard_site")]
    estimated: Annotated[bool, Field(description="drawn as a buffer, not surveyed")] = False
    geometry: AreaGeometry
