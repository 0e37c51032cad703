"""A table that somebody may have, of the rows that they may see, masked."""

import pandas as pd

from gridmap import extracts
from gridmap.errors import Problem
from gridmap.store import Store
from gridmap.work.grants import rights_of
from gridmap.work.reading import Progress, picture
from gridmap.work.scopes import picture_within


def export_for(store: Store, account_id: str, noun: str, *, progress: Progress) -> tuple[pd.DataFrame, list[Problem]]:
    """Return a table of what an account sees, and what to know before it is sent on. Whoever hands it out logs it."""
    progress("read", 0, 3)
    rights = rights_of(store, account_id)
    taken = picture(store) if rights is None or rights.rows.whole else picture_within(store, rights)
    progress("extract", 1, 3)
    rows = extracts.extract(noun, taken.frames, taken.coverage)
    return rows, extracts.warnings(rows, noun, taken.city.metric_crs)
