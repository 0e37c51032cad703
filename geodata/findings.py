"""Collect what is wrong with input, and say it so that a person can still read it.

Twenty problems of one kind in one file are shown one by one; the others are counted in one line.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from gridmap.errors import Problem, Severity
from gridmap.phrases import say

SHOWN = 20
"""How many problems of one code in one file are shown singly."""


class Findings:
    """Problems of many files, in the order in which they were found."""

    def __init__(self, shown: int = SHOWN) -> None:
        self._most = shown
        self._shown: list[Problem] = []
        self._counts: dict[tuple[str, str, Severity], int] = {}

    def add(self, problem: Problem) -> None:
        """Keep a problem, or count it when its like was shown often enough."""
        kind = (problem.file, problem.code, problem.severity)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] <= self._most:
            self._shown.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several problems."""
        for problem in problems:
            self.add(problem)

    def error(self, file: str, code: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Keep something that stops the build."""
        self.add(Problem(file, row, column, code, message, Severity.ERROR))

    def warn(self, file: str, code: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Keep something that was mended or left out."""
        self.add(Problem(file, row, column, code, message, Severity.WARNING))

    def note(self, file: str, code: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Keep something worth knowing."""
        self.add(Problem(file, row, column, code, message, Severity.NOTE))

    def rows(
        self,
        keep: Callable[..., None],
        file: str,
        code: str,
        numbers: Sequence[int] | np.ndarray,
        say: Callable[[int], str] | str,
        **where: Any,  # noqa: ANN401  handed on to `keep`
    ) -> None:
        """Keep one problem per row; `say` gets the position in `numbers`, and only for those that are shown.

        `keep` is `error`, `warn` or `note` of this object.
        """
        severity = {"error": Severity.ERROR, "warn": Severity.WARNING, "note": Severity.NOTE}[keep.__name__]
        kind = (file, code, severity)
        room = max(0, self._most - self._counts.get(kind, 0))
        for at, number in enumerate(numbers[:room]):
            keep(file, code, say if isinstance(say, str) else say(at), row=int(number), **where)
        self._counts[kind] = self._counts.get(kind, 0) + max(0, len(numbers) - room)

    @property
    def stopped(self) -> bool:
        """Whether anything was found that stops the build."""
        return any(severity is Severity.ERROR for _, _, severity in self._counts)

    @property
    def problems(self) -> list[Problem]:
        """Every problem shown, then one line per kind that had more."""
        more = [
            Problem(file, None, None, code,
                    say("more", count=count, rest=count - self._most, shown=self._most), severity)
            for (file, code, severity), count in self._counts.items()
            if count > self._most
        ]  # fmt: skip
        return [*self._shown, *more]
