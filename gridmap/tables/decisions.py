"""What people decided about places: kept with what it was decided on, used the next time, undone by a date."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Personal, Plain, PointGeometry, Row


class Side(StrEnum):
    """Which ledger a person stands in."""

    HOUSEHOLD = "household"
    MEMBER = "member"


class DecisionKind(StrEnum):
    """What a person said: this place; this one, for whoever writes it; here on the map; not this one; none of these."""

    ACCEPT = "accept"
    ALIAS = "alias"
    PIN = "pin"
    REJECT = "reject"
    NONE = "none"


class LocationDecision(Row):
    """核对: what a person decided about the place of one row. Rows are added and ended, never changed or removed."""

    table = "location_decision"
    decision_id: Annotated[str, Key(), Field(max_length=64)]
    side: Side
    person_id: Annotated[str, Plain(), Field(description="household or member; stays when the row is gone")]
    kind: DecisionKind
    written: Annotated[
        str,
        Personal("address"),
        Field(description="normal form of address, stated community and point that it was decided on"),
    ]
    target: Annotated[str | None, Plain(), Field(description="kind:id of the place, such as building:B12")] = None
    label: Annotated[str | None, Field(description="name of the place as it was shown")] = None
    rejected: Annotated[tuple[str, ...], Field(description="kind:id of the places that it is not")] = ()
    alias: Annotated[str | None, Field(description="the written name that means the target from now on")] = None
    alias_of: Annotated[
        str | None, Plain(), Field(description="kind:id of what the name means; of a building: its place")
    ] = None
    alias_within: Annotated[str | None, Field(description="stated community beside which a written place holds")] = None
    made_at: dt.datetime
    made_by: Annotated[str, Plain()]
    undone_at: dt.datetime | None = None
    undone_by: Annotated[str | None, Plain()] = None
    geometry: Annotated[PointGeometry | None, Field(description="where a pin was put")] = None
