"""Use what people decided about places: for the row itself, and a learned name for everybody who writes it.

A decision holds as long as the row says what it said then (`written_form`). It never overrides a standard address id.
The last place that was accepted or pinned counts; what was rejected stays rejected.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.addresses import Address, Style, format_address, normal_text
from gridmap.locate.candidates import NAMELESS
from gridmap.locate.doors import WALL_M, Target, peel_front, read_addresses
from gridmap.locate.evidence import read_stated
from gridmap.locate.gazetteer import Gazetteer
from gridmap.locate.likeness import bare_ending
from gridmap.locate.matching import Match, describe
from gridmap.reasons import Phrase, because
from gridmap.tables import Accuracy, DecisionKind, Level, Side

_ACCURACY = {"building": Accuracy.BUILDING, "entry": Accuracy.POINT, "compound": Accuracy.COMPOUND,
             "community": Accuracy.COMMUNITY, "road": Accuracy.ROAD}  # fmt: skip
MARK = "⸱"
"""Stands between the parts of a written form; no address holds it."""


_NOWHERE = re.compile(
    "(?:长期|常年|现|已|全家)*在?(?:外地|外省|外市|国外|外出|随(?:子女|儿子|女儿|父母|子|女))(?:居住|生活|务工|打工|工作|住)?"
    "|(?:现|已|已经)*(?:搬迁|搬走|拆迁|迁出|外迁|死亡|去世)|[详见]*备注|外?出?(?:务工|打工)|租房"
)
"""Words that stand where an address should and name no place: taught for one, they would place everybody."""


def written_form(style: Style, address: str, community: str, point: NDArray[np.float64] | None = None) -> str:
    """Return what a decision is made on: the normal form of address and stated community, and the row's own point."""
    parts = [normal_text(address, style), normal_text(community, style)]
    if point is not None and np.isfinite(point).all():
        parts.append(f"{point[0]:.5f},{point[1]:.5f}")
    return MARK.join(parts)


def _first_address(gazetteer: Gazetteer, text: str) -> Address | None:
    if not text:
        return None
    rest = peel_front(gazetteer.admin_names, normal_text(text))[0] if gazetteer.style is Style.CHINESE else text
    parsed = [address for address in read_addresses(rest, gazetteer.style) if address.understood] if rest else []
    return parsed[0] if parsed else None


def written_place(gazetteer: Gazetteer, text: str) -> str:
    """Return the part of an address that makes the building, without divisions and door; empty without one."""
    address = _first_address(gazetteer, text)
    if address is None or address.vicinity or not (address.road or address.compound or address.building):
        return ""
    if not address.road and _NOWHERE.fullmatch(address.compound or ""):
        return ""
    kept = Address(
        style=address.style, road=address.road, number=address.number, sub_number=address.sub_number,
        compound=address.compound, building=address.building, ambiguous=address.ambiguous,
    )  # fmt: skip
    return format_address(kept)


def written_name(gazetteer: Gazetteer, text: str) -> str:
    """Return the compound name that an address writes, empty without one or for a word that names nothing."""
    address = _first_address(gazetteer, text)
    name = (address.compound or "") if address is not None else ""
    nameless = name in NAMELESS or bare_ending(name) or _NOWHERE.fullmatch(name)
    return "" if len(name) < 2 or nameless else name


def standard_targets(gazetteer: Gazetteer, standard_id: str) -> list[Target]:
    """Return the buildings that bear a standard address id."""
    return [Target("building", at) for at in gazetteer.standard.get(standard_id, [])]


@dataclass(frozen=True)
class Written:
    """What a decision looks at in a row."""

    text: str
    community: str
    standard_id: str
    written: str


def rows_of(style: Style, texts: Sequence[tuple[str, str, str]], points: NDArray[np.float64]) -> list[Written]:
    """Return the rows (address, stated community, standard id) as decisions see them."""
    return [
        Written(text, community, standard, written_form(style, text, community, point))
        for (text, community, standard), point in zip(texts, points, strict=True)
    ]


@dataclass
class _Said:
    """What people said about one row as it is written now."""

    words: Phrase | None = None
    pin: NDArray[np.float64] | None = None
    target: str | None = None
    rejected: set[str] = field(default_factory=set)

    @property
    def told(self) -> list[Phrase]:
        """Return what is to be said of it, nothing where it only rejects."""
        return [] if self.words is None else [self.words]


