"""The ties between households and members."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gridmap.schema import Key, Ref, Row
from gridmap.tables.areas import Accuracy
from gridmap.tables.people import Role


class Basis(StrEnum):
    """Where a pairing comes from."""

    ENGINE = "engine"
    IMPORTED = "imported"
    MANUAL = "manual"


class Pairing(Row):
    """包保: a member looks after a household in a role, from a day to a day."""

    table = "pairing"
    pairing_id: Annotated[str, Key(), Field(max_length=200)]
    household_id: Annotated[str, Ref("household")]
    member_id: Annotated[str, Ref("member")]
    role: Role
    valid_from: dt.date
    valid_to: Annotated[dt.date | None, Field(description="last day; empty while it lasts")] = None
    basis: Basis = Basis.ENGINE
    locked: Annotated[bool, Field(description="the engine must keep it")] = False
    distance_m: Annotated[float, Field(ge=0, description="on foot; empty when a place is uncertain")] | None = None
    reason: Annotated[str, Field(description="why this person: codes with their numbers (gridmap.reasons)")] = ""


class EmptyPlace(Row):
    """A place of a household that the last pairing left empty: why, and the least that would fill it."""

    table = "empty_place"
    empty_place_id: Annotated[str, Key(), Field(max_length=200)]
    household_id: Annotated[str, Ref("household")]
    role: str
    place: Annotated[int, Field(ge=1, description="the household's places are counted from 1")]
    code: Annotated[str, Field(description="none_in_reach, all_full, place_uncertain, ... (gridmap.gaps)")]
    reachable: Annotated[int, Field(ge=0, description="members on duty in reach who have the role")]
    nearest_m: Annotated[float, Field(ge=0, description="way to the member that the remedy is about")] | None = None
    reason: Annotated[str, Field(description="why, in words (Chinese)")]
    reason_en: Annotated[str, Field(description="why, in words (English)")]
    remedy: Annotated[str, Field(description="what would fill it (Chinese)")]
    remedy_en: Annotated[str, Field(description="what would fill it (English)")]


class Mode(StrEnum):
    """How many people look after a household: one, several, or a team of one of each role (1+1+1)."""

    ONE_TO_ONE = "one_to_one"
    SEVERAL_TO_ONE = "several_to_one"
    TEAM = "team"


class PairingRules(BaseModel):
    """What the planner decides before households and members are paired; the `[rules]` of CITY.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    mode: Annotated[Mode, Field(strict=False)] = Mode.ONE_TO_ONE
    helpers: Annotated[int, Field(ge=1, le=10, description="people per household in mode several_to_one")] = 2
    radius_m: Annotated[float, Field(gt=0, le=50_000, description="limit of the way on foot")] = 1500.0
    straight_factor: Annotated[
        float, Field(ge=1, le=3, description="way on foot / straight line, where there is no path network")
    ] = 1.3
    capacity_limit: Annotated[int, Field(ge=1, le=50, description="no member gets more than this")] = 10
    change_penalty_m: Annotated[float, Field(ge=0, description="metres that breaking a pairing must save")] = 10.0
    load_step_m: Annotated[float, Field(ge=0, description="extra metres that a member's second household costs")] = 0.0
    somebody_first: Annotated[
        bool, Field(description="nobody gets a second helper while a reachable household has none")
    ] = True
    pair_from: Annotated[
        Accuracy, Field(strict=False, description="households located worse than this are not paired")
    ] = Accuracy.COMPOUND
    other_grid_penalty_m: Annotated[float, Field(ge=0)] = 0.0
    other_building_penalty_m: Annotated[float, Field(ge=0)] = 0.0
    missing_skill_penalty_m: Annotated[float, Field(ge=0)] = 0.0
    other_gender_penalty_m: Annotated[float, Field(ge=0)] = 0.0
    other_dialect_penalty_m: Annotated[float, Field(ge=0)] = 0.0
