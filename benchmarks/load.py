"""Fifty people at work in the whole city at once: how long they wait, on either engine, and where the time goes.

`python -m benchmarks.load [--users 50] [--seconds 60] [--scale city] [--think 4] [--engines sqlite postgis]`
Everything is invented. The service is the real one in a process of its own (`benchmarks.service`); each user has an
account of their own, signs in with a password, and then reads, thinks and edits as their role does. The limits on
requests are raised, since all fifty come from this one address. PostGIS is that of `tests/postgis.py`, or the database
of `--url`, which must be empty.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from api import steps
from benchmarks.service import Service
from geodata.workspace import Workspace
from gridmap import work
from gridmap.tables import AccountRole, HazardSite, HouseholdPlace, Level
from gridmap.work import Picture, Whose, silent

PASSWORD = "Correct-horse-9"
SHARES = {AccountRole.PLANNER: 0.2, AccountRole.GRID_MANAGER: 0.4, AccountRole.FIELD_STAFF: 0.25,
          AccountRole.VIEWER: 0.15}  # fmt: skip
LIMITS = {"GRIDMAP_REQUESTS_SOURCE": "1000000", "GRIDMAP_REQUESTS_SIGN_IN": "100000"}
CONFLICTS = (409, 412)
"""What is refused since somebody else was first: an answer as it should be, and counted by itself."""
PATIENCE_S = 180.0


@dataclass
class Tally:
    """How long the answers to each kind of request took, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    conflicts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def note(self, kind: str, seconds: float, reply: httpx.Response) -> None:
        """Count an answer."""
        self.seconds[kind].append(seconds)
        if reply.status_code in CONFLICTS:
            self.conflicts[kind] += 1
        elif reply.status_code >= 400:
            self.errors.append(f"{kind}: {reply.status_code} {reply.text[:200]}")


@dataclass(frozen=True)
class Place:
    """What a user works on: an area, some of its households and sites."""

    area_id: str
    households: tuple[str, ...]
    sites: tuple[str, ...]


@dataclass(frozen=True)
class User:
    """An account and where its role is."""

    account_id: str
    role: AccountRole
    place: Place


