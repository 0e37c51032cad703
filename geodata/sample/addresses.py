"""Addresses as ledgers really write them: hints in brackets, repeated prefixes, 3-2-501, 叁栋贰单元, slips of the pen.

Each way of writing is a function from a home to a text; the shares below are tuned to what real address lists show
(about 45 % without a road number, a few percent that nobody can place).
"""

from collections.abc import Callable
from dataclasses import dataclass

from numpy.random import Generator

from geodata.sample.blocks import Use
from geodata.sample.names import NUMERALS
from geodata.sample.plan import SHORT_NAME
from geodata.sample.register import House

FINANCIAL = "零壹贰叁肆伍陆柒捌玖"
SLIPS = {
    "苑": "院", "园": "圆", "湖": "胡", "锦": "绵", "里": "理", "塘": "糖", "澜": "兰", "桥": "乔", "港": "巷",
    "坊": "房",
    "府": "付", "渡": "度", "矶": "机", "枫": "风", "桐": "铜", "鹭": "路", "岭": "领", "堤": "提", "临": "邻",
    "映": "应",
}  # fmt: skip
TRADITIONAL = {
    "园": "園", "湾": "灣", "桥": "橋", "东": "東", "号": "號", "栋": "棟", "单": "單", "区": "區", "华": "華",
    "国": "國",
    "际": "際", "云": "雲", "风": "風", "鹭": "鷺", "锦": "錦", "铜": "銅", "阁": "閣", "岭": "嶺", "馆": "館",
    "环": "環", "临": "臨",
}  # fmt: skip
FULL_WIDTH = {ord(char): chr(ord(char) + 0xFEE0) for char in "0123456789-#"}


@dataclass(frozen=True)
class Home:
    """A home in a house, with the names of the areas around it."""

    house: House
    district: str
    street: str
    community: str
    unit: int
    room: str
    landmark: str

    @property
    def compound(self) -> str:
        """The name of the compound, empty outside one."""
        return self.house.compound.name if self.house.compound else ""

    @property
    def called(self) -> str:
        """The compound under the name that people use."""
        aliases = self.house.compound.aliases if self.house.compound else []
        return aliases[0] if aliases else self.compound


def _small(number: int, digits: str = NUMERALS) -> str:
    """Write 1 to 99 in Chinese numerals, everyday or financial."""
    tens, ones = divmod(number, 10)
    ten = "拾" if digits is FINANCIAL else "十"
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + ten + (digits[ones] if ones else "")


Hand = Callable[[Home, Generator], str]


def _full(home: Home, _: Generator) -> str:
    return f"{home.house.address}{home.compound}{home.house.number}栋{home.unit}单元{home.room}室"


def _road_building(home: Home, rng: Generator) -> str:
    word = ("栋", "幢", "号楼", "#楼", "#")[int(rng.integers(5))]
    return f"{home.house.address}{home.compound}{home.house.number}{word}{home.unit}单元{home.room}"


def _road_dashes(home: Home, _: Generator) -> str:
    return f"{home.house.address}{home.compound}{home.house.number}-{home.unit}-{home.room}"


def _plain(home: Home, _: Generator) -> str:
    return f"{home.compound}{home.house.number}栋{home.unit}单元{home.room}室"


def _dashes(home: Home, _: Generator) -> str:
    return f"{home.compound}{home.house.number}-{home.unit}-{home.room}"


def _numerals(home: Home, rng: Generator) -> str:
    digits = FINANCIAL if rng.uniform() < 0.4 else NUMERALS
    return f"{home.compound}{_small(home.house.number, digits)}栋{_small(home.unit, digits)}单元{home.room}"


def _storey(home: Home, rng: Generator) -> str:
    word = ("号楼", "幢", "座", "#")[int(rng.integers(4))]
    floor = home.room[:-2] or "1"
    return f"{home.compound}{home.house.number}{word}{home.unit}单元{floor}楼{home.room}室"


def _side_unit(home: Home, rng: Generator) -> str:
    names = ("东单元", "西单元") if rng.uniform() < 0.5 else ("甲单元", "乙单元", "丙单元", "丁单元")
    return f"{home.compound}{home.house.number}栋{names[(home.unit - 1) % len(names)]}{home.room}"


def _only_building(home: Home, rng: Generator) -> str:
    return f"{home.compound}{home.house.number}{('栋', '号楼', '幢')[int(rng.integers(3))]}"


def _popular(home: Home, _: Generator) -> str:
    return f"{home.called}{home.house.number}栋{home.room}"


def _door(home: Home, _: Generator) -> str:
    return home.house.address


