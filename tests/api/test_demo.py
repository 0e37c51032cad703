"""The demonstration: one account for each role, passwords told once, links that open once, a mark on every page."""

import re
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

import field_town

from api import demo
from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import StoreError
from gridmap.tables import AccountRole, Setting
from gridmap.work.demo import check_throwaway, invite_guests
from gridmap.work.reading import CITY

BASE = "http://127.0.0.1:8000"


def fill(store, **facts):
    field_town.fill(store)
    with store.transaction(write=True) as transaction:
        kept = transaction.read(Setting, name=[CITY])
        city = work.city_facts(store).model_copy(update=facts)
        transaction.upsert(kept.assign(value=city.model_dump_json()), Setting)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    found = Workspace(tmp_path_factory.mktemp("demo"))
    store = found.open(create=True)
    fill(store, demo=True, invented=True)
    store.close()
    return found


@pytest.fixture(scope="module")
def guests(workspace):
    store = workspace.open()
    found = invite_guests(store)
    store.close()
    return found


@pytest.fixture(scope="module")
def served(workspace, guests):
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(served):
    served.cookies.clear()
    return served


@pytest.fixture
def told(client, guests, capsys):
    address = demo.welcome(guests, client.app, BASE)
    return address, capsys.readouterr().out


def test_each_role_has_an_account_and_a_password_of_its_own(workspace, guests):
    assert {one.role for one in guests} == set(AccountRole)
    assert len({one.password for one in guests}) == len(AccountRole)
    store = workspace.open()
    rows = work.grants_of(store).set_index("account_id")
    store.close()
    assert rows["role"].to_dict() == {str(role): str(role) for role in AccountRole}
    assert rows.loc["planner", ["level", "area_id"]].isna().all()
    assert rows.loc["first_secretary", "level"] == "community"
    assert rows.loc["grid_manager", "level"] == "grid"
    assert rows.loc["member", "member_id"]


def test_the_grid_of_the_grid_manager_has_gaps(workspace, guests):
    store = workspace.open()
    area = work.grants_of(store).set_index("account_id").loc["grid_manager", "area_id"]
    rows = work.measure(store).areas
    store.close()
    grids = rows[rows["level"] == "grid"].set_index("area_id")["gaps"]
    assert grids[area] == grids.max() > 0


def test_the_terminal_tells_everything_once(told, guests):
    _, text = told
    for one in guests:
        assert re.search(rf"^    {one.account_id}  {re.escape(one.password)}$", text, re.MULTILINE)
    assert len(set(re.findall(r"key=\S+", text))) == len(guests)


def test_every_password_lets_its_account_in(client, guests):
    for one in guests:
        form = {"account": one.account_id, "password": one.password}
        reply = client.post("/sign-in.html", data=form, headers={"Origin": BASE})
        assert reply.status_code == 303, one.account_id
        client.cookies.clear()


def test_the_page_that_opens_is_the_map_signed_in_as_the_planner(client, told):
    address, _ = told
    reply = client.get(address)
    assert (reply.status_code, reply.headers["location"]) == (303, "/map.html")
    assert client.get("/map.html").status_code == 200
    assert "当前账户：planner" in client.get("/account.html").text


def test_a_link_opens_once(client, told):
    address, _ = told
    client.get(address)
    client.cookies.clear()
    again = client.get(address)
    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert "已用过" in again.text
    assert client.get("/map.html").status_code == 303


@pytest.mark.parametrize("key", ["", "x", "x" * 43])
def test_a_link_that_we_did_not_make_opens_nothing(client, told, key):
    reply = client.get(f"/enter.html?key={key}")
    assert reply.status_code == 401
    assert "set-cookie" not in reply.headers


def test_following_a_link_is_a_sign_in_of_the_log(client, told):
    client.get(told[0])
    last = work.audit_log(client.app.state.city.whole).iloc[-1]
    assert (last["action"], last["subject"], last["purpose"]) == ("sign_in", "planner", "link")


def test_the_sign_in_names_the_accounts_and_no_password(client, guests):
    page = client.get("/sign-in.html").text
    assert re.findall(r"\?as=(\w+)&amp;", page) == [str(role) for role in AccountRole]
    assert not any(one.password in page for one in guests)
    assert 'value="viewer"' in client.get("/sign-in.html?as=viewer").text


def test_every_page_says_that_this_is_a_demonstration(client, told):
    assert "演示环境" in client.get("/sign-in.html").text
    client.get(told[0])
    for page in ("map.html", "index.html", "gaps.html", "review.html", "account.html", "imports.html"):
        assert "演示环境" in client.get(f"/{page}").text, page
    assert "Demonstration" in client.get("/map.en.html").text


def test_a_city_that_is_no_demonstration_gets_no_guests_and_names_no_account(tmp_path):
    real = Workspace(tmp_path)
    store = real.open(create=True)
    fill(store, demo=False, invented=False)
    with pytest.raises(StoreError):
        invite_guests(store)
    with pytest.raises(StoreError):
        check_throwaway(store)
    assert work.accounts_of(store).empty
    work.create_account(store, "wang", "Correct-horse-9")
    store.close()
    with TestClient(create_app(real), base_url=BASE) as client:
        page = client.get("/sign-in.html").text
    assert "wang" not in page
    assert "演示" not in page


def test_an_invented_city_with_accounts_of_somebody_is_not_thrown_away(tmp_path):
    store = Workspace(tmp_path).open(create=True)
    fill(store, demo=False, invented=True)
    check_throwaway(store)
    work.create_account(store, "wang", "Correct-horse-9")
    with pytest.raises(StoreError):
        check_throwaway(store)
    store.close()


def test_running_it_again_makes_new_passwords_and_no_second_account(workspace, guests):
    store = workspace.open()
    again = invite_guests(store)
    assert len(work.accounts_of(store)) == len(work.grants_of(store)) == len(AccountRole)
    assert {one.password for one in again}.isdisjoint({one.password for one in guests})
    store.close()


def test_a_link_of_an_account_that_ended_opens_nothing(client, told):
    address, _ = told
    store = client.app.state.city.whole
    work.end_account(store, "planner")  # the last test of this town
    reply = client.get(address)
    assert reply.status_code == 409
    assert "set-cookie" not in reply.headers


@pytest.mark.slow
def test_one_command_builds_the_city_and_its_accounts(tmp_path):
    workspace = Workspace(tmp_path)
    report, guests = demo.prepare(workspace, scale=demo.Scale.DEFAULT, seed=1, progress=work.silent)
    assert report.city
    with TestClient(create_app(workspace), base_url=BASE) as client:
        assert client.get(demo.welcome(guests, client.app, BASE)).url.path == "/map.html"
