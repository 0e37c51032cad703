"""What people are like: categories of need, grade of care, roles, skills, leave; and the words that ledgers use."""

import datetime as dt

import numpy as np
from numpy.random import Generator

from geodata.sample.names import SKILLS

CATEGORIES = (
    ("living_alone", 24), ("empty_nest", 17), ("advanced_age", 20), ("left_behind", 6), ("lone_elderly", 4),
    ("disabled_person", 11), ("severe_disability", 5), ("loss_of_self_care", 5), ("destitute_support", 3),
    ("low_income_allowance", 11), ("bereaved_only_child_family", 2), ("child_in_difficulty", 2), ("mental_disorder", 2),
    ("serious_illness", 5),
)  # fmt: skip
GRAVE = ("loss_of_self_care", "severe_disability", "lone_elderly", "destitute_support")
CATEGORY_WORDS = {
    "living_alone": "独居", "empty_nest": "空巢", "advanced_age": "高龄", "left_behind": "留守", "lone_elderly": "孤寡",
    "disabled_person": "残疾人", "severe_disability": "重残", "loss_of_self_care": "失能",
    "destitute_support": "特困供养",
    "low_income_allowance": "低保", "bereaved_only_child_family": "失独", "child_in_difficulty": "困境儿童",
    "mental_disorder": "严重精神障碍", "serious_illness": "重大疾病",
}  # fmt: skip
LEVEL_WORDS = {"red": "红", "yellow": "黄", "green": "绿"}
STATUS_WORDS = {"present": "在册", "moved": "已迁出", "deceased": "已死亡", "separated_registration": "人户分离"}
BASIS_WORDS = {"consent": "本人同意", "statutory_duty": "法定职责"}
ROLE_WORDS = {"registered": "报到党员", "community": "社区党员", "building": "楼栋志愿者"}
KIND_WORDS = {"person": "个人", "unit": "单位"}
MEMBER_STATUS_WORDS = {"active": "在岗", "leave": "请假", "ended": "离岗"}
GENDER_WORDS = {"m": "男", "f": "女"}


def draw_categories(rng: Generator) -> tuple[str, ...]:
    """Return one to three categories of need."""
    shares = np.array([share for _, share in CATEGORIES], dtype=float)
    count = int(rng.choice([1, 2, 3], p=[0.62, 0.3, 0.08]))
    chosen = rng.choice(len(CATEGORIES), size=count, replace=False, p=shares / shares.sum())
    return tuple(CATEGORIES[at][0] for at in sorted(chosen))


def draw_level(categories: tuple[str, ...], rng: Generator) -> str:
    """Grade the need: about a tenth red, three tenths yellow, the rest green."""
    if any(name in GRAVE for name in categories):
        return "red" if rng.uniform() < 0.52 else "yellow"
    return "yellow" if rng.uniform() < 0.03 + 0.19 * len(categories) * (len(categories) > 1) + 0.1 else "green"


def draw_birth(categories: tuple[str, ...], rng: Generator) -> dt.date:
    """Return a day of birth that fits the categories."""
    low, high = (
        (2012, 2020)
        if "child_in_difficulty" in categories
        else (1932, 1946)
        if "advanced_age" in categories
        else (1938, 1975)
    )
    return dt.date(int(rng.integers(low, high)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))


def draw_status(chance: float) -> str:
    """Return the status of a household; 965 in a thousand are present."""
    for limit, status in ((0.012, "moved"), (0.02, "deceased"), (0.035, "separated_registration")):
        if chance < limit:
            return status
    return "present"


def ground(order: int) -> dict[str, object]:
    """Return on what ground the household of a number is kept: one in 83 states none, one in 97 has withdrawn."""
    if order % 83 == 0:
        return {}
    consent = order % 3 == 0 or order % 97 == 0
    told = dt.date(2025, 9, 1) + dt.timedelta(order % 120)
    withdrawn = told + dt.timedelta(60) if order % 97 == 0 else None
    return {"legal_basis": "consent" if consent else "statutory_duty", "notice_on": told,
            "purpose": "特殊群体包保联系", "withdrawn_on": withdrawn}  # fmt: skip


def draw_roles(rng: Generator) -> tuple[str, ...]:
    """Return one role, or two."""
    first = str(rng.choice(["registered", "community", "building"], p=[0.36, 0.32, 0.32]))
    second = str(rng.choice(["registered", "community", "building"])) if rng.uniform() < 0.12 else first
    return tuple(role for role in ROLE_WORDS if role in (first, second))


def draw_capacity(rng: Generator) -> int:
    """Return how many households a member can look after: one to three."""
    return int(rng.choice([1, 2, 3], p=[0.52, 0.34, 0.14]))


def draw_skills(rng: Generator) -> tuple[str, ...]:
    """Return up to two skills."""
    chosen = rng.choice(len(SKILLS), int(rng.integers(0, 3)), replace=False)
    return tuple(SKILLS[at] for at in sorted(chosen))


def draw_leave(day: dt.date, rng: Generator) -> tuple[str, dt.date | None, dt.date | None]:
    """Return status and days of leave: some are away on the day, some were, some have left for good."""
    chance, days = rng.uniform(), int(rng.integers(2, 25))
    if chance < 0.045:
        return "active", day - dt.timedelta(days), day + dt.timedelta(int(rng.integers(0, 20)))
    if chance < 0.06:
        return "leave", day - dt.timedelta(days), None
    if chance < 0.085:
        return "active", day - dt.timedelta(60 + days), day - dt.timedelta(60)
    if chance < 0.10:
        return "active", day + dt.timedelta(days), day + dt.timedelta(days + 7)
    return ("ended" if chance < 0.125 else "active"), None, None
