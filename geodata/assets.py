"""Put the pages' scripts, styles and browser libraries beside the pages."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from gridmap.errors import AssetsMissing
from gridmap.phrases import say


def folder() -> Path:
    """Return the folder static/: of this checkout, or the one that GRIDMAP_STATIC names."""
    named = os.environ.get("GRIDMAP_STATIC")
    return Path(named) if named else Path(__file__).resolve().parent.parent / "static"


def _wanted(static: Path, *, pages_only: bool) -> Iterator[Path]:
    """Yield the paths under static/ that must be there."""
    listed = json.loads((static / "assets.json").read_text(encoding="utf-8"))
    del listed["about"]
    for facts in listed.values():
        if facts["pages"] or not pages_only:
            yield from (Path("vendor", facts["folder"], name.removeprefix("dist/")) for name in facts["files"])
    for kind in ("css", "js"):
        yield from sorted(path.relative_to(static) for path in (static / kind).iterdir())


def checked_folder(*, pages_only: bool = True) -> Path:
    """Return static/ after a look that every asset is there.

    Raises:
        AssetsMissing: the browser libraries were not installed.
    """
    static = folder()
    if not (static / "assets.json").is_file():
        raise AssetsMissing(say("assets.folder", folder=static))
    absent = [str(path) for path in _wanted(static, pages_only=pages_only) if not (static / path).is_file()]
    if absent:
        raise AssetsMissing(say("assets.missing", names=[*absent[:3], *(["..."] if absent[3:] else [])]))
    return static


def place(target: Path) -> int:
    """Copy what the pages need into a folder, so that they open from disk, and return how many files there are.

    Raises:
        AssetsMissing: the browser libraries were not installed.
    """
    static = checked_folder()
    count = 0
    for count, path in enumerate(_wanted(static, pages_only=True), start=1):  # noqa: B007  the last count is returned
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(static / path, target / path)
    return count
