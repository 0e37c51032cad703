"""What in the city one parsed address may mean: compounds, buildings, plates and roads, each with a score.

A score is the likeness of the written name to the known one, times what contradicts it. Nothing is decided here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from gridmap import addresses
from gridmap.addresses import Address, Style
from gridmap.locate import likeness
from gridmap.locate.doors import Target, building_number, plate_road, read_addresses
from gridmap.locate.evidence import Stated, add_core, agree
from gridmap.locate.gazetteer import Gazetteer
from gridmap.locate.likeness import Because
from gridmap.reasons import Phrase, because
from gridmap.tables import Level

SURE_SCORE = 0.85
"""A place whose score is below this is never accepted without a person."""
KEEP_SCORE = 0.5
_CONTRADICTED = 0.86
_AGREED = 0.05
_NO_SUCH_BUILDING = 0.9
_NO_SUCH_SUB_NUMBER = 0.86
_IN_RANGE = 0.93
_UNKNOWN_FRONT = 0.86
_GUESSED_DOOR = 0.97
_FORMER_NAME = 0.9
NAMELESS = frozenset(("自建房", "私房", "平房", "民房", "民宅", "老屋", "出租屋", "出租房", "家属区", "宿舍", "院内"))
_RANGE = re.compile(r"(\d+)[A-Z]?-(\d+)[A-Z]?")


@dataclass
class Candidate:
    """A place that a text may mean."""

    target: Target
    score: float
    reasons: list[Phrase]
    doubts: list[Phrase] = field(default_factory=list)
    method: str = "building"
    likeness: float = 0.0
    """The score before what the row says about the areas was weighed in."""


_Named = tuple[float, Because]
"""The score of a name and why."""


def _alike(written: str, known: str, like: likeness.Likeness) -> Phrase:
    return because("place.compound_like", written=written, name=known, like=like.why)


class _Pool:
    """The candidates of one address; the best score of a target counts."""

    def __init__(self) -> None:
        self.best: dict[Target, Candidate] = {}

    def add(self, target: Target, score: float, why: Because, *, method: str, doubt: Because = ()) -> None:
        if score < KEEP_SCORE:
            return
        known = self.best.get(target)
        if known is None or known.score < score:
            self.best[target] = Candidate(target, score, [*why], [*doubt], method, score)

    def ranked(self) -> list[Candidate]:
        kept = [candidate for candidate in self.best.values() if candidate.score >= KEEP_SCORE]
        return sorted(kept, key=lambda item: (-item.score, item.target.kind != "building", item.target))


def _fronts(gazetteer: Gazetteer, text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, front) for a text that may begin with a division: 团城山白马山小区 -> 白马山小区, 团城山."""
    yield text, ""
    for end in range(2, min(len(text) - 1, 9)):
        name = text[end:]
        if text[:end] in gazetteer.admin_cores and not likeness.bare_ending(name):
            yield name, text[:end]


def _named_compounds(gazetteer: Gazetteer, text: str, stated: Stated) -> dict[int, _Named]:
    """Return the compounds that a written name may mean, with score and reasons."""
    best: dict[int, _Named] = {}
    index = gazetteer.names[Level.COMPOUND]

    def keep(at: int, score: float, why: Phrase) -> None:
        if at not in best or best[at][0] < score:
            best[at] = (score, (why,))

    for name, front in _fronts(gazetteer, text):
        found = index.find(name)
        if front and found and found[0][1].score >= SURE_SCORE:
            add_core(gazetteer, stated, front)
        for at, like in found:
            known = str(gazetteer.compounds.names[at])
            same = like is likeness.SAME
            said = because("place.compound", name=name) if same else _alike(name, known, like)
            keep(at, like.score * (0.98 if front else 1.0), said)
        for at, like in gazetteer.former.find(name) or gazetteer.former.find(f"原{name}"):
            said = because("place.former", written=name, name=str(gazetteer.compounds.names[at]))
            keep(at, like.score * _FORMER_NAME, said)
    for start in range(1, len(text) - 3):
        for at in index.exact(text[start:]):
            keep(at, _UNKNOWN_FRONT, because("place.front", name=text[start:], front=text[:start]))
    return best


