"""The letters at their addresses: who gets them, when they exist, and what a browser may keep."""

import pytest
from django.test import Client
from django.urls import reverse

from shouwen.casework.models import JournalEntry
from shouwen.core.complaint import Complaint
from shouwen.organisation.models import Staff
from tests.letters import cases

pytestmark = pytest.mark.usefixtures("bank")

BACKEND = "shouwen.site.accounts.Backend"
SUPERVISOR, AUDITOR = "100110", "000003"
STRANGER = "11210101"  # a contact of another outlet


def signed_in(number: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(employee_no=number), backend=BACKEND)
    return client


def address(name: str, complaint: Complaint, n: int | None = None) -> str:
    return reverse(f"desk:letter_{name}", kwargs={"number": complaint.number} | ({"n": n} if n is not None else {}))


def page(who: str, name: str, complaint: Complaint, n: int | None = None, query: str = "") -> str:
    answer = signed_in(who).get(address(name, complaint, n) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def clear(who: str, name: str, complaint: Complaint, n: int | None = None, reason: str = "") -> str:
    answer = signed_in(who).post(address(name, complaint, n), {"reason": reason})
    assert answer.status_code == 200
    return answer.content.decode()


def status(who: str, name: str, complaint: Complaint, n: int | None = None) -> int:
    return signed_in(who).get(address(name, complaint, n)).status_code


def test_the_unit_prints_its_slip_as_page_and_as_pdf() -> None:
    complaint = cases.dispatched()
    assert f"{complaint.number}-Z1" in page(cases.CONTACT, "slip", complaint, 1)
    printed = signed_in(cases.CONTACT).get(address("slip_pdf", complaint, 1))
    assert printed.content.startswith(b"%PDF-")
    assert printed["Content-Type"] == "application/pdf"
    assert printed["Content-Disposition"] == f'inline; filename="{complaint.number}-Z1.pdf"'


@pytest.mark.parametrize("name", ["slip", "slip_pdf"])
def test_no_browser_keeps_a_letter(name: str) -> None:
    answer = signed_in(cases.AGENT).get(address(name, cases.dispatched(), 1))
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["slip", "slip_pdf", "reply", "reply_pdf"])
def test_a_letter_beyond_the_last_is_not_found(name: str) -> None:
    complaint = cases.replied()
    assert [status(cases.AGENT, name, complaint, n) for n in (0, 1, 2, 10**30)] == [404, 200, 404, 404]


@pytest.mark.parametrize("name", ["receipt", "receipt_pdf", "decline", "decline_pdf"])
def test_a_letter_about_what_has_not_happened_is_not_found(name: str) -> None:
    assert status(cases.AGENT, name, cases.registered()) == 404


def test_the_receipt_and_the_notice_are_printed_too() -> None:
    assert status(cases.AGENT, "receipt_pdf", cases.accepted()) == 200
    assert status(cases.AGENT, "decline_pdf", cases.declined()) == 200
    assert "不予受理告知书" in page(cases.AGENT, "decline", cases.declined())


@pytest.mark.parametrize("name", ["slip", "slip_pdf", "reply", "reply_pdf"])
def test_who_may_not_see_the_complaint_finds_no_letter_of_it(name: str) -> None:
    assert status(STRANGER, name, cases.replied(), 1) == 404


def test_the_draft_is_shown_to_those_who_see_the_complaint_and_marked_as_one() -> None:
    complaint = cases.drafted()
    shown = page(cases.LEADER, "reply", complaint, 1)
    assert "草稿" in shown
    assert f"{complaint.number}-F1" not in shown
    assert status(STRANGER, "reply", complaint, 1) == 404


@pytest.mark.parametrize("who", [cases.AGENT, SUPERVISOR, AUDITOR])
@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_nobody_gets_a_letter_in_clear_by_looking_at_its_address(who: str, query: str) -> None:
    shown = page(who, "receipt", cases.accepted(), query=query)
    assert cases.NAME not in shown
    assert "••••" in shown
    assert "正式件" in shown or query


def test_the_clerk_who_registered_prints_the_receipt_with_one_click_and_it_is_on_the_journal() -> None:
    complaint = cases.accepted()
    shown = clear(cases.AGENT, "receipt", complaint)
    assert cases.NAME in shown
    assert "••••" not in shown
    revealed = JournalEntry.objects.get(kind="revealed")
    assert f"打印受理回执 {complaint.number}" in revealed.body
    assert revealed.by == cases.actor(cases.AGENT).id


def test_who_oversees_says_why_and_never_gets_the_tracking_code() -> None:
    complaint = cases.accepted()
    assert signed_in(AUDITOR).post(address("receipt", complaint)).status_code == 422
    assert not JournalEntry.objects.filter(kind="revealed").exists()
    shown = clear(AUDITOR, "receipt", complaint, reason="抽查回执")
    assert cases.NAME in shown
    assert "••••" in shown
    assert "抽查回执" in JournalEntry.objects.get(kind="revealed").body


def test_the_pdf_in_clear_comes_by_a_recorded_post_alone() -> None:
    complaint = cases.replied()
    answer = signed_in(cases.CONTACT).post(address("reply_pdf", complaint, 1))
    assert answer.content.startswith(b"%PDF-")
    assert JournalEntry.objects.filter(kind="revealed").count() == 1


@pytest.mark.parametrize("name", ["reply", "reply_pdf"])
def test_whose_duty_does_not_reveal_gets_a_sentence_instead_of_the_letter(name: str) -> None:
    complaint = cases.replied()
    answer = signed_in(cases.CHECKER).post(address(name, complaint, 1), {"reason": "想看看"})
    assert answer.status_code == 422
    assert cases.NAME not in answer.content.decode()
    assert "责任人" in answer.content.decode()
    assert not JournalEntry.objects.filter(kind="revealed").exists()


def test_a_letter_that_does_not_exist_is_not_recorded_as_looked_at() -> None:
    assert signed_in(cases.AGENT).post(address("receipt", cases.registered())).status_code == 404
    assert not JournalEntry.objects.filter(kind="revealed").exists()


def test_a_checker_reads_the_reply_with_the_personal_data_masked_and_is_told_why() -> None:
    shown = page(cases.CHECKER, "reply", cases.replied(), 1)
    assert cases.NAME not in shown
    assert cases.CARD not in shown
    assert "个人信息已隐去" in shown


def test_hostile_words_stand_on_the_page_as_they_were_written() -> None:
    shown = page(cases.AGENT, "slip", cases.dispatched(statement="<script>alert(1)</script> #panic()"), 1)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; #panic()" in shown


def test_the_six_elements_are_one_click_from_the_letter() -> None:
    complaint = cases.replied()
    assert "?part=elements" in page(cases.AGENT, "reply", complaint, 1)
    assert "应吸取的教训及整改措施" in page(cases.AGENT, "reply", complaint, 1, "?part=elements")


def test_a_letter_is_never_written_by_a_post() -> None:
    assert signed_in(cases.AGENT).post(address("slip", cases.dispatched(), 1)).status_code == 405


@pytest.mark.parametrize("number", ["x" * 3000, "..%2f..", "投诉"])
def test_a_number_that_is_none_is_not_found(number: str) -> None:
    assert signed_in(cases.AGENT).get(f"/complaints/{number}/slip/1/").status_code == 404
