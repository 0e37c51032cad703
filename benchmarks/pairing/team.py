"""Invent the sample city at full scale, locate everybody and keep its pairing instance: `... FILE`."""

import pickle
import sys
import tempfile
from pathlib import Path

from api import steps
from geodata.workspace import Workspace
from gridmap import slots, tables, work


def keep_team(file: Path) -> None:
    """Write demand, supply, reach, wishes and the places (metres) of households and members."""
    with tempfile.TemporaryDirectory() as folder:
        city = steps.sample(Path(folder) / "s", scale=steps.Scale.CITY, seed=1, progress=work.silent)
        sources = steps.read_sources(city, work.silent)
        with steps.opened(Workspace(Path(folder) / "w"), create=True) as store:
            work.load(store, sources.frames, sources.city)
            work.locate(store)
            found = work.picture(store)
        instance = slots.prepare(
            found.people,
            paths=found.frames[tables.Path],
            rules=found.city.rules,
            metric_crs=found.city.metric_crs,
            day=found.day,
        )
    home = instance.households["site"].to_numpy()
    home = instance.ways.site_xy_m[home[home >= 0]]
    kept = instance.demand, instance.supply, instance.reach, instance.wishes, home, instance.ways.member_xy_m
    file.write_bytes(pickle.dumps(kept))


if __name__ == "__main__":
    keep_team(Path(sys.argv[1]))
