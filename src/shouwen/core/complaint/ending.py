"""办结、归档、重新办理: how a complaint ends, and how it comes back."""

from typing import ClassVar

from shouwen.core.complaint.group import require_members_answered
from shouwen.core.complaint.media import require_leaders_told
from shouwen.core.complaint.state import Code, Complaint, FreeText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, restarted, stop_clock


class Close(Command, tag="close", frozen=True):
    """办结. Refused until the customer was asked whether the answer satisfies, while a hand-over is unsigned or a 督办单 unanswered.

    Of an economic dispute it says who won (mission E4); of any other complaint it must not.
    """

    action = Action.CLOSE
    stages = frozenset({Stage.REPLIED})
    title: ClassVar[Text] = Text("办结", "Close")

    summary: FreeText = ""
    dispute_outcome: Code = ""

    def names(self, complaint: Complaint | None) -> tuple[str, ...]:
        return complaint.members if complaint else ()


class Closed(Event, tag="closed", frozen=True):
    title: ClassVar[Text] = Text("办结", "Closed")

    summary: str
    dispute_outcome: str = ""


@decides(Close)
def decide_close(complaint: Complaint, command: Close, context: Context) -> list[Event]:
    if complaint.satisfaction is None:
        raise Refusal(
            "satisfaction-missing",
            Text(
                "办结前请先征询客户满意度；联系不上客户时，也请记录说明。",
                "Ask the customer about satisfaction before closing, or record why there is no answer.",
            ),
        )
    if context.policy.channel(complaint.channel).answers_body and complaint.superior_replied_at is None:
        raise Refusal(
            "superior-unanswered",
            Text(
                "办结前请先将办理结果回复转来单位。",
                "Answer the body that transferred the complaint before you close it.",
            ),
        )
    if complaint.offer is not None:
        raise Refusal(
            "offer-open",
            Text(
                "移交尚未签收，请先收回或等待签收后再办结。",
                "A hand-over is unsigned. Take it back or wait until it is signed for.",
            ),
        )
    if complaint.slip is not None and complaint.slip.is_unanswered:
        number = complaint.slip.number
        raise Refusal(
            "slip-unanswered",
            Text(
                f"督办单 {number} 尚未答复。请先由责任人答复督办单，或请督办方撤销，再办结。",
                f"Supervision slip {number} is not answered. The responsible person answers it first, or its issuer takes it back.",
            ),
        )
    _require_outcome(complaint, command, context)
    require_members_answered(complaint, context)
    require_leaders_told(complaint, context)
    return [
        Closed(
            at=context.now,
            by=context.actor.id,
            summary=command.summary.strip(),
            dispute_outcome=command.dispute_outcome,
        )
    ]


def _require_outcome(complaint: Complaint, command: Close, context: Context) -> None:
    """双赢: which of the four outcomes an economic dispute had."""
    if complaint.dispute is None and not command.dispute_outcome:
        return
    if complaint.dispute is None:
        raise Refusal(
            "no-dispute",
            Text(
                "这件投诉没有经济纠纷，无需填写纠纷结果。", "There is no economic dispute here. Leave its outcome out."
            ),
            field="dispute_outcome",
        )
    if not command.dispute_outcome:
        raise Refusal(
            "dispute-outcome-missing",
            Text(
                "这件投诉有经济纠纷，办结时请选择纠纷结果（双赢、我赢、你赢、双输）。",
                "This complaint is an economic dispute. Choose who won when you close it.",
            ),
            field="dispute_outcome",
        )
    context.policy.dispute_outcome(command.dispute_outcome)


@evolves(Closed)
def evolve_closed(complaint: Complaint, event: Closed) -> Complaint:
    return changed(
        complaint,
        event,
        stage=Stage.CLOSED,
        ended_at=event.at,
        dispute_outcome=event.dispute_outcome,
        withdrawal_asked=None,
    )


class Archive(Command, tag="archive", frozen=True):
    """归档: the record is complete and at rest."""

    action = Action.ARCHIVE
    stages = frozenset({Stage.CLOSED, Stage.DECLINED, Stage.WITHDRAWN})
    title: ClassVar[Text] = Text("归档", "Archive")


class Archived(Event, tag="archived", frozen=True):
    title: ClassVar[Text] = Text("归档", "Archived")


@decides(Archive)
def decide_archive(complaint: Complaint, command: Archive, context: Context) -> list[Event]:
    if complaint.review_asked_at is not None:
        raise Refusal(
            "review-open",
            Text(
                "客户已申请核查，请先给出核查结论或重新办理，再归档。",
                "The customer asked for a review. Answer it or reopen the complaint before it is archived.",
            ),
        )
    if complaint.slip is not None:
        number = complaint.slip.number
        raise Refusal(
            "slip-open",
            Text(
                f"督办单 {number} 尚未了结，请先答复，并由督办方认可或撤销，再归档。",
                f"Supervision slip {number} is still open. Answer it and have its issuer accept the answer, or take it back.",
            ),
        )
    return [Archived(at=context.now, by=context.actor.id)]


@evolves(Archived)
def evolve_archived(complaint: Complaint, event: Archived) -> Complaint:
    return changed(complaint, event, stage=Stage.ARCHIVED, ended_as=complaint.stage)


class Reopen(Command, tag="reopen", frozen=True):
    """重新办理: the answer did not hold. Back to investigating, with a new reply clock that starts now.

    What is archived comes back only when the customer has asked for a review.
    """

    action = Action.REOPEN
    stages = frozenset({Stage.REPLIED, Stage.CLOSED, Stage.ARCHIVED})
    title: ClassVar[Text] = Text("重新办理", "Reopen")

    reason: FreeText


class Reopened(Event, tag="reopened", frozen=True):
    title: ClassVar[Text] = Text("重新办理", "Reopened")

    reason: str
    reply_by: Clock
    clocks: tuple[Clock, ...] = ()


@decides(Reopen)
def decide_reopen(complaint: Complaint, command: Reopen, context: Context) -> list[Event]:
    require_text(command.reason, "reason", Text("重新办理的理由", "Reason for reopening"))
    if complaint.stage is Stage.ARCHIVED and complaint.review_asked_at is None:
        raise Refusal(
            "archived",
            Text(
                "投诉已归档。客户有新的投诉时请另行登记并关联；客户申请核查后才能重新办理。",
                "The complaint is archived. Register a new one and link it; it is reopened only when the customer asks for a review.",
            ),
        )
    if not complaint.class_:
        raise Refusal(
            "class-missing",
            Text(
                "这件迁入的投诉没有分类，不能重新办理，请登记新投诉并关联。",
                "This carried-over complaint has no class. Register a new one and link it.",
            ),
        )
    limit = context.policy.limit_for(complaint.class_)
    return [
        Reopened(
            at=context.now,
            by=context.actor.id,
            reason=command.reason.strip(),
            reply_by=context.clock("reply", limit.code, context.now),
            clocks=context.step_clock("investigate"),
        )
    ]


@evolves(Reopened)
def evolve_reopened(complaint: Complaint, event: Reopened) -> Complaint:
    clocks = stop_clock(complaint.clocks, "review", event.at)
    return changed(
        complaint,
        event,
        stage=Stage.INVESTIGATING,
        clocks=restarted(clocks, (event.reply_by, *event.clocks)),
        satisfaction=None,
        ended_at=None,
        review_asked_at=None,
        superior_replied_at=None,
        news_at=None,
        dispute_outcome="",
        reopened=complaint.reopened + 1,
    )
