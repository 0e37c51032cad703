"""The service as it really runs: `gridmap serve` in a process of its own, to be asked and to be killed.

`python -m benchmarks.service DIR PORT SAMPLES` serves as the command does and also notes, fifty times a second, where in our
code each thread is; at its end it writes that to SAMPLES. This costs a few per cent and needs no profiler that reads
another process.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
OURS = tuple(str(ROOT / part) for part in ("gridmap", "geodata", "api"))
PLAIN = ["-c", "from api.cli import main; main()", "serve"]
EVERY_S = 0.02
PATIENCE_S = 120.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """A running `gridmap serve` for a workspace."""

    def __init__(
        self, folder: Path, url: str | None = None, *, settings: dict[str, str] | None = None,
        samples: Path | None = None,
    ) -> None:  # fmt: skip
        port = str(free_port())
        self.address = f"http://127.0.0.1:{port}"
        named = ["--port", port]
        command = ["-m", "benchmarks.service", folder, port, samples] if samples else [*PLAIN, folder, *named]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "GRIDMAP_DATABASE_URL": url or "", **(settings or {})}
        self._process = subprocess.Popen(
            [sys.executable, *map(str, command)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        over = time.monotonic() + PATIENCE_S
        while time.monotonic() < over and self._process.poll() is None:
            try:
                urlopen(f"{self.address}/health", timeout=10).close()
            except (URLError, TimeoutError, ConnectionError):
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise TimeoutError(f"no answer at {self.address}")

    def kill(self) -> None:
        """End the web process and its worker at once, in the middle of whatever they do."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        """Interrupt the service as from the keyboard, and wait until it has ended."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=PATIENCE_S)


class Sampler:
    """Where in our code the threads of this process are, looked at again and again."""

    def __init__(self) -> None:
        self._own: Counter[str] = Counter()
        self._through: Counter[str] = Counter()
        self._looks = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def told(self) -> dict[str, object]:
        """Return how often was looked, and how often each function was the innermost and on the way in a thread."""
        return {"looks": self._looks, "own": self._own.most_common(40), "through": self._through.most_common(80)}

    def _run(self) -> None:
        mine = threading.get_ident()
        while True:
            self._looks += 1
            for name, frame in sys._current_frames().items():  # noqa: SLF001  what the standard library offers for this
                if name != mine and (found := _ours(frame)):
                    self._own[found[0]] += 1
                    self._through.update(set(found))
            time.sleep(EVERY_S)


def _ours(frame: FrameType | None) -> list[str]:
    """Return the functions of ours that a thread is in, the innermost first."""
    found = []
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(OURS):
            path = Path(code.co_filename).relative_to(ROOT).with_suffix("")
            found.append(f"{path}.{code.co_qualname if hasattr(code, 'co_qualname') else code.co_name}")
        frame = frame.f_back
    return found


def main() -> None:
    """Serve with a sampler."""
    from api.server import serve
    from api.steps import workspace_of

    folder, port, samples = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    sampler = Sampler()

    def begin(_app: object, address: str) -> str:
        sampler.start()
        return address

    try:
        serve(workspace_of(folder), port=port, open_page=False, welcome=begin)
    finally:
        samples.write_text(json.dumps(sampler.told()))


if __name__ == "__main__":
    main()
