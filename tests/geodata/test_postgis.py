"""What only the team's engine does: an address that may be wrong, a database that others use too."""

import geopandas as gpd
import pandas as pd
import psycopg
import pytest
import shapely

from geodata.sql import open_store
from gridmap import frames
from gridmap.errors import StoreError, WorkspaceAway, WorkspaceMissing
from gridmap.tables import Building, Community


def refused(url, kind=StoreError, **options):
    with pytest.raises(kind) as caught:
        open_store(None, url, **options)
    assert type(caught.value) is kind
    return str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:hidden@h/d", "sqlite:///x", "postgresql+pg8000://u:hidden@h/d"])
def test_an_address_of_another_kind_is_refused_without_showing_it(url):
    message = refused(url)
    assert "postgresql://user@host/name" in message
    assert "hidden" not in message


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path):
    message = refused(f"postgresql://planner:hidden@/city?host={tmp_path}", WorkspaceAway)
    assert "planner" in message
    assert str(tmp_path) in message
    assert "hidden" not in message
    assert "\n" not in message


def test_a_database_without_tables_is_missing_until_it_is_made(postgis):
    url = postgis.database("bare")
    assert "gridmap build" in refused(url, WorkspaceMissing)
    open_store(None, url, create=True).close()
    open_store(None, url.replace("postgresql://", "postgres://")).close()


def test_postgis_is_switched_on_where_the_database_has_none_yet(postgis):
    url = postgis.database("template0")
    open_store(None, url, create=True).close()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT postgis_lib_version()").fetchone()


def test_tables_of_another_program_are_left_alone(postgis):
    url = postgis.database("bare")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE building (name TEXT)")
    assert "another program" in refused(url, create=True)


def test_other_tools_find_typed_and_indexed_geometry(postgis_url):
    store = open_store(None, postgis_url)
    shape = shapely.box(114.0, 30.0, 114.5, 30.25)
    frame = frames.conform(pd.DataFrame({"community_id": ["C1"], "name": "x", "geometry": [shape]}), Community)
    with store.transaction(write=True) as transaction:
        transaction.insert(frame, Community)
    store.close()
    with psycopg.connect(postgis_url) as connection:
        listed = dict(
            connection.execute("SELECT f_table_name, type FROM geometry_columns WHERE srid = 4326").fetchall()
        )
        (area,) = connection.execute("SELECT ST_Area(geometry) FROM community").fetchone()
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT * FROM community WHERE geometry && ST_MakeEnvelope(0, 0, 1, 1, 4326)"
        ).fetchall()
    assert listed["community"] == "GEOMETRY"
    assert listed["household"] == "POINT"
    assert listed["path"] == "LINESTRING"
    assert area == pytest.approx(0.125)
    assert "ix_community_geometry" in str(plan)


def test_a_refusal_never_quotes_the_row(postgis_url):
    with psycopg.connect(postgis_url) as connection:
        connection.execute("ALTER TABLE community ADD CHECK (name <> '张三')")
    store = open_store(None, postgis_url)
    rows = {"community_id": ["C1"], "name": ["张三"], "geometry": [shapely.box(115, 30, 116, 31)]}
    frame = frames.conform(gpd.GeoDataFrame(rows, geometry="geometry", crs=4326), Community)
    with store.transaction(write=True) as transaction, pytest.raises(StoreError) as caught:
        transaction.insert(frame, Community)
    store.close()
    assert "community_name_check" in str(caught.value)
    assert "张三" not in str(caught.value)


def test_a_user_without_rights_is_told(postgis_url):
    with psycopg.connect(postgis_url) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    store = open_store(None, postgis_url.replace("gridmap@", "reader@"))
    with store.transaction(write=True) as transaction, pytest.raises(StoreError, match="grant the rights"):
        transaction.delete(Building)
    store.close()
    with psycopg.connect(postgis_url) as connection:
        connection.execute("DROP OWNED BY reader")
        connection.execute("DROP ROLE reader")


def test_a_server_that_went_away_is_told_and_found_again(postgis, postgis_url):
    store = open_store(None, postgis_url)
    name = postgis_url.split("/")[3].split("?")[0]
    with store.transaction() as transaction:
        transaction.revision()
        with psycopg.connect(postgis.url("postgres"), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with pytest.raises(StoreError):
            transaction.revision()
    with store.transaction() as transaction:
        assert transaction.revision() == 0
    store.close()


def test_two_schemas_of_one_database_are_two_cities(postgis):
    url = postgis.database("bare")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA one")
        connection.execute("CREATE SCHEMA two")
    one, two = (
        open_store(None, f"{url}&options=-csearch_path%3D{name},public", create=True) for name in ("one", "two")
    )
    with one.transaction(write=True) as first, two.transaction(write=True) as second:
        first.advance("load")
        assert second.revision() == 0
    one.close()
    two.close()
