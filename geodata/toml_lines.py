"""Find on which line each key of a TOML text stands; tomllib reads values but forgets where they were.

The text must already have been read by tomllib: the walk trusts it to be valid.
"""

import re

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_LONG = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_SHORT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_BARE = re.compile(r"[^,\]}\n#]*")


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def mark(self, path: KeyPath) -> None:
        line = self.text.count("\n", 0, self.at) + 1
        for size in range(1, len(path) + 1):
            self.lines.setdefault(path[:size], line)

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip(_SPACE)
            part = self.skip(_KEY)
            parts.append(part[1:-1] if part[:1] in "\"'" else part)
            self.skip(_SPACE)
            if self.text[self.at : self.at + 1] != ".":
                return parts
            self.at += 1

    def inside(self, parts: list[str]) -> KeyPath:
        """Return the path of a header: a part that is an array of tables stands for its last table."""
        path: KeyPath = ()
        for part in parts:
            path = (*path, part)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path

    def header(self) -> KeyPath:
        start = self.at
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        parts = self.key()
        end, self.at = self.at + (2 if several else 1), start
        if several:
            array = (*self.inside(parts[:-1]), parts[-1])
            self.counts[array] = self.counts.get(array, 0) + 1
        path = self.inside(parts)
        self.mark(path)
        self.at = end
        return path

    def pair(self, table: KeyPath) -> None:
        start = self.at
        path = (*table, *self.key())
        end, self.at = self.at, start
        self.mark(path)
        self.at = end + 1
        self.value(path)

    def value(self, path: KeyPath) -> None:
        self.skip(_BLANK)
        opening = self.text[self.at : self.at + 1]
        if opening in ("[", "{"):
            self.at += 1
            self.members(path, closing="]" if opening == "[" else "}")
        elif not (self.skip(_LONG) or self.skip(_SHORT)):
            self.skip(_BARE)

    def members(self, path: KeyPath, *, closing: str) -> None:
        count = 0
        while True:
            self.skip(_BLANK)
            if self.text[self.at] == closing:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
            elif closing == "}":
                self.pair(path)
            else:
                self.mark((*path, count))
                self.value((*path, count))
                count += 1


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every key; members of arrays are numbered from 0 in the path."""
    walk = _Walk(text)
    table: KeyPath = ()
    while True:
        walk.skip(_BLANK)
        if walk.at >= len(text):
            return walk.lines
        if text[walk.at] == "[":
            table = walk.header()
        else:
            walk.pair(table)


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of a key, or of the nearest table around it that is written down."""
    return next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), None)
