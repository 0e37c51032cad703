"""Fold append-only inspections into the state of a site; say when the next is due and which contradict each other.

Nothing here depends on the order of arrival: inspections are ordered by the clock of the phone, then by id. Two
inspections of a site that were made from the same base are both kept and flagged; while the newest is one of them,
the site wears the gravest state among them.

Due (domain notes, section 7): the first moment at which more days have gone by than the season of that moment allows,
and under each published warning that touches the site within so many hours of its beginning and of each inspection:
`warning_hours` under a yellow one, `continuous_hours` under an orange or red one; a blue one changes nothing. The
soonest holds. A site never looked at is overdue.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from gridmap.tables import PatrolRules, PublishedWarning, SiteState, ThreatLevel
from gridmap.warned import hours_of, in_force

UNKNOWN = "unknown"
"""The state of a site that nobody has looked at."""

GRAVEST_FIRST = {name: at for at, name in enumerate((SiteState.DANGER, SiteState.CHANGE, UNKNOWN, SiteState.STABLE))}
THREAT_ORDER = {str(level): at for at, level in enumerate(ThreatLevel)}


def in_order(inspections: pd.DataFrame) -> pd.DataFrame:
    """Return inspections in the order in which they were made, with the column `conflict`.

    `conflict`: another inspection of the same site was made from the same base (no base is a base, too).
    """
    ordered = inspections.sort_values(["observed_at", "inspection_id"]).reset_index(drop=True)
    base = ordered["base_inspection_id"].fillna("")
    return ordered.assign(conflict=pd.Series(list(zip(ordered["hazard_id"], base, strict=True))).duplicated(keep=False))


def _state(of_site: pd.DataFrame) -> tuple[str, bool]:
    last = of_site.iloc[-1]
    if not last["conflict"]:
        return str(last["state"]), False
    same = of_site["base_inspection_id"].fillna("") == ("" if pd.isna(last["base_inspection_id"]) else
                                                       last["base_inspection_id"])  # fmt: skip
    return min(of_site.loc[same, "state"], key=lambda state: GRAVEST_FIRST[state]), True


def fold(hazard_ids: pd.Series, inspections: pd.DataFrame) -> pd.DataFrame:
    """Return the state of each site.

    Columns: hazard_id, state (danger, change, stable, unknown), disputed (the newest inspection has a rival from the
    same base), last_inspection_id, last_observed_at, inspections (how many).
    """
    ordered = in_order(inspections)
    by_site = dict(list(ordered.groupby("hazard_id")))
    rows = []
    for hazard_id in hazard_ids:
        mine = by_site.get(hazard_id)
        state, disputed = (UNKNOWN, False) if mine is None else _state(mine)
        last = None if mine is None else mine.iloc[-1]
        rows.append(
            {
                "hazard_id": hazard_id,
                "state": state,
                "disputed": disputed,
                "last_inspection_id": None if last is None else last["inspection_id"],
                "last_observed_at": pd.NaT if last is None else last["observed_at"],
                "inspections": 0 if mine is None else len(mine),
            }
        )
    found = pd.DataFrame(rows, columns=["hazard_id", "state", "disputed", "last_inspection_id", "last_observed_at",
                                        "inspections"])  # fmt: skip
    return found.assign(last_observed_at=pd.to_datetime(found["last_observed_at"], utc=True))


def _first_in_flood(start: dt.datetime, rules: PatrolRules) -> dt.datetime:
    """Return the first moment from `start` on that lies in a flood season."""
    if rules.flood_from_month <= start.month <= rules.flood_to_month:
        return start
    year = start.year + (start.month > rules.flood_to_month)
    return start.replace(year=year, month=rules.flood_from_month, day=1, hour=0, minute=0, second=0, microsecond=0)


def due_at(
    last: dt.datetime, rules: PatrolRules, now: dt.datetime, *, warnings: Sequence[PublishedWarning] = ()
) -> dt.datetime:
    """Return when a site last looked at is due again under the warnings that touch it.

    Seasons turn by the clock of the time zone of `now`; warnings that are not in force at `now` change nothing.
    """
    local = last.astimezone(now.tzinfo)
    moments = [
        local + dt.timedelta(days=rules.dry_days),
        _first_in_flood(local + dt.timedelta(days=rules.flood_days), rules),
    ]
    for warning in in_force(warnings, now):
        hours = hours_of(warning, rules)
        if hours is not None:
            moments.append(max(local, warning.starts.astimezone(now.tzinfo)) + dt.timedelta(hours=hours))
    return min(moments)


def patrol(
    sites: pd.DataFrame,
    inspections: pd.DataFrame,
    rules: PatrolRules,
    now: dt.datetime,
    *,
    warnings: Mapping[str, Sequence[PublishedWarning]],
) -> pd.DataFrame:
    """Return the columns of `fold` with due_at (missing where nobody has looked), overdue and days_over.

    `warnings`: those that touch each site, by hazard_id (see `gridmap.warned.at_sites`).
    """
    folded = fold(sites["hazard_id"], inspections)
    moments = [
        None if pd.isna(last) else due_at(last.to_pydatetime(), rules, now, warnings=warnings.get(hazard_id, ()))
        for hazard_id, last in zip(folded["hazard_id"], folded["last_observed_at"], strict=True)
    ]
    due = pd.Series(pd.to_datetime(pd.Series(moments, dtype=object), utc=True))
    late = pd.Timestamp(now) - due
    return folded.assign(due_at=due, overdue=due.isna() | (late > pd.Timedelta(0)),
                         days_over=late.dt.days.where(late > pd.Timedelta(0), 0).fillna(0).astype("int64"))  # fmt: skip


def most_urgent_first(sites: pd.DataFrame, patrols: pd.DataFrame, exposed: pd.DataFrame) -> pd.DataFrame:
    """Return sites and their patrols in one frame: overdue first, then the most dangerous.

    Danger is the state that was found, then the declared threat, then how many exposed households have nobody, then
    how many there are; what is equal goes by due date and id. Adds exposed_households and exposed_without_person.
    """
    ids = sites["hazard_id"]
    alone = exposed[~exposed["has_named_person"].astype(bool)]
    joined = sites.merge(patrols, on="hazard_id").assign(
        exposed_households=ids.map(exposed.groupby("hazard_id").size()).fillna(0).astype(int).to_numpy(),
        exposed_without_person=ids.map(alone.groupby("hazard_id").size()).fillna(0).astype(int).to_numpy(),
    )
    keys = pd.DataFrame(
        {
            "late": ~joined["overdue"],
            "state": joined["state"].map(GRAVEST_FIRST),
            "threat": joined["threat_level"].map(THREAT_ORDER).fillna(len(THREAT_ORDER)),
            "alone": -joined["exposed_without_person"],
            "exposed": -joined["exposed_households"],
            "due": joined["due_at"],
            "id": joined["hazard_id"],
        }
    )
    order = keys.sort_values(list(keys.columns), na_position="first").index
    return joined.loc[order].reset_index(drop=True)
