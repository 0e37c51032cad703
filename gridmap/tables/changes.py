"""What became different: a line for every household, member and pairing that a revision touched."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gridmap.schema import Key, Ref, Row


class ChangedNoun(StrEnum):
    """The nouns whose changes are kept."""

    HOUSEHOLD = "household"
    MEMBER = "member"
    PAIRING = "pairing"


class ChangeKind(StrEnum):
    """What became of a row, the weightiest first: a row that ended and moved has ended."""

    ADDED = "added"
    ENDED = "ended"
    LEAVE = "leave"
    RETURN = "return"
    MOVED = "moved"
    CHANGED = "changed"


class Change(Row):
    """变动: what one revision did to one household, member or pairing; added by the step itself, never edited.

    Ids and names of columns only, no values: a change says nothing about a person that the person's row does not. The
    ids stay when the people are gone. The first load of a workspace is where its history begins and leaves no lines.
    """

    table = "change"
    revision: Annotated[int, Key(), Ref("revision"), Field(ge=1)]
    noun: Annotated[ChangedNoun, Key()]
    row_id: Annotated[str, Key(), Field(max_length=200)]
    kind: ChangeKind
    fields: Annotated[tuple[str, ...], Field(description="columns that differ")] = ()
    household_id: str | None = None
    member_id: str | None = None
    grid_id: Annotated[str | None, Field(description="of the household, else the member; the last one known")] = None
    community_id: str | None = None
    before_grid_id: Annotated[str | None, Field(description="where it was, for one that moved")] = None
    before_community_id: str | None = None
