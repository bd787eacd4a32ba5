"""签批: what the rules reserve goes out only after the first responsible person has signed it (mission C6)."""

from typing import ClassVar

from shouwen.core.complaint.state import Complaint, FreeText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action, may
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, restarted


def is_reserved(complaint: Complaint, policy: Policy) -> bool:
    """Whether the pack reserves the reply. What the discipline inspection alone reads never is: the leaders of units do not see it."""
    return not complaint.secret and policy.needs_signature(complaint.channel, complaint.class_)


def awaits_signature(complaint: Complaint, policy: Policy) -> bool:
    """待签批: the reply is checked and reserved, and nobody has signed it."""
    return complaint.stage is Stage.CHECKED and complaint.signed_at is None and is_reserved(complaint, policy)


def require_signed(complaint: Complaint, context: Context) -> None:
    """No reserved reply goes out unsigned, neither to the customer nor to the body that transferred the complaint."""
    if not awaits_signature(complaint, context.policy):
        return
    unit = context.organisation.unit(complaint.handling_unit)
    place = unit.name if unit else ""
    raise Refusal(
        "signature-missing",
        Text(
            f"规则规定这份回复须先经第一责任人签批。请{place}的第一责任人或上级机构的第一责任人签批后再回复。",
            f"The rules reserve this reply. Ask the first responsible person of {place}, or of a unit above it, to sign it first.",
        ),
    )


class SignReply(Command, tag="sign_reply", frozen=True):
    """签批: the first responsible person of the handling unit, or of one above it, signs the checked reply or returns it with the reason.

    Refused where the pack reserves nothing for this complaint, where the reply is signed already, and to a writer who may only as a deputy.
    """

    action = Action.SIGN_REPLY
    stages = frozenset({Stage.CHECKED})
    title: ClassVar[Text] = Text("签批", "Sign the reply")

    passed: bool
    opinion: FreeText = ""


class ReplySigned(Event, tag="reply_signed", frozen=True):
    title: ClassVar[Text] = Text("签批同意", "Reply signed")

    opinion: str


class SignatureRefused(Event, tag="signature_refused", frozen=True):
    title: ClassVar[Text] = Text("签批退回", "Reply returned unsigned")

    opinion: str
    clocks: tuple[Clock, ...] = ()


@decides(SignReply)
def decide_sign_reply(complaint: Complaint, command: SignReply, context: Context) -> list[Event]:
    if not is_reserved(complaint, context.policy):
        raise Refusal(
            "nothing-reserved",
            Text(
                "规则没有规定这件投诉的回复须经签批，请责任人直接回复客户。",
                "The rules do not reserve this reply. The responsible person can reply to the customer.",
            ),
        )
    if complaint.signed_at is not None:
        raise Refusal(
            "signed-already",
            Text(
                "这份回复已经签批，无需重复，请责任人回复客户。",
                "This reply is signed already. The responsible person can reply to the customer.",
            ),
        )
    if command.passed:
        _require_not_by_a_lent_post_alone(complaint, context)
        return [signed(context, command.opinion)]
    require_text(command.opinion, "opinion", Text("退回意见", "Reason for returning it"))
    return [
        SignatureRefused(
            at=context.now,
            by=context.actor.id,
            opinion=command.opinion.strip(),
            clocks=context.step_clock("investigate"),
        )
    ]


def _require_not_by_a_lent_post_alone(complaint: Complaint, context: Context) -> None:
    """A leader may sign what the leader wrote; whoever else wrote it does not become the signer of the own words by a lent post."""
    draft, actor = complaint.draft, context.actor
    if draft is None or actor.id not in draft.writers:
        return
    if not may(actor.without(actor.deputy_of), Action.SIGN_REPLY, complaint):
        raise Refusal(
            "own-draft",
            Text(
                "拟稿人不能以代理身份签批自己的回复稿，请由第一责任人本人或上级机构的第一责任人签批。",
                "The writer cannot sign the own draft as a deputy. Ask the first responsible person, or the one of a unit above, to sign.",
            ),
        )


def signed(context: Context, opinion: str) -> ReplySigned:
    return ReplySigned(at=context.now, by=context.actor.id, opinion=opinion.strip())


@evolves(ReplySigned)
def evolve_reply_signed(complaint: Complaint, event: ReplySigned) -> Complaint:
    return changed(complaint, event, signed_by=event.by, signed_at=event.at)


@evolves(SignatureRefused)
def evolve_signature_refused(complaint: Complaint, event: SignatureRefused) -> Complaint:
    clocks = restarted(complaint.clocks, event.clocks)
    return changed(
        complaint, event, stage=Stage.INVESTIGATING, checked_by=None, checked_at=None, sent_back=True, clocks=clocks
    )
