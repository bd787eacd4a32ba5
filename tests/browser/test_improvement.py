"""改进 in a real browser: from a proposal on a complaint to the judgement, at a desk and on a phone; themes and win-win fit the screen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwen.insight.improvement.models import ImprovementItem
from shouwen.insight.themes import following
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_staff_pages import require_good
from tests.desk.bank import CONTACT
from tests.oversight.test_revisits import LEADER, closed

UNION = "100201"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_an_improvement_goes_from_the_complaint_to_the_judgement(sign_in: SignIn, size: dict[str, int]) -> None:
    width = size["width"]
    contact = sign_in(CONTACT, size)
    number = closed(1, received_at=timezone.now() - timedelta(days=3))[0].number

    contact.goto(f"/complaints/{number}/")
    contact.get_by_role("link", name="提出改进建议").click()
    expect(contact.locator("main")).to_contain_text(number)
    contact.locator("[name=field][value=process]").check()
    contact.locator("[name=title]").fill("午间增开弹性窗口")
    contact.locator("[name=text]").fill("中午只开一个窗口，请按排队人数增开。")
    require_good(contact, f"improvement-new-{width}")
    contact.locator("form.form button.button-main").click()
    contact.wait_for_url("**/improvement/GJ*/")
    item = contact.url.split("/")[-2]

    leader = sign_in(LEADER, size)
    leader.goto(f"/improvement/{item}/")
    leader.locator("[name=due_on]").first.fill(f"{timezone.localdate() + timedelta(days=20)}")
    require_good(leader, f"improvement-accept-{width}")
    leader.get_by_role("button", name="采纳", exact=True).click()
    expect(leader.locator("main")).to_contain_text("整改中")
    leader.locator("[name=measure]").fill("午间排班已调整，增设弹性窗口。")
    leader.locator("[name=done_on]").fill(f"{timezone.localdate()}")
    leader.get_by_role("button", name="报告完成").click()
    expect(leader.locator("main")).to_contain_text("成效由其他同事评估")

    row = ImprovementItem.objects.get(number=item)
    row.done_on = timezone.localdate() - timedelta(days=40)
    row.proposed_on = timezone.localdate() - timedelta(days=60)
    row.save()
    union = sign_in(UNION, size)
    union.goto(f"/improvement/{item}/")
    expect(union.locator("#effect")).to_contain_text("天")
    union.locator("[name=finding][value=effective]").check()
    union.locator("[name=text]").first.fill("同类投诉减少。")
    require_good(union, f"improvement-judge-{width}")
    union.get_by_role("button", name="评估成效").click()
    expect(union.locator("main")).to_contain_text("有效")

    union.goto("/improvement/")
    expect(union.locator("main")).to_contain_text(item)
    require_good(union, f"improvement-list-{width}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_theme_opens_its_complaints_and_the_quadrants_fit(sign_in: SignIn, size: dict[str, int]) -> None:
    union = sign_in(UNION, size)
    closed(6, received_at=timezone.now() - timedelta(days=3))
    following.follow(timezone.now())
    union.goto("/themes/?days=90")
    union.locator("a.row-link").first.click()
    expect(union.locator("#behind a.row-link").first).to_be_visible()
    union.evaluate("scrollTo(0, 0)")  # what the bar on top half covers is no small target
    require_good(union, f"themes-{size['width']}")
    union.get_by_role("link", name="提出改进建议").click()
    expect(union.locator("[name=title]")).not_to_have_value("")
    union.goto("/win-win/")
    expect(union.locator("table.quadrants")).to_contain_text("双赢")
    require_good(union, f"win-win-{size['width']}")
