"""The areas of a city as arrays, level by level, and which area holds which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap import crs, frames
from gridmap.schema import Row
from gridmap.tables import Building, Community, Compound, District, Grid, Level, Street

Frames = Mapping[type[Row], pd.DataFrame]
Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Layer:
    """The areas of one level as arrays; `up` gives the position of the area above, -1 where there is none."""

    ids: NDArray[Any]
    names: NDArray[Any]
    shapes: NDArray[Any]
    points: NDArray[np.float64]
    up: dict[Level, Positions] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, ids: Iterable[object]) -> Positions:
        """Return the positions of ids, -1 for unknown or missing ones."""
        found: Positions = pd.Index(self.ids).get_indexer(pd.Index(list(ids), dtype=object))
        return found

    def holding(self, points: NDArray[np.float64]) -> Positions:
        """Return for each point (lon, lat) the area that covers it, the first by order, else -1."""
        found = np.full(len(points), -1, dtype=np.intp)
        known = np.isfinite(points).all(axis=1)
        if not len(self) or not known.any():
            return found
        where = np.flatnonzero(known)
        tree = shapely.STRtree(self.shapes)
        pairs = tree.query(shapely.points(points[where]), predicate="intersects")
        order = np.lexsort((pairs[1], pairs[0]))[::-1]
        found[where[pairs[0][order]]] = pairs[1][order]
        return found


def inner_points(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Return a point inside each shape, NaN without shape."""
    inside = shapely.point_on_surface(shapes)
    return np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])


def _layer(frame: pd.DataFrame, key: str, name: str) -> Layer:
    ids = frame[key].to_numpy(dtype=object)
    named = frame[name].astype(object).where(frame[name].notna(), "").to_numpy(dtype=object)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return Layer(ids, named, shapes, inner_points(shapes))


def _climb(layer: Layer, level: Level, above: Layer, ids: pd.Series | None) -> None:
    """Fill `layer.up[level]` by the stated id, else by the point."""
    found = np.full(len(layer), -1, dtype=np.intp) if ids is None else above.positions(ids)
    open_ones = np.flatnonzero(found < 0)
    if len(open_ones) and len(above):
        found[open_ones] = above.holding(layer.points[open_ones])
    layer.up[level] = found


def _through(layer: Layer, level: Level, middle: Level, above: Layer) -> None:
    """Fill `layer.up[level]` through the level between, so that buildings know their street and district."""
    between = layer.up[middle]
    ups = np.append(above.up[level], -1)
    layer.up[level] = ups[between]


def frame_of(sources: Frames, row: type[Row]) -> pd.DataFrame:
    """Return the frame of a noun, empty where the city has none."""
    return sources[row] if row in sources else frames.empty(row)


def read_layers(sources: Frames) -> dict[Level, Layer]:
    """Return the layers of all levels with `up` filled: by the stated id, else by a point inside."""
    district = _layer(frame_of(sources, District), "district_id", "name")
    street_frame, community_frame = frame_of(sources, Street), frame_of(sources, Community)
    street = _layer(street_frame, "street_id", "name")
    _climb(street, Level.DISTRICT, district, street_frame["district_id"])
    community = _layer(community_frame, "community_id", "name")
    _climb(community, Level.STREET, street, community_frame["street_id"])
    _through(community, Level.DISTRICT, Level.STREET, street)
    without = np.flatnonzero(community.up[Level.DISTRICT] < 0)
    community.up[Level.DISTRICT][without] = district.holding(community.points[without])
    grid_frame = frame_of(sources, Grid)
    grid = _layer(grid_frame, "grid_id", "name")
    _climb(grid, Level.COMMUNITY, community, grid_frame["community_id"])
    compound_frame = frame_of(sources, Compound)
    compound = _layer(compound_frame, "compound_id", "name")
    building_frame = frame_of(sources, Building)
    building = _layer(building_frame, "building_id", "building_id")
    building.up[Level.COMPOUND] = compound.positions(building_frame["compound_id"])
    _place_compounds(compound, building)
    for layer, frame in ((compound, compound_frame), (building, building_frame)):
        _climb(layer, Level.COMMUNITY, community, frame["community_id"])
    _climb(building, Level.GRID, grid, building_frame["grid_id"])
    compound.up[Level.GRID] = _shared_grids(building, grid.positions(compound_frame["grid_id"]))
    for layer in (grid, compound, building):
        for level in (Level.STREET, Level.DISTRICT):
            _through(layer, level, Level.COMMUNITY, community)
    return {Level.DISTRICT: district, Level.STREET: street, Level.COMMUNITY: community, Level.GRID: grid,
            Level.COMPOUND: compound, Level.BUILDING: building}  # fmt: skip


