"""热线来电 by the keyboard alone, as an agent with the telephone in one hand does it."""

import re

from playwright.sync_api import Page, expect

from shouwen.casework.models import ComplaintRow
from tests.browser.conftest import DESKTOP, PHONE, SignIn

AGENT = "100101"
MOST_TABS = 12
WATCH_THE_MOUSE = """for (const kind of ["mousedown", "pointerdown", "touchstart"])
  addEventListener(kind, () => window.mouseUsed(kind), true);"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name has the focus."""
    for _ in range(MOST_TABS):
        if page.evaluate("document.activeElement?.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is more than {MOST_TABS} fields away")


def test_a_case_is_registered_accepted_and_dispatched_without_the_mouse(sign_in: SignIn) -> None:
    page = sign_in(AGENT, DESKTOP)
    mouse: list[str] = []
    page.expose_function("mouseUsed", lambda kind: mouse.append(kind))
    page.add_init_script(WATCH_THE_MOUSE)
    before = ComplaintRow.objects.count()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/hotline/")
    expect(page.locator("#id_number")).to_be_focused()

    page.keyboard.type("13812345678")
    tab_to(page, "call_id")
    page.keyboard.type("C-7788")
    page.keyboard.press("Enter")
    expect(page.locator("#id_phone")).to_have_value("13812345678")
    expect(page.locator("#id_name")).to_be_focused()

    page.keyboard.type("王小明")
    tab_to(page, "subject")
    page.keyboard.type("柜台排队两小时")
    page.keyboard.press("Enter")
    expect(page.locator("#id_statement")).to_be_focused()
    page.keyboard.type("今天上午在人民路分理处排队两个小时，只开一个窗口。")
    tab_to(page, "class_")
    page.keyboard.press("1")
    expect(page.locator("[hx-post$='/register/due/']")).to_contain_text("回复时限")
    tab_to(page, "unit_about")
    page.keyboard.type("111101")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/done/")
    expect(page.locator(".read-out")).to_contain_text("前答复您")
    number = re.findall(r"TS\d{4}-\d{8}", page.url)[0]
    assert ComplaintRow.objects.get(number=number).stage == "dispatched"
    assert "13812345678" not in page.url

    page.keyboard.press("Enter")
    page.wait_for_url("**/hotline/")
    expect(page.locator("#id_number")).to_be_focused()
    assert ComplaintRow.objects.count() == before + 1
    assert mouse == []


def test_the_call_fits_a_phone(sign_in: SignIn) -> None:
    page = sign_in(AGENT, PHONE)
    page.goto("/hotline/")
    page.locator("#id_number").fill("13812345678")
    page.get_by_role("button", name="开始受理").click()
    expect(page.locator("#id_statement")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
