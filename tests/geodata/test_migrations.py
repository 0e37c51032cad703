"""The migrations make exactly the tables that the nouns ask for, on both engines, and never half of them."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa
from postgis import content

from geodata import migrations
from geodata.envelope import Envelope
from geodata.sql import FILE, open_store
from geodata.sqltables import metadata
from gridmap.errors import StoreError, WorkspaceNewer
from gridmap.tables import Household, HouseholdPlace, ImportChange, Move, Proposal, Setting

ROOT = Path(__file__).parents[2]
ENGINES = ["sqlite", "postgis"]


class Place:
    """Where a store is: a folder or the address of a database."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        address = sa.URL.create("sqlite", database=str(folder / FILE)) if url is None else sa.make_url(url)
        self.engine = sa.create_engine(address.set(drivername="postgresql+psycopg") if url else address)

    def open(self, **options):
        return open_store(self.folder, self.url, **options)

    def run(self, *statements):
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def settings(self):
        store = self.open()
        with store.transaction() as transaction:
            found = transaction.read(Setting)
        store.close()
        return dict(zip(found["name"], found["value"], strict=True))


@pytest.fixture(params=ENGINES)
def place(request, tmp_path):
    """A workspace with one setting in it."""
    found = Place(tmp_path, request.getfixturevalue("postgis_url") if request.param == "postgis" else None)
    store = found.open(create=True)
    with store.transaction(write=True) as transaction:
        transaction.insert(pd.DataFrame({"name": ["city"], "value": ["{}"]}), Setting)
    store.close()
    yield found
    found.engine.dispose()


# --- the migrations and the nouns say the same


def tables_of_sqlite(path):
    """Columns, constraints and indexes as SQLite keeps them, in any order."""
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'gridmap_version'"
        found = dict(connection.exec_driver_sql(query).fetchall())
    return {name: sorted(facts_of(sql)) for name, sql in found.items()}


def facts_of(sql):
    """Columns and constraints of a CREATE statement; a column that was added later carries its constraint with it."""
    depth, parts = 0, [""]
    for sign in sql.replace("\n", " ").replace("\t", " "):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += sign
    head, parts[0] = parts[0].split("(", 1) if "(" in parts[0] else (parts[0], "")
    parts[-1] = parts[-1].rstrip(" )") + ")" * (parts[-1].count("(") - parts[-1].rstrip(" )").count(")"))
    pieces = [piece for part in parts for piece in re.split(r"\s+(?=CONSTRAINT )", part)]
    return [" ".join(piece.split()) for piece in (head, *pieces) if piece.strip()]


def tables_of_postgres(url):
    """Columns, constraints and indexes as PostgreSQL keeps them."""
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            """SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull,
                      (SELECT collname FROM pg_collation WHERE oid = attcollation), pg_get_expr(adbin, adrelid)
               FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
               WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r'
                     AND relnamespace = 'public'::regnamespace)"""
        ).fetchall()
        constraints = connection.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace"""
        ).fetchall()
        indexes = connection.execute(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
    found = {*columns, *constraints, *indexes}
    return {fact for fact in found if fact[0] not in {"gridmap_version", "spatial_ref_sys"}}


def test_sqlite_tables_are_those_of_the_nouns(tmp_path):
    open_store(tmp_path, create=True).close()
    other = tmp_path / "other.sqlite"
    engine = sa.create_engine(f"sqlite:///{other}")
    metadata("sqlite").create_all(engine)
    engine.dispose()
    migrated, asked = tables_of_sqlite(tmp_path / FILE), tables_of_sqlite(other)
    assert len(asked) > 40
    assert migrated == asked


def test_postgis_tables_are_those_of_the_nouns(postgis, postgis_url):
    other = postgis.database("bare")
    engine = sa.create_engine(sa.make_url(other).set(drivername="postgresql+psycopg"))
    metadata("postgresql").create_all(engine)
    engine.dispose()
    migrated, asked = tables_of_postgres(postgis_url), tables_of_postgres(other)
    assert len(asked) > 200
    assert sorted(map(str, migrated ^ asked)) == []


def test_the_history_is_one_line_that_ends_at_head():
    facts = {}
    for path in sorted((migrations.FOLDER / "versions").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        revision = re.search(r'^revision = "(\w+)"', text, re.MULTILINE).group(1)
        down = re.search(r'^down_revision = (?:None|"(\w+)")', text, re.MULTILINE).group(1)
        assert path.name.startswith(f"{revision}_")
        facts[down] = revision
    at, length = None, 0
    while at in facts:
        at, length = facts[at], length + 1
    assert (at, length) == (migrations.HEAD, len(facts))


# --- older and newer workspaces


NEXT = '''"""A change for the tests."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"


