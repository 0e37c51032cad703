"""Pair households with members: as many places as can be, red before yellow before green, then the least walking.

What is to be paired is written down in gridmap.slots, how far it is in gridmap.walking; gridmap.solve finds the plan
and proves it over all pairs that can be. Ids are row numbers inside and ids again outside.

What becomes of the pairings that exist: those made by hand, imported or locked stay as they are. The engine's own
stay, with their first day, as long as the plan holds them; the others end on the day before, or vanish when they began
today. Pairings that ended earlier are history and stay.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap import duty, frames, gaps, obstacles, slots
from gridmap.duty import People
from gridmap.errors import PairingError
from gridmap.obstacles import Obstacle
from gridmap.phrases import say
from gridmap.reasons import because, keep
from gridmap.slots import Instance
from gridmap.solve.assign import Assignment, assign
from gridmap.solve.certificate import verify
from gridmap.solve.instance import InstanceError
from gridmap.solve.travel import FAR
from gridmap.tables import Basis, Pairing, PairingRules, Role

MOST_NAMED = 10

Progress = Callable[[str, int, int], None]
Warn = Callable[[Sequence[Obstacle]], None]


@dataclass(frozen=True, eq=False)
class PairingResult:
    """The plan.

    pairings: all Pairing rows that are to be kept, by pairing_id.
    unfilled: a row for each empty place, with its reason and remedy (gridmap.gaps.COLUMNS).
    summary: the part `pairing` of the report: mode, demand, filled, pairings, total_distance_m, max_load, optimal; also
        `gap` (dm by which the plan could be better, weights included), `unproven` (ids of the households that a longer
        run may serve otherwise) and `proof` (primal, dual, arcs_scanned, violations).
    obstacles: what stood in the way before anything was solved (gridmap.obstacles).
    instance, assignment: what the solver was asked and what it answered.
    """

    pairings: pd.DataFrame
    unfilled: pd.DataFrame
    summary: dict[str, Any]
    obstacles: tuple[Obstacle, ...]
    instance: Instance
    assignment: Assignment

    def verify(self) -> dict[str, dict[str, Any]]:
        """Check the plan and its proof again from the input alone."""
        of = self.instance
        return {"certificate": asdict(verify(of.demand, of.supply, of.reach, of.wishes, self.assignment))}


def pair(
    people: People,
    *,
    paths: pd.DataFrame | None,
    rules: PairingRules,
    metric_crs: str,
    day: dt.date,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
    warn: Warn | None = None,
) -> PairingResult:
    """Return the best plan of a day; out of time, the best so far with how far it may be from the best.

    `warn` is called with what stands in the way before anything is solved.

    Raises:
        PairingError: the numbers are too large to be solved.
    """
    tell_progress = progress or (lambda _what, _done, _total: None)
    tell_progress("pair", 0, 3)
    instance = slots.prepare(people, paths=paths, rules=rules, metric_crs=metric_crs, day=day)
    tell_progress("pair", 1, 3)
    found = obstacles.find(instance, people)
    if warn and found:
        warn(found)
    assignment = _assign(instance, time_limit_s)
    tell_progress("pair", 2, 3)
    plan = _plan(instance, assignment)
    pairings = _pairings(people, plan, day)
    result = PairingResult(
        pairings=pairings,
        unfilled=gaps.unfilled(instance, assignment),
        summary=_summary(instance, assignment, plan, in_force=int(duty.in_force(pairings, day).sum())),
        obstacles=tuple(found),
        instance=instance,
        assignment=assignment,
    )
    tell_progress("pair", 3, 3)
    return result


def refuse_faults(certificate: dict[str, Any]) -> None:
    """Raise PairingError for a plan that the checker found to break a rule."""
    if not certificate["valid"]:
        faults = [say(f"pairing.fault_{code}") for code in certificate["faults"]]
        raise PairingError(say("pairing.faulty", faults=faults))


def refuse_unproven(certificate: dict[str, Any], households: Sequence[str]) -> None:
    """Raise PairingError for a plan that keeps the rules but is not proven to be the best; name who may be affected."""
    refuse_faults(certificate)
    if not certificate["proven"]:
        raise PairingError(
            say(
                "pairing.unproven",
                gap=certificate["gap"],
                pairs=certificate["violations"],
                count=len(households),
                households=[*households[:MOST_NAMED], *(["…"] if households[MOST_NAMED:] else [])],
            )
        )


def _assign(instance: Instance, time_limit_s: float | None) -> Assignment:
    try:
        return assign(instance.demand, instance.supply, instance.reach, instance.wishes, time_limit_s=time_limit_s)
    except InstanceError as error:
        if not error.code.startswith("lock"):
            raise PairingError(say("pairing.instance", said=str(error))) from error
        named = list(instance.settled["pairing_id"].iloc[error.rows])
        raise PairingError(say("pairing.locked", why=say(f"pairing.{error.code}"), pairings=named)) from error


def _plan(instance: Instance, assignment: Assignment) -> pd.DataFrame:
    """Return the pairs of the plan: household_id, member_id, role, settled, distance_m, reason."""
    household = instance.slots["household"].to_numpy()[assignment.slots]
    seeker = instance.households.iloc[household].reset_index(drop=True)
    giver = instance.members.iloc[assignment.members].reset_index(drop=True)
    load = np.bincount(assignment.members, minlength=len(instance.members))
    known = seeker["known"] & giver["known"] & (assignment.distance_dm < FAR)
    plan = pd.DataFrame(
        {
            "household_id": seeker["household_id"],
            "member_id": giver["member_id"],
            "role": instance.slots["role"].iloc[assignment.slots].to_numpy(),
            "settled": assignment.locked,
            "distance_m": np.where(known, assignment.distance_dm / 10, np.nan),
            "near": nearness(seeker, giver),
            "load": load[assignment.members],
            "limit": np.maximum(giver["limit"].to_numpy(int), load[assignment.members]),
        }
    )
    before = instance.today.sort_values("pairing_id").drop_duplicates(["household_id", "member_id"])
    plan = plan.merge(before[["household_id", "member_id", "role"]].rename(columns={"role": "role_before"}), how="left")
    own = giver["roles"].map(lambda roles: next((str(role) for role in Role if role in roles), None)).astype("str")
    role = plan["role"].where(plan["role"].notna(), plan["role_before"])
    plan["role"] = role.where(role.notna(), own)
    return plan.assign(reason=_reasons(plan, on_paths=instance.ways.on_paths))


def nearness(seeker: pd.DataFrame, giver: pd.DataFrame) -> np.ndarray:
    """Return the code of the smallest area that both live in, empty without one."""
    levels = ("building", "compound", "grid", "community")
    same = [(seeker[f"{level}_id"] == giver[f"{level}_id"]).to_numpy(bool) for level in levels]
    return np.select(same, [f"same_{level}" for level in levels], "")


def _reasons(plan: pd.DataFrame, *, on_paths: bool) -> list[str]:
    way = "walk" if on_paths else "straight"
    said = []
    for metres, near, before, load, limit in zip(
        plan["distance_m"], plan["near"], plan["role_before"].notna(), plan["load"], plan["limit"], strict=True
    ):
        parts = [because("distance_unknown") if np.isnan(metres) else because(way, metres=float(metres))]
        parts += [because(str(near))] if near else []
        parts += [because("kept")] if before else []
        said.append(keep([*parts, because("load", load=int(load), limit=int(limit))]))
    return said


def _pairings(people: People, plan: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the rows to keep: what people settled, history, the plan, and what the plan ends."""
    today, yesterday = pd.Timestamp(day), pd.Timestamp(day) - pd.Timedelta(days=1)
    old = people.pairings
    old = old[
        old["household_id"].isin(people.households["household_id"]) & old["member_id"].isin(people.members["member_id"])
    ]
    free = (old["basis"] == Basis.ENGINE) & ~old["locked"] & ~(old["valid_to"] < today)
    key = ["household_id", "member_id", "role"]
    new = plan.loc[~plan["settled"], [*key, "distance_m", "reason"]]
    current = old[free & duty.in_force(old, day)].sort_values("pairing_id").drop_duplicates(key)
    kept = current.drop(columns=["distance_m", "reason"]).merge(new, on=key)
    fresh = new.merge(current[key], how="left", on=key, indicator=True)
    fresh = fresh[fresh.pop("_merge") == "left_only"].assign(valid_from=today, basis=str(Basis.ENGINE), locked=False)
    gone = old[free & ~old["pairing_id"].isin(kept["pairing_id"]) & (old["valid_from"] < today)]
    rest = [old[~free], gone.assign(valid_to=yesterday), kept]
    fresh["pairing_id"] = new_ids(fresh, {name for frame in rest for name in frame["pairing_id"]})
    joined = pd.concat([frame for frame in (*rest, fresh) if len(frame)] or [old], ignore_index=True)
    return frames.check(joined.sort_values("pairing_id"), Pairing)


