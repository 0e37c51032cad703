"""`gridmap pair --verify` stops with clear words when its checker does not prove the plan."""

import dataclasses
import shutil
import sys

import cities
import numpy as np
import pytest

from api import cli
from gridmap import pairing


def pair_again(monkeypatch, folder, spoil):
    """Run the command in this process on a plan that is spoilt before the checker sees it."""
    city = cities.sample()
    shutil.copytree(city.workspace, folder)
    sound = pairing.assign
    monkeypatch.setattr(pairing, "assign", lambda *asked, **options: spoil(sound(*asked, **options)))
    monkeypatch.setattr(
        sys, "argv", ["gridmap", "--lang", "en", "pair", str(folder), "--verify", "--day", city.report["day"]]
    )
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return stop.value.code


def dropped(plan):
    """Lose a pair: a place that could be filled stays empty."""
    keep = np.arange(len(plan.slots)) != np.flatnonzero(~plan.locked)[0]
    parts = {name: getattr(plan, name)[keep] for name in ("slots", "members", "distance_dm", "cost_dm", "locked")}
    return dataclasses.replace(plan, **parts)


def stopped(plan):
    """Run out of time before one place is filled."""
    slot = plan.slots[np.flatnonzero(~plan.locked)[0]]
    return dataclasses.replace(dropped(plan), unproven=np.array([slot], np.int32))


def crowded(plan):
    """Give one member everybody."""
    return dataclasses.replace(plan, members=np.full_like(plan.members, plan.members[0]))


def stale(plan):
    """Let a price be too high."""
    return dataclasses.replace(plan, price_slot=plan.price_slot + 500)


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize(("spoil", "words"), [
    (dropped, "not proven to be the best"), (stale, "not proven to be the best"), (crowded, "breaks a rule"),
    (stopped, "and 1 households may be affected: H"),
], ids=["dropped", "stale", "crowded", "stopped"])  # fmt: skip
def test_a_spoilt_plan_ends_with_code_1(monkeypatch, capsys, tmp_path, spoil, words):
    assert pair_again(monkeypatch, tmp_path / "w", spoil) == 1
    told = capsys.readouterr()
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err
