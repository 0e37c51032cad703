"""Coordinate systems and datums: everything stored is WGS-84 longitude, latitude; x is always east.

Two things are kept apart. A coordinate *system* (EPSG, PROJ) is exact and declared. A *datum in the Chinese sense*
(GCJ-02 of Amap and Tencent, BD-09 of Baidu) is a published distortion of WGS-84 degrees that PROJ does not know.
CGCS2000 differs from WGS-84 by less than a metre and is taken as equal (PROJ calls that a ballpark shift); Beijing 54
and Xian 80 differ by tens of metres and more, PROJ has no general parameters for them and silently does nothing, so
they are refused unless the user brings parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj.crs import BoundCRS
from pyproj.crs.coordinate_operation import ToWGS84Transformation

from gridmap.errors import CrsError
from gridmap.phrases import say

Degrees = NDArray[np.float64]
Datum = Literal["wgs84", "gcj02", "bd09"]

STORAGE_CRS = "EPSG:4326"

CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north: where the published GCJ-02 algorithm distorts; outside it nothing is changed."""

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000.0 / 180.0
_BAIDU_EAST, _BAIDU_NORTH = 0.0065, 0.006
_ROUNDS = 12
_EDGE_DEGREES = 0.05
"""No distortion is larger than this, so an inverse can only start within it of the box."""


def _arrays(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    east, north = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return east.copy(), north.copy()


def _inside(lon: Degrees, lat: Degrees, edge: float = 0.0) -> NDArray[np.bool_]:
    west, south, east, north = CHINA_BOX
    return (lon >= west - edge) & (lon <= east + edge) & (lat >= south - edge) & (lat <= north + edge)


def _wave(angle: Degrees, *terms: tuple[float, float]) -> Degrees:
    total = np.zeros_like(angle)
    for height, divisor in terms:
        total += height * np.sin(angle * np.pi / divisor)
    return total * 2.0 / 3.0


def _gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Distort WGS-84 degrees by the published GCJ-02 series (Krassowsky 1940 ellipsoid), box or no box."""
    x, y = lon - 105.0, lat - 35.0
    ripple = _wave(x, (20.0, 1 / 6), (20.0, 1 / 2))
    root = np.sqrt(np.abs(x))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north_m += _wave(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east_m += _wave(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    phi = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    prime_vertical_m = _SEMI_MAJOR_M / np.sqrt(flat)
    meridian_m = prime_vertical_m * (1.0 - _ECCENTRICITY_SQUARED) / flat
    return lon + np.degrees(east_m / (prime_vertical_m * np.cos(phi))), lat + np.degrees(north_m / meridian_m)


def _bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Distort GCJ-02 degrees by Baidu's published polar wobble and offset, box or no box."""
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU_TURN)
    turn = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(turn) + _BAIDU_EAST, radius * np.sin(turn) + _BAIDU_NORTH


_SERIES = {"gcj02": _gcj02, "bd09": _bd09}


def _forward(lon: ArrayLike, lat: ArrayLike, series: str) -> tuple[Degrees, Degrees]:
    east, north = _arrays(lon, lat)
    inside = _inside(east, north)
    east[inside], north[inside] = _SERIES[series](east[inside], north[inside])
    return east, north


def _inverse(lon: ArrayLike, lat: ArrayLike, series: str) -> tuple[Degrees, Degrees]:
    """Undo a distortion by fixed-point iteration; each round gains two decimal places and more.

    Points that no point of the box could have been distorted to are left alone.
    """
    east, north = _arrays(lon, lat)
    near = _inside(east, north, _EDGE_DEGREES)
    target_east, target_north = east[near], north[near]
    found_east, found_north = target_east.copy(), target_north.copy()
    for _ in range(_ROUNDS):
        again_east, again_north = _SERIES[series](found_east, found_north)
        found_east += target_east - again_east
        found_north += target_north - again_north
    inside = _inside(found_east, found_north)
    east[near] = np.where(inside, found_east, target_east)
    north[near] = np.where(inside, found_north, target_north)
    return east, north


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Distort WGS-84 degrees into GCJ-02 as Amap, Tencent and Google China show them."""
    return _forward(lon, lat, "gcj02")


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Undo GCJ-02 exactly (to rounding), by iteration."""
    return _inverse(lon, lat, "gcj02")


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Distort GCJ-02 degrees into BD-09 as Baidu shows them."""
    return _forward(lon, lat, "bd09")


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Undo BD-09 exactly (to rounding), by iteration."""
    return _inverse(lon, lat, "bd09")


