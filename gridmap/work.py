"""One function per step of the job: open a transaction, read, think, write.

Only this module opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was (docs/decisions/0005).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import pandas as pd

from gridmap import coverage, extracts, frames, hazards, locate, pairing
from gridmap.errors import Problem, WorkspaceMissing
from gridmap.schema import Row, columns, keys
from gridmap.store import Store, Transaction
from gridmap.tables import (
    AREA_ROWS,
    INPUT_ROWS,
    Basis,
    CityFacts,
    ExportEntry,
    Household,
    HouseholdPlace,
    Member,
    MemberPlace,
    Pairing,
    Path,
    Setting,
)

Frames = Mapping[type[Row], pd.DataFrame]
