"""督办: a superior asks the handling unit, by a numbered slip, to act and to answer with the six elements (mission A8, C1, C2)."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from shouwen.core.complaint.clocks import OPEN
from shouwen.core.complaint.state import Code, Complaint, FreeText, NoteText, SlipState, Stage, SupervisionSlip
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action, levels_of_issuing
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.reply import SixElements, require_complete
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, given_clock, restarted, stop_clock

KIND = "supervision"
ANY_STAGE = frozenset(Stage)


class IssueSlip(Command, tag="issue_slip", frozen=True, kw_only=True):
    """签发督办单 to the unit whose move it is: what is asked, and by when.

    `due` is an ISO day of the bank's zone, earlier than the pack's limit `supervision`; empty: the pack's limit. Refused: a second
    slip while one is open, nothing asked, a day that has passed or is later than the pack's, by the responsible person.
    """

    action = Action.SUPERVISE
    stages = OPEN
    title: ClassVar[Text] = Text("签发督办单", "Issue a supervision slip")

    asks: FreeText
    due: Code = ""


class SlipIssued(Event, tag="slip_issued", frozen=True):
    title: ClassVar[Text] = Text("签发督办单", "Supervision slip issued")

    number: str
    unit: int
    issuers: tuple[int, ...]
    asks: str
    clock: Clock


@decides(IssueSlip)
def decide_issue_slip(complaint: Complaint, command: IssueSlip, context: Context) -> list[Event]:
    if complaint.slip is not None:
        raise Refusal(
            "slip-open",
            Text(
                f"督办单 {complaint.slip.number} 尚未了结，请先审核答复或撤销，再签发新的督办单。",
                f"Supervision slip {complaint.slip.number} is still open. Look at its answer or take it back before you issue another.",
            ),
        )
    if complaint.responsible in context.actor.stands_for:
        raise Refusal(
            "own-work",
            Text(
                "您是这件投诉的责任人，不能督办自己。请由其他人或上级签发。",
                "You are the responsible person. Somebody else, or the superior, issues the slip.",
            ),
        )
    require_text(command.asks, "asks", Text("督办要求", "What is asked"))
    offer = complaint.offer
    unit = offer.unit if offer is not None and offer.dispatched else complaint.handling_unit
    return [
        SlipIssued(
            at=context.now,
            by=context.actor.id,
            number=f"{complaint.number}-D{len(complaint.supervision) + 1}",
            unit=unit,
            issuers=_issuers(unit, context),
            asks=command.asks.strip(),
            clock=_clock(command.due, context),
        )
    ]


def _issuers(unit_id: int, context: Context) -> tuple[int, ...]:
    """From the head office down to the highest institution that the issuer speaks for."""
    unit = context.organisation.unit(unit_id)
    line = unit.line if unit else ()
    own = levels_of_issuing(context.actor, line)
    return line[: line.index(own[0]) + 1] if own else line


def require_issuers_side(slip: SupervisionSlip, complaint: Complaint, actor: Actor) -> None:
    """Refuse who is below the issuer's level, and the responsible person."""
    if not actor.stands_for.isdisjoint({slip.answered_by or 0, complaint.responsible or 0}):
        raise Refusal(
            "own-work",
            Text(
                "答复人和责任人不能审核或撤销督办自己的督办单，请由督办方其他人办理。",
                "Who answered or is responsible neither judges the answer nor takes the slip back. Somebody else of the issuer's side does.",
            ),
        )
    if not actor.system and not levels_of_issuing(actor, slip.issuers):
        raise Refusal(
            "not-the-issuers-side",
            Text(
                f"督办单 {slip.number} 由上级签发，请由签发机构或其上级审核、撤销。",
                f"Supervision slip {slip.number} comes from a higher level. The institution that issued it, or one above, decides.",
            ),
        )


def _clock(due: str, context: Context) -> Clock:
    """The clock by the pack's limit, or to an earlier day. A pack without the limit needs a day."""
    rule = context.policy.limit_if_any(KIND)
    by_pack = context.clock(KIND, KIND, context.now) if rule else None
    if not due.strip():
        if by_pack is None:
            raise Refusal(
                "slip-day-missing",
                Text(
                    "这件投诉所用的规则包没有督办单时限，请指定答复期限。",
                    "The policy pack of this complaint has no limit for supervision slips. Say by which day it is to be answered.",
                ),
                field="due",
            )
        return by_pack
    day, title = _day(due.strip()), Text("督办单答复期限", "Answer to the supervision slip")
    given = given_clock(KIND, title, day.isoformat(), context.now, context.calendar.zone, context.policy.business_hours)
    if given.limit.at <= context.now:
        raise Refusal(
            "slip-day-passed",
            Text("答复期限已过，请改为今后的日期。", "That day has passed. Choose a later one."),
            field="due",
        )
    if by_pack is not None and given.limit.at > by_pack.limit.at:
        latest = context.calendar.local_date(by_pack.limit.at)
        raise Refusal(
            "slip-day-too-late",
            Text(
                f"答复期限不能晚于规则包的时限（{latest:%Y-%m-%d}），请改为更早的日期，或留空。",
                f"By the policy pack the answer is due on {latest:%Y-%m-%d} at the latest. Choose an earlier day, or leave it empty.",
            ),
            field="due",
        )
    return context.with_marks(given)


