"""House numbers: every building gets its code, its number in the compound and its door plate."""

import datetime as dt
import hashlib
from collections import defaultdict

import numpy as np
import shapely
from numpy.random import Generator

from geodata.sample.areas import GridPart
from geodata.sample.blocks import Parcel, Use
from geodata.sample.buildings import Layout
from geodata.sample.register import Alias, Area, Compound, Frontage, House


def _standard_id(code: str) -> str:
    """Return an opaque id, as registers give them out."""
    return hashlib.blake2b(code.encode(), digest_size=10).hexdigest().upper()


def _doors(parcel: Parcel, layout: Layout, road: int, point: tuple[float, float], front: Frontage) -> list[str]:
    """Return the door plates of a parcel: one number for a compound, one per row with 附 for self-built houses."""
    if parcel.use is not Use.SELF_BUILT:
        number = front.book.number(road, point)
        return [f"{number}号"] * len(layout.buildings)
    rows: dict[int, int] = {}
    houses: dict[int, int] = defaultdict(int)
    plates = []
    for built in layout.buildings:
        if built.row not in rows:
            rows[built.row] = front.book.number(road, point)
        houses[built.row] += 1
        order = houses[built.row]
        plates.append(f"{rows[built.row]}号" + (f"附{order - 1}号" if order > 1 else ""))
    return plates


def number_houses(
    grids: list[tuple[Area, GridPart]],
    compounds: list[Compound],
    parcels: list[Parcel],
    layouts: list[Layout],
    front: Frontage,
    rng: Generator,
) -> list[House]:
    """Return every building in the order of communities, grids and parcels."""
    tree = shapely.STRtree(front.pieces)
    compound_of = {parcel: compound for compound in compounds for parcel in compound.parcels}
    by_block: dict[int, list[int]] = defaultdict(list)
    for at, parcel in enumerate(parcels):
        by_block[parcel.block].append(at)
    order: dict[str, int] = defaultdict(int)
    counted: dict[str, int] = defaultdict(int)
    houses: list[House] = []
    for area, part in grids:
        own = [p for block in part.blocks for p in by_block[block] if layouts[p].buildings]
        for at in own:
            road, point = front.of(at, parcels[at].outline, tree)
            plates = _doors(parcels[at], layouts[at], road, point, front)
            compound = compound_of.get(at)
            if compound is not None and not compound.road:
                compound.road = front.book.names[road]
                compound.number = int(plates[0].partition("号")[0])
            known = rng.uniform(size=len(plates)) < 0.7
            for built, plate, listed in zip(layouts[at].buildings, plates, known, strict=True):
                order[area.parent] += 1
                code = f"B{area.parent}{order[area.parent]:04d}"
                key = compound.code if compound else code
                counted[key] += 1
                houses.append(
                    House(
                        code, area.parent, area.code, compound, parcels[at].use, counted[key],
                        front.book.names[road], plate, built.floors, built.homes, built.shape,
                        _standard_id(code) if listed else None,
                    )
                )  # fmt: skip
    return houses


def _other_name(compound: Compound, draw: np.ndarray) -> tuple[str, dt.date | None, dt.date | None] | None:
    """Return another name of a compound and its days: a short one, that of the work unit, that of the village."""
    born = dt.date(1996 + int(draw[1] * 24), 1 + int(draw[1] * 97) % 12, 1)
    if draw[0] > 0.3:
        return None
    if compound.use is Use.NEW:
        return compound.name[:2] + "小区", born, None
    if compound.use is Use.OLD:
        return f"原{compound.name[:2]}{'大院' if draw[1] < 0.5 else '单身楼'}", None, born
    return compound.name[:-1] + "村", None, None


def give_aliases(compounds: list[Compound], communities: list[Area], rng: Generator) -> list[Alias]:
    """Invent short, popular and former names; none is the name or alias of another area."""
    taken = {compound.name for compound in compounds}
    found = [
        Alias("community", area.code, name)
        for area in communities
        for name in (f"{area.name}居委会", area.name.removesuffix("社区") + "居委会")
    ]
    for compound in compounds:
        other = _other_name(compound, rng.uniform(size=2))
        if other is not None and other[0] not in taken:
            taken.add(other[0])
            compound.aliases.append(other[0])
            found.append(Alias("compound", compound.code, *other))
    return found
