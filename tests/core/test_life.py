"""A complaint's life: what may happen when, by whom, and what each refusal says."""

from datetime import timedelta

import msgspec
import pytest

from shouwen.core.complaint import MAIN_LINE as STAGES
from shouwen.core.complaint import Command, Stage, read_complaint, read_event, replay, write_complaint, write_event
from shouwen.core.complaint.answering import CheckReply, Measure, Reply
from shouwen.core.complaint.ending import Close, Reopen
from shouwen.core.complaint.receiving import Accept, CarryOver, Classify, Decline
from shouwen.core.complaint.recording import AddNote, Reveal
from shouwen.core.complaint.routing import Dispatch, HandOver, PassOn, SendBack, SignFor, TakeBack
from shouwen.core.duties import Action, audience, may, may_see, reader_keys
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from tests.core.bank import DRAFT, MAIN_LINE, OUTLET, PEOPLE, RECEIVED, STAFF, Told, actor, came_to, registration, told
from tests.core.calendars import here

TIMER = Actor(person=None, system="timer")


def refused(case: Told, who: str | Actor, command: Command, rule: str, **more: object) -> Refusal:
    """The command is refused by this rule, says why in both languages, and changes nothing."""
    before = case.complaint
    with pytest.raises(Refusal) as caught:
        case.do(who, command, **more)  # type: ignore[arg-type]
    assert caught.value.rule == rule
    assert caught.value.message.zh
    assert caught.value.message.en
    assert case.complaint == before
    return caught.value


def test_the_main_line_passes_every_stage_in_order() -> None:
    case, seen = Told(), []
    for who, command in MAIN_LINE:
        case.do(who, command)
        assert case.complaint
        seen.append(case.complaint.stage)
    assert list(dict.fromkeys(seen)) == list(STAGES)


@pytest.mark.parametrize("length", range(1, len(MAIN_LINE) + 1))
def test_replay_makes_the_same_complaint_and_nothing_is_lost_in_writing(length: int) -> None:
    case = told(length)
    assert case.complaint
    assert replay(read_event(write_event(event)) for event in case.events) == case.complaint
    assert read_complaint(write_complaint(case.complaint)) == case.complaint
    assert case.complaint.version == len(case.events)


def test_who_dispatches_stays_responsible_until_the_unit_signs() -> None:
    case = came_to(SignFor)
    assert case.complaint
    assert case.complaint.responsible == STAFF["agent"][0]
    case.do("a", SignFor())
    assert case.complaint.responsible == STAFF["a"][0]


def test_contact_b_gets_it_when_a_is_absent_and_the_leader_when_both_are() -> None:
    for absent, gets in ((frozenset(), "a"), (frozenset({5}), "b"), (frozenset({5, 6}), "leader")):
        case = came_to(Dispatch)
        case.do("agent", Dispatch(unit=OUTLET), absent=absent)
        assert case.complaint
        assert case.complaint.offer
        assert case.complaint.offer.to == STAFF[gets][0]


def test_a_unit_where_nobody_could_sign_gets_nothing() -> None:
    refused(came_to(Dispatch), "agent", Dispatch(unit=OUTLET), "nobody-to-sign", absent=frozenset({5, 6, 7}))


def test_what_nobody_signs_for_goes_on_to_b_then_to_the_leader_and_stays_there() -> None:
    case = came_to(SignFor)
    late = here(2026, 3, 9, 17)
    refused(case, TIMER, PassOn(), "not-late-yet")
    for gets in ("b", "leader"):
        case.do(TIMER, PassOn(), now=late)
        assert case.complaint
        assert case.complaint.offer
        assert case.complaint.offer.to == STAFF[gets][0]
        late += timedelta(days=7)
    refused(case, TIMER, PassOn(), "nobody-left", now=late)


def test_sent_back_with_a_reason_it_is_with_the_dispatcher_again() -> None:
    case = came_to(SignFor)
    refused(case, "a", SendBack(reason=" 　"), "text-missing")
    case.do("a", SendBack(reason="不属于本网点"))
    assert case.complaint
    assert (case.complaint.stage, case.complaint.responsible) == (Stage.ACCEPTED, STAFF["agent"][0])


def test_a_hand_over_moves_responsibility_only_when_it_is_signed() -> None:
    case = came_to(type(MAIN_LINE[4][1]))
    case.do("a", HandOver(to=STAFF["b"][0], reason="出差"))
    assert case.complaint
    assert case.complaint.responsible == STAFF["a"][0]
    refused(case, "a", HandOver(to=STAFF["leader"][0], reason="出差"), "already-offered")
    case.do("b", SignFor())
    assert case.complaint.responsible == STAFF["b"][0]


