"""Every route as every role: who may open what, and no stranger in any answer."""

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

import scope_town
from scope_town import STRANGERS

from api.app import create_app
from api.jobs import Worker
from api.logbook import LOG
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AuditAction

BASE = "http://10.1.2.3:8000"
UNKNOWN = "NO-SUCH-ID"
OWN = {"household_id": "a", "member_id": "m1", "proposal_id": "P0002", "import_id": "I0001", "job_id": "1",
       "decision_id": "L000001", "account_id": UNKNOWN, "act": "sign_out", "grant_id": UNKNOWN, "token_id": UNKNOWN,
       "identity_id": UNKNOWN,
       "merge_id": UNKNOWN, "sha256": "0" * 64, "ending": ".html", "rest": "P0002.html",
       "path": "map.html"}  # fmt: skip
STRANGE = {"household_id": "STRANGE-H", "member_id": "STRANGE-M", "proposal_id": "P0001", "rest": "P0001.html"}
QUERIES = {
    "/api/v1/field/bundle": ("", "?area=C1", "?area=C2", "?area=S1"), "/field.html": ("", "?area=C2"),
    "/site.html": ("?site=H1", "?site=STRANGE-S"), "/site.en.html": ("?site=H1",),
    "/household.html": ("?id=a", "?id=STRANGE-H"), "/household.en.html": ("?id=a",),
    "/member.html": ("?id=m1", "?id=STRANGE-M"), "/member.en.html": ("?id=m1",),
    "/api/v1/today": ("?since=2026-11-20", "?area=C2"), "/today.html": ("", "?area=C2"),
    "/api/v1/coverage": ("", "?level=building"), "/api/v1/gaps": ("", "?community_id=C2"),
    "/api/v1/coverage/export": ("?purpose=x", "?purpose=x&level=building"),
    "/api/v1/gaps/export": ("?format=csv&purpose=x", "?format=geojson&purpose=x&community_id=C2"),
    "/api/v1/proposals/choices": ("?area=C1", "?area=city", "?area=C2"),
    "/api/v1/review": ("", "?side=member", "?person=STRANGE-H", "?decided=true", "?area=C2"),
    **{f"/{name}.html": ("", "?community_id=C2", "?limit=2") for name in ("households", "members", "areas")},
    **{f"/api/v1/{name}": ("", "?community_id=C2") for name in ("households", "members", "areas")},
    **{f"/api/v1/{name}/export": ("?format=csv&purpose=x", "?format=geojson&purpose=x")
       for name in ("households", "members", "areas")},
    "/api/v1/worth": ("", "?level=grid"), "/worth.html": ("", "?level=grid"),
}  # fmt: skip
BODIES = {
    "/api/v1/proposals": [{"area": "C1", "max_changes": 3}, {"area": "C2", "max_changes": 3},
                          {"area": "city", "max_changes": 1},
                          {"area": "C1", "max_changes": 1, "leaves": ["STRANGE-M"]}],
    "/api/v1/proposals/{proposal_id}/apply": [{}],
    "/api/v1/proposals/{proposal_id}/refuse": [{"reason": "x"}],
    "/api/v1/proposals/{proposal_id}/reverse": [{}],
    "/api/v1/field/inspections": [{"inspections": [
        {"inspection_id": "00000000-0000-4000-8000-000000000001", "hazard_id": "STRANGE-S", "state": "stable",
         "observed_at": "2026-11-24T09:00:00Z", "made_by": "x"}]}],
    "/api/v1/field/calls": [{"hazard_id": "STRANGE-S", "household_id": "STRANGE-H", "reason": "x"},
                            {"hazard_id": "H1", "household_id": "a", "reason": "x"}],
    "/api/v1/households/{household_id}/reveal": [{"reason": "x"}],
    "/api/v1/members/{member_id}/reveal": [{"reason": "x"}],
    "/api/v1/emergencies": [{"area_id": "C2", "reason": "x", "hours": 1}, {"area_id": "C1", "reason": "x", "hours": 1}],
    "/api/v1/emergencies/{name}/confirm": [{}],
    "/api/v1/emergencies/{name}/end": [{}],
    "/api/v1/emergencies/{name}/review": [{"review": "x"}],
    "/api/v1/emergencies/{name}/households": [{}],
    "/api/v1/households/{household_id}/legal-basis": [
        {"basis": "statutory_duty", "notice_on": "2026-01-02", "purpose": "x"}],
    "/api/v1/households/{household_id}/withdrawal": [{}],
    "/api/v1/field/photos/{sha256}": [{}],
    "/api/v1/review/decisions": [{"side": "household", "person_id": "STRANGE-H", "kind": "none"},
                                 {"side": "member", "person_id": "STRANGE-M", "kind": "none"}],
    "/api/v1/review/decisions/{decision_id}": [None],
    "/api/v1/imports": [{}],
    "/api/v1/imports/{import_id}/decision": [{}],
    "/api/v1/imports/{import_id}/apply": [{}],
    "/api/v1/imports/{import_id}/undo": [{}],
    "/api/v1/imports/{import_id}/discard": [{}],
    "/api/v1/people/merges": [
        {"side": "household", "kind": "same", "kept_id": "a", "merged_id": "STRANGE-H"}
    ],
    "/api/v1/people/merges/{merge_id}": [None],
    "/api/v1/jobs": [{"kind": "pair"}, {"kind": "propose", "area": "C2"}, {"kind": "import", "import_id": "I0001"},
                     {"kind": "export", "noun": "members", "reason": "x"}],
    "/api/v1/jobs/{job_id}/cancel": [{}],
    "/api/v1/admin/accounts": [{"account_id": "-"}],
    "/api/v1/admin/accounts/{account_id}/{act}": [{}],
    "/api/v1/admin/grants": [{"account_id": "nobody", "role": "member", "member_id": UNKNOWN}],
    "/api/v1/admin/grants/{grant_id}": [None],
    "/api/v1/admin/identities": [{"account_id": UNKNOWN, "subject": "x"}],
    "/api/v1/admin/identities/{identity_id}": [None],
    "/api/v1/admin/tokens": [{"account_id": UNKNOWN, "purpose": "x"}],
    "/api/v1/admin/tokens/{token_id}": [None],
}  # fmt: skip
"""What is sent to each route that writes; a route that somebody adds needs a line here."""

