"""Find where people are: from coordinates, a standard address id or an address to building, grid and community.

Every answer carries an accuracy, a score, the margin to the runner-up and its reasons; what should be looked
at by a person is marked `review`. A standard id comes before what a person decided about the row; then the row's own
point, then the address; when two of them disagree, the row is marked and both are named.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap import frames
from gridmap.collecting import collector_paused
from gridmap.locate.candidates import Candidate
from gridmap.locate.decisions import Learned, rows_of
from gridmap.locate.doors import WALL_M, Target
from gridmap.locate.gazetteer import Gazetteer
from gridmap.locate.hierarchy import Nearest
from gridmap.locate.matching import FAR_M, Match, describe, match_text
from gridmap.reasons import because, keep
from gridmap.schema import STORAGE_CRS
from gridmap.tables import Accuracy, Household, HouseholdPlace, Level, Member, MemberPlace, Side

Progress = Callable[[str, int, int], None]
Noun = type[Household] | type[Member]

_PLACES: dict[Noun, tuple[type[HouseholdPlace] | type[MemberPlace], str]] = {
    Household: (HouseholdPlace, "household_id"),
    Member: (MemberPlace, "member_id"),
}

COARSE_M = 30.0
"""A point less exact than this may lie at any of several houses: it checks an address and chooses no house."""
_WRITTEN = ("address", "stated_community", "std_address_id")


@dataclass(frozen=True, eq=False)
class Located:
    """The places (a frame of HouseholdPlace or MemberPlace, in the order of the people) and the candidates.

    `candidates`: GeoDataFrame of the key, `rank` from 1, `target` (kind:id), `kind`, `area_id`, `label`, `score`,
    `reason` (as kept: gridmap.reasons), `geometry`; up to five per person.
    """

    places: pd.DataFrame
    candidates: gpd.GeoDataFrame


def _texts(people: pd.DataFrame, column: str) -> list[str]:
    values = people[column].astype(object)
    return [str(value).strip() for value in values.where(values.notna(), "")]


def _points(people: pd.DataFrame) -> NDArray[np.float64]:
    shapes = np.asarray(people["geometry"].array, dtype=object)
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])


def _match_texts(gazetteer: Gazetteer, people: pd.DataFrame, progress: Progress | None) -> list[Match]:
    """Match the address of every row; rows of one text are matched once."""
    rows = list(zip(*(_texts(people, name) for name in ("address", "stated_community", "stated_grid")), strict=True))
    known: dict[tuple[str, ...], Match] = {}
    for done, row in enumerate(texts := list(dict.fromkeys(rows))):
        known[row] = match_text(gazetteer, *row)
        if progress is not None and done % 500 == 0:
            progress("定位", done, len(texts))
    return [replace(known[row], reasons=list(known[row].reasons)) for row in rows]


def _use_standard_id(gazetteer: Gazetteer, match: Match, standard_id: str) -> Match:
    """Let a standard address id decide; name the address's building when it is another."""
    found = gazetteer.standard.get(standard_id, [])
    if not found:
        match.reasons.append(because("place.standard_unknown", id=standard_id))
        return match
    target = Target("building", found[0])
    exact = match.target is not None and match.target == target
    room = match.accuracy is Accuracy.ROOM and exact
    sure = Match(Accuracy.ROOM if room else Accuracy.BUILDING, target, "standard_id", 1.0, 1.0,
                 reasons=[because("place.standard", id=standard_id)], candidates=match.candidates)  # fmt: skip
    if len(found) > 1:
        sure.review, sure.margin = True, 0.0
        sure.reasons.append(because("place.standard_shared", count=len(found)))
    if match.target is not None and match.target.kind == "building" and not exact and not match.review:
        sure.review = True
        sure.reasons.append(because("place.points_at", name=describe(gazetteer, match.target)))
    return sure


def _use_coarse_point(match: Match, accuracy_m: float, apart_m: float) -> Match:
    """Let a point of a poor receiver check the address; without a sure one it is a spot for a person to look at."""
    if match.target is not None and match.target.kind in ("building", "entry") and not match.review:
        far = apart_m > accuracy_m + FAR_M
        match.review = far
        apart = {"metres": round(apart_m, 1)} if far else {}
        match.reasons.append(because(f"place.coarse_{'far' if far else 'agrees'}", accuracy=accuracy_m, **apart))
        return match
    accuracy = Accuracy.POINT if accuracy_m <= FAR_M else Accuracy.VICINITY
    reasons = [because("place.coarse", accuracy=accuracy_m)]
    return Match(accuracy, None, "coordinates", 1.0, 1.0, review=True, reasons=reasons, candidates=match.candidates)


