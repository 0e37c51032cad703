"""Why and what if over HTTP and on pages, in the hand-drawn town; every name is masked."""

import sys
import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import deps
from api.app import create_app
from geodata.workspace import Workspace
from gridmap import work

sys.path.insert(0, str(Path(__file__).parents[1] / "gridmap"))  # the hand-drawn town

from kept_town import RULES, keep
from town import household, member, pairing


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """h1 at 0 m and h2 at 10 m; mid is nearest to both; h5 in B5 has nobody, as 300 m is the limit."""
    folder = tmp_path_factory.mktemp("town")
    workspace = Workspace(folder, None)
    store = workspace.open(create=True)
    near = {"name": "王大力"}
    keep(
        store,
        [household("h1", (0.0, 0.0), name="李小花"), household("h2", (10.0, 0.0)), household("h5", "B5")],
        [member("mid", (5.0, 0.0), **near), member("left", (-20.0, 0.0)), member("right", (110.0, 0.0))],
        [pairing("h1", "left", distance_m=20.0), pairing("h2", "mid", distance_m=5.0)],
        rules=RULES.model_copy(update={"radius_m": 300.0, "straight_factor": 1.0, "change_penalty_m": 0.0}),
    )
    store.close()
    with TestClient(create_app(workspace)) as opened:
        opened.app.state.city.asked(wait_s=600)
        yield opened


def get(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer


def test_a_household_is_explained_in_codes_and_words_of_both_languages(client):
    told = get(client, "/api/v1/households/h1/explanation").json()
    assert told["name"] == "李*花 (h1)"
    (one,) = told["pairings"]
    assert [phrase["code"] for phrase in one["said"]] == ["straight", "kept", "load"]
    assert one["said"][0] == {
        "code": "straight", "numbers": {"metres": 20.0}, "zh": "步行约 20 m", "en": "about 20 m on foot"
    }  # fmt: skip
    (rival,) = one["rivals"]
    assert "；".join(phrase["zh"] for phrase in rival["said"]) == (
        "王*力 (mid) 近 15 m；但 户*2 (h2) 更需要：否则改由 员*t (left) 包，多走 25 m；整体多 10 m"
    )
    assert rival["effect"]["metres"] == 10.0


def test_a_household_with_nobody_says_why_and_what_would_fill_it(client):
    told = get(client, "/api/v1/households/h5/explanation").json()
    (gap,) = told["empty"]
    assert [phrase["en"] for phrase in gap["why"]] == ["no member on duty within 300 m", "nearest 390 m"]
    assert [phrase["zh"] for phrase in gap["remedies"]] == ["距离放宽到 390 m"]


def test_candidates_come_with_the_exact_change_of_the_plan(client):
    (place,) = get(client, "/api/v1/households/h1/suggestions?most=2").json()["places"]
    assert [(one["member_id"], one["effect"]["metres"]) for one in place["candidates"]] == [
        ("left", 0.0),
        ("mid", 10.0),
    ]


def test_a_member_who_leaves(client):
    told = get(client, "/api/v1/members/mid/loss").json()
    assert told["loss"]["said"][0]["en"] == "if 王*力 (mid) leaves, all 1 households get somebody else"
    # h2 gets left (30) and h1 right (110), or h2 right (100): 95 more
    assert told["loss"]["effect"]["metres"] == 95.0
    assert [place["household_id"] for place in told["households"]] == ["h2"]


def test_where_one_more_person_helps_most(client):
    told = get(client, "/api/v1/worth?level=grid&top=3").json()
    assert told["proven"]
    assert [(spot["area_id"], spot["said"][0]["zh"]) for spot in told["spots"]] == [
        ("G3", "多一名包保人可多排 1 个绿级名额")
    ]
    assert told["spots"][0]["household_id"] == "h5"


def test_nobody_of_that_id_is_said_with_404(client):
    assert get(client, "/api/v1/households/nobody/explanation", 404).json()["code"] == "PersonMissing"
    get(client, "/api/v1/members/nobody/loss", 404)
    get(client, "/household.html?id=nobody", 404)


@pytest.mark.parametrize(
    ("page", "zh", "en"),
    [
        ("household{}?id=h1", "为什么不是更近的人", "Why nobody nearer"),
        ("household{}?id=h5", "距离放宽到 390 m", "widen the radius to 390 m"),
        ("member{}?id=mid", "最省的补法", "The cheapest repair"),
        ("worth{}?level=grid", "多一名包保人可多排 1 个绿级名额", "one more member fills 1 more green places"),
    ],
)
def test_the_pages_say_it_in_both_languages_and_show_no_name(client, page, zh, en):
    assert zh in get(client, "/" + page.format(".html")).text
    english = get(client, "/" + page.format(".en.html")).text
    assert en in english
    assert f'href="{page.format(".html")}"' in english  # the switch of language keeps the question
    for name in ("王大力", "李小花"):
        assert name not in english


def test_while_the_city_is_being_solved_the_answer_says_so(client, monkeypatch):
    city, gate = client.app.state.city, threading.Event()

    class Slow(work.Asked):
        def __init__(self, taken):
            gate.wait(60)
            super().__init__(taken)

    monkeypatch.setattr(deps, "Asked", Slow)
    monkeypatch.setattr(deps, "PATIENCE_S", 0.01)
    city._studio.solver._solving = None
    waiting = get(client, "/api/v1/worth", 202)
    assert (waiting.json()["state"], waiting.headers["retry-after"]) == ("preparing", "2")
    page = get(client, "/worth.html", 202).text
    assert 'http-equiv="refresh"' in page
    gate.set()
    assert city.asked(wait_s=600) is not None
    get(client, "/worth.html")
