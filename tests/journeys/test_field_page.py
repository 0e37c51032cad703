"""Field staff on a phone, in a real browser over a real server: the list, a site, the form, the outbox."""

import socket
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import field_town
import photo_maker
import uvicorn

from api.app import create_app
from geodata.workspace import Workspace
from gridmap.tables import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

READY = "body[data-ready]"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PLACE = field_town.town.point(60, 5)


def geolocated(place=PLACE, accuracy=8):
    return {"geolocation": {"longitude": place.x, "latitude": place.y, "accuracy": accuracy},
            "permissions": ["geolocation"]}  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    found = Workspace(tmp_path)
    store = found.open(create=True)
    field_town.fill(store)
    store.close()
    return found


@pytest.fixture
def served(workspace):
    """The address of a server of its own over the hand-drawn town."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(workspace), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(timeout=10)


def kept(workspace):
    store = workspace.open()
    with store.transaction() as transaction:
        found = transaction.read(Inspection)
    store.close()
    return found


def photo_file(folder):
    path = folder / "near.jpg"
    path.write_bytes(photo_maker.with_place())
    return path


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_walk_from_the_list_to_a_sent_inspection(watch, served, workspace, tmp_path, viewport):
    watched = watch(**viewport, **geolocated())
    page = watched.open(f"{served}field.html", ready=READY)
    assert page.locator(".site-name").all_inner_texts() == ["东坡滑坡", "低洼积水", "西沟"]
    assert page.locator(".site").first.locator(".alone").inner_text() == "⚠ 无人包 2 户"
    page.wait_for_function("() => document.querySelector('.away').textContent !== ''")
    assert page.locator(".away").first.inner_text() == "离我 11 m"  # (60, 5) from (50, 0)
    assert page.evaluate(WIDE) <= 0
    page.locator(".site a").first.click()
    page.wait_for_selector("body[data-ready=site]")
    alone = page.locator(".home.is-alone")
    assert alone.count() == 2
    assert page.locator(".home").first.inner_text().startswith("⚠ 无人包")
    assert [line.split(" ")[1] for line in page.locator(".home").nth(2).locator(".calls li").all_inner_texts()] == [
        "乙*", "甲*", "王*六",
    ]  # fmt: skip
    assert page.locator(".place-map .zone").count() == 1
    assert page.evaluate(WIDE) <= 0
    page.get_by_text("有变化", exact=True).click()
    page.get_by_text("裂缝变宽").click()
    page.locator("#add-measure").click()
    for field, value in zip(page.locator(".measure input").all(), ("缝宽", "3,5", "mm"), strict=True):
        field.fill(value)
    page.locator("#locate").click()
    page.wait_for_function("() => document.querySelector('#position').textContent.includes('±8')")
    assert "⚠" not in page.locator("#position").inner_text()
    page.set_input_files("#photos", photo_file(tmp_path))
    page.wait_for_selector("#photo-list img")
    page.locator("textarea").fill("石头松动")
    page.locator("input[name=made_by]").fill("张三丰")
    page.get_by_role("button", name="保存并发送").click()
    page.wait_for_selector(".looks .look-change")
    page.wait_for_selector("body[data-ready=site]")
    assert page.locator(".site-head .look").inner_text().endswith("有变化")
    assert "缝宽 3.5 mm" in page.locator(".looks").inner_text()
    assert "上次 3.5 mm" in page.locator("#measures").inner_text()
    assert page.locator("#waiting").inner_text() == "没有待发送的记录"
    assert page.locator(".looks img").evaluate("(image) => image.decode().then(() => image.naturalHeight)") == 40
    row = kept(workspace).iloc[0]
    assert (row["state"], row["note"], row["made_by"], row["signs"]) == (
        "change",
        "石头松动",
        "张三丰",
        ("wider_crack",),
    )
    assert row["accuracy_m"] == 8
    assert (workspace.folder / "photos" / photo_maker.name(photo_maker.with_place())).is_file()
    assert watched.complaints == []
    assert all(url.startswith((served, "data:", "blob:")) for url in watched.requests)


def test_what_could_not_be_sent_waits_and_goes_later(watch, served, workspace, tmp_path):
    watched = watch(**PHONE)
    page = watched.open(f"{served}site.html?site=H1", ready=READY)
    page.get_by_text("稳定", exact=True).click()
    page.locator("textarea").fill("草稿")
    page.reload()
    page.wait_for_selector(READY)
    assert page.locator("textarea").input_value() == "草稿"
    assert page.locator("input[value=stable]").is_checked()
    page.locator("input[name=made_by]").fill("张三")
    page.set_input_files("#photos", photo_file(tmp_path))
    page.wait_for_selector("#photo-list img")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存并发送").click()
    page.wait_for_function("() => document.querySelector('#waiting').textContent.includes('1 条记录待发送')")
    assert "1 张照片待发送" in page.locator("#waiting").inner_text()
    assert "已留在手机上" in page.locator("#outcome").inner_text()
    page.get_by_text("有险情", exact=True).click()
    page.get_by_role("button", name="保存并发送").click()
    page.wait_for_function("() => document.querySelector('#waiting').textContent.includes('2 条记录待发送')")
    assert kept(workspace).empty
    page.context.set_offline(False)  # the page hears that it is online again
    page.wait_for_function("() => document.querySelector('#waiting').textContent === '没有待发送的记录'")
    found = kept(workspace).sort_values("observed_at")
    assert list(found["state"]) == ["stable", "danger"]
    assert found["base_inspection_id"].iloc[1] == found["inspection_id"].iloc[0]  # one after the other: no conflict
    assert len(list((workspace.folder / "photos").iterdir())) == 1


def test_a_refused_record_stays_on_the_phone_with_its_reason(watch, served, workspace):
    watched = watch(**PHONE)
    page = watched.open(f"{served}site.html?site=H1", ready=READY)
    page.evaluate("""() => localStorage.setItem("gridmap.outbox", JSON.stringify([{ refused: [], inspection: {
        inspection_id: crypto.randomUUID(), hazard_id: "H9", state: "stable", observed_at: "2026-11-24T00:00:00Z",
        made_by: "x" } }]))""")
    page.goto(f"{served}field.html")
    page.wait_for_selector("#refused li")
    assert "这里没有这个隐患点" in page.locator("#refused").inner_text()
    assert "1 条记录待发送" in page.locator("#waiting").inner_text()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除这条").click()
    page.wait_for_function("() => document.querySelector('#waiting').textContent === '没有待发送的记录'")
    assert kept(workspace).empty


def test_the_form_says_what_is_missing_and_warns_of_a_bad_position(watch, served, workspace):
    far = field_town.town.point(450, 300)
    watched = watch(**PHONE, **geolocated(far, accuracy=150))
    page = watched.open(f"{served}site.html?site=H1", ready=READY)
    save = page.get_by_role("button", name="保存并发送")
    save.click()
    assert page.locator("#form-error").inner_text() == "请先选结论。"
    page.get_by_text("稳定", exact=True).click()
    save.click()
    assert page.locator("#form-error").inner_text() == "请填巡查人。"
    page.locator("#locate").click()
    page.wait_for_function("() => document.querySelector('#position').textContent.includes('±150')")
    said = page.locator("#position").inner_text()
    assert "精度差于 100 米" in said
    assert "超过 100 米" in said
    page.set_input_files("#photos", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    assert "不是照片" in page.locator("#form-error").inner_text()
    assert kept(workspace).empty


def test_the_english_pages_keep_the_place(watch, served):
    watched = watch(**PHONE)
    page = watched.open(f"{served}site.html?site=H1&area=G1", ready=READY)
    page.locator(".lang").click()
    page.wait_for_selector("html[lang=en] body[data-ready=site]")
    assert "area=G1" in page.url
    assert page.locator(".home").first.inner_text().startswith("⚠ nobody")
    assert page.evaluate(WIDE) <= 0
    assert watched.complaints == []
