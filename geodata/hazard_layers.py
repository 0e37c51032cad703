"""Hazard layers as they come -> hazard sites and the zones that they endanger.

A polygon is a surveyed zone, with its site at an inner point; a point or a line gets an estimated zone round it.
"""

import numpy as np
import pandas as pd
import shapely

from geodata import topology
from geodata.city import HazardSource
from geodata.headers import MOST_MONITORS
from geodata.sources import Piece
from geodata.values import NO, YES, fold
from gridmap import crs, frames
from gridmap.tables import Monitor, SiteStatus

KINDS = {
    "滑坡": "landslide", "崩塌": "rockfall_collapse", "泥石流": "debris_flow", "地面塌陷": "ground_collapse",
    "路面塌陷": "ground_collapse", "地裂缝": "ground_fissure", "地面沉降": "land_subsidence",
    "不稳定斜坡": "unstable_slope", "内涝": "waterlogging", "内涝点": "waterlogging", "危房": "dangerous_building",
}  # fmt: skip
"""The kinds of the official ledger (domain notes, section 7); other words are kept as they are."""


def with_source(piece: Piece, source: HazardSource) -> Piece:
    """Add what only the source knows: the kind where no column says it, and the size of an estimated zone."""
    frame = piece.frame
    kind = frame["kind"] if "kind" in frame else pd.Series([None] * len(frame), dtype=object)
    named = kind.map(lambda word: KINDS.get(str(word).strip(), word), na_action="ignore")
    frame = _with_status(frame.assign(kind=named.where(kind.notna(), source.kind), _buffer_m=source.buffer_m))
    return Piece(frame, piece.file, piece.numbers)


def _answer(cell: object) -> str | None:
    """Read 是, 否, 已销号, 未销号."""
    word = fold(str(cell)).removesuffix("销号")
    if word in YES or word in ("", "已"):
        return str(SiteStatus.DEREGISTERED)
    return str(SiteStatus.WATCHED) if word in NO or word in ("未", "没有", "尚未") else None


def _with_status(frame: pd.DataFrame) -> pd.DataFrame:
    """Say which sites are over: 是否销号 decides; where it says nothing, a stated day or reason of 销号 does.

    What cannot be read leaves a site watched: a danger too many is asked about, one too few is not seen.
    """
    told = [name for name in ("_deregistered", "deregistered_on", "deregistered_reason") if name in frame]
    if not told:
        return frame
    over = frame[[name for name in told if name != "_deregistered"]].notna().any(axis=1)
    status = pd.Series(None, index=frame.index, dtype=object).mask(over, str(SiteStatus.DEREGISTERED))
    if "_deregistered" in frame:
        answers = frame["_deregistered"].map(_answer, na_action="ignore")
        status = answers.where(answers.notna(), status)
    return frame.drop(columns="_deregistered", errors="ignore").assign(status=status)


def _estimated(shapes: np.ndarray, buffer_m: np.ndarray, metric: str) -> np.ndarray:
    """Return circles (or bands) round shapes, in storage degrees."""
    round_ = shapely.buffer(topology.to_metres(shapes, metric), buffer_m)
    return np.asarray(shapely.orient_polygons(crs.to_storage(round_, metric)))


def sites_and_zones(rows: pd.DataFrame, metric: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (hazard sites, danger zones) of rows whose geometry is a point, a line or a polygon."""
    if "geometry" not in rows:
        return rows.drop(columns="_buffer_m", errors="ignore"), pd.DataFrame({"zone_id": pd.Series([], dtype="str")})
    shapes = rows["geometry"].to_numpy(dtype=object)
    there = ~shapely.is_missing(shapes)
    surveyed = np.isin(shapely.get_type_id(shapes), (3, 6))
    points = shapes.copy()
    points[there] = shapely.point_on_surface(shapes[there])
    zones = shapes.copy()
    buffer_m = rows["_buffer_m"].to_numpy(dtype=float)
    drawn = there & ~surveyed & (buffer_m > 0) & (metric is not None)
    if drawn.any() and metric is not None:
        zones[drawn] = _estimated(shapes[drawn], buffer_m[drawn], metric)
    kept = surveyed | drawn
    ids = rows["hazard_id"].to_numpy(dtype=object)
    name = rows["name"] if "name" in rows else pd.Series([None] * len(rows), dtype=object)
    sites = rows.assign(geometry=points, name=name.where(name.notna(), rows["hazard_id"])).drop(columns="_buffer_m")
    zone = pd.DataFrame(
        {"zone_id": ids[kept], "hazard_id": ids[kept], "estimated": ~surveyed[kept], "geometry": zones[kept]}
    )
    return sites, zone


def community_of(sites: pd.DataFrame, ids: np.ndarray, shapes: np.ndarray) -> pd.Series:
    """Return the id of the community that holds each site, missing where none does."""
    points = sites["geometry"].to_numpy(dtype=object)
    there = np.flatnonzero(~shapely.is_missing(points))
    found = topology.holder(points[there], shapes)
    result = np.full(len(sites), None, dtype=object)
    result[there[found >= 0]] = ids[found[found >= 0]]
    return pd.Series(result, dtype=object)


def monitors(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each person that the columns of monitors name, by site and place in the ledger."""
    found = []
    for place in range(1, MOST_MONITORS + 1):
        parts = {"name": f"_monitor_{place}", "phone": f"_monitor_phone_{place}"}
        cells = {ours: rows[part] for ours, part in parts.items() if part in rows}
        if cells:
            one = pd.DataFrame({"hazard_id": rows["hazard_id"], "place": place, **cells})
            found.append(one.dropna(subset=list(cells), how="all"))
    if not found:
        return frames.empty(Monitor)
    people = pd.concat(found).sort_values(["hazard_id", "place"], kind="stable")
    return people.assign(monitor_id=people["hazard_id"].astype(str) + ":" + people["place"].astype(str))
