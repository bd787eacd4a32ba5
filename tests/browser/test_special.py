"""再次投诉、经济纠纷、重复登记 in a real browser, on a desktop and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.casework.verify import id_range, verify_range
from shouwen.core.complaint import read_complaint
from shouwen.core.complaint.answering import CheckReply, Reply
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_main_line import AGENT, CONTACT, SUPERVISOR, act, case, no_sideways_scroll
from tests.casework.test_door import person, registration
from tests.letters.cases import LEADER, answered_in_draft, done, unit

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def accepted(name: str = "王小明") -> str:
    agent = person(AGENT)
    details = Details(name=name, phone="13812345678")
    return handle(registration(agent), Accept(), actor=agent, details=details).number


def with_the_outlet(number: str) -> str:
    row = ComplaintRow.objects.get(number=number)
    handle(Dispatch(unit=unit("111101").id), actor=person(AGENT), complaint=row.id)
    handle(SignFor(), actor=person(CONTACT), complaint=row.id)
    return number


def answered() -> str:
    row = ComplaintRow.objects.get(number=with_the_outlet(accepted()))
    complaint = done(answered_in_draft(read_complaint(row.state)), LEADER, CheckReply(passed=True))
    return done(complaint, CONTACT, Reply(method="phone")).number


def special(page: Page, action: str, fill: dict[str, str], choose: dict[str, str] | None = None) -> None:
    """Open what is folded away, then act as usual."""
    if page.locator("#special").get_attribute("open") is None:
        page.locator("#special > summary").click()
    act(page, action, fill, choose)


@SIZES
def test_a_repeat_is_linked_and_goes_higher(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(AGENT, size)
    first, again = answered(), accepted()
    case(page, again)
    special(page, "link-earlier", {"number": first, "reason": "同一件事再次投诉。"})
    expect(page.locator(".page-lead .mark-repeat")).to_be_visible()
    expect(page.locator('form[action$="/act/dispatch/"] [name="unit"]')).to_have_value("111100 临江城东支行")
    act(page, "dispatch", {"instruction": "请由支行核查。"})
    page = case(sign_in(SUPERVISOR, size), again)
    expect(page.locator(".timeline")).to_contain_text(first)
    assert no_sideways_scroll(page)


@SIZES
def test_a_dispute_is_recorded_to_the_cent(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(CONTACT, size)
    number = with_the_outlet(accepted())
    case(page, number)
    special(
        page,
        "dispute",
        {"claimed": "12,000.50", "offered": "5000", "body": "示范市人民法院", "reference": "民初18号"},
        {"way": "court"},
    )
    expect(page.locator(".case-facts")).to_contain_text("CNY 12,000.50")
    expect(page.locator(".case-facts")).to_contain_text("示范市人民法院")
    assert no_sideways_scroll(page)


@SIZES
def test_a_duplicate_is_merged_read_and_parted(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(AGENT, size)
    master, duplicate = accepted(), accepted()
    case(page, duplicate)
    special(page, "merge", {"number": master, "reason": "同一客户同一件事。"})
    expect(page.locator(".alert-near").first).to_contain_text(master)
    assert no_sideways_scroll(page)
    case(page, master)
    expect(page.locator("#duplicates")).to_contain_text(duplicate)
    page.locator("#duplicates").get_by_role("link", name=duplicate).click()
    act(page, "unmerge", {"reason": "核实后不是同一件事。"})
    expect(page.locator(".page-lead .mark-duplicate")).to_have_count(0)
    assert verify_range(*id_range()).differences == []
