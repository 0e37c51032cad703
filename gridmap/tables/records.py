"""What the workspace knows about itself: revisions, settings, and who took personal data out."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Row


class Revision(Row):
    """One committed change of the workspace."""

    table = "revision"
    revision: Annotated[int, Key(), Field(ge=1)]
    step: Annotated[str, Field(description="load, locate, pair, build, ...")]
    made_at: dt.datetime


class Setting(Row):
    """A fact of the city that later steps need: its name, rules, metric coordinate system."""

    table = "setting"
    name: Annotated[str, Key()]
    value: Annotated[str, Field(description="JSON")]


class ExportEntry(Row):
    """A line of the export log: who took what, why, and whether it was unmasked."""

    table = "export_entry"
    export_id: Annotated[int, Key(), Field(ge=1)]
    made_at: dt.datetime
    actor: str
    noun: str
    form: str
    row_count: Annotated[int, Field(ge=0)]
    unmasked: bool
    reason: str | None = None
