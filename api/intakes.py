"""What the import commands, pages and jobs do: bring a kept file, its decisions and the core together."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geodata.workspace import Workspace
from gridmap import mixup, work
from gridmap.collecting import collector_paused
from gridmap.errors import CrsError, InputError, Problem
from gridmap.lawful import STATED
from gridmap.maps.importing import Choices, Offered
from gridmap.merging import Brought
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import Import, ImportKind, ImportStatus, Level
from gridmap.work import Outcome, Progress


def take_in(workspace: Workspace, store: Store, name: str, data: bytes, *, sender: str = "", actor: str) -> Import:
    """Keep an uploaded file, say what it is, and propose what its columns are; nothing is brought in yet.

    Raises:
        InputError: the file is refused or cannot be read.
    """
    from geodata.recognise import recognise
    from geodata.uploads import file_name, keep_upload

    file = file_name(name)
    files = workspace.files(store)
    digest = keep_upload(files, file, data)
    with files.in_clear(file, data) as path:
        guess = recognise(path, file)
    known = work.remembered(store, sender, guess.headers)
    kind = known.kind if known else guess.kind
    facts = {
        "file": file,
        "sha256": digest,
        "sender": sender.strip()[:80],
        "kind": kind,
        "level": None if guess.level is None else str(guess.level),
        "guess": json.dumps({**asdict(guess), "word": guess.word, "remembered": known is not None}, ensure_ascii=False),
        "columns": json.dumps(known.columns if known else chosen(kind, guess.level, guess.headers), ensure_ascii=False),
        "points": known.points if known else None,
    }
    return work.draft(store, facts, actor=actor)


def proposals(kind: ImportKind, level: Level | str | None, headers: tuple[str, ...]) -> list[Any]:
    """Return what each header may be for a kind of file; polygons may be any level."""
    from geodata.headers import propose
    from geodata.recognise import row_of

    return propose(headers, row_of(kind, level or Level.COMMUNITY))


def chosen(kind: ImportKind, level: Level | str | None, headers: tuple[str, ...]) -> dict[str, str]:
    """Return header = our column for every header that is surely known; a fuzzy one waits for a person."""
    found = proposals(kind, level, headers)
    return {one.header: one.ours for one in found if one.ours and one.how in ("exact", "normalised", "alias")}


def decide(store: Store, import_id: str, decided: Mapping[str, Any]) -> Import:
    """Keep what a person decided about an import; check it against what can be.

    Raises:
        InputError: a header that the file has not, a column that we have not or that two headers feed.
    """
    found = work.imported(store, import_id)
    kind = ImportKind(decided.get("kind", found.kind))
    level = decided.get("level", found.level) if kind is ImportKind.POLYGONS else None
    headers = tuple(json.loads(found.guess)["headers"])
    if "columns" in decided:
        columns = {header: ours for header, ours in decided["columns"].items() if ours}
    elif (kind, level) != (ImportKind(found.kind), found.level):
        columns = chosen(kind, level, headers)
    else:
        columns = json.loads(found.columns)
    _check(kind, level, headers, columns)
    kept = {name: decided[name] for name in ("scope", "sender") if name in decided} | _ground(decided)
    if "points" in decided:
        kept["points"] = _points(decided["points"])
    facts = {"kind": kind, "level": level, "columns": json.dumps(columns, ensure_ascii=False), **kept}
    return work.settle(store, import_id, facts)


def _ground(decided: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was decided about the ground of households that the file states none for: all of it or nothing."""
    if "legal_basis" not in decided:
        return {}
    if not decided["legal_basis"]:
        return dict.fromkeys(STATED)
    missing = [name for name in STATED if not decided.get(name)]
    if missing:
        said = say("legal_basis.incomplete", names=[say(f"legal_basis.{name}") for name in missing])
        raise InputError([Problem("request", None, missing[0], "legal_basis.incomplete", said)])
    return {name: decided[name] for name in STATED}


AUTO = "auto"
"""The answer of who leaves it to the rows to tell what the coordinates are."""


def _points(said: str) -> str | None:
    """Return what a person says of the coordinates as it is kept; raise InputError for what nobody can read."""
    if said == AUTO:
        return None
    try:
        mixup.reading(said)
    except CrsError as error:
        raise InputError([Problem("request", None, "points", "points.reading", str(error))]) from None
    return said


def readings(store: Store) -> list[str]:
    """Return the readings of coordinates that are offered: degrees of each datum, the city's metres, either order."""
    named = ["wgs84", "gcj02", "bd09"]
    metric = work.city_facts(store).metric_crs
    named += [metric] if metric.startswith("EPSG:") else []
    return [AUTO, *(f"{name}{order}" for order in ("", mixup.SWAPPED) for name in named), mixup.NO_POINTS]


