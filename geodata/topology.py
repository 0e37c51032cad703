"""How areas lie to each other: who lies in whom, and where siblings overlap or leave gaps.

Shares of area are measured in degrees (a scale common to a shape and its parts cancels out), areas in square metres in
the city's metric system.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gridmap import crs

NESTED_SHARE = 0.99
"""A child with a smaller share in its best parent does not nest."""
SLIVER_M2 = 1.0
"""Gaps and overlaps up to this area are rounding of coordinates."""


@dataclass(frozen=True, eq=False)
class Parents:
    """For each child the position of its best parent (-1: none) and the share of its area that lies there."""

    best: np.ndarray
    share: np.ndarray


def largest_share(children: np.ndarray, parents: np.ndarray) -> Parents:
    """Return the parent with the largest share of each child's area; the first of equals."""
    best = np.full(len(children), -1, dtype=np.int64)
    share = np.zeros(len(children))
    if not len(children) or not len(parents):
        return Parents(best, share)
    tree = shapely.STRtree(children)
    parent, child = tree.query(parents, predicate="covers")
    # reversed: of parents that all cover a child the first must be written last
    best[child[::-1]], share[child[::-1]] = parent[::-1], 1.0
    rest = np.flatnonzero(best < 0)
    if len(rest):
        parent, child = shapely.STRtree(children[rest]).query(parents, predicate="intersects")
        child = rest[child]
        area = shapely.area(shapely.intersection(children[child], parents[parent])) / shapely.area(children[child])
        order = np.lexsort((parent, -area, child))
        child, parent, area = child[order], parent[order], area[order]
        first = np.r_[True, child[1:] != child[:-1]][: len(child)] & (area > 0)
        best[child[first]], share[child[first]] = parent[first], area[first]
    return Parents(best, share)


def holder(points: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Return the position of the first area that covers each point, or -1."""
    found = np.full(len(points), -1, dtype=np.int64)
    if len(points) and len(areas):
        area, point = shapely.STRtree(points).query(areas, predicate="covers")
        found[point[::-1]] = area[::-1]
    return found


def to_metres(shapes: np.ndarray, metric: str) -> np.ndarray:
    """Return shapes in storage degrees in a metric system."""
    change = crs.transformer(crs.STORAGE_CRS, metric)
    return np.asarray(shapely.transform(shapes, lambda points: np.column_stack(change.transform(*points.T))))


def _rough_m2(shapes: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Turn areas in square degrees into square metres, good to 1 %."""
    middle = shapely.bounds(shapes)[:, [1, 3]].mean(axis=1)
    return area * 111_320.0**2 * np.cos(np.radians(middle))


def overlaps(shapes: np.ndarray, metric: str) -> pd.DataFrame:
    """Return the pairs (first, second, area_m2) of shapes that share more than a sliver, first < second."""
    first, second = shapely.STRtree(shapes).query(shapes) if len(shapes) else np.zeros((2, 0), dtype=np.int64)
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.intersection(shapes[first], shapes[second])
    some = _rough_m2(shapes[first], shapely.area(shared)) > SLIVER_M2 / 2
    first, second = first[some], second[some]
    area_m2 = shapely.area(to_metres(shared[some], metric))
    found = pd.DataFrame({"first": first, "second": second, "area_m2": area_m2})
    return found[found["area_m2"] > SLIVER_M2].sort_values(["first", "second"], ignore_index=True)


def gaps(shapes: np.ndarray, metric: str) -> pd.DataFrame:
    """Return the holes (lon, lat of a point inside, area_m2) that siblings leave between them, the largest first.

    A hole that one of the shapes has by itself and that no sibling fills counts too: nobody answers for that ground.
    """
    whole = shapely.get_parts(shapely.union_all(shapes))
    rings = [ring for part in whole for ring in part.interiors]
    holes = shapely.polygons(rings) if rings else np.array([], dtype=object)
    area_m2 = shapely.area(to_metres(holes, metric)) if len(holes) else np.zeros(0)
    inside = shapely.point_on_surface(holes) if len(holes) else holes
    found = pd.DataFrame({"lon": shapely.get_x(inside), "lat": shapely.get_y(inside), "area_m2": area_m2})
    return found[found["area_m2"] > SLIVER_M2].sort_values("area_m2", ascending=False, ignore_index=True)
