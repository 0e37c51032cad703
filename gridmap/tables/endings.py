"""Since when people of the ledgers are over, and for how long what is theirs is kept."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gridmap.schema import Key, Plain, Row
from gridmap.tables.decisions import Side


class Ending(Row):
    """结束: a household or member that has left, and since when as far as is known; what is theirs goes some day."""

    table = "ending"
    side: Annotated[Side, Key()]
    person_id: Annotated[str, Key(), Plain(), Field(max_length=64, description="stays when the row is gone")]
    ended_on: Annotated[dt.date, Field(description="by the change that ended it, else when it was first seen")]
    emptied_on: Annotated[dt.date | None, Field(description="when everything personal went")] = None


class RetentionRules(BaseModel):
    """How many days what is personal is kept (domain notes, section 6: two years after the end of a case)."""

    model_config = ConfigDict(frozen=True)

    keep_household_days: Annotated[int, Field(ge=1, description="after a household has moved away or died out")] = 730
    keep_member_days: Annotated[int, Field(ge=1, description="after a member has ended")] = 730
    keep_inspection_days: Annotated[int, Field(ge=1, description="notes of inspections, and the names under them")] = (
        1095
    )
    keep_photo_days: Annotated[int, Field(ge=1, description="photos of inspections")] = 365
    keep_import_days: Annotated[int, Field(ge=1, description="what an import needs to be undone")] = 90
    keep_upload_days: Annotated[int, Field(ge=1, description="files that were brought in")] = 7
    keep_session_days: Annotated[int, Field(ge=1, description="sessions of browsers and failed attempts")] = 7
    keep_token_days: Annotated[int, Field(ge=1, description="after a token has ended or was revoked")] = 183
    keep_job_days: Annotated[int, Field(ge=1, description="after a job has ended")] = 30