def test_what_is_not_signed_for_can_be_taken_back() -> None:
    case = came_to(SignFor)
    case.do("agent", TakeBack())
    assert case.complaint
    assert case.complaint.stage is Stage.ACCEPTED
    refused(case, "agent", TakeBack(), "nothing-to-sign")


def test_a_way_to_answer_needs_the_contact_that_it_goes_to() -> None:
    case = came_to(Reply)
    refused(case, "a", Reply(method="email"), "contact-not-given")
    case.do("a", Reply(method="phone"))


def test_a_colleague_says_why_the_customer_is_dissatisfied_and_why_an_answer_is_changed() -> None:
    case = came_to(Measure)
    refused(case, "a", Measure(expectation=5, perception=2), "text-missing")
    case.do("a", Measure(expectation=5, perception=2, remark="客户认为赔偿不足。"))
    refused(case, "a", Measure(expectation=3, perception=4), "text-missing")
    case.do("a", Measure(expectation=3, perception=4, remark="客户来电更正。"))


def test_only_the_program_registers_a_complaint_whose_customer_another_system_knows() -> None:
    nameless = registration(contact_given=(), contact_elsewhere=True)
    refused(Told(), "agent", nameless, "contact-missing")
    Told().do(Actor(person=None, system="import"), msgspec.structs.replace(nameless, responsible=1))


def test_the_writer_never_checks_the_own_draft() -> None:
    case = came_to(type(MAIN_LINE[5][1]))
    case.do("a", HandOver(to=STAFF["b"][0], reason="出差"))
    case.do("b", SignFor())
    case.do("b", DRAFT)
    refused(case, "b", CheckReply(passed=True), "own-draft")
    case.do("leader", CheckReply(passed=True))


def test_a_returned_draft_needs_a_reason_and_goes_back_to_the_writer() -> None:
    case = came_to(CheckReply)
    refused(case, "b", CheckReply(passed=False), "text-missing")
    case.do("b", CheckReply(passed=False, opinion="第三要素不具体"))
    assert case.complaint
    assert case.complaint.stage is Stage.INVESTIGATING


@pytest.mark.parametrize("field", ["facts", "responsibility", "lesson", "measure", "handler", "phone"])
def test_no_draft_without_its_six_elements(field: str) -> None:
    case = came_to(type(DRAFT))
    with pytest.raises(Refusal):
        case.do("a", msgspec.structs.replace(DRAFT, **{field: "　"}))


def test_only_a_checked_reply_goes_out() -> None:
    refused(came_to(CheckReply), "a", Reply(method="phone"), "wrong-stage")


def test_nothing_is_closed_before_the_customer_was_asked() -> None:
    case = came_to(Measure)
    refused(case, "supervisor", Close(), "satisfaction-missing")
    refused(case, "supervisor", Measure(expectation=3), "half-measured")
    refused(case, "supervisor", Measure(), "text-missing")
    case.do("supervisor", Measure(remark="三次致电无人接听"))
    case.do("supervisor", Close())


def test_a_decline_needs_a_ground_of_the_pack_and_a_reason() -> None:
    case = told(1)
    with pytest.raises(Refusal):
        case.do("agent", Decline(ground="because", reason="不归我们管"))
    refused(case, "agent", Decline(ground="out_of_scope", reason=""), "text-missing")
    case.do("agent", Decline(ground="out_of_scope", reason="事项属于其他单位职责"))
    assert case.complaint
    assert case.complaint.running_clocks == ()


def test_nothing_is_accepted_without_a_class() -> None:
    case = Told()
    case.do("agent", registration(class_=""))
    refused(case, "agent", Accept(), "class-missing")
    case.do("agent", Classify(class_="attitude"))
    case.do("agent", Accept())


def test_a_new_class_sets_a_new_limit_that_still_counts_from_receipt() -> None:
    case = told(2)
    assert case.complaint
    before = case.complaint.clock("reply")
    case.do("agent", Classify(class_="product"))
    after = case.complaint.clock("reply")
    assert before
    assert after
    assert before.limit.at < after.limit.at
    assert before.started == after.started == RECEIVED


def test_a_late_change_of_class_needs_a_reason() -> None:
    refused(told(5), "a", Classify(class_="product"), "text-missing")


