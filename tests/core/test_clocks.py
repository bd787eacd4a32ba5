"""What the timer says about a limit, and how people move it: marks, pauses, extensions (mission A7, C6, C7, E3)."""

import random
from datetime import datetime, timedelta

import msgspec
import pytest

from shouwen.core.complaint import Complaint, decide, evolve, read_complaint, read_event, write_complaint
from shouwen.core.complaint.answering import Reply
from shouwen.core.complaint.clocks import (
    ClockResumed,
    ClocksRedated,
    MarkTime,
    RedateClocks,
    ResumeClock,
    SuspendClock,
    TimeMarked,
)
from shouwen.core.complaint.customer import AnswerReview, AskReview
from shouwen.core.complaint.extending import DecideExtension, ExtensionGranted, RequestExtension
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.recording import AttachFile
from shouwen.core.complaint.routing import Dispatch, PassOn, SignFor
from shouwen.core.duties import Duty, may_see
from shouwen.core.people import Actor, Post
from shouwen.core.refusal import Refusal
from shouwen.core.workdays import WorkingCalendar
from tests.core.bank import HEAD, OUTLET, POLICY, RECEIVED, Told, actor, context, registration, told
from tests.core.calendars import ROWS, SHANGHAI, here

TIMER = Actor(person=None, system="timer")
WARNED_AT = here(2026, 3, 6, 18)  # one working day before the limit of three
LIMIT = here(2026, 3, 9, 18)
HEAD_LEADER = msgspec.structs.replace(actor("auditor"), posts=(Post(Duty.LEADER, HEAD, HEAD),))
FILE = AttachFile(digest="a" * 64, name="补充材料通知.pdf", size=10, media_type="application/pdf")
PAUSE = SuspendClock(ground="customers_material", reason="须客户提供回单", evidence=FILE.digest)


def signed(class_: str = "attitude", **changes: object) -> Told:
    """A complaint that contact A of the outlet has signed for."""
    case = Told()
    case.do("agent", registration(class_=class_, **changes))
    for who, command in (("agent", Accept()), ("agent", Dispatch(unit=OUTLET)), ("a", SignFor())):
        case.do(who, command)
    return case


def sweep(case: Told, now: datetime, **more: object) -> list[TimeMarked]:
    """What the timer says at `now`; nothing where nothing is due, as the sweep would not have come."""
    assert case.complaint
    if case.complaint.timer_at is None or case.complaint.timer_at > now:
        return []
    return [event for event in case.do(TIMER, MarkTime(), now=now, **more) if isinstance(event, TimeMarked)]


def said(events: list[TimeMarked]) -> list[tuple[str, str, int | None]]:
    return [(event.kind, event.mark.what, event.mark.person) for event in events]


def refused(case: Told, who: str | Actor, command: object, now: datetime) -> str:
    with pytest.raises(Refusal) as caught:
        case.do(who, command, now=now)  # type: ignore[arg-type]
    return caught.value.rule


# ---------------------------------------------------------------------------------------------------------------- marks


def test_the_responsible_person_is_warned_then_told_that_the_limit_is_missed_then_it_goes_up_step_by_step() -> None:
    case = signed()
    moments = [WARNED_AT, LIMIT, here(2026, 3, 10, 18), here(2026, 3, 11, 18), here(2026, 3, 12, 18)]
    told = [said(sweep(case, at)) for at in moments]
    # Nobody leads the institutions above this small bank's outlet, so the last step stays with the responsible person.
    assert told == [
        [("reply", "warned", 5)],
        [("reply", "missed", 5)],
        [("reply", "escalated", 6)],
        [("reply", "escalated", 7)],
        [("reply", "escalated", 5)],
    ]


def test_nothing_is_said_before_its_moment_and_nothing_twice() -> None:
    case = signed()
    assert sweep(case, WARNED_AT - timedelta(seconds=1)) == []
    assert len(sweep(case, WARNED_AT)) == 1
    assert sweep(case, WARNED_AT) == []
    assert refused(case, TIMER, MarkTime(), WARNED_AT) == "nothing-due"


