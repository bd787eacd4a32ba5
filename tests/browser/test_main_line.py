"""One complaint from the first word to the archive, by five people, as they would do it at the bank."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.verify import id_range, verify_range
from tests.browser.conftest import DESKTOP, PHONE, SignIn

AGENT, CONTACT, CHECKER, SUPERVISOR, UNION = "100101", "11110101", "11110102", "100110", "100201"
LETTER = "尊敬的客户：您反映的问题我们已经核实，当天柜台确有排队时间过长的情况，我们向您诚恳道歉，并已增开窗口。"


def act(page: Page, action: str, fill: dict[str, str] | None = None, choose: dict[str, str] | None = None) -> None:
    """Open the action on the case page, fill in its fields by name, and send it."""
    box = page.locator(f'details.action:has(form[action$="/act/{action}/"])')
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, words in (fill or {}).items():
        box.locator(f'[name="{name}"]').fill(words)
    for name, value in (choose or {}).items():
        field = box.locator(f'[name="{name}"]')
        if field.first.get_attribute("type") == "radio":
            box.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            field.select_option(value)
    with page.expect_navigation():
        box.locator("form button[data-main]").click()
        if action == "archive":
            page.locator("#confirm [data-confirms]").click()
    expect(page.locator(".alert-ok")).to_contain_text("已完成")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_five_people_carry_a_complaint_through_all_stages(sign_in: SignIn, size: dict[str, int]) -> None:
    number = register(sign_in(AGENT, size))

    page = case(sign_in(CONTACT, size), number)
    act(page, "sign-for")
    facts = "经调阅录像核实，当日上午仅开一个窗口，客户等候两个小时。"
    act(page, "investigate", {"facts": facts}, {"cause": "service_manner", "liability": "fully"})
    elements = {
        "responsibility": "对值班主任进行批评教育，扣减当月绩效。",
        "lesson": "对客流高峰估计不足，没有及时增开窗口。",
        "measure": "高峰时段固定增开两个窗口，每周检查一次。",
        "letter": LETTER,
    }
    act(page, "draft", elements, {"satisfaction": "satisfied"})
    expect(page.locator('form[action$="/act/check/"]')).to_have_count(0)

    act(case(sign_in(CHECKER, size), number), "check", {"opinion": "属实，同意。"}, {"passed": "yes"})

    page.reload()
    act(page, "reply", {"remark": "已电话告知"}, {"method": "phone"})

    page = case(sign_in(SUPERVISOR, size), number)
    act(page, "measure", {"remark": "客户表示理解"}, {"expectation": "3", "perception": "4"})
    act(page, "close", {"summary": "已道歉并增开窗口。"})

    page = case(sign_in(UNION, size), number)
    act(page, "archive")
    expect(page.locator(".stage-now")).to_contain_text("已归档")
    assert no_sideways_scroll(page)

    kinds = JournalEntry.objects.filter(complaint_id=ComplaintRow.objects.get(number=number).id).order_by("seq")
    assert [kind for kind in kinds.values_list("kind", flat=True) if kind != "acknowledged"] == [
        "registered",
        "accepted",
        "dispatched",
        "signed_for",
        "investigated",
        "reply_drafted",
        "reply_checked",
        "replied",
        "measured",
        "closed",
        "archived",
    ]
    assert verify_range(*id_range()).differences == []


def register(page: Page) -> str:
    page.goto("/register/")
    page.locator("#id_name").fill("王小明")
    page.locator("#id_phone").fill("13812345678")
    page.locator("#id_subject").fill("柜台排队两小时无人疏导")
    page.locator("#id_statement").fill("今天上午在人民路分理处排队两个小时，只开一个窗口，请打13812345678回复我。")
    page.locator('[name="class_"]').select_option("attitude")
    expect(page.locator("[hx-post$='/register/due/']")).to_contain_text("回复时限")
    page.locator('[name="unit_about"]').fill("111101")
    page.get_by_role("button", name="登记、受理并转办").click()
    expect(page.get_by_role("heading", name="客户查询码")).to_be_visible()
    assert no_sideways_scroll(page)
    found = re.search(r"TS\d{4}-\d{8}", page.url)
    assert found
    return found.group()


def case(page: Page, number: str) -> Page:
    page.goto(f"/complaints/{number}/")
    assert no_sideways_scroll(page)
    return page


def no_sideways_scroll(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
