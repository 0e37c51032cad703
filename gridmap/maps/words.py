"""What people read on the pages, Chinese first, and the English beside it."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from gridmap.maps.words_door import DOOR
from gridmap.maps.words_emergency import EMERGENCY
from gridmap.maps.words_explain import EXPLAIN
from gridmap.maps.words_field import FIELD
from gridmap.maps.words_grounds import GROUNDS
from gridmap.maps.words_imports import COLUMNS, IMPORTS
from gridmap.maps.words_lists import LISTS
from gridmap.maps.words_office import OFFICE
from gridmap.maps.words_people import DOUBLES
from gridmap.maps.words_planner import PLANNER
from gridmap.maps.words_reveal import REVEAL
from gridmap.maps.words_review import REVIEW
from gridmap.maps.words_today import TODAY

Lang = Literal["zh", "en"]

STATES = {
    "state.nobody": ("无人包", "nobody"),
    "state.unit_only": ("未包到人", "no named person"),
    "state.cover_needed": ("需补位", "cover needed"),
    "state.covered": ("已包到人", "covered"),
    "state.none": ("无包保对象", "none in need"),
    "state.uncertain": ("待核实位置", "place to verify"),
    "state.danger": ("隐患危险区", "danger zone"),
}

PEOPLE = {
    "category.living_alone": ("独居", "lives alone"),
    "category.empty_nest": ("空巢", "empty nest"),
    "category.left_behind": ("留守", "left behind"),
    "category.lone_elderly": ("孤寡", "lone elderly"),
    "category.advanced_age": ("高龄", "advanced age"),
    "category.disabled_person": ("残疾", "disabled"),
    "category.severe_disability": ("重残", "severely disabled"),
    "category.loss_of_self_care": ("失能", "cannot care for self"),
    "category.destitute_support": ("特困", "destitute support"),
    "category.low_income_allowance": ("低保", "low income"),
    "category.bereaved_only_child_family": ("失独", "bereaved of only child"),
    "category.child_in_difficulty": ("困境儿童", "child in difficulty"),
    # health is shown as a class, never as a diagnosis
    "category.mental_disorder": ("健康关注", "health care"),
    "category.serious_illness": ("健康关注", "health care"),
    "care.red": ("红级", "red"),
    "care.yellow": ("黄级", "yellow"),
    "care.green": ("绿级", "green"),
    "role.registered": ("报到党员", "registered member"),
    "role.community": ("社区党员", "community member"),
    "role.building": ("楼栋志愿者", "building volunteer"),
    "member.leave": ("请假中", "on leave"),
    "member.ended": ("已离岗", "has left"),
    "member.unit": ("单位，未落实到人", "a unit, no person named"),
    "accuracy.room": ("精确到户室", "room"),
    "accuracy.building": ("精确到楼栋", "building"),
    "accuracy.point": ("坐标点", "point"),
    "accuracy.compound": ("精确到小区", "compound"),
    "accuracy.road": ("仅到道路", "road only"),
    "accuracy.vicinity": ("仅到附近", "vicinity only"),
    "accuracy.community": ("仅到社区", "community only"),
    "accuracy.none": ("未找到位置", "not found"),
}

PLACES = {
    "level.district": ("区县", "district"),
    "level.street": ("街道", "street"),
    "level.community": ("社区", "community"),
    "level.grid": ("网格", "grid"),
    "level.compound": ("小区", "compound"),
    "level.building": ("楼栋", "building"),
    "hazard.landslide": ("滑坡", "landslide"),
    "hazard.rockfall_collapse": ("崩塌", "rockfall"),
    "hazard.debris_flow": ("泥石流", "debris flow"),
    "hazard.ground_collapse": ("地面塌陷", "ground collapse"),
    "hazard.ground_fissure": ("地裂缝", "ground fissure"),
    "hazard.land_subsidence": ("地面沉降", "land subsidence"),
    "hazard.unstable_slope": ("不稳定斜坡", "unstable slope"),
    "hazard.waterlogging": ("内涝", "waterlogging"),
    "hazard.dangerous_building": ("危房", "dangerous building"),
    "hazard.other": ("其他隐患", "other hazard"),
    "threat.extreme": ("特大型", "extreme"),
    "threat.large": ("大型", "large"),
    "threat.medium": ("中型", "medium"),
    "threat.small": ("小型", "small"),
    "zone.estimated": ("估计范围", "estimated extent"),
    "layer.backdrop": ("水系与绿地", "water and green"),
    "layer.paths": ("道路与步道", "roads and paths"),
    "layer.grids": ("网格 · 未包到人占比", "grids · share uncovered"),
    "layer.communities": ("社区边界与名称", "community outlines and names"),
    "layer.buildings": ("楼栋状态", "buildings by state"),
    "layer.zones": ("隐患危险区", "danger zones"),
    "layer.gaps": ("无人包标记", "markers: nobody"),
    "layer.uncertain": ("待核实位置", "places to verify"),
}

TILES = {
    "tile.nobody": ("无人包", "nobody"),
    "tile.unit_only": ("未包到人", "no named person"),
    "tile.cover_needed": ("需补位", "cover needed"),
    "tile.uncertain": ("待核实", "to verify"),
}

PAGE = {
    "map.title": ("包保覆盖图", "Coverage map"),
    "home.title": ("包保总览", "Coverage at a glance"),
    "gaps.title": ("未包保户清单", "Households without a person"),
    "nav.home": ("总览", "Overview"),
    "nav.map": ("地图", "Map"),
    "nav.gaps": ("缺口清单", "Gap list"),
    "nav.skip": ("跳到缺口清单", "Skip to the list of gaps"),
    "nav.skip_main": ("跳到正文", "Skip to the content"),
    "nav.lang": ("EN", "中文"),
    "nav.lang_title": ("Read this page in English", "用中文看这一页"),
    "internal": ("内部资料", "Internal"),
    "review_no": ("审图号：{no}", "Map review number: {no}"),
    "invented": ("虚构数据 · 城市、住户与人员均为虚构", "Invented data · nobody here is real"),
    "demo": ("演示环境 · 一切均为虚构，可随时删除", "Demonstration · everything is invented and may be thrown away"),
    "as_of": ("截至 {time}", "as of {time}"),
    "households": ("{n} 户", "{n} households"),
    "households.one": ("{n} 户", "{n} household"),
    "of_total": ("{n} 户 / {total} 户", "{n} of {total} households"),
    "sentence": (
        "{total} 户中 {covered} 户已包到人 · 截至 {time}",
        "{covered} of {total} households have a named person · as of {time}",
    ),
    "area.all": ("全部社区", "All communities"),
    "area.choose": ("社区", "Community"),
    "search": ("搜索小区、楼栋或户编号", "Compound, building or household id"),
    "search.none": ("没有找到「{text}」", "Nothing found for “{text}”"),
    "search.kind.compound": ("小区", "compound"),
    "search.kind.building": ("楼栋", "building"),
    "search.kind.household": ("户", "household"),
    "search.kind.community": ("社区", "community"),
    "search.kind.grid": ("网格", "grid"),
    "sort": ("排序", "Sort"),
    "sort.urgency": ("紧急程度", "urgency"),
    "sort.place": ("小区楼栋", "place"),
    "list": ("缺口清单", "Gaps"),
    "list.shown": ("显示 {n} 户", "{n} shown"),
    "list.more": ("再显示 {n} 户", "Show {n} more"),
    "list.empty": ("这里每户都已包到人。", "Every household here has a named person."),
    "list.empty_hint": ("换一个社区，或打开上面的其他状态。", "Choose another community or another state above."),
    "list.no_data": ("还没有需要包保的住户。", "There are no households in need yet."),
    "list.no_data_hint": (
        "在 CITY.toml 中加入住户名册，再运行 gridmap build。",
        "Add a roster of households to CITY.toml and run gridmap build again.",
    ),
    "list.pull": ("展开清单", "Pull up the list"),
    "list.push": ("收起清单", "Push down the list"),
    "list.off_map": ("未上图", "not on the map"),
    "place.unknown": ("位置未知", "place unknown"),
    "in_danger": ("在隐患区内", "in a danger zone"),
    "card.helpers": ("包保人", "Who looks after them"),
    "card.no_helpers": ("没有人包这一户。", "Nobody looks after this household."),
    "card.why": ("理由", "why"),
    "card.more": ("另有 {n} 户", "{n} more households"),
    "card.close": ("关闭", "Close"),
    "grid.share": (
        "未包到人 {n} 户 / {total} 户 · {share}",
        "{n} of {total} households without a named person · {share}",
    ),
    "grid.none": ("没有需要包保的住户", "no household in need"),
    "legend": ("图例", "Legend"),
    "legend.shares": ("网格：未包到人的户占比", "Grids: share without a named person"),
    "legend.filter": ("点按筛选", "click to filter"),
    "legend.grids": ("{n} 格", "{n} grids"),
    "legend.buildings": ("楼栋", "Buildings"),
    "legend.zoom": ("放大地图可看到楼栋", "Zoom in to see buildings"),
    "legend.marker": ("无人包户数", "households with nobody"),
    "legend.none": ("无包保对象", "none in need"),
    "share.0": ("0", "0"),
    "share.1": ("5% 以内", "up to 5%"),
    "share.2": ("5–10%", "5–10%"),
    "share.3": ("10–20%", "10–20%"),
    "share.4": ("20% 以上", "over 20%"),
    "north": ("北", "N"),
    "zoom.in": ("放大", "Zoom in"),
    "zoom.out": ("缩小", "Zoom out"),
    "zoom.all": ("看全部", "Show everything"),
    "layers": ("图层", "Layers"),
    "print": ("打印", "Print"),
    "source": ("资料来源：{text}", "Source: {text}"),
    "source.own": ("本地数据，不含底图", "local data, no base map"),
    "loading": ("正在画图…", "Drawing the map…"),
    "partial": ("{all} 层中画出 {drawn} 层，缺：{missing}。", "{drawn} of {all} layers drawn; missing: {missing}."),
    "partial.hint": ("请重新运行 gridmap draw。", "Run gridmap draw again."),
    "error": ("地图没有画出来。", "The map could not be drawn."),
    "error.assets": (
        "页面所需的程序没有装好：请运行 make assets，再运行 gridmap draw。",
        "The page's own scripts are missing: run make assets, then gridmap draw.",
    ),
    "error.detail": ("原因：{text}", "Reason: {text}"),
    "error.list": ("缺口清单仍可在另一页查看。", "The list of gaps can still be read on its own page."),
    "no_script": (
        "地图需要 JavaScript；数字和清单请看总览与缺口清单。",
        "The map needs JavaScript; the overview and the gap list do without.",
    ),
    "no_map": ("还没有可画的区域。", "There is no area to draw yet."),
    "no_map_hint": (
        "在 CITY.toml 中加入社区或网格图层，再运行 gridmap build。",
        "Add a layer of communities or grids to CITY.toml and run gridmap build again.",
    ),
    "table.households": ("需包保户", "Households"),
    "table.with_pairing": ("有人包", "With a pairing"),
    "table.with_named_person": ("已包到人", "Named person"),
    "table.full_team": ("队伍齐全", "Full team"),
    "table.cover_needed": ("需补位", "Cover needed"),
    "table.gaps": ("未包到人", "Gaps"),
    "table.share": ("未包到人占比", "Share uncovered"),
    "table.state": ("状态", "State"),
    "table.household": ("户", "Household"),
    "table.categories": ("类别", "Categories"),
    "table.care": ("关爱等级", "Care level"),
    "table.place": ("位置", "Place"),
    "table.community": ("社区", "Community"),
    "table.grid": ("网格", "Grid"),
    "table.on_map": ("上图", "Map"),
    "table.all": ("全市", "Whole city"),
    "table.see": ("看", "show"),
    "home.by": ("按{level}", "By {level}"),
    "home.rest": ("只列前 {n} 个，其余在下载的文件中。", "The first {n} are listed; the downloads hold the rest."),
    "home.open_map": ("打开地图", "Open the map"),
    "home.open_gaps": ("看缺口清单", "See the gap list"),
    "home.downloads": ("下载", "Downloads"),
    "home.masked": ("个人信息已脱敏。", "Personal data is masked."),
    "gaps.summary": ("{n} 户还没有包到人", "{n} households have no named person"),
    "gaps.rest": (
        "共 {total} 户，本页列出最紧急的 {n} 户；其余请看地图或下载。",
        "{total} in all; this page lists the {n} most urgent, the map and the downloads hold the rest.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {
    **STATES,
    **PEOPLE,
    **PLACES,
    **TILES,
    **PAGE,
    **PLANNER,
    **DOOR,
    **FIELD,
    **TODAY,
    **IMPORTS,
    **COLUMNS,
    **EXPLAIN,
    **REVEAL,
    **GROUNDS,
    **EMERGENCY,
    **REVIEW,
    **DOUBLES,
    **OFFICE,
    **LISTS,
}


def texts(lang: Lang) -> Mapping[str, str]:
    """Return every text in a language."""
    at = 0 if lang == "zh" else 1
    return {key: pair[at] for key, pair in TEXTS.items()}


def moment(when: dt.datetime, lang: Lang) -> str:
    """Write a moment as people do: 11月24日 08:00, or 24 November 08:00."""
    if lang == "zh":
        return f"{when.month}月{when.day}日 {when:%H:%M}"
    return f"{when.day} {when:%B %H:%M}"


def date(when: dt.datetime, lang: Lang) -> str:
    """Write a day with its year: 2026年11月24日， or 24 November 2026."""
    return f"{when.year}年{when.month}月{when.day}日" if lang == "zh" else f"{when.day} {when:%B %Y}"


def count(number: int) -> str:
    """Write a count with thousands separated: 1,312."""
    return f"{number:,}"
