"""Buildings: rows along the side of the block that runs nearest to east-west, with a lane before each row.

A spine path crosses the rows and leaves through the gate, so that every building is on a lane by construction.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.random import Generator
from shapely import LineString, Polygon, box

from geodata.sample.blocks import Parcel, Use

LANE_M = 2.2
"""How far a lane runs before the doors."""

CORRIDOR_M = 3.2
"""Half the width that the spine keeps free."""

SHRINK = 0.6
"""The last building of a row may be so much shorter than its style asks for."""


@dataclass(frozen=True)
class Style:
    """How one kind of quarter is built; metres, ranges as (least, most)."""

    depth: tuple[float, float]
    pitch: tuple[float, float]
    length: tuple[float, float]
    gap: tuple[float, float]
    floors: tuple[int, int]
    homes_per_floor_m: float
    shapes: tuple[str, ...]
    most: int = 400


TOWERS = Style((17, 21), (38, 46), (21, 27), (12, 20), (16, 33), 6.5, ("tower", "tower", "tee"))
STYLES = {
    Use.NEW: Style((12, 13.5), (28, 34), (30, 62), (8, 13), (6, 11), 7.5, ("slab", "slab", "steps", "ell")),
    Use.OLD: Style((9.5, 11.5), (20, 25), (24, 56), (4.5, 8), (4, 7), 6.5, ("slab", "slab", "slab", "ell", "steps",
    "you")),
    Use.SELF_BUILT: Style((8.5, 10.5), (14.5, 17), (7.5, 13), (0.8, 2.6), (1, 4), 12.0, ("slab",)),
    Use.SCHOOL: Style((12, 15), (42, 52), (40, 66), (12, 20), (3, 5), 0.0, ("ell", "you", "slab"), 4),
    Use.MARKET: Style((18, 28), (36, 46), (26, 48), (8, 14), (1, 4), 0.0, ("slab",), 4),
    Use.OFFICE: Style((15, 19), (30, 38), (24, 48), (9, 16), (4, 22), 0.0, ("slab", "tower", "ell", "you"), 6),
    Use.FACTORY: Style((20, 26), (32, 38), (40, 76), (8, 12), (1, 2), 0.0, ("slab",), 6),
}  # fmt: skip


@dataclass(frozen=True)
class Built:
    """One building: its footprint, floors, number of homes, row and door."""

    shape: Polygon
    floors: int
    homes: int
    row: int
    door: tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """What stands on a parcel; the lanes start on the spine, the spine is given from its lower to its upper end."""

    buildings: tuple[Built, ...]
    lanes: tuple[LineString, ...]
    spine: LineString | None
    angle: float


EMPTY = Layout((), (), None, 0.0)


@dataclass
class _Row:
    """A row while it is filled: its ground line, depth and how far a wing may reach back."""

    number: int
    y: float
    depth: float
    wing: float


def _angle(outline: Polygon) -> float:
    """Return the direction of the longest sides, folded to the quarter turn around east-west (radians)."""
    points = np.array(outline.simplify(3.0).exterior.coords)
    sides = np.diff(points, axis=0)
    turn = np.arctan2(sides[:, 1], sides[:, 0])
    weight = np.hypot(*sides.T) ** 2
    return math.atan2(float(weight @ np.sin(4 * turn)), float(weight @ np.cos(4 * turn))) / 4


def _turn(angle: float) -> np.ndarray:
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def _footprint(kind: str, x: tuple[float, float], row: _Row, rng: Generator) -> Polygon:
    """Draw a footprint in the row's own axes: doors on the line y, wings behind."""
    left, right = x
    front, back = row.y, row.y + row.depth
    length, wing = right - left, row.wing * rng.uniform(0.5, 1.0)
    body = box(left, front, right, back)
    third = min(0.34 * length, row.depth)
    if kind == "tower":
        return body.difference(shapely.union_all([
            box(left, front, left + third * 0.6, front + 0.24 * row.depth),
            box(right - third * 0.6, front, right, front + 0.24 * row.depth),
            box(left, back - 0.2 * row.depth, left + third * 0.5, back),
            box(right - third * 0.5, back - 0.2 * row.depth, right, back),
        ]))  # fmt: skip
    if kind == "tee":
        middle = (left + right) / 2
        return body.union(box(middle - third / 2, back, middle + third / 2, back + min(wing, 9.0)))
    if kind == "steps" and length > 26:
        middle = left + 0.5 * length
        return box(left, front, middle, back).union(box(middle, front + 2.4, right, back + 2.4))
    if kind == "ell" and wing > 4 and length > 22:
        return body.union(box(right - third, back, right, back + wing))
    if kind == "you" and wing > 4 and length > 34:
        return shapely.union_all(
            [body, box(left, back, left + third, back + wing), box(right - third, back, right, back + wing)]
        )
    return body


