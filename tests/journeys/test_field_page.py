"""Field staff on a phone, in a real browser over a real server: the list, a site, the form, the outbox."""

import sys
from pathlib import Path

import pytest
from serving import free_port, serving

sys.path.insert(0, str(Path(__file__).parents[1]))
import field_town
import photo_maker

from gridmap.tables import AuditAction, AuditEntry, Inspection

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
    return field_town.kept(tmp_path)


@pytest.fixture
def served(workspace):
    """The address of a server of its own over the hand-drawn town."""
    with serving(workspace) as home:
        yield f"{home}/"


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


def test_without_a_server_the_pages_open_and_the_record_goes_when_it_is_back(watch, workspace):
    """The list was opened once where there was signal; its sites open where there is none, forms and all."""
    port = free_port()
    page = watch(**PHONE).page
    with serving(workspace, port) as home:
        page.goto(f"{home}/field.html?area=C1")
        page.wait_for_selector("body[data-kept]")
        assert page.locator("#stale").is_hidden()
    page.goto("about:blank")
    page.goto(f"{home}/field.html?area=C1")
    page.wait_for_selector("#stale:not([hidden])")
    assert "离线：显示的是" in page.locator("#stale").inner_text()
    page.locator(".site a").first.click()
    page.wait_for_selector("body[data-ready=site]")
    assert page.locator(".home.is-alone").count() == 2
    assert page.locator(".choice").first.evaluate("(node) => getComputedStyle(node).display") == "grid"  # styles, too
    page.get_by_text("有险情", exact=True).click()
    page.locator("input[name=made_by]").fill("张三")
    page.get_by_role("button", name="保存并发送").click()
    page.wait_for_function("() => document.querySelector('#waiting').textContent.includes('1 条记录待发送')")
    assert kept(workspace).empty
    with serving(workspace, port):
        page.reload()
        page.wait_for_function("() => document.querySelector('#waiting').textContent === '没有待发送的记录'")
        page.wait_for_selector("#stale", state="hidden")
    assert list(kept(workspace)["state"]) == ["danger"]


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


def test_a_number_is_shown_for_a_reason_and_dialled_with_a_tap(watch, served, workspace):
    """d has m1, who has a number, and the grid worker; nothing is shown or logged before a reason is given."""
    watched = watch(**PHONE)
    page = watched.open(f"{served}site.html?site=H1", ready=READY)
    assert "13800000001" not in page.content()
    button = page.locator(".show-calls[data-household=d]")
    button.click()
    page.get_by_role("button", name="返回", exact=True).click()
    assert page.locator("a[href^='tel:']").count() == 0
    button.click()
    page.get_by_role("button", name="通知撤离").click()
    page.wait_for_selector("a[href^='tel:']")
    assert [link.get_attribute("href") for link in page.locator("a[href^='tel:']").all()] == [
        "tel:13800000001",
        "tel:13900000009",
    ]
    page.locator(".show-calls[data-household=a]").click()  # the reason holds for this page
    page.wait_for_function("() => document.querySelectorAll(\"a[href^='tel:']\").length === 4")
    assert page.evaluate(WIDE) <= 0
    store = workspace.open()
    with store.transaction() as transaction:
        log = transaction.read(AuditEntry, action=[AuditAction.UNMASK])
    store.close()
    assert list(log["subject"]) == ["d", "a"]
    assert set(log["noun"]) == {"calls"}
    assert set(log["purpose"]) == {"通知撤离"}
    assert log["unmasked"].all()
    assert watched.complaints == []


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
