"""A process that starts writers for tests that kill them; run as `python writer.py FOLDER`.

For each line on standard input it forks a writer, says its process id, and waits for its end. A writer replaces all
streets and communities, again and again, by ones that bear the number of the change.
"""

import os
import sys
from pathlib import Path

import pandas as pd
import shapely

from geodata.sql import open_store
from gridmap.tables import Community, Street

ROWS = 600


def frames_at(number):
    """Every row of a change says its number."""
    shape = shapely.box(0, 0, 1, 1).segmentize(0.02)
    streets = pd.DataFrame({"street_id": [f"S{number}"], "name": str(number), "geometry": shape})
    ids = [f"C{at}" for at in range(ROWS)]
    communities = pd.DataFrame(
        {"community_id": ids, "street_id": f"S{number}", "name": str(number), "geometry": [shape] * ROWS}
    )
    return streets, communities


def write(folder):
    """Change everything for ever."""
    store = open_store(folder)
    while True:
        with store.transaction(write=True) as transaction:
            number = transaction.revision() + 1
            streets, communities = frames_at(number)
            transaction.delete(Street)
            transaction.upsert(communities, Community)
            transaction.insert(streets, Street)
            transaction.advance("load")


def main():
    """Fork a writer for each line."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            write(Path(sys.argv[1]))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