def _shared_grids(building: Layer, stated: Positions) -> Positions:
    """Return the grid of each compound: the stated one, else the one that all its buildings share, else -1."""
    known = pd.DataFrame({"compound": building.up[Level.COMPOUND], "grid": building.up[Level.GRID]})
    known = known[(known["compound"] >= 0) & (known["grid"] >= 0)]
    shared = known.groupby("compound")["grid"].agg(["min", "max"])
    shared = shared[shared["min"] == shared["max"]]["min"]
    found = stated.copy()
    for at, only in shared.items():
        if found[at] < 0:
            found[at] = only
    return found


def _place_compounds(compound: Layer, building: Layer) -> None:
    """Give a compound without outline the middle of its buildings."""
    of = building.up[Level.COMPOUND]
    for at in np.flatnonzero(np.isnan(compound.points[:, 0])):
        mine = building.points[of == at]
        if len(mine):
            compound.points[at] = np.median(mine, axis=0)


class Nearest(NamedTuple):
    """For each point the nearest building (-1: none near), the distance in metres, and whether a rival is as near."""

    building: Positions
    metres: NDArray[np.float64]
    doubt: NDArray[np.bool_]


_RIVAL_M = 5.0


class Footprints:
    """The buildings in metres, to ask which of them a point means."""

    def __init__(self, layer: Layer, metric_crs: str) -> None:
        self.layer, self.metric_crs = layer, metric_crs
        self._change = crs.transformer(crs.STORAGE_CRS, metric_crs)
        self._tree = shapely.STRtree(shapely.transform(layer.shapes, self._change.transform, interleaved=False))

    def metres(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (lon, lat) as east, north in metres."""
        return np.column_stack(self._change.transform(points[:, 0], points[:, 1]))

    def nearest(self, points: NDArray[np.float64], within_m: float) -> Nearest:
        """Find the nearest building within a distance of each point (lon, lat; NaN allowed).

        Doubt: the point lies outside every building and the second nearest is less than 5 m farther.
        """
        found = Nearest(
            np.full(len(points), -1, dtype=np.intp), np.full(len(points), np.inf), np.zeros(len(points), dtype=bool)
        )
        known = np.flatnonzero(np.isfinite(points).all(axis=1))
        if not len(known) or not len(self.layer):
            return found
        here = shapely.points(self.metres(points[known]))
        pairs = self._tree.query(here, predicate="dwithin", distance=within_m + _RIVAL_M)
        far = shapely.distance(here[pairs[0]], self._tree.geometries[pairs[1]])
        order = np.lexsort((pairs[1], far, pairs[0]))
        near = pd.DataFrame({"row": known[pairs[0]], "building": pairs[1], "metres": far}).iloc[order]
        rank = near.groupby("row").cumcount()
        first, second = near[rank == 0].set_index("row"), near[rank == 1].set_index("row")["metres"]
        gap = second.reindex(first.index) - first["metres"]
        first = first.assign(doubt=(first["metres"] > 0) & (gap < _RIVAL_M))[first["metres"] <= within_m]
        found.building[first.index] = first["building"]
        found.metres[first.index] = first["metres"]
        found.doubt[first.index] = first["doubt"]
        return found
