"""The nouns of Gridmap, a file per journey."""

from gridmap.schema import Row
from gridmap.tables.accounts import Account, AccountRules, Attempt, Session, Token, TokenScope
from gridmap.tables.areas import (
    Accuracy,
    Alias,
    Backdrop,
    BackdropKind,
    Building,
    Community,
    Compound,
    District,
    Grid,
    GridKind,
    HouseholdPlace,
    Level,
    MemberPlace,
    Path,
    Place,
    RegisterEntry,
    Street,
)
from gridmap.tables.audit import AuditAction, AuditEntry, AuditHead
from gridmap.tables.changes import Change, ChangedNoun, ChangeKind
from gridmap.tables.hazards import DangerZone, HazardSite, ThreatLevel
from gridmap.tables.inspections import Inspection, Monitor, PatrolRules, Photo, Sign, SiteState
from gridmap.tables.pairings import Basis, EmptyPlace, Mode, Pairing, PairingRules
from gridmap.tables.people import (
    CareLevel,
    Category,
    Household,
    HouseholdStatus,
    Member,
    MemberKind,
    MemberStatus,
    Role,
)
from gridmap.tables.proposals import Move, MoveKind, MoveWhy, Proposal, ProposalRules, ProposalStatus
from gridmap.tables.records import CityFacts, Revision, Setting

AREA_ROWS: dict[Level, type[Row]] = {
    Level.DISTRICT: District,
    Level.STREET: Street,
    Level.COMMUNITY: Community,
    Level.GRID: Grid,
    Level.COMPOUND: Compound,
    Level.BUILDING: Building,
}
"""The noun of each level of area, from the largest to the smallest."""

INPUT_ROWS: tuple[type[Row], ...] = (
    *AREA_ROWS.values(),
    Alias,
    RegisterEntry,
    Path,
    Backdrop,
    Household,
    Member,
    HazardSite,
    DangerZone,
    Monitor,
)
"""The nouns that sources bring, parents before children."""

ROWS: tuple[type[Row], ...] = (
    *INPUT_ROWS,
    HouseholdPlace,
    MemberPlace,
    Pairing,
    EmptyPlace,
    Proposal,
    Move,
    Inspection,
    Photo,
    Revision,
    Change,
    Setting,
    AuditEntry,
    AuditHead,
    Account,
    Session,
    Token,
    Attempt,
)
"""Every noun, parents before children."""

__all__ = [
    "AREA_ROWS",
    "INPUT_ROWS",
    "ROWS",
    "Account",
    "AccountRules",
    "Accuracy",
    "Alias",
    "Attempt",
    "AuditAction",
    "AuditEntry",
    "AuditHead",
    "Backdrop",
    "BackdropKind",
    "Basis",
    "Building",
    "CareLevel",
    "Category",
    "Change",
    "ChangeKind",
    "ChangedNoun",
    "CityFacts",
    "Community",
    "Compound",
    "DangerZone",
    "District",
    "EmptyPlace",
    "Grid",
    "GridKind",
    "HazardSite",
    "Household",
    "HouseholdPlace",
    "HouseholdStatus",
    "Inspection",
    "Level",
    "Member",
    "MemberKind",
    "MemberPlace",
    "MemberStatus",
    "Mode",
    "Monitor",
    "Move",
    "MoveKind",
    "MoveWhy",
    "Pairing",
    "PairingRules",
    "Path",
    "PatrolRules",
    "Photo",
    "Place",
    "Proposal",
    "ProposalRules",
    "ProposalStatus",
    "RegisterEntry",
    "Revision",
    "Role",
    "Session",
    "Setting",
    "Sign",
    "SiteState",
    "Street",
    "ThreatLevel",
    "Token",
    "TokenScope",
]
