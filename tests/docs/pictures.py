"""The pictures of the user guide and the README, taken of a running demonstration bank.

python -m tests.docs.pictures http://127.0.0.1:8000
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from shouwen.demo.bank import PASSWORD

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
AGENT, CONTACT, SUPERVISOR, OFFICE, INSPECTOR = "100101", "11110101", "100110", "100301", "110401"
SPECIAL = {
    "dispute": (SUPERVISOR, "/complaints/", ".mark-dispute"),
    "repeat": (SUPERVISOR, "/complaints/?repeat=1", ".mark-repeat"),
    "not-ours": (SUPERVISOR, "/complaints/?liability=none", "tr"),
    "duplicate": (SUPERVISOR, "/complaints/", ".mark-duplicate"),
    "group": (SUPERVISOR, "/complaints/", ".mark-group"),
    "withdrawal": (SUPERVISOR, "/complaints/?stage=withdrawn", "tr"),
    "media": (OFFICE, "/complaints/?channel=media", "tr"),
    "superior": (SUPERVISOR, "/complaints/?channel=transfer", "tr"),
    "review": (SUPERVISOR, "/tasks/?list=reviews", "tr"),
    "secrecy": (INSPECTOR, "/complaints/", "tr"),
}
"""Who looks, in which list, and what the row has: the first such complaint is pictured."""
MOST_PAGES = 20
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def take(url: str, chromium: str = "/usr/bin/chromium") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

        def window(size: dict[str, int]) -> Page:
            return browser.new_context(base_url=url, viewport=size, locale="zh-CN").new_page()  # type: ignore[arg-type]

        def signed_in(employee_no: str) -> Page:
            page = window(DESKTOP)
            page.goto("/accounts/login/")
            page.get_by_label("工号").fill(employee_no)
            page.get_by_label("密码").fill(PASSWORD)
            with page.expect_navigation():
                page.get_by_role("button", name="登录").click()
            return page

        page = signed_in(CONTACT)
        _shoot(page, "/tasks/", "worklist")
        page.locator("tbody a", has_text="TS").first.click()
        page.get_by_role("heading", name="经过").wait_for()
        page.screenshot(path=IMAGES / "case.png")
        _shoot(signed_in(AGENT), "/register/", "register")
        _shoot(window(PHONE), "/complain/", "customer")
        for name, (who, address, row) in SPECIAL.items():
            _shoot_special(signed_in(who), address, row, name)
        browser.close()


def _shoot_special(page: Page, address: str, row: str, name: str) -> None:
    page.goto(address)
    found = page.locator("tbody tr").filter(has=page.locator(row)) if row != "tr" else page.locator("tbody tr")
    for _ in range(MOST_PAGES):
        if found.count():
            break
        page.locator('a[rel="next"]').first.click()
        page.wait_for_load_state()
    page.goto(str(found.first.locator('a[href^="/complaints/TS"]').first.get_attribute("href")))
    page.screenshot(path=IMAGES / f"special-{name}.jpg", type="jpeg", quality=70)


def _shoot(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    take(*sys.argv[1:])
