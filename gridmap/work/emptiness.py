"""Keep beside the pairings why places are empty: after a pairing from the plan, else from what is in force."""

import datetime as dt

import pandas as pd

from gridmap import frames, gaps, slots
from gridmap.store import Transaction
from gridmap.tables import CityFacts, EmptyPlace, Path
from gridmap.work.reading import people_of


def keep(transaction: Transaction, unfilled: pd.DataFrame) -> None:
    """Write the difference to the empty places that are stored; `unfilled` is that of gridmap.gaps."""
    names = {"relaxation_text": "remedy", "relaxation_text_en": "remedy_en"}
    # a place of a mode without roles takes anybody
    rows = unfilled.rename(columns=names).assign(role=unfilled["role"].fillna("any"))
    ids = rows["household_id"] + ":" + rows["role"] + ":" + rows["place"].astype(str)
    fresh = frames.conform(rows.assign(empty_place_id=ids), EmptyPlace)
    difference = frames.compare(transaction.read(EmptyPlace), fresh, EmptyPlace)
    if len(difference.removed):
        transaction.delete(EmptyPlace, empty_place_id=difference.removed["empty_place_id"].tolist())
    transaction.insert(difference.added, EmptyPlace)
    transaction.upsert(difference.changed, EmptyPlace)


def refresh(transaction: Transaction, city: CityFacts, day: dt.date) -> None:
    """Find the reasons anew from the pairings in force, after some of them were changed without solving."""
    instance = slots.prepare(
        people_of(transaction), paths=transaction.read(Path), rules=city.rules, metric_crs=city.metric_crs, day=day
    )
    keep(transaction, gaps.unfilled(instance, gaps.seated(instance)))
