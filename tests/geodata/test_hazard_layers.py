"""Hazard sites from the columns of the official ledger; rows and ids invented, squares as in conftest."""

import openpyxl
import pytest

from gridmap.tables import DangerZone, Grid, HazardSite, Monitor

COMMUNITIES = '[[areas]]\nlevel = "community"\npath = "c.gpkg"\nid = "code"\nname = "mc"\n'
HEADERS = [
    "序号", "灾害点编号", "隐患点名称", "隐患点类型", "险情等级", "威胁户数(户)", "威胁人数（人）", "维度", "经度",
    "防灾责任人 姓名", *(f"{part}{n}" for n in range(1, 7) for part in ("监测人姓名", "电话")),
]  # fmt: skip
ROWS = [
    [1, "Y1", "东坡", "滑坡", "中型", 12, 40, 30.005, 115.005, "某某", "甲一", 13800000001, "乙二", 13800000002],
    [2, "Y2", "西沟", "泥石流", "小型", 3, 9, 30.006, 115.015, "某某", "丙三", None, None, None, None, None, None,
     None, None, None, None, 13800000006],
    [3, "Y3", "老楼", "危房", "大型", None, None, None, None, "某某"],
]  # fmt: skip


@pytest.fixture
def town(tmp_path, squares):
    squares(2).to_file(tmp_path / "c.gpkg")
    return tmp_path


def ledger(path, headers):
    book = openpyxl.Workbook()
    for row in (["地质灾害隐患点台账"], headers, *ROWS):
        book.active.append(row)
    book.save(path)


@pytest.mark.parametrize("swapped", [False, True], ids=["misspelt", "misspelt and swapped"])
def test_the_official_ledger_becomes_sites_zones_and_monitors(town, load, swapped):
    headers = list(HEADERS)
    if swapped:
        headers[7], headers[8] = headers[8], headers[7]
    ledger(town / "h.xlsx", headers)
    loaded = load(COMMUNITIES + '[[hazards]]\npath = "h.xlsx"\n')
    sites = loaded.frames[HazardSite]
    assert list(sites["hazard_id"]) == ["Y1", "Y2", "Y3"]
    assert list(sites["kind"]) == ["landslide", "debris_flow", "dangerous_building"]
    assert list(sites["threat_level"]) == ["medium", "small", "large"]
    assert sites["threatened_people"].fillna(-1).tolist() == [40, 9, -1]
    assert sites["community_id"].fillna("").tolist() == ["a", "b", ""]
    assert [(round(point.x, 3), round(point.y, 3)) for point in sites.geometry[:2]] == [
        (115.005, 30.005),
        (115.015, 30.006),
    ]
    assert list(loaded.frames[DangerZone]["hazard_id"]) == ["Y1", "Y2"]
    monitors = loaded.frames[Monitor]
    assert list(monitors["monitor_id"]) == ["Y1:1", "Y1:2", "Y2:1", "Y2:6"]
    assert monitors["name"].fillna("").tolist() == ["甲一", "乙二", "丙三", ""]
    assert monitors["phone"].fillna("").tolist() == ["13800000001", "13800000002", "", "13800000006"]
    assert not any(problem.severity == "error" for problem in loaded.problems)


def test_deregistered_sites_of_the_official_ledger_are_kept_as_history(town, load):
    lines = ["编号,名称,经度,纬度,是否销号,销号时间,销号原因"]
    told = [("h1", "是", "2023年5月1日", "已治理"), ("h2", "否", "", ""), ("h3", "", "2022-03-01", ""),
            ("h4", "", "", ""), ("h5", "已销号", "", ""), ("h6", "未销号", "", ""), ("h7", "待定", "", "")]  # fmt: skip
    lines += [f"{name},坡{at},115.005,30.00{at},{yes},{day},{why}" for at, (name, yes, day, why) in enumerate(told, 1)]
    (town / "h.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sites = load(COMMUNITIES + '[[hazards]]\npath = "h.csv"\n').frames[HazardSite].set_index("hazard_id")
    over = sites.index[sites["status"] == "deregistered"].tolist()
    assert over == ["h1", "h3", "h5"]
    assert sites.index[sites["status"] == "watched"].tolist() == ["h2", "h6"]
    assert f"{sites.loc['h1', 'deregistered_on']:%Y-%m-%d}" == "2023-05-01"
    assert sites.loc["h1", "deregistered_reason"] == "已治理"


def test_a_ledger_without_monitors_has_none(town, load):
    (town / "h.csv").write_text("编号,名称,经度,纬度\nh1,化粪池,115.005,30.005\n", encoding="utf-8")
    assert load(COMMUNITIES + '[[hazards]]\npath = "h.csv"\n').frames[Monitor].empty


def test_grids_may_name_their_worker(town, squares, load):
    squares(2, 网格员=["甲一", None], 网格员联系电话=["13800000001", None]).to_file(town / "g.gpkg")
    loaded = load(COMMUNITIES + '[[areas]]\nlevel = "grid"\npath = "g.gpkg"\nid = "code"\n')
    grids = loaded.frames[Grid].set_index("grid_id")
    assert grids["worker_name"].fillna("").tolist() == ["甲一", ""]
    assert grids.loc["a", "worker_phone"] == "13800000001"
