"""Every error that Gridmap raises on purpose.

GridmapError
├── InputError            files, rows or settings that must be mended first; carries Problems
│   ├── SettingsError     CITY.toml
│   ├── FrameError        a frame that breaks the facts of its noun
│   └── PhotoError        a photo that is none, or not the one that its name says
├── CrsError              a coordinate system or datum that cannot be used
├── PairingError          rules or locks that contradict each other
├── ProposalError         a proposal cannot be made or applied as asked
│   ├── ProposalMissing   there is no such proposal
│   ├── ProposalClosed    it was applied, reversed or refused before
│   ├── LimitBroken       the moves that were chosen break a limit
│   └── StaleProposal     what it was made from has changed since
├── ReviewError           a decision about a row cannot be kept as asked
│   ├── DecisionMissing   there is no such row or decision
│   ├── DecisionRefused   a standard address id decides, or the place is not on the map
│   ├── DecisionsRefused  some of many decisions cannot be kept, so none is
│   └── StaleRow          the row has changed since it was shown
├── UploadTooLarge        more bytes than a request may bring
├── AssetsMissing         the browser libraries that pages need
└── StoreError            the workspace or the database
    ├── WorkspaceMissing  nothing was built there yet
    ├── WorkspaceBusy     another process writes
    └── WorkspaceNewer    made by a newer Gridmap
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a problem matters: an error stops the work, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input, said so that a person can mend it.

    `row` counts as the sender's program shows it: 1 is the header of a table, so data starts at 2; a feature of a
    layer without rows is counted from 1. `message` names the value (masked when personal) and what to do.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {**asdict(self), "severity": str(self.severity)}

    def __str__(self) -> str:
        where = ":".join(
            part for part in (self.file, f"row {self.row}" if self.row is not None else "", self.column or "") if part
        )
        return f"{where}: [{self.code}] {self.message}"


class GridmapError(Exception):
    """The base of every error raised on purpose."""


class InputError(GridmapError):
    """Input that must be mended first; `problems` holds all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(InputError):
    """CITY.toml has unknown keys, wrong types or contradictions."""


class FrameError(InputError):
    """A frame breaks the facts of its noun."""


class PhotoError(InputError):
    """A photo is no photo, is damaged, or is not the one that its name says."""


class ReviewError(GridmapError):
    """A decision about a row cannot be kept as asked."""


class DecisionMissing(ReviewError):  # noqa: N818
    """There is no such row or decision."""


class DecisionRefused(ReviewError):  # noqa: N818
    """The decision cannot hold: a standard address id decides, or the place is not on the map."""


class DecisionsRefused(ReviewError):  # noqa: N818
    """Some of many decisions cannot be kept, so none is; `against` says what stands against each, by position."""

    def __init__(self, against: dict[int, ReviewError]) -> None:
        self.against = against
        super().__init__("\n".join(f"{at + 1}: {error}" for at, error in against.items()))


class StaleRow(ReviewError):  # noqa: N818
    """The row has changed since it was shown: look at it again."""


class UploadTooLarge(GridmapError):  # noqa: N818  the name says the state, as the message does
    """A request brings more bytes than it may."""


class CrsError(GridmapError):
    """A coordinate system or datum is unknown, refused or cannot be guessed."""


class PairingError(GridmapError):
    """Pairing rules or locks contradict each other."""


class ProposalError(GridmapError):
    """A proposal cannot be made or applied as asked."""


class ProposalMissing(ProposalError):  # noqa: N818  the name says the state, as the message does
    """There is no such proposal."""


class ProposalClosed(ProposalError):  # noqa: N818
    """The proposal was applied, reversed or refused before."""


class LimitBroken(ProposalError):  # noqa: N818
    """The moves that were chosen break a limit when they are made without the others."""


class StaleProposal(ProposalError):  # noqa: N818
    """What the proposal was made from has changed since: propose anew."""


class AssetsMissing(GridmapError):  # noqa: N818  the name says the state, as the message does
    """The browser libraries that pages need are not installed."""


class StoreError(GridmapError):
    """The workspace or the database cannot be used."""


class WorkspaceMissing(StoreError):  # noqa: N818  the name says the state, as the message does
    """Nothing was built in this folder yet."""


class WorkspaceBusy(StoreError):  # noqa: N818
    """Another process is writing to the workspace."""


class WorkspaceNewer(StoreError):  # noqa: N818
    """The workspace was made by a newer Gridmap."""