def test_of_several_warnings_whose_moments_are_over_when_the_clock_starts_only_the_last_is_given() -> None:
    late = registration(class_="product", received_at=here(2026, 2, 12, 23, 30))
    case = Told()
    case.do("agent", late, now=RECEIVED)
    assert case.complaint
    (reply,) = (clock for clock in case.complaint.clocks if clock.kind == "reply")
    rule = next(rule for rule in POLICY.time_limits if rule.code == reply.limit.rule)
    assert len(rule.warn_before) > 1
    assert [mark.days for mark in reply.marks if mark.what == "warned"] == [min(rule.warn_before)]


def test_what_a_stopped_worker_left_is_said_once_in_order_and_as_late() -> None:
    case = signed()
    events = sweep(case, here(2026, 3, 11, 9))
    assert said(events) == [("reply", "warned", 5), ("reply", "missed", 5), ("reply", "escalated", 6)]
    assert all(event.late for event in events)
    assert [event.mark.at for event in events] == [WARNED_AT, LIMIT, here(2026, 3, 10, 18)]
    assert sweep(case, here(2026, 3, 11, 9)) == []


def test_what_is_said_within_minutes_is_not_late() -> None:
    assert not sweep(signed(), WARNED_AT + timedelta(minutes=1))[0].late


def test_who_is_absent_is_passed_over_for_the_next_and_it_is_said() -> None:
    event = sweep(signed(), WARNED_AT, absent=frozenset({5}))[0]
    assert event.mark.person == 6
    assert [(each.person, each.why) for each in event.passed_over] == [(5, "absent")]


def test_the_employee_complained_about_is_never_told() -> None:
    case = signed(employee_about=6)
    events = sweep(case, here(2026, 3, 10, 18))
    assert events[-1].mark.person == 7
    assert [(each.person, each.why) for each in events[-1].passed_over] == [(6, "complained_about")]


def test_the_responsible_person_does_not_hear_an_escalation_to_the_responsible_person() -> None:
    case = Told()
    case.do("agent", registration())
    case.do("agent", Accept())
    case.do("agent", Dispatch(unit=OUTLET))
    case.do("b", SignFor())
    event = sweep(case, here(2026, 3, 10, 18))[-1]
    assert event.mark.person == 7
    assert event.passed_over[0].why == "responsible"


def test_a_secret_complaint_is_escalated_to_nobody_who_may_not_know_of_it() -> None:
    case = Told()
    case.do("agent", registration(class_="violation"))
    case.do("agent", Accept())
    case.do("agent", Dispatch(unit=4))
    case.do("inspector", SignFor())
    events = sweep(case, here(2026, 4, 30, 18))
    assert {event.mark.person for event in events} <= {4}


def test_whom_it_was_escalated_to_sees_the_complaint_as_long_as_it_is_not_answered() -> None:
    case = signed()
    sweep(case, here(2026, 3, 10, 18))
    assert case.complaint
    assert case.complaint.escalated_to == (6,)
    assert case.complaint.alarm == "escalated"
    assert may_see(actor("b"), case.complaint)


def test_an_answer_in_time_leaves_nothing_to_say_but_the_warning() -> None:
    case = told(7)
    sweep(case, here(2026, 3, 9, 17))
    case.do("a", Reply(method="phone"), now=here(2026, 3, 9, 17, 30))
    assert case.complaint
    assert case.complaint.timer_at is None
    assert case.complaint.alarm == ""


def test_what_the_accepting_clerk_misses_is_said_to_the_clerk() -> None:
    case = Told()
    case.do("agent", registration(class_=""))
    assert said(sweep(case, here(2026, 3, 5, 18))) == [("accept", "missed", 1)]


def test_an_unsigned_dispatch_is_passed_on_and_only_the_last_signatory_is_told_that_it_is_missed() -> None:
    case = Told()
    case.do("agent", registration(class_="product"))
    case.do("agent", Accept())
    case.do("agent", Dispatch(unit=OUTLET))
    for at in (here(2026, 3, 5, 18), here(2026, 3, 6, 18)):
        assert sweep(case, at) == []
        case.do(TIMER, PassOn(), now=at)
    assert said(sweep(case, here(2026, 3, 9, 18))) == [("sign", "missed", 7)]


