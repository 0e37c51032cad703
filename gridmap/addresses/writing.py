"""Write an address in its normal form, and in the key that finds the same door again."""

from __future__ import annotations

import re

from gridmap.addresses.model import Address, Nearness, Style
from gridmap.addresses.western import format_western


def _door(address: Address) -> str:
    """Write building, unit, floor and room; a guessed building keeps the form that says so."""
    marks = (("unit", "单元"), ("floor", "层"), ("room", "室"))
    if address.ambiguous and address.number and not address.compound:
        return "-".join(part for part in (address.building, address.unit, address.room) if part)
    text = ""
    if address.building:
        text = address.building + ("号" if address.ambiguous else "栋")
    for name, mark in marks:
        if value := getattr(address, name):
            text += _marked(value, mark)
    return text


def _marked(value: str, mark: str) -> str:
    """Add its measure word to a number, and none to a word such as 门面."""
    if mark == "层" and value[0] == "-":
        return f"负{value[1:]}层"
    return value if len(value) > 1 and not value.isascii() else value + mark


def _place(address: Address) -> str:
    """Write crossing, nearness and offset."""
    word = address.place_word
    if word is None:
        return ""
    text = "" if word is Nearness.OFFSET else word.value
    if address.cross_road:
        text = f"与{address.cross_road}{text}"
    return text + (address.offset or "")


def format_chinese(address: Address) -> str:
    """Write a Chinese address in one line that parses to the same parts."""
    admin = (address.province, address.city, address.district, address.street, address.community)
    number = f"{address.number}号" if address.number else ""
    sub = f"附{address.sub_number}号" if address.sub_number else ""
    plate = number + sub
    place = (address.road, plate, address.compound) if address.road else (address.compound, plate)
    hint = f"({address.hint})" if address.hint else ""
    rest = f"〔{address.rest}〕" if address.rest else ""
    pieces = (*admin, *place, _door(address), _place(address), hint, rest)
    return "".join(piece for piece in pieces if piece)


def format_address(address: Address) -> str:
    """Write the normal form of an address; parsing it again gives the same parts."""
    return format_western(address) if address.style is Style.WESTERN else format_chinese(address)


_GROUP = re.compile(r"\d{1,3}组$")
_COMMUNITY_END = re.compile(r"(?:社区居民委员会|社区居委会|社区|居民委员会|居委会|村民委员会|村委会)$")


def _place_parts(address: Address, building: str | None) -> tuple[str | None, ...]:
    """Return what makes a building, or nothing where no road, compound or community holds it."""
    compound = address.compound or ""
    held = address.road or (compound and not _GROUP.match(compound))
    if not held and address.community and (address.number or building or compound):
        compound = f"@{_COMMUNITY_END.sub('', address.community)}{compound}"
    if not (address.road or compound):
        return ()
    plate = (address.road, address.number, address.sub_number, address.cross_road)
    return (*plate, compound, building)


def _join(parts: tuple[str | None, ...]) -> str:
    """Put parts behind each other, so that the slash stands between two parts only."""
    joined = "/".join([part or "" for part in parts])
    if joined.count("/") < len(parts):
        return joined
    return "/".join([(part or "").replace("/", "-") for part in parts])


def key(address: Address, *, building: str | None = None) -> str:
    """Return the text that is equal for two spellings of one door, empty if there is nothing to find.

    `building` stands for that of the address: what is on the wall behind its plate.

    Divisions, hints and place words stay out: they narrow a search and never make a door. Only where neither
    road nor compound is named, or just a village group (3组), does the community stand in, marked @. A key
    may therefore belong to two doors of one city; who looks it up must expect more than one answer.
    """
    place = _place_parts(address, building or address.building)
    return _join((*place, address.unit, address.floor, address.room)) if place else ""


def building_key(address: Address) -> str:
    """Return the key of the building: as `key`, without unit, floor and room."""
    place = _place_parts(address, address.building)
    return _join((*place, "", "", "")) if place else ""
