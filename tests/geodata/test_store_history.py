"""Any sequence of changes leaves the store as a dictionary would be."""

import contextlib
import datetime as dt

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from geodata.sql import open_store
from gridmap import frames
from gridmap.errors import StoreError
from gridmap.tables import Alias, Level

KEYS = [*"abcdef"]
ROWS_OF_ALIASES = st.lists(
    st.tuples(
        st.sampled_from(KEYS),
        st.sampled_from([Level.GRID, Level.COMMUNITY]),
        st.sampled_from(["旧名", "新名"]),
        st.none() | st.sampled_from([dt.date(2026, 1, 1), dt.date(2026, 12, 31)]),
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)
NAMES = ["alias_id", "level", "name", "valid_to"]


def frame_of(rows):
    return frames.conform(pd.DataFrame(rows, columns=NAMES, dtype=object).assign(area_id="C1"), Alias)


class Stopped(Exception):  # noqa: N818
    """End a transaction without keeping what it did."""


class History(RuleBasedStateMachine):
    """`kept` is what was committed, `seen` what the open transaction sees; both are dictionaries by key."""

    store = None

    @initialize()
    def begin(self):
        self.kept = {}
        with self.store.transaction(write=True) as transaction:
            transaction.delete(Alias)
        self.open()

    def open(self):
        self.block = self.store.transaction(write=True)
        self.transaction = self.block.__enter__()
        self.seen = dict(self.kept)

    @rule(rows=ROWS_OF_ALIASES)
    def insert(self, rows):
        if any(row[0] in self.seen for row in rows):
            with pytest.raises(StoreError, match="there already"):
                self.transaction.insert(frame_of(rows), Alias)
        else:
            self.transaction.insert(frame_of(rows), Alias)
            self.seen |= {row[0]: row for row in rows}

    @rule(rows=ROWS_OF_ALIASES)
    def upsert(self, rows):
        self.transaction.upsert(frame_of(rows), Alias)
        self.seen |= {row[0]: row for row in rows}

    @rule(wanted=st.sets(st.sampled_from(KEYS)))
    def delete_some(self, wanted):
        assert self.transaction.delete(Alias, alias_id=wanted) == len(wanted & self.seen.keys())
        self.seen = {key: row for key, row in self.seen.items() if key not in wanted}

    @rule(level=st.sampled_from([Level.GRID, Level.COMMUNITY]), day=st.none() | st.just(dt.date(2026, 1, 1)))
    def delete_where(self, level, day):
        gone = {key for key, row in self.seen.items() if row[1] == level and row[3] == day}
        assert self.transaction.delete(Alias, level=[level], valid_to=[day]) == len(gone)
        self.seen = {key: row for key, row in self.seen.items() if key not in gone}

    @rule()
    def commit(self):
        self.block.__exit__(None, None, None)
        self.kept = self.seen
        self.open()

    @rule()
    def roll_back(self):
        self.stop()
        self.open()

    def stop(self):
        with contextlib.suppress(Stopped):
            self.block.__exit__(Stopped, Stopped(), None)

    @precondition(lambda self: hasattr(self, "transaction"))
    @invariant()
    def the_writer_sees_its_own_changes(self):
        assert records(self.transaction) == [self.seen[key] for key in sorted(self.seen)]

    @precondition(lambda self: hasattr(self, "transaction"))
    @invariant()
    def a_reader_sees_what_was_committed(self):
        with self.store.transaction() as reader:
            assert records(reader) == [self.kept[key] for key in sorted(self.kept)]

    def teardown(self):
        if hasattr(self, "block"):
            self.stop()


def records(transaction):
    found = transaction.read(Alias)
    days = [None if pd.isna(day) else day.date() for day in found["valid_to"]]
    return list(zip(found["alias_id"], found["level"], found["name"], days, strict=True))


@pytest.mark.parametrize("kind", ["sqlite", "postgis"])
def test_any_history_leaves_the_store_as_a_dictionary_would_be(kind, tmp_path, request):
    if kind == "sqlite":
        store = open_store(tmp_path, create=True)
    else:
        store = open_store(None, request.getfixturevalue("postgis_url"))
    machine = type("Machine", (History,), {"store": store})
    run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))
    store.close()
