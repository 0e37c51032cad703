"""Put the web application together; the only place that picks a backend."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.auth import Door
from api.deps import City
from api.errors import add_handlers
from api.head import HeadAsGet
from api.routes import door, explain, field, figures, health, imports, jobs, pages, people, proposals, review, today
from api.settings import read_settings
from geodata import assets
from geodata.workspace import Workspace

DESCRIPTION = "Coverage of households with special needs: figures, gaps and maps. Personal fields are masked."


def create_app(workspace: Workspace) -> FastAPI:
    """Return the application that answers for one workspace.

    Raises:
        WorkspaceMissing: nothing was built there yet.
    """
    mimetypes.add_type("text/javascript", ".mjs")
    store = workspace.open()
    queue = workspace.open_jobs()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.city.close()
        queue.close()

    app = FastAPI(
        title="Gridmap", description=DESCRIPTION, version="1", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    rules = read_settings().account_rules()
    app.state.city = City(store)
    app.state.rules = rules
    app.state.workspace, app.state.queue = workspace, queue
    add_handlers(app)
    app.add_middleware(Door, store=store, rules=rules)
    app.add_middleware(HeadAsGet)
    asked = (health, figures, proposals, field, today, imports, jobs, explain, review, people)
    for router in (*(routes.router for routes in asked), pages.palette_router):
        app.include_router(router)
    app.mount("/assets", StaticFiles(directory=assets.checked_folder(pages_only=False)), name="assets")

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        """Show the interface description with assets of our own."""
        return get_swagger_ui_html(
            openapi_url=app.openapi_url or "/openapi.json",
            title="Gridmap",
            swagger_js_url="/assets/vendor/swagger-ui/swagger-ui-bundle.js",
            swagger_css_url="/assets/vendor/swagger-ui/swagger-ui.css",
            swagger_favicon_url="/assets/css/favicon.svg",
        )

    drawn = (proposals, field, review, people, today, imports, explain)
    for router in (door.router, *(routes.page_router for routes in drawn), pages.router):
        app.include_router(router)
    return app
