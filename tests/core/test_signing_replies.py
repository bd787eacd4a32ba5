"""签批: what the rules reserve goes out only after the first responsible person has signed it (mission C6)."""

from typing import Any

import msgspec
import pytest

from shouwen.core.complaint import Command, Stage
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, Reply, ReplyChecked
from shouwen.core.complaint.customer import who_answered
from shouwen.core.complaint.ending import Reopen
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.complaint.signing import ReplySigned, SignReply, awaits_signature
from shouwen.core.complaint.state import HandledBefore
from shouwen.core.duties import Action, Duty, may
from shouwen.core.people import Actor, Post
from shouwen.core.policy_terms import SignatureRule
from shouwen.core.refusal import Refusal
from tests.core import bank
from tests.core.bank import (
    BRANCH,
    DRAFT,
    HEAD,
    HOTLINE,
    INVESTIGATE,
    OUTLET,
    PEOPLE,
    POLICY,
    Told,
    actor,
    came_to,
    deputy,
    registration,
)

BODY = {"body": "人民银行", "document_number": "银消诉〔2026〕18号", "reply_by": "2026-03-20"}
REFUSED = SignReply(passed=False, opinion="措辞须更诚恳")


def leader_of(unit: int) -> Actor:
    return Actor(person=msgspec.structs.replace(PEOPLE[9], id=90, unit_id=unit), posts=(Post(Duty.LEADER, unit, unit),))


def checked(checker: str = "b", **registered: Any) -> Told:
    """A complaint of which the media report, with its reply checked."""
    media = {"channel": "media", "channel_facts": {"outlet": "城市在线"}, "contact_given": ("name", "phone")}
    case = Told()
    case.do("supervisor", registration(**{**media, **registered}))
    for who, command in (
        ("supervisor", Accept()),
        ("supervisor", Dispatch(unit=OUTLET)),
        ("a", SignFor()),
        ("a", INVESTIGATE),
        ("a", DRAFT),
        (checker, CheckReply(passed=True)),
    ):
        case.do(who, command)
    return case


def refused(case: Told, who: str | Actor, command: Command) -> Refusal:
    with pytest.raises(Refusal) as caught:
        case.do(who, command)
    return caught.value


def reserving(monkeypatch: pytest.MonkeyPatch, **rule: tuple[str, ...]) -> None:
    monkeypatch.setattr(bank, "POLICY", msgspec.structs.replace(POLICY, signature=SignatureRule(**rule)))


def test_a_reserved_reply_is_not_sent_before_it_is_signed_and_the_refusal_says_who_signs() -> None:
    refusal = refused(checked(), "a", Reply(method="phone"))
    assert refusal.rule == "signature-missing"
    assert "人民路分理处的第一责任人" in refusal.message.zh
    assert "first responsible person of 人民路分理处" in refusal.message.en


def test_the_transferring_body_gets_no_unsigned_answer_either(monkeypatch: pytest.MonkeyPatch) -> None:
    reserving(monkeypatch, channels=("transfer",))
    case = checked(channel="transfer", channel_facts=BODY)
    assert refused(case, "a", AnswerSuperior()).rule == "signature-missing"
    case.do("leader", SignReply(passed=True))
    case.do("a", AnswerSuperior())


def test_what_the_leader_has_signed_goes_out() -> None:
    case = checked()
    case.do("leader", SignReply(passed=True, opinion="同意"))
    assert case.complaint
    assert case.complaint.signed_by == PEOPLE[7].id
    case.do("a", Reply(method="phone"))
    assert case.complaint.stage is Stage.REPLIED


def test_a_refused_signature_sends_the_reply_back_as_a_refused_check_does(monkeypatch: pytest.MonkeyPatch) -> None:
    step = msgspec.structs.replace(POLICY.time_limit("sign"), code="investigate")
    limits = (*POLICY.time_limits, step)
    monkeypatch.setattr(bank, "POLICY", msgspec.structs.replace(POLICY, time_limits=limits))
    case, returned = checked(), came_to(CheckReply)
    case.do("leader", REFUSED)
    returned.do("b", CheckReply(passed=False, opinion="措辞须更诚恳"))
    assert case.complaint
    assert returned.complaint
    assert (case.complaint.stage, case.complaint.sent_back) == (Stage.INVESTIGATING, True)
    for told in (case.complaint, returned.complaint):
        running = {clock.kind for clock in told.clocks if clock.stopped is None}
        assert running == {"investigate", "reply"}
        assert told.checked_by is None


def test_a_reply_is_not_refused_the_signature_without_a_reason() -> None:
    assert refused(checked(), "leader", SignReply(passed=False, opinion="　")).rule == "text-missing"


