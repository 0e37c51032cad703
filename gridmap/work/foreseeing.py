"""Say what would stand in the way of a pairing, from the sources alone: nothing is stored, nothing solved."""

import datetime as dt

import pandas as pd

from gridmap import duty, frames, obstacles, slots
from gridmap import locate as locating
from gridmap.errors import Problem
from gridmap.schema import Row
from gridmap.tables import CityFacts, Household, Member, Pairing, Path
from gridmap.work.reading import Frames, Progress, silent, today


def foresee(
    sources: Frames, city: CityFacts, *, day: dt.date | None = None, progress: Progress = silent
) -> list[Problem]:
    """Locate the people of the sources and return what stands in the way of pairing them."""

    def brought(row: type[Row]) -> pd.DataFrame:
        return sources[row] if row in sources else frames.empty(row)

    gazetteer = locating.Gazetteer.of({row: brought(row) for row in locating.GAZETTEER_ROWS}, city)
    places = [locating.locate(brought(noun), gazetteer, noun=noun, progress=progress) for noun in (Household, Member)]
    people = duty.People(
        households=brought(Household),
        household_places=places[0],
        members=brought(Member),
        member_places=places[1],
        pairings=brought(Pairing),
    )
    instance = slots.prepare(
        people, paths=brought(Path), rules=city.rules, metric_crs=city.metric_crs, day=today(city, day)
    )
    return [one.as_problem() for one in obstacles.find(instance, people)]
