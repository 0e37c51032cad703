"""The second step in a real browser, in Chinese, on a desk and on a phone, by keyboard."""

import time

import field_town
import pytest
from serving import serving

from gridmap import second_steps, work

pytestmark = pytest.mark.browser
PASSWORD = "Correct-horse-9"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    workspace = field_town.kept(tmp_path_factory.mktemp("second"))
    store = workspace.open()
    for name in ("desk", "phone"):
        work.create_account(store, name, PASSWORD)
    store.close()
    with serving(workspace) as found:
        yield found


def code(secret, off=0):
    return second_steps.code_at(secret.replace(" ", ""), int(time.time()) // 30 + off)


def submit(page, typed=""):
    """Type, press Enter, and wait for the answer."""
    with page.expect_navigation():
        page.keyboard.type(typed)
        page.keyboard.press("Enter")


def enter(page, address, name):
    page.goto(f"{address}/sign-in.html?then=/account.html")
    page.fill("[name=account]", name)
    page.focus("[name=password]")
    submit(page, PASSWORD)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("name", "width", "height"), [("desk", 1280, 800), ("phone", 360, 740)])
def test_switched_on_asked_for_and_switched_off(address, watch, name, width, height):
    watched = watch(width=width, height=height, locale="zh-CN")
    page = watched.page
    enter(page, address, name)
    watched.go("开启两步验证", steps=20)
    page.wait_for_selector("#secret")
    assert page.locator(".door-qr").bounding_box()["width"] >= 200
    assert fits(page)
    secret = page.inner_text("#secret")
    page.focus(".door-second [name=code]")
    submit(page, code(secret))
    recovery = page.locator("#recovery li").all_inner_texts()
    assert len(recovery) == 10
    assert fits(page)
    with page.expect_navigation():
        page.get_by_role("button", name="退出登录").click()

    enter(page, address, name)
    assert "两步验证" in page.inner_text("#said")
    page.wait_for_function("document.activeElement.name === 'code'")
    assert fits(page)
    submit(page, "000000")
    page.wait_for_function("document.activeElement.name === 'code'")
    submit(page, code(secret, 1))
    assert page.url == f"{address}/account.html"
    page.focus(".door-second [name=code]")
    submit(page, recovery[0])
    assert "已关闭" in page.inner_text("#second-said")
    refusals = [said for said in watched.complaints if "401" not in said]
    assert refusals == []
