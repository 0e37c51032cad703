"""One function per step of a journey: open a transaction, read, think, write.

Only this package opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was (docs/decisions/0005).
"""

from gridmap.work import review
from gridmap.work.building import Clock, Counts, build, load, locate, pair, seconds
from gridmap.work.field import Bundle, Received, bundle, draw_site, draw_sites, keep_photo, receive
from gridmap.work.leaving import draw, draw_proposal, draw_proposals, draw_review, export, view
from gridmap.work.proposals import Proposed, apply, propose, proposed, proposed_before, reverse
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
    "Clock",
    "Counts",
    "Frames",
    "Picture",
    "Progress",
    "Proposed",
    "Received",
    "apply",
    "build",
    "bundle",
    "draw",
    "draw_proposal",
    "draw_proposals",
    "draw_review",
    "draw_site",
    "draw_sites",
    "export",
    "is_current",
    "keep_photo",
    "load",
    "locate",
    "measure",
    "pair",
    "picture",
    "propose",
    "proposed",
    "proposed_before",
    "receive",
    "reverse",
    "review",
    "revision",
    "seconds",
    "silent",
    "view",
]
