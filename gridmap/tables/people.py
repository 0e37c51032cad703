"""The people: households that need help and members that give it."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gridmap.schema import Key, Personal, Plain, PointGeometry, Row, Sealed


class Category(StrEnum):
    """特殊群体类别: why a household needs somebody (domain notes, section 8)."""

    LIVING_ALONE = "living_alone"
    EMPTY_NEST = "empty_nest"
    LEFT_BEHIND = "left_behind"
    LONE_ELDERLY = "lone_elderly"
    ADVANCED_AGE = "advanced_age"
    DISABLED_PERSON = "disabled_person"
    SEVERE_DISABILITY = "severe_disability"
    LOSS_OF_SELF_CARE = "loss_of_self_care"
    DESTITUTE_SUPPORT = "destitute_support"
    LOW_INCOME_ALLOWANCE = "low_income_allowance"
    BEREAVED_ONLY_CHILD_FAMILY = "bereaved_only_child_family"
    CHILD_IN_DIFFICULTY = "child_in_difficulty"
    MENTAL_DISORDER = "mental_disorder"
    SERIOUS_ILLNESS = "serious_illness"


class CareLevel(StrEnum):
    """关爱等级, most urgent first."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class HouseholdStatus(StrEnum):
    """Only a present household counts in coverage."""

    PRESENT = "present"
    MOVED = "moved"
    DECEASED = "deceased"
    SEPARATED_REGISTRATION = "separated_registration"


class LegalBasis(StrEnum):
    """合法性基础: why a household may be kept and shown to those who help it (PIPL, article 13)."""

    CONSENT = "consent"
    STATUTORY_DUTY = "statutory_duty"


class Lawfulness(BaseModel):
    """On what ground households are kept that state none themselves: basis, day of the notice, purpose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    basis: LegalBasis
    notice_on: Annotated[dt.date, Field(description="the day on which people were told")]
    purpose: Annotated[str, Field(min_length=1, max_length=80, description="what it is done for")]


class Role(StrEnum):
    """In which capacity a member serves: 报到党员, 社区党员, 楼栋志愿者."""

    REGISTERED = "registered"
    COMMUNITY = "community"
    BUILDING = "building"


class MemberKind(StrEnum):
    """A named person, or a unit or team that has yet to name one."""

    PERSON = "person"
    UNIT = "unit"


class MemberStatus(StrEnum):
    """Whether a member can serve."""

    ACTIVE = "active"
    LEAVE = "leave"
    ENDED = "ended"


PointAccuracy = Annotated[float, Field(ge=0, description="of the own point, as its phone or receiver told it")]
Gender = Annotated[str, Field(description="m, f")]
Ground = Annotated[LegalBasis, Field(description="合法性基础; without one no member is shown the household")]
NoticeDay = Annotated[dt.date, Field(description="告知日期: the day on which people were told")]
Purpose = Annotated[str, Plain(), Field(max_length=80, description="处理目的: what it is done for")]
MergedInto = Annotated[str, Plain(), Field(description="the row that stands for this person; set by a Merge only")]


Unmerged = Annotated[
    str, Sealed(), Field(description="JSON: what the row itself says where a merge made it graver; set by a Merge only")
]


class Household(Row):
    """户: people at one address who need somebody to look after them."""

    table = "household"
    household_id: Annotated[str, Key(), Field(max_length=64)]
    name: Annotated[str | None, Personal("name")] = None
    categories: Annotated[tuple[Category, ...], Sealed()] = ()
    care_level: CareLevel = CareLevel.GREEN
    status: HouseholdStatus = HouseholdStatus.PRESENT
    phone: Annotated[str | None, Personal("phone")] = None
    id_no: Annotated[str | None, Personal("id_no")] = None
    birth: Annotated[dt.date | None, Personal("date")] = None
    gender: Gender | None = None
    dialect: str | None = None
    needs: Annotated[tuple[str, ...], Sealed(), Field(description="skills that would help")] = ()
    address: Annotated[str | None, Personal("address"), Field(description="current address, as written")] = None
    stated_community: Annotated[str | None, Field(description="community named in the ledger")] = None
    stated_grid: Annotated[str | None, Field(description="grid named in the ledger")] = None
    std_address_id: Annotated[str | None, Field(description="统一标准地址 id, opaque")] = None
    accuracy_m: PointAccuracy | None = None
    legal_basis: Ground | None = None
    notice_on: NoticeDay | None = None
    purpose: Purpose | None = None
    withdrawn_on: Annotated[dt.date | None, Field(description="撤回同意日期: first day without consent")] = None
    merged_into: MergedInto | None = None
    unmerged: Unmerged | None = None
    geometry: PointGeometry | None = None


class Member(Row):
    """报到党员, 社区党员 or volunteer who gives help; or a unit that has yet to name one."""

    table = "member"
    member_id: Annotated[str, Key(), Field(max_length=64)]
    name: Annotated[str | None, Personal("name")] = None
    kind: MemberKind = MemberKind.PERSON
    roles: tuple[Role, ...] = (Role.REGISTERED,)
    unit: Annotated[str | None, Field(description="派出单位")] = None
    skills: tuple[str, ...] = ()
    capacity: Annotated[int, Field(ge=0, le=50, description="包保上限: households at once")] = 1
    status: MemberStatus = MemberStatus.ACTIVE
    leave_from: dt.date | None = None
    leave_to: Annotated[dt.date | None, Field(description="last day of leave; empty until 销假")] = None
    radius_m: Annotated[float, Field(ge=0, description="own limit of walking distance")] | None = None
    phone: Annotated[str | None, Personal("phone")] = None
    id_no: Annotated[str | None, Personal("id_no")] = None
    gender: Gender | None = None
    dialect: str | None = None
    address: Annotated[str | None, Personal("address")] = None
    stated_community: str | None = None
    stated_grid: str | None = None
    std_address_id: str | None = None
    accuracy_m: PointAccuracy | None = None
    merged_into: MergedInto | None = None
    unmerged: Unmerged | None = None
    geometry: PointGeometry | None = None
