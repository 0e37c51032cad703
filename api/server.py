"""Serve a workspace on this computer with uvicorn."""

import socket
import webbrowser
from threading import Timer

import typer
import uvicorn

from api.app import create_app
from geodata.workspace import Workspace
from gridmap.errors import StoreError
from gridmap.phrases import say

LOOPBACK = "127.0.0.1"
PORTS_TRIED = 50


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


def serve(workspace: Workspace, *, port: int, open_page: bool) -> None:
    """Answer on loopback only: until accounts exist, anybody who reaches the port would see every household."""
    app = create_app(workspace)
    chosen = free_port(port)
    address = f"http://{LOOPBACK}:{chosen}"
    typer.echo(
        f"\nGridmap: {address}\nListening on this computer only: without accounts everybody who reached the port "
        "would see every household.\nStop with Ctrl+C."
    )
    if open_page:
        Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.run(app, host=LOOPBACK, port=chosen, log_level="warning")
