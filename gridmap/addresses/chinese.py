"""Chinese addresses as ledgers hold them: prefix, road and number, compound, door, place words, brackets."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from gridmap.addresses.doors import read_door
from gridmap.addresses.model import NO_BRACKETS, REST, Address, Nearness
from gridmap.addresses.numerals import NUMERALS, arabic
from gridmap.addresses.prefix import read_local, read_prefix
from gridmap.addresses.traditional import simplify

_CN = f"[{NUMERALS}]"
_DASHES = str.maketrans(
    dict.fromkeys("‐‑‒–—―−─﹣~～", "-") | dict.fromkeys("【[{〈《", "(") | dict.fromkeys("】]}〉》", ")")
)
_LABEL = re.compile(r"^(?:现?居?住址|家庭住址|户籍地址?|详细地址|地址|住址|家住|现住)[::]?")
_DIGIT_GAP = re.compile(r"(?<=\d)\s+(?=\d)")
_INVISIBLE = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f\u200b-\u200f\u2060\ufeff]")
_BLANK = re.compile(r"\s+")
_HAN_DASH = re.compile(r"(?<=[0-9A-Z号栋幢楼元室])[之](?=\d)")
_BRACKET = re.compile(r"\(([^()]*)\)?|\)")
_END = (
    r"(?!口|边|灯|局|段|桥|站|街|巷|小区|花园|花苑|家园|新村|社区|居委|公寓|大厦|广场|市场|家属|宿舍|中学|小学"
    r"|[一二三四五六七八九十]村)"
)
_ROAD = re.compile(
    rf"(?:[GSX]?\d{{3}}(?:国道|省道|县道)"
    rf"|(?:(?!小区|社区|花园|家属)[^0-9A-Z()〔〕#,\-号栋幢室楼与]){{1,9}}?(?:大道|大街|(?<!铁)路|街|巷|胡同)"
    rf"{_END}(?:(?:[{NUMERALS}]|[东南西北中前后]){{1,2}}(?:巷|弄|胡同|支路|横路))?"
    rf"(?:(?:[东南西北中]|[{NUMERALS}]{{1,2}})段|[东南西北中](?=\d))?)"
)
_NUMBER_NAME = rf"[特甲乙丙丁临]?[A-Z]?\d{{1,5}}[A-Z甲乙丙丁]?|[特甲乙丙丁临]?{_CN}{{1,4}}(?=号)"
_NUMBER = re.compile(
    rf"(?:门牌)?第?(?P<number>{_NUMBER_NAME})(?![栋幢座梯]|单元|号[楼栋线]|#[楼栋]|[层楼室路米中小年月期区组村厂医里公])"
    r"(?:(?P<early>-)(?P<dash>\d{1,4}[A-Z]?)(?:号|#)?(?=$|[^-\d号栋幢座楼单层室门#A-Z])(?!号楼)"
    r"|(?P<mark>号院?|#)?-?(?P<kind>[附副之])(?P<sub>\d{1,4}[A-Z]?)(?:号(?!楼)|#(?!楼))?"
    r"|(?P<mark2>号院?|#)(?:-(?P<late>\d{1,4}[A-Z]?)(?:号|#)?(?=$|[^-\d号栋幢座楼单层室门#A-Z]))?"
    r"|(?P<open>)(?=$|-\d|[^\dA-Z-]))"
)
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})(?:[栋幢座]|号楼|#)")
_PLATE_ONLY = re.compile(r"(?P<number>[特甲乙丙丁临]?[A-Z]?\d{1,4}[A-Z]?)号(?:-?[附副之]?-?(?P<sub>\d{1,4})号?)?")
_PLATE_AFTER_NAME = re.compile(rf"(?<=\D)(?P<number>{_NUMBER_NAME})号?-?[附副之](?P<sub>\d{{1,4}})号?$")
_STRAY_ROOM = re.compile(r"(?<=[区园苑城村里庄院厦寓居府])\d{3,5}$")
_VILLAGE_NAME = re.compile(rf"(?:组|湾|塆|垸|队|屋|冲|坳|塘|(?<![{NUMERALS}新])村)$")
_SIDES = (
    r"[往向]?(?P<side>东南|东北|西南|西北|正?[东西南北])"
    r"(?:(?:方向|侧|面|边)?约?(?P<metres>\d{1,5})米(?:处|左右)?|[侧面])"
)
_OFFSET = rf"(?:{_SIDES})?"
_CROSSING = re.compile(
    r"(?:[与和及跟、/&])?(?P<cross>[^0-9与和及跟、()]{1,9}?(?:大道|大街|路|街|巷))?(?:的)?"
    rf"(?:交汇处?|交会处?|交叉路?口|交叉处|交界处|交口|十字路口|丁字路口|相交处|转角处?){_OFFSET}$"
)
_JOINED = re.compile(r"[与和及跟](?P<cross>[^0-9与和及跟()]{1,9}?(?:大道|大街|路|街|巷))$")
_CORNER = re.compile(rf"(?:(?<=.路)口|(?<=大道)口|(?<=.巷)口){_OFFSET}$")
_NEAR = re.compile(
    r"(?:的)?(?P<word>斜?对面|对过|旁边?|隔壁|附近|周边|周围|一带|后面|前面|后侧|背后|楼下|门口|[东西南北正大后侧]门口?)"
    rf"{_OFFSET}$"
)
_AWAY = re.compile(rf"{_SIDES}$")
_OPPOSITE = frozenset(("对面", "斜对面", "对过"))
_AROUND = frozenset(("附近", "周边", "周围", "一带"))
_INSIDE = re.compile(r"(?:院内|里面|内)$")
_PLAIN_NAME = re.compile(r"[\w·.]{1,30}")
_DOOR = frozenset(("number", "compound", "building"))
Parts = dict[str, Any]


def normal_text(text: str) -> str:
    """Write a Chinese address in half width, simplified characters and capitals, without blanks."""
    return _normal(text, [])


def _normal(text: str, changes: list[str]) -> str:
    """Fold a raw text and note what was folded."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if folded != text:
        changes.append("全角改半角")
    folded = _INVISIBLE.sub("", folded)
    folded, traditional = simplify(folded.upper().translate(_DASHES))
    if traditional:
        changes.append(f"繁体改简体：{traditional}")
    folded = _DIGIT_GAP.sub("-", folded.strip())
    return _LABEL.sub("", _BLANK.sub("", folded)).strip("。.,、;:-")


