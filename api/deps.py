"""What routes may ask for: the city of the running application, and nothing of how it is kept."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from api.auth import source_of
from gridmap import work
from gridmap.audit import Audited
from gridmap.maps.pages import Download
from gridmap.store import Store
from gridmap.tables import AccountRules
from gridmap.work import Asked, Picture
from gridmap.work.review import Desk, Shelf

DOWNLOADS = (
    Download("api/v1/gaps?format=csv", "gaps.csv"),
    Download("api/v1/gaps?format=geojson", "gaps.geojson"),
    Download("api/v1/coverage?format=csv", "coverage.csv"),
    Download("api/v1/report", "report.json"),
    Download("docs", "API"),
)

PATIENCE_S = 1.5
"""So long a request waits for the city to be solved; then it says that this is being prepared."""


class Drawn:
    """The last picture of the store and the pages drawn from it, made once per revision and day for everybody."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.shelf = Shelf()
        self._lock = Lock()
        self._picture: Picture | None = None
        self._pages: dict[str, str | bytes] = {}
        self._solving: tuple[Picture, Future[Asked]] | None = None
        self._solver = ThreadPoolExecutor(max_workers=1, thread_name_prefix="what-if")

    def picture(self) -> Picture:
        """Return the frames and figures of the city as of now."""
        with self._lock:
            return self._fresh()

    def pages(self) -> dict[str, str | bytes]:
        """Return the drawn pages of the city as of now, by path."""
        with self._lock:
            taken = self._fresh()
            if not self._pages:
                self._pages = work.draw(taken, downloads=DOWNLOADS, served=True)
            return self._pages

    def asked(self, *, wait_s: float | None = None) -> Asked | None:
        """Return the city as of now, solved and ready to be asked; None while that is still being prepared."""
        with self._lock:
            taken = self._fresh()
            if self._solving is None or self._solving[0] is not taken:
                self._solving = taken, self._solver.submit(Asked, taken)
            solving = self._solving[1]
        try:
            return solving.result(timeout=PATIENCE_S if wait_s is None else wait_s)
        except TimeoutError:
            return None

    def close(self) -> None:
        """Let go of what is being prepared."""
        self._solver.shutdown(wait=True, cancel_futures=True)

    def _fresh(self) -> Picture:
        if self._picture is None or not work.is_current(self._store, self._picture):
            self._picture = work.picture(self._store)
            self._pages = {}
        return self._picture


class City:
    """The city as whoever asks uses it: what is written through its store counts as theirs."""

    def __init__(self, store: Audited, drawn: Drawn | None = None) -> None:
        self.store = store
        self._drawn = drawn or Drawn(store)

    def acting(self, actor: str, source: str) -> "City":
        """Return the city as somebody uses it."""
        return City(self.store.acting(actor, source), self._drawn)

    def through(self, store: Audited) -> "City":
        """Return the city as used through a store around its own."""
        return City(store, self._drawn)

    @property
    def desk(self) -> Desk:
        """Return where whoever asks reviews places."""
        return Desk(self.store, self._drawn.shelf)

    def picture(self) -> Picture:
        """Return the frames and figures of the city as of now."""
        return self._drawn.picture()

    def pages(self) -> dict[str, str | bytes]:
        """Return the drawn pages of the city as of now, by path."""
        return self._drawn.pages()

    def asked(self, *, wait_s: float | None = None) -> Asked | None:
        """Return the city as of now, solved and ready to be asked; None while that is still being prepared."""
        return self._drawn.asked(wait_s=wait_s)

    def close(self) -> None:
        """Let go of the store and of what is being prepared."""
        self._drawn.close()
        self.store.close()


def _city(request: Request) -> City:
    city: City = request.app.state.city
    signed = getattr(request.state, "signed", None)
    return city.acting(signed.account_id if signed else city.store.actor, source_of(request))


def _rules(request: Request) -> AccountRules:
    rules: AccountRules = request.app.state.rules
    return rules


CityDep = Annotated[City, Depends(_city)]
RulesDep = Annotated[AccountRules, Depends(_rules)]
