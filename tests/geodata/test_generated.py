import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geodata import topology
from geodata.generated import cut_grids
from gridmap import crs

UTM = "EPSG:32650"
X, Y = 500_000.0, 3_300_000.0  # on the lattice of 500 m, on the central meridian of 117 E


def communities(*outlines):
    shapes = crs.to_storage(np.array(outlines, dtype=object), UTM)
    ids = [f"42020400400{at}" for at in range(len(outlines))]
    return pd.DataFrame({"community_id": ids, "name": [f"社区{at}" for at in range(len(outlines))], "geometry": shapes})


def metres(grids):
    return topology.to_metres(grids["geometry"].to_numpy(dtype=object), UTM)


def test_a_square_of_a_kilometre_has_four_grids_numbered_by_rows_from_the_north_west():
    grids = cut_grids(communities(box(X, Y, X + 1000, Y + 1000)), size_m=500, metric=UTM)
    assert list(grids["grid_id"]) == ["420204004000001", "420204004000002", "420204004000003", "420204004000004"]
    middles = [(round(shape.centroid.x - X), round(shape.centroid.y - Y)) for shape in metres(grids)]
    assert middles == [(250, 750), (750, 750), (250, 250), (750, 250)]
    assert set(grids["name"]) == {"社区0-001", "社区0-002", "社区0-003", "社区0-004"}


def test_a_leftover_joins_its_neighbour_a_third_stays():
    thin = cut_grids(communities(box(X, Y, X + 650, Y + 500)), size_m=500, metric=UTM)
    assert [round(shape.area) for shape in metres(thin)] == [650 * 500]
    wide = cut_grids(communities(box(X, Y, X + 670, Y + 500)), size_m=500, metric=UTM)
    assert [round(shape.area, -2) for shape in metres(wide)] == [250_000, 85_000]


def test_an_island_without_neighbour_is_a_grid_of_its_own():
    both = MultiPolygon([box(X, Y, X + 500, Y + 500), box(X + 2100, Y + 100, X + 2200, Y + 200)])
    grids = cut_grids(communities(both), size_m=500, metric=UTM)
    assert sorted(round(shape.area) for shape in metres(grids)) == [10_000, 250_000]


def test_grids_of_neighbours_leave_neither_gaps_nor_overlaps():
    slope = Polygon([(X, Y), (X + 3000, Y + 200), (X + 2500, Y + 2800), (X + 300, Y + 2500)])
    other = Polygon([(X + 3000, Y + 200), (X + 6000, Y), (X + 6000, Y + 3000), (X + 2500, Y + 2800)])
    places = communities(slope, other)
    grids = cut_grids(places, size_m=500, metric=UTM)
    shapes = grids["geometry"].to_numpy(dtype=object)
    assert len(topology.overlaps(shapes, UTM)) == 0
    assert len(topology.gaps(shapes, UTM)) == 0
    for name, outline in zip(places["community_id"], places["geometry"], strict=True):
        mine = shapely.union_all(shapes[(grids["community_id"] == name).to_numpy()])
        differs = shapely.symmetric_difference(mine, shapely.segmentize(outline, 0.0005))
        assert topology.to_metres(np.array([differs], dtype=object), UTM)[0].area < 1


def test_same_input_same_grids():
    places = communities(Polygon([(X, Y), (X + 1700, Y + 90), (X + 1500, Y + 1300), (X - 200, Y + 1100)]))
    first, second = (cut_grids(places, size_m=500, metric=UTM) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 2500)), min_size=3, max_size=7, unique=True))
def test_any_outline_is_cut_whole(corners):
    outline = shapely.convex_hull(shapely.MultiPoint(corners))
    if outline.geom_type != "Polygon" or outline.area < 1000:
        return
    moved = shapely.transform(outline, lambda points: points + np.array([X, Y]))
    places = communities(moved)
    grids = cut_grids(places, size_m=500, metric=UTM)
    shapes = metres(grids)
    # what is stored is straight in degrees, which in metres is a little bent
    whole = topology.to_metres(shapely.segmentize(places["geometry"].to_numpy(dtype=object), 0.0002), UTM)[0]
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, abs=1)
    assert shapely.is_valid(grids["geometry"].to_numpy(dtype=object)).all()
    assert len(set(grids["grid_id"])) == len(grids)
    if len(shapes) > 1:
        assert min(shape.area for shape in shapes) >= 500 * 500 / 3 - 1
