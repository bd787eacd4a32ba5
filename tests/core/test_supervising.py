"""督办: slips are numbered, answered with the six elements, judged by another, and each round has its own limit."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from shouwen.core.complaint import Command, read_complaint, write_complaint
from shouwen.core.complaint.clocks import MarkTime, TimeMarked
from shouwen.core.complaint.customer import Withdraw
from shouwen.core.complaint.ending import Archive, Close
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, HandOver, SignFor
from shouwen.core.complaint.state import SlipState, Stage
from shouwen.core.complaint.supervising import AcceptAnswer, AnswerSlip, IssueSlip, ReturnSlip, WithdrawSlip
from shouwen.core.duties import Action, Duty, may
from shouwen.core.people import Actor, Person, Post
from shouwen.core.refusal import Refusal
from tests.core.bank import BRANCH, DRAFT, HEAD, OUTLET, RECEIVED, Told, came_to, told
from tests.core.calendars import here

TIMER = Actor(person=None, system="timer")
HEAD_LEADER = Actor(Person(20, "行长", HEAD, ""), (Post(Duty.LEADER, HEAD, HEAD),))
BRANCH_LEADER = Actor(Person(21, "分行行长", BRANCH, ""), (Post(Duty.LEADER, BRANCH, BRANCH),))
OFFICE = Actor(Person(22, "办公室", HEAD, ""), (Post(Duty.OFFICE_OFFICER, HEAD, HEAD),))
ISSUE = IssueSlip(asks="客户已三次来电，请核实并书面答复。")
ANSWER = AnswerSlip(
    facts=DRAFT.facts,
    responsibility=DRAFT.responsibility,
    lesson=DRAFT.lesson,
    measure=DRAFT.measure,
    satisfaction="satisfied",
    handled_at=RECEIVED,
    handler="蒋俊峰",
    phone="010-66590000",
)
MORNING = here(2026, 3, 4, 11)


def supervised(answered: bool = False) -> Told:
    """A complaint at the outlet, signed for, with a slip of the hotline supervisor on Wednesday 4 March 2026."""
    case = told(4)
    case.do("supervisor", ISSUE, now=MORNING)
    if answered:
        case.do("a", ANSWER, now=here(2026, 3, 5, 10))
    return case


def refused(case: Told, who: str | Actor, command: Command, now: datetime | None = None, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        case.do(who, command, now=now or here(2026, 3, 5, 12), **more)
    return refusal.value.rule


def slip_of(case: Told) -> Any:
    assert case.complaint
    return case.complaint.supervision[-1]


def test_a_slip_is_numbered_by_its_complaint_and_goes_to_the_handling_unit() -> None:
    slip = slip_of(supervised())
    assert (slip.number, slip.unit, slip.state) == ("TS2026-00000001-D1", OUTLET, SlipState.ISSUED)


def test_a_slip_on_a_dispatch_goes_to_the_unit_that_is_asked_to_sign() -> None:
    case = came_to(SignFor)
    case.do("union", ISSUE)
    assert slip_of(case).unit == OUTLET


def test_a_slip_is_due_by_the_packs_limit() -> None:
    case = supervised()
    assert case.complaint
    assert case.complaint.slip_due_at == here(2026, 3, 9, 18)


def test_a_slip_may_be_due_on_an_earlier_day() -> None:
    case = told(4)
    case.do("supervisor", msgspec.structs.replace(ISSUE, due="2026-03-05"), now=MORNING)
    assert case.complaint
    assert case.complaint.slip_due_at == here(2026, 3, 5, 18)


@pytest.mark.parametrize(
    ("due", "rule"),
    [
        ("2026-03-10", "slip-day-too-late"),
        ("2026-03-03", "slip-day-passed"),
        ("明天", "slip-day-unreadable"),
        ("2026-02-30", "slip-day-unreadable"),
    ],
)
def test_another_day_is_refused(due: str, rule: str) -> None:
    assert refused(told(4), "supervisor", msgspec.structs.replace(ISSUE, due=due), MORNING) == rule


def test_nothing_asked_is_refused() -> None:
    assert refused(told(4), "supervisor", IssueSlip(asks="　")) == "text-missing"


def test_there_is_one_open_slip_at_a_time() -> None:
    assert refused(supervised(), "union", ISSUE) == "slip-open"


@pytest.mark.parametrize("who", ["supervisor", "union", OFFICE, HEAD_LEADER, BRANCH_LEADER])
def test_superiors_may_supervise(who: str | Actor) -> None:
    case = told(4)
    case.do(who, ISSUE, now=MORNING)
    assert slip_of(case).is_unanswered


@pytest.mark.parametrize("who", ["a", "b", "leader", "stranger", "agent", "auditor", "administrator"])
def test_the_unit_itself_and_outsiders_may_not(who: str) -> None:
    assert refused(told(4), who, ISSUE) == "not-your-duty"


def test_nobody_supervises_their_own_work() -> None:
    case = told(1)
    case.do("agent", HandOver(to=2, reason="轮岗"))
    case.do("supervisor", SignFor())
    assert refused(case, "supervisor", ISSUE) == "own-work"


def test_the_customer_may_not_supervise() -> None:
    assert not may(Actor(person=None, system="customer"), Action.SUPERVISE, told(4).complaint)


def test_an_answer_without_an_element_is_refused_by_name() -> None:
    assert refused(supervised(), "a", msgspec.structs.replace(ANSWER, measure="略")) == "element-missing"


def test_only_the_responsible_person_answers() -> None:
    assert refused(supervised(), "b", ANSWER) == "not-your-duty"


def test_an_answer_stops_the_clock_and_leaves_the_case_on_its_line() -> None:
    case = supervised(answered=True)
    assert case.complaint
    assert (slip_of(case).state, slip_of(case).late) == (SlipState.ANSWERED, False)
    assert case.complaint.slip_due_at is None
    assert case.complaint.stage is Stage.SIGNED_FOR


def test_an_answer_after_the_limit_is_late_and_says_so() -> None:
    case = supervised()
    case.do("a", ANSWER, now=here(2026, 3, 10, 9))
    assert slip_of(case).late


def test_a_second_answer_is_refused() -> None:
    assert refused(supervised(answered=True), "a", ANSWER) == "no-slip-waits"


def test_without_a_slip_nothing_is_answered() -> None:
    assert refused(told(4), "a", ANSWER) == "no-slip-waits"


def test_before_it_is_signed_for_nothing_is_answered() -> None:
    case = came_to(SignFor)
    case.do("union", ISSUE)
    assert refused(case, "agent", ANSWER) == "wrong-stage"


def test_an_answer_sent_back_is_due_again_by_the_pack() -> None:
    case = supervised(answered=True)
    case.do("union", ReturnSlip(reason="未说明整改时间"), now=here(2026, 3, 5, 11))
    assert case.complaint
    assert (slip_of(case).state, slip_of(case).returns) == (SlipState.RETURNED, 1)
    assert case.complaint.slip_due_at == here(2026, 3, 10, 18)


def test_an_answer_sent_back_needs_a_reason() -> None:
    assert refused(supervised(answered=True), "union", ReturnSlip(reason=" ")) == "text-missing"


def test_an_answer_accepted_ends_the_slip_and_the_next_has_the_next_number() -> None:
    case = supervised(answered=True)
    case.do("supervisor", AcceptAnswer(), now=here(2026, 3, 5, 11))
    case.do("supervisor", ISSUE, now=here(2026, 3, 5, 12))
    assert [slip.state for slip in case.complaint.supervision] == [SlipState.ACCEPTED, SlipState.ISSUED]  # type: ignore[union-attr]
    assert slip_of(case).number.endswith("-D2")


@pytest.mark.parametrize("command", [AcceptAnswer(), ReturnSlip(reason="不具体")])
def test_what_was_not_answered_is_not_judged(command: Command) -> None:
    assert refused(supervised(), "supervisor", command) == "no-answer-waits"


@pytest.mark.parametrize("command", [AcceptAnswer(), ReturnSlip(reason="不具体")])
def test_nobody_judges_their_own_answer(command: Command) -> None:
    case = supervised()
    case.do("a", HandOver(to=2, reason="上收办理"), now=here(2026, 3, 5, 9))
    case.do("supervisor", SignFor(), now=here(2026, 3, 5, 9, 10))
    case.do("supervisor", ANSWER, now=here(2026, 3, 5, 9, 20))
    assert refused(case, "supervisor", command) == "own-work"


def test_a_slip_taken_back_is_not_answered_any_more() -> None:
    case = supervised()
    case.do("supervisor", WithdrawSlip(reason="客户已撤回诉求"), now=here(2026, 3, 5, 9))
    assert case.complaint
    assert (case.complaint.slip, case.complaint.slip_due_at) == (None, None)


def test_a_slip_is_taken_back_with_a_reason() -> None:
    assert refused(supervised(), "supervisor", WithdrawSlip(reason="")) == "text-missing"


def test_without_a_slip_nothing_is_taken_back() -> None:
    assert refused(told(4), "supervisor", WithdrawSlip(reason="误发")) == "no-slip-open"


def test_a_complaint_is_not_closed_while_a_slip_is_unanswered() -> None:
    case = came_to(Close)
    case.do("union", ISSUE)
    assert refused(case, "supervisor", Close(), RECEIVED.replace(day=5)) == "slip-unanswered"


def test_a_complaint_is_closed_while_an_answer_is_looked_at_but_not_archived() -> None:
    case = came_to(Close)
    case.do("union", ISSUE)
    case.do("a", ANSWER)
    case.do("supervisor", Close())
    assert refused(case, "union", Archive()) == "slip-open"


def test_an_answer_is_sent_back_and_written_again_after_the_complaint_is_closed() -> None:
    case = came_to(Close)
    for who, command in (
        ("union", ISSUE),
        ("a", ANSWER),
        ("supervisor", Close()),
        ("union", ReturnSlip(reason="补充")),
    ):
        case.do(who, command)
    case.do("a", ANSWER)
    case.do("union", AcceptAnswer())
    case.do("union", Archive())
    assert case.complaint
    assert case.complaint.stage is Stage.ARCHIVED


def test_a_complaint_that_the_customer_takes_back_still_owes_the_answer() -> None:
    case = supervised()
    customer = Actor(person=None, system="customer")
    case.do(customer, Withdraw(consent="本人自愿撤诉。", way="portal"), now=here(2026, 3, 5, 9))
    assert case.complaint
    assert case.complaint.timer_at == here(2026, 3, 6, 18)


def test_the_timer_warns_says_missed_and_escalates_an_unanswered_slip() -> None:
    case = supervised()
    said = case.do(TIMER, MarkTime(), now=here(2026, 3, 13, 9))
    marks = [event.mark.what for event in said if isinstance(event, TimeMarked) and event.kind == "supervision"]
    assert marks[:3] == ["warned", "missed", "escalated"]


def test_an_answered_slip_is_not_escalated() -> None:
    case = supervised(answered=True)
    said = case.do(TIMER, MarkTime(), now=here(2026, 3, 20, 9))
    assert all(event.kind != "supervision" for event in said if isinstance(event, TimeMarked))


def test_a_slip_moves_with_the_complaint() -> None:
    case = told(1)
    case.do("agent", Accept())
    case.do("union", ISSUE)
    case.do("agent", Dispatch(unit=OUTLET))
    case.do("a", SignFor())
    case.do("a", ANSWER)
    assert slip_of(case).answered_by == 5


def test_a_complaint_with_slips_is_kept_and_read_again() -> None:
    complaint = supervised(answered=True).complaint
    assert complaint
    assert read_complaint(write_complaint(complaint)) == complaint


@pytest.mark.parametrize("command", [AcceptAnswer(), ReturnSlip(reason="不具体"), WithdrawSlip(reason="误发")])
def test_what_a_higher_level_asked_is_not_decided_below_it(command: Command) -> None:
    assert refused(supervised(answered=True), BRANCH_LEADER, command) == "not-the-issuers-side"


def test_a_higher_level_may_decide_what_one_below_it_asked() -> None:
    case = told(4)
    case.do(BRANCH_LEADER, ISSUE, now=MORNING)
    case.do("a", ANSWER, now=here(2026, 3, 5, 10))
    case.do("union", AcceptAnswer(), now=here(2026, 3, 5, 11))
    assert slip_of(case).state is SlipState.ACCEPTED
