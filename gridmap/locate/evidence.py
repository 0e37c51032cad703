"""What a row says about district, street and community, and whether a place agrees with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gridmap.addresses import Address, Style
from gridmap.locate import likeness
from gridmap.locate.doors import read_addresses
from gridmap.locate.gazetteer import Gazetteer
from gridmap.locate.likeness import Because
from gridmap.reasons import Phrase, because
from gridmap.tables import Level

_CLEAR = 0.9
_CLOSE = 0.06
_NARROWING = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)


@dataclass
class Stated:
    """Positions of the areas that a row names, by level, with the words that named them."""

    areas: dict[Level, frozenset[int]] = field(default_factory=dict)
    words: dict[Level, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    clashes: list[Phrase] = field(default_factory=list)

    def only(self, level: Level) -> int | None:
        """Return the one area that is named at a level, None if none or several are."""
        named = self.areas.get(level, frozenset())
        return next(iter(named)) if len(named) == 1 else None

    def several(self) -> bool:
        """Say whether the named community may be any of several of that name."""
        return len(self.areas.get(Level.COMMUNITY, ())) > 1


def _closest(gazetteer: Gazetteer, level: Level, text: str) -> frozenset[int]:
    """Return the areas that a name means: those of the best likeness, all of them when it is shared."""
    found = gazetteer.names[level].find(text)
    if not found or found[0][1].score < _CLEAR:
        return frozenset()
    return frozenset(at for at, like in found if like.score >= found[0][1].score - _CLOSE)


def _within(gazetteer: Gazetteer, level: Level, areas: frozenset[int], stated: Stated) -> frozenset[int]:
    """Keep the areas that lie in what is stated above; keep all where none does."""
    up = gazetteer.layers[level].up
    kept = areas
    for above in (Level.DISTRICT, Level.STREET, Level.COMMUNITY):
        if above in stated.areas and above in up:
            kept = frozenset(at for at in kept if int(up[above][at]) in stated.areas[above]) or kept
    return kept


def _name(gazetteer: Gazetteer, stated: Stated, level: Level, text: str | None) -> bool:
    """Note an area that a text names; say whether it is known."""
    if not text:
        return False
    areas = _closest(gazetteer, level, text)
    if areas:
        areas = _within(gazetteer, level, areas, stated)
        known = stated.areas.get(level, areas)
        if level is Level.COMMUNITY and not areas & known:
            stated.clashes.append(because("place.clash", ledger=stated.words[level], address=text))
        stated.areas[level] = areas & known or areas
        stated.words[level] = text
    return bool(areas)


def _peel(gazetteer: Gazetteer, stated: Stated, text: str) -> str:
    """Note the districts and streets of this city that stand before a community's name, and take them off."""
    for level in (Level.DISTRICT, Level.STREET):
        for end in range(min(len(text) - 2, 8), 1, -1):
            if text[:end] in gazetteer.admin_names.levels[level] and not likeness.bare_ending(text[end:]):
                _name(gazetteer, stated, level, text[:end])
                text = text[end:]
                break
    return text


def _name_community(gazetteer: Gazetteer, stated: Stated, text: str) -> bool:
    """Note the community that a text names, alone or after its district and street."""
    alone = gazetteer.names[Level.COMMUNITY].find(text)
    rest = text if alone and alone[0][1].score >= _CLEAR else _peel(gazetteer, stated, text)
    return _name(gazetteer, stated, Level.COMMUNITY, rest)


def _read_hint(gazetteer: Gazetteer, stated: Stated, token: str) -> None:
    """Use a bracketed hint such as 黄石港区万达: its divisions, and its bare name as district or street."""
    for address in read_addresses(token, gazetteer.style):
        _name(gazetteer, stated, Level.DISTRICT, address.district)
        _name(gazetteer, stated, Level.STREET, address.street)
        if address.community:
            _name_community(gazetteer, stated, address.community)
        bare = address.compound
        if bare and not _name(gazetteer, stated, Level.DISTRICT, bare):
            _name(gazetteer, stated, Level.STREET, bare)