def undistort(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> tuple[Degrees, Degrees]:
    """Return WGS-84 degrees of points given in a datum."""
    if datum == "bd09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    return gcj02_to_wgs84(lon, lat) if datum == "gcj02" else _arrays(lon, lat)


def distort(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> tuple[Degrees, Degrees]:
    """Return the degrees that a map in the datum shows for WGS-84 points."""
    if datum == "bd09":
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    return wgs84_to_gcj02(lon, lat) if datum == "gcj02" else _arrays(lon, lat)


@cache
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return a cached transformer whose x is always east, whatever the axis order of the system says."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _zone_code(zone: int) -> int:
    """Return the EPSG code of the CGCS2000 3-degree zone 25..45 without zone prefix (38 -> 4547)."""
    return 4534 + zone - 25


@cache
def _bounds(code: str) -> tuple[float, float, float, float]:
    area = pyproj.CRS(code).area_of_use
    return (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds


def metric_crs(lon: float, lat: float) -> str:
    """Return the system in which to measure metres round a place.

    China: the CGCS2000 3-degree zone whose central meridian is nearest, without zone prefix (Huangshi EPSG:4547);
    elsewhere UTM, towards the poles UPS. Scale error stays below 0.1 % near the place.

    Raises:
        CrsError: the place is no longitude and latitude.
    """
    if not (np.isfinite(lon) and np.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise CrsError(say("crs.not_degrees", lon=lon, lat=lat))
    zone = int(np.floor(lon / 3.0 + 0.5))
    if 25 <= zone <= 45:
        code = f"EPSG:{_zone_code(zone)}"
        _, south, _, north = _bounds(code)
        if south <= lat <= north:
            return code
    if lat > 84 or lat < -80:
        return "EPSG:5041" if lat > 0 else "EPSG:5042"
    band = min(int((lon + 180.0) // 6.0) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + band}"


_REFUSED = {"beijing1954": "Beijing 54", "newbeijing": "New Beijing 54", "newbeijing1954": "New Beijing 54",
            "xian1980": "Xian 80"}  # fmt: skip
_REFUSED_ELLIPSOIDS = {"krassowsky1940": "Beijing 54", "krass": "Beijing 54", "krassovsky1942": "Beijing 54",
                       "iag1975": "Xian 80", "iau1976": "Xian 80", "xian1980": "Xian 80"}  # fmt: skip


def _plain(name: str) -> str:
    """Fold 'D_Xian_1980', 'Xian 1980' and 'Xi'an 1980' to one spelling."""
    text = "".join(letter for letter in name.lower() if letter.isalnum())
    return text.removeprefix("d") if text.startswith(("dbeijing", "dxian", "dnewbeijing")) else text


def _old_datum(system: pyproj.CRS) -> str | None:
    """Name the refused datum that a system stands on, judged by PROJ's datum, then by a bare ellipsoid."""
    if system.is_bound:
        return None
    parts = [*system.sub_crs_list, system] if system.is_compound else [system]
    for part in parts:
        geodetic = part.geodetic_crs
        if geodetic is None or geodetic.datum is None:
            continue
        name = _plain(geodetic.datum.name)
        if name in _REFUSED:
            return _REFUSED[name]
        bare = name.startswith(("unknown", "unnamed", "notspecified"))
        ellipsoid = _plain(geodetic.ellipsoid.name) if geodetic.ellipsoid is not None else ""
        if bare and ellipsoid in _REFUSED_ELLIPSOIDS:
            return _REFUSED_ELLIPSOIDS[ellipsoid]
    return None


def _system(crs: object) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise CrsError(say("crs.not_known", crs=crs)) from error


def refuse(crs: object, to_wgs84: Sequence[float] | None = None) -> pyproj.CRS:
    """Return the system, bound to WGS-84 by the user's parameters where it needs them.

    `to_wgs84` holds 3 shifts in metres, or 7 values: shifts, rotations in arc seconds (position vector convention,
    as `+towgs84` of PROJ) and scale in parts per million.

    Raises:
        CrsError: unknown to PROJ; Beijing 54 or Xian 80 without parameters; neither 3 nor 7 parameters.
    """
    system = _system(crs)
    if to_wgs84 is not None:
        if len(to_wgs84) not in (3, 7):
            raise CrsError(say("crs.to_wgs84", count=len(to_wgs84)))
        shift = ToWGS84Transformation(system.geodetic_crs, *[float(value) for value in to_wgs84])
        return BoundCRS(system, pyproj.CRS(STORAGE_CRS), shift)
    name = _old_datum(system)
    if name is not None:
        raise CrsError(say("crs.refused", system=system.name, datum=name))
    return system


def to_storage(
    geometries: ArrayLike,
    crs: object = None,
    datum: Datum | None = None,
    to_wgs84: Sequence[float] | None = None,
    *,
    swapped: bool = False,
) -> NDArray[Any]:
    """Return geometries (array of shapely, None allowed) in WGS-84 longitude, latitude; Z and M are dropped.

    `crs` None means degrees. With `datum` gcj02 or bd09 the degrees behind the system are undistorted. `swapped`
    says that the file wrote north before east. Coordinates that the system cannot reach become infinite, which the
    frame check reports row by row.

    Raises:
        CrsError: see `refuse`.
    """
    system = refuse(STORAGE_CRS if crs is None else crs, to_wgs84)
    plain = system == pyproj.CRS(STORAGE_CRS)
    change = None if plain else pyproj.Transformer.from_crs(system, STORAGE_CRS, always_xy=True)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = (points[:, 1], points[:, 0]) if swapped else (points[:, 0], points[:, 1])
        if change is not None:
            x, y = change.transform(x, y)
        lon, lat = undistort(x, y, datum or "wgs84")
        return np.column_stack([lon, lat])

    moved: NDArray[Any] = shapely.transform(np.asarray(geometries, dtype=object), move)
    return moved


@dataclass(frozen=True, slots=True)
class Guess:
    """A coordinate system that undeclared numbers may be in; `crs` None means: metres, but the zone is open.

    `share` is the part of the rows that fit; `certain` says that no rival fits as well.
    """

    crs: str | None
    swapped: bool
    share: float
    certain: bool
    words: str
    words_en: str


_DEGREE_NAMES = ("经纬度", "longitude, latitude in degrees")


def _zoned(x: Degrees) -> list[tuple[str, tuple[str, str]]]:
    """Return the systems whose zone number stands before the easting (38452000 -> zone 38)."""
    zone = int(np.median(x) // 1_000_000)
    if 25 <= zone <= 45:
        name = (f"CGCS2000 3 度带第 {zone} 带(东坐标带带号)", f"CGCS2000 3-degree zone {zone}, easting with zone")
        return [(f"EPSG:{4513 + zone - 25}", name)]
    if 13 <= zone <= 23:
        name = (f"CGCS2000 6 度带第 {zone} 带(东坐标带带号)", f"CGCS2000 6-degree zone {zone}, easting with zone")
        return [(f"EPSG:{4491 + zone - 13}", name)]
    return []


def _near_zones(near: tuple[float, float]) -> list[tuple[str, tuple[str, str]]]:
    """Return the 3-degree zones round a place (a 6-degree zone without prefix has the same numbers) and UTM."""
    middle = int(np.floor(near[0] / 3.0 + 0.5))
    found = []
    for zone in (middle, middle - 1, middle + 1):
        if 25 <= zone <= 45 and _inside(*_arrays(*near)):
            name = (f"CGCS2000 中央经线 {3 * zone}°E(不带带号)", f"CGCS2000 central meridian {3 * zone}E, no zone")
            found.append((f"EPSG:{_zone_code(zone)}", name))
    band = min(int((near[0] + 180.0) // 6.0) + 1, 60)
    code = (32600 if near[1] >= 0 else 32700) + band
    return [*found, (f"EPSG:{code}", (f"UTM {band} 带", f"UTM zone {band}"))]


def _fits(x: Degrees, y: Degrees, code: str, near: tuple[float, float] | None) -> NDArray[np.bool_]:
    """Mark the points that lie where the system is used and, if a place is known, within 1.5 degrees of it."""
    if code == STORAGE_CRS:
        lon, lat = x, y
        fits = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    else:
        metres = (np.abs(x) > 1000) | (np.abs(y) > 1000)
        lon, lat = transformer(code, STORAGE_CRS).transform(x, y)
        west, south, east, north = _bounds(code)
        fits = metres & (lon >= west - 1) & (lon <= east + 1) & (lat >= south - 1) & (lat <= north + 1)
    if near is not None:
        fits &= (np.abs(lon - near[0]) <= 1.5) & (np.abs(lat - near[1]) <= 1.5)
    elif code == "EPSG:3857":
        # any two numbers of metres are somewhere on the globe, so without a place it must at least be China
        fits &= _inside(lon, lat)
    return np.asarray(fits & np.isfinite(x) & np.isfinite(y))


def _unzoned(x: Degrees, y: Degrees) -> NDArray[np.bool_]:
    return (x >= 100_000) & (x <= 900_000) & (y >= 300_000) & (y <= 6_200_000)


def _order_words(swapped: bool, degrees: bool) -> tuple[str, str]:  # noqa: FBT001  two facts of one guess
    if not swapped:
        return "", ""
    return (",两列写反了(先纬后经)", ", columns swapped") if degrees else (",北坐标写在前", ", northing first")


def guess(xs: ArrayLike, ys: ArrayLike, near: tuple[float, float] | None = None) -> list[Guess]:
    """Rank the systems that undeclared coordinates may be in, best first, by their ranges.

    `near` is a longitude and latitude that the data should lie round, when known: it settles the zone of eastings
    without prefix and the order of degrees outside China. Datums are no matter of ranges: see the mix-up detector.
    Beijing 54 and Xian 80 have the same ranges as CGCS2000 and can only be declared.
    """
    x, y = _arrays(xs, ys)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if not len(x):
        return []
    found: list[tuple[float, int, str | None, bool, tuple[str, str]]] = []
    for swapped in (False, True):
        east, north = (y, x) if swapped else (x, y)
        systems = [(STORAGE_CRS, _DEGREE_NAMES), ("EPSG:3857", ("Web 墨卡托", "Web Mercator")), *_zoned(east)]
        systems += _near_zones(near) if near is not None else []
        for rank, (code, name) in enumerate(systems):
            share = float(_fits(east, north, code, near).mean())
            if share > 0:
                found.append((share, rank + 10 * swapped, code, swapped, name))
        share = float(_unzoned(east, north).mean())
        if share > 0 and near is None:
            name = ("不带带号的投影坐标(米),须说明中央经线", "projected metres without zone: name the central meridian")
            found.append((share, 9 + 10 * swapped, None, swapped, name))
    metres = (np.abs(x) > 1000) | (np.abs(y) > 1000)
    if not found and metres.any():
        name = ("投影坐标(米或英尺),须说明坐标系", "projected coordinates: declare the coordinate system")
        found.append((float(metres.mean()), 30, None, False, name))
    found.sort(key=lambda item: (-item[0], item[1]))
    return [_said(item, certain=_alone(item, found)) for item in found]


def _alone(item: tuple[float, int, str | None, bool, tuple[str, str]], found: list[Any]) -> bool:
    return item[2] is not None and all(other is item or other[0] < item[0] - 0.2 for other in found)


def _said(item: tuple[float, int, str | None, bool, tuple[str, str]], *, certain: bool) -> Guess:
    share, _, code, swapped, (name, name_en) = item
    order, order_en = _order_words(swapped, code == STORAGE_CRS)
    system, tail = (f",{code}" if code else ""), ("" if certain else ",还有别的可能")
    return Guess(
        crs=code,
        swapped=swapped,
        share=share,
        certain=certain,
        words=f"{share:.0%} 的点像是{name}{order}{system}{tail}",
        words_en=f"{share:.0%} of the points look like {name_en}{order_en}{'' if certain else ', others are possible'}",
    )
