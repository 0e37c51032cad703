"""Put into rows of people that are brought what was decided about them before."""

from collections.abc import Callable, Sequence

import pandas as pd

from gridmap import joining
from gridmap.errors import Problem, Severity
from gridmap.phrases import say
from gridmap.schema import Row
from gridmap.store import Transaction
from gridmap.tables import Household, Member, Merge, Side

Warn = Callable[[Sequence[Problem]], None]
SIDES: dict[type[Row], Side] = {Household: Side.HOUSEHOLD, Member: Side.MEMBER}


def unheard(_problems: Sequence[Problem]) -> None:
    """Warn nobody."""


def remember(transaction: Transaction, people: pd.DataFrame, side: Side, warn: Warn = unheard) -> pd.DataFrame:
    """Return all rows of a side with what merges make of them; warn of those who stand alone again."""
    marked, orphans = joining.marked(people, transaction.read(Merge), side)
    warn([
        Problem(
            str(side), None, None, "merge.kept_gone",
            say("merge.kept_gone", merge=one.merge_id, kept=one.kept_id, merged=one.merged_id), Severity.WARNING,
        )
        for one in orphans
    ])  # fmt: skip
    return marked
