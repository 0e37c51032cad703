"""Turn the cells of ledgers into values: text, whole numbers, dates, yes or no, identity numbers, enumerations.

A parser returns the value, None for an empty cell, or raises ValueError with what to do.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from gridmap.phrases import say
from gridmap.tables import (
    BackdropKind,
    CareLevel,
    Category,
    GridKind,
    HouseholdStatus,
    LegalBasis,
    Level,
    MemberKind,
    MemberStatus,
    Role,
    SiteStatus,
    ThreatLevel,
)

_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
"""Excel's serial 1 is 1900-01-01 and it counts a 29 Feb 1900 that never was; from March 1900 this origin is exact."""

ALIASES: dict[type[StrEnum], dict[str, str]] = {
    Category: {
        "living_alone": "独居 独居老人 独居老年人 living_alone_elder",
        "empty_nest": "空巢 空巢老人 空巢老年人 empty_nest_elder",
        "left_behind": "留守 留守老人 留守儿童 留守妇女",
        "lone_elderly": "孤寡 孤寡老人 孤老",
        "advanced_age": "高龄 高龄老人 高龄老年人",
        "disabled_person": "残疾 残疾人 disabled 残疾人家庭",
        "severe_disability": "重残 重度残疾 重度残疾人",
        "loss_of_self_care": "失能 半失能 失能老人 失能半失能老人 生活不能自理",
        "destitute_support": "特困 特困供养 特困人员 特困供养人员 五保 五保户 分散供养",
        "low_income_allowance": "低保 低保户 最低生活保障 低收入 low_income 困难群众 困难家庭",
        "bereaved_only_child_family": "失独 失独家庭 计划生育特殊家庭 计生特殊家庭",
        "child_in_difficulty": "困境儿童 孤儿 散居孤儿 事实无人抚养儿童",
        "mental_disorder": "精神障碍 严重精神障碍 精神障碍患者 严重精神障碍患者 精神病人",
        "serious_illness": "重病 大病 重疾 重大疾病 重病患者 大病患者",
    },
    CareLevel: {"red": "红 红色 高 高风险 一级 重点", "yellow": "黄 黄色 橙 橙色 中 中风险 二级",
                "green": "绿 绿色 蓝 蓝色 低 低风险 三级 一般"},
    SiteStatus: {"watched": "在册 监测 未销号", "deregistered": "销号 已销号"},
    HouseholdStatus: {"present": "在住 在册 正常 常住", "moved": "迁出 已迁出 搬离 搬走",
                      "deceased": "死亡 已死亡 去世 已故", "separated_registration": "人户分离 空挂户 空挂"},
    LegalBasis: {"consent": "同意 个人同意 本人同意 已同意 单独同意 监护人同意",
                 "statutory_duty": "法定职责 履行法定职责 法定义务 法定职责或者法定义务 法定职责或法定义务"},
    Role: {"registered": "报到党员 在职党员 单位联系 双报到", "community": "社区党员 直管党员 社区干部 居住地",
           "building": "楼栋志愿者 志愿者 楼栋长 楼栋"},
    MemberKind: {"person": "个人 党员 干部", "unit": "单位 集体 队伍 服务队"},
    MemberStatus: {"active": "在岗 正常 在职 在册", "leave": "请假 休假 请假中 出差",
                   "ended": "结束 退出 离岗 调离 已结束"},
    GridKind: {"basic": "基础网格 基础 普通网格", "exclusive": "专属网格 专属"},
    ThreatLevel: {"extreme": "特大 特大型", "large": "大 大型", "medium": "中 中型", "small": "小 小型"},
    Level: {"district": "区县 区", "street": "街道 乡镇", "community": "社区 村", "grid": "网格", "compound": "小区",
            "building": "楼栋"},
    BackdropKind: {"water": "水系 水域 水", "green": "绿地 山", "road": "道路", "rail": "铁路"},
}  # fmt: skip
"""Our value = the words that ledgers use for it, divided by blanks."""

YES = frozenset(["是", "√", "✓", "✔", "有", "1", "y", "yes", "true", "t", "对"])
NO = frozenset(["否", "×", "✗", "无", "0", "n", "no", "false", "f", "没有", "x"])
SPLIT = re.compile("[;\uff1b、,\uff0c/\uff0f|\n]+")
"""Between the members of a list: semicolon, comma and slash of both widths, 、, bar and line break."""
_CHECKS = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def fold(text: str) -> str:
    """Return a text without width, case and blanks, for comparing."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", text).casefold())


def text(cell: object) -> str | None:
    """Return a cell as text: 3.0 is 3, a date is written 2024-05-01, blanks around go."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell != cell:  # noqa: PLR0124  NaN
            return None
        return _whole_text(cell) if cell.is_integer() and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time(0):
        return cell.date().isoformat()
    return str(cell).strip() or None