def _day(due: str) -> date:
    try:
        return date.fromisoformat(due)
    except ValueError as error:
        raise Refusal(
            "slip-day-unreadable",
            Text("答复期限不是有效的日期，请重新选择。", "This is not a day of the calendar. Choose it again."),
            field="due",
        ) from error


@evolves(SlipIssued)
def evolve_slip_issued(complaint: Complaint, event: SlipIssued) -> Complaint:
    slip = SupervisionSlip(
        number=event.number,
        unit=event.unit,
        issuers=event.issuers,
        asks=event.asks,
        by=event.by,
        at=event.at,
        due_at=event.clock.limit.at,
    )
    return changed(
        complaint,
        event,
        supervision=(*complaint.supervision, slip),
        clocks=restarted(complaint.clocks, (event.clock,)),
    )


class AnswerSlip(Command, tag="answer_slip", frozen=True, kw_only=True):
    """答复督办单 with the six elements, by the responsible person. Refused: no slip that waits, an element missing (it says which).

    What was dispatched is signed for first: then the unit that was asked is the one that answers.
    """

    action = Action.ANSWER_SLIP
    stages = ANY_STAGE - {Stage.DISPATCHED}
    title: ClassVar[Text] = Text("答复督办单", "Answer the supervision slip")

    facts: FreeText
    responsibility: FreeText
    lesson: FreeText
    measure: FreeText
    satisfaction: Code
    satisfaction_remark: FreeText = ""
    handled_at: datetime | None
    handler: FreeText
    phone: Code


class SlipAnswered(Event, tag="slip_answered", frozen=True):
    title: ClassVar[Text] = Text("答复督办单", "Supervision slip answered")

    number: str
    elements: SixElements


@decides(AnswerSlip)
def decide_answer_slip(complaint: Complaint, command: AnswerSlip, context: Context) -> list[Event]:
    slip = complaint.slip
    if slip is None or not slip.is_unanswered:
        raise Refusal(
            "no-slip-waits",
            Text(
                "没有待答复的督办单；已提交的答复正由督办方审核，或督办单已了结。",
                "No supervision slip waits for an answer: it was answered and is being looked at, or it is over.",
            ),
        )
    elements = SixElements(
        facts=command.facts.strip(),
        responsibility=command.responsibility.strip(),
        lesson=command.lesson.strip(),
        measure=command.measure.strip(),
        satisfaction=command.satisfaction,
        satisfaction_remark=command.satisfaction_remark.strip(),
        handled_at=command.handled_at,
        handler=command.handler.strip(),
        phone=command.phone.strip(),
    )
    liability = complaint.findings.liability if complaint.findings else None
    require_complete(elements, context.policy, liability=liability, now=context.now)
    return [SlipAnswered(at=context.now, by=context.actor.id, number=slip.number, elements=elements)]


@evolves(SlipAnswered)
def evolve_slip_answered(complaint: Complaint, event: SlipAnswered) -> Complaint:
    clocks = stop_clock(complaint.clocks, KIND, event.at)
    clock = next(each for each in clocks if each.kind == KIND)
    return _with_slip(
        complaint,
        event,
        clocks,
        state=SlipState.ANSWERED,
        elements=event.elements,
        answered_by=event.by,
        answered_at=event.at,
        due_at=clock.limit.at,
        late=clock.kept is False,
    )


def _with_slip(complaint: Complaint, event: Event, clocks: tuple[Clock, ...], **changes: object) -> Complaint:
    """The complaint one event later, with the open slip changed."""
    slips = tuple(msgspec.structs.replace(slip, **changes) if slip.is_open else slip for slip in complaint.supervision)
    return changed(complaint, event, supervision=slips, clocks=clocks)


