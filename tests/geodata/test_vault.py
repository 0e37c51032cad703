"""What is personal is nowhere in clear in the database, on either engine, and only its own key opens it."""

import shutil

import pandas as pd
import postgis
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from geodata.envelope import Envelope
from geodata.sql import FILE, open_store
from geodata.vault import Cipher, Ring
from gridmap import frames
from gridmap.errors import KeyLost, StoreError
from gridmap.schema import columns
from gridmap.tables import ROWS, DataKey, Grid, Household, Inspection, LocationDecision, Member, Monitor, Setting

ENGINES = ["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))]
PLANTED = {  # all invented
    "name": "欧阳测试",
    "phone": "13800001111",
    "id_no": "421122195001011234",
    "address": "幸福里九栋一〇一",
    "birth": "1950-01-01",
    "categories": ("serious_illness",),
    "needs": ("推轮椅",),
}
CLEAR = [value[0] if isinstance(value, tuple) else value for value in PLANTED.values()]


class Place:
    """A store, how to look at it past Gridmap, and where its key is."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        file = folder / FILE
        self.engine = sa.create_engine(
            sa.make_url(url).set(drivername="postgresql+psycopg") if url else f"sqlite:///{file}"
        )

    def open(self, **options):
        return open_store(self.folder, self.url, create=True, **options)

    def run(self, statement):
        with self.engine.begin() as connection:
            found = connection.exec_driver_sql(statement)
            return found.fetchall() if found.returns_rows else []

    def bytes(self):
        """Return every byte of the file, or of every table."""
        if self.url is None:
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")
            return (self.folder / FILE).read_bytes()
        return postgis.content(self.url)


@pytest.fixture(params=ENGINES)
def place(request, tmp_path):
    found = Place(tmp_path, request.getfixturevalue("postgis_url") if request.param == "postgis" else None)
    yield found
    found.engine.dispose()


def person(number, **facts):
    return {"household_id": f"H{number}", **PLANTED, **facts}


def put(store, *rows, noun=Household):
    with store.transaction(write=True) as transaction:
        transaction.upsert(frames.conform(pd.DataFrame(list(rows), dtype=object), noun), noun)


def read(store, noun=Household, **where):
    with store.transaction() as transaction:
        return transaction.read(noun, **where)


def test_a_planted_value_is_nowhere_in_the_database_and_comes_back_as_it_was(place):
    store = place.open()
    put(store, person(1), person(2, name=None, phone="13800002222"))
    put(store, {"member_id": "M1", "name": CLEAR[0], "phone": CLEAR[1], "id_no": CLEAR[2], "address": CLEAR[3]},
        noun=Member)  # fmt: skip
    found = read(store)
    assert found[list(PLANTED)].iloc[0].to_dict() == {**PLANTED, "birth": pd.Timestamp(1950, 1, 1)}
    assert pd.isna(found["name"].iloc[1])
    assert read(store, Member)["address"].tolist() == [CLEAR[3]]
    store.close()
    content = place.bytes()
    assert b"H1" in content
    assert [value for value in [*CLEAR, "13800002222"] if value.encode() in content] == []


def test_every_personal_column_is_sealed():
    sealed = {f"{row.table}.{column.name}" for row in ROWS for column in columns(row) if column.sealed}
    assert {f"{row.table}.{column.name}" for row in ROWS for column in columns(row) if column.personal} <= sealed
    assert {"household.categories", "inspection.note", "import_change.before", "grid.worker_name"} <= sealed
    assert {row for row in ROWS if any(c.sealed for c in columns(row))} >= {Grid, Inspection, LocationDecision, Monitor}


def test_numbers_are_found_by_their_mark_and_names_cannot_be_asked_for(place):
    store = place.open()
    assert read(store, id_no=[PLANTED["id_no"]]).empty  # before there is a key
    put(store, person(1), person(2, id_no=None), person(3, id_no="42112219500101123X", phone="07141234567"))
    assert read(store, id_no=[PLANTED["id_no"], "nobody's"])["household_id"].tolist() == ["H1"]
    assert read(store, id_no=[None, "42112219500101123X"])["household_id"].tolist() == ["H2", "H3"]
    assert read(store, phone=["07141234567"], id_no=["42112219500101123X"])["household_id"].tolist() == ["H3"]
    for name in ("name", "address", "birth", "categories"):
        with pytest.raises(StoreError, match=name):
            read(store, **{name: ["x"]})
    put(store, person(1, id_no="110101190001010000"))
    assert read(store, id_no=[PLANTED["id_no"]]).empty
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE household SET name = (SELECT name FROM household WHERE household_id = 'H2') WHERE household_id = 'H1'",
        "UPDATE household SET name = address WHERE household_id = 'H1'",
        "UPDATE household SET household_id = 'H9' WHERE household_id = 'H1'",
        "UPDATE household SET name = '张三' WHERE household_id = 'H1'",
        "UPDATE household SET name = substr(name, 1, length(name) - 4) WHERE household_id = 'H1'",
        "UPDATE household SET name = '~1~~!' WHERE household_id = 'H1'",
    ],
)
def test_a_cell_that_was_changed_or_moved_is_refused_and_named(place, damage):
    store = place.open()
    put(store, person(1), person(2))
    place.run(damage)
    with pytest.raises(StoreError, match=r"household, column name, row H\d") as caught:
        read(store)
    assert PLANTED["name"] not in str(caught.value)
    store.close()


def test_without_its_key_nothing_is_read_or_written_and_the_message_says_what_to_do(place):
    store = place.open()
    put(store, person(1))
    store.close()
    key = place.folder / "envelope.key"
    assert key.stat().st_mode & 0o077 == 0
    kept = key.read_text()
    key.unlink()
    for wrong in (None, "ab" * 32 + "\n"):
        if wrong:
            key.write_text(wrong)
        store = place.open()
        with pytest.raises(KeyLost, match=r"envelope\.key.*put that file back"):
            read(store)
        with pytest.raises(KeyLost):
            put(store, person(2))
        assert read(store, DataKey)["number"].tolist() == [1]
        store.close()
    key.write_text(kept)
    store = place.open()
    assert read(store)["household_id"].tolist() == ["H1"]
    store.close()


def test_a_database_without_folder_needs_an_envelope_only_for_what_is_personal(postgis_url, tmp_path):
    store = open_store(None, postgis_url)
    put(store, {"name": "city", "value": "{}"}, noun=Setting)
    with pytest.raises(KeyLost, match="by its workspace"):
        put(store, person(1))
    store.close()
    store = open_store(None, postgis_url, envelope=Envelope(tmp_path / "elsewhere" / "its.key"))
    put(store, person(1))
    assert read(store)["name"].tolist() == [PLANTED["name"]]
    store.close()


def test_equal_values_look_different_each_time_unless_they_can_be_asked_for(place):
    store = place.open()
    put(store, person(1), person(2))
    names = place.run("SELECT name FROM household")
    numbers = place.run("SELECT substr(phone, 1, 28) FROM household")
    assert names[0] != names[1]
    assert numbers[0] == numbers[1]
    put(store, person(1))
    assert place.run("SELECT name FROM household") != names
    store.close()


def test_two_copies_of_a_workspace_open_with_the_key_that_came_along(tmp_path):
    first = tmp_path / "first"
    store = open_store(first, create=True)
    put(store, person(1))
    store.close()
    shutil.copytree(first, tmp_path / "second")
    store = open_store(tmp_path / "second")
    assert read(store)["phone"].tolist() == [PLANTED["phone"]]
    store.close()


@given(values=st.lists(st.none() | st.text()), marked=st.booleans(), number=st.integers(1, 10**6))
def test_any_text_comes_back_from_a_cipher(values, marked, number):
    cipher = Cipher(number, b"k" * 32)
    rows = [f"R{at}".encode() for at in range(len(values))]
    sealed = cipher.seal(values, ("noun", "column"), rows, marked=marked)
    assert [cell is None for cell in sealed] == [value is None for value in values]
    assert (
        Ring([cipher, Cipher(number + 1, b"m" * 32)]).unseal(sealed, ("noun", "column"), rows, marked=marked) == values
    )
    other = Cipher(number, b"l" * 32)
    if any(value is not None for value in values):
        with pytest.raises(StoreError):
            Ring([other]).unseal(sealed, ("noun", "column"), rows, marked=marked)