def _match_compound(gazetteer: Gazetteer, address: Address, stated: Stated, pool: _Pool) -> None:
    """Add compounds, and their buildings of the written number."""
    text = address.compound or ""
    if not text or text in NAMELESS or likeness.bare_ending(text):
        return
    numbers = _numbers(address)
    for at, named in _named_compounds(gazetteer, text, stated).items():
        score, why = named
        if not numbers:
            pool.add(Target("compound", at), score, why, method="compound")
        elif not _add_numbered(gazetteer, pool, at, numbers, named):
            doubt = because("place.no_such_building", number=numbers[0][0])
            pool.add(Target("compound", at), score * _NO_SUCH_BUILDING, why, method="compound", doubt=(doubt,))
    _match_name_and_more(gazetteer, text, pool)


def _match_name_and_more(gazetteer: Gazetteer, text: str, pool: _Pool) -> None:
    """Add compounds whose name begins the text; what follows may be a door (锦湖1号A座) or is not understood."""
    for end in range(len(text) - 1, 3, -1):
        for at in gazetteer.names[Level.COMPOUND].exact(text[:end]):
            said, number = (because("place.compound", name=text[:end]),), building_number(text[end:])
            if _add_numbered(gazetteer, pool, at, [(number, _GUESSED_DOOR)], (1.0, said)):
                continue
            doubt = because("place.rest", text=text[end:])
            pool.add(Target("compound", at), _UNKNOWN_FRONT, said, method="compound", doubt=(doubt,))


def _numbers(address: Address) -> list[tuple[str, float]]:
    """Return the building numbers that an address may mean, with certainty: 12-3 is building 12 or building 12-3."""
    if address.building and address.ambiguous and (after := address.unit or address.room):
        return [(address.building, _GUESSED_DOOR), (f"{address.building}-{after}", _GUESSED_DOOR)]
    if address.building:
        return [(address.building, _GUESSED_DOOR if address.ambiguous else 1.0)]
    return [(address.number, _GUESSED_DOOR)] if address.number and not address.road else []


def _add_numbered(
    gazetteer: Gazetteer, pool: _Pool, compound: int, numbers: list[tuple[str, float]], named: _Named
) -> bool:
    """Add the buildings of a compound that bear one of the numbers; say whether there are any."""
    score, why = named
    found = False
    for number, certainty in numbers:
        for at in gazetteer.numbered.get((compound, number), ()):
            found = True
            said = (*why, because("place.building", number=number))
            pool.add(Target("building", at), score * certainty, said, method="building")
    return found


def _plates(gazetteer: Gazetteer, road: str, address: Address) -> Iterator[tuple[Target, float, Phrase, Because]]:
    """Yield (target, certainty, reason, doubts) for the plates that a number may mean."""
    number, sub = address.number or "", address.sub_number or ""
    plate = f"{road}{number}号" + (f"附{sub}号" if sub else "")
    exact = gazetteer.plates.get((road, number, sub), [])
    for target in exact:
        yield target, 1.0, because("place.plate", plate=plate), ()
    if exact:
        return
    numbers = gazetteer.on_road.get(road, {})
    for target in numbers.get(number, []):
        doubt = because("place.no_such_plate", plate=plate)
        yield target, _NO_SUCH_SUB_NUMBER, because("place.plate", plate=f"{road}{number}号"), (doubt,)
    if number not in numbers:
        for known, targets in numbers.items():
            if _in_range(number, known):
                for target in targets:
                    said = because("place.plate_range", plate=f"{road}{known}", number=number)
                    yield target, _IN_RANGE, said, ()


def _in_range(number: str, known: str) -> bool:
    """Say whether 191 lies in 187-197 on the same side of the road, or one range begins the other."""
    span, asked = _RANGE.fullmatch(known), _RANGE.fullmatch(number)
    if asked:
        return asked[1] == known or (span is not None and asked[1] == span[1])
    if span is None or not number.isdigit():
        return False
    low, high = int(span[1]), int(span[2])
    return low <= int(number) <= high and (int(number) - low) % 2 == 0


def named_roads(gazetteer: Gazetteer, text: str) -> list[tuple[int, float, Because]]:
    """Return (position, score, reasons) of the roads that a written name may mean."""
    found = []
    fronts = _fronts(gazetteer, text) if gazetteer.style is Style.CHINESE else [(text, "")]
    for name, front in fronts:
        for at, like in gazetteer.roads.find(name):
            said: Because = () if like is likeness.SAME else (_alike(name, gazetteer.road_names[at], like),)
            found.append((at, like.score * (0.98 if front else 1.0), said))
    return found


