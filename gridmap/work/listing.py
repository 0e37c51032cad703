"""Lists of a picture: a part to look at, or all of it as a file, which the audit log records."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from gridmap import listing
from gridmap.audit import Act, note
from gridmap.listing import Listed
from gridmap.maps import lists
from gridmap.maps.parts import Slice
from gridmap.maps.words import Lang
from gridmap.schema import STORAGE_CRS
from gridmap.store import Store
from gridmap.tables import AuditAction
from gridmap.work.leaving import view
from gridmap.work.reading import Picture


def facts_of_list(taken: Picture, listed: Listed, wanted: Mapping[str, object]) -> pd.DataFrame:
    """Return the rows that a filter leaves, by facts that name nobody."""
    return listing.narrowed(listing.facts(listed, taken.frames, taken.coverage), wanted)


def rows_of_list(taken: Picture, listed: Listed, facts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return rows as they may be read, masked."""
    rows = listing.shown(listed, facts, taken.frames, taken.coverage)
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(list(rows["geometry"]), crs=STORAGE_CRS))


def export_list(
    store: Store, taken: Picture, listed: Listed, wanted: Mapping[str, object], *, form: str, purpose: str
) -> gpd.GeoDataFrame:
    """Return all rows that a filter leaves, masked, and record that they left."""
    rows = rows_of_list(taken, listed, facts_of_list(taken, listed, wanted))
    asked = {**wanted, "form": form, "day": taken.day}
    with store.transaction(write=True) as transaction:
        note(transaction, Act(AuditAction.EXPORT, listed, row_count=len(rows), filter=asked, purpose=purpose))
    return rows


def draw_list(taken: Picture, listed: Listed, facts: pd.DataFrame, part: Slice, *, lang: Lang) -> str:
    """Draw a part of a list."""
    rows = rows_of_list(taken, listed, facts)
    return lists.list_page(view(taken, served=True), listed, rows, part, lang=lang)
