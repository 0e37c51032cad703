"""Say everything that a person may be told in Chinese and in English, from one table of phrases.

Whoever raises an error or finds a problem names a phrase and its values: `say("layer.unknown", layer=.., names=..)`.
The result is the English text and carries the Chinese beside it, so that logs, exceptions and frames need not know of
languages; whoever shows it asks `told(text, language)`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from gridmap.phrases.accounts import ACCOUNTS
from gridmap.phrases.commands import COMMANDS
from gridmap.phrases.files import FILES
from gridmap.phrases.forms import FORMS
from gridmap.phrases.geojson import GEOJSON
from gridmap.phrases.http import HTTP
from gridmap.phrases.imports import IMPORTS
from gridmap.phrases.people import PEOPLE
from gridmap.phrases.review import REVIEW
from gridmap.phrases.signing import SIGNING
from gridmap.phrases.values import VALUES
from gridmap.phrases.work import WORK

Language = Literal["zh", "en"]

PHRASES: Mapping[str, tuple[str, str]] = (
    FILES | FORMS | GEOJSON | VALUES | WORK | HTTP | ACCOUNTS | COMMANDS | IMPORTS | REVIEW | PEOPLE | SIGNING
)
"""Phrase -> (Chinese, English); the phrase of a problem begins with its code."""


class Said(str):  # noqa: SLOT000  `zh` needs a place, and a text of two languages is not made by the million
    """A phrase with its values: the English text, with the Chinese at `zh`."""

    zh: str

    def __new__(cls, english: str, chinese: str) -> Self:
        """Keep both texts."""
        both = super().__new__(cls, english)
        both.zh = chinese
        return both

    def __str__(self) -> str:
        # str(error) of an error that was raised with a phrase must not lose the Chinese
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), ("".join(self), self.zh)


def told(text: str, language: Language) -> str:
    """Return a text in a language; a text of others (a driver's, a reader's) has only one."""
    return text.zh if isinstance(text, Said) and language == "zh" else "".join(text)


def _in(value: object, language: Language) -> object:
    if isinstance(value, str):
        return told(value, language)
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(_in(item, language)) for item in value)
    return value


def say(phrase: str, /, **values: Any) -> Said:  # noqa: ANN401  whatever a format string takes
    """Return a phrase with its values; lists are joined, and phrases among the values speak the same language."""
    zh, en = PHRASES[phrase]
    return Said(
        en.format(**{name: _in(value, "en") for name, value in values.items()}),
        zh.format(**{name: _in(value, "zh") for name, value in values.items()}),
    )


def lines(texts: Sequence[str]) -> Said:
    """Put texts on lines below each other."""
    return Said("\n".join(told(text, "en") for text in texts), "\n".join(told(text, "zh") for text in texts))


def refusal(error: Mapping[str, Any]) -> Said:
    """Return what one error of pydantic's says: a phrase of ours, or else its own words."""
    context = error.get("ctx") or {}
    if isinstance(raised := context.get("error"), Exception):
        # a check of our own
        said = str(raised)
        return said if isinstance(said, Said) else say("form", said=said)
    phrase = f"form.{error['type']}"
    try:
        return say(phrase, **context)
    except KeyError:
        return say("form", said=str(error["msg"]).removeprefix("Input "))
