"""Roads and the door plates on them: 号, 附, 副, 之, 特, #, and numbers that are part of a road's name."""

from __future__ import annotations

import re

from gridmap.addresses.model import Parts
from gridmap.addresses.numerals import NUMERALS, arabic, run

_NOT_BEFORE = (
    r"(?!口|边|灯|局|段|桥|站|街|巷|小区|花园|花苑|家园|新村|社区|居委|公寓|大厦|广场|市场|家属|宿舍|中学|小学"
    r"|[一二三四五六七八九十]村)"
)
_ROAD = re.compile(
    r"(?:[GSX]?\d{3}(?:国道|省道|县道)"
    r"|(?:(?!(?:小区|社区|花园|家属)(?![路街巷]|大道))[^0-9A-Z()〔〕#,\-号栋幢室楼与]){1,9}?"
    rf"(?:大道|大街(?!路(?!口))|(?<!铁)路|街(?!路(?!口))|巷(?!路(?!口))|胡同){_NOT_BEFORE}"
    rf"(?:(?:[{NUMERALS}]|[东南西北中前后]){{1,2}}(?:巷|弄|胡同|支路|横路))?"
    rf"(?:(?:[东南西北中]|[{NUMERALS}]{{1,2}})段|[东南西北中](?=\d))?)"
)
_INNER_ROAD = re.compile(rf"{_ROAD.pattern}(?=\d+(?:号|$))")
_CORNER_ROAD = re.compile(r"[^0-9()#,\-]{1,8}?(?:路|大道|巷)(?=口(?:东|西|南|北|正|往|向|$))")
_SIGN = "特甲乙丙丁临"
_PLATE = rf"[{_SIGN}]?[A-Z]?\d{{1,5}}[A-Z甲乙丙丁]?|[{_SIGN}]?{run(1, 4)}(?=号)"
_SUB_END = r"(?:[号#](?!楼)|(?=$|[^-\d号栋幢座楼单层室门#A-Z]))"
_NUMBER = re.compile(
    rf"-?(?:门牌|NO\.?)?第?(?P<number>{_PLATE})"
    r"(?![栋幢座梯]|单元|号(?:[楼栋线]|别墅)|#[楼栋]|[层楼室路米中小年月期区组村厂医里公弄])"
    rf"(?:-(?P<dash>\d{{1,4}}[A-Z]?){_SUB_END}"
    r"|(?P<mark>号大?院?|#)?-?(?P<kind>[附副之])(?P<sub>\d{1,4}[A-Z]?)(?:[号#](?!楼))?"
    rf"|(?P<mark2>号大?院?|#)(?:-(?P<late>\d{{1,4}}[A-Z]?){_SUB_END})?"
    r"|(?=$|-\d|[^\dA-Z-]))"
)
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})(?:[栋幢座]|号楼|#)")
_PLATE_ALONE = re.compile(rf"(?P<number>[{_SIGN}]?[A-Z]?\d{{1,4}}[A-Z]?)号(?:-?[附副之]?-?(?P<sub>\d{{1,4}})号?)?")
_PLATE_AFTER_NAME = re.compile(rf"(?<=\D)(?P<number>{_PLATE})号?-?[附副之](?P<sub>\d{{1,4}})号?$")


def _fold_plate(text: str) -> str:
    """Write a door plate in Arabic digits, with the letter or sign before it kept."""
    head = text[0] if text[0] in _SIGN else ""
    core = text[len(head) :]
    if core.isascii():
        return head + (core.lstrip("0") or "0" if core.isdigit() else core)
    return head + (arabic(core) if all(sign in NUMERALS or sign.isdigit() for sign in core) else core)


def _is_range(text: str) -> bool:
    """Say whether 1-3栋 after a road names buildings; 43-2栋 is building 2 at number 43."""
    found = _RANGE.match(text)
    return found is not None and int(found[1]) < int(found[2])


def _note_plate(parts: Parts, number: str, sub: str | None, changes: list[str]) -> None:
    """Store a door plate and tell what was rewritten."""
    parts["number"] = _fold_plate(number)
    if number != parts["number"]:
        changes.append(f"“{number}号”改为{parts['number']}号")
    if sub:
        parts["sub_number"] = sub.lstrip("0") or "0"
        changes.append(f"副号统一写作附{parts['sub_number']}号")


def _take_number(text: str, parts: Parts, changes: list[str]) -> str:
    """Take a road number off the start of the text."""
    found = _NUMBER.match(text)
    if not found or _is_range(text):
        return text
    _note_plate(parts, found["number"], found["dash"] or found["sub"] or found["late"], changes)
    if "#" in (found["mark"], found["mark2"]):
        changes.append("“#”改为“号”")
    return text[found.end() :]


def take_road(text: str, parts: Parts, changes: list[str]) -> str:
    """Take a road and its number off the start of the text.

    Of two roads in a row the one with the number counts, and the other becomes a hint.
    """
    found = _ROAD.match(text)
    if not found:
        corner = _CORNER_ROAD.match(text)
        if corner:
            parts["road"] = corner[0]
        return text[corner.end() :] if corner else text
    if inner := _INNER_ROAD.match(text, found.end()):
        parts["hint"] = ";".join(filter(None, (parts.get("hint"), found[0])))
        found = inner
    parts["road"] = found[0]
    return _take_number(text[found.end() :], parts, changes)


def take_plate(text: str, parts: Parts, changes: list[str]) -> str:
    """Take a door plate off the end of a text that names no road (矿山村5号, 肖铺湾12号附1号)."""
    found = _PLATE_ALONE.fullmatch(text) or _PLATE_AFTER_NAME.search(text)
    if not found:
        return text
    _note_plate(parts, found["number"], found["sub"], changes)
    return text[: found.start()]
