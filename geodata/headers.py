"""The headers of ledgers as they come -> our columns (domain notes, section 3.1).

A header is compared in three steps, the first that fits wins: as written, normalised (width, case, blanks, brackets,
stars), by alias. Names beginning with an underscore are no columns of ours but parts from which `geodata.people` makes
them. What matches nothing is not read: we hold no personal data that we do not need.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gridmap.schema import Row, keys
from gridmap.tables import (
    Alias,
    Building,
    Community,
    Compound,
    District,
    Grid,
    HazardSite,
    Household,
    Member,
    Pairing,
    RegisterEntry,
    Street,
)

_PERSON = {
    "phone": "联系电话 电话 手机 手机号 手机号码 联系方式 固定电话 电话号码 phone_number telephone mobile tel",
    "id_no": "身份证号 身份证号码 身份证 证件号码 证件号 公民身份号码 公民身份证号码 id_card identity_number",
    "gender": "性别 sex",
    "dialect": "方言 语言",
    "stated_community": "社区 村社区 居委 居委会 所属社区 社区名称 所在社区 community",
    "stated_grid": "所属网格 网格 网格名称 所在网格 编入网格 grid",
    "std_address_id": "统一标准地址编码 标准地址编码 标准地址id",
    "_compound": "小区 小区名称 现住小区 建筑 居住小区 所在小区",
    "_building": "楼栋 栋号 楼号 幢 楼栋号",
    "_unit": "单元 单元号",
    "_room": "室 房号 户室 房间号 门牌号",
    "_lon": "经度 lon lng longitude",
    "_lat": "纬度 维度 lat latitude",
    "accuracy_m": "定位精度 坐标精度 精度 定位精度米 gps精度 水平精度 accuracy horizontal_accuracy",
}

_AREA = "名称 全称 mc"
_ADDRESS = "地址 门牌地址 门牌 详细地址 所在地详址"


def _area(chinese: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    names = " ".join(f"{chinese}{end}" for end in ("名称", "名"))
    codes = " ".join(f"{chinese}{end}" for end in ("编码", "编号", "代码", "id"))
    return {"_id": f"编码 代码 code {codes}", "name": f"{_AREA} {names}", **(extra or {})}


MOST_MONITORS = 6
"""The official ledger of hazard sites has room for so many people who watch a site."""


def _monitors() -> dict[str, str]:
    """Return the parts _monitor_1, _monitor_phone_1, ... with their names; 电话1 follows 监测人姓名1 in the ledger."""
    names: dict[str, str] = {}
    for n in range(1, MOST_MONITORS + 1):
        names[f"_monitor_{n}"] = f"监测人姓名{n} 监测人{n} 监测人{n}姓名 监测员{n} 监测员姓名{n}"
        names[f"_monitor_phone_{n}"] = f"监测人电话{n} 电话{n} 监测人{n}电话 监测人联系电话{n} 监测员电话{n}"
    return names


ALIASES: dict[type[Row], dict[str, str]] = {
    Household: {
        **_PERSON,
        "_id": "户id 家庭编号 household hid",
        "_household_no": "户编号 户号",
        "name": "姓名 本人姓名 老人姓名 户主姓名 户主 对象姓名 被包保人",
        "birth": "出生日期 出生年月 出生年月日 birthday date_of_birth",
        "address": "现住址 家庭住址 居住地址 实际居住地 现居住地 现居住地址 联系地址 居住地 详细地址 门牌地址 住址 "
        "地址",
        "categories": "人员类别 特殊群体 特殊群体类别 重点类别 人员类型 困难类型 类别 对象类别 category",
        "care_level": "风险等级 管控级别 关爱等级 颜色 关爱级别",
        "status": "状态 居住状态 人员状态",
        "needs": "服务需求 需求 微心愿 need",
        "legal_basis": "合法性基础 法律依据 处理依据 处理合法性基础 个人信息处理依据",
        "notice_on": "告知日期 告知时间 告知书日期 notice_date",
        "purpose": "处理目的 使用目的 用途",
        "withdrawn_on": "撤回同意日期 撤回日期 同意撤回日期",
        "_disability": "残疾等级 残疾级别 等级",
        "_self_care": "自理能力 失能情况",
        "_living": "居住情况 居住方式",
        "_alone": "是否独居",
        "_empty_nest": "是否空巢",
        "_low_income": "是否低保 低保类别",
        "_separated": "是否人户分离 人户分离",
    },
    Member: {
        **_PERSON,
        "_id": "党员编号 编号 member mid",
        "name": "姓名 党员姓名",
        "kind": "主体类型",
        "roles": "报到类型 角色 role 身份类型",
        "unit": "工作单位 所在单位 单位名称 派出单位 单位 认领单位",
        "skills": "特长 个人特长 技能特长 兴趣爱好 技能 skill",
        "capacity": "包保上限 可包户数 包保户数上限",
        "status": "状态 在岗状态 人员状态",
        "leave_from": "请假开始 请假起始日期 请假开始日期",
        "leave_to": "请假结束 请假截止日期 请假结束日期",
        "radius_m": "服务半径 步行半径",
        "address": "居住地址 家庭住址 现住址 住址 地址 home",
        "stated_community": f"报到社区 认领单位报到社区 单位联系社区 {_PERSON['stated_community']}",
        "_leave": "请假情况 是否请假",
    },
    Pairing: {
        "_id": "包保编号",
        "household_id": "户编号 户号 户id",
        "member_id": "党员编号 包保人编号 成员编号",
        "role": "角色 包保角色",
        "valid_from": "开始日期 包保开始日期 起始日期",
        "valid_to": "结束日期 包保结束日期 截止日期",
        "locked": "锁定 是否锁定",
    },
    District: _area("区县", {"name": f"{_AREA} 区县 区县名称 县区名称"}),
    Street: _area(
        "街道", {"name": f"{_AREA} 街道 街道名称 乡镇名称", "district_id": "区县编码 区县代码 areacode"}
    ),
    Community: _area("社区", {"street_id": "街道编码 街道代码 所属街道编码 streetcode"}),
    Grid: _area("网格", {"_community": "社区 所属社区 社区名称 村社区 居委会",
                         "community_id": "社区编码 社区代码 所属社区编码", "kind": "网格类型 网格类别",
                         "worker_name": "网格员 网格员姓名 专职网格员", "worker_phone": "网格员联系电话 网格员电话"}),
    Compound: _area("小区", {"address": _ADDRESS, "community_id": "社区编码 社区代码", "grid_id": "网格编码 网格编号"}),
    Building: {
        "_compound": "小区名称 小区 建筑名称 villagename",
        "_id": "编码 代码 code 楼栋编码 楼栋编号 楼栋代码",
        "number": "楼号 栋号 楼栋号 楼栋 幢号 楼栋名称",

        "address": _ADDRESS,
        "floors": "层数 楼层数 地上层数 levels",
        "std_address_id": "统一标准地址编码 标准地址编码",
        "compound_id": "小区编码 小区编号",
        "grid_id": "网格编码 网格编号",
        "community_id": "社区编码 社区代码",
    },
    Alias: {"_id": "别名编号", "level": "层级", "area_id": "区域编码 编码", "name": "别名 名称",
            "valid_from": "生效日期", "valid_to": "失效日期"},
    RegisterEntry: {"_id": "地址编码", "address": "标准地址 地址", "building_id": "楼栋编码", "_lon": _PERSON["_lon"],
                    "_lat": _PERSON["_lat"]},
    HazardSite: {
        "_id": "隐患点编号 灾害点编号 编号 统一编号 野外编号",
        "name": "隐患点名称 名称 灾害点名称 点名",
        "kind": "灾害类型 隐患点类型 隐患类型 类型 灾害种类",
        "declared_as": "上报类型 认定类型",
        "threat_level": "险情等级 险情级别",
        "threatened_households": "威胁户数 受威胁户数",
        "threatened_people": "威胁人数 受威胁人数 威胁人口",
        "_deregistered": "是否销号 是否已销号 销号",
        "deregistered_on": "销号时间 销号日期",
        "deregistered_reason": "销号原因",
        "_lon": _PERSON["_lon"],
        "_lat": _PERSON["_lat"],
        **_monitors(),
    },
}  # fmt: skip
"""Our column (or part) = the names that it is known by, divided by blanks."""

UNKEPT: dict[type[Row], str] = {
    Household: "序号 年龄 户籍地址 户籍所在地 户口地址 残疾类别 残疾类型 残疾证号 残疾人证号 残疾证编号 "
    "健康状况 身体状况 慢性病 监护人姓名 联系人 紧急联系人 子女姓名 监护人电话 子女联系电话 包保人 "
    "包保责任人 包联人 帮扶人 结对帮扶人 联系党员 责任人 包保单位 帮扶单位 包保人电话 走访频次 "
    "联系频次 最近走访时间 备注 其他情况 民族 宗教 宗教信仰 政治面貌 文化程度 婚姻状况 吸烟 车牌 "
    "车牌号 与户主关系",
    Member: "序号 年龄 出生日期 出生年月 职务 职位 所在党支部 所属党组织 组织关系所在党组织 入党时间 "
    "党员类别 人员类别 报到日期 报到时间 认领岗位 服务岗位 服务意向 编入党组织 服务队 志愿队 包保户 "
    "积分 备注 民族 学历",
    Grid: "序号 网格长 网格监督员 网格管理员 楼栋长 楼长 门栋长 单元长 单元管理员 户数 管辖户数 "
    "居民总户数 人数 总人数 网格范围 四至 管辖小区 社区民警姓名 网格党支部 备注",
    Building: "序号 类型 建成年份 建筑结构 单元数 单元楼 户数 楼栋户数 楼栋人数 约居住人数 建筑面积 电梯数 "
    "是否通燃气 物业公司 业委会联系人 楼栋长姓名 手机号码 危房等级 经度 纬度 所属网格 备注",
    HazardSite: "序号 发展趋势 市州 区县 乡镇 村 组 地理位置 方向度 灾害规模 规模等级 威胁财产 隐患点发现时间 "
    "诱发因素 威胁对象 监测方法 预警手段 威胁对象是否有老弱病残 是否建立预案 是否发放两卡 应急演练时间 "
    "防灾责任人 监测责任人 是否已公示 是否开展 工程进展阶段 备注 填报单位 "
    "填报时间 审核人 群测群防员 群测群防联系方式 责任主体 处置建议 形成原因",
}  # fmt: skip
"""Headers of the official ledgers that are known and not kept: nobody here needs what they say."""

_BRACKETS = re.compile(r"[(\[【〔<《].*?[)\]】〕>》]")
_NOISE = re.compile(r"[\s*:：、。,]+")


def normalise(header: object) -> str:
    """Return a header without width, case, blanks, line breaks, stars, brackets and units."""
    text = unicodedata.normalize("NFKC", "" if header is None else str(header))
    bare = _NOISE.sub("", _BRACKETS.sub("", text).replace(" ", "_")).strip("_")
    plain = re.sub(r"(?<![a-z0-9])_+|_+(?![a-z0-9])", "", bare.casefold().replace("-", "_"))
    return plain or _NOISE.sub("", text).casefold()


def _names(row: type[Row]) -> dict[str, str]:
    """Return every name that a column of the noun is known by, normalised."""
    known = {normalise(name): name for name in row.model_fields if name != "geometry"}
    key = keys(row)[0]
    for ours, names in ALIASES.get(row, {}).items():
        column = key if ours == "_id" else ours
        for name in names.split():
            known.setdefault(normalise(name), column)
    return known


@dataclass(frozen=True)
class Match:
    """Which header feeds which of our columns, and which headers feed none."""

    chosen: dict[str, str]
    unused: tuple[str, ...]


def match(headers: Sequence[str], row: type[Row], *, taken: Sequence[str] = ()) -> Match:
    """Match headers to the columns of a noun; columns in `taken` were given by the city and are left alone."""
    names = _names(row)
    chosen: dict[str, str] = {}
    for header in headers:
        if header in row.model_fields and header != "geometry" and header not in taken:
            chosen.setdefault(header, header)
    for header in headers:
        ours = names.get(normalise(header))
        if ours and ours not in taken and header not in chosen.values():
            chosen.setdefault(ours, header)
    used = set(chosen.values())
    return Match(chosen, tuple(header for header in headers if header and header not in used))


HOW = ("exact", "normalised", "alias", "fuzzy", "unkept", "unknown", "remembered")
"""In which way a header was understood; a fuzzy one waits for a person."""
_CLOSE = 74.0
"""Of 100: one wrong character in four, or one left out of five."""


@dataclass(frozen=True)
class Proposal:
    """What a header of a file may be: our column (or part) and how it was understood."""

    header: str
    ours: str | None
    how: str


def targets(row: type[Row]) -> list[str]:
    """Return every column, and every part from which columns are made, that a header may feed."""
    parts = [keys(row)[0] if ours == "_id" else ours for ours in ALIASES.get(row, {})]
    return list(dict.fromkeys([*parts, *(name for name in row.model_fields if name != "geometry")]))


def unkept(row: type[Row]) -> frozenset[str]:
    """Return the normalised headers that are known for a noun and not kept."""
    return frozenset(normalise(name) for name in UNKEPT.get(row, "").split())


def propose(headers: Sequence[str], row: type[Row]) -> list[Proposal]:
    """Say for each header which of our columns it may feed, each column once, the surest header first."""
    names, passed = _names(row), unkept(row)
    written = {name for names_ in ALIASES.get(row, {}).values() for name in names_.split()}
    sure = match(headers, row).chosen
    feeding = {header: ours for ours, header in sure.items()}
    proposals = []
    for header in headers:
        plain = normalise(header)
        if header in feeding:
            bare = header.strip()
            how = "exact" if bare in row.model_fields else "alias" if bare in written else "normalised"
            proposals.append(Proposal(header, feeding[header], how))
        elif plain in passed or plain in names:
            proposals.append(Proposal(header, None, "unkept"))
        else:
            ours = _closest(plain, names, set(sure))
            proposals.append(Proposal(header, ours, "fuzzy" if ours else "unknown"))
    return proposals


def _closest(plain: str, names: Mapping[str, str], taken: set[str]) -> str | None:
    """Return our column whose name is nearly that header, None where several are or none is."""
    if len(plain) < 3:
        return None
    found = process.extract(plain, list(names), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=5)
    best = {names[name] for name, likeness, _ in found if found and likeness == found[0][1]} - taken
    return best.pop() if len(best) == 1 else None


def score(cells: Sequence[object], row: type[Row], *, named: Sequence[str] = ()) -> int:
    """Count the cells that are headers of the noun, or columns that the city names."""
    names = _names(row)
    wanted = {normalise(name) for name in named}
    return sum(bool(text := normalise(cell)) and (text in names or text in wanted) for cell in cells)
