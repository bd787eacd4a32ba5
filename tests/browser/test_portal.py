"""A customer files on a phone, the bank answers, the customer follows it: as a person without JavaScript would, in both languages."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from shouwen.casework.verify import id_range, verify_range
from shouwen.core.complaint import Stage
from shouwen.portal import guard
from tests.browser.conftest import DESKTOP, PHONE
from tests.portal import bank
from tests.portal.customer import newest, now_of

NAME, NUMBER, STORY = "欧阳明月", "13812345678", "柜员让我去别的网点换零钱，我在城东支行等了一个小时。"
SHOTS = os.environ.get("SHOUWEN_SHOTS", "")
AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def window(live_server: Any, browser: Browser, demo_bank: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`window(PHONE, "zh-CN")` opens a customer's browser, without JavaScript unless it is asked for."""
    monkeypatch.setattr(guard, "LEAST_TIME", timedelta(0))
    contexts = []

    def window(size: dict[str, int], locale: str = "zh-CN", *, scripts: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=size,
            locale=locale,
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


def press(page: Page, name: str) -> None:
    """Send the form; a click alone returns before the next page is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def file_a_complaint(page: Page) -> str:
    """Four steps; returns the tracking code that the last page shows."""
    page.goto("/complain/")
    page.get_by_text("事情没办好").click()
    press(page, "继续")
    page.get_by_label("发生了什么").fill(STORY)
    press(page, "继续")
    page.get_by_label("是哪家网点").fill("城东支行人民路分理处")
    page.get_by_label("您希望怎样解决").fill("希望道歉。")
    page.get_by_label("照片或文件").set_input_files(
        files=[{"name": "小票.txt", "mimeType": "text/plain", "buffer": "排队号 A120".encode()}]
    )
    press(page, "继续")
    page.get_by_text("可以，我留下联系方式").click()
    page.get_by_label("您的姓名").fill(NAME)
    page.get_by_label("电话", exact=True).fill(NUMBER)
    press(page, "继续")
    if page.get_by_role("button", name="跳过，继续").count():
        press(page, "跳过，继续")
    expect(page.get_by_text(STORY)).to_be_visible()
    press(page, "提交")
    expect(page.get_by_role("heading", name="谢谢您，我们已经收到")).to_be_visible()
    return page.locator(".code").inner_text()


def test_a_customer_complains_on_a_phone_without_scripts_and_follows_it_to_the_review(window: Any) -> None:
    page = window(PHONE)
    code = file_a_complaint(page)
    complaint = newest()
    assert [file.name for file in complaint.attachments] == ["小票.txt"]
    press(page, "我已保存，隐藏查询码")

    page.get_by_label("查询码").fill(code.lower())
    press(page, "查询")
    expect(page.get_by_role("heading", name="我们已收到您反映的情况")).to_be_visible()
    expect(page.get_by_text("您可以", exact=True)).to_have_count(0)
    page.get_by_label("您手机号的后四位").fill("5678")
    press(page, "继续")

    page.get_by_role("link", name="补充情况或文件").click()
    page.get_by_label("您想补充什么").fill("大堂经理也在场。")
    press(page, "提交")
    expect(page.get_by_role("status")).to_contain_text("已收到您补充的内容")

    bank.answers(complaint)
    page.goto("/track/status/")
    page.get_by_role("link", name="我们的答复").click()
    expect(page.get_by_text(bank.LETTER)).to_be_visible()
    page.get_by_role("link", name="返回").click()

    page.get_by_role("link", name="评价这次办理").click()
    page.locator('label.face:has([name="expectation"][value="3"])').click()
    page.locator('label.face:has([name="perception"][value="4"])').click()
    press(page, "提交")
    expect(page.get_by_role("status")).to_contain_text("谢谢您的评价")

    page.get_by_role("link", name="对答复申请核查").click()
    page.get_by_label("您为什么不认可答复").fill("没有说明为什么让我去别的网点。")
    press(page, "提交")
    expect(page.get_by_text("将由没有参与原答复的人员核查")).to_be_visible()
    assert "13812345678" not in page.url

    told = now_of(complaint)
    assert (told.stage, bool(told.review_asked_at), bool(told.satisfaction)) == (Stage.REPLIED, True, True)
    assert verify_range(*id_range()).differences == []


def looked_at(page: Page, name: str) -> None:
    """No sideways scroll, and nothing that axe finds."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    found = AXE.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == [], name


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_page_can_be_used_by_everybody(window: Any, size: dict[str, int], locale: str) -> None:
    page = window(size, locale, scripts=True)
    where = f"{locale[:2]}-{size['width']}"

    def look(name: str) -> None:
        looked_at(page, f"{where}-{name}")

    def send(button: str) -> None:
        with page.expect_navigation():
            page.locator(button).first.click()

    def main() -> None:
        send("button.main:visible, .buttons button:visible")

    page.goto("/complain/")
    look("1-complain")
    main()
    look("1-complain-wrong")
    page.locator('[value="complaint"]').check()
    main()
    look("2-story")
    page.locator("[name=statement]").fill(STORY)
    main()
    page.locator("[name=files]").set_input_files(files=[{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}])
    send("[name=stay]")
    look("2-place")
    main()
    look("3-contact")
    page.locator('[name=anonymous][value="yes"]').check()
    look("3-contact-anonymous")
    page.locator('[name=anonymous][value="no"]').check()
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=phone]").fill("123")
    main()
    look("3-contact-wrong")
    page.locator("[name=phone]").fill(NUMBER)
    main()
    if page.url.endswith("/proof/"):
        look("3-proof")
        send("[name=skip]")
    look("4-check")
    main()
    look("5-done")
    code = page.locator(".code").inner_text()
    complaint = bank.answers(newest())

    page.goto("/track/")
    look("6-track")
    page.locator("[name=code]").fill("K7QM-2XPA-9HTR")
    main()
    look("6-track-wrong")
    page.locator("[name=code]").fill(code)
    main()
    look("7-status-code")
    page.locator("[name=factor]").fill("5678")
    main()
    look("7-status")
    for name in ("letter/receipt", "letter/reply-1", "add", "contact", "withdraw", "survey", "review"):
        page.goto(f"/track/{name}/")
        look(f"8-{name.replace('/', '-')}")
    page.goto("/track/withdraw/")
    page.locator("[name=consent]").fill("已经解决了。")
    main()
    look("9-withdraw-asked")
    send("[name=confirmed]")
    look("9-withdrawn")
    assert now_of(complaint).stage is Stage.WITHDRAWN


def test_the_code_is_printed_from_a_page_of_its_own(window: Any) -> None:
    page = window(DESKTOP, scripts=True)
    code = file_a_complaint(page)
    page.emulate_media(media="print")
    expect(page.get_by_text(code)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("打印|隐藏"))).to_have_count(0)