def _use_point(gazetteer: Gazetteer, match: Match, nearest: Nearest, row: int, apart_m: float) -> Match:
    """Let the row's own point decide; name the address's place when it is far from it."""
    building, metres = int(nearest.building[row]), float(nearest.metres[row])
    if building >= 0:
        target = Target("building", building)
        where = because("place.inside") if metres == 0 else because("place.beside", metres=round(metres, 1))
        room = match.accuracy is Accuracy.ROOM and match.target == target
        sure = Match(Accuracy.ROOM if room else Accuracy.BUILDING, target, "coordinates", 1.0, 1.0, reasons=[where])
        if nearest.doubt[row]:
            sure.review, sure.margin = True, 0.0
            sure.reasons.append(because("place.two_walls"))
    else:
        sure = Match(
            Accuracy.POINT, None, "coordinates", 1.0, 1.0, reasons=[because("place.no_building", metres=WALL_M)]
        )
    sure.candidates = match.candidates
    if match.target is not None and not match.review and apart_m > FAR_M:
        sure.review = True
        name = describe(gazetteer, match.target)
        sure.reasons.append(because("place.points_far", metres=round(apart_m, 1), name=name))
    return sure


def _apart_m(gazetteer: Gazetteer, matches: Sequence[Match], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres between each point and the building that its address names, 0 where either is open."""
    fine = ("building", "entry")
    named = np.array(
        [gazetteer.point(m.target) if m.target is not None and m.target.kind in fine else (np.nan, np.nan)
         for m in matches]
    ).reshape(-1, 2)  # fmt: skip
    change = gazetteer.footprints.metres
    metres: NDArray[np.float64] = np.hypot(*(change(named) - change(points)).T)
    return np.nan_to_num(metres, nan=0.0, posinf=0.0)


def _settle(
    gazetteer: Gazetteer, people: pd.DataFrame, noun: Noun, points: NDArray[np.float64], progress: Progress | None
) -> list[Match]:
    """Return one answer per row: decision, else point, else standard id, else address; pins go into `points`."""
    matches = _match_texts(gazetteer, people, progress)
    learned = Learned(gazetteer, Side(noun.table))
    texts = list(zip(*(_texts(people, name) for name in _WRITTEN), strict=True))
    rows = rows_of(gazetteer.style, texts, points) if learned else []
    if learned:
        matches = [learned.by_place(match, row) for match, row in zip(matches, rows, strict=True)]
    nearest = gazetteer.footprints.nearest(points, WALL_M)
    apart_m = _apart_m(gazetteer, matches, points)
    standard = [text[-1] for text in texts]
    accuracy_m = people["accuracy_m"].to_numpy(dtype=float, na_value=np.nan)
    for row, match in enumerate(matches):
        answer = _use_standard_id(gazetteer, match, standard[row]) if standard[row] else match
        if np.isfinite(points[row]).all():
            coarse = accuracy_m[row] > COARSE_M
            answer = (
                _use_coarse_point(answer, float(accuracy_m[row]), float(apart_m[row]))
                if coarse
                else _use_point(gazetteer, answer, nearest, row, float(apart_m[row]))
            )
        matches[row] = answer
    if learned:
        for row, person in enumerate(people[_PLACES[noun][1]]):
            matches[row], pin = learned.by_person(matches[row], str(person), rows[row])
            points[row] = points[row] if pin is None else pin
    return matches


def _area_ids(gazetteer: Gazetteer, match: Match, held: dict[Level, int]) -> dict[str, object]:
    if match.accuracy is Accuracy.VICINITY:
        # near a building is not in it: only the community around it is kept
        held = {level: at for level, at in held.items() if level is Level.COMMUNITY}
    return {
        f"{level}_id": gazetteer.layers[level].ids[held[level]] if level in held else None
        for level in (Level.BUILDING, Level.COMPOUND, Level.GRID, Level.COMMUNITY)
    }


def _place_rows(gazetteer: Gazetteer, matches: list[Match], points: NDArray[np.float64]) -> pd.DataFrame:
    """Turn answers into the columns of a Place."""
    around = {level: gazetteer.layers[level].holding(points) for level in (Level.GRID, Level.COMMUNITY)}
    rows, spots = [], []
    for row, match in enumerate(matches):
        if match.target is None:
            held = {level: int(at[row]) for level, at in around.items() if at[row] >= 0}
            if match.accuracy is Accuracy.POINT and Level.COMMUNITY not in held:
                match.review = True
                match.reasons.append(because("place.outside"))
            pointed = match.accuracy in (Accuracy.POINT, Accuracy.VICINITY)
            spot = points[row] if pointed else np.array([np.nan, np.nan])
            held = held if pointed else {}
        else:
            held, spot = dict(gazetteer.areas(match.target)), gazetteer.point(match.target)
            if match.community >= 0:
                held.setdefault(Level.COMMUNITY, match.community)
        spots.append(spot)
        rows.append({
            **_area_ids(gazetteer, match, held),
            "accuracy": str(match.accuracy), "method": match.method, "score": match.score, "margin": match.margin,
            "review": match.review, "reason": keep(match.reasons or [because("place.not_found")]),
        })  # fmt: skip
    shapes = _points_of(np.array(spots).reshape(-1, 2))
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(shapes, crs=STORAGE_CRS))


def _candidate_row(gazetteer: Gazetteer, rank: int, candidate: Candidate) -> dict[str, object]:
    target = candidate.target
    known = target.kind in ("building", "compound", "community")
    return {
        "rank": rank, "target": gazetteer.key_of(target), "kind": target.kind,
        "area_id": gazetteer.layers[Level(target.kind)].ids[target.at] if known else None,
        "label": describe(gazetteer, target), "score": round(min(candidate.score, 1.0), 4),
        "reason": keep([*candidate.reasons, *candidate.doubts]),
    }  # fmt: skip


def _candidates(gazetteer: Gazetteer, keys: Sequence[object], matches: list[Match], name: str) -> gpd.GeoDataFrame:
    columns = [name, "rank", "target", "kind", "area_id", "label", "score", "reason"]
    ranked = [
        (key, rank, candidate)
        for key, match in zip(keys, matches, strict=True)
        for rank, candidate in enumerate(match.candidates, start=1)
    ]
    rows = [{name: key, **_candidate_row(gazetteer, rank, candidate)} for key, rank, candidate in ranked]
    spots = np.array([gazetteer.point(candidate.target) for _, _, candidate in ranked]).reshape(-1, 2)
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry=_points_of(spots), crs=STORAGE_CRS)


def _points_of(spots: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return points, None where a place is unknown."""
    shapes = np.full(len(spots), None, dtype=object)
    known = np.isfinite(spots).all(axis=1)
    shapes[known] = shapely.points(spots[known])
    return shapes


def _find(
    people: pd.DataFrame, gazetteer: Gazetteer, noun: Noun, progress: Progress | None
) -> tuple[pd.DataFrame, list[Match]]:
    place, key = _PLACES[noun]
    points = _points(people)
    matches = _settle(gazetteer, people, noun, points, progress)
    rows = _place_rows(gazetteer, matches, points)
    own = np.array([match.method == "coordinates" for match in matches], dtype=bool)
    rows["accuracy_m"] = people["accuracy_m"].where(own).to_numpy()
    rows[key] = people[key].to_numpy()
    return frames.conform(rows, place), matches


def search(people: pd.DataFrame, gazetteer: Gazetteer, *, noun: Noun, progress: Progress | None = None) -> Located:
    """Locate a conformed frame of Household or Member; keep the candidates for review."""
    with collector_paused():
        places, matches = _find(people, gazetteer, noun, progress)
        key = _PLACES[noun][1]
        return Located(places, _candidates(gazetteer, people[key].tolist(), matches, key))


def locate(people: pd.DataFrame, gazetteer: Gazetteer, *, noun: Noun, progress: Progress | None = None) -> pd.DataFrame:
    """Locate a conformed frame of Household or Member; return the frame of HouseholdPlace or MemberPlace.

    Accuracy `room` means: the building is sure and the text names a door in it. A row whose close candidates cannot
    be told apart gets the area that they share, and `review`. `progress` is called with a word, done and total.
    """
    with collector_paused():
        return _find(people, gazetteer, noun, progress)[0]
