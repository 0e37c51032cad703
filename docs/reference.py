"""Write docs/city.md from the definition of CITY.toml: `python docs/reference.py`. A test says if it is current."""

import types
import typing
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from geodata import city
from gridmap.tables import PairingRules, PatrolRules

PAGE = Path(__file__).parent / "city.md"
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


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
