"""Geometries as short lists of integers, which a script tag can carry and a canvas can draw.

A coordinate is stored in steps of 1e-6 degree (at most 0.11 m), each as the difference from the one before it, so that
most are two or three digits long. Polygons become their rings without the closing vertex (drawn even-odd, a hole needs
no mark), multi-geometries the rings or lines of all their parts.
"""

import numpy as np
import numpy.typing as npt
import shapely

STEPS_PER_DEGREE = 1_000_000


def encode(geometries: npt.NDArray[np.object_]) -> dict[str, list[int]]:
    """Return `parts` (rings or lines per geometry), `sizes` (vertices per part), `xy` (differences, x and y in turn).

    A missing or empty geometry has no parts.
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    areal = np.isin(shapely.get_type_id(parts), [3])
    lines = parts.copy()
    ring_owner = np.arange(len(parts))
    if areal.any():
        rings, of = shapely.get_rings(parts[areal], return_index=True)
        where = np.flatnonzero(areal)
        lines = np.concatenate([parts[~areal], rings])
        ring_owner = np.concatenate([np.flatnonzero(~areal), where[of]])
        order = np.argsort(ring_owner, kind="stable")
        lines, ring_owner = lines[order], ring_owner[order]
    coordinates, line_of = shapely.get_coordinates(lines, return_index=True)
    last = np.ones(len(line_of), dtype=bool)
    last[:-1] = line_of[:-1] != line_of[1:]
    keep = ~(last & areal[ring_owner][line_of]) if len(lines) else ~last
    steps = np.rint(coordinates[keep] * STEPS_PER_DEGREE).astype(np.int64)
    differences = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return {
        "parts": np.bincount(owner[ring_owner], minlength=len(geometries)).tolist(),
        "sizes": np.bincount(line_of[keep], minlength=len(lines)).tolist(),
        "xy": differences.ravel().tolist(),
    }


def points(geometries: npt.NDArray[np.object_]) -> list[list[float] | None]:
    """Return [longitude, latitude] of a point inside each geometry, None where there is none."""
    absent = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    inside = shapely.point_on_surface(geometries)
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    return [None if gone else [round(float(a), 6), round(float(b), 6)]
            for gone, a, b in zip(absent, x, y, strict=True)]  # fmt: skip


def bounds(*layers: npt.NDArray[np.object_]) -> list[list[float]] | None:
    """Return [[south, west], [north, east]] of the first layer that has a shape, None when none has."""
    for layer in layers:
        boxes = shapely.bounds(layer).reshape(-1, 4)
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        if len(boxes):
            west, south = (round(float(value), 6) for value in boxes[:, :2].min(axis=0))
            east, north = (round(float(value), 6) for value in boxes[:, 2:].max(axis=0))
            return [[south, west], [north, east]]
    return None
