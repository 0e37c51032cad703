"""Parse a carelessly written address into parts, write it back, and find the same door by one key.

Pure text in, parts out: no gazetteer, no file, no network. `parse(format_address(parse(text)))` equals
`parse(text)` for any text, because a reading that does not survive its own normal form is not kept.
"""

from __future__ import annotations

from gridmap.addresses import chinese, western
from gridmap.addresses.fields import parse, parse_all
from gridmap.addresses.model import Address, Nearness, Style
from gridmap.addresses.writing import building_key, format_address, key

__all__ = [
    "Address", "Nearness", "Style", "building_key", "format_address", "key", "normal_text", "parse",
    "parse_all",
]  # fmt: skip


def normal_text(text: str, style: Style = Style.CHINESE) -> str:
    """Return the text in one width, one script, one case and without stray blanks."""
    return western.normal_text(text) if style is Style.WESTERN else chinese.normal_text(text)
