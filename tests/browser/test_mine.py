"""我的岗位、请假与授权 can be used by everybody, in both languages, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_staff_pages import require_good


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_leave_is_entered_and_a_post_is_lent(sign_in: SignIn, size: dict[str, int], language: str) -> None:
    where = f"{language[:2]}-{size['width']}"
    page = sign_in("11110110", size)
    home = page.evaluate("location.origin")
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": home}])
    first = timezone.localdate() + timedelta(days=1)
    days = {"from_date": str(first), "to_date": str(first + timedelta(days=4)), "reason": "年休假"}
    page.goto("/mine/deputies/new/")
    page.locator("main form [type=checkbox]").first.check()
    page.fill("[name=deputy]", "11110102")
    for name, value in days.items():
        page.fill(f"[name={name}]", value)
    require_good(page, f"lend-{where}")
    page.locator("main form .button-main").click()
    page.goto("/mine/absence/")
    for name, value in days.items():
        page.fill(f"[name={name}]", value)
    require_good(page, f"leave-{where}")
    page.locator("main form .button-main").click()
    page.wait_for_url("**/mine/")
    require_good(page, f"mine-{where}")
