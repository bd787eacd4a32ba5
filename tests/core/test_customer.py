"""What a customer does: add, correct, withdraw, answer the survey, ask for a review; and the answer to who sent the complaint."""

import pytest

from shouwen.core.complaint import Command, Stage
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, Measure, Reply
from shouwen.core.complaint.customer import (
    AddStatement,
    AnswerReview,
    AskReview,
    CorrectContact,
    NoteMessage,
    Withdraw,
)
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.receiving import Accept, Decline
from shouwen.core.complaint.recording import AddNote, Reveal
from shouwen.core.complaint.routing import Dispatch, SignFor, TakeBack
from shouwen.core.people import Actor
from shouwen.core.timelimits import explain
from tests.core.bank import DRAFT, INVESTIGATE, OUTLET, RECEIVED, Told, came_to, registration, told
from tests.core.calendars import CALENDAR, here
from tests.core.test_life import refused

CUSTOMER = Actor(person=None, system="customer")
MAILBOX = Actor(person=None, system="mailbox")
WITHDRAW = Withdraw(consent="本人自愿撤诉。", way="portal")
ASK = AskReview(reason="答复与事实不符。", way="portal")
TRANSFER = registration(
    channel="transfer",
    channel_facts={"body": "示范省监管局", "document_number": "示监转〔2026〕12号", "reply_by": "2026-03-20"},
    receiving_unit=3,
)


@pytest.mark.parametrize(
    "command", [Accept(), Decline(ground="in_court", reason="x"), AddNote(text="x"), Reveal(reason="x"), Close()]
)
def test_a_customer_does_only_what_is_the_customers(command: Command) -> None:
    case = came_to(Close) if isinstance(command, Close) else told(1)
    refused(case, CUSTOMER, command, "not-your-duty")


def test_a_mail_may_add_to_a_complaint_and_never_withdraw_it() -> None:
    case = told(2)
    case.do(MAILBOX, AddStatement(text="补充一张照片。", way="mail"))
    refused(case, MAILBOX, WITHDRAW, "not-your-duty")


def test_what_the_customer_adds_is_news_until_the_responsible_person_acts() -> None:
    case = came_to(type(INVESTIGATE))
    case.do(CUSTOMER, AddStatement(text="当天还有一位同事在场。", way="portal"))
    assert case.complaint
    assert case.complaint.news_at
    case.do("supervisor", AddNote(text="请跟进。"))
    assert case.complaint.news_at
    case.do("a", AddNote(text="已联系。"))
    assert case.complaint.news_at is None


def test_nothing_is_added_to_what_has_ended() -> None:
    case = told(10)
    assert case.complaint
    assert case.complaint.stage is Stage.CLOSED
    refused(case, CUSTOMER, AddStatement(text="还有。", way="portal"), "wrong-stage")


def test_an_empty_addition_and_an_unknown_way_are_refused() -> None:
    refused(told(2), CUSTOMER, AddStatement(text=" 　", way="portal"), "text-missing")
    refused(told(2), CUSTOMER, AddStatement(text="有", way="pigeon"), "way-unknown")


def test_a_correction_says_which_data_changed_and_never_what_they_are() -> None:
    case = told(2)
    (event,) = case.do(CUSTOMER, CorrectContact(fields=("phone",), contact_given=("name", "phone"), way="portal"))
    assert "138" not in str(event)
    assert case.complaint
    assert case.complaint.contact_given == ("name", "phone")
    refused(case, CUSTOMER, CorrectContact(way="portal"), "nothing-corrected")


@pytest.mark.parametrize("length", range(1, 10))
def test_a_withdrawal_ends_an_open_complaint_at_once_with_its_clocks(length: int) -> None:
    case = told(length)
    case.do(CUSTOMER, WITHDRAW)
    assert case.complaint
    assert case.complaint.stage is Stage.WITHDRAWN
    assert case.complaint.running_clocks == ()
    assert case.complaint.ended_at
    case.do("union", Archive()) if length > 1 else case.do("agent", Archive())


def test_a_withdrawal_without_words_of_consent_is_refused() -> None:
    refused(told(2), CUSTOMER, Withdraw(consent="", way="portal"), "text-missing")


def test_a_violation_is_investigated_although_the_customer_withdraws() -> None:
    case = Told()
    case.do("agent", registration(class_="violation"))
    case.do(CUSTOMER, WITHDRAW)
    assert case.complaint
    assert case.complaint.stage is Stage.REGISTERED
    assert case.complaint.withdrawal_noted_at
    refused(case, CUSTOMER, WITHDRAW, "withdrawal-noted-already")


def test_a_review_is_asked_for_after_the_answer_and_once_at_a_time() -> None:
    refused(told(7), CUSTOMER, ASK, "wrong-stage")
    case = told(8)
    case.do(CUSTOMER, ASK)
    refused(case, CUSTOMER, ASK, "review-asked-already")


