"""登录 as it is typed: what is wrong is said beside what was typed, and the right words lead to one's work and out again."""

import pytest
from playwright.sync_api import expect

from shouwen.demo import bank
from tests.browser.conftest import DESKTOP, PHONE, Window
from tests.browser.test_staff_pages import require_good


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_who_types_number_and_password_comes_to_the_own_work_and_out_again(
    window: Window, size: dict[str, int]
) -> None:
    page = window(size)
    page.goto("/")
    require_good(page, f"sign-in-{size['width']}")
    page.get_by_label("工号").fill("100101")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("工号")).to_have_value("100101")
    require_good(page, f"sign-in-refused-{size['width']}")
    page.get_by_label("密码").fill(bank.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/tasks/")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的待办")
    menu = page.locator(".rail-more" if size is PHONE else ".topbar .menu").last
    menu.locator("summary").click()
    with page.expect_navigation():
        menu.get_by_role("button", name="退出").click()
    page.goto("/tasks/")
    expect(page.get_by_label("密码")).to_be_visible()
