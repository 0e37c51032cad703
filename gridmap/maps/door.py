"""The pages at the door: sign in, and the own account. Plain forms; they show nothing of the city but its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.maps import words
from gridmap.maps.pages import link_of, templates
from gridmap.maps.qr import outline
from gridmap.maps.words import Lang
from gridmap.roles import Rights
from gridmap.tables import CityFacts, Grant


@dataclass(frozen=True)
class SignIn:
    """What a sign-in shows: where it leads, the word above it, the name filled in, guests of a demonstration.

    `promise` asks for a code, `provider` offers a provider's sign-in, `subject` is whom that one says somebody is.
    """

    then: str = ""
    said: str = ""
    name: str = ""
    guests: Sequence[Grant] = ()
    promise: str = ""
    provider: bool = False
    subject: str = ""


@dataclass(frozen=True)
class Second:
    """The second step on the account's page: on or off, a secret that waits and what its QR code says, new codes."""

    on: bool = False
    secret: str = ""
    address: str = ""
    recovery_left: int = 0
    codes: Sequence[str] = ()
    said: str = ""


def _render(page: str, city: CityFacts, lang: Lang, **values: object) -> str:
    other: Lang = "en" if lang == "zh" else "zh"
    return (
        templates()
        .get_template(f"{page}.html")
        .render(
            page=page, city=city, lang=lang, t=words.texts(lang), link=link_of(lang), other_lang=link_of(other)(page),
            assets="assets", **{"then": "", **values},
        )
    )  # fmt: skip


def sign_in_page(city: CityFacts, shown: SignIn, *, lang: Lang) -> str:
    """Draw the sign-in."""
    return _render("sign-in", city, lang, **vars(shown))


def account_page(
    city: CityFacts, rights: Rights, second: Second, *, lang: Lang, must_change: bool, least: int, said: str = ""
) -> str:
    """Draw the own account: roles, sign out, password, second step; `least` is the number of characters it needs."""
    return _render(
        "account", city, lang, name=rights.account_id, grants=rights.grants, must_change=must_change, least=least,
        said=said, second=second, qr=outline(second.address) if second.address else None,
    )  # fmt: skip
