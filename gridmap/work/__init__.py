"""One function per step of a journey: open a transaction, read, think, write.

Only this package opens transactions. `load`, `locate` and `pair` are a transaction each; `build` runs all of them in a
single one, so that a build which stops half-way leaves the workspace as it was (docs/decisions/0005).
"""

from gridmap.work.accounts import (
    Signed,
    accounts_of,
    change_password,
    create_account,
    create_token,
    end_account,
    has_accounts,
    let_in,
    revoke_token,
    set_password,
    sign_in,
    sign_out,
    signed_in,
    tokens_of,
)
from gridmap.work.auditing import AuditQuery, Verified, audit_log, export_audit, trim_audit, verify_audit
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
    city_name,
    is_current,
    measure,
    picture,
    revision,
    silent,
)

__all__ = [
    "AuditQuery",
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
    "Signed",
    "Verified",
    "accounts_of",
    "apply",
    "audit_log",
    "build",
    "bundle",
    "change_password",
    "choices",
    "city_name",
    "create_account",
    "create_token",
    "draw",
    "draw_morning",
    "draw_proposal",
    "draw_proposals",
    "draw_site",
    "draw_sites",
    "end_account",
    "export",
    "export_audit",
    "has_accounts",
    "is_current",
    "keep_photo",
    "let_in",
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
    "revoke_token",
    "seconds",
    "set_password",
    "sign_in",
    "sign_out",
    "signed_in",
    "silent",
    "tokens_of",
    "trim_audit",
    "verify_audit",
    "view",
]
