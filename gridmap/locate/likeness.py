"""How alike two names of places are, and why: the judgement on which every fuzzy match rests.

A name is a core and an ending (白马山 + 小区). Endings tell places apart: 白马山小区, 白马山社区 and 白马山庄 are three
places, however alike they look; only 小区 and its like may be left out. Cores may differ by what hands and input
methods do: a homophone (团成山 for 团城山), two characters swapped, one wrong, missing or added. A difference in a
numeral or a direction is never a slip: 纺织一村 is not 纺织二村.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from gridmap.reasons import Phrase, because

Because = tuple[Phrase, ...]


class Likeness(NamedTuple):
    """A score from 0 to 1 and the reasons."""

    score: float
    why: Because


LEAST_LIKENESS = 0.5
"""What is less alike is no candidate at all."""

SAME = Likeness(1.0, (because("like.same"),))
OTHER = Likeness(0.0, (because("like.other"),))

_OPTIONAL = ("住宅小区", "生活小区", "小区", "住宅区", "生活区")
_STAFF = ("职工家属区", "职工宿舍", "家属小区", "家属区", "家属院", "家属楼", "宿舍区", "宿舍楼", "宿舍")
_TELLING = (
    "社区居委会", "居委会", "社区", "村委会", "山庄", "花园", "花苑", "家园", "新村", "新城", "新苑", "公寓", "大厦",
    "广场", "名苑", "名城", "名邸", "雅苑", "丽苑", "佳苑", "嘉园", "国际", "中心", "公馆", "华府", "华庭", "豪庭",
    "庄园", "别墅", "大院", "商城", "市场", "大楼", "苑", "园", "城", "府", "庭", "庄", "村", "里", "院", "湾", "居",
    "郡", "邸", "厦", "大道", "大街", "路", "街", "巷", "弄", "胡同",
)  # fmt: skip
_FIXED = frozenset("0123456789一二三四五六七八九十百甲乙丙丁东西南北上下左右前后新老大小ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_SLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"))


_SHORT_SLIPS = (0.83, 0.8)
"""A homophone and a swap in a core of two characters: alone too little, with a telling ending (路, 花园) enough."""

_SHORT_WITH_ENDING = 0.88
_CUT_SHORT = 0.86
"""A bare name may stand for a longer one; close to 少写“小区” (0.93), so that two longer names make a tie."""


class _Name(NamedTuple):
    core: str
    ending: str
    optional: bool


@lru_cache(maxsize=65_536)
def _split(name: str) -> _Name:
    """Split a name into core, telling ending and whether 小区 or its like stood behind."""
    optional = next((end for end in _OPTIONAL if name.endswith(end) and len(name) > len(end)), "")
    rest = name[: len(name) - len(optional)]
    staff = next((end for end in _STAFF if rest.endswith(end) and len(rest) > len(end)), "")
    if staff:
        return _Name(rest[: -len(staff)], "家属区", optional=False)
    ending = next((end for end in _TELLING if rest.endswith(end) and len(rest) - len(end) >= 2), "")
    return _Name(rest[: len(rest) - len(ending)], ending, bool(optional))


@cache
def _syllable(character: str) -> str:
    # its dictionaries take half a second, which a command that locates nobody need not wait for
    from pypinyin import Style, pinyin

    return str(pinyin(character, style=Style.NORMAL)[0][0])


@cache
def _slurred(character: str) -> str:
    """Return the syllable as Hubei mouths and hasty fingers make it: no zh/z, n/l, f/h, ng/n difference."""
    sound = _syllable(character)
    for full, slurred in _SLURRED:
        if sound.startswith(full):
            sound = slurred + sound[len(full) :]
            break
    return sound[:-1] if sound.endswith("ng") else sound


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """Return the toneless pinyin of a name, the key under which homophones meet."""
    return " ".join(_syllable(character) for character in name)


class _Core(NamedTuple):
    """A core as it is compared: Arabic digits as numerals, its telling characters, its syllables."""

    text: str
    telling: str
    sound: str
    slurred: tuple[str, ...]


@lru_cache(maxsize=65_536)
def _core(text: str) -> _Core:
    folded = text.translate(_DIGITS)
    telling = "".join(sign for sign in folded if sign in _FIXED)
    return _Core(folded, telling, sound(folded), tuple(_slurred(sign) for sign in folded))


def _swapped(first: str, second: str) -> bool:
    """Say whether two neighbours changed places and nothing else."""
    places = [at for at, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    one, two = places
    return first[one] == second[two] and first[two] == second[one]


def _homophones(first: _Core, second: _Core) -> bool:
    """Say whether two texts sound alike and no numeral or direction stands for another one (三/山 may, 一/亿 may)."""
    if len(first.text) != len(second.text) or first.sound != second.sound:
        return False
    return not any(a != b and a in _FIXED and b in _FIXED for a, b in zip(first.text, second.text, strict=True))


def _same_length(first: _Core, second: _Core) -> Likeness:
    """Judge cores of one length by sound, then by a swap."""
    size = len(first.text)
    if _homophones(first, second):
        return Likeness(0.91 if size >= 3 else _SHORT_SLIPS[0], (because("like.sound"),))
    if first.slurred == second.slurred:
        return Likeness(0.88 if size >= 3 else 0.75, (because("like.near_sound"),))
    if _swapped(first.text, second.text):
        return Likeness(0.91 if size >= 3 else _SHORT_SLIPS[1], (because("like.swapped"),))
    return OTHER


def _compare(first: str, second: str) -> Likeness:
    """Judge two cores."""
    if first == second:
        return SAME
    if not first or not second or abs(len(first) - len(second)) > 2:
        return OTHER
    one, two = _core(first), _core(second)
    if one.text == two.text:
        return Likeness(0.98, (because("like.digits"),))
    if one.telling != two.telling:
        heard = len(first) >= 3 and _homophones(one, two)
        return Likeness(0.88, (because("like.sound"),)) if heard else OTHER
    if len(first) == len(second) and (like := _same_length(one, two)).score:
        return like
    return _edited(one.text, two.text)


def _edited(first: str, second: str) -> Likeness:
    """Judge cores that differ by one or two characters; the shorter they are, the less that may be a slip."""
    size, edits = min(len(first), len(second)), OSA.distance(first, second, score_cutoff=2)
    if edits == 1:
        why = because("like.one_off" if len(first) == len(second) else "like.one_more")
        return Likeness({1: 0.3, 2: 0.5, 3: 0.76}.get(size, 0.86), (why,))
    return Likeness(0.74, (because("like.two_off"),)) if edits == 2 and size >= 5 else OTHER


def _endings(query: _Name, name: _Name) -> Likeness:
    """Judge two endings: same, left out, or of another kind of place."""
    if query.ending == name.ending and query.optional:
        return SAME if name.optional else Likeness(0.97, (because("like.added", text="小区"),))
    if query.ending == name.ending:
        return Likeness(0.93, (because("like.left_out", text="小区"),)) if name.optional else SAME
    if not query.ending and not query.optional and name.ending:
        return Likeness(_CUT_SHORT, (because("like.left_out", text=name.ending),))
    if not name.ending and not name.optional and query.ending:
        return Likeness(0.7, (because("like.added", text=query.ending),))
    return Likeness(0.45, (because("like.not", written=query.ending or "小区", known=name.ending or "小区"),))


@lru_cache(maxsize=262_144)
def compare_names(query: str, name: str) -> Likeness:
    """Judge a written name of a compound or road against a known one."""
    if query == name:
        return SAME
    written, known = _split(query), _split(name)
    if (
        not written.ending
        and not written.optional
        and name.startswith(query)
        and known.ending.endswith(name[len(query) :])
    ):
        return Likeness(_CUT_SHORT, (because("like.left_out", text=name[len(query) :]),))
    if written == known:
        return Likeness(0.9, (because("like.staff"),))
    if written.ending != known.ending and known.ending.endswith(written.ending):
        whole = (written.core + written.ending, known.core + known.ending)
        if len(whole[0]) >= 3 and _homophones(_core(whole[0]), _core(whole[1])):
            return Likeness(0.9, (because("like.sound"),))
    core, end = _compare(written.core, known.core), _endings(written, known)
    if core.score in _SHORT_SLIPS and known.ending and written.ending == known.ending:
        core = Likeness(_SHORT_WITH_ENDING, core.why)
    if not core.score:
        return OTHER
    why = tuple(said for like in (core, end) if like is not SAME for said in like.why)
    return Likeness(core.score * end.score, why or SAME.why)


def bare_ending(text: str) -> bool:
    """Say whether a text is an ending without a core, such as 小区 or 花园."""
    return text in _OPTIONAL or text in _STAFF or text in _TELLING


_COMMITTEES = (
    ("社区居民委员会", "社区"), ("社区居委会", "社区"), ("居民委员会", "社区"), ("居委会", "社区"), ("社区", "社区"),
    ("村民委员会", "村"), ("村委会", "村"), ("村", "村"),
)  # fmt: skip
_OFFICES = ("街道办事处", "街道办", "办事处", "街道", "镇", "乡")
_DISTRICTS = ("区", "县", "市")


@lru_cache(maxsize=65_536)
def community_core(name: str) -> tuple[str, str]:
    """Split a community's name into core and kind: 社区 (residents), 村 (villagers) or empty."""
    for ending, kind in _COMMITTEES:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)], kind
    return name, ""