def _span(free: Polygon, row: _Row, spine_x: float) -> tuple[float, float]:
    """Return from where to where both the front and the back line of a row lie inside, around the spine."""
    left, _, right, _ = free.bounds
    for y in (row.y, row.y + row.depth):
        pieces = shapely.get_parts(free.intersection(LineString([(left - 1, y), (right + 1, y)])))
        ends = [(piece.bounds[0], piece.bounds[2]) for piece in pieces if piece.length > 1.0]
        near = min(ends, key=lambda end: max(end[0] - spine_x, spine_x - end[1], 0.0), default=(spine_x, spine_x))
        left, right = max(left, near[0]), min(right, near[1])
    return left + 0.05, right - 0.05


def _fill(row: _Row, span: tuple[float, float], way: int, free: Polygon, style: Style,
          rng: Generator) -> list[tuple[Polygon, float]]:  # fmt: skip
    """Set buildings along a row outwards from span[0] to span[1]; return footprints and where their doors are."""
    found: list[tuple[Polygon, float]] = []
    at, end = span
    least = SHRINK * style.length[0]
    while (room := way * (end - at)) > least:
        length = min(rng.uniform(*style.length), room)
        if room - length < style.gap[1] + least:
            length = min(room, style.length[1])
        kind = style.shapes[int(rng.integers(len(style.shapes)))]
        ends = (at, at + length) if way > 0 else (at - length, at)
        shape = next((s for s in (_footprint(k, ends, row, rng) for k in (kind, "slab")) if free.contains(s)), None)
        if shape is None:
            at += way * least
            continue
        found.append((shape, (ends[0] + ends[1]) / 2))
        at += way * (length + rng.uniform(*style.gap))
    return found


def _rows(height: float, low: float, style: Style, rng: Generator) -> list[_Row]:
    """Share the height of a parcel among rows."""
    depth, pitch = rng.uniform(*style.depth), rng.uniform(*style.pitch)
    count = max(1, int((height - depth) / pitch) + 1)
    rest = height - (count - 1) * pitch - depth
    if count > 1:
        pitch += max(0.0, rest) * 0.5 / (count - 1)
    first = low + max(0.0, height - (count - 1) * pitch - depth) / 2
    return [_Row(number, first + number * pitch, depth, pitch - depth - 6.5) for number in range(count)]


