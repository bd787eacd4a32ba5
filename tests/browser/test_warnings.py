"""事前预防 in a real browser: a rule is written, tested and switched on; a warning is taken and closed with a finding."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from shouwen.core.early_warning import Finding
from shouwen.insight.watching import raising
from shouwen.insight.watching.models import EarlyWarning
from shouwen.insight.watching.series import Key
from shouwen.organisation.directory import directory
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_staff_pages import require_good

UNION, LEADER, OUTLET = "100201", "11110110", "111101"


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh-hans"), (PHONE, "zh-hans"), (DESKTOP, "en")])
def test_a_rule_is_tested_and_switched_on_and_a_warning_closed(
    sign_in: SignIn, size: dict[str, int], language: str
) -> None:
    where = f"{language[:2]}-{size['width']}"
    union = sign_in(UNION, size)
    union.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": union.url}])
    union.goto("/warnings/rules/new/")
    union.locator("[name=count]").fill("2")
    union.locator("[name=days]").fill("20")
    union.locator("button[name=preview]").click()
    expect(union.locator(".alert")).to_be_visible()
    require_good(union, f"watch-rule-new-{where}")
    union.locator("button[data-main]").click()
    expect(union.locator("form[action$='/on/']")).to_have_count(0)
    union.locator("form[action$='/test/'] button").click()
    require_good(union, f"watch-rule-tested-{where}")
    union.locator("form[action$='/on/'] button").click()
    expect(union.locator("form[action$='/off/']")).to_be_visible()
    union.goto("/warnings/rules/")
    expect(union.locator(".badge-ok")).to_be_visible()
    require_good(union, f"watch-rules-{where}")

    unit = directory().unit_by_code(OUTLET)
    assert unit is not None
    found = Finding(timezone.localdate() - timedelta(1), 7, 9, 1.5, 1e-6, 50)
    raising.record(Key(unit.id, "class", "attitude"), (found,), timezone.now())
    leader = sign_in(LEADER, size)
    leader.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": leader.url}])
    leader.goto("/tasks/")
    leader.locator(".alert a[href*='/warnings/']").click()
    require_good(leader, f"warnings-{where}")
    leader.locator("a.row-link").first.click()
    leader.locator("form[action$='/take/'] button").click()
    require_good(leader, f"warning-taken-{where}")
    leader.locator("[name=finding][value=real]").check()
    leader.locator("[name=words]").fill("叫号机故障两天，客户排队时间变长；已修复。")
    leader.locator("form[action$='/close/'] button").click()
    expect(leader.locator("form[action$='/close/']")).to_have_count(0)
    require_good(leader, f"warning-closed-{where}")
    assert EarlyWarning.objects.get().finding == "real"
