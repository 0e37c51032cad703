"""Words that place something near: 旁, 对面, 附近, crossings and offsets such as 东南150米.

Whatever carries one of them is a vicinity, however exact the rest of the text looks.
"""

from __future__ import annotations

import re

from gridmap.addresses.model import Nearness, Parts

_ROAD_NAME = r"(?P<cross>[^0-9与和及跟、()]{1,9}?(?:大道|大街|路|街|巷))"
_MEET = r"(?:交汇处?|交会处?|交叉路?口|交叉处|交界处|交口|十字路口|丁字路口|相交处|转角处?)"
_SIDES = (
    r"[往向]?(?P<side>东南|东北|西南|西北|正?[东西南北])"
    r"(?:(?:方向|侧|面|边)?约?(?P<metres>\d{1,5})米(?:处|左右)?|[侧面角])"
)
_OFFSET = rf"(?:{_SIDES})?"
_CROSSING = re.compile(rf"(?:[与和及跟、/&])?{_ROAD_NAME}?(?:的)?{_MEET}{_OFFSET}$")
_CROSSING_FIRST = re.compile(rf"[与和及跟、/&]?{_ROAD_NAME}(?:的)?{_MEET}{_OFFSET}(?=.)")
_JOINED = re.compile(rf"[与和及跟]{_ROAD_NAME}$")
_CORNER = re.compile(rf"(?:^口|(?<=.路)口|(?<=大道)口|(?<=.巷)口){_OFFSET}$")
_NEAR = re.compile(
    r"(?:的)?(?P<word>斜?对面|对过|旁边?|隔壁|附近|周边|周围|一带|后面|前面|后侧|背后|楼下|门口"
    rf"|[东西南北正大后侧]门口?){_OFFSET}$"
)
_NEAR_FIRST = re.compile(r"斜?对面|对过|旁边?|隔壁|附近|周边|后面|前面|背后|楼下|门口")
_AWAY = re.compile(rf"{_SIDES}$")
_LAST_SIGNS = frozenset("汇处会口界角街路巷道面过边旁壁近围带侧后下门米右")
_OPPOSITE = frozenset(("对面", "斜对面", "对过"))
_AROUND = frozenset(("附近", "周边", "周围", "一带"))


def _kind(word: str) -> Nearness:
    """Name the kind of nearness that a word tells."""
    if word in _OPPOSITE:
        return Nearness.OPPOSITE
    return Nearness.NEAR if word in _AROUND else Nearness.BESIDE


def _offset(found: re.Match[str]) -> str | None:
    """Write direction and metres in one short form."""
    if not found["side"]:
        return None
    return found["side"].removeprefix("正") + (f"{found['metres']}米" if found["metres"] else "侧")


def is_nearness(text: str) -> bool:
    """Say whether a text is a place word and nothing else."""
    return _NEAR.fullmatch(text) is not None


def hinted_nearness(hint: str) -> Nearness | None:
    """Return the nearness that a bracketed hint ends in, such as (交行旁)."""
    found = _NEAR.search(hint)
    return _kind(found["word"]) if found else None


def take_last(text: str, parts: Parts) -> str:
    """Take place words off the end of a text; note them in `parts` and return what is left."""
    if text[-1:] not in _LAST_SIGNS:
        return text
    if found := _CROSSING.search(text):
        parts |= {"place_word": Nearness.CROSSING, "cross_road": found["cross"], "offset": _offset(found)}
    elif found := _JOINED.search(text):
        parts |= {"place_word": Nearness.CROSSING, "cross_road": found["cross"]}
    elif found := _CORNER.search(text):
        parts |= {"place_word": Nearness.CROSSING, "offset": _offset(found)}
    elif found := _NEAR.search(text):
        parts |= {"place_word": _kind(found["word"]), "offset": _offset(found)}
    elif found := _AWAY.search(text):
        parts |= {"place_word": Nearness.OFFSET, "offset": _offset(found)}
    else:
        return text
    return text[: found.start()]


def take_first(text: str, parts: Parts) -> str:
    """Take a crossing or a place word off the start of what follows a road or a number."""
    if found := _CROSSING_FIRST.match(text):
        parts |= {"place_word": Nearness.CROSSING, "cross_road": found["cross"], "offset": _offset(found)}
    elif (found := _NEAR_FIRST.match(text)) and len(text) > found.end():
        parts["place_word"] = _kind(found[0])
    else:
        return text
    return text[found.end() :]
