"""Keep beside the pairings why places are empty: after a pairing from the plan, else from what is in force."""

from dataclasses import replace

import pandas as pd

from gridmap import frames, gaps, slots
from gridmap.proposals import Base
from gridmap.store import Transaction
from gridmap.tables import EmptyPlace, Member, Pairing
from gridmap.work.keeping import replace_rows


def keep(transaction: Transaction, unfilled: pd.DataFrame) -> None:
    """Write the difference to the empty places that are stored; `unfilled` is that of gridmap.gaps."""
    names = {"relaxation_text": "remedy", "relaxation_text_en": "remedy_en"}
    # a place of a mode without roles takes anybody
    rows = unfilled.rename(columns=names).assign(role=unfilled["role"].fillna("any"))
    ids = rows["household_id"] + ":" + rows["role"] + ":" + rows["place"].astype(str)
    fresh = frames.conform(rows.assign(empty_place_id=ids), EmptyPlace)
    replace_rows(transaction, transaction.read(EmptyPlace), fresh, EmptyPlace)


def refresh(transaction: Transaction, base: Base) -> None:
    """Find the reasons anew from the pairings in force, after some of them were changed without solving.

    base: the city before the change; only pairings and members are read anew.
    """
    people = replace(base.people, pairings=transaction.read(Pairing), members=transaction.read(Member))
    instance = slots.prepare(people, paths=base.paths, rules=base.rules, metric_crs=base.metric_crs, day=base.day)
    keep(transaction, gaps.unfilled(instance, gaps.seated(instance)))
