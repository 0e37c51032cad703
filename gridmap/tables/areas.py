"""The places of a city: seven levels of area, and what helps to find an address in them."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import AnyGeometry, AreaGeometry, Key, LineGeometry, Personal, PointGeometry, Ref, Row


class Level(StrEnum):
    """The levels of area below the city, from the largest to the smallest."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    COMPOUND = "compound"
    BUILDING = "building"


class GridKind(StrEnum):
    """A basic grid holds homes; an exclusive one is a school, a market, a park or a firm."""

    BASIC = "basic"
    EXCLUSIVE = "exclusive"


Code = Annotated[str, Key(), Field(max_length=64)]


class District(Row):
    """区县: a district or county of the city."""

    table = "district"
    district_id: Code
    name: str
    geometry: AreaGeometry


class Street(Row):
    """街道: a subdistrict or town."""

    table = "street"
    street_id: Code
    district_id: Annotated[str, Ref("district")] | None = None
    name: str
    geometry: AreaGeometry


class Community(Row):
    """社区: the area of one residents' committee."""

    table = "community"
    community_id: Code
    street_id: Annotated[str, Ref("street")] | None = None
    name: str
    geometry: AreaGeometry


class Grid(Row):
    """网格: the smallest area that one grid worker answers for."""

    table = "grid"
    grid_id: Code
    community_id: Annotated[str, Ref("community")] | None = None
    name: str
    kind: GridKind = GridKind.BASIC
    worker_name: Annotated[str | None, Personal("name"), Field(description="网格员")] = None
    worker_phone: Annotated[str | None, Personal("phone")] = None
    geometry: AreaGeometry


class Compound(Row):
    """小区: a residential compound; its outline may be unknown."""

    table = "compound"
    compound_id: Code
    community_id: Annotated[str, Ref("community")] | None = None
    grid_id: Annotated[str, Ref("grid")] | None = None
    name: str
    address: Annotated[str | None, Field(description="road and number of the gate")] = None
    geometry: AreaGeometry | None = None


class Building(Row):
    """楼栋: one building with its footprint."""

    table = "building"
    building_id: Code
    community_id: Annotated[str, Ref("community")] | None = None
    grid_id: Annotated[str, Ref("grid")] | None = None
    compound_id: Annotated[str, Ref("compound")] | None = None
    number: Annotated[str | None, Field(description="number inside the compound, as on the wall: 3栋")] = None
    address: Annotated[str | None, Field(description="road and number of the door plate")] = None
    std_address_id: Annotated[str | None, Field(description="统一标准地址 id, opaque, never parsed")] = None
    floors: Annotated[int, Field(ge=0, le=200)] | None = None
    geometry: AreaGeometry


class Alias(Row):
    """Another name of an area, with the days on which it holds."""

    table = "alias"
    alias_id: Code
    level: Level
    area_id: str
    name: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class RegisterEntry(Row):
    """A line of the address register: an address text that stands for a building or a point."""

    table = "register_entry"
    entry_id: Code
    address: str
    building_id: Annotated[str, Ref("building")] | None = None
    geometry: PointGeometry | None = None


class Path(Row):
    """A walkable line; an impassable one (a locked gate, a broken bridge) is kept but not walked."""

    table = "path"
    path_id: Code
    kind: Annotated[str, Field(description="footway, street, bridge, steps, ...")] = "footway"
    passable: bool = True
    geometry: LineGeometry


class BackdropKind(StrEnum):
    """What a backdrop shape is."""

    WATER = "water"
    GREEN = "green"
    ROAD = "road"
    RAIL = "rail"


class Backdrop(Row):
    """A shape that helps the reader of a map to orient: water, hills, named roads."""

    table = "backdrop"
    backdrop_id: Code
    kind: BackdropKind
    name: str | None = None
    geometry: AnyGeometry


class Accuracy(StrEnum):
    """How well a person's place is known, best first."""

    ROOM = "room"
    BUILDING = "building"
    POINT = "point"
    COMPOUND = "compound"
    ROAD = "road"
    VICINITY = "vicinity"
    COMMUNITY = "community"
    NONE = "none"


class Place(Row):
    """Where a person was found: the answer of `gridmap.locate`, common to households and members."""

    building_id: Annotated[str, Ref("building")] | None = None
    compound_id: Annotated[str, Ref("compound")] | None = None
    grid_id: Annotated[str, Ref("grid")] | None = None
    community_id: Annotated[str, Ref("community")] | None = None
    accuracy: Accuracy
    method: Annotated[str, Field(description="coordinates, standard_id, register, building, compound, ...")]
    score: Annotated[float, Field(ge=0, le=1, description="how well the text fits what was found")] | None = None
    margin: Annotated[float, Field(ge=0, le=1, description="score minus that of the runner-up")] | None = None
    review: Annotated[bool, Field(description="a person should look at it")] = False
    accuracy_m: Annotated[float | None, Field(ge=0, description="of the row's own point, where that decided")] = None
    reason: Annotated[
        str, Field(description="why: codes with their numbers (gridmap.reasons); names nothing below the building")
    ]
    geometry: PointGeometry | None = None


class HouseholdPlace(Place):
    """The place of a household."""

    table = "household_place"
    household_id: Annotated[str, Key(), Ref("household")]


class MemberPlace(Place):
    """The place of a member."""

    table = "member_place"
    member_id: Annotated[str, Key(), Ref("member")]