def _nearness(word: str) -> Nearness:
    """Name the kind of nearness that a word tells."""
    if word in _OPPOSITE:
        return Nearness.OPPOSITE
    return Nearness.NEAR if word in _AROUND else Nearness.BESIDE


def _offset(found: re.Match[str]) -> str | None:
    """Write direction and metres in one short form."""
    if not found["side"]:
        return None
    return found["side"].removeprefix("正") + (f"{found['metres']}米" if found["metres"] else "侧")


def _read_place(text: str, parts: Parts) -> str:
    """Take place words off the end of a text; note them in `parts` and return what is left."""
    if found := _CROSSING.search(text):
        parts |= {"place_word": Nearness.CROSSING, "cross_road": found["cross"], "offset": _offset(found)}
    elif found := _JOINED.search(text):
        parts |= {"place_word": Nearness.CROSSING, "cross_road": found["cross"]}
    elif found := _CORNER.search(text):
        parts |= {"place_word": Nearness.CROSSING, "offset": _offset(found)}
    elif found := _NEAR.search(text):
        parts |= {"place_word": _nearness(found["word"]), "offset": _offset(found)}
    elif found := _AWAY.search(text):
        parts |= {"place_word": Nearness.OFFSET, "offset": _offset(found)}
    else:
        return text
    return text[: found.start()]


def _read_number(text: str, parts: Parts, changes: list[str]) -> str:
    """Take a road number off the start of the text."""
    found = _NUMBER.match(text)
    if not found or _is_range(text):
        return text
    number = found["number"]
    parts["number"] = _plate(number)
    if number != parts["number"]:
        changes.append(f"“{number}号”改为{parts['number']}号")
    sub = found["dash"] or found["sub"] or found["late"]
    if sub:
        parts["sub_number"] = sub.lstrip("0") or "0"
        if found["kind"] != "附":
            changes.append(f"副号统一写作附{parts['sub_number']}号")
    if "#" in (found["mark"], found["mark2"]):
        changes.append("“#”改为“号”")
    return text[found.end() :]


def _is_range(text: str) -> bool:
    """Say whether 1-3栋 after a road names buildings; 43-2栋 is building 2 at number 43."""
    found = _RANGE.match(text)
    return found is not None and int(found[1]) < int(found[2])


