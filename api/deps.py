"""What routes may ask for: the city of the running application, and nothing of how it is kept."""

from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from gridmap import work
from gridmap.maps.pages import Download
from gridmap.store import Store
from gridmap.work import Picture
from gridmap.work.review import Desk

DOWNLOADS = (
    Download("api/v1/gaps?format=csv", "gaps.csv"),
    Download("api/v1/gaps?format=geojson", "gaps.geojson"),
    Download("api/v1/coverage?format=csv", "coverage.csv"),
    Download("api/v1/report", "report.json"),
    Download("docs", "API"),
)


class City:
    """The store of the running application, with the last picture and the pages drawn from it.

    Both are made once per revision and day, since every page shows the same city.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.desk = Desk(store)
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
        if self._picture is None or not work.is_current(self.store, self._picture):
            self._picture = work.picture(self.store)
            self._pages = {}
        return self._picture


def _city(request: Request) -> City:
    city: City = request.app.state.city
    return city


CityDep = Annotated[City, Depends(_city)]
