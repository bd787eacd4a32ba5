"""督办 on the case page, in the lists and on paper (mission A8, C1)."""

import pytest
from django.test import Client
from django.urls import reverse

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.answering import CheckReply, Measure, Reply
from tests.casework.test_door import person
from tests.core.bank import DRAFT, INVESTIGATE
from tests.desk.bank import CHECKER, CONTACT, SUPERVISOR, signed_in
from tests.desk.test_case_clocks import act, of, page, signed

ASKED = {"asks": "客户已三次来电，请核实并书面答复。"}
ANSWER = {
    "facts": "经调阅录像核实，情况属实。",
    "responsibility": "对值班主任批评教育。",
    "lesson": "高峰时段人手不足。",
    "measure": "增设一个弹性窗口。",
    "satisfaction": "satisfied",
    "handled_at": "2026-03-04T10:00",
    "handler": "蒋俊峰",
    "phone": "010-66590000",
}


@pytest.fixture
def supervisor(staffed: None) -> Client:
    return signed_in(SUPERVISOR)


def issued(supervisor: Client) -> Complaint:
    complaint = signed()
    assert act(supervisor, complaint, "issue-slip", **ASKED).status_code == 302
    return complaint


def answered(supervisor: Client) -> Complaint:
    complaint = issued(supervisor)
    assert act(signed_in(CONTACT), complaint, "answer-slip", **ANSWER).status_code == 302
    return complaint


def test_a_slip_stands_on_the_page_with_its_number_its_clock_and_the_mark(supervisor: Client) -> None:
    complaint = issued(supervisor)
    shown = page(supervisor, of(complaint))
    for words in (f"{complaint.number}-D1", "待答复", "督办要求答复", ASKED["asks"], 'class="mark mark-supervised"'):
        assert words in shown


def test_the_mark_stands_in_the_list_of_who_has_to_answer(supervisor: Client) -> None:
    issued(supervisor)
    assert 'class="mark mark-supervised"' in page(signed_in(CONTACT), "/tasks/")


def test_the_responsible_person_answers_with_what_the_draft_says_already(supervisor: Client) -> None:
    complaint = signed()
    contact = person(CONTACT)
    handle(INVESTIGATE, DRAFT, actor=contact, complaint=complaint.id)
    act(supervisor, complaint, "issue-slip", **ASKED)
    assert page(signed_in(CONTACT), of(complaint)).count(DRAFT.measure) > 1


def test_an_answer_that_misses_an_element_comes_back_with_everything_typed(supervisor: Client) -> None:
    complaint = issued(supervisor)
    answer = act(signed_in(CONTACT), complaint, "answer-slip", **{**ANSWER, "measure": "略"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "六要素不全" in shown
    assert ANSWER["facts"] in shown


def test_the_issuer_reads_the_answer_and_accepts_it(supervisor: Client) -> None:
    complaint = answered(supervisor)
    assert ANSWER["facts"] in page(supervisor, of(complaint))
    assert act(supervisor, complaint, "accept-answer").status_code == 302
    assert "答复已认可" in page(supervisor, of(complaint))
    assert not ComplaintRow.objects.get().supervised


def test_an_answer_sent_back_is_asked_for_again_with_the_reason(supervisor: Client) -> None:
    complaint = answered(supervisor)
    assert act(supervisor, complaint, "return-slip", reason="未写明整改时间").status_code == 302
    shown = page(signed_in(CONTACT), of(complaint))
    for words in ("答复被退回，待重新答复", "未写明整改时间", ANSWER["facts"]):
        assert words in shown


def test_a_slip_taken_back_is_over(supervisor: Client) -> None:
    complaint = issued(supervisor)
    assert act(supervisor, complaint, "withdraw-slip", reason="误发").status_code == 302
    assert "已撤销" in page(supervisor, of(complaint))
    assert ComplaintRow.objects.get().slip_due_at is None


@pytest.mark.parametrize(("due", "words"), [("2020-01-01", "答复期限已过"), ("9999-01-01", "不能晚于规则包")])
def test_a_day_that_will_not_do_comes_back_with_the_sentence(supervisor: Client, due: str, words: str) -> None:
    answer = act(supervisor, signed(), "issue-slip", **ASKED, due=due)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ASKED["asks"] in answer.content.decode()


def test_who_may_not_supervise_is_told_who_does(supervisor: Client) -> None:
    complaint = signed()
    answer = act(signed_in(CHECKER), complaint, "issue-slip", **ASKED)
    assert answer.status_code == 422
    assert "由热线主管、工会、办公室专员或上级机构第一责任人办理。" in page(signed_in(CHECKER), of(complaint))


def test_the_responsible_person_is_told_that_the_slip_comes_before_closing(supervisor: Client) -> None:
    complaint = issued(supervisor)
    contact = person(CONTACT)
    handle(INVESTIGATE, DRAFT, actor=contact, complaint=complaint.id)
    handle(CheckReply(passed=True), actor=person(CHECKER), complaint=complaint.id)
    handle(Reply(method="phone"), Measure(remark="联系不上"), actor=contact, complaint=complaint.id)
    shown = page(signed_in(CONTACT), of(complaint))
    assert f"请先答复督办单 {complaint.number}-D1。" in shown
    refused = act(signed_in(CONTACT), complaint, "close")
    assert refused.status_code == 422
    assert "尚未答复" in refused.content.decode()


def test_the_slip_is_printed_without_the_customers_identity(supervisor: Client) -> None:
    complaint = issued(supervisor)
    shown = page(supervisor, f"/complaints/{complaint.number}/supervision/1/")
    assert "客户投诉督办单" in shown
    assert ASKED["asks"] in shown
    assert "13812345678" not in shown


def test_the_answer_is_printed_with_the_six_elements(supervisor: Client) -> None:
    complaint = answered(supervisor)
    shown = page(supervisor, f"/complaints/{complaint.number}/supervision/1/answer/")
    for words in ("客户投诉督办回复单", ANSWER["measure"], "督办"):
        assert words in shown


@pytest.mark.parametrize("which", ["", "answer"])
def test_both_are_pdfs_too(supervisor: Client, which: str) -> None:
    complaint = answered(supervisor)
    answer = supervisor.get(f"/complaints/{complaint.number}/supervision/1{'/' + which if which else ''}.pdf")
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "address", ["supervision/2/", "supervision/1/answer/", "supervision/1/answer.pdf", "supervision/0/"]
)
def test_a_paper_that_was_not_written_is_not_there(supervisor: Client, address: str) -> None:
    assert supervisor.get(f"/complaints/{issued(supervisor).number}/{address}").status_code == 404


def test_everything_is_said_in_english_too(supervisor: Client) -> None:
    complaint = answered(supervisor)
    act(supervisor, complaint, "return-slip", reason="补充")
    supervisor.post(reverse("set_language"), {"language": "en"})
    shown = page(supervisor, of(complaint))
    for words in ("Supervision slips", "Sent back, to be answered again"):
        assert words in shown
