"""Ask a city what if: solve it as it stands once, keep it, and answer with masked names in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

import pandas as pd

from gridmap import frames, gaps, slots, whatif
from gridmap.errors import PersonMissing
from gridmap.maps import explaining
from gridmap.maps.words import TEXTS, Lang
from gridmap.phrases import say
from gridmap.reasons import NAMED, Phrase
from gridmap.schema import Row
from gridmap.tables import Household, Level, Member, Path
from gridmap.whatif import SpotLevel, Study, live
from gridmap.work.leaving import view
from gridmap.work.reading import Picture

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Names:
    """Masked names by id; a person without a name is called by the id."""

    names: dict[tuple[str, str], str]
    hidden: frozenset[tuple[str, str]] = frozenset()
    """Whom the reader may not know: (kind, id)."""

    def __call__(self, kind: str, name: str) -> str:
        """Return what people read for an id."""
        if (kind, name) in self.hidden:
            return " / ".join(TEXTS["why.outside"])
        found = self.names.get((kind, name))
        return f"{found} ({name})" if found else name


def names_of(taken: Picture) -> Names:
    """Return the masked names of the people of a picture and the names of its grids."""
    named: dict[tuple[str, str], str] = {}
    for noun, kind in ((Household, "household"), (Member, "member")):
        masked = frames.mask(taken.frames[noun], noun)
        rows = zip(masked[f"{kind}_id"].tolist(), masked["name"].tolist(), strict=True)
        named |= {(kind, str(name)): str(said) for name, said in rows if isinstance(said, str) and said}
    for level in (Level.COMMUNITY, Level.GRID):
        areas = taken.areas[level]
        rows = zip(areas[f"{level}_id"].tolist(), areas["name"].tolist(), strict=True)
        named |= {("area", str(name)): str(said) for name, said in rows if isinstance(said, str) and said != name}
    return Names(named)


PEOPLE: tuple[tuple[type[Row], str], ...] = ((Household, "household"), (Member, "member"))


def outside(whole: Picture, seen: Picture) -> frozenset[tuple[str, str]]:
    """Return the people of a city, as (kind, id), that a picture of it does not show."""
    return frozenset(
        (kind, name)
        for noun, kind in PEOPLE
        for name in set(whole.frames[noun][f"{kind}_id"]) - set(seen.frames[noun][f"{kind}_id"])
    )


def _kind(column: str, above: str) -> str:
    """Say whose id a JSON member may hold, by its name; members of a list are what the list is."""
    named = next((kind for _, kind in PEOPLE if kind in column), NAMED.get(column, ""))
    return "household" if column == "nobody" else named or above


def without(told: Any, hidden: frozenset[tuple[str, str]], kind: str = "") -> Any:  # noqa: ANN401  JSON values
    """Return JSON values without the ids of hidden people: empty text in their place."""
    if isinstance(told, dict):
        return {name: without(value, hidden, _kind(name, kind)) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [without(value, hidden, kind) for value in told]
    return "" if isinstance(told, str) and (kind, told) in hidden else told


class Asked:
    """The city of a picture, solved, with the names of its people. Questions wait for each other."""

    def __init__(self, taken: Picture) -> None:
        """Solve the city as it stands: seconds for a large one."""
        self.taken = taken
        instance = slots.prepare(
            taken.people,
            paths=taken.frames[Path],
            rules=taken.city.rules,
            metric_crs=taken.city.metric_crs,
            day=taken.day,
        )
        self._study = live.study(instance)
        self._lock = Lock()
        self._worth: dict[tuple[str, int], dict[str, Any]] = {}
        self._buildings: frozenset[str] | None = None

    def within(self, seen: Picture) -> "AskedWithin":
        """Return the same city as somebody may ask it who sees a part of it."""
        return AskedWithin(self.taken, seen, self._study, self._lock)

    @cached_property
    def names(self) -> Names:
        """Return the masked names."""
        return names_of(self.taken)

    def _answer(self, ask: Callable[[Study], Answer]) -> Answer:
        with self._lock:
            return ask(self._study)

    def household(self, household_id: str) -> dict[str, Any]:
        """Explain a household: why each person and nobody nearer, why each empty place, all in codes and words.

        Raises:
            PersonMissing: no household of that id counts today.
        """
        found = self._answer(lambda study: whatif.partners(study, household_id))
        empty = self._answer(lambda study: _empty(study, household_id))
        return {
            "household_id": household_id,
            "name": self.names("household", household_id),
            "pairings": [{**one.as_dict(self.names), "name": self.names("member", one.member_id)} for one in found],
            "empty": [{"role": role, "count": count, **one.as_dict(self.names)} for role, count, one in empty],
        }

    def suggestions(self, household_id: str, *, most: int = 10) -> dict[str, Any]:
        """Rank who could help a household by the exact change of the whole plan.

        Raises:
            PersonMissing: no household of that id counts today.
        """
        found = self._answer(lambda study: whatif.suggest(study, household_id, most=most))
        return {"household_id": household_id, "name": self.names("household", household_id),
                "places": [self._place(place) for place in found]}  # fmt: skip

    def _place(self, place: whatif.Place) -> dict[str, Any]:
        told = place.as_dict(self.names)
        for one in told["candidates"]:
            one["name"] = self.names("member", one["member_id"])
        return {**told, "name": self.names("household", place.household_id),
                "role_said": Phrase(place.role).as_dict()}  # fmt: skip

    def member(self, member_id: str, *, most: int = 5) -> dict[str, Any]:
        """Say what is lost when a member leaves, and rank who could take over each household.

        Raises:
            PersonMissing: there is no member of that id.
        """
        lost = self._answer(lambda study: whatif.loss(study, member_id))
        after = self._answer(lambda study: whatif.suggest_after(study, member_id, most=most))
        return {
            "member_id": member_id,
            "name": self.names("member", member_id),
            "loss": lost.as_dict(self.names),
            "households": [self._place(place) for place in after],
        }

    def worth(self, *, level: SpotLevel = "building", top: int = 20) -> dict[str, Any]:
        """Say where one more person would help most: exact for the best, and whether they are proven to be."""
        key = level, top
        if key not in self._worth:
            found = self._answer(lambda study: whatif.worth(study, level=level, top=top, within=self._buildings))
            self._worth[key] = {
                "level": level,
                "proven": found.proven,
                "solved": found.solved,
                "spots": [self._spot(spot) for spot in found.spots],
            }
        return self._worth[key]

    def _spot(self, spot: whatif.Spot) -> dict[str, Any]:
        first = self.names("household", spot.household_id) if spot.household_id else None
        return {**spot.as_dict(self.names), "name": self._home(spot), "household": first}

    def _home(self, spot: whatif.Spot) -> str:
        """Name a spot as people do: its grid, its compound and number, or its address."""
        grids, buildings, compounds = (
            self.taken.areas[level] for level in (Level.GRID, Level.BUILDING, Level.COMPOUND)
        )
        row = buildings[buildings["building_id"] == spot.building_id]
        if row.empty:
            return spot.building_id
        one = row.iloc[0]
        compound = compounds.loc[compounds["compound_id"] == one.get("compound_id"), "name"]
        parts = [*compound.head(1), one.get("number")]
        where = " ".join(str(part) for part in parts if not pd.isna(part)) or str(
            one.get("address") or spot.building_id
        )
        if spot.area_id == spot.building_id:
            return where
        grid = grids.loc[grids["grid_id"] == spot.area_id, "name"]
        return f"{grid.iloc[0] if len(grid) else spot.area_id} · {where}"


class AskedWithin(Asked):
    """The solved city as somebody asks it who sees a part of it: of others neither id nor name, nor any answer."""

    def __init__(self, whole: Picture, seen: Picture, study: Study, lock: Lock) -> None:
        """Share the study of the whole city; `seen` is the picture of whoever asks."""
        self.taken = seen
        self._study, self._lock = study, lock
        self._worth = {}
        self._buildings = frozenset(seen.areas[Level.BUILDING]["building_id"])
        self._hidden = outside(whole, seen)

    @cached_property
    def names(self) -> Names:
        """Return the masked names; whoever is outside is called that."""
        return Names(names_of(self.taken).names, self._hidden)

    def _check(self, kind: str, name: str) -> None:
        if (kind, name) in self._hidden:
            raise PersonMissing(say(f"person.{kind}", name=name))

    def household(self, household_id: str) -> dict[str, Any]:
        """Explain a household that whoever asks may see."""
        self._check("household", household_id)
        return dict(without(super().household(household_id), self._hidden))

    def suggestions(self, household_id: str, *, most: int = 10) -> dict[str, Any]:
        """Rank who could help a household that whoever asks may see."""
        self._check("household", household_id)
        return dict(without(super().suggestions(household_id, most=most), self._hidden))

    def member(self, member_id: str, *, most: int = 5) -> dict[str, Any]:
        """Say what is lost without a member whom whoever asks may see."""
        self._check("member", member_id)
        return dict(without(super().member(member_id, most=most), self._hidden))

    def worth(self, *, level: SpotLevel = "building", top: int = 20) -> dict[str, Any]:
        """Say where within the scope one more person would help most."""
        return dict(without(super().worth(level=level, top=top), self._hidden))


def _empty(study: Study, household_id: str) -> list[tuple[str, int, gaps.Finding]]:
    """Return role, count and finding of each slot with empty places, as things are in force."""
    found = []
    wanted = study.instance.slots["wanted"].to_numpy(int)
    for slot in study.slots_of(household_id):
        missing = int(wanted[slot]) - int(study.seats.filled[slot])
        if missing > 0:
            found.append((study.role(slot), missing, gaps.find(study.instance, study.seats, slot)))
    return found


# --- pages


def draw_preparing(taken: Picture, *, lang: Lang) -> str:
    """Draw the page that waits until the city is solved."""
    return explaining.preparing_page(view(taken, served=True), lang=lang)


def draw_household(asked: Asked, household_id: str, *, lang: Lang) -> str:
    """Draw why a household has whom it has, and who else could help; raise PersonMissing for an unknown id."""
    told, others = asked.household(household_id), asked.suggestions(household_id)
    return explaining.household_page(view(asked.taken, served=True), told, others, lang=lang)


def draw_member(asked: Asked, member_id: str, *, lang: Lang) -> str:
    """Draw what is lost without a member; raise PersonMissing for an unknown id."""
    return explaining.member_page(view(asked.taken, served=True), asked.member(member_id), lang=lang)


def draw_worth(asked: Asked, *, level: SpotLevel, lang: Lang) -> str:
    """Draw where one more person helps most."""
    return explaining.worth_page(view(asked.taken, served=True), asked.worth(level=level), lang=lang)
