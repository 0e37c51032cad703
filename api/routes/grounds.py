"""On what ground a household is kept: record it, withdraw consent."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from api.deps import CityDep
from api.origin import same_site
from gridmap import work
from gridmap.lawful import COLUMNS
from gridmap.roles import Verb
from gridmap.tables import Household, Lawfulness
from gridmap.work import grounds

router = APIRouter(prefix="/api/v1/households", tags=["households"])
Id = Annotated[str, Path(max_length=64)]


class Withdrawal(BaseModel):
    """From which day on a household consents no more."""

    model_config = ConfigDict(extra="forbid")

    withdrawn_on: Annotated[dt.date | None, Field(description="first day without consent; today without")] = None


def _told(kept: Household) -> dict[str, Any]:
    return kept.model_dump(mode="json", include={"household_id", *COLUMNS})


@router.put("/{household_id}/legal-basis", dependencies=[Depends(same_site)])
def record(household_id: Id, ground: Lawfulness, city: CityDep) -> dict[str, Any]:
    """Record basis, day of notice and purpose of a household; a withdrawal of before is over with it."""
    return _told(grounds.record_ground(city.allowed(Verb.GROUND), city.within(Verb.GROUND), household_id, ground))


@router.post("/{household_id}/withdrawal", dependencies=[Depends(same_site)])
def withdraw(household_id: Id, withdrawal: Withdrawal, city: CityDep) -> dict[str, Any]:
    """Record that consent was withdrawn: members are not shown the household from that day on."""
    store, on = city.allowed(Verb.GROUND), withdrawal.withdrawn_on or work.local_day()
    return _told(grounds.withdraw_consent(store, city.within(Verb.GROUND), household_id, on))
