"""What routes may ask for: the city of the running application, and nothing of how it is kept."""

from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from gridmap import work
from gridmap.store import Store
from gridmap.work import Picture


class City:
    """The store of the running application, and the last picture taken of it.

    A picture (all frames with coverage) is taken once per revision and day, since every page reads the same one.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = Lock()
        self._picture: Picture | None = None

    def picture(self) -> Picture:
        """Return the frames and figures of the city as of now."""
        with self._lock:
            if self._picture is None or not work.is_current(self.store, self._picture):
                self._picture = work.picture(self.store)
            return self._picture


def _city(request: Request) -> City:
    city: City = request.app.state.city
    return city


CityDep = Annotated[City, Depends(_city)]
