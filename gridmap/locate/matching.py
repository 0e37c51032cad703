"""From one address text to ranked candidates: which building, compound or road it may mean, and how surely.

Order: compound and building, road and number, compound, road, community. A candidate's score is the likeness of the
names times what contradicts it; the runner-up on another spot gives the margin. What cannot be told apart is not
picked: the answer falls back to the area that all close candidates share.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from gridmap.addresses import Address, Nearness, Style, normal_text
from gridmap.locate.candidates import NAMELESS, SURE_SCORE, Candidate, find_candidates, named_roads
from gridmap.locate.doors import Target, peel_front, read_addresses
from gridmap.locate.evidence import Stated, bare_community, read_stated
from gridmap.locate.gazetteer import Gazetteer
from gridmap.reasons import Phrase, because
from gridmap.tables import Accuracy, Level

ACCEPT_MARGIN = 0.08
FAR_M = 150.0
"""Two places this far apart are two places; nearer, one is the other's gate or the phone's error."""
_MAX_ADDRESSES = 3
_NEARLY = 0.02
_BY_PLATE = (frozenset(("building", "road_number")), frozenset(("building", "register")))
"""Two halves of an address that may point apart: compound and building, road and number."""


@dataclass
class Match:
    """What one text (with the ledger's columns beside it) was found to mean."""

    accuracy: Accuracy = Accuracy.NONE
    target: Target | None = None
    method: str = "none"
    score: float | None = None
    margin: float | None = None
    review: bool = False
    community: int = -1
    """The stated community of a place that no area holds, such as a road; -1 without."""
    reasons: list[Phrase] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)


def describe(gazetteer: Gazetteer, target: Target) -> str:
    """Name a target in Chinese words: 白马山小区3栋."""
    if target.kind == "building":
        within = int(gazetteer.buildings.up[Level.COMPOUND][target.at])
        front = str(gazetteer.compounds.names[within]) if within >= 0 else ""
        wall = gazetteer.walls[target.at]
        known, sign = str(gazetteer.buildings.ids[target.at]), gazetteer.signs[target.at]
        return front + (f"{wall}栋" if wall else "") or (f"{sign}({known})" if sign else known)
    if target.kind == "road":
        return gazetteer.road_names[target.at]
    if target.kind == "entry":
        return "登记地址点"
    layer = gazetteer.layers[Level(target.kind)]
    return str(layer.names[target.at] or layer.ids[target.at])


def _apart(gazetteer: Gazetteer, first: Target, second: Target) -> bool:
    """Say whether two targets are rivals: neither lies in the other."""
    if first == second:
        return False
    level = {"building": Level.BUILDING, "compound": Level.COMPOUND}
    for inner, outer in ((first, second), (second, first)):
        if outer.kind in level and gazetteer.areas(inner).get(level[outer.kind]) == outer.at:
            return False
    return True


def shared_area(gazetteer: Gazetteer, targets: list[Target]) -> Target | None:
    """Return the smallest compound or community that holds all targets."""
    held = [gazetteer.areas(target) for target in targets]
    for level in (Level.COMPOUND, Level.COMMUNITY):
        places = {areas.get(level, -1) for areas in held}
        if len(places) == 1 and -1 not in places:
            return Target("compound" if level is Level.COMPOUND else "community", places.pop())
    return None


def _rivals(gazetteer: Gazetteer, ranked: list[Candidate], finest: Candidate) -> list[Candidate]:
    """Return the others on another spot that matter: the first of them, the close ones, those of a better name."""
    best, found = ranked[0], list[Candidate]()
    for other in ranked[1:]:
        close = best.score - other.score < ACCEPT_MARGIN or other.likeness > finest.likeness + _NEARLY
        if (close or not found) and _apart(gazetteer, best.target, other.target):
            found.append(other)
    return found


def _elsewhere(gazetteer: Gazetteer, best: Candidate, others: list[Candidate]) -> list[Phrase]:
    """Name what the other half of the address points to, when that is out of sight of the best candidate."""
    here = gazetteer.point(best.target)
    said = []
    for other in others:
        by_plate = other.score >= SURE_SCORE and frozenset((best.method, other.method)) in _BY_PLATE
        if by_plate and _apart(gazetteer, best.target, other.target):
            metres = np.hypot(*np.diff(gazetteer.footprints.metres(np.array([here, gazetteer.point(other.target)])).T))
            if metres.item() > FAR_M:
                name = describe(gazetteer, other.target)
                said.append(because("place.elsewhere", name=name, metres=round(metres.item(), 1)))
    return said[:1]


