"""Say whether the service works."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import CityDep
from gridmap import work

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The state of the service."""

    status: str
    revision: int


@router.get("/health")
def health(city: CityDep) -> Health:
    """Read the revision from the store: an answer means that the service and its store work."""
    return Health(status="ok", revision=work.revision(city.store))
