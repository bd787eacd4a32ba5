"""非我方责任、媒体、撤诉、上级转办、匿名、金融犯罪、群体、核查: each on screen, step by step, in a real browser (mission B1–B7)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details, Vault
from shouwen.casework.verify import id_range, verify_range
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.answering import CheckReply, Investigate, Measure, Reply
from shouwen.core.complaint.customer import AskReview
from shouwen.core.complaint.ending import Close
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_main_line import act, case, no_sideways_scroll
from tests.browser.test_special import accepted, with_the_outlet
from tests.casework.test_door import person, registration
from tests.desk.special.way import DRAFT, OFFICE
from tests.letters import cases

AGENT, CONTACT, COLLEAGUE, LEADER, SUPERVISOR = "100101", "11110101", "11110102", "11110110", "100110"
INSPECTOR = "110401"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
FOUND = {"facts": "经调阅录像核实，情况属实。"}
OURS = {"cause": "service_manner", "liability": "fully"}


def state(number: str) -> Complaint:
    return read_complaint(ComplaintRow.objects.get(number=number).state)


def step(page: Page, action: str, fill: dict[str, str] | None = None, choose: dict[str, str] | None = None) -> None:
    """Unfold what the action lies under, if it is folded away, then act."""
    box = page.locator(f'details.action:has(form[action$="/act/{action}/"])')
    around = page.locator(f'details:not(.action):has(form[action$="/act/{action}/"])')
    if around.count() and around.first.get_attribute("open") is None:
        around.first.locator("> summary").click()
    expect(box.locator("summary").first).to_be_visible()
    act(page, action, fill, choose)


def fine(page: Page) -> None:
    assert no_sideways_scroll(page)
    assert verify_range(*id_range()).differences == []


def answered(number: str, who: str = CONTACT) -> None:
    """The rest of the main line, by the door."""
    complaint = cases.done(state(number), who, DRAFT)
    complaint = cases.done(complaint, LEADER, CheckReply(passed=True))
    complaint = cases.done(complaint, CONTACT, Reply(method="phone"))
    cases.done(complaint, CONTACT, Measure(expectation=3, perception=3))


@SIZES
def test_what_is_not_ours_is_shown_with_evidence_and_names_whom_to_turn_to(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in(CONTACT, size)
    number = with_the_outlet(accepted())
    case(page, number)
    evidence = {"evidence": "支付系统回执显示款项已汇出。", "right_body": "收款人开户银行"}
    step(page, "investigate", {**FOUND, **evidence}, {"cause": "customers_own", "liability": "third_party"})
    expect(page.locator("main")).to_contain_text("由收款人开户银行负责")
    letter = "经核实，款项已按您的指令汇出，请您向收款人开户银行反映，我们可以协助联系。"
    six = {"responsibility": "无", "lesson": "转账前提示不够醒目。", "measure": "在回单上增加提示。", "letter": letter}
    step(page, "draft", six, {"satisfaction": "satisfied"})
    assert state(number).findings.no_appraisal  # type: ignore[union-attr]
    fine(page)


@SIZES
def test_a_media_complaint_has_a_spokesperson_a_press_log_and_told_leaders(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in(OFFICE, size)
    office = person(OFFICE)
    asked = registration(
        office,
        channel="media",
        channel_facts={"outlet": "城市在线"},
        received_at=timezone.now() - timedelta(hours=1),
    )
    number = handle(asked, Accept(), actor=office, details=Details(name="王小明", phone="13812345678")).number
    case(page, number)
    step(page, "name-spokesperson", choose={"person": str(person("100310").id)})
    step(page, "tell-leaders", {"text": "城市在线报道排队问题，拟由办公室统一答复。"})
    step(page, "log-press", {"who": "城市在线编辑部", "said": "对方询问进展，我方告知正在核实。"})
    expect(page.locator("main")).to_contain_text("我方告知正在核实")
    expect(page.locator("main")).to_contain_text("严立群")
    fine(page)


@SIZES
def test_what_answers_the_media_is_signed_by_the_first_responsible_person(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in(CONTACT, size)
    office = person(OFFICE)
    asked = registration(office, channel="media", channel_facts={"outlet": "城市在线"})
    made = handle(asked, Accept(), actor=office, details=Details(name="王小明", phone="13812345678"))
    number = cases.done(cases.done(made, OFFICE, Dispatch(unit=cases.unit("111101").id)), CONTACT, SignFor()).number
    case(page, number)
    step(page, "investigate", FOUND, OURS)
    complaint = cases.done(state(number), CONTACT, DRAFT)
    cases.done(complaint, COLLEAGUE, CheckReply(passed=True))
    page.reload()
    expect(page.locator("main")).to_contain_text("第一责任人签批")
    expect(page.locator('form[action$="/act/reply/"]')).to_have_count(0)
    fine(page)
    signer = case(sign_in(LEADER, size), number)
    step(signer, "sign-reply", {"opinion": "口径一致，同意答复。"}, {"passed": "yes"})
    expect(signer.locator("main")).to_contain_text("签批同意")
    fine(signer)
    page = case(sign_in(CONTACT, size), number)
    step(page, "reply", choose={"method": "phone"})
    assert state(number).replied_at
    fine(page)


@SIZES
def test_a_withdrawal_is_checked_by_somebody_else(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(CONTACT, size)
    number = with_the_outlet(accepted())
    case(page, number)
    step(page, "withdraw", {"consent": "客户来电表示问题已解决，自愿撤诉。"}, {"way": "phone"})
    expect(page.locator('form[action$="/act/check-withdrawal/"]')).to_have_count(0)
    page = case(sign_in(COLLEAGUE, size), number)
    step(page, "check-withdrawal", {"opinion": "已致电客户，确属自愿，无人施压。"}, {"passed": "yes"})
    expect(page.locator("main")).to_contain_text("已撤诉")
    fine(page)


@SIZES
def test_what_the_superior_sent_is_answered_to_the_customer_and_to_the_superior(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in(CONTACT, size)
    complaint = cases.transferred()
    kinds = {clock.kind for clock in state(complaint.number).clocks}
    assert {"reply", "superior"} <= kinds
    case(page, complaint.number)
    step(page, "answer-superior", {"remark": "已按六要素书面回复。"})
    assert state(complaint.number).superior_replied_at
    fine(page)


@SIZES
def test_the_anonymous_is_answered_by_the_code(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(CONTACT, size)
    agent = person(AGENT)
    made = handle(registration(agent, anonymous=True), Accept(), actor=agent, details=Details())
    number = with_the_outlet(made.number)
    case(page, number)
    expect(page.locator("main")).to_contain_text("匿名")
    step(page, "investigate", FOUND, OURS)
    complaint = cases.done(state(number), CONTACT, DRAFT)
    cases.done(complaint, LEADER, CheckReply(passed=True))
    page.reload()
    step(page, "reply", choose={"method": "tracking_code"})
    customer = page.context.browser.new_page(viewport=size)  # type: ignore[union-attr, arg-type]
    customer.goto(page.url.split("/complaints/")[0] + "/track/")
    customer.locator('[name="code"]').fill(Vault.open(complaint.id).tracking)
    with customer.expect_navigation():
        customer.keyboard.press("Enter")
    expect(customer.locator("main")).to_contain_text("答复")
    customer.close()
    fine(page)


@SIZES
def test_a_crime_goes_to_discipline_inspection_and_the_unit_does_not_see_it(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in(AGENT, size)
    agent = person(AGENT)
    asked = registration(agent, class_="financial_crime", unit_about=cases.unit("111101").id)
    number = handle(asked, Accept(), actor=agent, details=Details(name="王小明", phone="13812345678")).number
    handle(Dispatch(unit=cases.unit("110004").id), actor=agent, complaint=ComplaintRow.objects.get(number=number).id)
    outsider = sign_in(CONTACT, size)
    answer = outsider.goto(f"/complaints/{number}/")
    assert answer is not None
    assert answer.status == 404
    page = case(sign_in(INSPECTOR, size), number)
    step(page, "sign-for")
    step(page, "investigate", FOUND, OURS)
    expect(page.locator("main .mark-secrecy").first).to_be_visible()
    fine(page)


@SIZES
def test_members_of_a_group_are_answered_each(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(AGENT, size)
    master, member = accepted(), accepted("李四海")
    case(page, member)
    step(page, "join-group", {"number": master, "reason": "同一网点停业公告不及时。"})
    expect(page.locator(".page-lead .mark-group")).to_be_visible()
    case(page, master)
    expect(page.locator("main")).to_contain_text(member)
    expect(page.locator("main")).to_contain_text("尚未答复")
    with_the_outlet(master)
    contact = sign_in(CONTACT, size)
    case(contact, master)
    step(contact, "investigate", FOUND, OURS)
    answered(master)
    with_the_outlet(member)
    case(contact, member)
    step(contact, "investigate", FOUND, OURS)
    expect(contact.locator("main")).to_contain_text("＿＿")
    fine(contact)


@SIZES
def test_a_review_is_upheld_by_the_superior_under_its_own_clock(sign_in: SignIn, size: dict[str, int]) -> None:
    page = sign_in(SUPERVISOR, size)
    number = with_the_outlet(accepted())
    handle_as = person(CONTACT)
    row = ComplaintRow.objects.get(number=number)
    cases.done(state(number), CONTACT, Investigate(facts="情况属实。", cause="service_manner", liability="fully"))
    answered(number)
    handle(Close(summary="已答复。"), actor=handle_as, complaint=row.id)
    handle(AskReview(reason="答复没有说明依据。", way="phone"), actor=person(SUPERVISOR), complaint=row.id)
    assert state(number).clock("review")
    case(page, number)
    step(page, "answer-review", {"opinion": "经核查，答复依据充分，予以维持。"})
    expect(page.locator("main")).to_contain_text("予以维持")
    fine(page)
