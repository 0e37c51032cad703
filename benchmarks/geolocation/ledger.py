"""Write the addresses of a city's own buildings the way ledgers do, with the truth kept beside each row.

Every kind of slip is a function from the facts of a building to a text. A row is solvable when what it says is true
and fits one building only; the other rows test that nothing is claimed: a gap in the text, a community that is not
the right one, nonsense.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd
from pypinyin import Style as PinyinStyle
from pypinyin import lazy_pinyin

from gridmap import frames
from gridmap.tables import Alias, Building, Community, Compound, District, Household, Street

COMMON = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
"""The 3,755 characters of GB 2312 level 1 (less the last row): what an input method offers first."""

TRADITIONAL = dict(zip("园湾桥东号栋单区华国云风锦阁岭馆环临", "園灣橋東號棟單區華國雲風錦閣嶺館環臨", strict=True))
NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Facts:
    """What is true of one building."""

    building_id: str
    compound_id: str
    community_id: str
    district: str
    street: str
    community: str
    compound: str
    alias: str
    number: str
    plate: str
    floors: int


@dataclass
class Ledger:
    """Rows (a frame of Household), and per row: kind, truth, whether its text leads to one building.

    `holds` is the finest class of place that a row holds enough for: building, compound, vicinity, community, none.
    """

    households: pd.DataFrame
    kinds: list[str] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    solvable: list[bool] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)


def homophones():
    """Return for each syllable the common characters that sound so."""
    found = {}
    for sign in COMMON:
        found.setdefault(lazy_pinyin(sign, style=PinyinStyle.NORMAL)[0], []).append(sign)
    return found


def read_facts(sources):
    """Return the facts of every building that has a number in a compound."""
    name = {row: sources[row].set_index(f"{row.table}_id") for row in (District, Street, Community, Compound)}
    aliases = sources[Alias]
    current = aliases[(aliases["level"] == "compound") & aliases["valid_to"].isna()]
    alias = current.groupby("area_id")["name"].first().to_dict()
    found = []
    for row in sources[Building].dropna(subset=["compound_id", "number", "address"]).itertuples():
        community = name[Community].loc[row.community_id]
        street = name[Street].loc[community["street_id"]]
        found.append(Facts(
            row.building_id, row.compound_id, row.community_id, name[District].loc[street["district_id"]]["name"],
            street["name"], community["name"], name[Compound].loc[row.compound_id]["name"],
            alias.get(row.compound_id, ""), row.number.rstrip("栋号"), row.address, int(row.floors or 1),
        ))  # fmt: skip
    return found


class Pen:
    """The hand that writes: it knows the homophones, the names of the city and its dice."""

    def __init__(self, facts, seed):
        self.dice = random.Random(seed)
        self.sounds = homophones()
        self.names = {fact.compound for fact in facts} | {fact.alias for fact in facts}
        self.owners = {}
        for fact in facts:
            self.owners.setdefault(fact.compound, set()).add(fact.compound_id)
        self.houses = Counter((fact.compound, fact.number) for fact in facts)
        self.plates = Counter(fact.plate for fact in facts)
        self.communities = sorted({fact.community for fact in facts})

    def door(self, fact):
        floor = self.dice.randint(1, fact.floors)
        return self.dice.randint(1, 3), f"{floor}{self.dice.randint(1, 4):02d}"

    def misheard(self, name):
        """Replace one character by another of the same sound."""
        for at in self.dice.sample(range(len(name)), len(name)):
            others = [sign for sign in self.sounds.get(lazy_pinyin(name[at])[0], []) if sign != name[at]]
            new = name[:at] + self.dice.choice(others) + name[at + 1 :] if others else name
            if new not in self.names and at < len(name) - 1:
                return new
        return name

    def swapped(self, name):
        """Swap two neighbouring characters at the front of a name."""
        at = self.dice.randint(0, max(len(name) - 4, 0))
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _small(number):
    return (
        NUMERALS[number]
        if number <= 10
        else f"{NUMERALS[number // 10] if number >= 20 else ''}十" + (NUMERALS[number % 10] if number % 10 else "")
    )


def whole(fact, pen):
    unit, room = pen.door(fact)
    return f"{fact.district}{fact.street}{fact.community}{fact.plate}{fact.compound}{fact.number}栋{unit}单元{room}室"


def short(fact, pen):
    unit, room = pen.door(fact)
    mark = pen.dice.choice(("栋", "幢", "号楼", "#楼"))
    return f"{fact.compound}{fact.number}{mark}{unit}单元{room}"


def omission(fact, pen):
    unit, room = pen.door(fact)
    return f"{fact.compound}{fact.number}-{unit}-{room}"


def numerals(fact, pen):
    unit, room = pen.door(fact)
    number = _small(int(fact.number)) if fact.number.isdigit() and int(fact.number) < 100 else fact.number
    return f"{fact.compound}{number}栋{_small(unit)}单元{room}室"


def alias(fact, pen):
    unit, room = pen.door(fact)
    return f"{fact.alias or fact.compound}{fact.number}栋{unit}单元{room}"


def homophone(fact, pen):
    unit, room = pen.door(fact)
    return f"{pen.misheard(fact.compound)}{fact.number}栋{unit}单元{room}"


def transposition(fact, pen):
    unit, room = pen.door(fact)
    return f"{pen.swapped(fact.compound)}{fact.number}栋{unit}单元{room}"


def other_order(fact, pen):
    unit, room = pen.door(fact)
    return pen.dice.choice((
        f"{fact.compound}({fact.district}{fact.street}){fact.number}栋{unit}单元{room}",
        f"{fact.compound},{fact.number}栋,{unit}单元,{room}",
        f"{fact.district}-{fact.street}-{fact.compound}{fact.number}栋{room}",
    ))  # fmt: skip


def traditional(fact, pen):
    return "".join(TRADITIONAL.get(sign, sign) for sign in short(fact, pen))


def full_width(fact, pen):
    return short(fact, pen).translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789#"})


def road_number(fact, pen):
    return pen.dice.choice((fact.plate, fact.district + fact.plate, fact.plate.replace("号", "#", 1)))


def road_homophone(fact, pen):
    road = fact.plate.rstrip("0123456789附号")
    return pen.misheard(road) + fact.plate[len(road) :]


def missing_building(fact, _):
    return fact.compound


def vicinity(fact, pen):
    return fact.compound + pen.dice.choice(("旁", "对面", "附近"))


def no_such_building(fact, pen):
    return f"{fact.compound}{pen.dice.randint(300, 400)}栋101"


def nonsense(_, pen):
    return pen.dice.choice(("不详", "外地居住", "随子女", "同上", "火星基地3号", "1-2-3", "已搬迁", "见备注"))


HANDS = {
    whole: 14, short: 16, omission: 12, numerals: 5, alias: 8, homophone: 8, transposition: 5, other_order: 5,
    traditional: 3, full_width: 3, road_number: 6, road_homophone: 2, missing_building: 3, vicinity: 2,
    no_such_building: 1, nonsense: 2,
}  # fmt: skip
BY_PLATE = {road_number, road_homophone}
NEVER = {missing_building, vicinity, no_such_building, nonsense}
WRONG_COMMUNITY = 0.03


def _solvable(hand, fact, pen, stated):
    if hand in NEVER or (stated and stated != fact.community):
        return False
    if hand in BY_PLATE:
        return pen.plates[fact.plate] == 1
    return pen.houses[fact.compound, fact.number] == 1


def _holds(hand, fact, pen, stated):
    """Return the finest class that a row's text and stated community are enough for, a contradiction for none."""
    if _solvable(hand, fact, pen, stated):
        return "building"
    if stated and stated != fact.community:
        return "none"
    one_compound = len(pen.owners[fact.compound]) == 1 or bool(stated)
    if hand is vicinity and one_compound:
        return "vicinity"
    if hand is missing_building and one_compound:
        return "compound"
    return "community" if stated else "none"


def write_ledger(sources, rows, seed=20261124):
    """Return a ledger of so many rows, always the same for a seed."""
    facts = read_facts(sources)
    pen = Pen(facts, seed)
    ledger, records = Ledger(pd.DataFrame()), []
    for at in range(rows):
        fact = pen.dice.choice(facts)
        hand = pen.dice.choices(list(HANDS), list(HANDS.values()))[0]
        stated = fact.community if pen.dice.random() < 0.6 else ""
        kind = hand.__name__
        if hand not in NEVER and pen.dice.random() < WRONG_COMMUNITY:
            stated = pen.dice.choice([name for name in pen.communities if name != fact.community])
            kind = "wrong_community"
        records.append({"household_id": f"N{at:05d}", "address": hand(fact, pen), "stated_community": stated or None})
        ledger.kinds.append(kind)
        ledger.facts.append(fact)
        ledger.solvable.append(_solvable(hand, fact, pen, stated))
        ledger.holds.append(_holds(hand, fact, pen, stated))
    ledger.households = frames.conform(pd.DataFrame(records), Household)
    return ledger
