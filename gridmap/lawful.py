"""On what ground a household is kept, and whether that holds on a day.

A ground is a legal basis (consent, or statutory duty), the day on which people were told, and a purpose: all three
(PIPL articles 13, 17, 35; domain notes, section 6). Consent holds until it is withdrawn; given anew after being told
anew, it holds again. Statutory duty cannot be withdrawn.
"""

import datetime as dt

import pandas as pd

from gridmap.tables import Lawfulness, LegalBasis

STATED = ("legal_basis", "notice_on", "purpose")
"""The columns that make a ground."""

COLUMNS = (*STATED, "withdrawn_on")


def withdrawn(households: pd.DataFrame, day: dt.date) -> pd.Series:
    """Tell whose consent is withdrawn and not given anew: bool by row."""
    today = pd.Timestamp(day)
    over = (households["withdrawn_on"] <= today) & ~(households["notice_on"] > households["withdrawn_on"])
    return (households["legal_basis"] == LegalBasis.CONSENT) & over


def lawful(households: pd.DataFrame, day: dt.date) -> pd.Series:
    """Tell which households have a whole ground that holds on the day: bool by row."""
    told = households["notice_on"] <= pd.Timestamp(day)
    meant = households["purpose"].fillna("").str.strip() != ""
    return households["legal_basis"].notna() & told & meant & ~withdrawn(households, day)


def lacking(households: pd.DataFrame, day: dt.date) -> pd.Series:
    """Say what each household lacks: withdrawn, basis, notice or purpose; empty text where nothing."""
    found = pd.Series("", index=households.index)
    found = found.mask(households["purpose"].fillna("").str.strip() == "", "purpose")
    found = found.mask(~(households["notice_on"] <= pd.Timestamp(day)), "notice")
    found = found.mask(households["legal_basis"].isna(), "basis")
    return found.mask(withdrawn(households, day), "withdrawn")


def kept(brought: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Return households that a ledger brings with what is on record of their ground, where the ledger says nothing.

    A ground is taken whole: the day of another notice says nothing about this one. A withdrawal always stays.
    """
    known = stored.set_index("household_id")[list(COLUMNS)].reindex(brought["household_id"]).set_axis(brought.index)
    silent = brought["legal_basis"].isna()
    facts = {name: brought[name].mask(silent, known[name]) for name in STATED}
    gone = brought["withdrawn_on"]
    return brought.assign(**facts, withdrawn_on=gone.where(gone.notna(), known["withdrawn_on"]))


def filled(households: pd.DataFrame, ground: Lawfulness | None) -> pd.DataFrame:
    """Return households of which those without a basis have a ground that holds for all of them."""
    if ground is None:
        return households
    silent = households["legal_basis"].isna()
    values = {"legal_basis": str(ground.basis), "notice_on": pd.Timestamp(ground.notice_on), "purpose": ground.purpose}
    return households.assign(**{name: households[name].mask(silent, value) for name, value in values.items()})
