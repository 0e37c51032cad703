"""Cut communities into square-based grids, where a city has none of its own.

The squares lie on one lattice of whole multiples of their size in the metric system, so that grids of neighbouring
communities continue each other. A piece smaller than a third of a square joins the neighbour in its community with
which it shares the longest border. Codes are the community's id and three digits, numbered from north to south and,
within a row of squares, from west to east. Same input, same grids.
"""

import numpy as np
import pandas as pd
import shapely

from geodata.topology import to_metres
from gridmap import crs

_LEFTOVER = 1 / 3
_SEGMENT_DEGREES = 0.0005
"""Borders get a vertex about every 50 m, so that a straight line stays within a millimetre when it is projected."""


def _squares(bounds: np.ndarray, size_m: float) -> np.ndarray:
    left, bottom = np.floor(bounds[:2] / size_m)
    right, top = np.ceil(bounds[2:] / size_m)
    x, y = np.meshgrid(np.arange(left, right), np.arange(bottom, top))
    x, y = x.ravel() * size_m, y.ravel() * size_m
    return np.asarray(shapely.box(x, y, x + size_m, y + size_m))


def _pieces(outline: shapely.Geometry, size_m: float) -> list[shapely.Geometry]:
    cut = shapely.intersection(outline, _squares(np.array(outline.bounds), size_m))
    parts = shapely.get_parts(shapely.get_parts(cut[~shapely.is_empty(cut)]))
    parts = parts[shapely.get_type_id(parts) == 3]
    return list(parts[shapely.area(parts) > 0])


def _joined(pieces: list[shapely.Geometry], least_m2: float) -> list[shapely.Geometry]:
    """Join leftovers to the neighbour with the longest common border, the smallest leftover first."""
    pieces = list(pieces)
    alone: list[shapely.Geometry] = []
    while len(pieces) > 1:
        areas = [piece.area for piece in pieces]
        smallest = int(np.argmin(areas))
        if areas[smallest] >= least_m2:
            break
        piece = pieces.pop(smallest)
        borders = shapely.length(shapely.intersection(piece.boundary, shapely.boundary(np.array(pieces, dtype=object))))
        if borders.max() <= 0:
            alone.append(piece)  # an island of the community: no neighbour to join
            continue
        neighbour = int(np.argmax(borders))
        pieces[neighbour] = shapely.union_all([pieces[neighbour], piece])
    return [*pieces, *alone]


def _order(pieces: list[shapely.Geometry], size_m: float) -> list[shapely.Geometry]:
    def place(piece: shapely.Geometry) -> tuple[float, float, float]:
        middle = piece.centroid
        return -np.floor(middle.y / size_m), middle.x, -middle.y

    return sorted(pieces, key=place)


def cut_grids(communities: pd.DataFrame, *, size_m: float, metric: str) -> pd.DataFrame:
    """Return grids (grid_id, community_id, name, geometry in storage degrees) that cover the communities exactly."""
    parts: list[shapely.Geometry] = []
    owners: list[int] = []
    numbers: list[int] = []
    fine = shapely.segmentize(communities["geometry"].to_numpy(dtype=object), _SEGMENT_DEGREES)
    for at, outline in enumerate(to_metres(fine, metric)):
        valid = outline if outline.is_valid else shapely.make_valid(outline, method="structure", keep_collapsed=False)
        ordered = _order(_joined(_pieces(valid, size_m), _LEFTOVER * size_m**2), size_m)
        parts += ordered
        owners += [at] * len(ordered)
        numbers += range(1, len(ordered) + 1)
    ids = communities["community_id"].to_numpy(dtype=object)[owners]
    names = communities["name"].to_numpy(dtype=object)[owners]
    shapes = crs.to_storage(np.array(parts, dtype=object), metric)
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return pd.DataFrame(
        {
            "grid_id": [f"{community}{number:03d}" for community, number in zip(ids, numbers, strict=True)],
            "community_id": ids,
            "name": [f"{name}-{number:03d}" for name, number in zip(names, numbers, strict=True)],
            "geometry": shapely.orient_polygons(shapes),
        }
    )
