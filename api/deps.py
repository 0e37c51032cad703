"""What routes may ask for: the city of the running application, and nothing of how it is kept."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from api.auth import source_of
from api.rights import pages_of
from geodata.sealed_files import SealedFiles
from geodata.workspace import Workspace
from gridmap import work
from gridmap.audit import Audited
from gridmap.errors import NotAllowed
from gridmap.hazards import OF_SITES
from gridmap.maps.pages import Download
from gridmap.phrases import say
from gridmap.roles import Rights, Verb
from gridmap.scope import Known, Scoped
from gridmap.store import Store
from gridmap.tables import AccountRules
from gridmap.work import Asked, Picture
from gridmap.work.review import Desk, Shelf

DOWNLOADS = (
    Download("api/v1/gaps/export", "gaps.csv", "csv"),
    Download("api/v1/gaps/export", "gaps.geojson", "geojson"),
    Download("api/v1/coverage/export", "coverage.csv", "csv"),
    Download("api/v1/report", "report.json"),
    Download("docs", "API"),
)

Draw = Callable[[Picture], dict[str, str | bytes]]

SCOPED_DOWNLOADS = DOWNLOADS[:3]
"""Without the report of the last build, which is about the whole city."""

PATIENCE_S = 1.5
"""So long a request waits for the city to be solved; then it says that this is being prepared."""


MOST_SCOPES = 64
"""So many scopes beside the whole city keep their picture and pages; the one not asked for longest goes first."""


class Drawn:
    """The last picture of a store and the pages drawn from it, made once per revision and day for all who see it."""

    def __init__(self, take: Callable[[], Picture], is_current: Callable[[Picture], bool], draw: Draw) -> None:
        self._take, self._is_current, self._draw = take, is_current, draw
        self._lock = Lock()
        self._picture: Picture | None = None
        self._pages: dict[str, str | bytes] = {}
        self._asked: tuple[Asked, Picture, Asked] | None = None

    @property
    def last(self) -> Picture | None:
        """Return the picture that was taken last, however old."""
        return self._picture

    def picture(self) -> Picture:
        """Return the frames and figures of the city as of now."""
        with self._lock:
            return self._fresh()

    def pages(self) -> dict[str, str | bytes]:
        """Return the drawn pages of the city as of now, by path."""
        with self._lock:
            taken = self._fresh()
            if not self._pages:
                self._pages = self._draw(taken)
            return self._pages

    def asked(self, whole: Asked) -> Asked:
        """Return the solved city as those may ask it who see this picture; names and what is hidden are found once."""
        with self._lock:
            taken = self._fresh()
            if self._asked is None or self._asked[0] is not whole or self._asked[1] is not taken:
                self._asked = whole, taken, whole.within(taken)
            return self._asked[2]

    def _fresh(self) -> Picture:
        if self._picture is None or not self._is_current(self._picture):
            self._picture = self._take()
            self._pages = {}
        return self._picture


class Solver:
    """The whole city, solved once per picture and kept ready to be asked."""

    def __init__(self, whole: Drawn) -> None:
        self._whole = whole
        self._lock = Lock()
        self._solving: tuple[Picture, Future[Asked]] | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="what-if")

    def asked(self, *, wait_s: float | None = None) -> Asked | None:
        """Return the city as of now, solved; None while that is still being prepared."""
        with self._lock:
            taken = self._whole.picture()
            if self._solving is None or self._solving[0] is not taken:
                self._solving = taken, self._pool.submit(Asked, taken)
            solving = self._solving[1]
        try:
            return solving.result(timeout=PATIENCE_S if wait_s is None else wait_s)
        except TimeoutError:
            return None

    def close(self) -> None:
        """Let go of what is being prepared."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Studio:
    """What is kept between requests: pictures and pages of the whole city and of some scopes, the solved city."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.shelf = Shelf()
        self._known: tuple[Picture, Known] | None = None
        draw = partial(work.draw, downloads=DOWNLOADS, served=True)
        self.whole = Drawn(lambda: work.picture(store), self._is_current, draw)
        self.solver = Solver(self.whole)
        self._lock = Lock()
        self._scopes: OrderedDict[object, Drawn] = OrderedDict()

    def of(self, rights: Rights) -> Drawn:
        """Return the pictures and pages of somebody's scope."""
        if rights.rows.whole:
            return self.whole
        key = rights.key, work.local_day()
        with self._lock:
            drawn = self._scopes.pop(key, None) or self._of(rights)
            self._scopes[key] = drawn
            if len(self._scopes) > MOST_SCOPES:
                self._scopes.popitem(last=False)
        return drawn

    def _of(self, rights: Rights) -> Drawn:
        opens = pages_of(rights)
        if rights.rows.nothing:
            return Drawn(
                lambda: replace(work.figures_of(self.whole.picture()), opens=opens), self._is_current, work.draw_figures
            )
        draw = partial(work.draw, downloads=SCOPED_DOWNLOADS, served=True)
        return Drawn(
            lambda: replace(self._within(rights), opens=opens),
            self._is_current,
            draw,
        )

    def _within(self, rights: Rights) -> Picture:
        self.whole.picture()  # one reading of the whole city serves every scope
        return work.picture_within(self._store, rights, self.known())

    def known(self) -> Known | None:
        """Return what was last read of the whole city; whoever uses it looks whether it is of the right revision."""
        taken = self.whole.last
        if taken is not None and (self._known is None or self._known[0] is not taken):
            # a picture leaves out what ended with its site
            whole = {row: frame for row, frame in taken.frames.items() if row not in OF_SITES}
            self._known = taken, Known(taken.revision, whole)
        return self._known[1] if self._known else None

    def _is_current(self, taken: Picture) -> bool:
        return work.is_current(self._store, taken)