def _check(kind: ImportKind, level: str | None, headers: tuple[str, ...], columns: Mapping[str, str]) -> None:
    from geodata.headers import targets
    from geodata.recognise import row_of

    known = targets(row_of(kind, level))
    problems = []
    for header, ours in columns.items():
        if header not in headers:
            problems.append(
                Problem("request", None, header, "column.missing", say("column.absent", name=header, names=headers))
            )
        if ours not in known:
            said = say("column.target", ours=ours, header=header)
            problems.append(Problem("request", None, header, "column.unknown", said))
    twice = sorted({ours for ours in columns.values() if list(columns.values()).count(ours) > 1})
    for ours in twice:
        fed = [header for header, mine in columns.items() if mine == ours]
        problems.append(Problem("request", None, ours, "column.twice", say("column.twice", headers=fed)))
    if problems:
        raise InputError(problems)


def read_kept(workspace: Workspace, store: Store, found: Import) -> Brought:
    """Read the kept file of an import as it was decided."""
    from geodata.intake import read_import
    from geodata.uploads import kept_upload

    with kept_upload(workspace.files(store), found.file, found.sha256) as path:
        return read_import(
            path,
            found,
            json.loads(found.columns),
            metric_crs=work.city_facts(store).metric_crs,
            gazetteer=lambda: work.gazetteer(store),
        )


def preview(workspace: Workspace, store: Store, import_id: str) -> tuple[Outcome, tuple[str, ...]]:
    """Return what an import would do, and the headers that are not read."""
    with collector_paused():
        brought = read_kept(workspace, store, work.imported(store, import_id))
        return work.preview(store, import_id, brought), brought.unused


def look(workspace: Workspace, store: Store, import_id: str) -> Import:
    """Keep with an import what it would do, for its page."""
    outcome, _ = preview(workspace, store, import_id)
    return work.settle(store, import_id, {"report": outcome.as_json()})


def choices(store: Store, found: Import) -> Choices:
    """Return what each header may be, what a header may feed, and how points may be read."""
    from geodata.headers import targets
    from geodata.recognise import row_of

    kind, level = ImportKind(found.kind), found.level or Level.COMMUNITY
    headers = tuple(json.loads(found.guess)["headers"])
    columns = [Offered(**asdict(one)) for one in proposals(kind, level, headers)]
    return Choices(columns, targets(row_of(kind, level)), readings(store))


def bring_in(workspace: Workspace, store: Store, import_id: str, *, actor: str, progress: Progress) -> Import:
    """Bring a file in, in one transaction."""
    found = work.imported(store, import_id)
    if found.status is ImportStatus.APPLIED:
        return found
    progress("read", 0, 1)
    with collector_paused():
        brought = read_kept(workspace, store, found)
        progress("read", 1, 1)
        return work.bring_in(store, import_id, brought, actor=actor, progress=progress)[0]


def take_back(workspace: Workspace, store: Store, import_id: str, *, actor: str) -> Import:
    """Undo a whole import and remove its file."""
    done = work.take_back(store, import_id, actor=actor)
    _forget(workspace, store, done)
    return done


def discard(workspace: Workspace, store: Store, import_id: str, *, actor: str) -> Import:
    """Close an import that shall not be brought in and remove its file."""
    done = work.discard(store, import_id, actor=actor)
    _forget(workspace, store, done)
    return done


def _forget(workspace: Workspace, store: Store, done: Import) -> None:
    """Remove a file that no other import needs."""
    from geodata.uploads import forget_upload

    others = [one for one in work.imported_before(store) if one.sha256 == done.sha256]
    if all(one.status in ("undone", "discarded") for one in others):
        forget_upload(workspace.folder, done.file, done.sha256)


def marked(workspace: Workspace, store: Store, import_id: str, *, lang: str) -> bytes:
    """Return the sheet with the problems of each row beside it; that it left in clear is logged."""
    from geodata.marking import marked_sheet
    from geodata.uploads import kept_upload

    found = work.imported(store, import_id)
    brought = read_kept(workspace, store, found)
    outcome = work.preview(store, import_id, brought)
    with kept_upload(workspace.files(store), found.file, found.sha256) as path:
        work.log_export(store, noun=f"sheet of {import_id}", form="xlsx", rows=brought.total, reason="import")
        return marked_sheet(path, found.file, outcome.problems, headers=json.loads(found.columns), lang=lang)


def load_file(path: Path) -> bytes:
    """Return the bytes of a file on this computer.

    Raises:
        InputError: it cannot be opened, or is larger than an upload may be.
    """
    from geodata.guards import MOST_BYTES

    try:
        if path.stat().st_size > MOST_BYTES:
            said = say("upload.size", most=MOST_BYTES >> 20)
            raise InputError([Problem(path.name, None, None, "upload.size", said)])
        return path.read_bytes()
    except OSError as error:
        said = say("upload.missing", why=error.strerror)
        raise InputError([Problem(path.name, None, None, "file.missing", said)]) from None