def test_a_target_that_passes_is_said_once() -> None:
    events = sweep(signed("product"), here(2026, 3, 13, 18))
    assert said(events) == [("reply", "target_passed", 5)]


def test_a_complaint_registered_after_its_limit_is_missed_at_once_and_not_late() -> None:
    case = Told()
    case.do("agent", registration(received_at=here(2026, 2, 2, 10)), now=RECEIVED)
    events = sweep(case, RECEIVED)
    assert {event.mark.what for event in events} == {"missed", "escalated"}
    assert not any(event.late for event in events)


def test_a_clock_of_before_there_were_marks_is_missed_once() -> None:
    case = signed()
    assert case.complaint
    clocks = tuple(msgspec.structs.replace(clock, marks=()) for clock in case.complaint.clocks)
    case.complaint = msgspec.structs.replace(case.complaint, clocks=clocks)
    assert case.complaint.timer_at == LIMIT
    assert said(sweep(case, here(2026, 3, 20))) == [("reply", "missed", 5)]
    assert case.complaint.timer_at is None


def test_the_review_clock_runs_on_a_closed_complaint_and_stops_with_the_opinion() -> None:
    case = told(10)
    asked = here(2026, 3, 10, 10)
    case.do("union", AskReview(reason="不认可答复。", way="phone"), now=asked)
    assert case.complaint
    assert case.complaint.timer_at == here(2026, 3, 20, 18)
    case.do("supervisor", AnswerReview(opinion="原答复正确。"), now=asked + timedelta(days=1))
    assert case.complaint.timer_at is None


def test_each_mark_is_said_exactly_once_however_often_the_timer_stands_still() -> None:
    source = random.Random(11)
    for _ in range(60):
        case = signed(source.choice(("attitude", "product")))
        now = RECEIVED + timedelta(hours=1)
        events: list[TimeMarked] = []
        assert case.complaint
        planned = [(clock.kind, mark.what, mark.days) for clock in case.complaint.timed_clocks for mark in clock.marks]
        while now < here(2026, 4, 20):
            now += timedelta(minutes=source.choice((1, 60, 60 * 24, 60 * 24 * 9)))
            found = sweep(case, now)
            assert all(event.mark.at <= now for event in found)
            events.extend(found)
        assert sorted((event.kind, event.mark.what, event.mark.days) for event in events) == sorted(planned)
        assert [event.mark.at for event in events] == sorted(event.mark.at for event in events)


# --------------------------------------------------------------------------------------------------------------- pauses


def paused_case() -> Told:
    case = signed()
    case.do("a", FILE)
    case.do("a", PAUSE, now=here(2026, 3, 5, 16))
    return case


def test_a_paused_clock_is_not_due_and_nothing_is_said_about_it() -> None:
    case = paused_case()
    assert case.complaint
    assert case.complaint.due_at is None
    assert case.complaint.timer_at == here(2026, 3, 20)
    assert sweep(case, here(2026, 3, 19, 18)) == []


def test_a_clock_goes_on_with_the_paused_days_left_out_and_its_marks_moved() -> None:
    case = paused_case()
    case.do("a", ResumeClock(reason="材料已到"), now=here(2026, 3, 10, 9))
    assert case.complaint
    clock = case.complaint.clock("reply")
    assert clock
    assert clock.limit.at == here(2026, 3, 12, 18)
    assert case.complaint.timer_at == here(2026, 3, 11, 18)
    assert any("中止计时" in day.why.zh for day in clock.limit.skipped)


def test_a_pause_ends_by_itself_after_the_days_of_the_pack_even_when_the_timer_comes_late() -> None:
    case = paused_case()
    event = case.do(TIMER, MarkTime(), now=here(2026, 3, 21, 9))[0]
    assert isinstance(event, ClockResumed)
    assert event.by_itself
    assert case.complaint
    assert case.complaint.due_at == here(2026, 3, 24, 18)  # the 20th, 23rd and 24th are counted


