"""再次投诉: a higher level handles it, and who handled the first decides nothing (mission B4)."""

from datetime import timedelta

import msgspec
import pytest

from shouwen.core.complaint import Complaint
from shouwen.core.complaint.answering import CheckReply
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.repeat import LinkEarlier, UnlinkEarlier
from shouwen.core.complaint.routing import Dispatch, HandOver, SignFor, TakeBack
from shouwen.core.complaint.verbs import Beside
from shouwen.core.duties import Action, may
from tests.core.bank import (
    BRANCH,
    DRAFT,
    ELSEWHERE,
    HOTLINE,
    INVESTIGATE,
    OUTLET,
    RECEIVED,
    STAFF,
    Told,
    actor,
    registration,
    told,
)
from tests.core.test_secrecy import refused

FIRST = "TS2025-00000009"
A, B, LEADER = (STAFF[name][0] for name in ("a", "b", "leader"))


def first(**changes: object) -> Complaint:
    """An earlier complaint, answered by the outlet: a wrote, b checked."""
    complaint = told(9).complaint
    assert complaint
    return msgspec.structs.replace(complaint, number=FIRST, received_at=RECEIVED - timedelta(days=30), **changes)


BESIDE = {FIRST: Beside(first(), (A, B))}


def repeat(until: int = 2) -> Told:
    case = Told()
    case.do("agent", registration(earlier=(FIRST,)), beside=BESIDE)
    if until > 1:
        case.do("agent", Accept())
    return case


def test_a_repeat_knows_who_handled_the_first_and_where() -> None:
    complaint = repeat().complaint
    assert complaint
    assert [(each.number, each.people, each.unit) for each in complaint.handled_before] == [(FIRST, (A, B), OUTLET)]


def test_the_level_that_answered_first_does_not_get_it_again_and_the_sentence_names_the_one_above() -> None:
    refusal = refused(repeat(), "agent", Dispatch(unit=OUTLET), "repeat-goes-higher")
    assert "江东省分行" in refusal.message.zh
    assert refusal.field == "unit"


def test_a_level_above_gets_it() -> None:
    case = repeat()
    case.do("agent", Dispatch(unit=ELSEWHERE))
    case.do("stranger", SignFor())
    case.do("stranger", INVESTIGATE)


def test_only_a_supervisor_leaves_it_at_the_level_with_a_reason() -> None:
    case = repeat()
    refused(case, "agent", Dispatch(unit=OUTLET, exception="上级无此业务"), "repeat-goes-higher")
    refused(case, "supervisor", Dispatch(unit=OUTLET, exception=" "), "repeat-goes-higher")
    case.do("supervisor", Dispatch(unit=OUTLET, exception="上级无此业务"))
    assert case.complaint
    assert case.complaint.offer
    assert case.complaint.offer.signatories == (LEADER,)


def test_who_handled_the_first_neither_takes_nor_decides_the_second() -> None:
    case = repeat()
    case.do("supervisor", Dispatch(unit=OUTLET, exception="上级无此业务"))
    case.do("leader", SignFor())
    refused(case, "leader", HandOver(to=A, reason="轮岗"), "cannot-take-over")
    case.do("leader", INVESTIGATE)
    case.do("leader", DRAFT)
    refusal = refused(case, "b", CheckReply(passed=True), "handled-the-first")
    assert FIRST in refusal.message.zh
    assert "上一级" in refusal.message.zh
    case.do("supervisor", CheckReply(passed=True))


def test_a_first_handler_who_is_responsible_by_a_later_link_passes_it_on() -> None:
    case = told(4)
    case.do("a", LinkEarlier(number=FIRST, reason="同一件事"), beside=BESIDE)
    refused(case, "a", INVESTIGATE, "handled-the-first")
    case.do("a", HandOver(to=LEADER, reason="回避"))
    case.do("leader", SignFor())
    case.do("leader", INVESTIGATE)


def test_a_link_is_taken_away_again_but_not_by_who_handled_the_first() -> None:
    case = told(4)
    case.do("a", LinkEarlier(number=FIRST, reason="同一件事"), beside=BESIDE)
    refused(case, "a", UnlinkEarlier(number=FIRST, reason="另一件事"), "handled-the-first")
    case.do("supervisor", UnlinkEarlier(number=FIRST, reason="另一件事"))
    assert case.complaint
    assert (case.complaint.earlier, case.complaint.handled_before) == ((), ())
    assert may(actor("a"), Action.INVESTIGATE, case.complaint)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (LinkEarlier(number="TS2020-00000001", reason="x"), "other-unknown"),
        (LinkEarlier(number=FIRST, reason=" "), "text-missing"),
        (UnlinkEarlier(number=FIRST, reason="x"), "not-linked"),
    ],
)
def test_a_link_that_cannot_be_is_refused(command: object, rule: str) -> None:
    refused(told(2), "agent", command, rule, beside=BESIDE)


def test_what_one_may_not_see_one_cannot_link() -> None:
    hidden = {FIRST: Beside(first(secret=True, participants=(), involved=((1, BRANCH),)), ())}
    refused(told(2), "agent", LinkEarlier(number=FIRST, reason="x"), "other-unknown", beside=hidden)


def test_a_later_complaint_is_not_an_earlier_one() -> None:
    later = {FIRST: Beside(msgspec.structs.replace(first(), received_at=RECEIVED + timedelta(days=1)), ())}
    refused(told(2), "agent", LinkEarlier(number=FIRST, reason="x"), "not-earlier", beside=later)


def test_a_link_waits_while_a_first_handler_could_sign() -> None:
    case = told(3)
    refused(case, "agent", LinkEarlier(number=FIRST, reason="x"), "first-handler-could-sign", beside=BESIDE)
    case.do("agent", TakeBack())
    case.do("agent", LinkEarlier(number=FIRST, reason="x"), beside=BESIDE)


def test_at_the_head_office_another_department_handles_it() -> None:
    there = {FIRST: Beside(first(handling_unit=HOTLINE), (A,))}
    case = Told()
    case.do("agent", registration(earlier=(FIRST,)), beside=there)
    case.do("agent", Accept())
    refused(case, "agent", Dispatch(unit=HOTLINE), "repeat-goes-higher")


def test_a_complaint_that_nobody_answered_yet_binds_nobody() -> None:
    unanswered = {FIRST: Beside(first(), ())}
    case = Told()
    case.do("agent", registration(earlier=(FIRST,)), beside=unanswered)
    case.do("agent", Accept())
    case.do("agent", Dispatch(unit=OUTLET))
