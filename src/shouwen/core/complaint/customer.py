"""客户自己做的事: what a customer adds, corrects, withdraws and asks for, on the own page, by mail, or through a clerk (mission B5, D1).

`way` says how it came: one of `WAYS`. The portal and the mailbox act as the program (`Actor.system`), so that `by` is empty there;
a clerk who writes it down for the customer stands in `by`.
"""

from typing import ClassVar

import msgspec

from shouwen.core.complaint.merging import HearFromDuplicate
from shouwen.core.complaint.state import Code, Complaint, FreeText, Stage, WithdrawalWish
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, restarted, stop_clock

WAYS = {
    "portal": Text("客户自助页面", "the customer's page"),
    "mail": Text("电子邮件", "e-mail"),
    "phone": Text("电话", "phone"),
    "counter": Text("柜台", "counter"),
    "letter": Text("信件", "letter"),
    "api": Text("接口", "interface"),
}
OPEN = frozenset(stage for stage in Stage if stage.is_open)


def _require_way(way: str) -> None:
    if way not in WAYS:
        raise Refusal(
            "way-unknown",
            Text(
                f"来源方式无法识别，请选择：{'、'.join(each.zh for each in WAYS.values())}。",
                f"This way is not known. Choose one of: {', '.join(each.en for each in WAYS.values())}.",
            ),
            field="way",
        )


class AddStatement(Command, tag="add_statement", frozen=True, kw_only=True):
    """客户补充: more facts from the customer, for everyone who works on the complaint. Refused once it has ended."""

    action = Action.ADD
    stages = OPEN
    while_merged = True
    title: ClassVar[Text] = Text("客户补充", "Add what the customer says")

    text: FreeText
    way: Code

    def consequence(self, complaint: Complaint) -> tuple[str, Command] | None:
        """What is said under a duplicate's number is news to whoever handles the master."""
        if not complaint.merged_into:
            return None
        return complaint.merged_into, HearFromDuplicate(number=complaint.number)


class StatementAdded(Event, tag="statement_added", frozen=True):
    title: ClassVar[Text] = Text("客户补充", "The customer added")

    text: str
    way: str


@decides(AddStatement)
def decide_add_statement(complaint: Complaint, command: AddStatement, context: Context) -> list[Event]:
    _require_way(command.way)
    require_text(command.text, "text", Text("补充的内容", "What is added"))
    return [StatementAdded(at=context.now, by=context.actor.id, text=command.text.strip(), way=command.way)]


@evolves(StatementAdded)
def evolve_statement_added(complaint: Complaint, event: StatementAdded) -> Complaint:
    return changed(complaint, event, news_at=event.at)


class CorrectContact(Command, tag="correct_contact", frozen=True, kw_only=True):
    """更正联系方式: the customer's contact data change. The values go to the sealed record only.

    `fields` and `contact_given` are filled in by the one door: what has changed, and what is there afterwards.
    """

    action = Action.CORRECT
    while_merged = True
    title: ClassVar[Text] = Text("更正联系方式", "Correct the contact data")

    fields: tuple[Code, ...] = ()
    contact_given: tuple[Code, ...] = ()
    way: Code


class ContactCorrected(Event, tag="contact_corrected", frozen=True):
    """Says which data changed, never what they are."""

    title: ClassVar[Text] = Text("更正联系方式", "Contact data corrected")

    fields: tuple[str, ...]
    contact_given: tuple[str, ...]
    way: str


@decides(CorrectContact)
def decide_correct_contact(complaint: Complaint, command: CorrectContact, context: Context) -> list[Event]:
    _require_way(command.way)
    if not command.fields:
        raise Refusal(
            "nothing-corrected",
            Text(
                "联系方式没有变化。请修改需要更正的内容后再提交。",
                "Nothing has changed. Change what is wrong, then send it.",
            ),
        )
    return [
        ContactCorrected(
            at=context.now,
            by=context.actor.id,
            fields=command.fields,
            contact_given=command.contact_given,
            way=command.way,
        )
    ]


@evolves(ContactCorrected)
def evolve_contact_corrected(complaint: Complaint, event: ContactCorrected) -> Complaint:
    return changed(complaint, event, contact_given=event.contact_given, news_at=event.at)


class Withdraw(Command, tag="withdraw", frozen=True, kw_only=True):
    """撤诉: the customer takes the complaint back, in words of consent that are kept (mission B5).

    Ends the complaint, unless its class must be investigated all the same: then the wish is recorded and the work goes on. What
    staff wrote down waits, where the pack says so, until somebody else has made sure that nobody leaned on the customer
    (`withdrawing`).
    """

    action = Action.WITHDRAW
    stages = OPEN
    title: ClassVar[Text] = Text("撤诉", "Withdraw")

    consent: FreeText
    way: Code


