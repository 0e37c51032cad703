"""The administrative prefix: province, city, district, street and community, given, repeated or missing.

A pure reader without a gazetteer: provinces and cities come from a list, the rest from their endings. What
only ends like a division (小区, 家属区, 古镇路, 一村) is left to the compound or the road.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gridmap.addresses.divisions import COUNTY_CITIES, PREFECTURES, PROVINCE_SHORT, PROVINCES
from gridmap.addresses.numerals import run

_PROVINCE = re.compile(
    "|".join(PROVINCES) + f"|(?:{'|'.join(PROVINCE_SHORT)})(?=[^路街道巷省市0-9][^路街道巷0-9]{{1,4}}[市州县区])"
)
_NOT_NAME = "省市区县路街巷号栋幢室楼0-9A-Z()〔〕#,\\-"
_CITY = re.compile(rf"(?:[^{_NOT_NAME}镇乡村]|[镇乡](?=市)){{2,6}}?市(?!场|政[府务]|民[中广]|[委区医]|立[医一]|建村)")
_BARE_CITY = re.compile(
    rf"(?:{'|'.join(sorted(PREFECTURES, key=len, reverse=True))})(?=[^{_NOT_NAME}小社]{{2,5}}(?:区|县|市))"
)
_PREFECTURE = re.compile(r"[^省市区县路街0-9]{2,9}?(?:自治州|地区|盟)")
_DISTRICT = re.compile(
    rf"[^{_NOT_NAME}村镇]{{1,5}}?(?<![小社属活业住宅舍园景校厂片发理一二三四五六七八九十A-Z])(?:区|县|自治县|自治旗)"
    r"(?![0-9A-Z]|[^\W\d_]?(?:医院|委|政府|中学|小学|人民))"
    r"|[^省市区县路街小0-9]{0,5}?(?:经济技术开发区|高新技术产业开发区|高新区|开发区)(?![0-9A-Z])"
)
_STREET = re.compile(
    rf"(?:[^{_NOT_NAME}镇乡]|路(?=街道)|[市乡](?=镇)){{2,7}}?"
    r"(?:街道办事处|街道办|街道(?!口)|办事处|[镇乡](?!镇|[路街巷](?!口|道社区)|[中东西南北]路|小区|花园|家园|大道|[0-9])"
    r"|农场(?:管理区)?(?![路街巷])|管理区|开发区(?!大道|[路街])|新区(?![路街巷小0-9A-Z]|大道|$)"
    r"|工业园区管委会|管委会|工业园管理委员会|管理处)"
)
_COMMUNITY = re.compile(
    r"[^0-9A-Z()〔〕#,\-省区县号栋幢]"
    r"(?:(?!(?:[街巷弄号栋幢]|(?<!铁)路)(?!口|心|社区|居|村)|大道(?!社区))[^0-9A-Z()〔〕#,\-省区县]){0,9}?"
    r"(?:社区居民委员会|社区居委会|社区|居民委员会|居委会|村民委员会|村委会|生产队|虚拟生活区)"
)
_VILLAGE = re.compile(r"[^0-9A-Z()〔〕#,\-路街巷]{1,5}?(?<![一二三四五六七八九十新])村(?!社区|[路街巷大小])")
_GROUP = re.compile(rf"(?:\d{{1,3}}|{run(1, 3)})组|[^0-9A-Z]{{1,4}}[湾塆垸组]")
_HEAD = re.compile("[^0-9]*[0-9]?")
"""What the patterns of the divisions look at: none reads past a digit, some look whether one follows."""
_REPEAT_MIN = 2


def _cities(text: str) -> tuple[list[str], str]:
    """Take every leading X市, in order, and what follows."""
    names: list[str] = []
    while found := _CITY.match(text):
        names.append(found[0])
        text = text[found.end() :]
    return names, text


def _place_cities(names: list[str]) -> tuple[str | None, str | None]:
    """Tell the prefecture from the county-level city among names that may be repeated."""
    last_first = list(dict.fromkeys(reversed(names)))
    county = next((name for name in last_first if name[:-1] in COUNTY_CITIES), None)
    others = [name for name in reversed(last_first) if name != county]
    if county is None and len(others) > 1:
        county = others.pop()
    return (others[-1] if others else None), county


def _skip_repeat(text: str, done: list[str | None], changes: list[str]) -> str:
    """Drop divisions that are written a second time."""
    again = [name for name in done if name and len(name) > _REPEAT_MIN]
    while name := next((name for name in again if text.startswith(name)), None):
        changes.append(f"去掉重复的“{name}”")
        text = text[len(name) :]
    return text


def read_prefix(text: str, changes: list[str]) -> tuple[dict[str, str | None], str]:
    """Return the administrative parts at the start of the text and the text after them."""
    head = text[: _HEAD.match(text).end()]  # type: ignore[union-attr]  # it matches any text, even an empty one
    parts, rest, told = _read_head(head)
    changes += told
    return parts.copy(), rest + text[len(head) :]


@lru_cache(maxsize=65_536)
def _read_head(text: str) -> tuple[dict[str, str | None], str, tuple[str, ...]]:
    """Read a text up to its first digit: what the rows of a ledger have in common."""
    parts: dict[str, str | None] = {}
    changes: list[str] = []
    if found := _PROVINCE.match(text):
        parts["province"] = PROVINCE_SHORT.get(found[0], found[0])
        text = text[found.end() :]
    city: str | None = None
    if found := _PREFECTURE.match(text):
        city, text = found[0], text[found.end() :]
    if city is None and (found := _BARE_CITY.match(text)):
        city, text = found[0] + "市", text[found.end() :]
        changes.append(f"补“市”：{city}")
    names, text = _cities(text)
    if len(names) > len(set(names)):
        changes.append("去掉重复的市名")
    above, county = _place_cities(names)
    city = city or above
    text = _skip_repeat(text, [*names], changes)
    if found := _DISTRICT.match(text):
        district, text = found[0], text[found.end() :]
        text = _skip_repeat(text, [*names, district, *parts.values()], changes)
        parts["district"] = district
        city = city or county
    elif county:
        parts["district"] = county
    if city:
        parts["city"] = city
    return parts, text, tuple(changes)


def read_local(text: str, *, rural: bool = False) -> tuple[dict[str, str | None], str]:
    """Return street and community at the start of the text and the text after them."""
    parts: dict[str, str | None] = {}
    if found := _STREET.match(text):
        parts["street"] = found[0]
        text = text[found.end() :]
        rural = rural or found[0][-1] in "镇乡场"
    found = _COMMUNITY.match(text)
    if not found and (village := _VILLAGE.match(text)):
        found = village if rural or _GROUP.match(text, village.end()) else None
    if found:
        parts["community"] = found[0]
        text = text[found.end() :]
    return parts, text
