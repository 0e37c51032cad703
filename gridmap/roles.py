"""What each role may read and do: data, from which docs/roles.md is written and which the tests walk.

A role reads nouns and has verbs, both within the areas of its grants. What is not written here is not allowed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gridmap.schema import Row
from gridmap.tables import (
    AREA_ROWS,
    Account,
    AccountRole,
    Alias,
    AuditEntry,
    AuditHead,
    Backdrop,
    Change,
    DangerZone,
    Emergency,
    EmptyPlace,
    Grant,
    HazardSite,
    HeaderMap,
    Household,
    HouseholdPlace,
    Import,
    ImportChange,
    Inspection,
    Level,
    LocationDecision,
    Member,
    MemberPlace,
    Merge,
    Monitor,
    Move,
    Pairing,
    Path,
    Photo,
    Proposal,
    Revision,
    Setting,
)


class Verb(StrEnum):
    """What somebody may open or do."""

    FIGURES = "figures"
    OVERVIEW = "overview"
    MORNING = "morning"
    EXPLAIN = "explain"
    PROPOSE = "propose"
    REVIEW = "review"
    INSPECT = "inspect"
    REVEAL = "reveal"
    GROUND = "ground"
    EMERGENCY = "emergency"
    HELP = "help"
    BRING_IN = "bring_in"
    ADMINISTER = "administer"
    AUDIT = "audit"


WHOLE_CITY_ONLY = frozenset({Verb.BRING_IN})
"""A file, a pairing anew or two rows that are one person touch rows of any area."""

_GROUND: tuple[type[Row], ...] = (*AREA_ROWS.values(), Alias, Path, Backdrop, Setting, Revision, Account)
_PEOPLE: tuple[type[Row], ...] = (Household, HouseholdPlace, EmptyPlace, Pairing, Member, MemberPlace, Emergency)
_HAZARDS: tuple[type[Row], ...] = (HazardSite, DangerZone, Monitor, Inspection, Photo)
_PLANS: tuple[type[Row], ...] = (Proposal, Move)
_OFFICE: tuple[type[Row], ...] = (Import, ImportChange, HeaderMap, Merge)


@dataclass(frozen=True)
class Powers:
    """What a role reads and does; `levels` are those that a grant may be for, None the whole city."""

    levels: tuple[Level | None, ...]
    reads: frozenset[type[Row]] = frozenset()
    verbs: frozenset[Verb] = frozenset()


def _powers(levels: Iterable[Level | None], reads: Iterable[type[Row]], verbs: Iterable[Verb]) -> Powers:
    return Powers(tuple(levels), frozenset(reads), frozenset(verbs))


_WIDE = (None, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
_LOOK = (Verb.FIGURES, Verb.OVERVIEW)
_SERVE = (
    *_LOOK,
    Verb.MORNING,
    Verb.EXPLAIN,
    Verb.REVIEW,
    Verb.INSPECT,
    Verb.REVEAL,
    Verb.GROUND,
    Verb.EMERGENCY,
    Verb.HELP,
)

ROLES: Mapping[AccountRole, Powers] = {
    AccountRole.ADMINISTRATOR: _powers((None,), (Setting, Revision, Account, Grant), (Verb.ADMINISTER,)),
    AccountRole.AUDIT_READER: _powers((None,), (Setting, Revision, Account, AuditEntry, AuditHead), (Verb.AUDIT,)),
    AccountRole.PLANNER: _powers(
        _WIDE,
        (*_GROUND, *_PEOPLE, *_HAZARDS, *_PLANS, *_OFFICE, Change, LocationDecision),
        (*_SERVE, Verb.PROPOSE, Verb.BRING_IN),
    ),
    AccountRole.FIRST_SECRETARY: _powers(
        (Level.COMMUNITY,), (*_GROUND, *_PEOPLE, *_HAZARDS, *_PLANS, Change, LocationDecision), (*_SERVE, Verb.PROPOSE)
    ),
    AccountRole.GRID_MANAGER: _powers(
        (Level.COMMUNITY, Level.GRID), (*_GROUND, *_PEOPLE, *_HAZARDS, Change, LocationDecision), _SERVE
    ),
    AccountRole.FIELD_STAFF: _powers(
        (*_WIDE, Level.GRID), (*_GROUND, *_PEOPLE, *_HAZARDS), (Verb.INSPECT, Verb.REVEAL, Verb.HELP)
    ),
    AccountRole.MEMBER: _powers((None,), (*_GROUND, *_PEOPLE), (*_LOOK, Verb.HELP)),
    AccountRole.VIEWER: _powers((None,), (Setting, Revision, Account), (Verb.FIGURES,)),
}


APART = frozenset({AccountRole.ADMINISTRATOR, AccountRole.AUDIT_READER})
"""Roles of which an account has one at a time: who administers does not also keep watch over it (MLPS level 2)."""


@dataclass(frozen=True)
class Bounds:
    """What grants reach: the whole city, or some areas, and the households of some members."""

    whole: bool = False
    areas: frozenset[tuple[Level, str]] = frozenset()
    members: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        """Say whether they reach nothing at all."""
        return not (self.whole or self.areas or self.members)


@dataclass(frozen=True)
class Rights:
    """What an account may read and do today: its grants that are in force."""

    account_id: str
    grants: tuple[Grant, ...] = ()

    def may(self, verb: Verb) -> bool:
        """Say whether the account has a verb at all; within which areas `bounds` says."""
        found = self.bounds(verb)
        return found.whole if verb in WHOLE_CITY_ONLY else not found.nothing

    def bounds(self, what: Verb | type[Row]) -> Bounds:
        """Return within what the account has a verb or reads a noun."""
        held = [grant for grant in self.grants if _has(ROLES[grant.role], what)]
        own = [grant for grant in held if grant.role is AccountRole.MEMBER]
        return Bounds(
            whole=any(grant.level is None for grant in held if grant.role is not AccountRole.MEMBER),
            areas=frozenset((grant.level, grant.area_id) for grant in held if grant.level and grant.area_id),
            members=frozenset(grant.member_id for grant in own if grant.member_id),
        )

    def only(self, verb: Verb) -> "Rights":
        """Return the rights that come of those roles alone which have a verb: whose rows it may be used on."""
        return replace(self, grants=tuple(grant for grant in self.grants if verb in ROLES[grant.role].verbs))

    @property
    def rows(self) -> Bounds:
        """Return whose households the account sees as rows."""
        return self.bounds(Household)

    @property
    def key(self) -> tuple[object, ...]:
        """Return what tells rights apart: equal keys see the same rows of the city."""
        facts = {(grant.role, grant.level, grant.area_id, grant.member_id) for grant in self.grants}
        return tuple(sorted(facts, key=str))


def _has(powers: Powers, what: Verb | type[Row]) -> bool:
    return what in powers.verbs if isinstance(what, Verb) else what in powers.reads