def _floors(style: Style, shape: Polygon, rng: Generator) -> tuple[int, int]:
    """Return floors and homes of a building."""
    floors = int(rng.integers(style.floors[0], style.floors[1] + 1))
    if style.homes_per_floor_m == 0.0:
        return floors, 0
    width = math.sqrt(shape.minimum_rotated_rectangle.area)
    per_floor = max(1, round(width / style.homes_per_floor_m))
    return floors, max(1, per_floor * floors if style.homes_per_floor_m < 10 else 1 + floors // 3)


def lay_out(parcel: Parcel, rng: Generator) -> Layout:
    """Build on a parcel; every building can be walked to along its lane and the spine without leaving the parcel."""
    style = STYLES.get(parcel.use)
    if style is None or parcel.free.area < 250.0:
        return EMPTY
    if parcel.use is Use.NEW and parcel.free.area > 3_500.0 and rng.uniform() < 0.4:
        style = TOWERS
    angle = _angle(parcel.outline)
    turn = _turn(angle)
    free = shapely.transform(parcel.free, lambda xy: xy @ turn.T)
    outline = shapely.transform(parcel.outline, lambda xy: xy @ turn.T)
    shapely.prepare(free)
    shapely.prepare(outline)
    left, low, right, high = free.bounds
    spine_x = left + (right - left) * rng.uniform(0.36, 0.64)
    built, lanes, levels = [], [], []
    for row in _rows(high - low, low, style, rng):
        lane_y = row.y - LANE_M
        least, most = _span(free, row, spine_x)
        for way in (-1, 1):
            start = max(spine_x + CORRIDOR_M, least) if way > 0 else min(spine_x - CORRIDOR_M, most)
            row_built = [
                (shape, x)
                for shape, x in _fill(row, (start, most if way > 0 else least), way, free, style, rng)
                if outline.contains(LineString([(spine_x, lane_y), (x, lane_y)]))
            ]
            if row_built:
                lanes.append(LineString([(spine_x, lane_y), *((x, lane_y) for _, x in row_built)]))
                levels.append(lane_y)
            built += [(shape, row.number, (x, row.y)) for shape, x in row_built]
    built = built[: style.most]
    if not built:
        return EMPTY
    spine = LineString([(spine_x, min(levels) - 0.5), *((spine_x, y) for y in sorted(set(levels)))])
    return _turned_back(built, lanes, spine, style, angle, rng)


def _turned_back(built: list[tuple[Polygon, int, tuple[float, float]]], lanes: list[LineString], spine: LineString,
                 style: Style, angle: float, rng: Generator) -> Layout:  # fmt: skip
    turn = _turn(angle)

    def back(xy: np.ndarray) -> np.ndarray:
        return xy @ turn

    shapes = shapely.transform(np.array([shape for shape, _, _ in built], dtype=object), back)
    doors = np.array([door for _, _, door in built]) @ turn
    made = []
    for shape, (_, row, _), door in zip(shapes, built, doors, strict=True):
        floors, homes = _floors(style, shape, rng)
        made.append(Built(shape, floors, homes, row, (float(door[0]), float(door[1]))))
    return Layout(
        tuple(made),
        tuple(shapely.transform(np.array(lanes, dtype=object), back)),
        shapely.transform(spine, back),
        angle,
    )


def _thin(layouts: list[Layout], surplus: int, rng: Generator) -> list[Layout]:
    """Leave out single buildings, at most one a parcel in a round, until none is too many."""
    while surplus > 0:
        roomy = [at for at, layout in enumerate(layouts) if len(layout.buildings) > 3]
        for at in rng.permutation(roomy)[:surplus]:
            buildings = list(layouts[at].buildings)
            del buildings[int(rng.integers(len(buildings)))]
            layouts[at] = replace(layouts[at], buildings=tuple(buildings))
            surplus -= 1
    return layouts


def raise_buildings(
    parcels: list[Parcel], lean: np.ndarray, wanted: int, rng: Generator
) -> tuple[list[Parcel], list[Layout]]:
    """Build on every parcel; the quarters that lean to it most become self-built until there are enough buildings.

    Raises:
        ValueError: the land cannot hold so many buildings.
    """
    parcels = list(parcels)
    layouts = [lay_out(parcel, rng) for parcel in parcels]
    count = sum(len(layout.buildings) for layout in layouts)
    order = sorted(
        (at for at, parcel in enumerate(parcels) if parcel.use in (Use.NEW, Use.OLD)),
        key=lambda at: (-lean[parcels[at].block], at),
    )
    for at in order:
        if count >= wanted:
            break
        parcels[at] = replace(parcels[at], use=Use.SELF_BUILT)
        count -= len(layouts[at].buildings)
        layouts[at] = lay_out(parcels[at], rng)
        count += len(layouts[at].buildings)
    if count < wanted:
        raise ValueError(f"the land holds {count} buildings, {wanted} are wanted")
    return parcels, _thin(layouts, count - wanted, rng)
