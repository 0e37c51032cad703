"""Write docs/city.md, docs/problems.zh-CN.md and docs/roles.md from what defines them: `python docs/reference.py`.

Tests say if they are current.
"""

import types
import typing
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from geodata import city
from gridmap.phrases import PHRASES
from gridmap.phrases.commands import COMMANDS
from gridmap.roles import ROLES, WHOLE_CITY_ONLY, Verb
from gridmap.schema import Row, columns
from gridmap.tables import ROWS, AccountRole, Lawfulness, PairingRules, PatrolRules, PublishedWarning

PAGE = Path(__file__).parent / "city.md"
PHRASES_PAGE = Path(__file__).parent / "problems.zh-CN.md"
ROLES_PAGE = Path(__file__).parent / "roles.md"
ROLES_INTRODUCTION = """# Roles
What each role reads and does, always within the areas of its grants (decision 0019). `masked`: personal columns are
shown masked; in clear there is only what `reveal` shows, one row at a time, with a reason, logged. An account reads of
accounts its own. The viewer reads no row: only coverage by area down to the grid, small figures hidden. A
member reads the households that the named member looks after today. This page is written by `python docs/reference.py`
from gridmap/roles.py; a noun or verb that is not there is closed to everybody.
"""
PHRASES_INTRODUCTION = """# Gridmap 的全部提示 / Everything Gridmap tells people
每条提示的代号、中文和英文；花括号里是当时的值，个人信息已脱敏。问题的代号是提示代号的前两段，
其含义和轻重见 [problems.md](problems.md)。本页由 `python docs/reference.py` 生成。

| 代号 phrase | 中文 | English |
|---|---|---|
"""
INTRODUCTION = """# CITY.toml
What a city is made of, where its files are and by which rules people are paired. Relative paths count from the folder
of the file. A key that is not written down here is refused, with its line. `gridmap sample DIR` writes a complete
example; `examples/` has two of real cities. This page is written by `python docs/reference.py`.
"""
SECTIONS: list[tuple[str, type[BaseModel]]] = [
    ("`[[areas]]`", city.AreaSource),
    ("`[generated_grid]`", city.GeneratedGrid),
    ("`[invented_people]`", city.InventedPeople),
    ("`[[households]]`, `[[members]]`, `[[pairings]]`, `[aliases]`", city.RosterSource),
    ("`[address_register]`", city.RegisterSource),
    ("`[[paths]]`", city.PathSource),
    ("`[[hazards]]`", city.HazardSource),
    ("`[[danger_zones]]`", city.ZoneSource),
    ("`[[backdrop]]`", city.BackdropSource),
    ("`[rules]`", PairingRules),
    ("`[patrol]`", PatrolRules),
    ("`[[patrol.warnings]]`", PublishedWarning),
    ("`[lawful]`", Lawfulness),
]
WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}


def kind_of(annotation: Any) -> str:  # noqa: ANN401  annotations have no common type
    """Say what a key holds."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return kind_of(inner[0])
    if origin in (typing.Union, types.UnionType):
        return " or ".join(kind_of(part) for part in inner if part is not type(None))
    if origin is tuple:
        return f"list of {kind_of(inner[0])}"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "table"
    choices = inner if origin is typing.Literal else getattr(annotation, "__members__", {}).values()
    if choices:
        return " or ".join(f'"{value}"' for value in choices)
    return WORDS.get(annotation.__name__, str(annotation.__name__))


def table(model: type[BaseModel], *, without: frozenset[str] = frozenset()) -> str:
    """Return the keys of a part as a table."""
    lines = ["| key | kind | meaning | without it |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name in without:
            continue
        plain = field.default not in (None, (), {}) and not isinstance(field.default, BaseModel)
        fallback = "**required**" if field.is_required() else f"`{field.default}`" if plain else ""
        meaning = (field.description or "").replace("|", "/")
        lines.append(f"| `{name}` | {kind_of(field.annotation)} | {meaning} | {fallback} |")
    return "\n".join(lines)


def page() -> str:
    """Return the whole page."""
    shared = frozenset(city.Source.model_fields)
    parts = [INTRODUCTION, table(city.City), "\n## Every source\nAll tables that name a file take these keys.\n"]
    parts.append(table(city.Source))
    for title, model in SECTIONS:
        about = (model.__doc__ or "").split("\n")[0]
        parts.append(f"\n## {title}\n{about}\n")
        parts.append(table(model, without=shared if issubclass(model, city.Source) else frozenset()))
    return "\n".join(parts) + "\n"


def phrases_page() -> str:
    """Return the page of all phrases but those of the command line's tables."""
    told = {phrase: texts for phrase, texts in sorted(PHRASES.items()) if phrase not in COMMANDS}
    rows = (f"| `{phrase}` | {' | '.join(text.replace('|', '/') for text in told[phrase])} |" for phrase in told)
    return PHRASES_INTRODUCTION + "\n".join(rows) + "\n"


def roles_page() -> str:
    """Return the page of roles: what each reads and does."""
    lines = [ROLES_INTRODUCTION, _matrix("reads", ROWS, _sees), "\n## What each role opens and does\n"]
    return "\n".join([*lines, _matrix("verb", Verb, _does), "", _levels()]) + "\n"


def _matrix(title: str, items: Iterable[Any], cell: Callable[[AccountRole, Any], str]) -> str:
    names = [str(role) for role in AccountRole]
    rows = [[getattr(item, "table", str(item)), *(cell(role, item) for role in AccountRole)] for item in items]
    return "\n".join(f"| {' | '.join(row)} |" for row in [[title, *names], ["---"] * (len(names) + 1), *rows])


def _sees(role: AccountRole, row: type[Row]) -> str:
    if row not in ROLES[role].reads:
        return "no"
    return "masked" if any(column.personal for column in columns(row)) else "yes"


def _does(role: AccountRole, verb: Verb) -> str:
    whole = verb in WHOLE_CITY_ONLY and len(ROLES[role].levels) > 1
    return ("whole city" if whole else "yes") if verb in ROLES[role].verbs else "no"


def _levels() -> str:
    told = {role: ", ".join(str(level or "city") for level in ROLES[role].levels) for role in AccountRole}
    return "\n".join(
        ["| role | is given for |", "|---|---|", *(f"| {role} | {where} |" for role, where in told.items())]
    )


if __name__ == "__main__":
    ROLES_PAGE.write_text(roles_page(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    PHRASES_PAGE.write_text(phrases_page(), encoding="utf-8")