def test_a_declined_complaint_has_no_answer_to_review() -> None:
    case = told(1)
    case.do("agent", Decline(ground="in_court", reason="法院已受理。"))
    case.do("agent", Archive())
    refused(case, CUSTOMER, ASK, "nothing-to-review")


def test_the_review_is_made_by_somebody_else_and_its_answer_ends_it() -> None:
    case = told(8)
    refused(case, "supervisor", AnswerReview(opinion="维持。"), "no-review-asked")
    case.do(CUSTOMER, ASK)
    refused(case, "a", AnswerReview(opinion="维持。"), "not-your-duty")
    case.do("supervisor", AnswerReview(opinion="经核查，原答复符合事实。"))
    assert case.complaint
    assert case.complaint.review_asked_at is None


def test_the_checker_of_an_answer_does_not_review_it() -> None:
    case = told(5)
    case.do("a", DRAFT)
    case.do("supervisor", CheckReply(passed=True))
    case.do("a", Reply(method="phone"))
    case.do(CUSTOMER, ASK)
    refused(case, "supervisor", AnswerReview(opinion="维持。"), "own-answer")


def test_an_archived_complaint_comes_back_only_when_the_customer_asks() -> None:
    case = told(11)
    assert case.complaint
    assert case.complaint.stage is Stage.ARCHIVED
    refused(case, "supervisor", Reopen(reason="抽查发现问题"), "archived")
    case.do(CUSTOMER, ASK)
    case.do("supervisor", Reopen(reason="客户申请核查，理由成立"))
    assert case.complaint.stage is Stage.INVESTIGATING
    assert case.complaint.review_asked_at is None


def test_nothing_is_archived_while_a_review_is_open() -> None:
    case = told(10)
    case.do(CUSTOMER, ASK)
    refused(case, "union", Archive(), "review-open")


def test_the_customer_answers_the_survey_also_after_the_close_but_not_twice() -> None:
    case = told(8)
    case.do("supervisor", Measure(remark="电话无人接听"))
    case.do("supervisor", Close())
    case.do(CUSTOMER, Measure(expectation=3, perception=4))
    refused(case, CUSTOMER, Measure(expectation=5, perception=1), "measured-already")


def test_two_clocks_run_on_a_transfer_and_both_answers_are_due_before_the_close() -> None:
    case = Told()
    case.do("union", TRANSFER)
    assert case.complaint
    clock = case.complaint.clock("superior")
    assert clock
    assert clock.limit.at == here(2026, 3, 20, 18)
    assert "对方指定" in explain(clock.limit, CALENDAR.zone).zh
    for who, command in (
        ("union", Accept()),
        ("union", Dispatch(unit=OUTLET)),
        ("a", SignFor()),
        ("a", INVESTIGATE),
        ("a", DRAFT),
        ("b", CheckReply(passed=True)),
        ("a", Reply(method="phone")),
        ("a", Measure(expectation=3, perception=3)),
    ):
        case.do(who, command)
    refused(case, "a", Close(), "superior-unanswered")
    case.do("a", AnswerSuperior(remark="已书面回复。"))
    refused(case, "a", AnswerSuperior(), "superior-answered-already")
    clock = case.complaint.clock("superior")
    assert clock
    assert clock.stopped
    case.do("a", Close())


def test_only_what_another_body_sent_is_answered_to_it() -> None:
    refused(told(8), "a", AnswerSuperior(), "no-superior")


def test_a_journalists_deadline_runs_as_a_clock() -> None:
    case = Told()
    facts = {"outlet": "示范晚报", "deadline": "2026-03-04T17:30:00+08:00"}
    case.do(Actor(person=None, system="import"), registration(channel="media", channel_facts=facts, responsible=1))
    assert case.complaint
    clock = case.complaint.clock("media")
    assert clock
    assert clock.limit.at == here(2026, 3, 4, 17, 30)
    assert case.complaint.due_at == clock.limit.at


def test_the_same_document_is_known_however_it_was_typed() -> None:
    one, other = Told(), Told()
    one.do("union", TRANSFER)
    facts = {"body": " 示范省 监管局", "document_number": "示监转〔２０２６〕12号 "}
    other.do("union", registration(channel="transfer", channel_facts=facts, receiving_unit=3))
    assert one.complaint
    assert other.complaint
    assert one.complaint.reference == other.complaint.reference != ""


def test_only_the_program_notes_what_was_sent() -> None:
    case = told(2)
    refused(case, "agent", NoteMessage(what="receipt", way="sms"), "not-your-duty")
    case.do(Actor(person=None, system="messaging"), NoteMessage(what="receipt", way="sms", text="已受理。"))
    assert case.complaint
    assert case.complaint.news_at is None


def test_a_withdrawn_complaint_on_offer_is_nobodys_to_sign() -> None:
    case = came_to(SignFor)
    case.do(CUSTOMER, WITHDRAW)
    refused(case, "a", SignFor(), "wrong-stage")
    refused(case, "agent", TakeBack(), "wrong-stage")
    assert case.complaint
    assert case.complaint.received_at == RECEIVED