class Learned:
    """The decisions of one side, ready to be looked up."""

    def __init__(self, gazetteer: Gazetteer, side: Side) -> None:
        self.gazetteer = gazetteer
        frame = gazetteer.decisions
        self._own: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in _records(frame[frame["side"] == side]):
            self._own[str(row["person_id"])].append(row)
        self._places: dict[tuple[str, str], tuple[Target, str]] = {}
        for row in _records(frame[frame["alias_of"].astype("str").str.startswith("building:")]):
            target = gazetteer.target_of(str(row["alias_of"]))
            if target is not None:
                self._places[str(row["alias"]), str(row["alias_within"] or "")] = target, str(row["decision_id"])

    def __bool__(self) -> bool:
        return bool(self._own or self._places)

    def by_place(self, match: Match, row: Written) -> Match:
        """Let a learned written place decide for everybody who writes it beside the same community."""
        if not self._places:
            return match
        key = written_place(self.gazetteer, row.text), normal_text(row.community, self.gazetteer.style)
        if key not in self._places:
            return match
        target, decision = self._places[key]
        if match.target == target and not match.review:
            return match
        name = describe(self.gazetteer, target)
        reason = because("place.learned", written=key[0], name=name, decision=decision)
        learned = Match(_fine(self.gazetteer, target, row.text), target, "learned", 1.0, 1.0, reasons=[reason],
                        candidates=match.candidates)  # fmt: skip
        if match.target is not None and match.target.kind == "building" and not match.review:
            learned.review = True
            learned.reasons.append(because("place.points_at", name=describe(self.gazetteer, match.target)))
        return learned

    def by_person(self, match: Match, person: str, row: Written) -> tuple[Match, NDArray[np.float64] | None]:
        """Let what was decided about this row count; return the answer and the pin, if one was put."""
        said = self._said(person, row.written)
        if said is None:
            return match, None
        standard = standard_targets(self.gazetteer, row.standard_id)
        if standard:
            return self._beside_standard(match, said, standard), None
        match = self._without(match, said, row.community)
        if said.pin is not None:
            return self._pinned(match, said, said.pin, row), said.pin
        if said.target is None:
            match.reasons += said.told
            return match, None
        target = self.gazetteer.target_of(said.target)
        if target is None:
            match.review = True
            match.reasons.append(because("place.decided_gone", decided=said.words))
            return match, None
        fine = Accuracy.ROOM if match.accuracy is Accuracy.ROOM and match.target == target else None
        accuracy = fine or _fine(self.gazetteer, target, row.text)
        return Match(accuracy, target, "decision", 1.0, 1.0, reasons=said.told, candidates=match.candidates), None

    def _said(self, person: str, written: str) -> _Said | None:
        rows = [row for row in self._own.get(person, ()) if row["written"] == written]
        if not rows:
            return None
        said = _Said()
        for row in rows:
            if row["kind"] in (DecisionKind.REJECT, DecisionKind.NONE):
                said.rejected.update(row["rejected"])
            if row["kind"] != DecisionKind.REJECT:
                code = "place.none_of_these" if row["kind"] == DecisionKind.NONE else "place.spot"
                name = row["label"] or because(code)
                said.words = because("place.decided", name=name, decision=row["decision_id"])
                said.target, shape = row["target"], row["geometry"]
                said.pin = np.array([shape.x, shape.y]) if isinstance(shape, shapely.Point) else None
        return said

    def _beside_standard(self, match: Match, said: _Said, standard: list[Target]) -> Match:
        """Keep the standard id's answer; a decision may only choose among the buildings that bear it."""
        target = self.gazetteer.target_of(said.target) if said.target else None
        if target in standard and len(standard) > 1:
            return Match(Accuracy.BUILDING, target, "standard_id", 1.0, 1.0, candidates=match.candidates,
                         reasons=[match.reasons[0], *said.told])  # fmt: skip
        if (said.target or said.pin is not None) and target not in standard:
            match.review = True
            match.reasons.append(because("place.decided_against", decided=said.words))
        return match

    def _without(self, match: Match, said: _Said, community: str) -> Match:
        """Take what was rejected out of the candidates, and out of the answer."""
        if not said.rejected:
            return match
        gazetteer = self.gazetteer
        kept = [found for found in match.candidates if gazetteer.key_of(found.target) not in said.rejected]
        gone = {gazetteer.target_of(key) for key in said.rejected} - {None}
        names = [f"“{describe(gazetteer, target)}”" for target in sorted(gone, key=str) if target]
        words = because("place.rejected", names=names)
        if match.target is None or not any(_holds(gazetteer, outer, match.target) for outer in gone if outer):
            return replace(match, candidates=kept, review=True, reasons=[*match.reasons, words])
        stated = read_stated(gazetteer, Address(style=gazetteer.style), normal_text(community, gazetteer.style), "", [])
        at = stated.only(Level.COMMUNITY)
        target = None if at is None or Target("community", at) in gone else Target("community", at)
        accuracy = Accuracy.NONE if target is None else Accuracy.COMMUNITY
        return Match(accuracy, target, "decision", None, None, True, reasons=[words], candidates=kept)

    def _pinned(self, match: Match, said: _Said, pin: NDArray[np.float64], row: Written) -> Match:
        nearest = self.gazetteer.footprints.nearest(pin[None, :], WALL_M)
        at = int(nearest.building[0])
        if at < 0:
            return Match(Accuracy.POINT, None, "decision", 1.0, 1.0, reasons=said.told, candidates=match.candidates)
        target = Target("building", at)
        reason = because("place.decided_in", decided=said.words, name=describe(self.gazetteer, target))
        return Match(_fine(self.gazetteer, target, row.text), target, "decision", 1.0, 1.0, reasons=[reason],
                     candidates=match.candidates)  # fmt: skip


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = pd.DataFrame(frame).astype(object)
    rows: list[dict[str, Any]] = plain.where(plain.notna(), None).to_dict("records")
    return rows


def _holds(gazetteer: Gazetteer, outer: Target, inner: Target) -> bool:
    """Say whether a target is another or lies in it."""
    if outer == inner:
        return True
    level = {"compound": Level.COMPOUND, "community": Level.COMMUNITY}.get(outer.kind)
    return level is not None and gazetteer.areas(inner).get(level) == outer.at


def _fine(gazetteer: Gazetteer, target: Target, text: str) -> Accuracy:
    """Return the accuracy of a decided target: room where the text names a door in the building."""
    accuracy = _ACCURACY[target.kind]
    if accuracy is not Accuracy.BUILDING:
        return accuracy
    address = _first_address(gazetteer, text)
    door = address is not None and (address.room or (address.style is Style.WESTERN and address.unit))
    return Accuracy.ROOM if door else accuracy
