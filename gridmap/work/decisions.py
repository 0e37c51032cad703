"""What a person says about the place of a row, and what follows from it for the decision that is kept."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gridmap import locate as locating
from gridmap.errors import DecisionRefused
from gridmap.locate import Gazetteer
from gridmap.phrases import say
from gridmap.tables import DecisionKind, Level

FAR_DEGREES = 0.2
"""So far outside the city a pin is a slip of the hand."""


@dataclass(frozen=True)
class Choice:
    """What a person says about a row: a `target` (kind:id), or a `point` (longitude, latitude), or neither."""

    kind: DecisionKind
    target: str | None = None
    point: tuple[float, float] | None = None


def texts(values: pd.Series) -> list[str]:
    """Return a column as text, empty where missing."""
    return [str(value).strip() for value in values.astype(object).where(values.notna(), "")]


def check_standard(gazetteer: Gazetteer, standard: str, choice: Choice) -> None:
    """Refuse what contradicts a standard address id that the map knows."""
    bearing = locating.standard_targets(gazetteer, standard) if standard else []
    if not bearing:
        return
    target = gazetteer.target_of(choice.target) if choice.target else None
    if choice.kind is not DecisionKind.ACCEPT or target not in bearing:
        raise DecisionRefused(say("review.standard"))


def facts_of_choice(
    gazetteer: Gazetteer, choice: Choice, person: pd.DataFrame, offered: list[str]
) -> dict[str, object]:
    """Return the columns of a decision that follow from the choice."""
    if choice.kind is DecisionKind.NONE:
        return {"kind": choice.kind, "rejected": tuple(offered)}
    if choice.kind is DecisionKind.PIN:
        return {"kind": choice.kind, "geometry": _checked_point(gazetteer, choice.point)}
    target = _target(gazetteer, choice)
    facts: dict[str, object] = {"kind": choice.kind, "label": locating.describe(gazetteer, target)}
    if choice.kind is DecisionKind.REJECT:
        return facts | {"rejected": (choice.target,)}
    facts["target"] = gazetteer.key_of(target)
    if choice.kind is DecisionKind.ALIAS:
        facts |= _alias(gazetteer, target, texts(person["address"])[0], texts(person["stated_community"])[0])
    return facts


def _target(gazetteer: Gazetteer, choice: Choice) -> locating.Target:
    """Return the place that is meant: by its key, or the building under a pin."""
    if choice.target is None and choice.point is not None:
        spot = _checked_point(gazetteer, choice.point)
        at = int(gazetteer.footprints.nearest(np.array([[spot.x, spot.y]]), locating.WALL_M).building[0])
        if at < 0:
            raise DecisionRefused(say("review.learn_house"))
        return locating.Target("building", at)
    target = gazetteer.target_of(choice.target or "")
    if target is None:
        raise DecisionRefused(say("review.no_place", target=choice.target))
    return target


def _checked_point(gazetteer: Gazetteer, point: tuple[float, float] | None) -> shapely.Point:
    known = np.concatenate([gazetteer.communities.points, gazetteer.buildings.points])
    known = known[np.isfinite(known).all(axis=1)]
    if point is None or not np.isfinite(point).all():
        raise DecisionRefused(say("review.pin_empty"))
    low, high = known.min(axis=0) - FAR_DEGREES, known.max(axis=0) + FAR_DEGREES
    if not ((low <= point) & (high >= point)).all():
        raise DecisionRefused(say("review.pin_far"))
    return shapely.Point(point)


def learnable(gazetteer: Gazetteer, addresses: pd.Series) -> tuple[str, ...]:
    """Return what each row may teach: a compound's name that is not known yet, else the place that is written."""
    told = []
    for text in texts(addresses):
        name = locating.written_name(gazetteer, text)
        new = name and not gazetteer.names[Level.COMPOUND].exact(name)
        told.append(name if new else locating.written_place(gazetteer, text))
    return tuple(told)


def _alias(gazetteer: Gazetteer, target: locating.Target, address: str, community: str) -> dict[str, object]:
    """Return the written name and what it means: the target's compound, else the whole written place the building."""
    name, place = locating.written_name(gazetteer, address), locating.written_place(gazetteer, address)
    compound = gazetteer.areas(target).get(Level.COMPOUND, -1)
    known = gazetteer.names[Level.COMPOUND].exact(name) if name else ()
    if name and compound >= 0 and compound not in known:
        return {"alias": name, "alias_of": gazetteer.key_of(locating.Target("compound", compound))}
    if target.kind != "building" or not place:
        raise DecisionRefused(say("review.learn_name"))
    within = locating.written_form(gazetteer.style, "", community).partition(locating.MARK)[2]
    return {"alias": place, "alias_of": gazetteer.key_of(target), "alias_within": within or None}
