"""Judge an uploaded file before anything opens it: kind, size, zip bombs, XML entities, sheets of absurd width.

What a file is, its first bytes say; its name must agree. A zip (an XLSX is one) is unpacked once in a stream that is
counted and thrown away, so that no header can lie about its size.
"""

import re
import zipfile
from pathlib import Path

from gridmap.errors import InputError, Problem
from gridmap.phrases import say

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
MOST_PARTS = 5000
MOST_CELLS = 20_000_000
"""Of one sheet, empty ones included: a reader makes room for all of them."""
MOST_RATIO = 200
"""Unpacked against packed, counted from a megabyte on; ledgers come to 10 to 30."""

_CHUNK = 1 << 20
_OVERLAP = 64
_STARTS = {
    ".xlsx": b"PK", ".zip": b"PK", ".gpkg": b"SQLite format 3\x00", ".csv": b"", ".txt": b"", ".geojson": b"",
}  # fmt: skip
SUFFIXES = tuple(_STARTS)
_ENTITY = re.compile(
    rb"<!\s*(DOCTYPE|ENTITY)|<\x00!\x00(D\x00O\x00C\x00T|E\x00N\x00T)|\x00<\x00!\x00[DE]", re.IGNORECASE
)
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")


def _refuse(file: str, code: str, phrase: str = "", **values: object) -> InputError:
    return InputError([Problem(file, None, None, code, say(phrase or code, **values))])


def check_upload(path: Path, file: str) -> None:
    """Refuse a file that is too large, is not what its name says, or would harm whoever opens it.

    Raises:
        InputError: with the reason and what to do.
    """
    suffix = Path(file).suffix.lower()
    if suffix not in _STARTS:
        raise _refuse(file, "upload.kind", known=SUFFIXES)
    if path.stat().st_size > MOST_BYTES:
        raise _refuse(file, "upload.size", most=MOST_BYTES >> 20)
    with path.open("rb") as opened:
        start = opened.read(16)
    if not start:
        raise _refuse(file, "upload.empty")
    if not start.startswith(_STARTS[suffix]) or (
        suffix in (".csv", ".txt") and start.startswith((b"PK\x03", b"\xd0\xcf"))
    ):
        raise _refuse(file, "upload.disguised", suffix=suffix)
    if start.startswith(b"PK"):
        _check_zip(path, file)


def _check_zip(path: Path, file: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise _refuse(file, "upload.bomb", "upload.parts", most=MOST_PARTS)
            room = min(MOST_UNPACKED, max(_CHUNK, path.stat().st_size * MOST_RATIO))
            for part in parts:
                _check_name(part, file)
                room -= _read_part(archive, part, file, room)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _refuse(file, "upload.broken") from error


def _check_name(part: zipfile.ZipInfo, file: str) -> None:
    name = part.filename
    if name.startswith(("/", "\\")) or ".." in Path(name).parts or ":" in name[:3]:
        raise _refuse(file, "upload.path")
    if Path(name).suffix.lower() in (".zip", ".7z", ".rar", ".gz"):
        raise _refuse(file, "upload.nested")


def _read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, file: str, room: int) -> int:
    """Unpack one part into nothing; return its bytes."""
    size, tail = 0, b""
    xml = part.filename.lower().endswith((".xml", ".rels", ".kml", ".gml", ".vml", ".qgs"))
    sheet = _Sheet() if part.filename.startswith("xl/worksheets/") else None
    with archive.open(part) as opened:
        while chunk := opened.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise _refuse(file, "upload.bomb")
            joined = tail + chunk
            if xml and _ENTITY.search(joined):
                raise _refuse(file, "upload.entity")
            if sheet is not None:
                sheet.see(joined)
                if sheet.cells > MOST_CELLS:
                    raise _refuse(file, "upload.sheet")
            tail = joined[-_OVERLAP:]
    return size


class _Sheet:
    """How far the cells of a sheet reach."""

    def __init__(self) -> None:
        self._columns: set[bytes] = set()
        self._rows = 0

    def see(self, chunk: bytes) -> None:
        """Look at the references of a part of the sheet."""
        found = _REFERENCE.findall(chunk)
        if found:
            self._columns |= {name for name, _ in found}
            self._rows = max(self._rows, *map(int, {number for _, number in found}))

    @property
    def cells(self) -> int:
        """Return how many cells a reader makes room for."""
        width = max((_number(name) for name in self._columns), default=0)
        return width * self._rows


def _number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number