PERSONAL = ("生僻户", "生僻员", "13800000001", "13900000009")
"""Names and numbers that stand in clear in no log."""

NOT_HERE = ("/sign-in", "/sign-out", "/account", "/second-step", "/enter", "/openid")
"""Routes that end the session or are the door itself; tests/api/test_door.py has them."""

ROWS = {"planner", "secretary", "manager", "chief"}
LOOK = ROWS | {"member"}
FIELD = ROWS | {"field"}
PLAN = {"planner", "secretary", "chief"}
EVERYBODY = set(scope_town.ROLES)
OPEN = {
    r"/health|/openapi.json|/docs": EVERYBODY,
    r"/|/index.html|/api/v1/coverage(/export)?": LOOK | {"viewer"},
    r"/map.html|/gaps.html|/data/areas.js|/api/v1/gaps(/export)?": LOOK,
    r"/api/v1/(households|members)/.*/reveal": FIELD,
    r"/api/v1/emergencies/.*/(confirm|end|review)": ROWS,
    r"/emergency\..*|/api/v1/emergencies.*": LOOK | FIELD,
    r"/(households|members|areas)\.html|/api/v1/(households|members|areas)(/export)?": LOOK,
    r"/today.*|/api/v1/today|/(household|member|worth)\..*|/api/v1/(households|members)/.*|/api/v1/worth": ROWS,
    r"/proposal.*|/api/v1/proposals.*": PLAN,
    r"/review.*|/api/v1/review.*": ROWS,
    r"/field.*|/site.*|/api/v1/field/.*": FIELD,
    r"/import.*|/people.*|/api/v1/(imports|people).*|/api/v1/report": {"chief"},
    r"/api/v1/jobs.*": LOOK,
    r"/audit\..*|/api/v1/audit.*": {"auditor"},
    r"/(admin|settings)\..*|/api/v1/admin/.*": {"admin"},
}
"""Who may open which path, written down by hand."""