def _plain_core(name: str, endings: tuple[str, ...]) -> str:
    return next((name[: -len(end)] for end in endings if name.endswith(end) and len(name) - len(end) >= 2), name)


def street_core(name: str) -> str:
    """Return the name of a street or town without 街道, 镇 or the like."""
    return _plain_core(name, _OFFICES)


def district_core(name: str) -> str:
    """Return the name of a district without 区, 县 or 市."""
    return _plain_core(name, _DISTRICTS)


@lru_cache(maxsize=65_536)
def compare_communities(query: str, name: str) -> Likeness:
    """Judge a written community name: the endings 社区, 居委会, 社区居委会 are one, 村 is another."""
    (core, kind), (known, known_kind) = community_core(query), community_core(name)
    like = _compare(core, known)
    if not kind or not known_kind or kind == known_kind:
        return like
    return Likeness(like.score * 0.85, (because("like.village"),))


@lru_cache(maxsize=65_536)
def compare_streets(query: str, name: str) -> Likeness:
    """Judge a written street or town."""
    return _compare(street_core(query), street_core(name))


@lru_cache(maxsize=65_536)
def compare_districts(query: str, name: str) -> Likeness:
    """Judge a written district or county."""
    return _compare(district_core(query), district_core(name))


@lru_cache(maxsize=262_144)
def compare_western(query: str, name: str) -> Likeness:
    """Judge two Western street names in short form: digits must agree, the last word tells AVE from ST."""
    if query == name:
        return SAME
    first, second = query.split(), name.split()
    if [word for word in first if any(c.isdigit() for c in word)] != [w for w in second if any(c.isdigit() for c in w)]:
        return OTHER
    if first == second[:-1]:
        return Likeness(0.82, (because("like.left_out", text=second[-1]),))
    if len(first) > 1 and len(second) > 1 and first[-1] != second[-1] and fuzz.ratio(first[-1], second[-1]) < 75:
        return OTHER
    edits = OSA.distance(query, name, score_cutoff=2)
    if edits > 2 or len(name) < 6 * edits:
        return OTHER
    return Likeness(0.92 if edits == 1 else 0.84, (because("like.letters", count=edits),))


