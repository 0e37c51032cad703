"""Chinese addresses as ledgers hold them: prefix, road and number, compound, door, place words, brackets."""

from __future__ import annotations

import re
import unicodedata

from gridmap.addresses import nearness
from gridmap.addresses.doors import Door, read_door
from gridmap.addresses.model import NO_BRACKETS, REST, Address, Parts
from gridmap.addresses.numerals import NUMERALS, arabic, run
from gridmap.addresses.prefix import read_local, read_prefix
from gridmap.addresses.roads import take_plate, take_road
from gridmap.addresses.traditional import simplify

_DASHES = str.maketrans(
    dict.fromkeys("‐‑‒–—―−─﹣~～", "-") | dict.fromkeys("【[{〈《", "(") | dict.fromkeys("】]}〉》", ")")
)
_LABEL = re.compile(r"^(?:现?居?住址|家庭住址|户籍地址?|详细地址|地址|住址|家住|现住)[::]?")
_DIGIT_GAP = re.compile(r"(?<=\d)\s+(?=\d)")
_INVISIBLE = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]")
_BLANK = re.compile(r"\s+")
_UNTIDY = re.compile(f"[{re.escape(''.join(map(chr, _DASHES)))}\\s\\x00-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]")
"""Whatever is not as it will be: other dashes and brackets, blanks, signs that nobody sees."""
_BRACKET = re.compile(r"\(([^()]*)\)?|\)")
_SECTION = re.compile(rf"(?:[东西南北中新老旧A-Z0-9]|{run(1, 2)})(?:区|期|院|苑|组团|标段)")
_INSIDE = re.compile(r"(?:院内|里面|内)$")
_STRAY_ROOM = re.compile(r"(?<=[区园苑城村里庄院厦寓居府])\d{3,5}$")
_VILLAGE_NAME = re.compile(rf"(?:组|湾|塆|垸|队|屋|冲|坳|塘|里|(?<![{NUMERALS}新])村)$")
_GRID = re.compile(rf"第?(?:\d{{1,3}}|{run(1, 3)})号?网格")
_GROUP = re.compile(rf"({run(1, 3)})组")
_PLAIN_NAME = re.compile(r"[\w·.]{1,30}")
_NOTHING = frozenset(("同上", "同前", "无", "暂无", "没有", "不详", "未知", "不明", "空", "〃", "待查", "待核实"))
_DOOR = frozenset(("number", "compound", "building"))


def normal_text(text: str) -> str:
    """Write a Chinese address in half width, simplified characters and capitals, without blanks."""
    return _normal(text, [])


def _normal(text: str, changes: list[str]) -> str:
    """Fold a raw text and note what was folded."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if folded != text:
        changes.append("全角改半角")
    if untidy := _UNTIDY.search(folded):
        folded = _INVISIBLE.sub("", folded)
    folded = folded.upper()
    if untidy:
        folded = folded.translate(_DASHES)
    folded, traditional = simplify(folded)
    if traditional:
        changes.append(f"繁体改简体：{traditional}")
    return _LABEL.sub("", _close_gaps(folded) if untidy else folded).strip("。.,、;:-")


def _close_gaps(text: str) -> str:
    """Take the blanks out; between two digits a hyphen stays, so that 3 501 never becomes 3501."""
    return _BLANK.sub("", _DIGIT_GAP.sub("-", text.strip()))


def _belongs_in_line(inner: str, *, leading: bool) -> bool:
    """Say whether bracketed words are part of the address: a door, a section such as 东区, a place word."""
    if nearness.is_nearness(inner) or _SECTION.fullmatch(inner):
        return True
    if leading or inner[0] == "原":
        return False
    door = read_door(inner, [], numbered=False)
    return bool(door.parts) and not door.ambiguous and not door.rest


def _take_brackets(text: str, parts: Parts, changes: list[str]) -> str:
    """Take bracketed words out of the text: hints stay evidence, doors go back into the line."""
    hints: list[str] = []

    def keep(found: re.Match[str]) -> str:
        inner = found[1]
        if not inner:
            return " "
        if _belongs_in_line(inner, leading=found.start() == 0):
            return f" {inner} "
        hints.append(inner)
        return " "

    text = _close_gaps(_BRACKET.sub(keep, text))
    if hints:
        parts["hint"] = ";".join(hints)
        changes.append("括号内的文字作为提示")
    return text


def _take_segments(text: str, parts: Parts, changes: list[str]) -> str:
    """Read 黄石港-黄石港-新街口: the last piece is the place, the others are hints."""
    pieces = text.split("-")
    if len(pieces) < 2 or any(not piece or re.search(r"[0-9A-Z#]", piece) for piece in pieces):
        return text
    before = [piece for piece in dict.fromkeys(pieces[:-1]) if piece != pieces[-1]]
    if before:
        parts["hint"] = ";".join(filter(None, (parts.get("hint"), *before)))
    changes.append("连字符分段：末段为地点，其余为提示")
    return pieces[-1]


def _has_plates(name: str, door: Door) -> bool:
    """Say whether a number after this name is a door plate: a hamlet's, or too high for a building."""
    building = door.parts.get("building", "")
    high = building.isdigit() and len(building) > 2 and "unit" not in door.parts
    return high or _VILLAGE_NAME.search(name) is not None