def test_the_check_of_who_may_sign_is_the_signature() -> None:
    case = checked("leader")
    assert [type(event) for event in case.events[-2:]] == [ReplyChecked, ReplySigned]
    case.do("a", Reply(method="phone"))


def test_the_check_of_who_may_not_sign_is_none() -> None:
    case = checked("b")
    assert isinstance(case.events[-1], ReplyChecked)
    assert case.complaint
    assert awaits_signature(case.complaint, POLICY)


def test_nobody_signs_twice() -> None:
    assert refused(checked("leader"), "leader", SignReply(passed=True)).rule == "signed-already"


def test_nothing_is_signed_before_it_is_checked() -> None:
    case = Told(came_to(CheckReply).complaint)
    assert refused(case, "leader", SignReply(passed=True)).rule == "wrong-stage"


def test_where_nothing_is_reserved_nothing_is_signed_and_the_reply_goes_out() -> None:
    case = came_to(Reply)
    assert refused(case, "leader", SignReply(passed=True)).rule == "nothing-reserved"
    case.do("a", Reply(method="phone"))


@pytest.mark.parametrize("who", ["a", "b", "agent", "union", "stranger", "auditor", "supervisor"])
def test_neither_a_colleague_nor_a_leader_beside_signs(who: str) -> None:
    assert refused(checked(), who, SignReply(passed=True)).rule == "not-your-duty"


def test_the_leader_of_a_unit_that_only_received_it_does_not_sign() -> None:
    """The supervisor leads the hotline, which registered the complaint and passed it on."""
    case = checked()
    assert case.complaint
    assert case.complaint.receiving_unit == HOTLINE
    assert not may(actor("supervisor"), Action.SIGN_REPLY, case.complaint)


@pytest.mark.parametrize("unit", [BRANCH, HEAD])
def test_a_leader_above_signs(unit: int) -> None:
    case = checked()
    case.do(leader_of(unit), SignReply(passed=True))
    assert case.complaint
    assert case.complaint.signed_by == 90


def test_a_leader_who_handled_the_first_complaint_does_not_sign_the_repeat() -> None:
    case = checked()
    assert case.complaint
    first = HandledBefore(number="TS2025-00000009", people=(7,))
    case.complaint = msgspec.structs.replace(case.complaint, handled_before=(first,))
    assert refused(case, "leader", SignReply(passed=True)).rule == "handled-the-first"


def test_a_deputy_signs_on_behalf_of_the_leader() -> None:
    [event] = checked().do(deputy("stranger", "leader"), SignReply(passed=True))
    assert event.on_behalf_of == PEOPLE[7].id


def test_the_leader_signs_the_own_draft_that_another_has_checked() -> None:
    case = checked()
    assert case.complaint
    assert case.complaint.draft
    own = msgspec.structs.replace(case.complaint.draft, by=PEOPLE[7].id)
    case.complaint = msgspec.structs.replace(case.complaint, draft=own)
    case.do("leader", SignReply(passed=True))


def test_a_new_draft_needs_a_new_signature() -> None:
    case = checked("leader")
    case.do("a", Reply(method="phone"))
    case.do("supervisor", Reopen(reason="客户不认可"))
    case.do("a", INVESTIGATE)
    case.do("a", DRAFT)
    case.do("b", CheckReply(passed=True))
    assert refused(case, "a", Reply(method="phone")).rule == "signature-missing"


def test_a_class_is_reserved_through_the_one_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    below = next(class_ for class_ in POLICY.given_classes if class_.parent)
    reserving(monkeypatch, classes=(str(below.parent),))
    case = checked(channel="hotline", channel_facts={}, class_=below.code)
    assert refused(case, "a", Reply(method="phone")).rule == "signature-missing"


def test_a_class_that_is_not_named_is_not_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    reserving(monkeypatch, classes=("product",))
    checked(class_="attitude").do("a", Reply(method="phone"))


def test_what_the_discipline_inspection_alone_reads_waits_for_no_leader_who_cannot_see_it() -> None:
    case = checked()
    assert case.complaint
    assert not awaits_signature(msgspec.structs.replace(case.complaint, secret=True), POLICY)


def test_who_signed_does_not_review_the_answer() -> None:
    case = checked()
    case.do("leader", SignReply(passed=True))
    assert case.complaint
    assert PEOPLE[7].id in who_answered(case.complaint)


def test_the_writer_does_not_sign_the_own_draft_by_a_lent_post() -> None:
    case = checked()
    assert refused(case, deputy("a", "leader"), SignReply(passed=True)).rule == "own-draft"
    case.do(deputy("stranger", "leader"), SignReply(passed=True))
    assert case.complaint is not None
    assert case.complaint.signed_at
