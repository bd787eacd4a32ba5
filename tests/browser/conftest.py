"""A real Chromium before the whole desk: pages, scripts and database as a bank would run them, on a demo bank."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from shouwen.demo import bank, load
from tests.ground import Ground

# Playwright's own loop runs in this thread; the pages are served from others.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser(chromium: str, ground: Ground, django_db_blocker: DjangoDbBlocker) -> Iterator[Browser]:
    """Django takes another connection while Playwright's loop runs: what lies in the database goes with the one before."""
    with django_db_blocker.unblock():
        ground.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()
        with django_db_blocker.unblock():
            ground.clear()


@pytest.fixture
def demo_bank(committed_db: None) -> None:
    """The demo bank with a few complaints, committed, so that the served pages see it."""
    load.load(complaints=24)


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(live_server, browser: Browser, demo_bank: None) -> Iterator[SignIn]:
    """`sign_in("100101")` opens a window of its own for that person; `size` is the screen."""
    contexts = []

    def sign_in(employee_no: str, size: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", has_touch=size is PHONE, is_mobile=size is PHONE
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("工号").fill(employee_no)
        page.get_by_label("密码").fill(bank.PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)  # where that person's work begins
        return page

    yield sign_in
    for context in contexts:
        context.close()
