"""What routes may ask for: the city of the running application, and nothing of how it is kept."""

from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from api.auth import source_of
from gridmap import work
from gridmap.audit import Audited
from gridmap.maps.pages import Download
from gridmap.store import Store
from gridmap.tables import AccountRules
from gridmap.work import Picture

DOWNLOADS = (
    Download("api/v1/gaps?format=csv", "gaps.csv"),
    Download("api/v1/gaps?format=geojson", "gaps.geojson"),
    Download("api/v1/coverage?format=csv", "coverage.csv"),
    Download("api/v1/report", "report.json"),
    Download("docs", "API"),
)


class Drawn:
    """The last picture of the store and the pages drawn from it, made once per revision and day for everybody."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._picture: Picture | None = None
        self._pages: dict[str, str | bytes] = {}

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

    def picture(self) -> Picture:
        """Return the frames and figures of the city as of now."""
        return self._drawn.picture()

    def pages(self) -> dict[str, str | bytes]:
        """Return the drawn pages of the city as of now, by path."""
        return self._drawn.pages()


def _city(request: Request) -> City:
    city: City = request.app.state.city
    signed = getattr(request.state, "signed", None)
    return city.acting(signed.account_id if signed else city.store.actor, source_of(request))


def _rules(request: Request) -> AccountRules:
    rules: AccountRules = request.app.state.rules
    return rules


CityDep = Annotated[City, Depends(_city)]
RulesDep = Annotated[AccountRules, Depends(_rules)]
