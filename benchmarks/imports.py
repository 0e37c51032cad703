"""Bring in a large ledger beside a bare read of it: `python -m benchmarks.imports [ROWS]`. Everything is invented.

Times are processor time, so that another program on the machine does not change the ratios. Measured are a bare read by
python-calamine (the best of three), the import (reading the kept file, merging, locating, keeping the state before,
encrypting, writing, the log), what locating and encrypting take of it, and the import of the same file once more. Two
ratios, since "at most 5 times a bare read plus geolocation" can be read in two ways:
(import - locating) / read, and import / (read + locating).
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import openpyxl
import python_calamine

from api import intakes, steps
from geodata import sql
from geodata.values import id_check_digit
from geodata.workspace import Workspace
from gridmap import locate as locating
from gridmap import work
from gridmap.tables import Household
from gridmap.work import silent

HEADERS = [
    "序号",
    "姓名",
    "身份证号",
    "联系电话",
    "家庭住址",
    "所属社区",
    "人员类别",
    "风险等级",
    "出生日期",
    "性别",
    "备注",
]


class Meter:
    """Seconds that some functions of a module take together."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on(self, owner: object, *names: str) -> "Meter":
        """Measure functions of a module or class from now on."""
        for name in names:
            setattr(owner, name, self._timed(getattr(owner, name)))
        return self

    def _timed(self, step: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object, **options: object) -> object:
            start = process_time()
            result = step(*arguments, **options)
            self.seconds += process_time() - start
            return result

        return run


def number_of(at, born):
    """Return an identity number that is well made and nobody's."""
    first = f"4202{at // 1000 % 100:02d}{born}{at % 1000:03d}"
    return first + id_check_digit(first)


def write(path, rows, addresses):
    """Write the ledger of invented people at addresses of the sample city."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(["特殊群体台账（虚构）"])
    sheet.append(HEADERS)
    for at in range(rows):
        address, born = addresses[at % len(addresses)], f"{at % 50 + 1930}0101"
        kind, care, sex = ("独居", "低保、高龄", "重残")[at % 3], "红黄绿"[at % 3], "男女"[at % 2]
        who = [f"虚{at}", number_of(at, born), f"138{at:08d}"]
        sheet.append([at + 1, *who, address, None, kind, care, born, sex, "无"])
    book.save(path)


def seconds(step):
    """Return how long a step takes, and what it returns."""
    start = process_time()
    result = step()
    return process_time() - start, result


def bare_read(path):
    """Return the cells of the sheet."""
    return python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def brought(workspace, store, path):
    """Bring a file in as an office does; return (upload, import, outcome)."""
    upload, found = seconds(lambda: intakes.take_in(workspace, store, path.name, path.read_bytes(), actor="bench"))
    intakes.decide(store, found.import_id, {})
    whole, done = seconds(lambda: intakes.bring_in(workspace, store, found.import_id, actor="bench", progress=silent))
    return upload, whole, work.outcome_of(done).counts


def main(rows=50_000):
    """Measure once and print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace(folder / "w")
        sources = steps.read_sources(
            steps.sample(folder / "s", scale=steps.Scale.DEFAULT, seed=1, progress=silent), silent
        )
        store = workspace.open(create=True)
        work.load(store, sources.frames, sources.city)
        path = folder / "ledger.xlsx"
        write(path, rows, sources.frames[Household]["address"].dropna().tolist())
        bare = min(seconds(lambda: bare_read(path))[0] for _ in range(3))
        # the index of the city's names and the search in it are geolocation
        located = Meter().on(locating, "locate").on(locating.Gazetteer, "of")
        sealed = Meter().on(sql, "seal_cells", "unseal_cells")
        upload, whole, counts = brought(workspace, store, path)
        locate_s, seal_s = located.seconds, sealed.seconds
        _, again, unchanged = brought(workspace, store, path)
        store.close()
    print(f"{rows} rows, processor time: bare read {bare:.2f} s; upload and recognise {upload:.2f} s")
    print(f"import {whole:.2f} s, of which locating {locate_s:.2f} s, encrypting {seal_s:.2f} s; again {again:.2f} s")
    print(f"(import - locating) / read = {(whole - locate_s) / bare:.1f}")
    print(f"import / (read + locating) = {whole / (bare + locate_s):.1f}; the limit is 5")
    print(counts, unchanged, sep="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