def upgrade():
    op.create_table("extra", sa.Column("extra_id", sa.Text(), primary_key=True))
    with op.batch_alter_table("setting") as setting:
        setting.add_column(sa.Column("note", sa.Text()))
    {then}
'''


@pytest.fixture
def history(tmp_path_factory, monkeypatch):
    """Gridmap as it will be one day: its history goes one revision further."""

    def longer(then="pass"):
        folder = tmp_path_factory.mktemp("history") / "migrations"
        shutil.copytree(migrations.FOLDER, folder)
        (folder / "versions" / "9001_next.py").write_text(NEXT.format(head=migrations.HEAD, then=then))
        monkeypatch.setattr(migrations, "FOLDER", folder)
        monkeypatch.setattr(migrations, "HEAD", "9001")

    return longer


def columns_of(place, table):
    inspector = sa.inspect(place.engine)
    return [column["name"] for column in inspector.get_columns(table)] if inspector.has_table(table) else []


def test_an_older_workspace_is_brought_up_to_date_with_its_content(place, history):
    history()
    place.open().close()
    assert columns_of(place, "setting") == ["name", "value", "note"]
    assert columns_of(place, "extra") == ["extra_id"]
    assert place.settings() == {"city": "{}"}


def forget_from(revision, folder):
    """Make a copy of the history end before a revision."""
    for path in (folder / "versions").glob("*.py"):
        if path.name >= revision:
            path.unlink()


PROPOSAL = """INSERT INTO proposal (proposal_id, area_id, made_at, made_by, day, base_revision, base_digest,
    max_changes, rules, standings, figures, status, reverses)
    VALUES ('{0}', 'city', '2026-11-24T08:00:00.000000Z', 'x', '2026-11-24',
    1, 'd', 3, '{{}}', '[]', '{{}}', '{1}', {2})"""
MOVE = """INSERT INTO move (proposal_id, number, kind, household_id, role, why, reason, accepted, changes)
    VALUES ('{0}', 1, 'add', 'H1', 'registered', 'was_empty', '', {1}, '[]')"""


@pytest.fixture(params=ENGINES)
def before_changes(request, tmp_path, monkeypatch):
    """A workspace from before revision 0005, with a proposal, its move, and the proposal that reverses it."""
    source = (migrations.FOLDER / "versions" / "0005_changes.py").read_text(encoding="utf-8")
    shutil.copytree(migrations.FOLDER, tmp_path / "older")
    forget_from("0005", tmp_path / "older")
    found = Place(tmp_path, request.getfixturevalue("postgis_url") if request.param == "postgis" else None)
    if found.url:  # a test's database comes with the tables of today
        found.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE EXTENSION postgis")
    with monkeypatch.context() as older:
        older.setattr(migrations, "FOLDER", tmp_path / "older")
        older.setattr(migrations, "HEAD", re.search(r'down_revision = "(\w+)"', source)[1])
        found.open(create=True).close()
    yes = "TRUE" if found.url else "1"
    found.run(PROPOSAL.format("P0001", "reversed", "NULL"), PROPOSAL.format("P0002", "applied", "'P0001'"),
              MOVE.format("P0001", yes), MOVE.format("P0002", yes))  # fmt: skip
    yield found
    found.engine.dispose()


def test_proposals_and_moves_are_kept_when_refusals_come(before_changes):
    store = before_changes.open()
    with store.transaction(write=True) as transaction:
        kept = transaction.read(Proposal)
        assert kept[["proposal_id", "status"]].to_numpy().tolist() == [["P0001", "reversed"], ["P0002", "applied"]]
        assert kept["reverses"].iloc[1] == "P0001"
        assert kept["closed_reason"].isna().all()
        assert list(transaction.read(Move)["proposal_id"]) == ["P0001", "P0002"]
        transaction.upsert(kept.assign(status="refused", closed_reason="why"), Proposal)
    with pytest.raises(StoreError), store.transaction(write=True) as transaction:
        transaction.delete(Proposal, proposal_id=["P0001"])  # the moves still refer to it
    store.close()


def test_an_upgrade_that_fails_leaves_the_workspace_as_it_was(place, history, monkeypatch):
    history(then='op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(StoreError, match="nowhere"):
        place.open()
    assert columns_of(place, "extra") == []
    assert columns_of(place, "setting") == ["name", "value"]
    monkeypatch.undo()
    assert place.settings() == {"city": "{}"}


def test_a_newer_workspace_is_refused_and_left_alone(place):
    place.run("UPDATE gridmap_version SET version_num = '9999'")
    for create in (False, True):
        with pytest.raises(WorkspaceNewer, match="9999"):
            place.open(create=create)
    place.run(f"UPDATE gridmap_version SET version_num = '{migrations.HEAD}'")
    assert place.settings() == {"city": "{}"}


@pytest.mark.parametrize("engine", ENGINES)
def test_people_stay_where_they_are_when_their_tables_grow(engine, request, tmp_path, monkeypatch):
    folder = tmp_path / "earlier"
    shutil.copytree(migrations.FOLDER, folder)
    forget_from("0010", folder)
    monkeypatch.setattr(migrations, "FOLDER", folder)
    monkeypatch.setattr(migrations, "HEAD", "0009")
    url = request.getfixturevalue("postgis").database("bare") if engine == "postgis" else None
    place = Place(tmp_path, url)
    place.open(create=True).close()
    place.run(
        "INSERT INTO household (household_id, categories, care_level, status, needs)"
        " VALUES ('h1', '[]', 'red', 'present', '[]')",
        "INSERT INTO household_place (household_id, accuracy, method, review, reason)"
        f" VALUES ('h1', 'none', 'none', {'1' if engine == 'sqlite' else 'true'}, '查无')",
    )
    monkeypatch.undo()
    store = place.open(envelope=Envelope(tmp_path / "envelope.key"))
    with store.transaction(write=True) as transaction:
        assert transaction.read(HouseholdPlace)["accuracy_m"].isna().tolist() == [True]
        assert transaction.read(Household)["household_id"].tolist() == ["h1"]
    with pytest.raises(StoreError, match="household"), store.transaction(write=True) as transaction:
        transaction.delete(Household)
    store.close()
    place.engine.dispose()


CLEAR = "欧阳测试", "13800001111", "421122195001011234", "serious_illness", "幸福里9栋101"
OLDER = """INSERT INTO household
    (household_id, name, categories, care_level, status, phone, id_no, birth, needs, address)
    VALUES ('h1', '欧阳测试', '["serious_illness"]', 'red', 'present', '13800001111', '421122195001011234',
            '1950-01-01', '[]', '幸福里9栋101')"""
CHANGED = """INSERT INTO import_change (import_id, number, noun, row_key, before)
    VALUES ('I1', 1, 'household', 'h1', '{"name": "欧阳测试"}')"""
IMPORT = """INSERT INTO import (import_id, file, sha256, sender, kind, guess, columns, scope, status, report,
    made_at, made_by) VALUES ('I1', 'f', 'x', '', 'households', '{}', '{}', 'add', 'applied', '{}',
    '2026-11-24T08:00:00.000000Z', 'x')"""


@pytest.fixture(params=ENGINES)
def in_clear(request, tmp_path, monkeypatch):
    """A workspace from before revision 0014 with a person in clear, and the folder of its key."""
    shutil.copytree(migrations.FOLDER, tmp_path / "older")
    forget_from("0014", tmp_path / "older")
    url = request.getfixturevalue("postgis").database("bare") if request.param == "postgis" else None
    found = Place(tmp_path, url)
    with monkeypatch.context() as older:
        older.setattr(migrations, "FOLDER", tmp_path / "older")
        older.setattr(migrations, "HEAD", max(path.name for path in (tmp_path / "older" / "versions").iterdir())[:4])
        found.open(create=True).close()
    found.run(OLDER, IMPORT, CHANGED)
    yield found
    found.engine.dispose()


def bytes_of(place):
    """Everything that the engine keeps of a place."""
    if place.url is None:
        return b"".join(path.read_bytes() for path in place.folder.glob(f"{FILE}*"))
    return content(place.url)


def test_what_an_older_workspace_holds_is_sealed_and_gone_from_its_files(in_clear):
    before = bytes_of(in_clear)
    assert all(value.encode() in before for value in CLEAR)
    store = in_clear.open()
    with store.transaction() as transaction:
        (person,) = transaction.read(Household).to_dict("records")
        assert (person["name"], person["categories"], person["birth"]) == (
            "欧阳测试", ("serious_illness",), pd.Timestamp(1950, 1, 1))  # fmt: skip
        assert transaction.read(Household, id_no=["421122195001011234"])["household_id"].tolist() == ["h1"]
        assert transaction.read(ImportChange)["before"].tolist() == ['{"name": "欧阳测试"}']
    store.close()
    after = bytes_of(in_clear)
    assert [value for value in CLEAR if value.encode() in after] == []
    with in_clear.engine.connect() as connection:
        sealed = connection.exec_driver_sql("SELECT name FROM household").scalars().all()
        in_clear.open().close()  # once is enough
        assert connection.exec_driver_sql("SELECT name FROM household").scalars().all() == sealed


def test_sealing_that_fails_leaves_the_workspace_in_clear_and_whole(in_clear):
    (in_clear.folder / "envelope.key").write_text("no key")
    with pytest.raises(StoreError, match=r"envelope\.key"):
        in_clear.open()
    assert all(value.encode() in bytes_of(in_clear) for value in CLEAR)
    (in_clear.folder / "envelope.key").unlink()
    in_clear.open().close()


# --- packaging


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_a_warning_that_was_kept_by_itself_becomes_a_yellow_one_for_the_whole_city(
    engine, request, tmp_path, monkeypatch
):
    folder = tmp_path / "earlier"
    shutil.copytree(migrations.FOLDER, folder)
    forget_from("0011", folder)
    monkeypatch.setattr(migrations, "FOLDER", folder)
    monkeypatch.setattr(migrations, "HEAD", "0010")
    url = request.getfixturevalue("postgis").database("bare") if engine == "postgis" else None
    place = Place(tmp_path, url)
    place.open(create=True).close()
    old = {"dry_days": 20, "warning_from": "2026-07-10T08:00:00+08:00", "warning_to": None, "warning_source": "气象台"}
    place.run(f"INSERT INTO setting (name, value) VALUES ('city', '{json.dumps({'patrol': old})}')")
    monkeypatch.undo()
    place.open().close()
    assert json.loads(place.settings()["city"]) == {
        "patrol": {
            "dry_days": 20,
            "warnings": [
                {
                    "level": "yellow",
                    "starts": "2026-07-10T08:00:00+08:00",
                    "ends": None,
                    "source": "气象台",
                    "areas": [],
                }
            ],
        }
    }


def test_the_wheel_holds_every_revision(tmp_path):
    copy = tmp_path / "source"
    ignored = shutil.ignore_patterns(".*", "tests", "docs", "build", "*.egg-info", "node_modules", "vendor")
    shutil.copytree(ROOT, copy, ignore=ignored)
    script = "import setuptools.build_meta as b, sys; print(b.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=copy, capture_output=True, text=True, check=True
    )
    names = zipfile.ZipFile(tmp_path / done.stdout.splitlines()[-1]).namelist()
    expected = {f"geodata/migrations/versions/{path.name}" for path in (migrations.FOLDER / "versions").glob("*.py")}
    assert {"geodata/migrations/env.py", "geodata/migrations/__init__.py", *expected} <= set(names)
