"""The end of a Chinese address: building, unit, floor and room in all their spellings.

The grammar is tied to the end of the text and the name before it is taken as short as possible, so a
numeral inside a name (七层巷, 三栋屋, 锦湖一号) is never read as a door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gridmap.addresses.numerals import NUMERALS, arabic, run

_STEM = "甲乙丙丁戊"
_SIDE = "东西南北中"
_BUILDING_NAME = rf"[A-Z]-?\d{{1,4}}|\d{{1,3}}-\d{{1,3}}|\d{{1,4}}-?[A-Z]?|[A-Z]|{run(1, 4)}|[{_STEM}{_SIDE}]"
_UNIT_NAME = rf"\d{{1,2}}|[A-Z]|{run(1, 3)}|[{_STEM}{_SIDE}左右]"
_UNIT = rf"(?:(?P<unit>{_UNIT_NAME})(?:单元|门栋|梯)|(?P<gate>\d{{1,2}}|{run(1, 2)})门(?![面口店诊]))"
_UNIT_ALONE = rf"(?:(?P<unit>{_UNIT_NAME})(?:单元|门栋|梯)|(?P<gate>\d{{1,2}})门(?![面口店诊]))"
_FLOOR = (
    rf"(?:(?P<floor>(?:负|地下|-)?(?:\d{{1,2}}|{run(1, 3)})|B\d|[顶底])(?P<storey>层|楼)"
    r"|(?P<fl>B?\d{1,2})F)"
)
_SHOP = r"\d{0,4}号?(?:门面|商铺|底商|车库|地下室|阁楼|架空层|门卫室|值班室)\d{0,3}"
_ROOM_NAME = rf"[A-Z]?\d{{1,5}}[A-Z]?(?:-\d{{1,4}})?|{run(1, 5)}"
_BARE = rf"[A-Z]?\d{{3,5}}[A-Z]?(?:-\d{{1,2}})?|\d{{1,2}}[A-Z]|{run(3, 3)}"
_ROOM = (
    rf"(?:(?P<room>{_ROOM_NAME})(?:号房|号室|室|房|户|号)|(?P<bare>{_BARE})"
    rf"|(?P<side>[{_SIDE}左右])(?:边户|户|室)|(?P<shop>{_SHOP}))"
)
_ROOM_ALONE = (
    rf"(?:(?P<room>[A-Z]?\d{{1,5}}[A-Z]?(?:-\d{{1,2}})?|{run(2, 5)})(?:号房|号室|室|房)"
    rf"|(?P<shop>{_SHOP}))"
)
_PAIR = r"(?P<pair_unit>\d{1,2})-(?P<pair_room>\d{1,4}[A-Z]?)(?:室|号|房|户)?"
_LAST = r"(?P<last>\d{1,2}(?:-\d{1,4})?)"

_WITH_BUILDING = re.compile(
    rf"(?P<name>.*?)-?第?(?P<building>{_BUILDING_NAME})"
    rf"(?P<mark>号?[栋幢座]楼?|号楼|号别墅|(?<=[0-9A-Z])#[楼栋幢座]?|楼(?=-?(?:{_UNIT_NAME})(?:单元|门栋|梯)))"
    rf"(?:(?P<part>[A-Z{_STEM}])[座栋幢])?"
    rf"(?:-?{_PAIR}|(?:-?{_UNIT}(?:-?{_LAST}$)?)?(?:-??{_FLOOR})?(?:-?{_ROOM})?)"
)
_WITHOUT_BUILDING = re.compile(
    rf"(?P<name>.*?)-?(?:{_UNIT_ALONE}(?:-??{_FLOOR})?(?:-?(?:{_LAST}$|{_ROOM}))?"
    rf"|{_FLOOR.replace('<', '<a_')}(?:-?{_ROOM.replace('<', '<a_')})?"
    rf"|{_ROOM_ALONE.replace('<', '<b_')})"
)
_HYPHENS = re.compile(r"(?P<name>.*?)-?(?P<chain>[A-Z]?\d{1,4}(?:-\d{1,5}[A-Z]?){1,3})(?:室|号房|号|房|户)?")
_PLATE = re.compile(
    rf"(?P<name>.*?)-?(?P<building>[A-Z]?\d{{1,3}}(?:-?[A-Z])?)"
    rf"(?:号(?!楼|房|室|别墅|[门车值]|商铺|底商|地下)|(?=-\d{{1,2}}(?:单元|[门梯])))"
    rf"(?:-?{_PAIR}|(?:-?{_UNIT}(?:-?{_LAST}$)?)?(?:-??{_FLOOR})?(?:-?{_ROOM})?)"
)
_SINGLE = re.compile(r"(?P<name>.*[^\dA-Z-])(?P<building>(?:[A-Z]-?)?\d{1,2})")
_BROKEN = re.compile(
    rf"(?P<name>.*?)-?(?P<building>[A-Z]?\d{{1,3}}[A-Z]?|(?<=[^{NUMERALS}]){run(1, 3)})(?:[栋幢座]|号楼|#楼?)"
    rf"(?:-?(?P<unit>{_UNIT_NAME})单元)?(?:-?(?P<room>\d{{1,4}}(?=室)|\d{{3,4}}(?![\d号栋幢-]))室?)?(?P<rest>.*)"
)
_OPEN_END = re.compile(r"\d号?$")
_CLOSED_END = re.compile(r"[号元栋幢楼层]$")
_BARE_ROOM = re.compile(r"[A-Z]?\d{3,5}[A-Z]?(?:-\d{1,2})?")
_ANY_NUMERAL = re.compile(f"[{NUMERALS}]")
_COUNTED = ("building", "unit", "gate", "floor", "room", "bare")
_CELLARS = frozenset("123")  # a hyphen before a higher storey only separates
_MARKS = re.compile(r"[栋幢座楼#层室房户单梯门商库F铺墅]")


@dataclass(slots=True)
class Door:
    """What stands at the end of an address, the name before it and what follows it."""

    name: str
    parts: dict[str, str]
    ambiguous: bool = False
    rest: str = ""


def _number(text: str) -> str:
    """Fold numerals in a part that may also hold letters or a hyphen."""
    if text.isdecimal() and text[0] != "0":
        return text
    if text.isascii():
        head, hyphen, tail = text.partition("-")
        folded = (piece.lstrip("0") or "0" if piece.isdigit() else piece for piece in (head, tail) if piece)
        return hyphen.join(folded) if hyphen else next(folded)
    return arabic(text) if all(sign in NUMERALS or sign.isdigit() for sign in text) else text


def _floor(text: str) -> str:
    """Write a storey as a number, with a minus below ground."""
    core = _number(text.removeprefix("负").removeprefix("地下").removeprefix("-").removeprefix("B"))
    below = text[0] in "负地B" or (text[0] == "-" and core in _CELLARS)
    return ("-" if below else "") + core


def _fill(groups: dict[str, str | None], changes: list[str]) -> dict[str, str]:
    """Turn named groups of one of the patterns into parts of an address."""
    found = {name[2:] if name[1] == "_" else name: text for name, text in groups.items() if text}
    parts: dict[str, str] = {}
    if building := found.get("building"):
        parts["building"] = _number(building)
        if "-" in building and building[0].isalpha():
            parts["building"] = building.replace("-", "")
        if part := found.get("part"):
            parts["building"] += "-" + part
    if unit := found.get("unit") or found.get("gate") or found.get("pair_unit"):
        parts["unit"] = _number(unit)
    if floor := found.get("floor") or found.get("fl"):
        parts["floor"] = _floor(floor)
    room = found.get("room") or found.get("bare") or found.get("pair_room") or found.get("last")
    if room := room or found.get("side") or found.get("shop"):
        parts["room"] = _number(room)
    if _ANY_NUMERAL.search("".join([found.get(name, "") for name in _COUNTED])):
        changes.append("门牌里的汉字数字改为阿拉伯数字")
    if (mark := found.get("mark")) and mark != "栋":
        changes.append(f"“{mark}”统一为“栋”")
    return parts


def _storey_or_building(parts: dict[str, str], groups: dict[str, str | None]) -> bool:
    """Read N楼 as a building where the room lies on another floor; say whether that is a guess."""
    floor, room = parts.get("floor"), parts.get("room", "")
    if groups.get("a_storey") != "楼" or not floor or not floor.isdigit() or not room[:3].isdigit():
        return False
    if len(room) >= 3 and room[:-2] != floor:
        parts["building"] = parts.pop("floor")
        return True
    return False


def _chain(chain: str, *, after_number: bool) -> dict[str, str] | None:
    """Read 3-2-501 as building, unit, room; shorter chains by what stands before them."""
    pieces = chain.split("-")
    if len(pieces) > 3 and len(pieces[2]) >= 3:
        pieces[2:] = ["-".join(pieces[2:])]
    pieces = [_number(piece) for piece in pieces]
    if len(pieces) == 3 and len(pieces[1]) <= 2:
        return dict(zip(("building", "unit", "room"), pieces, strict=True))
    if len(pieces) != 2:
        return None
    if after_number:
        return dict(zip(("unit", "room"), pieces, strict=True)) if len(pieces[0]) <= 2 else None
    second = "unit" if len(pieces[1].rstrip("ABCDEFGH")) <= 2 else "room"
    return {"building": pieces[0], second: pieces[1]}


def _guess(text: str, changes: list[str], *, numbered: bool) -> Door | None:
    """Read the spellings that leave open which number is the building."""
    found = _HYPHENS.fullmatch(text)
    if found and not _CLOSED_END.search(found["name"]):
        parts = _chain(found["chain"], after_number=numbered and not found["name"])
        if parts is None:
            return Door(found["name"], {}, rest=found["chain"])
        changes.append(f"“{found['chain']}”按栋-单元-室理解")
        return Door(found["name"], parts, ambiguous=True)
    found = _PLATE.fullmatch(text)
    if found and not _OPEN_END.search(found["name"]):
        parts = _fill({**found.groupdict(), "name": None}, changes)
        if found["name"] or (len(parts) > 1 and not numbered):
            changes.append(f"“{found['building']}号”按楼栋理解")
            return Door(found["name"], parts, ambiguous=True)
    if found := _SINGLE.fullmatch(text):
        changes.append(f"“{found['building']}”按楼栋理解")
        return Door(found["name"], _fill({"building": found["building"]}, changes), ambiguous=True)
    return None


def _broken(text: str, changes: list[str]) -> tuple[str, dict[str, str], str] | None:
    """Read a door that is followed by words that are no part of it."""
    found = _BROKEN.fullmatch(text)
    if not found or not (found["name"] or found["building"].isascii()):
        return None
    return found["name"], _fill({**found.groupdict(), "name": None, "rest": None}, changes), found["rest"]


def _plain(text: str, changes: list[str]) -> Door | None:
    """Read a door whose marks leave nothing open, except whether N楼 is a storey."""
    found = _WITH_BUILDING.fullmatch(text) or _WITHOUT_BUILDING.fullmatch(text)
    if not found or _OPEN_END.search(found["name"]):
        return None
    groups = found.groupdict()
    parts = _fill({**groups, "name": None}, changes)
    return Door(found["name"], parts, bool(found["name"]) and _storey_or_building(parts, groups))


def read_door(text: str, changes: list[str], *, numbered: bool) -> Door:
    """Split a text into a name and the door at its end; `numbered` if a road number stands before it."""
    if _MARKS.search(text) and (door := _plain(text, changes)):
        return door
    if text[-1].isascii() or text[-1] in "号室房户元" or _MARKS.search(text[-2:]):
        if numbered and _BARE_ROOM.fullmatch(text):
            return Door("", {"room": text})
        if guess := _guess(text, changes, numbered=numbered):
            return guess
    if _MARKS.search(text) and (broken := _broken(text, changes)):
        return Door(broken[0], broken[1], rest=broken[2])
    return Door(text, {})
