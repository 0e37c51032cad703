"""From a ledger's field to addresses: one, several, or one that a comma has torn into pieces."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from gridmap.addresses import chinese, western
from gridmap.addresses.model import Address, Style
from gridmap.addresses.writing import format_address

_READINGS = 3
_LEVELS = (
    "province", "city", "district", "street", "community", "road", "number", "compound", "building", "unit",
    "floor", "room",
)  # fmt: skip
_NUMBER, _COMPOUND = _LEVELS.index("number"), _LEVELS.index("compound")
_OUTSIDE = r"(?![^(〔]*[)〕])"
_SEPARATOR = re.compile(rf"\s*([;|\n、,/])\s*{_OUTSIDE}")
_TORN = re.compile(r"[;|、,/\s]")
_HARD = re.compile(rf"[;|\n]{_OUTSIDE}")
_CROSSING = re.compile(r"(?<=[路街巷道])[、/,](?=[^、/,;]{1,9}(?:路|街|巷|大道)的?(?:交|十字|丁字|转角))")
_BLANK_BETWEEN = re.compile(r"(?<=[号室栋])\s+(?=[一-鿿]{1,8}(?:路|街|巷|大道)\d)")
_ODD_SIGN = re.compile(r"[\r【】\[\]]")
_WIDE = str.maketrans("\r【】[]", "\n()()")
_ANY_BRACKET = re.compile(r"[()〔〕]")
_CLOSING = {"(": ")", "〔": "〕"}
_QUOTE = str.maketrans(dict.fromkeys("()〔〕、,/|\n", None))


def read(text: str, style: Style) -> Address:
    """Read a text until the reading survives its own normal form; else nothing of it is understood."""
    reader = western.parse_western if style is Style.WESTERN else chinese.parse_chinese
    address = reader(text)
    written = format_address(address)
    for _ in range(_READINGS):
        if written == text:
            return address
        again = reader(written)
        if again == address:
            return address
        address = replace(again, changes=(*address.changes, *again.changes))
        text, written = written, format_address(address)
    rest = reader(f"〔{text.translate(_QUOTE)}〕").rest
    return Address(style=style, rest=rest, changes=("读不懂",))


def _span(address: Address) -> tuple[int, int]:
    """Return the coarsest and the finest level that an address names, or (-1, -1)."""
    given = [level for level, name in enumerate(_LEVELS) if getattr(address, name)]
    return (given[0], given[-1]) if given else (-1, -1)


def _follow(before: Address, piece: Address, first: int) -> Address:
    """Complete a piece such as 5栋 or 湖滨路9号 with the coarser parts of the address before it."""
    coarser = _LEVELS[:first] if first >= _NUMBER and first != _COMPOUND else _LEVELS[:3]
    if first < 3:
        return piece
    kept = {name: getattr(before, name) for name in coarser}
    building_kept = "building" in kept and before.ambiguous
    return replace(piece, **kept, ambiguous=piece.ambiguous or building_kept)


def _join(pieces: list[tuple[str, bool]], style: Style) -> list[Address]:
    """Put torn pieces together and complete short ones."""
    texts: list[str] = []
    found: list[Address] = []
    for text, hard in pieces:
        address = read(text, style)
        first, _ = _span(address)
        if not found:
            texts.append(text)
            found.append(address)
            continue
        if address.rest.isdigit() and first < 0 and found[-1].building:
            address, first = replace(address, room=address.rest, rest=""), len(_LEVELS) - 1
        if first > _span(found[-1])[1] and not hard:
            texts[-1] += f" {text}"  # a blank keeps 3,501 from becoming 3501
            found[-1] = read(texts[-1], style)
        elif first >= 0:
            texts.append(text)
            found.append(read(format_address(_follow(found[-1], address, first)), style))
        elif address.rest:
            found[-1] = replace(found[-1], rest=";".join(filter(None, (found[-1].rest, address.rest))))
    return found


def _balance(text: str) -> str:
    """Close what stays open, drop what was never opened, flatten what is nested."""
    kept: list[str] = []
    waiting = ""
    for sign in text:
        if sign in _CLOSING and not waiting:
            waiting = _CLOSING[sign]
        elif sign == waiting:
            waiting = ""
        elif sign in "()〔〕":
            kept.append(" ")
            continue
        kept.append(sign)
    return "".join(kept) + waiting


def _pieces(text: str, style: Style) -> list[tuple[str, bool]]:
    """Cut a field at its separators; tell for each piece whether a hard one stands before it."""
    if _ODD_SIGN.search(text):
        text = text.translate(_WIDE)
    if _ANY_BRACKET.search(text):
        text = _balance(text)
    if style is Style.WESTERN:
        return [(piece, True) for piece in _HARD.split(text) if piece.strip()]
    if not _TORN.search(text):
        return [(text, True)] if text else []
    text = _BLANK_BETWEEN.sub(";", _CROSSING.sub("与", text.strip()))
    cut = _SEPARATOR.split(text)
    marks = (";", *cut[1::2])
    return [(piece, mark in ";|\n") for piece, mark in zip(cut[::2], marks, strict=True) if piece.strip()]


def parse_all(text: str, style: Style = Style.CHINESE) -> tuple[Address, ...]:
    """Parse every address that a field holds; an empty field holds none."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    pieces = _pieces(folded, style)
    found = [read(pieces[0][0], style)] if len(pieces) == 1 else _join(pieces, style)
    if folded != text:
        found = [replace(address, changes=("全角改半角", *address.changes)) for address in found]
    return tuple(found)


def parse(text: str, style: Style = Style.CHINESE) -> Address:
    """Parse one address; of a field that holds several the first, with the others in `rest`."""
    found = parse_all(text, style)
    if not found:
        return Address(style=style)
    if len(found) == 1:
        return found[0]
    others = ";".join(format_address(address).translate(_QUOTE) for address in found[1:])
    rest = read(f"〔{';'.join(filter(None, (found[0].rest, others)))}〕", style).rest
    return replace(found[0], rest=rest, changes=(*found[0].changes, f"一格多址：取第一处，另有{len(found) - 1}处"))
