"""The pages of the offices, which show no row of the city: the audit log, accounts, settings."""

import datetime as dt

from gridmap.maps import offices
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.store import Store
from gridmap.tables import Account
from gridmap.work.reading import facts_of


def bare(store: Store, opens: frozenset[str] | None) -> MapView:
    """Return what stands round a page that shows no row of the city: its name, its marks, the navigation."""
    with store.transaction() as transaction:
        city = facts_of(transaction)
        signed = len(transaction.read(Account)) > 0
    now = dt.datetime.now(dt.UTC).astimezone()
    return MapView(
        city=city.name, as_of=now, invented=city.invented, demo=city.demo, attribution=city.attribution,
        served=True, signed=signed, opens=opens,
    )  # fmt: skip


def draw_audit(store: Store, shown: offices.Lines, *, opens: frozenset[str] | None, lang: Lang) -> str:
    """Draw lines of the audit log and whether it is whole."""
    return offices.audit_page(bare(store, opens), shown, lang=lang)


def draw_admin(store: Store, shown: offices.Desk, *, opens: frozenset[str] | None, lang: Lang) -> str:
    """Draw accounts, roles and tokens."""
    return offices.admin_page(bare(store, opens), shown, lang=lang)


def draw_settings(store: Store, rows: list[offices.Record], *, opens: frozenset[str] | None, lang: Lang) -> str:
    """Draw the settings in force."""
    return offices.settings_page(bare(store, opens), rows, lang=lang)