class _Letters:
    """Tells which names can reach a ratio with a text at all, by the letters that they share.

    fuzz.ratio is 200 LCS / (sum of lengths), and two texts have no longer common subsequence than letters in common.
    """

    def __init__(self, names: Sequence[str], cutoff: int) -> None:
        self._lengths = np.array([len(name) for name in names], dtype=np.int64)
        self._cutoff = cutoff
        self._least: dict[int, NDArray[np.int64]] = {}
        holders: dict[tuple[str, int], list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            for letter, count in Counter(name).items():
                for nth in range(count):
                    holders[letter, nth].append(at)
        self._holders = {key: np.array(found) for key, found in holders.items()}

    def able(self, text: str) -> list[int]:
        """Return the positions of the names that can reach the cutoff, in order."""
        seen: dict[str, int] = {}
        holders = []
        for letter in text:
            nth = seen[letter] = seen.get(letter, -1) + 1
            if (names := self._holders.get((letter, nth))) is not None:
                holders.append(names)
        if not holders:
            return []
        shared = np.bincount(np.concatenate(holders), minlength=len(self._lengths))
        found: list[int] = (shared >= self._need(len(text))).nonzero()[0].tolist()
        return found

    def _need(self, length: int) -> NDArray[np.int64]:
        """Return how many letters each name has to share with a text of a length."""
        if length not in self._least:
            self._least[length] = -(-self._cutoff * (length + self._lengths) // 200)
        return self._least[length]


class NameIndex:
    """Known names and what they stand for; finds the alike ones with a score and a reason."""

    def __init__(self, compare: Callable[[str, str], Likeness], pairs: Iterable[tuple[str, int]], cutoff: int) -> None:
        self._compare, self._cutoff = compare, cutoff
        self._meant: dict[str, list[int]] = defaultdict(list)
        for name, at in pairs:
            if name and at not in self._meant[name]:
                self._meant[name].append(at)
        self._meant = {name: places for name, places in self._meant.items() if name}
        self._names = list(self._meant)
        self._letters = _Letters(self._names, cutoff)
        self._exact = {name.translate(_DIGITS): places for name, places in self._meant.items()} | self._meant
        self._sounds: dict[str, list[str]] = defaultdict(list)
        self._cores: dict[str, list[str]] = defaultdict(list)
        for name in self._names:
            self._sounds[sound(name)].append(name)
            self._cores[_split(name).core].append(name)
        self._found: dict[str, tuple[tuple[int, Likeness], ...]] = {}

    def exact(self, name: str) -> list[int]:
        """Return what a name stands for to the letter, 锦湖1号 being 锦湖一号."""
        found = self._exact.get(name)
        if found is None and not name.isalpha():
            found = self._exact.get(name.translate(_DIGITS))
        return found or []

    def find(self, query: str) -> tuple[tuple[int, Likeness], ...]:
        """Return (position, likeness) of every place whose name is alike, best first."""
        if query not in self._found:
            self._found[query] = self._search(query)
        return self._found[query]

    def _search(self, query: str) -> tuple[tuple[int, Likeness], ...]:
        able = [self._names[at] for at in self._letters.able(query)]
        near = process.extract(query, able, scorer=fuzz.ratio, score_cutoff=self._cutoff, limit=16)
        alike = self._sounds.get(sound(query), []) + self._cores.get(_split(query).core, [])
        best: dict[int, Likeness] = {}
        for name in dict.fromkeys([name for name, _, _ in near] + alike):
            like = self._compare(query, name)
            if like.score < LEAST_LIKENESS:
                continue
            for at in self._meant[name]:
                if at not in best or best[at].score < like.score:
                    best[at] = like
        return tuple(sorted(best.items(), key=lambda item: (-item[1].score, item[0])))