def _door_sub(home: Home, rng: Generator) -> str:
    word = ("附", "副", "-", "-附", "-副")[int(rng.integers(5))]
    return home.house.address.replace("号附", f"号{word}" if word != "-" else "-")


def _door_hash(home: Home, _: Generator) -> str:
    return home.house.address.replace("号", "#", 1)


def _door_village(home: Home, _: Generator) -> str:
    return f"{home.compound}({home.house.address})"


def _village(home: Home, _: Generator) -> str:
    return f"{home.compound}{home.house.number}号"


def _two_texts(home: Home, _: Generator) -> str:
    return f"{home.house.address},{home.compound}{home.house.number}号"


FLAT_HANDS: tuple[tuple[Hand, str, float], ...] = (
    (_full, "road_compound_room", 20), (_road_building, "road_compound_room", 18), (_road_dashes,
    "road_compound_room", 12),
    (_plain, "compound_room", 12), (_dashes, "compound_room", 12), (_numerals, "compound_room", 5),
    (_storey, "compound_room", 6), (_side_unit, "compound_room", 3), (_only_building, "compound_building", 6),
    (_popular, "alias", 6),
)  # fmt: skip
HOUSE_HANDS: tuple[tuple[Hand, str, float], ...] = (
    (_door, "road_number", 40), (_door_sub, "road_number", 14), (_door_hash, "road_number", 5),
    (_door_village, "road_number", 11), (_village, "village_number", 22), (_two_texts, "two_texts", 8),
)  # fmt: skip


def _prefix(home: Home, rng: Generator) -> str:
    """Write the areas before an address: none, some, repeated, or as a hint in brackets."""
    city, district, community = SHORT_NAME, home.district, home.community
    forms = (
        ("", 34), (district, 12), (city + district, 14), (city + district + home.street, 8),
        (city + district + home.street + community, 6), (district + community, 8), (community, 8),
        (f"({district}{community.removesuffix('社区')})", 5), (f"{city}{city}{district}", 2),
        (f"{district[:-1]}-{district[:-1]}-", 2), (f"{district}{city}{district}", 1),
    )  # fmt: skip
    return _draw(forms, rng)


def _draw(forms: tuple[tuple[str, float], ...], rng: Generator) -> str:
    at = rng.uniform() * sum(share for _, share in forms)
    for form, share in forms:
        at -= share
        if at < 0:
            return form
    return forms[-1][0]


def _replace_one(text: str, table: dict[str, str], rng: Generator) -> str:
    at = [i for i, char in enumerate(text) if char in table]
    if not at:
        return text
    i = at[int(rng.integers(len(at)))]
    return text[:i] + table[text[i]] + text[i + 1 :]


def _blot(text: str, rng: Generator) -> tuple[str, str]:
    """Add what goes wrong on the way to the ledger; return the text and what was done."""
    draw = rng.uniform()
    if draw < 0.03:
        return _replace_one(text, SLIPS, rng), "slip"
    if draw < 0.06:
        return "".join(TRADITIONAL.get(char, char) for char in text), "traditional"
    if draw < 0.10:
        return text.translate(FULL_WIDTH), "full_width"
    if draw < 0.13:
        return text.replace("栋", "栋 ").replace("号", "号 ").strip(), "spaces"
    return text, ""


def _vague(home: Home, rng: Generator) -> tuple[str, str]:
    """Write an address that cannot lead to a door."""
    lost = ("外地居住", "不详", "随子女居住", f"{SHORT_NAME}{home.district}", "已搬迁，地址不详")
    draw = rng.uniform()
    if draw < 0.38:
        return home.compound or home.house.road, "compound_only"
    if draw < 0.55:
        return home.house.road, "road_only"
    if draw < 0.82:
        return f"{home.landmark}{('旁', '对面', '后面', '附近')[int(rng.integers(4))]}", "landmark"
    return lost[int(rng.integers(len(lost)))], "lost"


def write_address(home: Home, rng: Generator, *, care: float = 0.0) -> tuple[str, str]:
    """Write the address of a home; return it and how it was written (`care` 1 leaves out what leads nowhere)."""
    if rng.uniform() > 0.955 + 0.045 * care:
        return _vague(home, rng)
    hands = HOUSE_HANDS if home.house.use is Use.SELF_BUILT or not home.compound else FLAT_HANDS
    at = int(rng.choice(len(hands), p=[share / sum(h[2] for h in hands) for _, _, share in hands]))
    hand, written_as, _ = hands[at]
    text, blot = _blot(_prefix(home, rng) + hand(home, rng), rng)
    return text, f"{written_as}+{blot}" if blot else written_as
