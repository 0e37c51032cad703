"""Keep Python's cycle collector off while many rows are turned over: that makes no cycles, and each of its walks costs.

An import of 50,000 rows holds millions of objects; the collector would walk over all of them again and again.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector of the process; whoever paused it first lets it run again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
