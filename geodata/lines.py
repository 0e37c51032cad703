"""Walkable lines: one LineString per path, and the walkable ways of OpenStreetMap."""

import numpy as np
import pandas as pd
import shapely

from geodata import values
from geodata.city import PathSource
from geodata.findings import Findings
from geodata.rows import Rows
from geodata.sources import Piece
from gridmap.phrases import say

WALKABLE = (
    "footway", "path", "steps", "pedestrian", "living_street", "residential", "service", "unclassified", "track",
    "cycleway", "bridleway", "corridor", "platform", "road", "tertiary", "tertiary_link", "secondary", "secondary_link",
    "primary", "primary_link",
)  # fmt: skip
"""The `highway` values that people may walk along (OpenStreetMap wiki, access restrictions by default)."""

_CLOSED = {"no", "private"}
_OPEN = {"yes", "designated", "permissive"}


def walkable(source: PathSource) -> PathSource:
    """Complete a source that is an OpenStreetMap file: its lines, its walkable ways, its kinds and its gates."""
    if not source.path.lower().endswith((".osm.pbf", ".osm")):
        return source
    names = ", ".join(f"'{name}'" for name in WALKABLE)
    return source.model_copy(
        update={
            "layer": source.layer or "lines",
            "where": source.where or f"highway IN ({names})",
            "id": source.id or "osm_key",
            "kind": source.kind or "highway",
            "columns": {"_access": "access", "_foot": "foot", **source.columns},
        }
    )


def _truth(cell: object) -> bool:
    try:
        return bool(values.yes_no(cell))
    except ValueError:
        return False


def as_paths(piece: Piece, findings: Findings) -> Piece:
    """Turn a source's marks of closed ways into `passable`."""
    frame = piece.frame
    closed = np.zeros(len(frame), dtype=bool)
    if "_impassable" in frame:
        closed |= np.array([_truth(cell) for cell in frame["_impassable"]], dtype=bool)
    if "_foot" in frame and "_access" in frame:
        foot, access = frame["_foot"], frame["_access"]
        closed |= (foot.isin(_CLOSED) | (access.isin(_CLOSED) & ~foot.isin(_OPEN))).to_numpy(dtype=bool)
    if closed.any():
        findings.note(piece.file, "path.closed", say("path.closed", count=int(closed.sum())))
    return Piece(frame.assign(passable=~closed), piece.file, piece.numbers)


def explode(rows: Rows) -> Rows:
    """Make every part of a line a path of its own; later parts get ~2, ~3, ..."""
    if "geometry" not in rows.frame:
        return rows
    parts, owner = shapely.get_parts(rows.frame["geometry"].to_numpy(dtype=object), return_index=True)
    frame = rows.frame.iloc[owner].reset_index(drop=True).assign(geometry=parts)
    turn = pd.Series(owner).groupby(owner).cumcount()
    ids = frame["path_id"].astype("str")
    frame["path_id"] = ids.where(turn == 0, ids + "~" + (turn + 1).astype("str"))
    return Rows(frame, rows.files[owner], rows.numbers[owner])
