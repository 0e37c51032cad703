"""One function per step of a journey: open a transaction, read, think, write.

Only this package opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was (docs/decisions/0005).
"""

from gridmap.work.building import Clock, Counts, build, load, locate, pair, seconds
from gridmap.work.calling import reveal_calls
from gridmap.work.choices import Choices, choices
from gridmap.work.field import Bundle, Received, bundle, draw_site, draw_sites, keep_photo, receive
from gridmap.work.leaving import draw, draw_proposal, draw_proposals, export, view
from gridmap.work.morning import Morning, draw_morning, morning
from gridmap.work.proposals import Proposed, apply, propose, proposed, proposed_before, refuse, reverse
from gridmap.work.reading import (
    Frames,
    Picture,
    Progress,
    is_current,
    measure,
    picture,
    revision,
    silent,
)

__all__ = [
    "Bundle",
    "Choices",
    "Clock",
    "Counts",
    "Frames",
    "Morning",
    "Picture",
    "Progress",
    "Proposed",
    "Received",
    "apply",
    "build",
    "bundle",
    "choices",
    "draw",
    "draw_morning",
    "draw_proposal",
    "draw_proposals",
    "draw_site",
    "draw_sites",
    "export",
    "is_current",
    "keep_photo",
    "load",
    "locate",
    "measure",
    "morning",
    "pair",
    "picture",
    "propose",
    "proposed",
    "proposed_before",
    "receive",
    "refuse",
    "reveal_calls",
    "reverse",
    "revision",
    "seconds",
    "silent",
    "view",
]
