"""A real server over a workspace, for the length of a block."""

import socket
import threading
import time
from contextlib import contextmanager
from urllib.request import urlopen

import uvicorn

from api.app import create_app


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(workspace, port=None):
    """Serve a workspace on a port, a free one without; give the address, without a slash at its end."""
    port = port or free_port()
    config = uvicorn.Config(
        create_app(workspace), host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def wait_until_solved(address):
    """Wait until what-if questions are answered; until then their pages load themselves anew."""
    while urlopen(f"{address}/api/v1/worth").status == 202:
        time.sleep(0.2)
