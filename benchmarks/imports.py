"""Bring in a large ledger beside a bare read of it: `python -m benchmarks.imports [ROWS]`. Everything is invented.

Prints how long a bare read by python-calamine takes, how long locating the same people takes, and how long the whole
import takes (guards, recognising, reading, merging, locating, keeping the state before, writing); the ratio is
(import - locating) / bare read.
"""

import sys
import tempfile
from pathlib import Path
from time import perf_counter

import openpyxl
import python_calamine

from api import intakes, steps
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


def write(path, rows, addresses):
    """Write the ledger of invented people at addresses of the sample city."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(["特殊群体台账（虚构）"])
    sheet.append(HEADERS)
    for at in range(rows):
        address = addresses[at % len(addresses)]
        sheet.append([at + 1, f"虚{at}", None, f"138{at:08d}", address, None, ("独居", "低保、高龄", "重残")[at % 3],
                      "红黄绿"[at % 3], f"19{at % 50 + 30}0101", "男女"[at % 2], "无"])  # fmt: skip
    book.save(path)


def main(rows=50_000):
    """Measure once and print the ratio."""
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
        start = perf_counter()
        python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        bare = perf_counter() - start
        start = perf_counter()
        found = intakes.take_in(workspace, store, path.name, path.read_bytes(), actor="bench")
        intakes.decide(store, found.import_id, {})
        upload = perf_counter() - start
        spent = {"locate": 0.0}

        def timed(step):
            def run(*arguments, **options):
                begun = perf_counter()
                result = step(*arguments, **options)
                spent["locate"] += perf_counter() - begun
                return result

            return run

        # the index of the city's names and the search in it are geolocation
        locating.locate = timed(locating.locate)
        locating.Gazetteer.of = timed(locating.Gazetteer.of)
        start = perf_counter()
        done = intakes.bring_in(workspace, store, found.import_id, actor="bench", progress=silent)
        whole = perf_counter() - start
        store.close()
    rest = whole - spent["locate"]
    print(f"{rows} rows: bare read {bare:.2f} s, upload and recognise {upload:.2f} s, import {whole:.2f} s, of which "
          f"locating {spent['locate']:.2f} s; the rest is {rest / bare:.1f} x a bare read (limit 5)")  # fmt: skip
    print(work.outcome_of(done).counts)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
