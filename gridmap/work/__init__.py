"""One function per step of a journey: open a transaction, read, think, write.

Only this package opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was (docs/decisions/0005).
"""

from gridmap.work.building import Clock, Counts, build, load, locate, pair, seconds
from gridmap.work.field import Bundle, Received, bundle, draw_site, draw_sites, keep_photo, receive
from gridmap.work.importing import (
    Outcome,
    bring_in,
    discard,
    draft,
    imported,
    imported_before,
    outcome_of,
    preview,
    remembered,
    settle,
    take_back,
)
from gridmap.work.leaving import (
    draw,
    draw_import,
    draw_imports,
    draw_proposal,
    draw_proposals,
    export,
    log_export,
    view,
)
from gridmap.work.proposals import Proposed, apply, propose, proposed, proposed_before, reverse
from gridmap.work.reading import (
    Frames,
    Picture,
    Progress,
    city_facts,
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
    "Outcome",
    "Picture",
    "Progress",
    "Proposed",
    "Received",
    "apply",
    "bring_in",
    "build",
    "bundle",
    "city_facts",
    "discard",
    "draft",
    "draw",
    "draw_import",
    "draw_imports",
    "draw_proposal",
    "draw_proposals",
    "draw_site",
    "draw_sites",
    "export",
    "imported",
    "imported_before",
    "is_current",
    "keep_photo",
    "load",
    "locate",
    "log_export",
    "measure",
    "outcome_of",
    "pair",
    "picture",
    "preview",
    "propose",
    "proposed",
    "proposed_before",
    "receive",
    "remembered",
    "reverse",
    "revision",
    "seconds",
    "settle",
    "silent",
    "take_back",
    "view",
]
