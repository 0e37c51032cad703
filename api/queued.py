"""The rows that wait for a reviewer as plain JSON values, personal values masked: for the page and for the table."""

import json
from typing import Any

import numpy as np
import pandas as pd

from gridmap import frames
from gridmap.phrases import Language
from gridmap.reasons import spoken, tell
from gridmap.work.review import NOUNS, Waiting

SHOWN = ("name", "address", "stated_community", "stated_grid", "care_level")
PLACE = ("accuracy", "method", "score", "margin", "reason", "community_id", "grid_id", "compound_id", "building_id")
MADE = ("id", "kind", "label", "made_at", "made_by")


def _records(frame: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:  # noqa: ANN401  frames with and without shapes
    kept = [name for name in names if name in frame]
    rows: list[dict[str, Any]] = json.loads(frame[kept].to_json(orient="records", force_ascii=False, date_format="iso"))
    return rows


def _spoken(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a frame without its shapes, its reasons and the names of nameless points in a language."""
    said = frame.drop(columns="geometry").assign(reason=[spoken(kept, language) for kept in frame["reason"]])
    if "label" in said:
        said["label"] = said["label"].where(said["kind"] != "entry", tell("place.entry", language))
    return said


def _point(shape: Any) -> list[float] | None:  # noqa: ANN401  a point, or whatever a frame holds for none
    return [round(shape.x, 7), round(shape.y, 7)] if getattr(shape, "geom_type", "") == "Point" else None


def told(found: Waiting, language: Language) -> list[dict[str, Any]]:
    """Return the rows of a queue as JSON values, personal values masked, reasons in a language."""
    noun, _, key = NOUNS[found.side]
    offers, made = found.candidates, found.decisions
    candidates = _records(_spoken(offers, language), ("rank", "target", "kind", "label", "score", "reason"))
    decisions = _records(made.drop(columns="geometry").rename(columns={"decision_id": "id"}), MADE)
    rows = []
    people = zip(found.people[key], found.seen, found.learnable, found.places["geometry"], strict=True)
    written = _records(frames.mask(found.people, noun), SHOWN)
    placed = _records(_spoken(found.places, language), PLACE)
    for (person, seen, learnable, spot), facts, place in zip(people, written, placed, strict=True):
        row = {"id": person, **facts, "seen": seen, "learnable": learnable, "place": {**place, "point": _point(spot)}}
        offered, about = np.flatnonzero(offers[key] == person), np.flatnonzero(made["person_id"] == person)
        row["candidates"] = [{**candidates[at], "point": _point(offers["geometry"].iloc[at])} for at in offered]
        row["decisions"] = [decisions[at] for at in about]
        rows.append(row)
    return rows
