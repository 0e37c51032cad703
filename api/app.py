"""Put the web application together; the only place that picks a backend."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import oidc
from api.auth import Door
from api.contract import describe
from api.deps import City
from api.errors import add_handlers
from api.head import HeadAsGet
from api.headers import Headers
from api.limits import BodyLimit, Throttle, by_account, by_sign_in, by_source
from api.links import Links
from api.logbook import Logbook
from api.routes import (
    admin,
    audit,
    docs,
    door,
    emergencies,
    explain,
    field,
    figures,
    grounds,
    health,
    imports,
    jobs,
    lists,
    openid,
    pages,
    people,
    proposals,
    reveal,
    review,
    today,
)
from api.settings import Settings, read_settings
from api.tags import Tagged
from geodata import assets
from geodata.workspace import Workspace
from gridmap.audit import Audited

THREADS = 12
"""So many requests are worked on at a time, the others wait in order: Python runs one of them at any moment, so that
more would only let each take longer, with locks and connections in its hands (docs/benchmarks/load.md)."""

DESCRIPTION = "Coverage of households with special needs: figures, gaps and maps. Personal fields are masked."

ASKED = (
    health, figures, proposals, field, today, imports, jobs, explain, reveal, grounds, emergencies, review, people,
    audit, admin, lists,
)  # fmt: skip
"""The routes that answer with values."""

DRAWN = (proposals, field, review, people, today, imports, explain, emergencies, audit, admin, lists)
"""The routes that draw pages of their own."""


def create_app(workspace: Workspace) -> FastAPI:
    """Return the application that answers for one workspace.

    Raises:
        WorkspaceMissing: nothing was built there yet.
        SettingsError: the settings of the OpenID provider do not hold.
    """
    mimetypes.add_type("text/javascript", ".mjs")
    settings = read_settings()
    provider = oidc.provider_of(settings)
    store = workspace.open()
    queue = workspace.open_jobs()
    workspace.files(store).tidy()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        app.state.city.close()
        queue.close()

    app = FastAPI(
        title="Gridmap", description=DESCRIPTION, version="1", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    rules = settings.account_rules()
    app.state.city = City(store)
    app.state.rules = rules
    app.state.workspace, app.state.queue = workspace, queue
    app.state.links = Links()
    app.state.provider = provider
    add_handlers(app)
    describe(app)
    _add_layers(app, store, settings)
    for router in (*(routes.router for routes in ASKED), pages.palette_router):
        app.include_router(router)
    app.mount("/assets", StaticFiles(directory=assets.checked_folder(pages_only=False)), name="assets")

    for router in (door.router, openid.router, docs.router, *(routes.page_router for routes in DRAWN), pages.router):
        app.include_router(router)
    return app


def _add_layers(app: FastAPI, store: Audited, settings: Settings) -> None:
    """Put between the wire and the routes what holds for all of them, from the inside out."""
    app.add_middleware(BodyLimit)
    app.add_middleware(Tagged)
    app.add_middleware(Throttle, per_minute=settings.requests_account, named=by_account)
    app.add_middleware(Door, store=store, rules=settings.account_rules())
    app.add_middleware(Throttle, per_minute=settings.requests_sign_in, named=by_sign_in)
    app.add_middleware(Throttle, per_minute=settings.requests_source, named=by_source)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Logbook)
    app.add_middleware(Headers)
