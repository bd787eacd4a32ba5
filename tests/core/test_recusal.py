"""回避: who has an interest, who answered, and who handled the first complaint decide nothing, and no complaint is left without anybody."""

from shouwen.core.complaint import Stage
from shouwen.core.complaint.answering import CheckReply
from shouwen.core.complaint.customer import AnswerReview, AskReview
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.routing import HandOver, SignFor
from shouwen.core.duties import audience, may_see, person_key
from tests.core.bank import INVESTIGATE, STAFF, Told, actor, came_to, registration, told
from tests.core.test_secrecy import refused

A, B, LEADER = (STAFF[name][0] for name in ("a", "b", "leader"))
REASON = "客户是本人亲属。"


def test_who_declares_an_interest_neither_sees_nor_decides_it_from_then_on() -> None:
    case = came_to(CheckReply)
    case.do("b", DeclareInterest(reason=REASON))
    assert case.complaint
    assert not may_see(actor("b"), case.complaint)
    assert person_key(B) not in audience(case.complaint)
    refused(case, "b", CheckReply(passed=True), "not-your-duty")


def test_the_responsible_person_who_declares_is_followed_at_once_by_the_next_contact() -> None:
    case = told(4)
    case.do("a", DeclareInterest(reason=REASON))
    assert case.complaint
    assert case.complaint.responsible == B
    case.do("b", INVESTIGATE)


def test_whoever_declares_may_name_who_takes_over() -> None:
    case = told(4)
    case.do("a", DeclareInterest(reason=REASON, to=LEADER))
    assert case.complaint
    assert case.complaint.responsible == LEADER


def test_nobody_kept_out_takes_over() -> None:
    case = told(4)
    case.do("b", DeclareInterest(reason=REASON))
    refused(case, "a", DeclareInterest(reason=REASON, to=B), "cannot-take-over")
    refused(case, "a", HandOver(to=B, reason="轮岗"), "cannot-take-over")
    case.do("a", DeclareInterest(reason=REASON))
    assert case.complaint
    assert case.complaint.responsible == LEADER


def test_where_nobody_is_left_the_declaration_is_refused_and_says_what_to_do() -> None:
    case = told(4)
    for name in ("b", "leader"):
        case.do(name, DeclareInterest(reason=REASON))
    said = refused(case, "a", DeclareInterest(reason=REASON), "no-successor")
    assert "接替人" in said.message.zh
    assert case.complaint
    assert case.complaint.responsible == A


def test_the_leader_keeps_others_out_and_a_colleague_does_not() -> None:
    case = told(4)
    refused(case, "b", DeclareInterest(person=A, reason="与客户有业务往来"), "not-for-others")
    case.do("leader", DeclareInterest(person=A, reason="与客户有业务往来"))
    assert case.complaint
    assert case.complaint.recused == (A,)


def test_an_interest_needs_a_reason_and_is_declared_once() -> None:
    case = told(4)
    refused(case, "b", DeclareInterest(reason="　"), "text-missing")
    case.do("b", DeclareInterest(reason=REASON))
    refused(case, "leader", DeclareInterest(person=B, reason=REASON), "kept-out-already")


def test_what_waits_for_the_signature_of_who_is_kept_out_goes_to_the_next_in_line() -> None:
    case = told(3)
    case.do("a", DeclareInterest(reason=REASON))
    assert case.complaint
    assert case.complaint.offer
    assert (case.complaint.offer.to, case.complaint.offer.signatories) == (B, (B, LEADER))
    case.do("b", SignFor())


def test_a_hand_over_to_one_who_is_kept_out_is_over() -> None:
    case = told(4)
    case.do("a", HandOver(to=B, reason="轮岗"))
    case.do("b", DeclareInterest(reason=REASON))
    assert case.complaint
    assert (case.complaint.offer, case.complaint.responsible, case.complaint.stage) == (None, A, Stage.SIGNED_FOR)


def test_a_dispatch_that_nobody_can_sign_any_more_is_accepted_again() -> None:
    case = told(3)
    for name in ("a", "b", "leader"):
        case.do(name, DeclareInterest(reason=REASON))
    assert case.complaint
    assert (case.complaint.offer, case.complaint.stage, case.complaint.sent_back) == (None, Stage.ACCEPTED, True)


def test_who_upheld_an_answer_does_not_review_it_again() -> None:
    case = told(8)
    case.do("supervisor", AskReview(reason="不认可", way="phone"))
    case.do("supervisor", AnswerReview(opinion="原答复正确。"))
    case.do("supervisor", AskReview(reason="仍不认可", way="phone"))
    refused(case, "supervisor", AnswerReview(opinion="原答复正确。"), "own-answer")
    case.do("union", AnswerReview(opinion="原答复正确。"))


def test_the_registrar_who_is_kept_out_before_the_dispatch_is_followed_by_the_leader() -> None:
    case = Told()
    case.do("agent", registration())
    case.do("agent", DeclareInterest(reason=REASON))
    assert case.complaint
    assert case.complaint.responsible == STAFF["supervisor"][0]
