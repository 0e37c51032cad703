"""What in the city one parsed address may mean: compounds, buildings, plates and roads, each with a score.

A score is the likeness of the written name to the known one, times what contradicts it. Nothing is decided here.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from gridmap import addresses
from gridmap.addresses import Address, Style
from gridmap.locate import likeness
from gridmap.locate.doors import Target, building_number, plate_road, read_addresses
from gridmap.locate.evidence import Stated, add_core, agree, contradictions
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
_AGREES = because("place.agrees")
NAMELESS = frozenset(("自建房", "私房", "平房", "民房", "民宅", "老屋", "出租屋", "出租房", "家属区", "宿舍", "院内"))
_RANGE = re.compile(r"(\d+)[A-Z]?-(\d+)[A-Z]?")


def _nothing() -> Because:
    return ()


@dataclass(slots=True)
class Candidate:
    """A place that a text may mean; of most of them nobody ever asks why, so that is put into words when asked."""

    target: Target
    score: float
    why: Because
    doubt: Because = ()
    method: str = "building"
    likeness: float = 0.0
    """The score before what the row says about the areas was weighed in."""
    more_why: Because = ()
    contradicted: Callable[[], Because] = _nothing
    more_doubt: Because = ()

    @property
    def reasons(self) -> list[Phrase]:
        """Return what speaks for it."""
        return [*self.why, *self.more_why]

    @property
    def doubts(self) -> list[Phrase]:
        """Return what speaks against it."""
        return [*self.doubt, *self.contradicted(), *self.more_doubt]


_Named = tuple[float, Because]
"""The score of a name and why."""
_Number = tuple[str, float, Phrase]
"""A building number, how certain it is, and the word for it."""


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
            self.best[target] = Candidate(target, score, why, doubt, method, score)

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


class _Names:
    """The compounds that a written name may mean; the best score of each counts."""

    def __init__(self) -> None:
        self.best: dict[int, _Named] = {}

    def add(self, at: int, score: float, code: str, **numbers: object) -> None:
        """Add a compound with the reason for it."""
        if at not in self.best or self.best[at][0] < score:
            self.best[at] = score, (because(code, **numbers),)


def _named_compounds(gazetteer: Gazetteer, text: str, stated: Stated) -> dict[int, _Named]:
    """Return the compounds that a written name may mean, with score and reasons."""
    names, known = _Names(), gazetteer.compounds.names
    index = gazetteer.names[Level.COMPOUND]
    for name, front in _fronts(gazetteer, text):
        found = index.find(name)
        if front and found and found[0][1].score >= SURE_SCORE:
            add_core(gazetteer, stated, front)
        for at, like in found:
            score = like.score * (0.98 if front else 1.0)
            if like is likeness.SAME:
                names.add(at, score, "place.compound", name=name)
            else:
                names.add(at, score, "place.compound_like", written=name, name=str(known[at]), like=like.why)
        for at, like in gazetteer.former.find(name) or gazetteer.former.find(f"原{name}"):
            names.add(at, like.score * _FORMER_NAME, "place.former", written=name, name=str(known[at]))
    for start in range(1, len(text) - 3):
        for at in index.exact(text[start:]):
            names.add(at, _UNKNOWN_FRONT, "place.front", name=text[start:], front=text[:start])
    return names.best


def _match_compound(gazetteer: Gazetteer, address: Address, stated: Stated, pool: _Pool) -> None:
    """Add compounds, and their buildings of the written number."""
    text = address.compound or ""
    if not text or text in NAMELESS or likeness.bare_ending(text):
        return
    numbers = _numbers(address)
    without = (because("place.no_such_building", number=numbers[0][0]),) if numbers else ()
    for at, named in _named_compounds(gazetteer, text, stated).items():
        score, why = named
        if not numbers:
            pool.add(Target("compound", at), score, why, method="compound")
        elif not _add_numbered(gazetteer, pool, at, numbers, named):
            pool.add(Target("compound", at), score * _NO_SUCH_BUILDING, why, method="compound", doubt=without)
    _match_name_and_more(gazetteer, text, pool)


def _match_name_and_more(gazetteer: Gazetteer, text: str, pool: _Pool) -> None:
    """Add compounds whose name begins the text; what follows may be a door (锦湖1号A座) or is not understood."""
    for end in range(len(text) - 1, 3, -1):
        for at in gazetteer.names[Level.COMPOUND].exact(text[:end]):
            said, number = (because("place.compound", name=text[:end]),), building_number(text[end:])
            if _add_numbered(gazetteer, pool, at, [_number(number, _GUESSED_DOOR)], (1.0, said)):
                continue
            doubt = because("place.rest", text=text[end:])
            pool.add(Target("compound", at), _UNKNOWN_FRONT, said, method="compound", doubt=(doubt,))


def _number(number: str, certainty: float) -> _Number:
    return number, certainty, because("place.building", number=number)


def _numbers(address: Address) -> list[_Number]:
    """Return the building numbers that an address may mean, with certainty: 12-3 is building 12 or building 12-3."""
    if address.building and address.ambiguous and (after := address.unit or address.room):
        return [_number(address.building, _GUESSED_DOOR), _number(f"{address.building}-{after}", _GUESSED_DOOR)]
    if address.building:
        return [_number(address.building, _GUESSED_DOOR if address.ambiguous else 1.0)]
    return [_number(address.number, _GUESSED_DOOR)] if address.number and not address.road else []


def _add_numbered(gazetteer: Gazetteer, pool: _Pool, compound: int, numbers: list[_Number], named: _Named) -> bool:
    """Add the buildings of a compound that bear one of the numbers; say whether there are any."""
    score, why = named
    found = False
    for number, certainty, said in numbers:
        for at in gazetteer.numbered.get((compound, number), ()):
            found = True
            pool.add(Target("building", at), score * certainty, (*why, said), method="building")
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
            if ("-" in known or "-" in number) and _in_range(number, known):
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


def _weigh(gazetteer: Gazetteer, address: Address, stated: Stated, candidates: Iterable[Candidate]) -> None:
    """Raise or lower scores by what the row says about the areas, and doubt a storey that the house lacks."""
    storey, clashes = _storey(address), tuple(stated.clashes)
    unread: Because = (because("place.not_read", text=address.rest),) if address.rest else ()
    for candidate in candidates:
        areas = gazetteer.areas(candidate.target)
        agrees, against = agree(stated, areas)
        candidate.more_why, candidate.more_doubt = unread, clashes
        if against:
            candidate.score *= _CONTRADICTED
            candidate.contradicted = partial(contradictions, gazetteer, stated, areas, against)
        elif agrees:
            candidate.score += _AGREED
            candidate.more_why = (_AGREES, *unread)
        if storey and candidate.target.kind == "building" and storey > gazetteer.floors[candidate.target.at]:
            floors = int(gazetteer.floors[candidate.target.at])
            candidate.more_doubt = (*clashes, because("place.storey", storey=storey, floors=floors))


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
    _weigh(gazetteer, address, stated, pool.best.values())
    return pool.ranked()