class Withdrawn(Event, tag="withdrawn", frozen=True):
    title: ClassVar[Text] = Text("撤诉", "Withdrawn")

    consent: str
    way: str
    opinion: str = ""


class WithdrawalAsked(Event, tag="withdrawal_asked", frozen=True):
    title: ClassVar[Text] = Text("客户提出撤诉，待核实", "Withdrawal written down, to be checked")

    consent: str
    way: str


class WithdrawalNoted(Event, tag="withdrawal_noted", frozen=True):
    title: ClassVar[Text] = Text("客户提出撤诉，继续调查", "Withdrawal noted, the investigation goes on")

    consent: str
    way: str


@decides(Withdraw)
def decide_withdraw(complaint: Complaint, command: Withdraw, context: Context) -> list[Event]:
    _require_way(command.way)
    require_text(command.consent, "consent", Text("撤诉意愿", "The customer's consent"))
    goes_on = bool(complaint.class_) and context.policy.class_(complaint.class_).investigated_anyway
    if goes_on and complaint.withdrawal_noted_at is not None:
        raise Refusal(
            "withdrawal-noted-already",
            Text(
                "客户的撤诉意愿已经记录；这类投诉仍须调查，无需再次提交。",
                "The wish to withdraw is on record. This kind of complaint is investigated all the same.",
            ),
        )
    checked = context.policy.withdrawal.checked and context.actor.person is not None and not goes_on
    if checked and complaint.withdrawal_asked is not None:
        raise Refusal(
            "withdrawal-asked-already",
            Text(
                "撤诉意愿已记录，正等待其他人员向客户核实，无需再次提交。",
                "The wish to withdraw is on record and waits for somebody else to ask the customer.",
            ),
        )
    event: type[Withdrawn] | type[WithdrawalNoted] | type[WithdrawalAsked]
    event = WithdrawalNoted if goes_on else WithdrawalAsked if checked else Withdrawn
    return [event(at=context.now, by=context.actor.id, consent=command.consent.strip(), way=command.way)]


@evolves(WithdrawalAsked)
def evolve_withdrawal_asked(complaint: Complaint, event: WithdrawalAsked) -> Complaint:
    wish = WithdrawalWish(event.consent, event.way, event.by or 0, event.at)
    return changed(complaint, event, withdrawal_asked=wish)


@evolves(Withdrawn)
def evolve_withdrawn(complaint: Complaint, event: Withdrawn) -> Complaint:
    clocks = complaint.clocks
    for clock in complaint.clocks:
        if clock.kind != "supervision":  # the superior waits for the answer all the same, until it takes the slip back
            clocks = stop_clock(clocks, clock.kind, event.at)
    return changed(
        complaint,
        event,
        stage=Stage.WITHDRAWN,
        ended_at=event.at,
        clocks=clocks,
        offer=None,
        review_asked_at=None,
        news_at=None,
        sent_back=False,
        withdrawal_asked=None,
    )


@evolves(WithdrawalNoted)
def evolve_withdrawal_noted(complaint: Complaint, event: WithdrawalNoted) -> Complaint:
    return changed(complaint, event, withdrawal_noted_at=event.at, news_at=event.at)


class AskReview(Command, tag="ask_review", frozen=True, kw_only=True):
    """申请核查: the customer does not accept the answer and asks the superior to look at it (mission B4). Once at a time."""

    action = Action.ASK_REVIEW
    stages = frozenset({Stage.REPLIED, Stage.CLOSED, Stage.ARCHIVED})
    title: ClassVar[Text] = Text("申请核查", "Ask for a review")

    reason: FreeText
    way: Code


class ReviewAsked(Event, tag="review_asked", frozen=True):
    title: ClassVar[Text] = Text("客户申请核查", "The customer asks for a review")

    reason: str
    way: str
    clocks: tuple[Clock, ...] = ()


@decides(AskReview)
def decide_ask_review(complaint: Complaint, command: AskReview, context: Context) -> list[Event]:
    _require_way(command.way)
    require_text(command.reason, "reason", Text("申请核查的理由", "Reason for the review"))
    if complaint.replied_at is None:
        raise Refusal(
            "nothing-to-review",
            Text("这件投诉还没有答复，暂不能申请核查。", "There is no answer yet that could be reviewed."),
        )
    if complaint.review_asked_at is not None:
        raise Refusal(
            "review-asked-already",
            Text(
                "已收到您的核查申请，正在处理，无需重复提交；如有新的情况，请补充说明。",
                "Your request for a review is being dealt with; there is no need to send it again.",
            ),
        )
    return [
        ReviewAsked(
            at=context.now,
            by=context.actor.id,
            reason=command.reason.strip(),
            way=command.way,
            clocks=context.step_clock("review"),
        )
    ]


