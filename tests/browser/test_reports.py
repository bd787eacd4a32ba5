"""定期报送 in a real browser: ordered by the hotline, signed for by the union, in both languages, at a desk and on a phone."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from shouwen.insight.reporting import archive
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_staff_pages import require_good

SUPERVISOR, UNION = "100110", "100201"


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh-hans"), (PHONE, "zh-hans"), (DESKTOP, "en")])
def test_what_the_hotline_orders_the_union_signs_for(sign_in: SignIn, size: dict[str, int], language: str) -> None:
    where = f"{language[:2]}-{size['width']}"
    hotline = sign_in(SUPERVISOR, size)
    hotline.goto("/reports/")
    hotline.locator("details.action summary").click()
    hotline.locator("[name=rhythm]").select_option("month")
    hotline.locator("[name=since]").fill(
        timezone.localdate().replace(year=timezone.localdate().year - 1, day=1).isoformat()
    )
    require_good(hotline, f"reports-order-{where}")
    hotline.locator("details.action button.button-main").click()
    expect(hotline.locator("form[action*='/schedules/']")).to_have_count(1)
    assert archive.draw_up_due(timezone.now()) == 12

    union = sign_in(UNION, size)
    union.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": union.url}])
    for address in ("/reports/", "/reports/now/inspection/", "/reports/now/return/", "/statistics/"):
        union.goto(address)
        require_good(union, f"reports-{address.strip('/').replace('/', '-')}-{where}")
    union.goto("/tasks/")
    union.locator(".alert a[href='/reports/']").click()
    union.locator("a.row-link").first.click()
    union.locator("form[action$='/receive/'] button").click()
    expect(union.locator(".badge-ok").first).to_be_visible()
    require_good(union, f"report-{where}")
