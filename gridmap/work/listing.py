"""Lists of a picture: a part to look at, or all of it as a file, which the audit log records."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from gridmap import extracts, listing
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
    return listing.narrowed(listing.facts(listed, taken.frames, taken.coverage, taken.day), wanted)


def rows_of_list(taken: Picture, listed: Listed, facts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return rows as they may be read, masked."""
    rows = listing.shown(listed, facts, taken.frames, taken.coverage)
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(list(rows["geometry"]), crs=STORAGE_CRS))


def export_list(
    store: Store, taken: Picture, listed: Listed, wanted: Mapping[str, object], *, form: str, purpose: str
) -> gpd.GeoDataFrame:
    """Return all rows that a filter leaves, masked, and record that they left."""
    rows = rows_of_list(taken, listed, facts_of_list(taken, listed, wanted))
    record_export(store, taken, listed, len(rows), {**wanted, "form": form}, purpose=purpose)
    return rows


def record_export(
    store: Store, taken: Picture, noun: str, count: int, asked: Mapping[str, object], *, purpose: str
) -> None:
    """Record that a masked table of a picture leaves; `asked` says which rows of it, in which form."""
    told = {name: value for name, value in {**asked, "day": taken.day}.items() if value is not None}
    with store.transaction(write=True) as transaction:
        note(transaction, Act(AuditAction.EXPORT, noun, row_count=count, filter=told, purpose=purpose))


def table_of(taken: Picture, noun: str) -> gpd.GeoDataFrame:
    """Return a table of a picture as it may leave, masked, with where its rows are."""
    rows = extracts.extract(noun, taken.frames, taken.coverage)
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(list(rows["geometry"]), crs=STORAGE_CRS))


def draw_list(taken: Picture, listed: Listed, facts: pd.DataFrame, part: Slice, *, lang: Lang) -> str:
    """Draw a part of a list."""
    rows = rows_of_list(taken, listed, facts)
    return lists.list_page(view(taken, served=True), listed, rows, part, lang=lang)