class Person(threading.Thread):
    """A user at a browser: signs in, then asks, reads, and asks again until the time is over."""

    def __init__(self, user: User, address: str, tally: Tally, *, until: float, think_s: float) -> None:
        super().__init__(daemon=True)
        self._user, self._tally, self._until, self._think_s = user, tally, until, think_s
        self._chance = random.Random(user.account_id)
        self._client = httpx.Client(base_url=address, timeout=PATIENCE_S, headers={"Origin": address})

    def run(self) -> None:
        """Work through the time."""
        time.sleep(self._chance.uniform(0, self._think_s))
        form = {"account": self._user.account_id, "password": PASSWORD}
        self._ask("sign in", "POST", "/sign-in.html", data=form)
        while time.monotonic() < self._until:
            HABITS[self._user.role](self)
            time.sleep(self._chance.uniform(0.5, 1.5) * self._think_s)
        self._client.close()

    def _ask(self, kind: str, method: str, path: str, **sent: Any) -> httpx.Response | None:
        start = time.perf_counter()
        try:
            reply = self._client.request(method, path, **sent)
        except httpx.HTTPError as error:
            self._tally.errors.append(f"{kind}: {type(error).__name__}")
            return None
        self._tally.note(kind, time.perf_counter() - start, reply)
        return reply if reply.is_success else None

    def plan(self) -> None:
        """Look at figures, gaps and a household; one time in six propose, and one in two of those apply."""
        match self._chance.randrange(6):
            case 0:
                self._propose()
            case 1:
                self._ask("read: gaps", "GET", f"/api/v1/gaps?community_id={self._user.place.area_id}")
            case 2:
                self._ask(
                    "read: household page", "GET", f"/household.html?id={self._some(self._user.place.households)}"
                )
            case 3:
                self._ask("read: today page", "GET", "/today.html")
            case _:
                self._ask("read: coverage", "GET", "/api/v1/coverage")

    def _propose(self) -> None:
        asked = {"area": self._user.place.area_id, "max_changes": 3}
        made = self._ask("edit: propose", "POST", "/api/v1/proposals", json=asked)
        if made and self._chance.random() < 0.5:
            name = made.json()["proposal"]["proposal_id"]
            self._ask("edit: apply", "POST", f"/api/v1/proposals/{name}/apply", json={})

    def manage(self) -> None:
        """Look at the morning, the bundle, the review and a household; one time in five decide about a place."""
        match self._chance.randrange(5):
            case 0:
                self._decide()
            case 1:
                self._ask(
                    "read: household page", "GET", f"/household.html?id={self._some(self._user.place.households)}"
                )
            case 2:
                self._ask("read: review", "GET", "/api/v1/review")
            case 3:
                self._ask("read: bundle", "GET", f"/api/v1/field/bundle?area={self._user.place.area_id}")
            case _:
                self._ask("read: today page", "GET", "/today.html")

    def _decide(self) -> None:
        found = self._ask("read: review", "GET", "/api/v1/review?limit=5")
        rows = found.json()["rows"] if found else []
        person = self._some([row["id"] for row in rows] or self._user.place.households)
        said = {"side": "household", "person_id": person, "kind": "none"}
        self._ask("edit: review decision", "POST", "/api/v1/review/decisions", json=said)

    def patrol(self) -> None:
        """Take the bundle or look at the sites; one time in three send an inspection."""
        match self._chance.randrange(3):
            case 0:
                self._inspect()
            case 1:
                self._ask("read: bundle", "GET", f"/api/v1/field/bundle?area={self._user.place.area_id}")
            case _:
                self._ask("read: sites page", "GET", f"/field.html?area={self._user.place.area_id}")

    def _inspect(self) -> None:
        sent = {"inspection_id": str(uuid.UUID(int=self._chance.getrandbits(128), version=4)),
                "hazard_id": self._some(self._user.place.sites), "state": "stable", "made_by": self._user.account_id,
                "observed_at": "2026-11-20T09:00:00Z"}  # fmt: skip
        reply = self._ask("edit: inspection", "POST", "/api/v1/field/inspections", json={"inspections": [sent]})
        if reply and reply.json()["receipts"][0]["status"] == "refused":
            self._tally.errors.append(f"edit: inspection: {reply.text[:200]}")

    def look(self) -> None:
        """Look at the figures."""
        self._ask("read: figures page", "GET", self._some(["/index.html", "/api/v1/coverage"]))

    def _some(self, found: list[str] | tuple[str, ...]) -> str:
        return self._chance.choice(found)


HABITS: dict[AccountRole, Callable[[Person], None]] = {
    AccountRole.PLANNER: Person.plan,
    AccountRole.GRID_MANAGER: Person.manage,
    AccountRole.FIELD_STAFF: Person.patrol,
    AccountRole.VIEWER: Person.look,
}


def places(taken: Picture, level: Level) -> list[Place]:
    """Return the areas of a level that have something to work on, those with most households first."""
    column = f"{level}_id"
    where = taken.frames[HouseholdPlace].dropna(subset=[column]).groupby(column)["household_id"]
    sites = taken.frames[HazardSite].groupby("community_id")["hazard_id"].agg(tuple).to_dict()
    found = [Place(str(area), tuple(ids), sites.get(area, ())) for area, ids in where]
    return sorted(found, key=lambda place: -len(place.households))


def invite(store: Any, taken: Picture, count: int) -> list[User]:
    """Make an account for each user and give it the role that its share says."""
    communities, grids = places(taken, Level.COMMUNITY), places(taken, Level.GRID)
    fields = [place for place in communities if place.sites]
    by_role = {AccountRole.PLANNER: communities, AccountRole.GRID_MANAGER: grids, AccountRole.FIELD_STAFF: fields}
    users = []
    for role, share in SHARES.items():
        for at in range(round(share * count)):
            mine = by_role.get(role, communities)
            place, name = mine[at % len(mine)], f"{role}-{at}"
            work.create_account(store, name, PASSWORD)
            work.grant(store, name, role, Whose() if role is AccountRole.VIEWER else Whose(place.area_id), actor="load")
            users.append(User(name, role, place))
    return users


