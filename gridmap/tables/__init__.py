"""The nouns of Gridmap, a file per journey."""

from gridmap.schema import Row
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
from gridmap.tables.decisions import DecisionKind, LocationDecision, Side
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
from gridmap.tables.records import CityFacts, ExportEntry, Revision, Setting

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
    LocationDecision,
    Revision,
    Setting,
    ExportEntry,
)
"""Every noun, parents before children."""

__all__ = [
    "AREA_ROWS",
    "INPUT_ROWS",
    "ROWS",
    "Accuracy",
    "Alias",
    "Backdrop",
    "BackdropKind",
    "Basis",
    "Building",
    "CareLevel",
    "Category",
    "CityFacts",
    "Community",
    "Compound",
    "DangerZone",
    "DecisionKind",
    "District",
    "EmptyPlace",
    "ExportEntry",
    "Grid",
    "GridKind",
    "HazardSite",
    "Household",
    "HouseholdPlace",
    "HouseholdStatus",
    "Inspection",
    "Level",
    "LocationDecision",
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
    "Setting",
    "Side",
    "Sign",
    "SiteState",
    "Street",
    "ThreatLevel",
]