def _match_plate(gazetteer: Gazetteer, address: Address, pool: _Pool) -> None:
    """Add what stands at the written road and number."""
    road = plate_road(address)
    if not road or not address.number:
        return
    for at, score, said in named_roads(gazetteer, road):
        if score < KEEP_SCORE:
            continue
        for target, certainty, why, doubt in _plates(gazetteer, gazetteer.road_names[at], address):
            _add_plate(gazetteer, pool, address, target, (score * certainty, (*said, why), doubt))


def _add_plate(
    gazetteer: Gazetteer, pool: _Pool, address: Address, target: Target, found: tuple[float, Because, Because]
) -> None:
    """Add a plate's target; a written building number chooses among the buildings behind the plate."""
    score, why, doubt = found
    if not address.building or target.kind == "entry":
        method = "compound" if target.kind == "compound" else "road_number"
        pool.add(target, score, why, method=method, doubt=doubt)
        return
    compound = target.at if target.kind == "compound" else int(gazetteer.buildings.up[Level.COMPOUND][target.at])
    if compound >= 0 and _add_numbered(gazetteer, pool, compound, _numbers(address), (score, why)):
        return
    if target.kind == "building" and gazetteer.walls[target.at] == address.building:
        said = (*why, because("place.building", number=address.building))
        pool.add(target, score, said, method="road_number", doubt=doubt)
        return
    missing = because("place.no_building_at", at=why, number=address.building)
    pool.add(target, score * _NO_SUCH_BUILDING, why, method="road_number", doubt=(missing,))


def _match_door(gazetteer: Gazetteer, address: Address, pool: _Pool) -> None:
    """Add what is entered under exactly this door."""
    finest, western = addresses.key(address), address.style is Style.WESTERN
    for key, score in ((finest, 1.0), (addresses.building_key(address), 0.99)):
        for target in gazetteer.doors.get(key, []) if key else []:
            if target.kind != "compound" and (western or address.number or address.building or address.compound):
                pool.add(target, score, (because("place.registered"),), method="register")
        if key in gazetteer.doors and key == finest:
            return


def _weigh(gazetteer: Gazetteer, address: Address, stated: Stated, candidate: Candidate) -> None:
    """Raise or lower a score by what the row says about the areas, and by a storey that the house lacks."""
    verdict = agree(gazetteer, stated, gazetteer.areas(candidate.target))
    if verdict.contradictions:
        candidate.score *= _CONTRADICTED
        candidate.doubts += verdict.contradictions
    elif verdict.agreeing:
        candidate.score += _AGREED
        candidate.reasons.append(because("place.agrees"))
    candidate.doubts += stated.clashes
    storey = _storey(address)
    if candidate.target.kind == "building" and storey:
        floors = gazetteer.floors[candidate.target.at]
        if np.isfinite(floors) and storey > floors:
            candidate.doubts.append(because("place.storey", storey=storey, floors=int(floors)))
    if address.rest:
        candidate.reasons.append(because("place.not_read", text=address.rest))


def _storey(address: Address) -> int:
    """Return the storey that floor or room imply, 0 when open: 501 is on the 5th, 1203 on the 12th."""
    if address.floor and address.floor.isdigit():
        return int(address.floor)
    room = address.room or ""
    return int(room[:-2]) if room.isdigit() and len(room) in (3, 4) else 0


def find_candidates(gazetteer: Gazetteer, address: Address, stated: Stated) -> list[Candidate]:
    """Return the doors, compounds and buildings that an address may mean, best first.

    `stated` gains the division that is written before a compound's name (团城山白马山小区).
    """
    pool = _Pool()
    _match_door(gazetteer, address, pool)
    _match_compound(gazetteer, address, stated, pool)
    _match_plate(gazetteer, address, pool)
    for hint in read_addresses(address.hint, gazetteer.style) if address.hint else ():
        if hint.number or hint.building:
            _match_door(gazetteer, hint, pool)
            _match_compound(gazetteer, hint, stated, pool)
            _match_plate(gazetteer, hint, pool)
    for candidate in pool.best.values():
        _weigh(gazetteer, address, stated, candidate)
    return pool.ranked()