def test_reopened_it_is_investigated_again_with_a_new_limit() -> None:
    case = told(10)
    case.do("supervisor", Reopen(reason="客户不认可"))
    assert case.complaint
    assert case.complaint.stage is Stage.INVESTIGATING
    assert case.complaint.satisfaction is None
    assert case.complaint.is_open


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"received_at": RECEIVED + timedelta(days=1)}, "received-in-future"),
        ({"received_at": here(1980, 1, 1)}, "received-too-long-ago"),
        ({"subject": "　"}, "text-missing"),
        ({"statement": "\n"}, "text-missing"),
        ({"contact_given": ()}, "contact-missing"),
        ({"receiving_unit": 99}, "unit-unknown"),
        ({"unit_about": 99}, "unit-unknown"),
        ({"channel": "transfer", "channel_facts": {"body": "示范市消费者协会"}}, "channel-not-yours"),
    ],
)
def test_a_registration_that_makes_no_sense_is_refused(changes: dict[str, object], rule: str) -> None:
    refused(Told(), "agent", registration(**changes), rule)


def test_an_anonymous_customer_is_never_asked_for_contact() -> None:
    case = Told()
    case.do("agent", registration(anonymous=True, contact_given=()))


def test_only_the_import_carries_over_and_an_unknown_end_says_nothing_about_limits() -> None:
    case = told(1)
    refused(case, "supervisor", CarryOver(outcome="已办结"), "not-your-duty")
    case.do(Actor(person=None, system="import"), CarryOver(outcome="已办结"))
    assert case.complaint
    assert (case.complaint.stage, case.complaint.clocks, case.complaint.is_open) == (Stage.CLOSED, (), False)


def test_a_look_at_personal_data_needs_a_reason_and_is_an_event() -> None:
    case = told(4)
    refused(case, "a", Reveal(reason=""), "text-missing")
    assert [type(event).__name__ for event in case.do("a", Reveal(reason="回访客户"))] == ["Revealed"]


@pytest.mark.parametrize("length", range(1, len(MAIN_LINE) + 1))
def test_who_sees_is_the_same_question_for_a_person_and_for_the_database(length: int) -> None:
    complaint = told(length).complaint
    assert complaint
    for name in STAFF:
        someone = actor(name)
        meets = not audience(complaint).isdisjoint(reader_keys(someone))
        assert may_see(someone, complaint) is (meets and someone.id != complaint.employee_about), name


def test_strangers_and_administrators_see_nothing_and_auditors_touch_nothing() -> None:
    complaint = told(6).complaint
    assert complaint
    for name in ("stranger", "administrator"):
        assert not may_see(actor(name), complaint)
        assert not any(may(actor(name), action, complaint) for action in Action if action is not Action.REGISTER)
    assert may_see(actor("auditor"), complaint)
    assert not may(actor("auditor"), Action.CLOSE, complaint)


def test_the_employee_complained_about_sees_and_does_nothing_even_as_contact() -> None:
    case = Told()
    case.do("agent", registration(employee_about=STAFF["a"][0]))
    case.do("agent", Accept())
    case.do("agent", Dispatch(unit=OUTLET))
    assert case.complaint
    assert case.complaint.offer
    assert case.complaint.offer.to == STAFF["b"][0]
    assert not may_see(actor("a"), case.complaint)
    refused(case, "a", AddNote(text="不是我"), "not-your-duty")


def test_a_secret_complaint_is_for_those_who_took_part_and_discipline_inspection() -> None:
    case = Told()
    case.do("agent", registration(class_="violation"))
    complaint = case.complaint
    assert complaint
    assert complaint.secret
    seen_by = {name for name in STAFF if may_see(actor(name), complaint)}
    assert seen_by == {"agent", "inspector"}


def test_every_open_complaint_has_a_responsible_person_at_each_step() -> None:
    for length in range(1, len(MAIN_LINE) + 1):
        complaint = told(length).complaint
        assert complaint
        assert not complaint.is_open or complaint.responsible in PEOPLE


def test_nobody_without_a_casework_duty_is_handed_a_complaint() -> None:
    case = came_to(CheckReply)
    for nobody in ("administrator", "auditor"):
        refused(case, "a", HandOver(to=STAFF[nobody][0], reason="出差"), "no-casework-duty")


def test_what_was_sent_back_is_marked_until_it_is_dispatched_or_drafted_again() -> None:
    case = came_to(SignFor)
    case.do("a", SendBack(reason="不属于本网点"))
    assert case.complaint is not None
    assert case.complaint.sent_back
    case.do("agent", Dispatch(unit=OUTLET))
    assert not case.complaint.sent_back
    checked = came_to(CheckReply)
    checked.do("b", CheckReply(passed=False, opinion="请写明整改措施"))
    assert checked.complaint is not None
    assert checked.complaint.sent_back
    checked.do("a", DRAFT)
    assert not checked.complaint.sent_back
