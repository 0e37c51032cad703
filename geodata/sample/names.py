"""Words from which names are made. Every name is invented; a likeness to a real place or person is chance.

People can be told from real ones: every given name starts with 示, 例, 样 or 拟 (shown, example, sample, pretended).
Telephone numbers are 1990 00x xxxx, id numbers start with 990000, which is no place.
"""

from collections.abc import Iterator
from itertools import product

from numpy.random import Generator

DISTRICTS = ("江北区", "湖东区", "山南区", "港口区")
STREETS = (
    "望江街道", "听湖街道", "枕山街道", "新港街道", "锦桥街道", "临渡街道", "青堤街道", "云亭街道",
    "石矶街道", "桂林街道", "柳塘街道", "铜岭街道", "荷洲街道", "枫坡街道", "鹭岛街道", "晨光街道",
)  # fmt: skip
FIRST = "锦望映听枕沐澄碧青云霞朝晨星月风松竹梅兰桂荷柳桐枫樟杏桃鹭雁鹤燕鸥石磐铜金玉宝瑞祥安宁和"
SECOND = "江湖山溪泉塘港洲堤桥渡矶岭坡湾林园亭台阁光影晖澜波岚峰谷滩"
NUMERALS = "零一二三四五六七八九"
INDUSTRIES = ("纺机", "电机", "水泥", "锻压", "印染", "制罐", "矿机", "缫丝", "轴承", "锅炉", "玻璃", "搪瓷")
EMPLOYERS = (
    "纺机厂", "电机厂", "水泥厂", "锻压厂", "印染厂", "制罐厂", "矿机厂", "缫丝厂", "轴承厂", "锅炉厂", "玻璃厂",
    "搪瓷厂",
    "航运公司", "粮油公司", "建安公司", "汽运公司", "蔬菜公司", "港务局", "机务段", "邮电局", "样例二中", "样例五小",
    "煤建公司", "木材公司",
)  # fmt: skip
NEW_ENDINGS = ("花园", "苑", "府", "公馆", "国际", "雅居", "华庭", "山庄", "名邸", "城")
OLD_ENDINGS = ("小区", "新村", "里", "坊", "园")
OLD_HOUSING = ("家属区", "宿舍", "小区")
VILLAGES = ("家湾", "家咀", "家塘", "家畈", "家垴")
SIDES = ("", "上", "下", "老", "新", "东", "西")
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
)
MARKS = "示例样拟"
GIVEN = "一丁三川大山小子木月水天文心云风石田禾竹米羽舟辰良启君怀若苗松林杏春柏星夏秋桐真海清雪晨棠景晴雅新瑞慧澄霞"
UNITS = (
    "水务局", "园林局", "统计局", "档案馆", "图书馆", "气象台", "测绘院", "公积金中心", "供水公司", "燃气公司",
    "公交公司", "排水公司",
    "热电公司", "粮食局", "体育局", "文化馆", "科协", "地震台", "市政公司", "环卫中心", "规划院", "质检所", "药检所",
    "造价站",
    "第三医院", "中医院", "疾控中心", "血站", "第一职校", "第四中学", "实验小学", "广播台",
)  # fmt: skip
SKILLS = (
    "医护",
    "心理疏导",
    "水电维修",
    "法律咨询",
    "理发",
    "家政",
    "驾驶",
    "手语",
    "应急救援",
    "文书代办",
    "陪伴聊天",
    "营养配餐",
)


def numeral(number: int) -> str:
    """Write 1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def stems(rng: Generator) -> Iterator[str]:
    """Yield two-character stems without repeating one, then the same with 新, 东, 南, 西, 北 before them."""
    both = [a + b for a, b in product(FIRST, SECOND) if a != b]
    order = [both[at] for at in rng.permutation(len(both))]
    yield from order
    yield from (side + stem for side in "新东南西北" for stem in order)


def person(rng: Generator) -> str:
    """Return an invented name of three characters."""
    parts = (SURNAMES, MARKS, GIVEN)
    return "".join(part[int(rng.integers(len(part)))] for part in parts)


def western_person(rng: Generator) -> str:
    """Return an invented name for places with western addresses: everybody is called Muster, Beispiel or Probe."""
    given = ("Anna", "Beat", "Carla", "Dario", "Elsa", "Fritz", "Greta", "Hugo", "Ida", "Jost", "Klara", "Leo", "Mia",
             "Nino", "Olga", "Paul", "Rosa", "Sven", "Tina", "Urs", "Vera", "Willi")  # fmt: skip
    family = ("Muster", "Beispiel", "Probe")
    return f"{given[int(rng.integers(len(given)))]} {family[int(rng.integers(len(family)))]}"


def phone(rng: Generator) -> str:
    """Return a telephone number of the invented block 1990 00x xxxx."""
    return f"199000{int(rng.integers(100_000)):05d}"


def id_number(birth: str, gender: str, rng: Generator) -> str:
    """Return an id number of the impossible area 990000 with a true check digit (`birth` as YYYYMMDD)."""
    order = int(rng.integers(50)) * 2 + (1 if gender == "m" else 0)
    body = f"990000{birth}0{order:02d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[rest]
