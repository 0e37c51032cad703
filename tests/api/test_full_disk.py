"""A disk without room: what is asked for is refused as such, nothing half-done stays, and reading goes on."""

import field_town
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from geodata.workspace import Workspace

LEDGER = "姓名,地址,所属社区\n" + "".join(f"张某{n},甲路{n}号,C1\n" for n in range(3000))


@pytest.fixture
def client(tmp_path):
    """The town, whose database may not grow any more as soon as `full` is called."""
    workspace = Workspace(tmp_path)
    store = workspace.open(create=True)
    field_town.fill(store)
    store.close()
    with TestClient(create_app(workspace)) as client:
        client.full = lambda: _fill_up(client.app.state.city.store)
        yield client


def _fill_up(store):
    engine = store._inner._engine.engine
    engine.dispose()

    def bounded(connection, _record):
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")

    sa.event.listen(engine, "connect", bounded)


def test_a_full_disk_is_507_and_nothing_half_done_stays(client):
    sent = client.post(
        "/api/v1/imports?name=a.csv", content=LEDGER.encode(), headers={"Content-Type": "application/octet-stream"}
    )
    assert sent.status_code == 201
    decided = client.put("/api/v1/imports/I0001/decision", json={"kind": "households"})
    assert decided.status_code == 200
    before = client.get("/api/v1/coverage").json()
    client.full()
    refused = client.post("/api/v1/imports/I0001/apply", json={})
    assert (refused.status_code, refused.json()["code"]) == (507, "WorkspaceFull")
    assert refused.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/coverage").json() == before
    assert client.get("/api/v1/imports/I0001").json()["status"] == "ready"
