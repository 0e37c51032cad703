"""What field staff bring home: inspections of hazard sites, their photos, and who watches a site."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from gridmap.phrases import say
from gridmap.schema import Key, Personal, Plain, PointGeometry, Ref, Row


class SiteState(StrEnum):
    """What an inspection found, gravest first."""

    DANGER = "danger"
    CHANGE = "change"
    STABLE = "stable"


class Sign(StrEnum):
    """What was seen at a site (巡查记录: 裂缝, 鼓胀, 水变浑, 倾斜, 异响, ...)."""

    NEW_CRACK = "new_crack"
    WIDER_CRACK = "wider_crack"
    BULGE = "bulge"
    TURBID_WATER = "turbid_water"
    TILTED_WALL = "tilted_wall"
    NOISE = "noise"
    FALLING_STONES = "falling_stones"
    SUNKEN_GROUND = "sunken_ground"
    STANDING_WATER = "standing_water"


class Inspection(Row):
    """巡查记录: one look at a hazard site, never changed afterwards.

    The site is named without a reference: when the sources no longer bring it, its inspections stay.
    """

    table = "inspection"
    inspection_id: Annotated[str, Key(), Field(max_length=36, description="UUID made on the phone")]
    hazard_id: Annotated[str, Plain(), Field(max_length=64)]
    state: SiteState
    signs: tuple[Sign, ...] = ()
    measures: Annotated[str, Field(description='JSON: {"name": {"value": 3.2, "unit": "mm"}}')] = "{}"
    note: Annotated[str | None, Personal("note"), Field(max_length=2000)] = None
    photos: Annotated[tuple[str, ...], Field(description="SHA-256 of each photo, hexadecimal")] = ()
    observed_at: Annotated[dt.datetime, Field(description="by the clock of the phone")]
    received_at: Annotated[dt.datetime, Field(description="by the clock of the server, at the first arrival")]
    base_inspection_id: Annotated[
        str | None, Field(max_length=36, description="the last inspection of the site that the phone knew")
    ] = None
    made_by: Annotated[str, Personal("name"), Field(max_length=40)]
    accuracy_m: Annotated[float, Field(ge=0, description="of the position; empty without one")] | None = None
    geometry: PointGeometry | None = None


class Photo(Row):
    """A photo of an inspection; its bytes are a file named by `photo_id` in the folder photos of the workspace."""

    table = "photo"
    photo_id: Annotated[str, Key(), Field(max_length=64, description="SHA-256 of the bytes, hexadecimal")]
    mime: Annotated[str, Field(description="image/jpeg, image/png or image/webp, found in the bytes")]
    size_bytes: Annotated[int, Field(ge=1)]
    width_px: Annotated[int, Field(ge=1)]
    height_px: Annotated[int, Field(ge=1)]
    received_at: dt.datetime


class Monitor(Row):
    """监测人: a person who watches a hazard site by the official ledger, which has room for six."""

    table = "monitor"
    monitor_id: Annotated[str, Key(), Field(max_length=80, description="site and place in the ledger: H1:2")]
    hazard_id: Annotated[str, Ref("hazard_site")]
    place: Annotated[int, Field(ge=1, le=6, description="1 is asked first")]
    name: Annotated[str | None, Personal("name")] = None
    phone: Annotated[str | None, Personal("phone")] = None


class WarningLevel(StrEnum):
    """Published weather-risk warnings, gravest first."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


def _zoned(moment: dt.datetime, info: ValidationInfo) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError(say("warning.zone", name=info.field_name))
    return moment


Zoned = Annotated[dt.datetime, AfterValidator(_zoned)]


class PublishedWarning(BaseModel):
    """A warning that the authorities have published; Gridmap records it and issues none."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    level: Annotated[WarningLevel, Field(strict=False, description="blue changes no due date")]
    starts: Annotated[Zoned, Field(strict=False, description="it begins to hold; with a time zone")]
    ends: Annotated[Zoned | None, Field(strict=False, description="it is lifted; open without")] = None
    source: Annotated[str | None, Field(description="who published it: shown as 依据××发布")] = None
    areas: Annotated[
        tuple[str, ...],
        Field(strict=False, description="ids of districts, streets, communities or grids; the whole city without"),
    ] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "PublishedWarning":
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(say("warning.backwards"))
        return self


class PatrolRules(BaseModel):
    """How often a hazard site is looked at (domain notes, section 7); the `[patrol]` of CITY.toml.

    The hours of a continuous patrol are a default of ours: no source gives a number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dry_days: Annotated[int, Field(ge=1, le=366, description="days between inspections in the dry season")] = 30
    flood_days: Annotated[int, Field(ge=1, le=366, description="days between inspections in the flood season")] = 7
    flood_from_month: Annotated[int, Field(ge=1, le=12, description="first month of the flood season")] = 5
    flood_to_month: Annotated[int, Field(ge=1, le=12, description="last month of the flood season")] = 9
    warning_hours: Annotated[
        int, Field(ge=1, le=168, description="hours between inspections under a yellow warning")
    ] = 24
    continuous_hours: Annotated[
        int, Field(ge=1, le=24, description="hours between inspections under an orange or red warning")
    ] = 1
    warnings: Annotated[
        tuple[PublishedWarning, ...],
        Field(strict=False, description="published, each a `[[patrol.warnings]]`"),
    ] = ()
    far_m: Annotated[float, Field(gt=0, description="a position farther from its site is flagged")] = 100.0

    @model_validator(mode="after")
    def _in_order(self) -> "PatrolRules":
        if self.flood_from_month > self.flood_to_month:
            raise ValueError(say("season.backwards"))
        return self