def _better_named(gazetteer: Gazetteer, best: Candidate, rivals: list[Candidate]) -> list[Phrase]:
    """Name a rival whose name fits the text better, though what the row says of the areas speaks for the best."""
    return [
        because("place.better_named", name=describe(gazetteer, rival.target))
        for rival in rivals
        if rival.likeness > best.likeness + _NEARLY
    ][:1]


_ACCURACY = {"building": Accuracy.BUILDING, "entry": Accuracy.POINT, "compound": Accuracy.COMPOUND,
             "community": Accuracy.COMMUNITY, "road": Accuracy.ROAD}  # fmt: skip


def _decide(gazetteer: Gazetteer, address: Address, ranked: list[Candidate]) -> Match:
    """Accept the best candidate, or fall back to what the close ones share."""
    best = ranked[0]
    finest = next((c for c in ranked if c.score >= best.score - _NEARLY and c.target.kind == "building"), best)
    rivals = _rivals(gazetteer, ranked, finest)
    margin = best.score - rivals[0].score if rivals else best.score
    match = Match(score=min(best.score, 1.0), margin=min(max(margin, 0.0), 1.0), candidates=ranked[:5])
    placed = best.target.kind != "entry" or bool(np.isfinite(gazetteer.point(best.target)).all())
    if placed and best.score >= SURE_SCORE and margin >= ACCEPT_MARGIN:
        match.target, match.method = finest.target, finest.method
        match.accuracy = _ACCURACY[finest.target.kind]
        if match.accuracy is Accuracy.BUILDING and (address.room or (address.style is Style.WESTERN and address.unit)):
            match.accuracy = Accuracy.ROOM
        doubts = [*finest.doubts, *_elsewhere(gazetteer, finest, ranked), *_better_named(gazetteer, finest, rivals)]
        match.reasons, match.review = [*finest.reasons, *doubts], bool(doubts)
        return match
    close = [best, *(other for other in rivals if best.score - other.score < ACCEPT_MARGIN)]
    return _fall_back(gazetteer, address, match, close)


def _fall_back(gazetteer: Gazetteer, address: Address, match: Match, close: list[Candidate]) -> Match:
    """Answer with the area that the close candidates share; say which they are."""
    match.method, match.review = close[0].method, True
    names = [f"“{describe(gazetteer, item.target)}”" for item in close[:4]]
    if len(close) > 1:
        match.reasons = [because("place.close", count=len(close), names=names), *close[0].reasons]
        area = shared_area(gazetteer, [item.target for item in close])
    else:
        match.reasons = [because("place.unsure", name=names[0]), *close[0].reasons]
        area = None
    match.reasons += close[0].doubts
    if area is None:
        return match
    match.target, match.accuracy = area, _ACCURACY[area.kind]
    open_number = area.kind == "compound" and not address.building and close[0].score >= SURE_SCORE
    if open_number and not any(item.doubts for item in close):
        # nothing is doubtful: the text itself names no more than the compound
        match.review, match.method = False, "compound"
        match.reasons = [because("place.compound_only", name=describe(gazetteer, area)), *close[0].reasons]
    return match


def _match_road(gazetteer: Gazetteer, address: Address, stated: Stated) -> Match | None:
    """Answer with the road, near the closest number that is known on it."""
    roads = [found for found in named_roads(gazetteer, address.road or "") if found[1] >= SURE_SCORE]
    if not roads:
        return None
    at, score, said = max(roads, key=lambda found: found[1])
    name = gazetteer.road_names[at]
    number = address.number
    reason = (
        because("place.road_without", name=name, number=number) if number else because("place.road_only", name=name)
    )
    community = stated.only(Level.COMMUNITY)
    return Match(Accuracy.ROAD, Target("road", at), "road", min(score, 1.0) * 0.6, None, bool(number),
                 -1 if community is None else community, [*said, reason])  # fmt: skip


def _match_community(gazetteer: Gazetteer, address: Address | None, stated: Stated) -> Match | None:
    """Answer with the community that the row names; several of that name are no answer."""
    named, said = stated.areas.get(Level.COMMUNITY, frozenset()), stated.words.get(Level.COMMUNITY, "")
    if not named and address is not None and address.compound:
        named, said = bare_community(gazetteer, stated, address.compound), address.compound
    if not named:
        return None
    candidates = [
        Candidate(Target("community", at), 0.5, (because("place.community", name=said),), method="community")
        for at in sorted(named)
    ]
    if len(named) > 1:
        where = [_with_parent(gazetteer, item.target.at) for item in candidates[:4]]
        reason = because("place.shared", count=len(named), name=said, names=where)
        return Match(method="community", review=True, reasons=[reason], candidates=candidates)
    reasons = [because("place.community_only", name=describe(gazetteer, candidates[0].target))]
    return Match(Accuracy.COMMUNITY, candidates[0].target, "community", 0.5, 0.5, review=False, reasons=reasons,
                 candidates=candidates)  # fmt: skip


