"""One row in clear: for a reason, within what whoever asks may have revealed, and never kept by a browser."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import City, CityDep
from api.origin import same_site
from gridmap import work
from gridmap.maps.explaining import MOST_REASON
from gridmap.roles import Verb
from gridmap.schema import Row
from gridmap.tables import Household, Member
from gridmap.work.revealing import Clear

router = APIRouter(prefix="/api/v1", tags=["explanations"])
Id = Annotated[str, Path(max_length=64)]


class Asked(BaseModel):
    """Why a row is to be shown in clear."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=MOST_REASON)]


@router.post("/households/{household_id}/reveal", dependencies=[Depends(same_site)])
def household(household_id: Id, asked: Asked, city: CityDep, response: Response) -> Clear:
    """Return the personal columns of a household in clear; who asked, and why, is logged."""
    return _revealed(city, Household, household_id, asked, response)


@router.post("/members/{member_id}/reveal", dependencies=[Depends(same_site)])
def member(member_id: Id, asked: Asked, city: CityDep, response: Response) -> Clear:
    """Return the personal columns of a member in clear; who asked, and why, is logged."""
    return _revealed(city, Member, member_id, asked, response)


def _revealed(city: City, noun: type[Row], name: str, asked: Asked, response: Response) -> Clear:
    response.headers["Cache-Control"] = "no-store"
    return work.reveal(city.allowed(Verb.REVEAL), city.within(Verb.REVEAL), noun, name, reason=asked.reason)
