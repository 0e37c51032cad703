"""The town of addresses in a workspace, with households that wait for a person. Everybody in it is invented."""

import datetime as dt

import pandas as pd
from address_town import people, town
from copying import copied

from gridmap import frames, work
from gridmap.tables import CityFacts, Household, Setting


def build(folder, *rows):
    """Keep the town with households h0, h1, ... of dicts, locate them, and return the workspace."""
    city = CityFacts(name="样例市", invented=True, metric_crs="EPSG:4547", day=dt.date(2026, 11, 24))
    setting = pd.DataFrame({"name": ["city"], "value": [city.model_dump_json()]})

    def fill(store):
        with store.transaction(write=True) as transaction:
            for row, frame in town().items():
                transaction.insert(frame, row)
            transaction.insert(people(*({"care_level": "green"} | row for row in rows)), Household)
            transaction.insert(frames.conform(setting, Setting), Setting)
            transaction.advance("build")
        work.locate(store)

    return copied(fill, folder, of=repr(rows))
