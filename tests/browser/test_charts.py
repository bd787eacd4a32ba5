"""图表和早间看板 in a real browser: drawn under the strict policy, a click opens the list, paper is one sheet, a wall refreshes itself."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from shouwen.desk.morning import views
from shouwen.desk.templatetags import charts
from tests.browser.conftest import PHONE, SignIn
from tests.browser.test_staff_pages import require_good
from tests.casework.test_door import person, register

AGENT, SUPERVISOR, UNION, DEPARTMENT = "100101", "100110", "100201", "100501"
EVER = "?from=2020-01-01&until=2030-12-31"
needs_library = pytest.mark.usefixtures("library")


@pytest.fixture
def library() -> None:
    assert charts.LIBRARY.is_file(), (
        "The chart library was left out at set-up: run `make charts`, then the tests again."
    )


def complaints_of(page: Page) -> list[str]:
    """What the browser says against a page: above all what the content security policy forbids."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def all_drawn(page: Page) -> None:
    waiting = page.locator("figure[data-chart]").count()
    assert waiting
    expect(page.locator("figure.chart-drawn svg")).to_have_count(waiting)


@needs_library
def test_charts_are_drawn_within_the_strict_policy_and_a_click_opens_the_list(sign_in: SignIn) -> None:
    page = sign_in(SUPERVISOR)
    said = complaints_of(page)
    register(person(AGENT))
    for address in (f"/statistics/{EVER}", f"/satisfaction/{EVER}", "/morning/wall/", "/morning/"):
        page.goto(address)
        all_drawn(page)
        assert said == [], address
        require_good(page, f"charts{address.split('?')[0].replace('/', '-')}")
    _click_a_bar(page.locator("#chart-ages"))
    page.wait_for_url(re.compile(r"/complaints/\?.*stage=(registered|accepted)"))
    assert page.locator("a.row-link").count()
    assert said == []


def _click_a_bar(figure: Locator) -> None:
    bar = figure.locator("svg path[fill='var(--accent)'], svg path[fill='var(--accent-soft)']")
    boxes = [box for place in range(bar.count()) if (box := bar.nth(place).bounding_box())]
    box = max(boxes, key=lambda each: each["width"] * each["height"])
    figure.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@needs_library
def test_a_board_fits_on_one_sheet_with_its_charts_and_without_their_tables(sign_in: SignIn) -> None:
    page = sign_in(DEPARTMENT)
    page.goto("/morning/")
    all_drawn(page)
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.emulate_media(media="print")
    assert page.locator("figure.chart-drawn details:visible").count() == 0


def test_a_page_is_whole_where_the_library_does_not_come(sign_in: SignIn) -> None:
    page = sign_in(SUPERVISOR, PHONE)
    page.route("**/echarts*.js", lambda route: route.abort())
    page.goto(f"/statistics/{EVER}")
    page.wait_for_load_state("networkidle")
    for table in page.locator("figure.chart table").all():
        expect(table).to_be_visible()
    assert page.locator("figure.chart svg").count() == 0
    page.locator("figure.chart td a").first.click()
    page.wait_for_url(re.compile("/complaints/"))


def test_a_wall_refreshes_itself_and_goes_to_sign_in_when_the_session_ends(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "REFRESH_SECONDS", 1)
    page = sign_in(UNION)
    page.goto("/morning/wall/")
    page.evaluate("document.getElementById('wall').setAttribute('data-old', '1')")
    expect(page.locator("#wall[data-old]")).to_have_count(0)
    page.context.set_offline(True)
    expect(page.locator(".wall-stale")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".wall-stale")).to_be_hidden()
    Session.objects.all().delete()
    page.wait_for_url(re.compile("/accounts/login/"))
