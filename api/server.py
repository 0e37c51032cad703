"""Serve a workspace on this computer with uvicorn."""

import logging
import socket
import webbrowser
from collections.abc import Callable
from threading import Timer

import typer
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.console import spoken
from api.jobs import Keeper
from api.logbook import LOG
from api.settings import read_settings
from geodata.workspace import Workspace
from gridmap import work
from gridmap.errors import StoreError
from gridmap.phrases import say

LOOPBACK = "127.0.0.1"
PORTS_TRIED = 50
IDLE_S = 75
"""So long a connection may rest: longer than people think between two requests, else one may meet its end."""


def free_port(first: int) -> int:
    """Return the first free loopback port from `first` on; raise StoreError when none of the next 50 is free."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise StoreError(say("store.no_port", first=first))


def _who_comes(*, closed: bool, loopback: bool) -> str:
    if not closed:
        return spoken("serve.open")
    return spoken("serve.signed" if loopback else "serve.closed")


Welcome = Callable[[FastAPI, str], str]
"""Told the application and its address before it answers; returns the address to open."""


def serve(
    workspace: Workspace, *, port: int, open_page: bool, host: str = LOOPBACK, welcome: Welcome | None = None
) -> None:
    """Answer on loopback; on another address only where accounts say who may see what.

    Raises:
        StoreError: another address is asked for and there are no accounts.
    """
    store = workspace.open()
    closed = work.has_accounts(store)
    store.close()
    loopback = host in {LOOPBACK, "localhost", "::1"}
    if not loopback and not closed:
        raise StoreError(say("serve.no_accounts", host=host, folder=workspace.folder))
    app = create_app(workspace)
    chosen = free_port(port) if loopback else port
    address = f"http://{f'[{host}]' if ':' in host else host}:{chosen}"
    typer.echo(f"\nGridmap: {address}\n{_who_comes(closed=closed, loopback=loopback)}\n{spoken('serve.stop')}")
    page = welcome(app, address) if welcome else address
    if open_page:
        Timer(1.0, webbrowser.open, [page]).start()
    if read_settings().request_log:
        logging.basicConfig(format="%(asctime)s %(message)s")
        LOG.setLevel(logging.INFO)
    with Keeper(workspace):
        uvicorn.run(
            app, host=host, port=chosen, log_level="warning", timeout_graceful_shutdown=3, timeout_keep_alive=IDLE_S
        )
