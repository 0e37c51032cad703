"""Keys are changed while others read and write; a rotation cut short anywhere leaves a workspace that opens."""

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.envelope import Envelope
from geodata.rotation import rotate
from geodata.sql import FILE
from geodata.workspace import Workspace
from gridmap import frames, work
from gridmap.errors import KeyLost
from gridmap.tables import DataKey, Household, Member

ENGINES = ["sqlite", pytest.param("postgis", marks=pytest.mark.xdist_group("postgis"))]


@pytest.fixture(params=ENGINES)
def workspace(request, tmp_path):
    """A workspace with one invented household and one member."""
    made = Workspace(tmp_path, request.getfixturevalue("postgis_url") if request.param == "postgis" else None)
    store = made.open(create=True)
    add(store, Household, household_id="H1", name="张三", phone="13800001111")
    add(store, Member, member_id="M1", name="李四", id_no="421122195001011234")
    store.close()
    return made


def add(store, noun, **facts):
    with store.transaction(write=True) as transaction:
        transaction.insert(frames.conform(pd.DataFrame([facts]), noun), noun)


def names(store):
    with store.transaction() as transaction:
        return [*transaction.read(Household)["name"], *transaction.read(Member)["name"]]


def cells(workspace):
    """The sealed cells as the engine keeps them."""
    url = workspace.database_url
    address = sa.make_url(url).set(drivername="postgresql+psycopg") if url else f"sqlite:///{workspace.folder / FILE}"
    engine = sa.create_engine(address)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name, phone FROM household").fetchall()
    engine.dispose()
    return found


def test_a_new_envelope_key_leaves_the_values_and_whoever_is_at_work(workspace):
    running, before, old = workspace.open(), cells(workspace), workspace.envelope.file.read_text()
    assert names(running) == ["张三", "李四"]
    store = workspace.open()
    assert rotate(workspace, store) == 0
    store.close()
    assert cells(workspace) == before
    assert (len(workspace.envelope.file.read_text().split()), old in workspace.envelope.file.read_text()) == (1, False)
    assert names(running) == ["张三", "李四"]
    add(running, Household, household_id="H2", name="王五")
    running.close()
    store = workspace.open()
    assert names(store) == ["张三", "王五", "李四"]
    assert work.verify_audit(store).faults == ()
    assert "data_key" in work.audit_log(store)["noun"].tolist()
    store.close()
    workspace.envelope.file.write_text(old)
    store = workspace.open()
    with pytest.raises(KeyLost):
        names(store)
    store.close()


def test_a_new_data_key_encrypts_every_value_anew_and_numbers_are_still_found(workspace):
    running, before = workspace.open(), cells(workspace)
    assert names(running) == ["张三", "李四"]
    store = workspace.open()
    assert rotate(workspace, store, data=True) == 2
    after = cells(workspace)
    assert [cell[:3] for cell in after[0]] == ["~2~", "~2~"]
    assert not {*before[0]} & {*after[0]}
    for reader in (store, running):  # the one at work finds the new key by itself
        assert names(reader) == ["张三", "李四"]
        with reader.transaction() as transaction:
            assert transaction.read(Household, phone=["13800001111"])["household_id"].tolist() == ["H1"]
            assert transaction.read(DataKey)["number"].tolist() == [2]
    store.close()
    running.close()


@pytest.mark.parametrize("last", ["renew", "wrap", "forget"])
def test_a_rotation_cut_short_leaves_a_workspace_that_opens_and_can_be_rotated_again(workspace, last, monkeypatch):
    class CutShortError(Exception):
        pass

    def cut(*_args):
        raise CutShortError

    store = workspace.open()
    with monkeypatch.context() as patched:
        if last == "renew":  # the new key is in the file, the rest is not done
            real = Envelope.renew
            patched.setattr(Envelope, "renew", lambda self: (real(self), cut()))
        else:
            patched.setattr(Envelope, last, cut)
        with pytest.raises(CutShortError):
            rotate(workspace, store, data=True)
    store.close()
    store = workspace.open()
    assert names(store) == ["张三", "李四"]
    rotate(workspace, store, data=True)
    store.close()
    store = workspace.open()
    assert names(store) == ["张三", "李四"]
    store.close()


def test_a_workspace_without_people_can_be_rotated(tmp_path):
    made = Workspace(tmp_path)
    store = made.open(create=True)
    assert rotate(made, store, data=True) == 0
    add(store, Member, member_id="M1", name="李四")
    assert names(store) == ["李四"]
    store.close()
