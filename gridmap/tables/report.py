"""The report of a build, DIR/report.json: names that other tools may rely on (docs/report.md)."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ReportPart(BaseModel):
    """A part of the report: no unknown names, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HouseholdCounts(ReportPart):
    """Households by what is known of their place."""

    total: Annotated[int, Field(description="households with status present")]
    located: Annotated[int, Field(description="of these, found at all (accuracy other than none)")]
    by_accuracy: Annotated[dict[str, int], Field(description="count by room, building, point, compound, ...")]


class MemberCounts(ReportPart):
    """Members by whether they can serve."""

    total: int
    active: Annotated[int, Field(description="status active and not on leave on the day")]
    located: Annotated[int, Field(description="found at all")]


class PairingCounts(ReportPart):
    """What the engine did."""

    mode: str
    demand: Annotated[int, Field(description="places wanted by all present households")]
    filled: Annotated[int, Field(description="places filled by named people")]
    pairings: Annotated[int, Field(description="pairings in force, imported ones included")]
    total_distance_m: Annotated[float, Field(description="sum of the known ways of the engine's pairings")]
    max_load: Annotated[int, Field(description="most households of one member")]
    optimal: Annotated[bool, Field(description="proven: no plan fills more, none that fills as many walks less")]


class CoverageCounts(ReportPart):
    """The two tests of 每户有人包, 每户包到人, and the full team."""

    households: int
    with_pairing: Annotated[int, Field(description="at least one active pairing")]
    with_named_person: Annotated[int, Field(description="at least one active pairing to a named person")]
    full_team: Annotated[int, Field(description="every place that the rules want is filled")]
    gaps: Annotated[int, Field(description="households without an active pairing to a named person")]


class HazardCounts(ReportPart):
    """Hazard sites and the households in their danger zones."""

    sites: int
    exposed_households: int
    exposed_without_person: int


class Seconds(ReportPart):
    """Wall time by step."""

    load: float = 0.0
    locate: float = 0.0
    pair: float = 0.0
    measure: float = 0.0
    draw: float = 0.0


class Report(ReportPart):
    """What a build knows when it ends."""

    city: str
    invented: bool
    day: Annotated[str, Field(description="the day that is measured, ISO 8601")]
    revision: Annotated[int, Field(description="change number of the workspace")]
    areas: Annotated[dict[str, int], Field(description="count by level in use")]
    buildings: int
    households: HouseholdCounts
    members: MemberCounts
    pairing: PairingCounts
    coverage: CoverageCounts
    hazards: HazardCounts
    changes: Annotated[
        dict[str, dict[str, int]], Field(description="by noun: added, changed, removed, unchanged since the last load")
    ]
    problems: Annotated[
        list[dict[str, Any]], Field(description="file, row, column, code, message, severity of each problem")
    ]
    seconds: Seconds