SLOW = pytest.mark.slow
ENGINES = ["sqlite", pytest.param("postgis", marks=[SLOW, pytest.mark.xdist_group("postgis")])]


@pytest.fixture(scope="module", params=ENGINES)
def served(request, tmp_path_factory):
    """The town with its strangers, served; and a token for each account."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgis").database()
    workspace = Workspace(tmp_path_factory.mktemp("town"), url)
    tokens = scope_town.keep(workspace)
    with TestClient(create_app(workspace), base_url=BASE, follow_redirects=False) as client:
        client.app.state.city.asked(wait_s=600)
        yield client, tokens


@pytest.fixture
def ask(served):
    client, tokens = served

    def send(name, path, method="GET", body=None):
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        return client.request(method, path, headers=headers, json=body)

    return send


def routes(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from [route] if inner is None else routes(inner)


def templates(app):
    """Every method and path template of the application."""
    for route in routes(app):
        for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
            if not route.path.startswith(NOT_HERE):
                yield method, route.path


def filled(template, values):
    return re.sub(r"\{(\w+)(:path)?\}", lambda found: values.get(found[1], OWN.get(found[1], "x")), template)


def requests(app):
    """Every request worth making; those that write come last, since each change has every page drawn anew."""
    return sorted(_requests(app), key=lambda request: request[0] != "GET")


def _requests(app):
    """Each path with ids of one's own, of strangers, and of nobody."""
    for method, template in templates(app):
        bodies = [None] if method == "GET" else BODIES[template]
        unknown = dict.fromkeys(re.findall(r"\{(\w+)", template), UNKNOWN)
        for values in ({}, STRANGE, unknown) if unknown else ({},):
            path = filled(template, values)
            for query in QUERIES.get(path, ("",)):
                for body in bodies:
                    yield method, path + query, body
    for page in ("map.html", "map.en.html", "gaps.html", "index.html", "index.en.html", "gaps.en.html",
                 "data/areas.js", "data/buildings.js", "data/households.js", "data/map.zh.js"):  # fmt: skip
        yield "GET", f"/{page}", None


def without_echo(text, asked):
    """Leave out what merely repeats the question."""
    sent = {word for word in STRANGERS if word in asked}
    for word in sorted(sent, key=len, reverse=True):
        text = text.replace(word, UNKNOWN)
    return text


@pytest.mark.parametrize(
    "name",
    ["planner", "member", "viewer", *(pytest.param(each, marks=SLOW) for each in ("manager", "field", "nobody"))],
)
def test_no_stranger_stands_in_any_answer_nor_in_the_log_of_requests(served, ask, name, caplog):
    client, _ = served
    told, failed = [], []
    caplog.set_level(logging.INFO, LOG.name)
    for method, path, body in requests(client.app):
        if "/events" in path:
            continue  # ends with its job only; it shares the check of GET /jobs/{job_id}
        reply = ask(name, path, method, body)
        if reply.status_code >= 500:
            failed.append((method, path, reply.status_code))
        text = reply.text + json.dumps(dict(reply.headers))
        echo = path + json.dumps(body, ensure_ascii=False)
        # a refusal may repeat the id that was asked for; an answer may not
        text = without_echo(text, echo) if reply.status_code >= 400 or "/inspections" in path else text
        told += [(method, path, word) for word in STRANGERS if word in text]
    assert told == []
    assert failed == []
    assert len(caplog.messages) > 100
    assert [word for word in (*STRANGERS, *PERSONAL) if word in caplog.text] == []


