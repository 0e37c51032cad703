"""Western addresses: a house number before or after a street, a unit, a town and a postcode.

Street words follow the abbreviations of USPS Publication 28, appendix C1 (a list of facts); German street
words and umlauts follow Swiss postal practice (STRASSE, AE, OE, UE), so "Äulestr." equals "Aeulestrasse".
"""

from __future__ import annotations

import re
import unicodedata

from gridmap.addresses.model import NO_BRACKETS, REST, Address, Nearness, Style

_SUFFIXES = {
    "ALLEY": "ALY", "ALLY": "ALY", "AV": "AVE", "AVEN": "AVE", "AVENUE": "AVE", "BOULEVARD": "BLVD",
    "BOUL": "BLVD", "BRIDGE": "BRG", "CENTER": "CTR", "CENTRE": "CTR", "CENTR": "CTR", "CIRCLE": "CIR",
    "CIRC": "CIR", "CLOSE": "CL", "COURT": "CT", "CRT": "CT", "COVE": "CV", "CRESCENT": "CRES", "DRIVE": "DR",
    "DRV": "DR", "ESTATE": "EST", "EXPRESSWAY": "EXPY", "EXTENSION": "EXT", "FREEWAY": "FWY",
    "GARDEN": "GDN", "GARDENS": "GDNS", "GREEN": "GRN", "GROVE": "GRV", "HEIGHTS": "HTS", "HIGHWAY": "HWY",
    "HIWAY": "HWY", "HILL": "HL", "LANDING": "LNDG", "LANE": "LN", "PARK": "PK", "PARKWAY": "PKWY",
    "PKY": "PKWY", "PARKWY": "PKWY", "PLACE": "PL", "PLAZA": "PLZ", "POINT": "PT", "ROAD": "RD",
    "ROUTE": "RTE", "SQUARE": "SQ", "SQR": "SQ", "STREET": "ST", "STR": "ST", "STRT": "ST",
    "TERRACE": "TER", "TERR": "TER", "TRAIL": "TRL", "TURNPIKE": "TPKE", "TPK": "TPKE", "TRNPK": "TPKE",
    "VIEW": "VW", "WY": "WAY",
}  # fmt: skip
_DIRECTIONS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW",
    "SOUTHEAST": "SE", "SOUTHWEST": "SW",
}  # fmt: skip
_ORDINALS = {
    "1ST": "FIRST", "2ND": "SECOND", "3RD": "THIRD", "4TH": "FOURTH", "5TH": "FIFTH", "6TH": "SIXTH",
    "7TH": "SEVENTH", "8TH": "EIGHTH", "9TH": "NINTH", "10TH": "TENTH", "11TH": "ELEVENTH", "12TH": "TWELFTH",
}  # fmt: skip
_NEARNESS = {
    "OPPOSITE": Nearness.OPPOSITE, "OPP": Nearness.OPPOSITE, "ACROSS FROM": Nearness.OPPOSITE,
    "NEAR": Nearness.NEAR, "BEHIND": Nearness.BESIDE, "BESIDE": Nearness.BESIDE,
    "NEXT TO": Nearness.BESIDE, "CORNER OF": Nearness.CROSSING, "INTERSECTION OF": Nearness.CROSSING,
}  # fmt: skip
_NEARNESS_WORD = {
    Nearness.OPPOSITE: "OPPOSITE", Nearness.NEAR: "NEAR", Nearness.BESIDE: "BESIDE",
}  # fmt: skip

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~", "-"))
_COMMA = re.compile(r",(?![^(]*\))")
_ONE = r"\d{1,6}(?:\.\d{1,2})?(?:(?!(?:ST|ND|RD|TH)\b)[A-Z]{1,2}(?![A-Z]))?(?: 1/2)?"
_NUMBER = rf"{_ONE}(?:-{_ONE})*"
_NUMBER_FIRST = re.compile(rf"^({_NUMBER})\s+(?=\S*[A-Z])(.+)$")
_NUMBER_LAST = re.compile(rf"^(.*[A-Z].*?)\s+({_NUMBER})$")
_UNIT = re.compile(
    r"[\s,]*(?:#|\b(?:APARTMENT|APT|UNIT|SUITE|STE|ROOM|RM|WOHNUNG|WHG)\b\.?\s*#?)"
    r"\s*([A-Z0-9][A-Z0-9/.\- ]*?)\s*$"
)
_SWISS_TOWN = re.compile(r"^(?:(?:FL|CH|LI|A|D)-)?(\d{4,5})\s+(\D+)$")
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DC|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND"
    "|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_STATE = re.compile(rf"^({_STATES})(?:\s+(\d{{5}}(?:-\d{{4}})?))?$")
_CITY_STATE = re.compile(rf"^([A-Z][A-Z .'\-]+?)\s+({_STATES})(?:\s+(\d{{5}}(?:-\d{{4}})?))?$")
_ZIP = re.compile(r"^\d{5}(?:-\d{4})?$")
_TIGHT_DASH = re.compile(r"(?<=[0-9A-Z])\s*-\s*(?=\d)")
_HALF = re.compile(r"(?<=\d) 1/2\b")
_NEAR_START = re.compile(rf"^({'|'.join(_NEARNESS)})\s+(.+)$")
_CROSS = re.compile(r"^([^()]+?)\s*(?:&|\bAND\b|\bAT\b|@)\s*([^()]+)$")


