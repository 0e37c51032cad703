"""The pages of the audit reader and of the administrator: the log, accounts with roles and tokens, the settings."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridmap.maps import words
from gridmap.maps.pages import render
from gridmap.maps.parts import Slice
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.roles import ROLES
from gridmap.tables import AccountRole, AuditAction, TokenScope

Record = dict[str, Any]
SPOKEN = ("office.", "admin.do.")


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of the log, the newest first; the numbers and words of its faults if it was verified; its last line."""

    verified: bool
    rows: pd.DataFrame
    part: Slice
    nouns: Sequence[str]
    entries: int
    last: str
    faults: Sequence[tuple[int, Mapping[Lang, str]]] = ()


@dataclass(frozen=True, eq=False)
class Desk:
    """Accounts, roles and tokens as the administrator sees them, and the day on which roles are judged.

    `identities` are those of an OpenID provider's people; `issuer` names the provider that is set up, if one is.
    """

    accounts: pd.DataFrame
    grants: pd.DataFrame
    tokens: pd.DataFrame
    day: dt.date
    now: dt.datetime
    identities: pd.DataFrame
    issuer: str | None = None


def _moment(value: object) -> str:
    """Write a moment by the clock of this computer: 2026-11-24 08:00."""
    return "" if pd.isna(value) else f"{pd.Timestamp(value).astimezone(_here()):%Y-%m-%d %H:%M}"


def _here() -> dt.tzinfo | None:
    return dt.datetime.now(dt.UTC).astimezone().tzinfo


def _day(value: object) -> str:
    return "" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def _plain(rows: pd.DataFrame) -> list[Record]:
    return [
        {str(name): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for name, value in row.items()}
        for row in rows.astype(object).to_dict("records")
    ]


def _spoken(lang: Lang) -> str:
    said = {key: text for key, text in words.texts(lang).items() if key.startswith(SPOKEN)}
    return json.dumps(said, ensure_ascii=False)


def _details(row: Record) -> list[tuple[str, str]]:
    """Return what a line says of a change and of what was asked for, as word and text."""
    return [(name, str(row[name])) for name in ("before", "after", "filter") if row[name] is not None]


def audit_page(view: MapView, shown: Lines, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw the log: whether it is whole, the search, the lines, the export."""
    rows = [{**row, "made": _moment(row["made_at"]), "details": _details(row)} for row in _plain(shown.rows)]
    return render(
        view, "audit", lang, assets, query=shown.part.at(shown.part.offset), skip_to="main", skip_text="nav.skip_main",
        shown=shown, part=shown.part, rows=rows, actions=tuple(AuditAction),
    )  # fmt: skip


def _given(row: Record, day: dt.date) -> str:
    """Say of a grant whether it holds: now, ended, over, later."""
    if row["ended_at"] is not None:
        return "ended"
    if row["until_on"] is not None and pd.Timestamp(row["until_on"]).date() < day:
        return "over"
    return "later" if pd.Timestamp(row["from_on"]).date() > day else "now"


def admin_page(view: MapView, shown: Desk, *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw accounts, roles and tokens, each with its form."""
    accounts = [{**row, "made": _moment(row["made_at"])} for row in _plain(shown.accounts)]
    grants = [
        {**row, "first": _day(row["from_on"]), "last": _day(row["until_on"]), "state": _given(row, shown.day)}
        for row in _plain(shown.grants)
    ]
    tokens = [
        {**row, "ends": _moment(row["ends_at"]),
         "open": row["revoked_at"] is None and pd.Timestamp(row["ends_at"]) > shown.now}
        for row in _plain(shown.tokens)
    ]  # fmt: skip
    return render(
        view, "admin", lang, assets, skip_to="main", skip_text="nav.skip_main", spoken=_spoken(lang),
        accounts=accounts, grants=grants, tokens=tokens, identities=_plain(shown.identities), issuer=shown.issuer,
        scopes=tuple(TokenScope), roles=_roles(lang),
        current=[row["account_id"] for row in accounts if row["ended_at"] is None],
    )  # fmt: skip


def _roles(lang: Lang) -> list[tuple[AccountRole, str]]:
    """Return each role with the levels that it is given for, in words."""
    text = words.texts(lang)
    between = "、" if lang == "zh" else ", "
    named = {role: [text[f"level.{level}"] if level else text["account.city"] for level in powers.levels]
             for role, powers in ROLES.items()}  # fmt: skip
    return [
        (role, text["account.own"] if role is AccountRole.MEMBER else between.join(found))
        for role, found in named.items()
    ]


def settings_page(view: MapView, rows: Sequence[Record], *, lang: Lang = "zh", assets: str = "assets") -> str:
    """Draw the settings in force and where each comes from."""
    return render(view, "settings", lang, assets, skip_to="main", skip_text="nav.skip_main", rows=rows)