def test_the_whole_city_has_strangers_in_it(served, ask):
    client, _ = served
    found = "".join(
        ask("chief", path).text for method, path, _ in requests(client.app) if method == "GET" and "/events" not in path
    )
    assert {word for word in STRANGERS if word not in found} <= {"STRANGE-I"}
    assert "STRANGE-I" in ask("chief", "/api/v1/field/bundle").text


@pytest.mark.parametrize(
    "template",
    ["/api/v1/households/{}/explanation", "/api/v1/households/{}/suggestions", "/api/v1/members/{}/loss",
     "/household.html?id={}", "/member.html?id={}", "/site.html?site={}", "/api/v1/proposals/{}",
     "/proposal-{}.html"],
)  # fmt: skip
def test_a_stranger_is_refused_as_one_who_is_not_there(ask, template):
    strange = {"members": "STRANGE-M", "member": "STRANGE-M", "site": "STRANGE-S", "proposal": "P0001"}
    name = next((one for word, one in strange.items() if word in template), "STRANGE-H")
    known, unknown = ask("planner", template.format(name)), ask("planner", template.format(UNKNOWN))
    assert known.status_code == unknown.status_code == 404
    assert known.text.replace(name, UNKNOWN) == unknown.text


def test_every_route_is_open_to_whom_it_is_written_down_and_to_nobody_else(served, ask):
    client, _ = served
    wrong = []
    once = {path.partition("?")[0]: (method, path, body) for method, path, body in requests(client.app)}
    for method, path, body in once.values():
        if "/events" in path or path.startswith("/assets") or ".en." in path:
            continue  # a stream; open to all; the same page in English
        plain = path.partition("?")[0]
        lines = [names for pattern, names in OPEN.items() if re.fullmatch(pattern, plain)]
        may = lines[0] if lines else LOOK if plain.startswith("/data/") else set()
        for name in EVERYBODY:
            reply = ask(name, path, method, body if name not in may or method == "GET" else {"no": "such"})
            closed = reply.status_code == 403 and reply.json().get("code") == "NotAllowed"
            if plain == "/" and reply.status_code == 303:
                continue  # led to the own home
            if closed == (name in may):
                wrong.append((name, method, path, reply.status_code))
    assert wrong == []


def test_home_leads_to_what_each_is_here_for(ask):
    led = {name: ask(name, "/").headers.get("location", "here") for name in EVERYBODY}
    morning = dict.fromkeys(ROWS, "/today.html")
    assert led == {**morning, "field": "/field.html", "member": "here", "viewer": "here",
                   "admin": "/admin.html", "auditor": "/audit.html", "nobody": "/account.html"}  # fmt: skip


def test_the_navigation_shows_what_may_be_opened(ask):
    def links(name, page):
        nav = re.search(r'<nav class="top-nav">(.*?)</nav>', ask(name, page).text, re.DOTALL)[1]
        return re.findall(r'href="(\w+)\.html"', nav)

    assert links("chief", "/today.html")[-1] == "imports"
    assert "imports" not in links("planner", "/today.html")
    assert links("manager", "/review.html") == [
        "today",
        "index",
        "map",
        "gaps",
        "households",
        "review",
        "worth",
        "field",
        "emergency",
    ]
    assert links("field", "/field.html") == ["field"]
    assert links("member", "/map.html") == ["index", "map", "gaps", "households"]
    assert links("viewer", "/index.html") == ["index"]


def test_a_viewer_reads_figures_and_no_small_one(ask):
    rows = ask("viewer", "/api/v1/coverage").json()
    assert {row["level"] for row in rows} <= {"city", "district", "street", "community", "grid"}
    city = next(row for row in rows if row["level"] == "city")
    district = next(row for row in rows if row["level"] == "district")
    # ten in all; three of them lie in no district, which the seven of the only district would tell
    assert (city["households"], district["households"]) == (10, "*")
    figures = [row[name] for row in rows for name in ("households", "with_named_person", "gaps")]
    assert all(value == "*" or value >= 5 for value in figures)
    page = ask("viewer", "/index.html").text
    assert "小于 5" in page


