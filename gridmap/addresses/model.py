"""An address in parts: what each part means is decided here, how it is written elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

REST = re.compile(r"〔([^〔〕]*)〕?|〕")
"""How `rest` stands in a written address: between 〔 and 〕."""

Parts = dict[str, Any]
"""Parts of an address while it is read, by field name."""
NO_BRACKETS = str.maketrans("", "", "()〔〕[]")
"""Brackets inside `rest` would end it early, so they are left out."""


class Style(StrEnum):
    """How the addresses of one source are written; set per source, never guessed per row."""

    CHINESE = "chinese"
    WESTERN = "western"


class Nearness(StrEnum):
    """Words that place something near a landmark: such an address is a vicinity, never a door."""

    BESIDE = "旁"
    OPPOSITE = "对面"
    NEAR = "附近"
    CROSSING = "交汇处"
    OFFSET = "方向"


@dataclass(frozen=True, slots=True)
class Address:
    """One address in parts, folded to simplified characters, half width and Arabic numbers.

    `number` is the door plate as a whole ("1341", "特8", "187-197"); `sub_number` what 附, 副, 之 or a hyphen
    adds to it. `unit` is the stairwell of a Chinese building and the #/APT of a Western address.
    `city` holds a lone X市, which may be a county-level city; below another city it stands in `district`.
    `changes` tells in Chinese what was rewritten and is left out of comparison, because two ways to write
    one address are one address. `rest` is the text that was not understood.
    """

    style: Style = Style.CHINESE
    province: str | None = None
    city: str | None = None
    district: str | None = None
    street: str | None = None
    community: str | None = None
    hint: str | None = None
    road: str | None = None
    number: str | None = None
    sub_number: str | None = None
    compound: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    place_word: Nearness | None = None
    offset: str | None = None
    cross_road: str | None = None
    postcode: str | None = None
    number_last: bool = False
    ambiguous: bool = False
    rest: str = ""
    changes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def vicinity(self) -> bool:
        """Say whether the text points near something instead of at it."""
        return self.place_word is not None

    @property
    def understood(self) -> bool:
        """Say whether anything that can be looked up was found."""
        return any((self.road, self.compound, self.building, self.community, self.number))
