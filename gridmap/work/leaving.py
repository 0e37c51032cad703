"""What leaves a workspace: drawn pages, and tables with a line in the audit log."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from gridmap import extracts
from gridmap.audit import Act, note
from gridmap.duty import in_force, present
from gridmap.lawful import lawful
from gridmap.maps import doubles, emergencies, importing, pages, planning, reviewing
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.store import Store
from gridmap.tables import (
    AuditAction,
    Backdrop,
    DangerZone,
    EmptyPlace,
    HazardSite,
    Household,
    HouseholdPlace,
    Import,
    Member,
    MemberPlace,
    Pairing,
    Path,
    Proposal,
)
from gridmap.work.proposals import Proposed
from gridmap.work.reading import Picture, picture_of


def view(taken: Picture, *, served: bool = False) -> MapView:
    """Return what the pages show of a picture; `served` lets them lead to pages that change something."""
    found = taken.frames
    now = dt.datetime.now(tz=dt.UTC).astimezone()
    noon = dt.time(12, tzinfo=now.tzinfo)
    ties, here = found[Pairing], found[Household][present(found[Household])]
    return MapView(
        city=taken.city.name,
        as_of=now if taken.day == now.date() else dt.datetime.combine(taken.day, noon),
        invented=taken.city.invented,
        demo=taken.city.demo,
        attribution=taken.city.attribution,
        review_no=taken.city.review_no,
        areas=taken.areas,
        area_coverage=taken.coverage.areas,
        household_coverage=taken.coverage.households,
        building_coverage=taken.coverage.buildings,
        member_coverage=taken.coverage.members,
        exposure=taken.exposure,
        households=found[Household],
        household_places=found[HouseholdPlace],
        members=found[Member],
        empty_places=found[EmptyPlace],
        pairings=ties[in_force(ties, taken.day)].reset_index(drop=True),
        hazard_sites=found[HazardSite],
        danger_zones=found[DangerZone],
        paths=found[Path],
        backdrop=found[Backdrop],
        served=served,
        signed=served and taken.accounts,
        emergency=taken.emergency_until is not None,
        withheld=taken.withheld,
        groundless=int((~lawful(here, taken.day)).sum()),
        lawful=taken.city.lawful,
        opens=taken.opens,
    )


def draw(taken: Picture, *, downloads: tuple[pages.Download, ...] = (), served: bool = False) -> dict[str, str | bytes]:
    """Draw every page of a picture; return path and content of each file."""
    return pages.site(view(taken, served=served), downloads=downloads).files


def draw_proposals(taken: Picture, kept: Sequence[Proposal], *, lang: Lang) -> dict[str, str | bytes]:
    """Draw the page with the form and the history of proposals."""
    return planning.proposals_page(view(taken, served=True), kept, lang=lang).files


def draw_proposal(taken: Picture, found: Proposed, *, lang: Lang) -> dict[str, str | bytes]:
    """Draw the review of a proposal."""
    shown = view(taken, served=True)
    return planning.proposal_page(shown, found.proposal, found.moves, taken.frames[MemberPlace], lang=lang).files


def draw_emergencies(taken: Picture, told: Sequence[Mapping[str, Any]], *, may: bool, lang: Lang) -> str:
    """Draw the emergencies that concern whoever looks; `may` says whether they may ask for one."""
    return emergencies.emergency_page(view(taken, served=True), told, may=may, lang=lang)


def draw_review(taken: Picture, *, lang: Lang) -> dict[str, str | bytes]:
    """Draw the page on which places are reviewed."""
    return reviewing.review_page(view(taken, served=True), lang=lang).files


def draw_people(taken: Picture, *, lang: Lang) -> dict[str, str | bytes]:
    """Draw the page on which rows that may be one person are judged."""
    return doubles.people_page(view(taken, served=True), lang=lang).files


def draw_imports(taken: Picture, kept: Sequence[Import], *, lang: Lang) -> dict[str, str | bytes]:
    """Draw the page with the form and the history of imports."""
    return importing.imports_page(view(taken, served=True), kept, lang=lang).files


def draw_import(taken: Picture, found: Import, choices: importing.Choices, *, lang: Lang) -> dict[str, str | bytes]:
    """Draw one import from its columns to its report."""
    return importing.import_page(view(taken, served=True), found, choices, lang=lang).files


def export(
    store: Store,
    noun: str,
    *,
    form: str,
    unmask: bool = False,
    reason: str | None = None,
    day: dt.date | None = None,
) -> pd.DataFrame:
    """Return a table that leaves the workspace, and record it in the audit log in the same transaction.

    Raises:
        StoreError: the store keeps no audit log.
    """
    with store.transaction(write=True) as transaction:
        taken = picture_of(transaction, day)
        rows = extracts.extract(noun, taken.frames, taken.coverage, unmask=unmask)
        asked = {"form": form, "day": taken.day}
        act = Act(AuditAction.EXPORT, noun, row_count=len(rows), filter=asked, purpose=reason, unmasked=unmask)
        note(transaction, act)
    return rows


def log_export(store: Store, *, noun: str, form: str, rows: int, reason: str, unmasked: bool = True) -> None:
    """Record a table that leaves the workspace, made elsewhere."""
    asked = {"form": form}
    act = Act(AuditAction.EXPORT, noun, row_count=rows, filter=asked, purpose=reason or None, unmasked=unmasked)
    with store.transaction(write=True) as transaction:
        note(transaction, act)
