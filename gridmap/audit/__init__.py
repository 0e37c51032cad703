"""The audit log: every change, unmasking, export and sign-in as a sealed line, in the transaction of the change.

`Audited` wraps a Store so that nothing that is written through it goes unrecorded; `verify` finds a line that was
removed, changed or moved (docs/decisions/0015).
"""

from gridmap.audit.chain import Fault, expect, verify
from gridmap.audit.recording import Act, Audited, AuditedTransaction, note, seal_of, trim
from gridmap.audit.spelling import scrub

__all__ = [
    "Act",
    "Audited",
    "AuditedTransaction",
    "Fault",
    "expect",
    "note",
    "scrub",
    "seal_of",
    "trim",
    "verify",
]
