"""Fold what ledgers say in several columns into our columns of households and members."""

from collections.abc import Callable

import pandas as pd

from geodata import values
from geodata.findings import Findings
from geodata.sources import Piece
from gridmap.phrases import say
from gridmap.tables import Category, HouseholdStatus, MemberStatus


def _parts_as_address(frame: pd.DataFrame) -> pd.Series:
    """Return the address made of compound, building, unit and room columns, as a person would write it."""
    text = pd.Series([""] * len(frame), dtype="str")
    for part, ending in (("_compound", ""), ("_building", "栋"), ("_unit", "单元"), ("_room", "室")):
        if part in frame:
            cells = frame[part].fillna("")
            bare = cells.str.fullmatch(r"[0-9A-Za-z一二三四五六七八九十]+").fillna(False).astype(bool)
            text = text + cells.where(~bare, cells + ending)
    return text.where(text != "", None)


def fold_address(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill an empty address from its parts; add the parts behind one that names no number."""
    if not {"_compound", "_building", "_unit", "_room"} & set(frame.columns):
        return frame
    built = _parts_as_address(frame)
    if "address" not in frame:
        return frame.assign(address=built)
    address = frame["address"]
    bare = address.notna() & ~address.fillna("").str.contains(r"\d", regex=True) & built.notna()
    contains = pd.Series([str(b).startswith(str(a)) for a, b in zip(address, built, strict=True)], dtype=bool)
    joined = (address.fillna("") + built.fillna("")).where(~contains, built)
    return frame.assign(address=address.where(address.notna(), built).where(~bare, joined))


def _says(cell: object, words: tuple[str, ...]) -> bool:
    written = values.text(cell)
    return written is not None and any(word in written for word in words)


def _yes(cell: object) -> bool:
    try:
        return bool(values.yes_no(cell))
    except ValueError:
        return False


def _grade(cell: object) -> str | None:
    """Return the category of a disability grade: 1 and 2 are severe (GB/T 26341)."""
    written = values.text(cell)
    if written is None:
        return None
    if any(mark in written for mark in ("1", "2", "一", "二")):
        return str(Category.SEVERE_DISABILITY)
    return str(Category.DISABLED_PERSON) if any(mark in written for mark in "34三四") else None


_HINTS: dict[str, Callable[[object], str | None]] = {
    "_disability": _grade,
    "_self_care": lambda cell: str(Category.LOSS_OF_SELF_CARE) if _says(cell, ("失能", "不能自理")) else None,
    "_living": lambda cell: (
        str(Category.LIVING_ALONE)
        if _says(cell, ("独居",))
        else str(Category.EMPTY_NEST)
        if _says(cell, ("空巢",))
        else None
    ),
    "_alone": lambda cell: str(Category.LIVING_ALONE) if _yes(cell) else None,
    "_empty_nest": lambda cell: str(Category.EMPTY_NEST) if _yes(cell) else None,
    "_low_income": lambda cell: str(Category.LOW_INCOME_ALLOWANCE) if _yes(cell) or _says(cell, ("低保",)) else None,
}
"""What a ledger's other columns say about the category."""


def fold_categories(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the categories that other columns state: living situation, disability grade, 是否低保."""
    hints = [name for name in _HINTS if name in frame]
    if not hints:
        return frame
    lists = list(frame["categories"]) if "categories" in frame else [()] * len(frame)
    for name in hints:
        added = [_HINTS[name](cell) for cell in frame[name]]
        lists = [old if new is None or new in old else (*old, new) for old, new in zip(lists, added, strict=True)]
    return frame.assign(categories=pd.Series(lists, dtype=object))


def _default_status(frame: pd.DataFrame, part: str, status: str) -> pd.DataFrame:
    if part not in frame:
        return frame
    marked = pd.Series([_yes(cell) or _says(cell, ("请假", "休假")) for cell in frame[part]], dtype=bool)
    before = frame["status"] if "status" in frame else pd.Series([None] * len(frame), dtype=object)
    return frame.assign(status=before.where(~(marked & before.isna()), status))


def _join_households(piece: Piece, findings: Findings) -> Piece:
    """Make one household of the people who share a household number: categories add up, the first row speaks."""
    frame = piece.frame
    if "_household_no" not in frame or "household_id" in frame:
        return piece
    numbers = frame["_household_no"]
    frame = frame.assign(household_id=numbers.where(numbers.notna(), [f"row-{n}" for n in piece.numbers]))
    first = ~frame["household_id"].duplicated()
    if not first.all():
        said = say("household.joined", people=len(frame), households=int(first.sum()))
        findings.note(piece.file, "household.joined", said)
        _tell_two_addresses(frame, piece, findings)
        frame = _joined(frame)
    return Piece(frame, piece.file, piece.numbers[first.to_numpy()])


def _joined(frame: pd.DataFrame) -> pd.DataFrame:
    groups = frame.groupby("household_id", sort=False)
    many = [name for name in ("categories", "needs") if name in frame]
    # `first` takes the first value that is there, so that a later row may fill what the head's row leaves open
    joined = groups[[name for name in frame.columns if name not in (*many, "household_id")]].first()
    for name in many:
        joined[name] = groups[name].agg(lambda lists: tuple(dict.fromkeys(item for each in lists for item in each)))
    return joined.reset_index()


def _tell_two_addresses(frame: pd.DataFrame, piece: Piece, findings: Findings) -> None:
    if "address" not in frame:
        return
    folded = frame["address"].map(lambda cell: values.fold(cell) if isinstance(cell, str) else None)
    first = folded.groupby(frame["household_id"]).transform("first")
    differs = (folded.notna() & first.notna() & (folded != first)).to_numpy(dtype=bool)
    said = say("household.two_addresses")
    findings.rows(findings.warn, piece.file, "household.two_addresses", piece.numbers[differs], said, column="address")


def fold_household(piece: Piece, findings: Findings) -> Piece:
    """Return the piece with the columns of a household only."""
    frame = fold_categories(fold_address(piece.frame))
    frame = _default_status(frame, "_separated", str(HouseholdStatus.SEPARATED_REGISTRATION))
    return _join_households(Piece(frame, piece.file, piece.numbers), findings)


def fold_member(piece: Piece, findings: Findings) -> Piece:
    """Return the piece with the columns of a member only."""
    frame = _default_status(fold_address(piece.frame), "_leave", str(MemberStatus.LEAVE))
    if {"leave_from", "leave_to"} <= set(frame.columns):
        first, last = (pd.to_datetime(frame[name]) for name in ("leave_from", "leave_to"))
        backwards = (first > last).to_numpy(dtype=bool)
        said = say("value.leave_to")
        findings.rows(findings.warn, piece.file, "value.leave_to", piece.numbers[backwards], said, column="leave_to")
        frame = frame.assign(leave_to=frame["leave_to"].where(~pd.Series(backwards), None))
    return Piece(frame, piece.file, piece.numbers)
