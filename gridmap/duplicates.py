"""Find rows of a ledger that may be one person, with a reason; nothing is merged here, a person decides.

Three signs, strongest first: one identity number (compared by keyed fingerprint, so that numbers need not be kept in
the clear); one name, birth date and building; one telephone number and a name that differs by what hand or ear do.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations

import pandas as pd
from rapidfuzz.distance import OSA

from gridmap import masking
from gridmap.tables import Household, Member

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PHONES = re.compile(r"(?:\+?86|0086)?[\s-]*(1[3-9]\d(?:[\s-]?\d{4}){2}|0\d{2,3}-?\d{7,8})")
_KEYS: dict[type[Household] | type[Member], str] = {Household: "household_id", Member: "member_id"}
COLUMNS = ("first_id", "second_id", "sign", "score", "reason")
_CROWD = 12
"""A telephone number that more rows share is an office's and says nothing."""


def check_digit(first_17: str) -> str:
    """Return the last character that GB 11643 demands after 17 digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def whole_id_no(text: str) -> str | None:
    """Return a valid 18-character identity number (an old 15-digit one completed), None for anything else."""
    folded = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper().replace("×", "X")
    if re.fullmatch(r"\d{15}", folded):
        longer = f"{folded[:6]}19{folded[6:]}"
        return longer + check_digit(longer)
    if re.fullmatch(r"\d{17}[\dX]", folded) and check_digit(folded[:17]) == folded[17]:
        return folded
    return None


def fingerprint(id_no: str, key: bytes) -> str | None:
    """Return the HMAC-SHA256 of an identity number under a secret key, None when the number is not valid."""
    whole = whole_id_no(id_no)
    return None if whole is None else hmac.new(key, whole.encode(), hashlib.sha256).hexdigest()


def phones(text: str) -> tuple[str, ...]:
    """Return the telephone numbers of a cell as digits, without country code."""
    return tuple(re.sub(r"\D", "", found) for found in _PHONES.findall(unicodedata.normalize("NFKC", text)))


def near_names(first: str, second: str) -> tuple[float, str]:
    """Return how surely two names are one person's, with words; 0 when they are not alike."""
    if first == second:
        return 1.0, "姓名相同"
    from pypinyin import Style, lazy_pinyin

    if lazy_pinyin(first, style=Style.NORMAL) == lazy_pinyin(second, style=Style.NORMAL):
        return 0.9, "姓名同音"
    if min(len(first), len(second)) >= 3 and OSA.distance(first, second) == 1:
        return 0.6, "姓名差一字"
    return 0.0, ""


def _text(people: pd.DataFrame, column: str) -> pd.Series:
    if column not in people:
        return pd.Series([None] * len(people), index=people.index, dtype=object)
    values = people[column].astype(object)
    return values.where(values.notna(), None)


def _groups(people: pd.DataFrame, values: pd.Series, most: int | None = None) -> Iterator[list[int]]:
    """Yield the row positions that share a value, in order."""
    known = values[values.notna()]
    for rows in known.groupby(known, sort=False).indices.values():
        if len(rows) > 1 and (most is None or len(rows) <= most):
            yield [int(people.index.get_loc(known.index[row])) for row in rows]


def _same_id(people: pd.DataFrame, key: bytes) -> Iterator[tuple[int, int, str, float, str]]:
    marks = _text(people, "id_no").map(lambda text: fingerprint(str(text), key), na_action="ignore")
    for rows in _groups(people, marks):
        for other in rows[1:]:
            yield rows[0], other, "id_no", 1.0, "身份证号相同"


def _same_birth(people: pd.DataFrame, buildings: pd.Series) -> Iterator[tuple[int, int, str, float, str]]:
    facts = pd.DataFrame({"name": _text(people, "name"), "birth": _text(people, "birth"), "building": buildings})
    whole = facts.notna().all(axis=1)
    joined = pd.Series(list(facts.itertuples(index=False, name=None)), index=people.index, dtype=object).where(whole)
    for rows in _groups(people, joined):
        name = masking.name(str(facts["name"].iloc[rows[0]]))
        for other in rows[1:]:
            yield rows[0], other, "name_birth_building", 0.95, f"{name}:姓名、出生日期、楼栋都相同"


def _same_phone(people: pd.DataFrame) -> Iterator[tuple[int, int, str, float, str]]:
    numbers = _text(people, "phone").map(lambda text: phones(str(text)), na_action="ignore").explode()
    names = _text(people, "name")
    holders: dict[str, list[int]] = {}
    for at, number in zip(numbers.index, numbers, strict=True):
        if isinstance(number, str):
            holders.setdefault(number, []).append(int(people.index.get_loc(at)))
    for number, rows in holders.items():
        if len(rows) > _CROWD:
            continue
        for first, second in combinations(dict.fromkeys(rows), 2):
            one, two = names.iloc[first], names.iloc[second]
            score, words = near_names(str(one), str(two)) if one and two else (0.0, "")
            if score:
                yield first, second, "name_phone", score * 0.9, f"{words},电话同为{masking.phone(number)}"


def find_duplicates(
    people: pd.DataFrame, *, noun: type[Household] | type[Member], key: bytes, places: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return pairs of rows that may be one person: first_id, second_id, sign, score, reason (masked), surest first.

    `key` is the secret of the fingerprints; `places` (HouseholdPlace or MemberPlace) gives the buildings. A pair is
    told once, with its strongest sign first and every sign in the reason.
    """
    name = _KEYS[noun]
    frame = people.reset_index(drop=True)
    buildings = pd.Series([None] * len(frame), dtype=object)
    if places is not None:
        buildings = frame[name].map(places.set_index(name)["building_id"]).astype(object)
        buildings = buildings.where(buildings.notna(), None)
    found: dict[tuple[int, int], list[tuple[float, str, str]]] = {}
    for first, second, sign, score, reason in (
        *_same_id(frame, key),
        *_same_birth(frame, buildings),
        *_same_phone(frame),
    ):
        found.setdefault((min(first, second), max(first, second)), []).append((score, sign, reason))
    ids = frame[name].tolist()
    rows = []
    for (first, second), signs in found.items():
        signs.sort(key=lambda item: -item[0])
        reason = ";".join(dict.fromkeys(words for _, _, words in signs))
        rows.append((ids[first], ids[second], signs[0][1], signs[0][0], reason))
    rows.sort(key=lambda row: (-row[3], row[0], row[1]))
    return pd.DataFrame(rows, columns=list(COLUMNS))