def test_what_was_said_before_a_pause_is_not_said_again_after_it() -> None:
    case = signed()
    case.do("a", FILE)
    sweep(case, WARNED_AT)
    case.do("a", PAUSE, now=here(2026, 3, 9, 9))
    case.do("a", ResumeClock(), now=here(2026, 3, 11, 9))
    assert said(sweep(case, here(2026, 3, 11, 18))) == [("reply", "missed", 5)]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (msgspec.structs.replace(PAUSE, evidence=""), "evidence-missing"),
        (msgspec.structs.replace(PAUSE, evidence="b" * 64), "evidence-missing"),
        (msgspec.structs.replace(PAUSE, reason=" "), "text-missing"),
        (msgspec.structs.replace(PAUSE, ground="weather"), "pause-unknown"),
    ],
)
def test_a_pause_without_its_ground_reason_or_evidence_is_refused(command: SuspendClock, rule: str) -> None:
    case = signed()
    case.do("a", FILE)
    assert refused(case, "a", command, here(2026, 3, 5, 16)) == rule


def test_a_passed_limit_cannot_be_paused() -> None:
    case = signed()
    case.do("a", FILE)
    assert refused(case, "a", PAUSE, here(2026, 3, 9, 18, 1)) == "limit-passed"


def test_a_duty_that_the_pack_does_not_name_cannot_pause() -> None:
    case = signed()
    case.do("a", FILE)
    assert refused(case, "union", PAUSE, here(2026, 3, 5, 16)) == "pause-not-yours"


def test_a_paused_clock_is_not_paused_again_and_a_running_one_does_not_go_on() -> None:
    case = paused_case()
    assert refused(case, "a", PAUSE, here(2026, 3, 6, 9)) == "paused-already"
    case.do("a", ResumeClock(), now=here(2026, 3, 6, 10))
    assert refused(case, "a", ResumeClock(), here(2026, 3, 6, 11)) == "not-paused"


def test_another_class_keeps_the_days_that_were_paused() -> None:
    case = paused_case()
    case.do("a", ResumeClock(), now=here(2026, 3, 10, 9))
    case.do("a", Classify(class_="product", reason="更正"), now=here(2026, 3, 10, 10))
    assert case.complaint
    assert case.complaint.due_at == here(2026, 3, 23, 18)  # ten working days, the 5th, 6th and 9th left out


# ----------------------------------------------------------------------------------------------------------- extensions

ASK = RequestExtension(extension="needs_others", reason="须第三方机构鉴定")


def asked_case() -> Told:
    case = signed("product")
    case.do("a", ASK, now=here(2026, 3, 10, 9))
    return case


def test_an_extension_granted_by_the_level_of_the_pack_moves_the_limit_and_warns_again() -> None:
    case = asked_case()
    granted = case.do(HEAD_LEADER, DecideExtension(granted=True), now=here(2026, 3, 11, 9))[0]
    assert isinstance(granted, ExtensionGranted)
    assert granted.tell
    assert case.complaint
    clock = case.complaint.clock("reply")
    assert clock
    assert clock.limit.days == 20
    assert clock.limit.extended[0].article.zh == "本行缺省值，课件未载明"
    assert case.complaint.extension_pending is None
    assert said(sweep(case, here(2026, 3, 30, 18))) == [("reply", "target_passed", 5), ("reply", "warned", 5)]


def test_an_extension_needs_the_level_and_never_the_one_who_asked() -> None:
    case = asked_case()
    assert refused(case, "leader", DecideExtension(granted=True), here(2026, 3, 11, 9)) == "level-too-low"
    own = msgspec.structs.replace(actor("a"), posts=(*actor("a").posts, Post(Duty.LEADER, HEAD, HEAD)))
    assert refused(case, own, DecideExtension(granted=True), here(2026, 3, 11, 9)) == "own-request"
    assert refused(case, "a", DecideExtension(granted=True), here(2026, 3, 11, 9)) == "not-your-duty"


def test_an_extension_is_refused_with_the_opinion_and_may_be_asked_for_again() -> None:
    case = asked_case()
    assert refused(case, HEAD_LEADER, DecideExtension(granted=False), here(2026, 3, 11, 9)) == "text-missing"
    case.do(HEAD_LEADER, DecideExtension(granted=False, opinion="可在时限内办结"), now=here(2026, 3, 11, 9))
    assert case.complaint
    assert case.complaint.due_at == here(2026, 3, 18, 18)
    case.do("a", ASK, now=here(2026, 3, 11, 10))


