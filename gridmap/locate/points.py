"""Check the coordinates that come with a file of people against the addresses and communities of the same rows."""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from gridmap import mixup
from gridmap.addresses import normal_text
from gridmap.locate.gazetteer import Gazetteer
from gridmap.locate.places import search
from gridmap.schema import STORAGE_CRS
from gridmap.tables import Accuracy, Household, Level, Member

_SURE = (Accuracy.ROOM, Accuracy.BUILDING)


def _stated_areas(gazetteer: Gazetteer, people: pd.DataFrame) -> list[object]:
    """Return the outline of the community that each row names, None where none or several bear the name."""
    communities, names = gazetteer.communities, gazetteer.names[Level.COMMUNITY]
    shapes: list[object] = []
    for text in people["stated_community"].astype(object):
        found = names.find(normal_text(str(text), gazetteer.style)) if isinstance(text, str) else ()
        alike = [at for at, like in found if like.score >= found[0][1].score]
        shapes.append(communities.shapes[alike[0]] if len(alike) == 1 else None)
    return shapes


def check_points(
    people: pd.DataFrame,
    gazetteer: Gazetteer,
    *,
    noun: type[Household] | type[Member],
    xs: ArrayLike | None = None,
    ys: ArrayLike | None = None,
) -> mixup.Verdict:
    """Judge what the points of a file are: WGS-84, GCJ-02, BD-09, swapped, projected, or two of these.

    `xs`, `ys`: the two columns as they stand in the file; without them the geometry of the frame is judged. A row
    counts with the building of its address where that is sure, else with the community that it states.
    """
    if xs is None or ys is None:
        shapes = np.asarray(people["geometry"].array, dtype=object)
        xs, ys = shapely.get_x(shapes), shapely.get_y(shapes)
    blind = people.assign(geometry=None)
    places = search(blind.set_geometry("geometry", crs=STORAGE_CRS), gazetteer, noun=noun).places
    sure = places["accuracy"].isin(_SURE) & ~places["review"].astype(bool)
    spots = np.asarray(places["geometry"].array, dtype=object)
    reference: NDArray[np.float64] = np.column_stack([shapely.get_x(spots), shapely.get_y(spots)])
    reference[~sure.to_numpy()] = np.nan
    return mixup.detect(xs, ys, areas=_stated_areas(gazetteer, people), reference=reference)
