"""Tell what a row must say when it stands for others of the same person: the graver of two words is not to be lost.

A household that one ledger calls red is not yellow because another ledger does, and who is here by one row is not gone
by another. Values are those that `gridmap.snapshots` writes: text, numbers, lists, None.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gridmap.tables import CareLevel, HouseholdStatus, MemberStatus, Side

Facts = Mapping[str, Any]
LEAVE = ("status", "leave_from", "leave_to")
GRAVEST_FIRST = tuple(map(str, CareLevel))


def graver(side: Side, kept: Facts, others: Sequence[Facts]) -> dict[str, Any]:
    """Return the columns in which a kept row must say more than it does itself, with what it must say."""
    joint = _household(kept, others) if side is Side.HOUSEHOLD else _member(kept, others)
    return {name: value for name, value in joint.items() if value != kept[name]}


def _household(kept: Facts, others: Sequence[Facts]) -> dict[str, Any]:
    """Take the most urgent level, everything that makes urgent or would help; present by one row is present."""
    here = any(one["status"] == HouseholdStatus.PRESENT for one in others)
    return {
        "care_level": min((one["care_level"] for one in (kept, *others)), key=GRAVEST_FIRST.index),
        "categories": _union("categories", kept, others),
        "needs": _union("needs", kept, others),
        "status": str(HouseholdStatus.PRESENT) if here else kept["status"],
    }


def _member(kept: Facts, others: Sequence[Facts]) -> dict[str, Any]:
    """Take the shortest own limit of distance, leave, and every role and skill, without which pairings would fall."""
    limits = [one["radius_m"] for one in (kept, *others) if one["radius_m"] is not None]
    return {
        "roles": _union("roles", kept, others),
        "skills": _union("skills", kept, others),
        "radius_m": min(limits, default=None),
        **_leave(kept, others),
    }


def _union(name: str, kept: Facts, others: Sequence[Facts]) -> list[str]:
    return list(dict.fromkeys(value for one in (kept, *others) for value in one[name]))


def _leave(kept: Facts, others: Sequence[Facts]) -> dict[str, Any]:
    """Take the leave that another row tells of: a person is away as a whole, but ends at one unit only."""
    speaks = kept if _away(kept) or kept["status"] == MemberStatus.ENDED else next(filter(_away, others), kept)
    return {name: speaks[name] for name in LEAVE}


def _away(member: Facts) -> bool:
    return member["status"] == MemberStatus.LEAVE or (
        member["status"] == MemberStatus.ACTIVE and member["leave_from"] is not None
    )
