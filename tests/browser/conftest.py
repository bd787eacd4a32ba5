"""A real Chromium before the whole desk: pages, scripts and database as a bank would run them, on a demo bank."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from shouwen.demo import load
from tests.desk.bank import signed_in
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


Window = Callable[..., Page]
SignIn = Callable[..., Page]


@pytest.fixture
def window(live_server, browser: Browser, demo_bank: None) -> Iterator[Window]:
    """`window(size)` opens a window in which nobody has signed in yet."""
    contexts = []

    def window(size: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", has_touch=size is PHONE, is_mobile=size is PHONE
        )
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(live_server, window: Window) -> SignIn:
    """`sign_in("100101")` opens a window of its own, in which that person has signed in; `size` is the screen."""

    def sign_in(employee_no: str, size: dict[str, int] = DESKTOP) -> Page:
        page = window(size)
        session = signed_in(employee_no).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url, "httpOnly": True}]
        )
        page.goto("/")  # where that person's work begins
        return page

    return sign_in
