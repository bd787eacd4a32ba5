"""定期回访 in a real browser, from the plan to the customer who is heard again, at a desk and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwen.casework.models import ComplaintRow
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_supervision import picture
from tests.desk.bank import CHECKER
from tests.oversight.test_revisits import LEADER, closed

FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_customer_drawn_by_chance_is_called_and_heard_again(sign_in: SignIn, size: dict[str, int]) -> None:
    width = size["width"]
    leader = sign_in(LEADER, size)
    drawn = closed(3, received_at=timezone.now().replace(day=1, hour=3) - timedelta(days=12))

    leader.goto("/revisits/plan/")
    leader.locator("[name=period]").select_option("month")
    leader.locator("[name=count]").fill("3")
    picture(leader, f"revisits-plan-{width}")
    leader.locator("form.form button.button-main").click()
    leader.wait_for_url("**/revisits/")
    assert leader.evaluate(FITS)
    picture(leader, f"revisits-planned-{width}")
    leader.get_by_role("button", name="抽样").first.click()
    leader.wait_for_url("**/revisits/draws/*/")
    assert leader.evaluate(FITS)
    picture(leader, f"revisits-drawn-{width}")

    contact = sign_in(CHECKER, size)
    contact.goto("/revisits/")
    contact.locator("a.row-link").first.click()
    contact.get_by_role("button", name="查看回访电话").click()
    expect(contact.locator("main")).to_contain_text("13812345678")
    contact.locator("[name=result][value=dissatisfied]").check()
    contact.locator("[name=words]").fill("窗口又只开一个，排队一小时。")
    assert contact.evaluate(FITS)
    picture(contact, f"revisits-call-{width}")
    contact.get_by_role("button", name="记录结果").click()
    contact.wait_for_url("**/revisits/")
    picture(contact, f"revisits-results-{width}")
    heard = ComplaintRow.objects.filter(id__in=[each.id for each in drawn], review_asked_at__isnull=False)
    assert heard.count() == 1
