"""Propose changes, and apply or reverse what was proposed: all pure, frames in and frames out.

base      the state that a proposal is made from, the part of it that an area sees, and its fingerprint
drafting  the best moves within a limit of changes
applying  choose moves, check them against the state as it is, write them, turn them round
"""

from gridmap.proposals.applying import Written, apply, check_current, check_limits, check_open, choose, reverse
from gridmap.proposals.base import CITY, Base, Scope, digest, scope
from gridmap.proposals.drafting import Draft, propose

__all__ = [
    "CITY",
    "Base",
    "Draft",
    "Scope",
    "Written",
    "apply",
    "check_current",
    "check_limits",
    "check_open",
    "choose",
    "digest",
    "propose",
    "reverse",
    "scope",
]