@evolves(ReviewAsked)
def evolve_review_asked(complaint: Complaint, event: ReviewAsked) -> Complaint:
    clocks = restarted(complaint.clocks, event.clocks)
    return changed(complaint, event, review_asked_at=event.at, news_at=event.at, clocks=clocks)


class AnswerReview(Command, tag="answer_review", frozen=True):
    """核查结论: the supervisor upholds the answer, with the reason. Who finds it wrong reopens the complaint instead."""

    action = Action.REVIEW
    stages = frozenset({Stage.REPLIED, Stage.CLOSED, Stage.ARCHIVED})
    title: ClassVar[Text] = Text("核查结论：维持原答复", "Review: uphold the answer")

    opinion: FreeText


class ReviewAnswered(Event, tag="review_answered", frozen=True):
    title: ClassVar[Text] = Text("核查结论：维持原答复", "Review: the answer is upheld")

    opinion: str
    reviewer: int | None = None


@decides(AnswerReview)
def decide_answer_review(complaint: Complaint, command: AnswerReview, context: Context) -> list[Event]:
    if complaint.review_asked_at is None:
        raise Refusal(
            "no-review-asked",
            Text("客户没有待答复的核查申请。", "The customer has asked for no review that is still open."),
        )
    if not who_answered(complaint).isdisjoint(context.actor.stands_for):
        raise Refusal(
            "own-answer",
            Text(
                "调查、拟写、复核、签批过原答复或已核查过一次的人不能核查，请由其他人或上级行核查。",
                "Who investigated, wrote, checked, signed or once reviewed the answer cannot review it. Ask somebody else, or the superior.",
            ),
        )
    require_text(command.opinion, "opinion", Text("核查意见", "Opinion"))
    opinion = command.opinion.strip()
    return [ReviewAnswered(at=context.now, by=context.actor.id, opinion=opinion, reviewer=context.actor.id)]


def who_answered(complaint: Complaint) -> frozenset[int]:
    """原答复的经手人: who had a part in the answer, or has upheld it before."""
    draft, found = complaint.draft, complaint.findings
    passed_by = (complaint.checked_by, complaint.signed_by)
    parts = (*(draft.writers if draft else ()), *passed_by, found and found.by, *complaint.reviewers)
    return frozenset(person for person in parts if person)


@evolves(ReviewAnswered)
def evolve_review_answered(complaint: Complaint, event: ReviewAnswered) -> Complaint:
    clocks = stop_clock(complaint.clocks, "review", event.at)
    reviewers = (*complaint.reviewers, event.reviewer) if event.reviewer else complaint.reviewers
    return changed(complaint, event, review_asked_at=None, news_at=None, clocks=clocks, reviewers=reviewers)


class NoteMessage(Command, tag="note_message", frozen=True, kw_only=True):
    """发送记录: the customer was sent a message. Only the program says so (mission D1: everything the customer gets is on the record).

    `what` is the template, `way` the adapter, `text` the words without the tracking code; `again` when it may be a second copy.
    """

    action = Action.PROGRAM
    while_merged = True
    title: ClassVar[Text] = Text("通知客户", "Message to the customer")

    what: Code
    way: Code
    text: FreeText = ""
    again: bool = False


class MessageSent(Event, tag="message_sent", frozen=True):
    title: ClassVar[Text] = Text("已通知客户", "The customer was told")

    what: str
    way: str
    text: str
    again: bool


@decides(NoteMessage)
def decide_note_message(complaint: Complaint, command: NoteMessage, context: Context) -> list[Event]:
    return [
        MessageSent(
            at=context.now, by=None, what=command.what, way=command.way, text=command.text.strip(), again=command.again
        )
    ]


@evolves(MessageSent)
def evolve_message_sent(complaint: Complaint, event: MessageSent) -> Complaint:
    return changed(complaint, event)


FROM_THE_CUSTOMER: tuple[type[msgspec.Struct], ...] = (
    StatementAdded,
    ContactCorrected,
    Withdrawn,
    WithdrawalAsked,
    WithdrawalNoted,
    ReviewAsked,
)
"""Events that say what the customer did, whoever wrote it down."""