def texts(cells: Iterable[object]) -> list[str | None]:
    """Return cells as text."""
    return [cell.strip() or None if type(cell) is str else text(cell) for cell in cells]


def _whole_text(cell: float) -> str:
    """Write a whole number that a cell holds as a float; beyond 2**53 only the 15 digits that Excel keeps are true."""
    return str(int(cell)) if abs(cell) < 2**53 else str(int(Decimal(f"{cell:.15g}")))


def whole(cell: object) -> int | None:
    """Return a whole number: 6, 6.0, "6", "6层", "约30户"."""
    written = text(cell)
    if written is None:
        return None
    found = re.fullmatch(r"\D*?(-?\d+)(?:\.0+)?\D*", unicodedata.normalize("NFKC", written))
    if not found:
        raise ValueError(say("value.whole"))
    return int(found.group(1))


def number(cell: object) -> float | None:
    """Return a decimal number; a unit behind it is dropped."""
    written = text(cell)
    if written is None:
        return None
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*[^\d.]*", unicodedata.normalize("NFKC", written))
    if not found:
        raise ValueError(say("value.number"))
    return float(found.group(1))


def yes_no(cell: object) -> bool | None:
    """Return True for 是, √, 有, 1, Y; False for 否, ×, 无, 0, N."""
    written = text(cell)
    if written is None:
        return None
    word = fold(written)
    if word in YES or word in NO:
        return word in YES
    raise ValueError(say("value.yes_no"))


_DATE = re.compile(r"(\d{4})[年./\-](\d{1,2})(?:[月./\-](\d{1,2})?日?)?(?:[T ].*)?")


def date(cell: object) -> dt.date | None:
    """Return a date: 1950.1 and 1950年1月 are the first of that month; 19500101; Excel's serial number.

    A bare year is 1 January. 1950.1 in a numeric cell may stand for October (Excel drops the zero); it is read as
    January, as it is written.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    written = text(cell)
    if written is None:
        return None
    plain = unicodedata.normalize("NFKC", written)
    parts = _date_parts(plain)
    if parts is None:
        raise ValueError(say("value.date"))
    try:
        return parts if isinstance(parts, dt.date) else dt.date(*parts)
    except ValueError as error:
        raise ValueError(say("value.no_day")) from error


def _date_parts(plain: str) -> dt.date | tuple[int, int, int] | None:
    if re.fullmatch(r"\d{8}", plain):
        return int(plain[:4]), int(plain[4:6]), int(plain[6:])
    if re.fullmatch(r"(19|20)\d{2}(0[1-9]|1[0-2])", plain):
        return int(plain[:4]), int(plain[4:]), 1
    if re.fullmatch(r"(1[89]|20)\d{2}年?", plain):
        return int(plain[:4]), 1, 1
    if re.fullmatch(r"\d{4,5}", plain):
        return _EXCEL_DAY_ZERO + dt.timedelta(days=int(plain)) if int(plain) > 60 else None
    found = _DATE.fullmatch(plain)
    return (int(found.group(1)), int(found.group(2)), int(found.group(3) or 1)) if found else None


def id_check_digit(first: str) -> str:
    """Return the 18th character of an identity number from its first 17 (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


class DamagedByExcelError(ValueError):
    """An identity number whose last digits Excel threw away: nobody can bring them back."""


def id_no(cell: object) -> str | None:
    """Return an identity number with x, × and full-width forms folded to X.

    Raises:
        DamagedByExcelError: it went through a numeric cell, which keeps 15 digits.
        ValueError: wrong length, check digit or day of birth.
    """
    written = text(cell)
    if written is None:
        return None
    plain = re.sub(r"[\s'’`]", "", unicodedata.normalize("NFKC", written)).upper().replace("×", "X")
    if re.fullmatch(r"\d(\.\d+)?E\+?1[4-9]", plain):
        raise DamagedByExcelError(say("id.damaged_by_excel"))
    if re.fullmatch(r"\d{15}", plain):
        return plain
    if not re.fullmatch(r"\d{17}[\dX]", plain):
        raise ValueError(say("value.id_no.length"))
    if id_check_digit(plain[:17]) != plain[17]:
        if plain.endswith("000"):
            raise DamagedByExcelError(say("id.damaged_by_excel"))
        raise ValueError(say("value.id_no.digit"))
    date(plain[6:14])
    return plain


_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+?86|0086)?(0\d{2,3})?(\d{7,8})")


