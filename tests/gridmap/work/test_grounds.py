"""A ground that is recorded or withdrawn stays, whatever ledger is loaded after it; on both engines."""

import datetime as dt

import pandas as pd
import pytest

from geodata.workspace import Workspace
from gridmap import frames, work
from gridmap.errors import DecisionRefused, PersonMissing
from gridmap.tables import CityFacts, Household, Lawfulness
from gridmap.work import grounds

CONSENT = Lawfulness(basis="consent", notice_on=dt.date(2026, 3, 1), purpose="包保联系")
DUTY = Lawfulness(basis="statutory_duty", notice_on=dt.date(2026, 1, 2), purpose="关爱")


@pytest.fixture(params=["sqlite", "postgis"])
def store(request, tmp_path):
    url = request.getfixturevalue("postgis_url") if request.param == "postgis" else None
    opened = Workspace(tmp_path, url).open(create=True)
    yield opened
    opened.close()


def load(store, *names, lawful=None):
    rows = frames.conform(pd.DataFrame([{"household_id": name, "name": f"户{name}"} for name in names]), Household)
    work.load(store, {Household: rows}, CityFacts(name="小镇", metric_crs="EPSG:4547", lawful=lawful))


def kept(store, name):
    with store.transaction() as transaction:
        row = transaction.read(Household, household_id=[name]).iloc[0]
    columns = ("legal_basis", "notice_on", "withdrawn_on")
    return [None if pd.isna(row[name]) else str(row[name]).removesuffix(" 00:00:00") for name in columns]


def test_a_load_leaves_what_was_recorded_and_fills_the_rest_with_the_ground_of_the_city(store):
    load(store, "a", "b")
    assert kept(store, "a") == [None, None, None]
    grounds.record_ground(store, store, "a", CONSENT)
    grounds.withdraw_consent(store, store, "a", dt.date(2026, 5, 1))
    load(store, "a", "b", "c", lawful=DUTY)
    assert kept(store, "a") == ["consent", "2026-03-01", "2026-05-01"]
    assert kept(store, "b") == kept(store, "c") == ["statutory_duty", "2026-01-02", None]
    grounds.record_ground(store, store, "a", CONSENT)
    assert kept(store, "a") == ["consent", "2026-03-01", None]


def test_what_cannot_be_withdrawn_is_said(store):
    load(store, "a", "b", lawful=DUTY)
    load(store, "b")
    with pytest.raises(DecisionRefused, match="not kept on consent"):
        grounds.withdraw_consent(store, store, "b", dt.date(2026, 5, 1))
    with pytest.raises(PersonMissing):
        grounds.record_ground(store, store, "a", CONSENT)
