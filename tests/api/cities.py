"""Build the example cities once per test process and keep what a build leaves behind."""

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

import pandas as pd
import pytest

from api.cli import main

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GRIDMAP_SHARED_DATA", ROOT.parent / "shared" / "data"))

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


def need_shared(name):
    """Skip, saying so, where the real data is absent."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"real data {name!r} is absent: set GRIDMAP_SHARED_DATA")
    return SHARED / name


def gridmap_process(*arguments, check=True, env=None):
    """Run the command line in a process of its own, as a user would."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, timeout=280, check=False, env={**os.environ, **(env or {})},
    )  # fmt: skip
    if check:
        assert done.returncode == 0, done.stderr
    return done


def gridmap(*arguments, check=True):
    """Run the command line here: a process of its own would load everything anew each time."""
    words, out, err = ["gridmap", *map(str, arguments)], StringIO(), StringIO()
    with patch.object(sys, "argv", words), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    if check:
        assert code == 0, err.getvalue()
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Built:
    city: Path
    workspace: Path
    report: dict

    def export(self, noun, form="csv"):
        target = self.workspace / f"{noun}-test.{form}"
        gridmap("export", noun, self.workspace, "--format", form, "--out", target)
        return pd.read_csv(target, dtype=str, keep_default_na=False) if form == "csv" else target


def _build(city):
    workspace = Path(mkdtemp(prefix="gridmap-test-"))
    return Built(city, workspace, json.loads(gridmap("build", city, "--out", workspace, "--json").stdout))


@cache
def sample():
    folder = Path(mkdtemp(prefix="gridmap-test-sample-"))
    return _build(Path(gridmap("sample", folder).stdout.strip()))


def _example(name):
    """Copy an example with its paths turned to where the real data lies here."""
    text = (ROOT / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    copy = Path(mkdtemp(prefix="gridmap-test-")) / f"{name}.toml"
    copy.write_text(text.replace("../../shared/data", SHARED.as_posix()), encoding="utf-8")
    return copy


@cache
def cambridge():
    need_shared("cambridge")
    return _build(_example("cambridge"))


@cache
def liechtenstein():
    need_shared("liechtenstein")
    return _build(_example("liechtenstein"))