def test_the_planner_of_a_community_measures_that_community(ask):
    rows = ask("planner", "/api/v1/coverage").json()
    assert [(row["level"], row["name"], row["households"]) for row in rows[:2]] == [
        ("city", "所辖范围", 6), ("community", "C1", 5)
    ]  # fmt: skip
    assert {row["area_id"] for row in rows if row["level"] == "grid"} == {"G1", "G2"}


def test_the_account_page_says_what_one_is(ask):
    assert "第一书记 · 社区 C1" in ask("secretary", "/account.html").text
    assert "还没有角色" in ask("nobody", "/account.html").text
    assert "本人结对的住户" in ask("member", "/account.html").text


def test_of_others_jobs_there_is_nothing(ask):
    assert ask("planner", "/api/v1/jobs/1").status_code == ask("planner", "/api/v1/jobs/99").status_code == 404
    assert ask("planner", "/api/v1/jobs/1/events").status_code == 404
    made = ask("planner", "/api/v1/jobs", "POST", {"kind": "propose", "area": "C1"})
    assert made.status_code == 202
    assert made.json()["job_id"] in [job["job_id"] for job in ask("planner", "/api/v1/jobs").json()]
    assert made.json()["job_id"] not in [job["job_id"] for job in ask("secretary", "/api/v1/jobs").json()]


def test_no_stranger_stands_in_what_a_job_tells(served, ask):
    client, _ = served
    whole = {"kind": "propose", "area": "C1", "max_changes": 3}
    lost = {"kind": "propose", "area": "C1", "max_changes": 2, "rules": {"locks": ["no-such-pairing"]}}
    put = [ask("planner", "/api/v1/jobs", "POST", body).json()["job_id"] for body in (whole, lost)]
    worker = Worker(client.app.state.workspace)
    while worker.once():
        pass
    worker.close()
    streams = [ask("planner", f"/api/v1/jobs/{job_id}/events").text for job_id in put]
    assert [json.loads(text.strip().splitlines()[-1][6:])["state"] for text in streams] == ["done", "failed"]
    told = "".join([*streams, ask("planner", "/api/v1/jobs").text])
    assert [word for word in STRANGERS if word in told] == []


def test_the_audit_reader_reads_no_clear_personal_value(ask):
    pages = [ask("auditor", f"/api/v1/audit{end}").text for end in ("", "/export?purpose=x")]
    assert any("STRANGE-H" in page for page in pages)
    assert [word for word in PERSONAL if any(word in page for page in pages)] == []


def test_calls_are_revealed_for_ones_own_households_and_logged_as_ones_own(served, ask):
    client, _ = served
    asked = {"hazard_id": "H1", "household_id": "a", "reason": "试"}
    told = ask("manager", "/api/v1/field/calls", "POST", asked).json()
    assert "13800000001" in [call["phone"] for call in told]
    log = work.audit_log(client.app.state.city.whole)
    assert (log["action"] == AuditAction.UNMASK).any()
    assert log.loc[log["action"] == AuditAction.UNMASK, "actor"].iloc[-1] == "manager"


def test_what_a_scope_may_ask_is_found_once_and_anew_when_the_city_changes(served):
    client, tokens = served
    city = client.app.state.city
    seen = city.acting("secretary", "test", work.let_in(city.whole, tokens["secretary"]).rights)
    before = seen.asked(wait_s=600)
    assert seen.asked(wait_s=600) is before
    assert before.names("household", "STRANGE-H") == "辖区外人员 / someone outside your area"
    with city.whole.transaction(write=True) as transaction:
        transaction.advance("again")
    after = seen.asked(wait_s=600)
    assert after.taken.revision == before.taken.revision + 1