def _with_parent(gazetteer: Gazetteer, at: int) -> str:
    """Name a community with its district and street."""
    up = gazetteer.communities.up
    parents = [
        str(gazetteer.layers[level].names[up[level][at]])
        for level in (Level.DISTRICT, Level.STREET)
        if up[level][at] >= 0
    ]
    return "".join([*parents, str(gazetteer.communities.names[at])])


def _match_vicinity(gazetteer: Gazetteer, address: Address, word: Nearness, stated: Stated) -> Match:
    """Answer with the landmark that a text points near: a vicinity, never a door."""
    landmark = replace(address, place_word=None, offset=None, cross_road=None)
    found = _match_one(gazetteer, landmark, stated)
    said = because("place.near_only", word=word.value)
    if found.target is None or found.target.kind == "community":
        found.reasons.append(said)
        return found
    found.accuracy, found.method = Accuracy.VICINITY, "vicinity"
    found.score = None if found.score is None else found.score * 0.6
    found.reasons.append(said)
    return found


def _match_one(gazetteer: Gazetteer, address: Address, stated: Stated) -> Match:
    """Match one parsed address."""
    if address.place_word is not None:
        return _match_vicinity(gazetteer, address, address.place_word, stated)
    ranked = find_candidates(gazetteer, address, stated)
    match = _decide(gazetteer, address, ranked) if ranked else Match()
    if match.target is not None:
        return match
    coarse = (_match_road(gazetteer, address, stated) if address.road and not ranked else None) or _match_community(
        gazetteer, address, stated
    )
    if coarse is None:
        match.review = True
        match.reasons = match.reasons or [because("place.unknown")]
        return match
    coarse.reasons += match.reasons
    coarse.candidates = match.candidates or coarse.candidates
    coarse.review |= bool(ranked) or (coarse.accuracy is Accuracy.COMMUNITY and _says_more(address))
    return coarse


def _says_more(address: Address) -> bool:
    """Say whether an address names a road, a compound or a house that the city does not know."""
    name = address.compound or ""
    return bool(address.road or address.number or address.building or (name and name not in NAMELESS))


def _combine(gazetteer: Gazetteer, matches: list[Match]) -> Match:
    """Answer for a field with several addresses: the finest, unless they name different places."""
    order = list(Accuracy)
    best = min(matches, key=lambda match: order.index(match.accuracy))
    targets = {match.target for match in matches if match.target is not None}
    rivals = [other for other in targets if best.target is not None and _apart(gazetteer, best.target, other)]
    fine = [other for other in rivals if other.kind in ("building", "entry", "compound")]
    if fine and best.target is not None:
        best.review = True
        names = [f"“{describe(gazetteer, other)}”" for other in [best.target, *sorted(fine)]]
        best.reasons.insert(0, because("place.several", names=names))
        best.candidates = [candidate for match in matches for candidate in match.candidates][:5]
    return best


def match_text(gazetteer: Gazetteer, text: str, community: str = "", grid: str = "") -> Match:
    """Find what an address text means, helped by the community and grid that the ledger names beside it."""
    community = normal_text(community, gazetteer.style)
    rest: str = text
    taken: list[tuple[Level, str]] = []
    if gazetteer.style is Style.CHINESE and text:
        rest, taken = peel_front(gazetteer.admin_names, normal_text(text))
    parsed = read_addresses(rest, gazetteer.style)[:_MAX_ADDRESSES] if rest else ()
    in_brackets = [inner for outer in parsed if outer.hint for inner in read_addresses(outer.hint, gazetteer.style)]
    understood = [address for address in parsed if address.understood]
    understood = understood or [inner for inner in in_brackets if inner.understood]
    if not understood:
        stated = read_stated(gazetteer, parsed[0] if parsed else Address(), community, grid, taken)
        return _without_address(gazetteer, stated, rest, text)
    matches = []
    for address in understood:
        stated = read_stated(gazetteer, address, community, grid, taken)
        match = _match_one(gazetteer, address, stated)
        match.reasons += [because("place.no_community", name=name) for name in stated.unknown]
        matches.append(match)
    return matches[0] if len(matches) == 1 else _combine(gazetteer, matches)


def _without_address(gazetteer: Gazetteer, stated: Stated, rest: str, text: str) -> Match:
    """Answer for a row whose address names nothing below the community."""
    found = _match_community(gazetteer, None, stated) or Match(review=True)
    if rest:
        found.review = True
        found.reasons.append(because("place.unreadable"))
    elif not text:
        found.review = True
        found.reasons.append(because("place.unwritten"))
    elif found.target is None and not found.candidates:
        found.reasons.append(because("place.too_coarse"))
    return found