def _strip_accents(text: str) -> str:
    """Write umlauts and accents in plain letters."""
    if text.isascii():
        return text
    for letter, plain in (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE")):
        text = text.replace(letter, plain)
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def normal_text(text: str) -> str:
    """Write a Western address in capitals, plain letters and single spaces."""
    folded = _strip_accents(unicodedata.normalize("NFKC", text).upper()).translate(_DASHES)
    return " ".join(folded.split())


def _fold_word(word: str, *, last: bool, first: bool) -> str:
    """Write one word of a street name in its usual short form."""
    if last:
        word = _SUFFIXES.get(word, word)
    if first:
        word = {"SAINT": "ST", "MOUNT": "MT"}.get(word, word)
    word = _ORDINALS.get(word, word)
    if len(word) > 5 and word.endswith("STR"):
        word += "ASSE"
    return word


def fold_road(road: str) -> str:
    """Return the usual short form of a street name: suffix, direction, ordinals and STR. folded."""
    words = road.replace(".", " ").replace("'", "").replace("’", "").split()
    tail: list[str] = []
    if len(words) > 2 and (words[-1] in _DIRECTIONS or words[-1] in _DIRECTIONS.values()):
        tail = [_DIRECTIONS.get(words[-1], words[-1])]
        words = words[:-1]
    if len(words) > 2 and words[0] in _DIRECTIONS and words[-1] in (_SUFFIXES | _SHORT):
        words[0] = _DIRECTIONS[words[0]]
    end = len(words) - 1
    several = end > 0
    folded = [
        _fold_word(word, last=several and place == end, first=several and place == 0)
        for place, word in enumerate(words)
    ]
    return " ".join(folded + tail)


_SHORT = {short: short for short in _SUFFIXES.values()}


def _town(parts: list[str]) -> tuple[str | None, str | None, str | None, list[str]]:
    """Read province, city and postcode from the pieces after the street; return what is left too."""
    province = city = postcode = None
    left: list[str] = []
    for part in parts:
        if found := _SWISS_TOWN.match(part):
            postcode, city = found[1], found[2].strip()
        elif _ZIP.match(part):
            postcode = part
        elif city and not province and (found := _STATE.match(part)):
            province, postcode = found[1], found[2] or postcode
        elif not city and (found := _CITY_STATE.match(part)):
            city, province, postcode = found[1], found[2], found[3] or postcode
        elif not city and re.fullmatch(r"[A-Z][A-Z .'\-]+", part):
            city = part
        else:
            left.append(part)
    return province, city, postcode, left


def _street(text: str) -> dict[str, object]:
    """Read number and street, in either order, or a crossing of two streets."""
    found = _NEAR_START.match(text)
    near = _NEARNESS[found[1]] if found else None
    text = found[2] if found else text
    if near in (None, Nearness.CROSSING) and (crossing := _CROSS.match(text)) and not text[0].isdigit():
        roads = sorted(fold_road(road) for road in crossing.groups())
        return {"road": roads[0], "cross_road": roads[1], "place_word": Nearness.CROSSING}
    if found := _NUMBER_FIRST.match(text):
        return {"number": found[1], "road": fold_road(found[2]), "place_word": near}
    if found := _NUMBER_LAST.match(text):
        return {"number": found[2], "road": fold_road(found[1]), "place_word": near, "number_last": True}
    if re.search("[A-Z]", text):
        return {"road": fold_road(text), "place_word": near}
    return {"rest": text}


def _changes(text: str, road: object) -> tuple[str, ...]:
    """Say in words what the street name lost or gained."""
    if not isinstance(road, str) or road in text:
        return ()
    return (f"街名写成常用缩写：{road}",)


def parse_western(text: str) -> Address:
    """Parse one Western address; what cannot be read stands in `rest`."""
    clean = normal_text(text)
    rest = ""
    if "〔" in clean or "〕" in clean:
        rest = ";".join(found.strip() for found in REST.findall(clean) if found.strip())
        clean = REST.sub("", clean)
    pieces = [piece for piece in (part.strip() for part in _COMMA.split(clean)) if piece]
    if not pieces:
        return Address(style=Style.WESTERN, rest=rest)
    street = _TIGHT_DASH.sub("-", pieces[0])
    unit: str | None = None
    if found := _UNIT.search(street):
        unit, street = found[1], street[: found.start()].strip()
    elif len(pieces) > 1 and (found := _UNIT.fullmatch(pieces[1])):
        unit = found[1]
        pieces.pop(1)
    province, city, postcode, left = _town(pieces[1:])
    parts = _street(street) if street else {}
    left = [str(parts.pop("rest", "")), *left, rest]
    number = parts.get("number")
    if isinstance(number, str):
        parts["number"] = _HALF.sub(".5", number)
    return Address(
        style=Style.WESTERN,
        province=province, city=city, postcode=postcode, unit=unit,
        rest=";".join(piece for piece in left if piece).translate(NO_BRACKETS),
        changes=_changes(clean, parts.get("road")),
        **parts,  # type: ignore[arg-type]
    )  # fmt: skip


def format_western(address: Address) -> str:
    """Write a Western address in its normal form, number where its source puts it."""
    if address.cross_road:
        street = f"{address.road} & {address.cross_road}"
    else:
        order = (address.road, address.number) if address.number_last else (address.number, address.road)
        street = " ".join(part for part in order if part)
        if address.place_word in _NEARNESS_WORD:
            street = f"{_NEARNESS_WORD[address.place_word]} {street}"
    if address.unit:
        street = f"{street} #{address.unit}"
    swiss = address.postcode and address.city and not address.province and not re.search("-", address.postcode)
    town = (
        [f"{address.postcode} {address.city}"]
        if swiss
        else [address.city, " ".join(filter(None, (address.province, address.postcode)))]
    )
    rest = f" 〔{address.rest}〕" if address.rest else ""
    return ", ".join(part for part in (street.strip(), *town) if part) + rest
