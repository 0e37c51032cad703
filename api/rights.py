"""Which verb each path asks for: one table that the door reads before any route.

A path without a line is closed to everybody who signs in, so that a route that somebody adds later waits for a line
here. Which rows an open route may show is decided below it, in gridmap.scope.
"""

import re

from gridmap.maps.pages import FILES
from gridmap.roles import Rights, Verb

PAGE = r"(\.zh|\.en)?\.(html|js)"

PATHS: tuple[tuple[str, frozenset[Verb] | None], ...] = (
    (r"/(account|second-step|sign-out|sign-in)(\.en)?\.html|/(enter|openid|openid-back)\.html", None),
    (r"/docs|/openapi\.json|/health|/assets/.*", None),
    (r"/|/index(\.en)?\.html|/api/v1/coverage(/export)?", frozenset({Verb.FIGURES})),
    (rf"/(map|gaps){PAGE}|/data/[a-z.]+\.js|/api/v1/gaps(/export)?", frozenset({Verb.OVERVIEW})),
    (rf"/(households|members|areas){PAGE}|/api/v1/(households|members|areas)(/export)?", frozenset({Verb.OVERVIEW})),
    (rf"/today{PAGE}|/api/v1/today", frozenset({Verb.MORNING})),
    (r"/api/v1/(households|members)/[^/]+/reveal|/api/v1/field/calls", frozenset({Verb.REVEAL})),
    (r"/api/v1/emergencies/[^/]+/(confirm|end|review)", frozenset({Verb.EMERGENCY})),
    (rf"/emergency{PAGE}|/api/v1/emergencies(/[^/]+/households)?", frozenset({Verb.EMERGENCY, Verb.HELP})),
    (r"/api/v1/households/[^/]+/(legal-basis|withdrawal)", frozenset({Verb.GROUND})),
    (rf"/(household|member|worth){PAGE}|/api/v1/(households|members)/.*|/api/v1/worth", frozenset({Verb.EXPLAIN})),
    (r"/proposals?[^/]*|/api/v1/proposals(/.*)?", frozenset({Verb.PROPOSE})),
    (r"/review[^/]*|/api/v1/review(/.*)?", frozenset({Verb.REVIEW})),
    (
        rf"/(field|site){PAGE}|/field-worker\.js|/api/v1/field/(bundle|inspections|photos/[^/]*)",
        frozenset({Verb.INSPECT}),
    ),
    (r"/(imports?|people)[^/]*|/api/v1/(imports|people)(/.*)?|/api/v1/report", frozenset({Verb.BRING_IN})),
    (rf"/audit{PAGE}|/api/v1/audit(/.*)?", frozenset({Verb.AUDIT})),
    (rf"/(admin|settings){PAGE}|/api/v1/admin/.*", frozenset({Verb.ADMINISTER})),
    (r"/api/v1/jobs(/.*)?", frozenset({Verb.OVERVIEW, Verb.PROPOSE, Verb.BRING_IN})),
)
"""Pattern of the whole path, and the verbs of which one is enough; None for whoever is signed in."""

PAGES = (
    "today",
    "home",
    "map",
    "gaps",
    "households",
    "review",
    "people",
    "proposals",
    "worth",
    "field",
    "emergency",
    "imports",
    "audit",
    "admin",
)

BEGUN_BY = {"emergency": Verb.EMERGENCY}
"""Pages that the navigation has for who may begin what they are about; others are led there while it lasts."""

HOMES: tuple[tuple[Verb, str], ...] = (
    (Verb.MORNING, "today"),
    (Verb.INSPECT, "field"),
    (Verb.FIGURES, "index"),
    (Verb.ADMINISTER, "admin"),
    (Verb.AUDIT, "audit"),
)
"""Where `/` leads, by the first verb that somebody has; who has none of them is led to the own account."""


def wanted(path: str) -> frozenset[Verb] | None:
    """Return the verbs that open a path, None when it is open to whoever is signed in; no verb opens an unknown one."""
    for pattern, verbs in PATHS:
        if re.fullmatch(pattern, path):
            return verbs
    return frozenset()


def opens(rights: Rights, path: str) -> bool:
    """Say whether a path is open to an account."""
    verbs = wanted(path)
    return verbs is None or any(rights.may(verb) for verb in verbs)


def pages_of(rights: Rights) -> frozenset[str]:
    """Return the pages of the navigation that are open to an account."""
    return frozenset(
        name
        for name in PAGES
        if opens(rights, f"/{FILES.get(name, name)}.html") and (name not in BEGUN_BY or rights.may(BEGUN_BY[name]))
    )


def home_of(rights: Rights) -> str:
    """Return the page that an account begins with."""
    return next((page for verb, page in HOMES if rights.may(verb)), "account")