def phone(cell: object) -> str | None:
    """Return one or several telephone numbers, joined by 、; mobile 11 digits, landline 0714-6543210.

    Raises:
        ValueError: no part of it is a telephone number.
    """
    written = text(cell)
    if written is None:
        return None
    plain = re.sub(r"[()]", "-", unicodedata.normalize("NFKC", written))
    parts = [plain] if _one_phone(plain) else [part for part in re.split(r"[;、,/|\s]+", plain) if part]
    found = [_one_phone(part) for part in parts]
    if not found or not all(found):
        raise ValueError(say("value.phone"))
    return "、".join(str(part) for part in found)


def _one_phone(written: str) -> str | None:
    digits = re.sub(r"[\s-]", "", written)
    if mobile := _MOBILE.fullmatch(digits):
        return mobile.group(1)
    if landline := _LANDLINE.fullmatch(digits):
        return "-".join(part for part in landline.groups() if part)
    return None


def choices(kind: type[StrEnum]) -> dict[str, str]:
    """Return every word that stands for a value of an enumeration, folded."""
    words = {fold(str(value)): str(value) for value in kind}
    for value, names in ALIASES.get(kind, {}).items():
        words |= {fold(name): value for name in names.split()}
    return words


def one_of(kind: type[StrEnum]) -> Callable[[object], str | None]:
    """Return the parser of an enumeration."""
    words = choices(kind)

    def parse(cell: object) -> str | None:
        written = text(cell)
        if written is None:
            return None
        if (found := words.get(fold(written))) is None:
            raise ValueError(say("value.one_of", known=list(kind)))
        return found

    return parse


def several(cell: object) -> tuple[str, ...]:
    """Return the parts of a cell that lists several things."""
    written = text(cell)
    return tuple(dict.fromkeys(part.strip() for part in SPLIT.split(written) if part.strip())) if written else ()


def gender(cell: object) -> str | None:
    """Return m or f."""
    written = text(cell)
    if written is None:
        return None
    word = {"男": "m", "男性": "m", "m": "m", "male": "m", "女": "f", "女性": "f", "f": "f", "female": "f"}.get(
        fold(written)
    )
    if word is None:
        raise ValueError(say("value.sex"))
    return word


PARSERS: dict[type, Callable[[object], Any]] = {str: text, int: whole, float: number, bool: yes_no, dt.date: date}
"""The parser of each plain kind of column."""

SPECIAL: dict[str, Callable[[object], Any]] = {"id_no": id_no, "phone": phone, "gender": gender}
"""The parser of a column by its name, where the kind is not enough."""


def _letters(written: Sequence[str], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which texts have a length (n truths), and the code points of those (m, length)."""
    fits = np.fromiter(map(len, written), dtype=np.int64, count=len(written)) == length
    found = np.array([written[at] for at in np.flatnonzero(fits)], dtype=f"<U{length}")
    return fits, found.view(np.uint32).reshape(-1, length).astype(np.int64)


def settled_mobiles(written: Sequence[str]) -> np.ndarray:
    """Tell which texts are a mobile number that `phone` would return as it is (n truths)."""
    fits, letters = _letters(written, 11)
    digits = letters - ord("0")
    fits[fits] = ((digits >= 0) & (digits <= 9)).all(axis=1) & (digits[:, 0] == 1) & (digits[:, 1] >= 3)
    return fits


def settled_ids(written: Sequence[str]) -> np.ndarray:
    """Tell which texts are an identity number of 18 characters that `id_no` would return as it is (n truths)."""
    fits, letters = _letters(written, 18)
    digits = letters[:, :17] - ord("0")
    whole = ((digits >= 0) & (digits <= 9)).all(axis=1)
    checks = np.array([ord(check) for check in _CHECKS])[digits @ np.array(_WEIGHTS) % 11]
    year, month, day = (digits[:, first:last] @ tens for first, last, tens in
                        ((6, 10, (1000, 100, 10, 1)), (10, 12, (10, 1)), (12, 14, (10, 1))))  # fmt: skip
    whole &= (letters[:, 17] == checks) & (year >= 1) & (month >= 1) & (month <= 12)
    months = (np.where(whole, year, 1970) - 1970) * 12 + np.where(whole, month, 1) - 1
    first = months.astype("datetime64[M]")
    days = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    fits[fits] = whole & (day >= 1) & (day <= days)
    return fits


SETTLED: dict[str, Callable[[Sequence[str]], np.ndarray]] = {"id_no": settled_ids, "phone": settled_mobiles}
"""What tells, many cells at once, which need no parser."""