def _to_plate(text: str, door: Door) -> None:
    """Turn the first number of a door into a plate: self-built houses have no building numbers."""
    door.ambiguous = False
    door.parts["number"] = door.parts.pop("building")
    if text.endswith("号") and "unit" in door.parts and "room" not in door.parts:
        door.parts["sub_number"] = door.parts.pop("unit")


def _fold_name(name: str, door: Door) -> str:
    """Write a compound's name without 内 and without a room number that hangs on it."""
    if found := _INSIDE.search(name):
        name = name[: found.start()]
    if found := _STRAY_ROOM.search(name):
        name, door.rest = name[: found.start()], found[0] + door.rest
    if found := _GROUP.fullmatch(name):
        name = f"{arabic(found[1])}组"
    return name


def _is_name(text: str, *, before_door: bool) -> bool:
    """Say whether a text can be a compound's name; a digit at its end would run into the door's number."""
    if text in _NOTHING or text.isdecimal() or not _PLAIN_NAME.fullmatch(text):
        return False
    return not (before_door and text[-1].isdigit())


def _read_name(text: str, parts: Parts, changes: list[str]) -> str:
    """Read compound and door from what follows the road; return what was not understood."""
    door = read_door(text, changes, numbered="number" in parts)
    name = _fold_name(nearness.take_last(door.name, parts), door) if door.name else ""
    if name and not _is_name(name, before_door=bool(door.parts)):
        return text
    if door.ambiguous and "road" not in parts and _has_plates(name, door):
        _to_plate(text, door)
    parts |= door.parts
    if door.ambiguous:
        parts["ambiguous"] = True
    if name:
        parts["compound"] = name
    return door.rest


def _read_body(text: str, parts: Parts, changes: list[str]) -> str:
    """Read everything after the administrative parts; return what was not understood."""
    text = take_road(text, parts, changes)
    if "road" in parts and not parts.get("community"):
        local, text = read_local(text)
        parts |= local
    text = nearness.take_last(text, parts)
    if "road" not in parts:
        text = take_plate(text, parts, changes)
    elif "place_word" not in parts:
        text = nearness.take_first(text, parts)
    if not text:
        return ""
    left = _read_name(text, parts, changes)
    if left and "place_word" not in parts:
        nearness.take_first(left + " ", parts)
    return left


def parse_chinese(text: str) -> Address:
    """Parse one Chinese address; what cannot be read stands in `rest`."""
    changes: list[str] = []
    parts: Parts = {}
    clean = _normal(text, changes)
    rest: list[str] = []
    if "〔" in clean or "〕" in clean:
        rest = [found for found in REST.findall(clean) if found]
        clean = _close_gaps(REST.sub(" ", clean))
    if "(" in clean or ")" in clean:
        clean = _take_brackets(clean, parts, changes)
    admin, clean = read_prefix(clean, changes)
    clean = clean.lstrip("-")
    if "-" in clean:
        clean = _take_segments(clean, parts, changes)
    local, clean = read_local(clean)
    parts |= admin | local
    if found := _GRID.match(clean):
        parts["hint"] = ";".join(filter(None, (parts.get("hint"), found[0])))
        clean = clean[found.end() :]
    if clean and (left := _read_body(clean, parts, changes)):
        rest.insert(0, left)
    if "hint" in parts and not _DOOR.intersection(parts) and "place_word" not in parts:
        parts["place_word"] = nearness.hinted_nearness(parts["hint"])
    left_over = ";".join(rest).translate(NO_BRACKETS) if rest else ""
    return Address(**parts, rest=left_over, changes=tuple(changes))
