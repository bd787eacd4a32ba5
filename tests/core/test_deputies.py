"""授权代理: what a deputy may do with a lent post, and what stays closed to the deputy as it is to the giver."""

import msgspec
import pytest

from shouwen.core.complaint import Command, evolve, read_event, write_event
from shouwen.core.complaint.answering import CheckReply, DraftReply, Investigate
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.routing import SignFor
from shouwen.core.complaint.supervising import IssueSlip
from shouwen.core.duties import Action, Duty, may, may_see
from shouwen.core.granting import GRANTED_BY, NEVER_LENT, Granter, may_be_lent, may_grant
from shouwen.core.people import Actor, Post
from shouwen.core.refusal import Refusal
from tests.core.bank import BRANCH, DRAFT, HEAD, INVESTIGATE, OUTLET, STAFF, Told, actor, came_to, deputy, told

A, LEADER = STAFF["a"][0], STAFF["leader"][0]
REASON = "客户是本人亲属。"


def refused(case: Told, who: Actor, command: Command) -> str:
    with pytest.raises(Refusal) as refusal:
        case.do(who, command)
    return refusal.value.rule


def test_a_deputy_sees_what_the_lent_post_sees() -> None:
    case = told(4)
    assert case.complaint
    assert not may_see(actor("stranger"), case.complaint)
    assert may_see(deputy("stranger", "a"), case.complaint)


def test_a_deputy_works_for_the_responsible_person_who_lent_the_post() -> None:
    case = came_to(Investigate)
    [event] = case.do(deputy("stranger", "a"), INVESTIGATE)
    assert (event.by, event.on_behalf_of) == (STAFF["stranger"][0], A)


def test_whom_a_deputy_acted_for_stands_in_the_journal() -> None:
    case = came_to(Investigate)
    [event] = case.do(deputy("stranger", "a"), INVESTIGATE)
    assert read_event(write_event(event)).on_behalf_of == A


def test_a_deed_of_the_own_post_is_nobody_elses() -> None:
    case = told(4)
    [event] = case.do(deputy("b", "a"), AddNote(text="已联系客户。"))
    assert event.on_behalf_of is msgspec.UNSET
    assert b"on_behalf_of" not in write_event(event)


def test_a_post_lent_of_another_unit_does_not_make_responsible() -> None:
    case = came_to(Investigate)
    elsewhere = Post(Duty.HANDLER, BRANCH, BRANCH, lent_by=A)
    own = actor("stranger")
    who = msgspec.structs.replace(own, posts=(*own.posts, elsewhere), deputy_of=frozenset({A}))
    assert not may(who, Action.INVESTIGATE, case.complaint)


def test_a_deputy_does_not_sign_in_the_givers_place() -> None:
    case = came_to(SignFor)
    assert not may(deputy("stranger", "a"), Action.SIGN_FOR, case.complaint)


def test_a_deputy_of_the_writer_does_not_check_the_draft() -> None:
    assert refused(came_to(CheckReply), deputy("b", "a"), CheckReply(passed=True)) == "own-draft"


def test_the_deputy_who_wrote_does_not_check_as_deputy_of_a_checker() -> None:
    case = came_to(DraftReply)
    case.do(deputy("stranger", "a"), DRAFT)
    assert refused(case, deputy("stranger", "leader"), CheckReply(passed=True)) == "own-draft"


def test_who_lent_the_post_does_not_check_what_the_deputy_wrote_for_them() -> None:
    case = came_to(DraftReply)
    case.do(deputy("stranger", "a"), DRAFT)
    giver = actor("a")
    checker = msgspec.structs.replace(giver, posts=(*giver.posts, Post(Duty.CHECKER, OUTLET, OUTLET)))
    assert refused(case, checker, CheckReply(passed=True)) == "own-draft"


def test_a_deputy_of_a_checker_checks_what_somebody_else_wrote() -> None:
    case = came_to(CheckReply)
    [event] = case.do(deputy("stranger", "leader"), CheckReply(passed=True))
    assert event.on_behalf_of == LEADER


def test_who_is_kept_out_empowers_no_deputy() -> None:
    case = told(4)
    case.do("leader", DeclareInterest(reason=REASON))
    assert case.complaint
    assert not may_see(deputy("stranger", "leader"), case.complaint)
    assert refused(case, deputy("stranger", "leader"), AddNote(text="已阅。")) == "not-your-duty"


def test_who_is_kept_out_reaches_it_by_no_lent_post() -> None:
    case = told(4)
    case.do("b", DeclareInterest(reason=REASON))
    assert case.complaint
    assert not may_see(deputy("b", "leader"), case.complaint)


def test_the_employee_complained_about_empowers_no_deputy() -> None:
    case = told(4)
    assert case.complaint
    about = msgspec.structs.replace(case.complaint, employee_about=LEADER)
    assert not may_see(deputy("stranger", "leader"), about)


def test_a_deputy_kept_out_only_through_the_giver_keeps_the_own_posts() -> None:
    case = told(4)
    case.do("leader", DeclareInterest(reason=REASON))
    assert case.complaint
    assert may_see(deputy("b", "leader"), case.complaint)


def test_a_deputy_of_the_responsible_person_does_not_supervise_the_work() -> None:
    assert refused(told(4), deputy("supervisor", "a"), IssueSlip(asks="请尽快答复。")) == "own-work"


def test_an_event_of_a_deputy_makes_the_same_complaint_again_from_the_journal() -> None:
    case = came_to(DraftReply)
    before = case.complaint
    [event] = case.do(deputy("stranger", "a"), DRAFT)
    assert evolve(before, read_event(write_event(event))) == case.complaint


@pytest.mark.parametrize("duty", sorted(NEVER_LENT))
def test_administrators_and_auditors_lend_nothing(duty: Duty) -> None:
    assert not may_be_lent(duty, frozenset(Duty) - {Duty.AUDITOR})


def test_discipline_inspection_is_lent_among_its_officers_only() -> None:
    assert may_be_lent(Duty.DISCIPLINE_OFFICER, {Duty.DISCIPLINE_OFFICER})
    assert not may_be_lent(Duty.DISCIPLINE_OFFICER, {Duty.HANDLER, Duty.LEADER})


def test_an_auditor_is_nobodys_deputy() -> None:
    assert not may_be_lent(Duty.HANDLER, {Duty.AUDITOR})


def _administrator(unit: int) -> Actor:
    return msgspec.structs.replace(actor("administrator"), posts=(Post(Duty.ADMINISTRATOR, unit, unit),))


@pytest.mark.parametrize("duty", [duty for duty in Duty if GRANTED_BY[duty] is Granter.UNIT_OR_ABOVE])
def test_an_administrator_gives_duties_in_the_own_unit_and_below_only(duty: Duty) -> None:
    assert may_grant(_administrator(BRANCH), duty, (HEAD, BRANCH, OUTLET))
    assert not may_grant(_administrator(BRANCH), duty, (HEAD,))
    assert not may_grant(_administrator(OUTLET), duty, (HEAD, BRANCH))


@pytest.mark.parametrize("duty", [duty for duty in Duty if GRANTED_BY[duty] is Granter.HEAD_OFFICE])
def test_what_the_head_office_gives_no_branch_administrator_gives(duty: Duty) -> None:
    assert may_grant(_administrator(HEAD), duty, (HEAD, BRANCH, OUTLET))
    assert not may_grant(_administrator(BRANCH), duty, (HEAD, BRANCH, OUTLET))