def new_ids(fresh: pd.DataFrame, taken: set[str]) -> list[str]:
    """Give numbers to the new pairings of a household and role from the first free number."""
    ids = []
    for household_id, role in zip(fresh["household_id"], fresh["role"], strict=True):
        number = 1
        while (found := f"{household_id}:{role}:{number}") in taken:
            number += 1
        taken.add(found)
        ids.append(found)
    return ids


def _summary(instance: Instance, assignment: Assignment, plan: pd.DataFrame, *, in_force: int) -> dict[str, Any]:
    wanted = instance.slots["wanted"].to_numpy()
    households = np.unique(instance.slots["household"].to_numpy()[assignment.unproven])
    return {
        "mode": str(instance.rules.mode),
        "demand": int(wanted.sum()),
        "filled": int(np.minimum(assignment.filled, wanted).sum()),
        "pairings": in_force,
        "total_distance_m": round(float(plan.loc[~plan["settled"], "distance_m"].sum()), 1),
        "max_load": int(plan["load"].max()) if len(plan) else 0,
        "optimal": bool(assignment.optimal),
        "gap": int(assignment.gap),
        "unproven": instance.households["household_id"].iloc[households].tolist(),
        "proof": {
            "primal": int(assignment.primal),
            "dual": int(assignment.dual),
            "arcs_scanned": int(assignment.arcs_scanned),
            "violations": int(assignment.violations),
        },
    }