def test_an_extension_is_used_once_and_waits_once() -> None:
    case = asked_case()
    assert refused(case, "a", ASK, here(2026, 3, 11, 8)) == "extension-asked-already"
    case.do(HEAD_LEADER, DecideExtension(granted=True), now=here(2026, 3, 11, 9))
    assert refused(case, "a", ASK, here(2026, 3, 12, 9)) == "extended-already"


def test_a_limit_without_extensions_or_one_that_has_passed_is_not_extended() -> None:
    assert refused(signed(), "a", ASK, here(2026, 3, 5, 9)) == "cannot-be-extended"
    assert refused(signed("product"), "a", ASK, here(2026, 3, 30, 9)) == "limit-passed"
    assert refused(asked_case(), HEAD_LEADER, DecideExtension(granted=True), here(2026, 3, 30, 9)) == "limit-passed"


def test_an_extension_asked_for_under_a_former_class_does_not_wait_any_more() -> None:
    case = asked_case()
    case.do("a", Classify(class_="attitude", reason="更正"), now=here(2026, 3, 10, 10))
    assert case.complaint
    assert case.complaint.extension_pending is None


def test_nothing_is_decided_where_nothing_was_asked() -> None:
    case = signed("product")
    assert refused(case, HEAD_LEADER, DecideExtension(granted=True), here(2026, 3, 5, 9)) == "no-extension-asked"


# ------------------------------------------------------------------------------------------------------------- redating


def without_2026() -> WorkingCalendar:
    return WorkingCalendar({day: row for day, row in ROWS.items() if day.year < 2026}, SHANGHAI)


def provisional_case() -> Told:
    """Received before Spring Festival of a year that is not announced yet."""
    case = Told()
    received = here(2026, 2, 11, 10)
    for command in (registration(received_at=received), Accept()):
        early = msgspec.structs.replace(context("agent", received + timedelta(minutes=5)), calendar=without_2026())
        for event in decide(case.complaint, command, early):
            case.complaint = evolve(case.complaint, event)
            case.events.append(event)
    return case


def test_a_provisional_limit_is_counted_again_openly_when_the_year_is_announced() -> None:
    case = provisional_case()
    assert case.complaint
    assert case.complaint.is_provisional
    before = case.complaint.due_at
    event = case.do(TIMER, RedateClocks(), now=here(2026, 2, 12, 3))[0]
    assert isinstance(event, ClocksRedated)
    assert event.was == (before,)
    assert case.complaint.due_at != before
    assert not case.complaint.is_provisional
    assert refused(case, TIMER, RedateClocks(), here(2026, 2, 12, 4)) == "nothing-to-redate"


def test_a_limit_that_was_told_as_missed_is_not_judged_again() -> None:
    case = provisional_case()
    sweep(case, here(2026, 4, 30))
    assert case.complaint
    assert not case.complaint.is_provisional
    assert refused(case, TIMER, RedateClocks(), here(2026, 4, 30)) == "nothing-to-redate"


# ------------------------------------------------------------------------------------------------------------- journals


def test_a_clock_as_it_stood_on_the_journal_before_reads_as_one_without_marks() -> None:
    body = (
        '{"event":"reopened","at":"2026-03-04T02:30:00Z","by":2,"reason":"x","reply_by":{"kind":"reply",'
        '"started":"2026-03-04T02:30:00Z","limit":{"at":"2026-03-09T10:00:00Z","rule":"general",'
        '"start":"2026-03-04T02:30:00Z","days":3,"unit":"working_days"}}}'
    )
    event = read_event(body)
    assert event.reply_by.marks == ()  # type: ignore[attr-defined]
    assert event.clocks == ()  # type: ignore[attr-defined]


def test_pauses_extensions_and_marks_survive_writing_and_reading() -> None:
    case = asked_case()
    case.do("a", FILE, now=here(2026, 3, 10, 10))
    case.do(HEAD_LEADER, DecideExtension(granted=True), now=here(2026, 3, 11, 9))
    case.do("a", PAUSE, now=here(2026, 3, 12, 9))
    complaint: Complaint | None = case.complaint
    assert complaint
    assert read_complaint(write_complaint(complaint)) == complaint
