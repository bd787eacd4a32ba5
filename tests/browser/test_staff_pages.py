"""The pages for the ways in, the messages and satisfaction can be used by everybody on the staff, in both languages, on a desk and on a phone."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from shouwen.intake.mailbox.keeping import keep
from shouwen.intake.mailbox.registering import take
from shouwen.intake.slips import registering
from tests.browser.conftest import DESKTOP, PHONE, SignIn

AGENT, UNION, ADMINISTRATOR, AUDITOR = "100101", "100201", "000001", "000003"
PAGES = {
    AGENT: ("/hotline/", "/mailbox/"),
    UNION: ("/register/book/", "/register/slips/"),
    ADMINISTRATOR: ("/settings/messages/", "/settings/outbox/", "/settings/tokens/"),
    AUDITOR: ("/satisfaction/?from=2020-01-01&until=2030-12-31", "/satisfaction/files/"),
}
INSIDE_MESSAGES = "main a[href*='/settings/messages/']"
SLIPS = """转来单位,文号,标题,投诉内容,匿名
示范市消费者协会,7号,柜台排队,排队两小时。,是
示范市消费者协会,8号,柜台排队,排队两小时。,是
示范市消费者协会,9号,,排队两小时。,是
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("SHOUWEN_SHOTS", "")
AXE = Axe()


def require_good(page: Page, name: str) -> None:
    """No sideways scroll, and nothing that axe finds."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    # Only what is wrong is told with its nodes: to list all that is right as well took a third of the time.
    found = AXE.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == [], name


def a_mail_waits() -> str:
    """A mail that no rule could register; the address of its page."""
    row = keep(b"From: somebody\r\n\r\n", None)
    take(row.id)
    return f"/mailbox/{row.id}/"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_ways_in_can_be_used_by_everybody(
    sign_in: SignIn, size: dict[str, int], language: str
) -> None:
    where = f"{language[:2]}-{size['width']}"
    waiting = a_mail_waits()
    for person, addresses in PAGES.items():
        page = sign_in(person, size)
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": page.url}])
        for address in (*addresses, *([waiting] if person == AGENT else [])):
            page.goto(address)
            require_good(page, f"{address.strip('/').replace('/', '-')}-{where}")
        if person == ADMINISTRATOR:
            page.goto("/settings/messages/")
            page.goto(page.locator(INSIDE_MESSAGES).first.get_attribute("href") or "")
            require_good(page, f"settings-message-{where}")
        if person == AGENT:
            page.goto("/hotline/")
            page.locator("#id_number").fill("13812345678")
            with page.expect_navigation():
                page.keyboard.press("Enter")
            require_good(page, f"hotline-call-{where}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_list_of_slips_is_looked_through_and_says_how_far_it_is(
    sign_in: SignIn, size: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "SECONDS", 0.0)  # the page waits for one row only, and no worker runs here
    page = sign_in(UNION, size)
    page.goto("/register/slips/")
    page.locator("input[type=file]").set_input_files(
        {"name": "来件.csv", "mimeType": "text/csv", "buffer": SLIPS.encode()}
    )
    with page.expect_navigation():
        page.get_by_role("button", name="检查文件").click()
    require_good(page, f"slips-with-a-problem-{size['width']}")
    with page.expect_navigation():
        page.get_by_role("button", name="登记可登记的行").click()
    expect(page.get_by_role("status").filter(has_text="已完成1件，还有1件")).to_be_visible()
    require_good(page, f"slips-at-work-{size['width']}")


def test_the_description_of_the_interface_opens_without_an_error_under_our_content_policy(sign_in: SignIn) -> None:
    page = sign_in(ADMINISTRATOR)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/api/v1/docs")
    page.get_by_text("/api/v1/complaints", exact=True).first.wait_for()
    assert said == []
