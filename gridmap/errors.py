"""Every error that Gridmap raises on purpose.

GridmapError
├── InputError            files, rows or settings that must be mended first; carries Problems
│   ├── SettingsError     CITY.toml
│   ├── FrameError        a frame that breaks the facts of its noun
│   └── PhotoError        a photo that is none, or not the one that its name says
├── CrsError              a coordinate system or datum that cannot be used
├── PairingError          rules or locks that contradict each other
├── PersonMissing         there is no household or member of that id who counts today
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
├── AccountError          an account or token cannot be made, found or ended as asked
├── SignInRefused         a name, password or session that lets nobody in; never says why
├── BringingError         a file cannot be brought in or taken back as asked
│   ├── ImportMissing     there is no such import
│   ├── ImportClosed      it was applied, undone or discarded before
│   └── ImportChanged     rows that it touched have changed since
├── JobMissing            there is no such job
├── Overtaken             a row is no longer as it was seen when the change was asked for
├── KeyReused             a key for asking once was used for something else
├── UploadTooLarge        more bytes than a request may bring
├── AssetsMissing         the browser libraries that pages need
└── StoreError            the workspace or the database
    ├── WorkspaceMissing  nothing was built there yet
    ├── WorkspaceBusy     another process writes
    ├── WorkspaceAway     its database does not answer
    ├── WorkspaceFull     its disk has no room left
    ├── WorkspaceNewer    made by a newer Gridmap
    ├── KeyLost           what is encrypted cannot be read with the envelope key that is here
    └── BackupError       a backup cannot be made, read or put back
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from gridmap.phrases import Language, Said, lines, say, told


class Severity(StrEnum):
    """How much a problem matters: an error stops the work, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input, said so that a person can mend it.

    `row` counts as the sender's program shows it: 1 is the header of a table, so data starts at 2; a feature of a
    layer without rows is counted from 1. `message` names the value (masked when personal) and what to do, in English;
    `message_zh` says the same in Chinese and comes with a message that `gridmap.phrases.say` made.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    message: str
    severity: Severity = Severity.ERROR
    message_zh: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "message_zh", self.message_zh or told(self.message, "zh"))

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {**asdict(self), "message": told(self.message, "en"), "severity": str(self.severity)}

    def told(self, language: Language) -> str:
        """Say where and what in a language, on one line."""
        row = "" if self.row is None else told(say("cli.row", row=self.row), language)
        where = ":".join(part for part in (self.file, row, self.column or "") if part)
        return f"{where}: [{self.code}] {self.message_zh if language == 'zh' else self.message}"

    def __str__(self) -> str:
        return self.told("en")


class GridmapError(Exception):
    """The base of every error raised on purpose; raised with a phrase of `gridmap.phrases` it speaks both languages."""

    def told(self, language: Language) -> str:
        """Say what stopped the work in a language."""
        return told(str(self), language)


class InputError(GridmapError):
    """Input that must be mended first; `problems` holds all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(Said(*("\n".join(problem.told(lang) for problem in self.problems) for lang in ("en", "zh"))))


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
        super().__init__(lines([say("review.refused_row", row=at + 1, said=str(one)) for at, one in against.items()]))


class StaleRow(ReviewError):  # noqa: N818
    """The row has changed since it was shown: look at it again."""


class AccountError(GridmapError):
    """An account or token cannot be made, found or ended as asked."""


class NotAllowed(GridmapError):  # noqa: N818  the name says the state, as the message does
    """Whoever asks has no role that allows this."""


class SignInRefused(GridmapError):  # noqa: N818  the name says the state, as the message does
    """A name, password, code or session lets nobody in; the message is the same whatever the reason.

    `promise` is what a code may be sent with, and `account_id` whose (gridmap.second_steps); empty where nobody here
    has a second step.
    """

    def __init__(self, message: str, *, promise: str = "", account_id: str = "") -> None:
        super().__init__(message)
        self.promise = promise
        self.account_id = account_id


class BringingError(GridmapError):
    """A file cannot be brought in or taken back as asked."""


class ImportMissing(BringingError):  # noqa: N818  the name says the state, as the message does
    """There is no such import."""


class ImportClosed(BringingError):  # noqa: N818
    """The import was applied, undone or discarded before."""


class ImportChanged(BringingError):  # noqa: N818
    """Rows that the import touched have changed since, so that undoing it would lose those changes."""


class JobMissing(GridmapError):  # noqa: N818
    """There is no such job."""


class Overtaken(GridmapError):  # noqa: N818
    """A row is no longer as it was seen when the change was asked for: look at it again."""


class KeyReused(GridmapError):  # noqa: N818
    """A key for asking once was used for something else."""


class UploadTooLarge(GridmapError):  # noqa: N818  the name says the state, as the message does
    """A request brings more bytes than it may."""


class CrsError(GridmapError):
    """A coordinate system or datum is unknown, refused or cannot be guessed."""


class PairingError(GridmapError):
    """Pairing rules or locks contradict each other."""


class PersonMissing(GridmapError):  # noqa: N818  the name says the state, as the message does
    """There is no household or member of that id who counts today."""


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


class EmergencyMissing(GridmapError):  # noqa: N818  the name says the state, as the message does
    """There is no such emergency, or it does not concern whoever asks."""


class EmergencyRefused(GridmapError):  # noqa: N818
    """An emergency is not in the state for this, or the second person is the first."""


class StoreError(GridmapError):
    """The workspace or the database cannot be used."""


class WorkspaceMissing(StoreError):  # noqa: N818  the name says the state, as the message does
    """Nothing was built in this folder yet."""


class WorkspaceBusy(StoreError):  # noqa: N818
    """Another process is writing to the workspace."""


class WorkspaceAway(StoreError):  # noqa: N818
    """The database does not answer: it is being started anew, or there is no way to it."""


class WorkspaceFull(StoreError):  # noqa: N818
    """The disk of the workspace or of the database has no room left."""


class WorkspaceNewer(StoreError):  # noqa: N818
    """The workspace was made by a newer Gridmap."""


class KeyLost(StoreError):  # noqa: N818
    """What is encrypted cannot be read with the envelope key that is here."""


class BackupError(StoreError):
    """A backup cannot be made, read or put back."""
