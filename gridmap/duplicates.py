"""Find rows of a ledger that may be one person, with the signs for it; nothing is merged here, a person decides.

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

from gridmap.tables import Household, Member

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PHONES = re.compile(r"(?:\+?86|0086)?[\s-]*(1[3-9]\d(?:[\s-]?\d{4}){2}|0\d{2,3}-?\d{7,8})")
_KEYS: dict[type[Household] | type[Member], str] = {Household: "household_id", Member: "member_id"}
COLUMNS = ("first_id", "second_id", "sign", "score", "signs")
_CROWD = 12
"""A telephone number that more rows share is an office's and says nothing; of more rows with one identity number each
is put beside the first only."""


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
    """Return how surely two names are one person's, with the sign for it; 0 when they are not alike."""
    if first == second:
        return 1.0, "same_name"
    from pypinyin import Style, lazy_pinyin

    if lazy_pinyin(first, style=Style.NORMAL) == lazy_pinyin(second, style=Style.NORMAL):
        return 0.9, "like_sound"
    if min(len(first), len(second)) >= 3 and OSA.distance(first, second) == 1:
        return 0.6, "one_off"
    return 0.0, ""


def _text(people: pd.DataFrame, column: str) -> pd.Series:
    if column not in people:
        return pd.Series([None] * len(people), index=people.index, dtype=object)
    values = people[column].astype(object)
    return values.where(values.notna(), None)


def _births(people: pd.DataFrame) -> pd.Series:
    """Return the dates of birth as text, of those who have none the one in a valid identity number."""
    stated = _text(people, "birth").map(lambda day: f"{day:%Y%m%d}", na_action="ignore")
    whole = _text(people, "id_no").map(lambda text: whole_id_no(str(text)), na_action="ignore")
    return stated.where(stated.notna(), whole.map(lambda number: number[6:14], na_action="ignore"))


def _pairs(people: pd.DataFrame, values: pd.Series) -> Iterator[tuple[int, int]]:
    """Yield the positions of two rows that share a value, in order."""
    known = values[values.notna()]
    for rows in known.groupby(known, sort=False).indices.values():
        at = [int(people.index.get_loc(known.index[row])) for row in rows]
        yield from combinations(at, 2) if len(at) <= _CROWD else ((at[0], other) for other in at[1:])


def _same_id(people: pd.DataFrame, key: bytes) -> Iterator[tuple[int, int, str, float]]:
    marks = _text(people, "id_no").map(lambda text: fingerprint(str(text), key), na_action="ignore")
    for first, second in _pairs(people, marks):
        yield first, second, "id_no", 1.0


def _same_birth(people: pd.DataFrame, buildings: pd.Series) -> Iterator[tuple[int, int, str, float]]:
    facts = pd.DataFrame({"name": _text(people, "name"), "birth": _births(people), "building": buildings})
    whole = facts.notna().all(axis=1)
    joined = pd.Series(list(facts.itertuples(index=False, name=None)), index=people.index, dtype=object).where(whole)
    for first, second in _pairs(people, joined):
        yield first, second, "name_birth_building", 0.95


def _same_phone(people: pd.DataFrame) -> Iterator[tuple[int, int, str, float]]:
    numbers = _text(people, "phone").map(lambda text: phones(str(text)), na_action="ignore").explode()
    names = _text(people, "name")
    holders: dict[str, list[int]] = {}
    for at, number in zip(numbers.index, numbers, strict=True):
        if isinstance(number, str):
            holders.setdefault(number, []).append(int(people.index.get_loc(at)))
    for rows in holders.values():
        if len(rows) > _CROWD:
            continue
        for first, second in combinations(dict.fromkeys(rows), 2):
            one, two = names.iloc[first], names.iloc[second]
            score, sign = near_names(str(one), str(two)) if one and two else (0.0, "")
            if score:
                yield first, second, f"phone_{sign}", score * 0.9


def find_duplicates(
    people: pd.DataFrame, *, noun: type[Household] | type[Member], key: bytes, places: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return pairs of rows that may be one person: first_id, second_id, sign, score, signs (all of them), surest first.

    `key` is the secret of the fingerprints; `places` (HouseholdPlace or MemberPlace) gives the buildings. A pair is
    told once, with its strongest sign first.
    """
    name = _KEYS[noun]
    frame = people.reset_index(drop=True)
    buildings = pd.Series([None] * len(frame), dtype=object)
    if places is not None:
        buildings = frame[name].map(places.set_index(name)["building_id"]).astype(object)
        buildings = buildings.where(buildings.notna(), None)
    found: dict[tuple[int, int], dict[str, float]] = {}
    for first, second, sign, score in (
        *_same_id(frame, key),
        *_same_birth(frame, buildings),
        *_same_phone(frame),
    ):
        found.setdefault((min(first, second), max(first, second)), {}).setdefault(sign, score)
    ids = frame[name].tolist()
    rows = []
    for (first, second), scores in found.items():
        signs = tuple(sorted(scores, key=lambda sign: (-scores[sign], sign)))
        rows.append((ids[first], ids[second], signs[0], scores[signs[0]], signs))
    rows.sort(key=lambda row: (-row[3], row[0], row[1]))
    return pd.DataFrame(rows, columns=list(COLUMNS))