def prepared(folder: Path, scale: steps.Scale, url: str | None, count: int) -> list[User]:
    """Build the sample city in a workspace and invite its users."""
    workspace = Workspace(folder, url)
    city = steps.sample(folder / "sources", scale=scale, seed=1, progress=silent)
    steps.build(city, workspace, silent)
    store = workspace.open()
    work.create_account(store, "administrator", PASSWORD)
    users = invite(store, work.picture(store), count)
    store.close()
    return users


def measured(folder: Path, url: str | None, users: list[User], chosen: argparse.Namespace) -> tuple[Tally, Any]:
    """Let all users work for a time; return what they saw and where the service was meanwhile."""
    samples = folder / "samples.json"
    service = Service(folder, url, settings=LIMITS, samples=samples)
    tally, until = Tally(), time.monotonic() + chosen.seconds
    people = [Person(user, service.address, tally, until=until, think_s=chosen.think) for user in users]
    for person in people:
        person.start()
    for person in people:
        person.join()
    service.end()
    return tally, json.loads(samples.read_text())


@contextmanager
def databases(chosen: argparse.Namespace) -> Iterator[dict[str, str | None]]:
    """Give the address of an empty database for each engine that is asked for, None for a file."""
    cluster = None
    found: dict[str, str | None] = dict.fromkeys(chosen.engines)
    if "postgis" in found and not chosen.url:
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
        from postgis import Cluster

        cluster = Cluster()
        found["postgis"] = cluster.database()
    elif "postgis" in found:
        found["postgis"] = chosen.url
    try:
        yield found
    finally:
        if cluster:
            cluster.stop()


def p95(times: list[float]) -> float:
    """Return the time that 95 of 100 answers did not exceed."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def show(found: dict[str, tuple[Tally, Any]]) -> None:
    """Print p95 by kind and engine, the ratio of the engines, errors and conflicts, and where the time goes."""
    kinds = sorted({kind for tally, _ in found.values() for kind in tally.seconds})
    print("| request | " + " | ".join(f"{name}: n | p50 s | p95 s" for name in found) + " | postgis / sqlite, p50 |")
    print("|---|" + "---|" * (3 * len(found) + 1))
    for kind in kinds:
        cells, middles = [], []
        for tally, _ in found.values():
            times = tally.seconds.get(kind)
            middles.append(statistics.median(times) if times else None)
            cells += [str(len(times)), f"{middles[-1]:.2f}", f"{p95(times):.2f}"] if times else ["0", "", ""]
        ratio = f"{middles[1] / middles[0]:.1f}" if len(middles) == 2 and all(middles) else ""
        print(f"| {kind} | {' | '.join(cells)} | {ratio} |")
    for name, (tally, samples) in found.items():
        answers = sum(map(len, tally.seconds.values()))
        print(f"\n{name}: {answers} answers, {len(tally.errors)} errors, conflicts {dict(tally.conflicts)}")
        for error, count in Counter(tally.errors).most_common(10):
            print(f"  {count} x {error}")
        for title in ("own", "through"):
            print(f"  {title}: threads of {samples['looks']} looks")
            for function, count in samples[title][:25]:
                print(f"    {count / samples['looks']:6.2f}  {function}")


def main() -> int:
    """Measure each engine and print; the exit code says whether there was an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=4, help="seconds between the requests of a user, on average")
    parser.add_argument("--scale", choices=["default", "city"], default="city")
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgis"], default=["sqlite", "postgis"])
    parser.add_argument("--url", help="an empty database with PostGIS")
    chosen = parser.parse_args()
    steps.prepare_engine(silent)
    found = {}
    with databases(chosen) as urls:
        for name, url in urls.items():
            with tempfile.TemporaryDirectory() as folder:
                users = prepared(Path(folder), steps.Scale(chosen.scale), url, chosen.users)
                found[name] = measured(Path(folder), url, users, chosen)
    show(found)
    return int(any(tally.errors for tally, _ in found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
