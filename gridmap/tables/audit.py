"""审计日志: who did what, when, from where; one line after another, each sealed with the one before it."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Plain, Row


class AuditAction(StrEnum):
    """What was done."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    UNMASK = "unmask"
    EXPORT = "export"
    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    LOCK = "lock"
    SIGN_OUT = "sign_out"
    TRIM = "trim"


class AuditEntry(Row):
    """审计记录: a line that is only ever added. No column holds a clear personal value.

    `before` and `after` hold the columns that changed; what is personal, and all free text, stands there as a mark
    that is the same for the same value and cannot be turned back without the key of the workspace.
    """

    table = "audit_entry"
    number: Annotated[int, Key(), Field(ge=1, description="1, 2, 3, ... without a hole")]
    made_at: dt.datetime
    actor: Annotated[str, Plain(), Field(description="account, or who runs the command")]
    source: Annotated[str | None, Plain(), Field(description="address of the computer; empty for a command")] = None
    action: AuditAction
    noun: Annotated[str | None, Plain(), Field(description="table, or what was exported")] = None
    subject: Annotated[str | None, Plain(), Field(description="key of the row; empty for many at once")] = None
    before: Annotated[str | None, Field(description="JSON: column -> value or mark")] = None
    after: Annotated[str | None, Field(description="JSON: column -> value or mark")] = None
    row_count: Annotated[int, Field(ge=0)] = 1
    filter: Annotated[str | None, Field(description="JSON: which rows were asked for")] = None
    purpose: Annotated[str | None, Field(description="why; numbers of people in it are masked")] = None
    unmasked: bool
    previous: Annotated[str, Field(max_length=64, description="digest of the line before")] = ""
    digest: Annotated[str, Field(max_length=64, description="HMAC-SHA256 over this line and `previous`")] = ""


class AuditHead(Row):
    """Where the audit log begins and ends, sealed with the key of the workspace."""

    table = "audit_head"
    log: Annotated[int, Key(), Field(ge=1, le=1, description="there is one log")] = 1
    number: Annotated[int, Field(ge=0, description="of the last line")]
    digest: Annotated[str, Field(max_length=64, description="of the last line")]
    start_number: Annotated[int, Field(ge=0, description="the last line that was trimmed; 0 when none was")] = 0
    start_digest: Annotated[str, Field(max_length=64, description="of that line")] = ""
    key: Annotated[str, Field(max_length=16, description="fingerprint of the key")]
    seal: Annotated[str, Field(max_length=64, description="HMAC-SHA256 over the rest")] = ""