def _read_community(gazetteer: Gazetteer, stated: Stated, text: str) -> None:
    """Read the ledger's community column, which may hold its parents too."""
    name = text
    if gazetteer.style is Style.CHINESE:
        address = next(iter(read_addresses(text, gazetteer.style)), Address())
        name = text.removeprefix("".join(filter(None, (address.province, address.city))))
    if not _name_community(gazetteer, stated, name):
        stated.unknown.append(text)


def _read_grid(gazetteer: Gazetteer, stated: Stated, text: str) -> None:
    """Read the ledger's grid column: a code, or a name within the stated community."""
    grids = gazetteer.layers[Level.GRID]
    named = frozenset(gazetteer.grid_names.get(text, ()))
    if not named:
        return
    stated.areas[Level.GRID] = _within(gazetteer, Level.GRID, named, stated)
    stated.words[Level.GRID] = text
    if Level.COMMUNITY not in stated.areas:
        above = {int(grids.up[Level.COMMUNITY][at]) for at in stated.areas[Level.GRID]} - {-1}
        if above:
            stated.areas[Level.COMMUNITY] = frozenset(above)
            stated.words[Level.COMMUNITY] = text


def _read_above(gazetteer: Gazetteer, stated: Stated, address: Address) -> None:
    """Note district and street of an address, and its bracketed hints."""
    if not _name(gazetteer, stated, Level.DISTRICT, address.district):
        _name(gazetteer, stated, Level.DISTRICT, address.city)
    _name(gazetteer, stated, Level.STREET, address.street)
    for token in filter(None, (address.hint or "").split(";")):
        _read_hint(gazetteer, stated, token)


def read_stated(
    gazetteer: Gazetteer, address: Address, community: str, grid: str, taken: Sequence[tuple[Level, str]]
) -> Stated:
    """Gather what the address and the ledger's columns say about the areas, the largest first.

    `taken`: what `peel_front` took off the address.
    """
    stated = Stated()
    for level, name in taken:
        if level is not Level.COMMUNITY:
            _name(gazetteer, stated, level, name)
    _read_above(gazetteer, stated, address)
    if community:
        _read_community(gazetteer, stated, community)
    for name in [name for level, name in taken if level is Level.COMMUNITY]:
        _name(gazetteer, stated, Level.COMMUNITY, name)
    if address.community and not _name_community(gazetteer, stated, address.community):
        stated.unknown.append(address.community)
    if gazetteer.style is Style.WESTERN:
        _name(gazetteer, stated, Level.COMMUNITY, address.city)
    if grid:
        _read_grid(gazetteer, stated, grid)
    return stated


def add_core(gazetteer: Gazetteer, stated: Stated, text: str) -> None:
    """Use a bare 团城山 written before a compound: the district, street or community of that core, where open."""
    for level in (Level.DISTRICT, Level.STREET):
        if level not in stated.areas and gazetteer.names[level].find(text):
            _name(gazetteer, stated, level, text)


def agree(stated: Stated, areas: dict[Level, int]) -> tuple[bool, list[Level]]:
    """Compare the areas that hold a place with the stated ones, level by level where both are known.

    Return whether any level agrees, and the levels that contradict; a grid only ever agrees.
    """
    agrees, against = False, list[Level]()
    for level in _NARROWING:
        if level in stated.areas and level in areas:
            if areas[level] in stated.areas[level]:
                agrees = True
            elif level is not Level.GRID:
                against.append(level)
    return agrees, against


def contradictions(gazetteer: Gazetteer, stated: Stated, areas: dict[Level, int], against: Sequence[Level]) -> Because:
    """Say at each level that contradicts what is written and what was found."""
    said = []
    for level in against:
        layer = gazetteer.layers[level]
        found = str(layer.names[areas[level]] or layer.ids[areas[level]])
        named = because(f"place.level.{level}")
        said.append(because("place.contradicts", level=named, written=stated.words[level], found=found))
    return tuple(said)


def bare_community(gazetteer: Gazetteer, stated: Stated, text: str) -> frozenset[int]:
    """Return the communities whose core equals a bare name, narrowed by what is stated above them."""
    found = gazetteer.names[Level.COMMUNITY].find(text)
    same = frozenset(at for at, like in found if like.score >= _CLEAR and likeness.community_core(text)[0] == text)
    return _within(gazetteer, Level.COMMUNITY, same, stated) if same else same
