"""Which files the sample city consists of and what stands in each."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.sample import traits
from geodata.sample.draft import Draft
from geodata.sample.register import House
from geodata.sample.streets import Rank
from geodata.sample.write import Mapper, Row, union, write_layer, write_ledger

HOUSEHOLD_HEADERS = {
    "household_id": "户编号", "name": "户主姓名", "gender": "性别", "id_no": "身份证号", "birth": "出生日期",
    "phone": "联系电话",
    "stated_community": "所属社区", "stated_grid": "所属网格", "address": "现住址", "categories": "人员类别",
    "care_level": "关爱等级",
    "needs": "服务需求", "status": "状态", "std_address_id": "统一标准地址编码", "lon": "经度", "lat": "纬度",
    "legal_basis": "合法性基础", "notice_on": "告知日期", "purpose": "处理目的", "withdrawn_on": "撤回同意日期",
    "remark": "备注",
}  # fmt: skip
MEMBER_HEADERS = {
    "member_id": "党员编号", "name": "姓名", "gender": "性别", "kind": "主体类型", "roles": "身份类型",
    "phone": "联系电话",
    "unit": "工作单位", "address": "居住地址", "stated_community": "报到社区", "stated_grid": "编入网格",
    "skills": "特长",
    "capacity": "包保上限", "status": "状态", "leave_from": "请假开始", "leave_to": "请假结束", "remark": "备注",
}  # fmt: skip
PAIRING_HEADERS = {
    "pairing_id": "包保编号", "household_id": "户编号", "member_id": "包保人编号", "helper": "包保人",
    "unit": "包保单位",
    "role": "包保角色", "valid_from": "包保开始日期", "valid_to": "包保结束日期",
}  # fmt: skip
ALIAS_HEADERS = {"alias_id": "别名编号", "level": "层级", "area_id": "区域编码", "name": "别名",
"valid_from": "生效日期",
                 "valid_to": "失效日期"}  # fmt: skip
REGISTER_HEADERS = {"entry_id": "地址编码", "address": "标准地址", "building_id": "楼栋编码"}
LEVEL_WORDS = {"community": "社区", "compound": "小区"}
MEMBER_WORDS = {
    "gender": traits.GENDER_WORDS, "kind": traits.KIND_WORDS, "roles": traits.ROLE_WORDS,
    "status": traits.MEMBER_STATUS_WORDS,
}  # fmt: skip
HOUSEHOLD_WORDS = {
    "gender": traits.GENDER_WORDS, "categories": traits.CATEGORY_WORDS, "care_level": traits.LEVEL_WORDS,
    "status": traits.STATUS_WORDS, "legal_basis": traits.BASIS_WORDS,
}  # fmt: skip
INVENTED = "虚构"


def _levels(folder: Path, draft: Draft, blocks: np.ndarray) -> None:
    """Write districts, streets, communities and grids as unions of blocks."""
    above = {"district": "", "street": "district_id", "community": "street_id", "grid": "community_id"}
    files = {"district": "districts", "street": "streets", "community": "communities", "grid": "grids"}
    for level, parent in above.items():
        rows: list[Row] = []
        for area in draft.areas[level]:
            row: Row = {f"{level}_id": area.code, "name": area.name}
            if parent:
                row[parent] = area.parent
            if level == "grid":
                row["kind"] = "exclusive" if area.exclusive else "basic"
            rows.append(row)
        write_layer(
            folder / f"{files[level]}.geojson", rows, union(blocks, [area.blocks for area in draft.areas[level]])
        )


def _compounds(folder: Path, draft: Draft, mapper: Mapper) -> None:
    rows, shapes = [], []
    for compound in draft.compounds:
        rows.append({"compound_id": compound.code, "name": compound.name, "community_id": compound.community,
                     "grid_id": compound.grid, "address": compound.address})  # fmt: skip
        walls = [draft.ground.parcels[at].free.buffer(0.8, join_style="mitre") for at in compound.parcels]
        shapes.append(shapely.union_all(walls))
    write_layer(folder / "compounds.geojson", rows, mapper.shapes(shapes))


def _number(house: House) -> str | None:
    return None if house.compound is None else f"{house.number}{'号' if house.use == 'self_built' else '栋'}"


def _buildings(folder: Path, draft: Draft, mapper: Mapper) -> None:
    rows = [
        {"building_id": house.code, "community_id": house.community, "grid_id": house.grid,
         "compound_id": house.compound.code if house.compound else None, "number": _number(house),
         "address": house.address,
         "floors": house.floors, "std_address_id": house.std_address_id}
        for house in draft.houses
    ]  # fmt: skip
    write_layer(folder / "buildings.geojson", rows, mapper.shapes(house.shape for house in draft.houses))


def _register(folder: Path, draft: Draft) -> None:
    """Write the standard address of nine buildings in ten, as the police registers them."""
    district = {area.code: area.name for area in draft.areas["district"]}
    street = {area.code: area.name for area in draft.areas["street"]}
    rows = []
    for at, house in enumerate(draft.houses):
        if at % 10 == 7:
            continue
        inner = f"{house.compound.name}{_number(house)}" if house.compound else ""
        text = f"样例市{district[house.community[:6]]}{street[house.community[:9]]}{house.address}{inner}"
        rows.append({"entry_id": f"A{at + 1:06d}", "address": text, "building_id": house.code})
    write_ledger(folder / "address_register.csv", REGISTER_HEADERS, rows, encoding="utf-8-sig")


def _backdrop(folder: Path, draft: Draft, mapper: Mapper) -> None:
    terrain, ground = draft.ground.terrain, draft.ground
    water = [
        ("大江", terrain.river), ("听月湖", terrain.lake), ("湖港",
        terrain.canal.difference(terrain.lake.union(terrain.river))),
        ("东溪", terrain.stream.difference(terrain.river.union(terrain.hills))),
    ]  # fmt: skip
    green: list[tuple[str, BaseGeometry]] = [("样例山", terrain.hills)]
    green += [(f"{names}山", hill) for names, hill in zip("青石云松", terrain.park_hills, strict=False)]
    green += [("", parcel.free) for parcel in ground.parcels if parcel.use == "park" and parcel.free.area > 150.0]
    for name, shapes in (("water", water), ("green", green)):
        rows = [{"backdrop_id": f"{name}{at:04d}", "name": label or None} for at, (label, _) in enumerate(shapes)]
        largest = [max(shapely.get_parts(shape), key=lambda part: part.area) for _, shape in shapes]
        write_layer(folder / f"{name}.geojson", rows, mapper.shapes(largest))
    write_layer(
        folder / "rail.geojson", [{"backdrop_id": "rail0000", "name": "样例铁路"}], mapper.shapes([terrain.rail])
    )
    lines: dict[str, list[BaseGeometry]] = defaultdict(list)
    for piece, road in zip(ground.front.pieces, ground.front.road, strict=True):
        if ground.roads[road].rank is not Rank.SHORE:
            lines[ground.front.book.names[road]].append(piece)
    rows = [{"backdrop_id": f"road{at:04d}", "name": name} for at, name in enumerate(sorted(lines))]
    merged = [shapely.line_merge(shapely.multilinestrings(lines[name])) for name in sorted(lines)]
    write_layer(folder / "roads.geojson", rows, mapper.shapes(merged))


def _paths(folder: Path, draft: Draft, mapper: Mapper) -> None:
    ways = draft.ground.ways
    rows = [{"path_id": f"W{at:06d}", "kind": way.kind, "impassable": not way.passable} for at, way in enumerate(ways)]
    write_layer(folder / "paths.geojson", rows, mapper.shapes(way.line for way in ways))


def _hazards(folder: Path, draft: Draft, mapper: Mapper) -> None:
    rows = [
        {"hazard_id": site.code, "name": site.name, "kind": site.kind, "declared_as": site.declared_as,
        "threat_level": site.level,
         "threatened_households": site.households, "threatened_people": site.people, "community_id": site.code[:12]}
        for site in draft.hazards
    ]  # fmt: skip
    write_layer(folder / "hazard_sites.geojson", rows, mapper.shapes(site.point for site in draft.hazards))
    surveyed = [site for site in draft.hazards if site.zone is not None]
    zones = [{"zone_id": f"Z{site.code}", "hazard_id": site.code, "estimated": False} for site in surveyed]
    write_layer(
        folder / "danger_zones.geojson", zones, mapper.shapes(site.zone for site in surveyed if site.zone is not None)
    )


def _people(folder: Path, draft: Draft, mapper: Mapper) -> None:
    households = [dict(row, remark=INVENTED) for row in draft.households]
    placed = [row for row in households if row["point"] is not None]
    for row, (lon, lat) in zip(placed, mapper.degrees(np.array([row["point"] for row in placed])), strict=True):
        row["lon"], row["lat"] = f"{lon:.6f}", f"{lat:.6f}"
    members = [dict(row, remark=INVENTED) for row in draft.members]
    write_ledger(folder / "households.csv", HOUSEHOLD_HEADERS, households, encoding="utf-8-sig", words=HOUSEHOLD_WORDS)
    write_ledger(folder / "members.csv", MEMBER_HEADERS, members, encoding="gb18030", words=MEMBER_WORDS)
    write_ledger(
        folder / "pairings.csv",
        PAIRING_HEADERS,
        draft.pairings,
        encoding="utf-8-sig",
        words={"role": traits.ROLE_WORDS},
    )
    truth = ("building_id", "written_as")
    for noun, rows in (("household", draft.households), ("member", [m for m in draft.members if "building_id" in m])):
        headers = {name: name for name in (f"{noun}_id", *truth)}
        write_ledger(folder / f"{noun}_truth.csv", headers, rows, encoding="utf-8")


def _aliases(folder: Path, draft: Draft) -> None:
    rows = [
        {"alias_id": f"N{at:05d}", "level": alias.level, "area_id": alias.code, "name": alias.name,
         "valid_from": alias.valid_from, "valid_to": alias.valid_to}
        for at, alias in enumerate(draft.aliases, start=1)
    ]  # fmt: skip
    write_ledger(folder / "aliases.csv", ALIAS_HEADERS, rows, encoding="utf-8-sig", words={"level": LEVEL_WORDS})


def write_files(folder: Path, draft: Draft) -> None:
    """Write every layer and ledger into the folder."""
    mapper = Mapper(draft.scale.width_m, draft.scale.height_m)
    _levels(folder, draft, mapper.shapes(draft.ground.land.blocks))
    _compounds(folder, draft, mapper)
    _buildings(folder, draft, mapper)
    _register(folder, draft)
    _aliases(folder, draft)
    _backdrop(folder, draft, mapper)
    _paths(folder, draft, mapper)
    _hazards(folder, draft, mapper)
    _people(folder, draft, mapper)
