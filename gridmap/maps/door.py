"""The pages at the door: sign in, and the own account. Plain forms; they show nothing of the city but its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.maps import words
from gridmap.maps.pages import link_of, templates
from gridmap.maps.words import Lang
from gridmap.roles import Rights
from gridmap.tables import CityFacts, Grant


@dataclass(frozen=True)
class SignIn:
    """What a sign-in shows: where it leads, the word above it, the name filled in, guests of a demonstration."""

    then: str = ""
    said: str = ""
    name: str = ""
    guests: Sequence[Grant] = ()


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
    return _render("sign-in", city, lang, then=shown.then, said=shown.said, name=shown.name, guests=shown.guests)


def account_page(
    city: CityFacts, rights: Rights, *, lang: Lang, must_change: bool, least: int, said: str = ""
) -> str:  # fmt: skip
    """Draw the own account: roles, sign out, change the password; `least` is the number of characters it needs."""
    return _render(
        "account", city, lang, name=rights.account_id, grants=rights.grants, must_change=must_change, least=least,
        said=said,
    )  # fmt: skip
