"""Mask personal values so that a row helps the reader without giving the person away.

Forms follow what production systems in the field show (domain notes, section 6): a two-character name keeps its first
character, a longer one its first and last; a mobile number keeps 3 + 4 digits; an identity number keeps its last
four only, since 6 + 4 beside an age leaves about 33 candidates; an address stops at the building.
"""

import re

_DOOR = re.compile(r"(\d*\s*(?:单元|门|梯).*|\d+\s*[室号]?\s*$|#.*$|-\d+\s*$)")


def name(text: str) -> str:
    """Mask a person's name: 张三 -> 张*, 欧阳小明 -> 欧*明, Resident 7 -> R*."""
    text = text.strip()
    if not text:
        return text
    if text.isascii():
        return f"{text[0]}*"
    return f"{text[0]}*" if len(text) <= 2 else f"{text[0]}*{text[-1]}"


def phone(text: str) -> str:
    """Mask a telephone number: 13812345678 -> 138****5678, 0714-6543210 -> 0714-****210."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    if digits.startswith("0") and len(digits) >= 10:
        return f"{digits[:4]}-****{digits[-3:]}"
    return "****" if digits else ""


def id_no(text: str) -> str:
    """Mask an identity number, keeping the last four characters."""
    text = text.strip()
    return f"****{text[-4:]}" if len(text) >= 8 else "****"


def address(text: str) -> str:
    """Cut an address after the building: unit, floor and room do not show."""
    return _DOOR.sub("", text).strip(" ,，-") or "****"


def note(text: str) -> str:
    """Hide free text altogether."""
    return "****" if text.strip() else ""


def date(text: str) -> str:
    """Keep the year of a birth date."""
    return f"{text[:4]}-**-**"


MASKS = {"name": name, "phone": phone, "id_no": id_no, "address": address, "note": note, "date": date}
"""The mask of each `schema.Personal` kind."""
