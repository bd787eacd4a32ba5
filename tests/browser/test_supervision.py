"""督办 in a real browser, from the slip to the accepted answer, at a desk and on a phone."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT, CONTACT, SUPERVISOR

PICTURES = os.environ.get("SHOUWEN_PICTURES", "")
"""A folder that gets pictures of the pages, when they are wanted for the guide."""


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def signed() -> Complaint:
    agent, contact = person(AGENT), person(CONTACT)
    complaint = register(agent)
    handle(Accept(), Dispatch(unit=contact.posts[0].unit_id), actor=agent, complaint=complaint.id)
    return handle(SignFor(), actor=contact, complaint=complaint.id)


def opened(page: Page, slug: str) -> None:
    """Open the form of this action, if it is not open yet."""
    action = page.locator("details.action", has=page.locator(f'form[action$="/act/{slug}/"]'))
    if not action.evaluate("each => each.open"):
        action.locator("summary").first.click()


def send(page: Page, slug: str) -> None:
    page.locator(f'form[action$="/act/{slug}/"] button[data-main]').click()
    expect(page.locator("#messages")).to_contain_text("已完成")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_slip_goes_from_issue_to_accepted_answer(sign_in: SignIn, size: dict[str, int]) -> None:
    width = size["width"]
    supervisor = sign_in(SUPERVISOR, size)
    complaint = signed()
    case = f"/complaints/{complaint.number}/"
    home = re.sub(r"^(https?://[^/]+).*", r"\1", supervisor.url)

    supervisor.goto(home + case)
    opened(supervisor, "issue-slip")
    supervisor.locator("#IssueSlipForm_asks").fill("请三日内核实并按六要素答复。")
    picture(supervisor, f"supervision-issue-{width}")
    send(supervisor, "issue-slip")
    supervisor.goto(f"{home}/supervision/")
    expect(supervisor.locator("h1")).to_have_text("督办看板")
    assert supervisor.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(supervisor, f"supervision-board-{width}")

    contact = sign_in(CONTACT, size)
    contact.goto(f"{home}/supervision/slips/")
    picture(contact, f"supervision-slips-{width}")
    contact.get_by_role("link", name=complaint.number).click()
    contact.wait_for_url(f"**{case}")
    opened(contact, "answer-slip")
    for field, text in {
        "facts": "经调阅录像核实，情况属实。",
        "responsibility": "对值班主任批评教育。",
        "lesson": "高峰时段人手不足。",
        "measure": "增设一个弹性窗口。",
    }.items():
        contact.locator(f"#AnswerSlipForm_{field}").fill(text)
    contact.locator("#AnswerSlipForm_satisfaction").select_option("satisfied")
    if not contact.locator("#AnswerSlipForm_phone").input_value():
        contact.locator("#AnswerSlipForm_phone").fill("021-55500001")
    picture(contact, f"supervision-answer-{width}")
    send(contact, "answer-slip")

    supervisor.goto(f"{home}{case}supervision/1/answer/")
    expect(supervisor.locator("body")).to_contain_text("增设一个弹性窗口")
    picture(supervisor, f"supervision-paper-{width}")
    supervisor.goto(home + case)
    opened(supervisor, "accept-answer")
    picture(supervisor, f"supervision-accept-{width}")
    send(supervisor, "accept-answer")
    assert ComplaintRow.objects.get(id=complaint.id).supervised is False