def _plate(text: str) -> str:
    """Write a door plate in Arabic digits, with the letter or sign before it kept."""
    head = text[0] if text[0] in "特甲乙丙丁临" else ""
    core = text[len(head) :]
    if core.isascii():
        return head + (core.lstrip("0") or "0" if core.isdigit() else core)
    return head + arabic(core)


def _take_brackets(text: str, parts: Parts) -> str:
    """Take bracketed words out of the text: hints stay evidence, doors go back into the line."""
    hints: list[str] = []

    def keep(found: re.Match[str]) -> str:
        inner = found[1]
        if not inner:
            return ""
        door = read_door(inner, [], numbered=False)
        if door.parts and not door.name and not door.ambiguous and not door.rest:
            return inner
        near = _NEAR.fullmatch(inner)
        if near:
            return inner
        hints.append(inner)
        return ""

    text = _BRACKET.sub(keep, text)
    if hints:
        parts["hint"] = ";".join(hints)
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


def _read_road(text: str, parts: Parts, changes: list[str]) -> str:
    """Take road, number and a community written after them off the start of the text."""
    found = _ROAD.match(text)
    if found:
        parts["road"] = found[0]
        text = _read_number(text[found.end() :], parts, changes)
    elif corner := re.match(r"[^0-9()#,\-]{1,8}?(?:路|大道|巷)(?=口(?:东|西|南|北|正|往|向|$))", text):
        parts["road"] = corner[0]
        return _read_corner(text[corner.end() :], parts)
    if found and not parts.get("community"):
        local, text = read_local(text)
        parts |= local
    return text


def _read_corner(text: str, parts: Parts) -> str:
    """Read 口 after a road as a crossing with an unnamed one."""
    found = re.fullmatch(rf"口{_OFFSET}", text)
    if not found:
        return text
    parts |= {"place_word": Nearness.CROSSING, "offset": _offset(found)}
    return ""


def _read_body(text: str, parts: Parts, changes: list[str]) -> str:
    """Read everything after the administrative parts; return what was not understood."""
    text = _read_road(text, parts, changes)
    if "road" not in parts and (found := _PLATE_ONLY.fullmatch(text)):
        parts |= {"number": found["number"], "sub_number": found["sub"]}
        return ""
    text = _read_place(text, parts)
    if not text:
        return ""
    if "road" not in parts and (found := _PLATE_AFTER_NAME.search(text)):
        parts |= {"number": _plate(found["number"]), "sub_number": found["sub"]}
        text = text[: found.start()]
        changes.append(f"副号统一写作附{found['sub']}号")
    door = read_door(text, changes, numbered="number" in parts)
    parts |= door.parts
    name = _read_place(door.name, parts) if door.name else ""
    if name and (found := _INSIDE.search(name)):
        name = name[: found.start()]
    if door.ambiguous and "road" not in parts and _VILLAGE_NAME.search(name):
        _read_village(text, parts)
    elif door.ambiguous:
        parts["ambiguous"] = True
    if not name:
        return door.rest
    if found := _STRAY_ROOM.search(name):
        name, door.rest = name[: found.start()], found[0] + door.rest
    if not _PLAIN_NAME.fullmatch(name) or (name.isascii() and name.isdigit()):
        return name + door.rest
    parts["compound"] = name
    return door.rest


def _read_village(text: str, parts: Parts) -> None:
    """Read the first number after a hamlet's name as a door plate: self-built houses have no buildings."""
    parts["number"] = parts.pop("building")
    if text.endswith("号") and "unit" in parts and "room" not in parts:
        parts["sub_number"] = parts.pop("unit")


def parse_chinese(text: str) -> Address:
    """Parse one Chinese address; what cannot be read stands in `rest`."""
    changes: list[str] = []
    parts: Parts = {}
    clean = _normal(text, changes)
    rest: list[str] = []
    if "〔" in clean or "〕" in clean:
        rest = [found for found in REST.findall(clean) if found]
        clean = REST.sub("", clean)
    if "(" in clean or ")" in clean:
        clean = _take_brackets(clean, parts)
    admin, clean = read_prefix(clean, changes)
    if "-" in clean:
        clean = _take_segments(clean, parts, changes)
    local, clean = read_local(clean)
    parts |= admin | local
    if clean and (left := _read_body(clean, parts, changes)):
        rest.insert(0, left)
    if "hint" in parts and not _DOOR.intersection(parts) and (near := _NEAR.search(parts["hint"])):
        parts.setdefault("place_word", _nearness(near["word"]))
    return Address(**parts, rest=";".join(rest).translate(NO_BRACKETS), changes=tuple(changes))