def _answered(complaint: Complaint, context: Context) -> SupervisionSlip:
    """The slip whose answer is to be looked at, by somebody who did not write it."""
    slip = complaint.slip
    if slip is None or slip.state is not SlipState.ANSWERED:
        raise Refusal(
            "no-answer-waits",
            Text(
                "没有待审核的督办答复；请等待责任人答复。",
                "No answer waits to be looked at. Wait until the responsible person has answered.",
            ),
        )
    require_issuers_side(slip, complaint, context.actor)
    return slip


class ReturnSlip(Command, tag="return_slip", frozen=True, kw_only=True):
    """退回答复 with the reason: the unit answers again, within the pack's limit from now or by the earlier day `due`."""

    action = Action.SUPERVISE
    stages = ANY_STAGE
    title: ClassVar[Text] = Text("退回督办答复", "Send the slip's answer back")

    reason: NoteText
    due: Code = ""


class SlipReturned(Event, tag="slip_returned", frozen=True):
    title: ClassVar[Text] = Text("退回督办答复", "Answer to the slip sent back")

    number: str
    reason: str
    clock: Clock


@decides(ReturnSlip)
def decide_return_slip(complaint: Complaint, command: ReturnSlip, context: Context) -> list[Event]:
    slip = _answered(complaint, context)
    require_text(command.reason, "reason", Text("退回的理由", "Why it is sent back"))
    return [
        SlipReturned(
            at=context.now,
            by=context.actor.id,
            number=slip.number,
            reason=command.reason.strip(),
            clock=_clock(command.due, context),
        )
    ]


@evolves(SlipReturned)
def evolve_slip_returned(complaint: Complaint, event: SlipReturned) -> Complaint:
    return _with_slip(
        complaint,
        event,
        restarted(complaint.clocks, (event.clock,)),
        state=SlipState.RETURNED,
        due_at=event.clock.limit.at,
        remark=event.reason,
        decided_by=event.by,
        decided_at=event.at,
        returns=complaint.slip.returns + 1 if complaint.slip else 1,
    )


class AcceptAnswer(Command, tag="accept_answer", frozen=True):
    """认可答复: the slip is over. Never by who answered it."""

    action = Action.SUPERVISE
    stages = ANY_STAGE
    title: ClassVar[Text] = Text("认可督办答复", "Accept the slip's answer")

    remark: NoteText = ""


class AnswerAccepted(Event, tag="answer_accepted", frozen=True):
    title: ClassVar[Text] = Text("认可督办答复", "Answer to the slip accepted")

    number: str
    remark: str


@decides(AcceptAnswer)
def decide_accept_answer(complaint: Complaint, command: AcceptAnswer, context: Context) -> list[Event]:
    slip = _answered(complaint, context)
    return [
        AnswerAccepted(at=context.now, by=context.actor.id, number=slip.number, remark=command.remark.strip()),
    ]


@evolves(AnswerAccepted)
def evolve_answer_accepted(complaint: Complaint, event: AnswerAccepted) -> Complaint:
    return _with_slip(
        complaint,
        event,
        complaint.clocks,
        state=SlipState.ACCEPTED,
        remark=event.remark,
        decided_by=event.by,
        decided_at=event.at,
    )


class WithdrawSlip(Command, tag="withdraw_slip", frozen=True):
    """撤销督办单 with the reason: nothing has to be answered any more. The number is not given again."""

    action = Action.SUPERVISE
    stages = ANY_STAGE
    title: ClassVar[Text] = Text("撤销督办单", "Take the supervision slip back")

    reason: NoteText


class SlipWithdrawn(Event, tag="slip_withdrawn", frozen=True):
    title: ClassVar[Text] = Text("撤销督办单", "Supervision slip taken back")

    number: str
    reason: str


@decides(WithdrawSlip)
def decide_withdraw_slip(complaint: Complaint, command: WithdrawSlip, context: Context) -> list[Event]:
    slip = complaint.slip
    if slip is None:
        raise Refusal(
            "no-slip-open",
            Text("没有未了结的督办单，无需撤销。", "No supervision slip is open, so none has to be taken back."),
        )
    require_issuers_side(slip, complaint, context.actor)
    require_text(command.reason, "reason", Text("撤销的理由", "Why it is taken back"))
    return [
        SlipWithdrawn(at=context.now, by=context.actor.id, number=slip.number, reason=command.reason.strip()),
    ]


@evolves(SlipWithdrawn)
def evolve_slip_withdrawn(complaint: Complaint, event: SlipWithdrawn) -> Complaint:
    return _with_slip(
        complaint,
        event,
        stop_clock(complaint.clocks, KIND, event.at),
        state=SlipState.WITHDRAWN,
        remark=event.reason,
        decided_by=event.by,
        decided_at=event.at,
    )
