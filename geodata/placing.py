"""Bring shapes into storage degrees: declared systems are used, undeclared ones guessed from ranges and said aloud."""

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from geodata.city import Source
from geodata.findings import Findings
from gridmap import crs
from gridmap.errors import CrsError
from gridmap.phrases import Said, say

_STORED = {"EPSG:4326", "OGC:CRS84", "epsg:4326", "EPSG:4490"}
"""Systems whose numbers are stored as they are (CGCS2000 differs from WGS-84 by less than a metre)."""


@dataclass(frozen=True)
class System:
    """The system that a source's numbers are in; None when nobody knows."""

    crs: str | None
    swapped: bool = False


def _centres(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _in_degrees(x: np.ndarray, y: np.ndarray) -> bool:
    return bool(len(x) == 0 or np.mean((np.abs(x) <= 180) & (np.abs(y) <= 90)) > 0.5)


def short(system: str | None) -> str | None:
    """Return the short name of a system: EPSG:4547, or its own name."""
    if system is None or ":" in system[:8]:
        return system
    try:
        known = pyproj.CRS.from_user_input(system)
    except pyproj.exceptions.CRSError:
        return system
    authority = known.to_authority(min_confidence=70)
    return ":".join(authority) if authority else known.name


def _words(guess: crs.Guess) -> Said:
    return Said(guess.words_en, guess.words)


def settle(
    shapes: np.ndarray, declared: str | None, file: str, findings: Findings, *, near: tuple[float, float] | None
) -> System | None:
    """Return the system of the numbers, guessing when none is declared or the declared degrees are none."""
    x, y = _centres(shapes)
    if len(x) == 0:
        return System(declared or crs.STORAGE_CRS)
    if declared and not (declared in _STORED and not _in_degrees(x, y)):
        return System(declared)
    guesses = crs.guess(x, y, near) or (crs.guess(x, y) if near else [])
    said = say("why.no_degrees" if declared else "why.undeclared")
    best = guesses[0] if guesses else None
    if best is None or best.crs is None:
        unknown = say("crs.unknown.guess", why=said, guess=_words(best)) if best else say("crs.unknown", why=said)
        findings.error(file, "crs.unknown", unknown)
        return None
    keep = findings.note if best.crs == crs.STORAGE_CRS and not best.swapped else findings.warn
    keep(file, "crs.guessed", say("crs.guessed", why=said, guess=_words(best), crs=best.crs))
    return System(best.crs, swapped=best.swapped)


def place(
    shapes: np.ndarray, declared: str | None, source: Source, file: str, findings: Findings,
    *, near: tuple[float, float] | None = None,
) -> tuple[np.ndarray, str] | None:  # fmt: skip
    """Return (shapes in storage degrees, name of their system), or None after saying why not."""
    if source.crs and declared and short(source.crs) != short(declared):
        findings.note(file, "crs.overridden", say("crs.overridden", declared=short(declared), crs=source.crs))
    system = settle(shapes, source.crs or declared, file, findings, near=near)
    if system is None:
        return None
    name = short(system.crs) or crs.STORAGE_CRS
    shown = f"{name} {source.datum}" if source.datum else name
    if name in _STORED and not system.swapped and source.datum in (None, "wgs84") and source.to_wgs84 is None:
        return shapes, shown
    try:
        moved = crs.to_storage(shapes, system.crs, source.datum, source.to_wgs84, swapped=system.swapped)
    except CrsError as error:
        findings.error(file, "crs.refused", str(error))
        return None
    return moved, shown