class City:
    """The city as whoever asks uses it: read within their scope; what is written counts as theirs.

    `store` reads the rows of whoever asks and takes none. `whole` is the whole city: only for the sign-in, and for work
    that `allowed` has checked.
    """

    def __init__(self, whole: Audited, studio: Studio | None = None, rights: Rights | None = None) -> None:
        self.whole = whole
        self.rights = rights
        self._studio = studio or Studio(whole)
        self.store: Store = whole if rights is None else self._scoped(rights)

    def acting(self, actor: str, source: str, rights: Rights | None) -> "City":
        """Return the city as somebody uses it; without rights as on a computer of one's own: all of it."""
        return City(self.whole.acting(actor, source), self._studio, rights)

    def allowed(self, verb: Verb, area_id: str | None = None) -> Audited:
        """Return the whole city's store for work that somebody may do, there if an area is named.

        Raises:
            NotAllowed: they may not.
        """
        if self.rights is not None and not (self.rights.may(verb) and self.holds(verb, area_id)):
            raise NotAllowed(say("role.not_allowed"))
        return self.whole

    def holds(self, verb: Verb, area_id: str | None) -> bool:
        """Say whether whoever asks has a verb for an area."""
        return self.rights is None or area_id is None or work.holds_area(self.whole, self.rights, verb, area_id)

    def within(self, verb: Verb) -> Store:
        """Return the rows for which whoever asks has a verb, without those that other roles merely read."""
        return self.whole if self.rights is None else self._scoped(self.rights.only(verb))

    def _scoped(self, rights: Rights) -> Scoped:
        return Scoped(self.whole, rights, work.local_day(), self._studio.known)

    def through(self, store: Audited) -> "City":
        """Return the city as used through a store around its own."""
        return City(store, self._studio, self.rights)

    @property
    def desk(self) -> Desk:
        """Return where whoever asks reviews places."""
        return Desk(self.whole, self._studio.shelf, seen=self.store)

    def picture(self) -> Picture:
        """Return the frames and figures of the city as of now."""
        taken = self._drawn.picture()
        return taken if self.rights is None else replace(taken, opens=pages_of(self.rights))

    def pages(self) -> dict[str, str | bytes]:
        """Return the drawn pages of the city as of now, by path."""
        return self._drawn.pages()

    @property
    def _drawn(self) -> Drawn:
        return self._studio.whole if self.rights is None else self._studio.of(self.rights)

    def asked(self, *, wait_s: float | None = None) -> Asked | None:
        """Return the city as of now, solved and ready to be asked; None while that is still being prepared."""
        found = self._studio.solver.asked(wait_s=wait_s)
        if found is None or self.rights is None or self.rights.rows.whole:
            return found
        return self._drawn.asked(found)

    def close(self) -> None:
        """Let go of the store and of what is being prepared."""
        self._studio.solver.close()
        self.whole.close()


def _city(request: Request) -> City:
    city: City = request.app.state.city
    signed = getattr(request.state, "signed", None)
    return city.acting(
        signed.account_id if signed else city.whole.actor, source_of(request), signed.rights if signed else None
    )


def _rules(request: Request) -> AccountRules:
    rules: AccountRules = request.app.state.rules
    return rules


CityDep = Annotated[City, Depends(_city)]


def _files(request: Request, city: CityDep) -> SealedFiles:
    workspace: Workspace = request.app.state.workspace
    return workspace.files(city.whole)


FilesDep = Annotated[SealedFiles, Depends(_files)]
RulesDep = Annotated[AccountRules, Depends(_rules)]
