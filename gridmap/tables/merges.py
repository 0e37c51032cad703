"""What people decided about rows that may be one person: kept with what it moved, undone by a date."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Plain, Row
from gridmap.tables.decisions import Side


class MergeKind(StrEnum):
    """What a person said of two rows: one person, or two."""

    SAME = "same"
    DIFFERENT = "different"


class Merge(Row):
    """合并: two rows of a ledger that a person judged. Rows are added and ended, never changed or removed."""

    table = "merge"
    merge_id: Annotated[str, Key(), Field(max_length=64)]
    side: Side
    kind: MergeKind
    kept_id: Annotated[
        str, Plain(), Field(description="the row that stands for the person; stays when the row is gone")
    ]
    merged_id: Annotated[str, Plain(), Field(description="the other row")]
    signs: Annotated[
        tuple[str, ...], Field(description="what spoke for one person; none when nobody but the judge")
    ] = ()
    filled: Annotated[tuple[str, ...], Field(description="columns that the kept row took over, empty before")] = ()
    changes: Annotated[
        str, Field(description="JSON: each pairing that was touched, as it was and as it was left (none: removed)")
    ] = "[]"
    made_at: dt.datetime
    made_by: Annotated[str, Plain()]
    undone_at: dt.datetime | None = None
    undone_by: Annotated[str | None, Plain()] = None
