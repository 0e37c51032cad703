"""Who is on leave, until when, and which households that leaves with how many others."""

import datetime as dt

import pandas as pd

from gridmap import duty
from gridmap.duty import People

COLUMNS = ["member_id", "leave_from", "leave_to", "household_ids", "alone_ids"]


def absences(people: People, day: dt.date) -> pd.DataFrame:
    """List the named people on leave on a day, those who leave most households alone first.

    Columns: member_id, leave_from (missing where nobody wrote it down), leave_to (the last day; missing until the
    return is reported), household_ids (present households tied to the member in force, sorted) and alone_ids (those of
    them that no other named person on duty looks after).
    """
    away = people.members[duty.on_leave(people.members, day) & duty.named(people.members)]
    ties = duty.ties(people, day)
    helped = set(ties.loc[ties["helping"], "household_id"])
    mine = ties[ties["member_id"].isin(away["member_id"])].groupby("member_id")["household_id"].agg(set)
    rows = []
    for member in away.itertuples():
        held = sorted(mine.get(member.member_id, set()))
        rows.append((member.member_id, member.leave_from, member.leave_to, held, [h for h in held if h not in helped]))
    found = pd.DataFrame(rows, columns=COLUMNS)
    order = pd.DataFrame(
        {
            "alone": [-len(ids) for ids in found["alone_ids"]],
            "held": [-len(ids) for ids in found["household_ids"]],
            "member": found["member_id"],
        }
    )
    return found.loc[order.sort_values(["alone", "held", "member"]).index].reset_index(drop=True)
