"""转办、签收、退回、移交: how a complaint gets to whom, without ever being ownerless (mission A9, C7)."""

from typing import ClassVar

import msgspec

from shouwen.core.complaint.repeat import require_higher_level
from shouwen.core.complaint.state import Complaint, FreeText, NoteText, Offer, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import CASEWORKERS, Action
from shouwen.core.marks import only_warnings
from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, restarted

OPEN = frozenset(stage for stage in Stage if stage.is_open)


class Dispatch(Command, tag="dispatch", frozen=True):
    """转办: hand an accepted complaint to the unit complained about.

    Who dispatched stays responsible until the unit signs for it (首问责任制). It goes to contact A, to B when A is absent, to
    the leader when both are. Refused: a unit where nobody could sign; of a secret class, any but the department that the pack
    names, until that department is responsible for it; of a repeat, the level that answered first (`repeat`), but for a
    supervisor's `exception`, which is a reason.
    """

    action = Action.DISPATCH
    stages = frozenset({Stage.ACCEPTED})
    title: ClassVar[Text] = Text("转办", "Dispatch")

    unit: int
    instruction: FreeText = ""
    exception: NoteText = ""


class Dispatched(Event, tag="dispatched", frozen=True):
    title: ClassVar[Text] = Text("转办", "Dispatched")

    slip: str
    instruction: str
    offer: Offer
    exception: str = ""


@decides(Dispatch)
def decide_dispatch(complaint: Complaint, command: Dispatch, context: Context) -> list[Event]:
    _require_nothing_on_offer(complaint, context)
    unit = context.unit(command.unit, "unit")
    _require_discretion(complaint, unit, context)
    require_higher_level(complaint, unit, command.exception, context)
    signatories = _signatories(complaint, unit, context)
    return [
        Dispatched(
            at=context.now,
            by=context.actor.id,
            slip=f"{complaint.number}-Z{complaint.slips + 1}",
            instruction=command.instruction.strip(),
            offer=_offer(unit, signatories[0], signatories, context, dispatched=True),
            exception=command.exception.strip() if complaint.handled_before else "",
        )
    ]


def _require_nothing_on_offer(complaint: Complaint, context: Context) -> None:
    if complaint.offer is None:
        return
    person = context.organisation.person(complaint.offer.to)
    name = person.name if person else "?"
    raise Refusal(
        "already-offered",
        Text(
            f"这件投诉正等待{name}签收，请先收回再转给他人。",
            f"The complaint waits for {name} to sign. Take it back first.",
        ),
    )


def _require_discretion(complaint: Complaint, unit: Unit, context: Context) -> None:
    """保密: a secret complaint goes to the department that the pack names (slide 15); once it is responsible, that department decides."""
    first = context.policy.class_(complaint.class_).goes_to if complaint.secret else None
    if first is None or unit.kind is first:
        return
    handling = context.organisation.unit(complaint.handling_unit)
    if handling is not None and handling.kind is first and complaint.responsible == context.actor.id:
        return
    raise Refusal(
        "secret-goes-elsewhere",
        Text(
            f"保密类投诉须先转{first.label.zh}部门，不能转“{unit.name}”。请选择{first.label.zh}部门，由其决定是否再转其他单位。",
            f"A secret complaint goes to {first.label.en.lower()} first, not to “{unit.name}”. Choose that department; it decides "
            "whether another unit gets it.",
        ),
        field="unit",
    )


def _signatories(complaint: Complaint, unit: Unit, context: Context) -> tuple[int, ...]:
    """Who may sign for the unit today: neither the employee complained about (design.md, Privacy), nor who is kept out otherwise (回避)."""
    people = context.organisation.signatories(unit.id, context.today)
    signatories = tuple(person.id for person in people if person.id not in complaint.kept_out)
    if people and not signatories:
        raise Refusal(
            "all-kept-out",
            Text(
                f"“{unit.name}”的联系人和负责人都须回避（被投诉、申报过利益关系，或办理过前一件投诉）。请转办上一级或其他单位。",
                f"All contacts and leaders of “{unit.name}” are kept out: complained about, with an interest, or handlers of the "
                "earlier complaint. Dispatch it to the level above or to another unit.",
            ),
            field="unit",
        )
    if not signatories:
        raise Refusal(
            "nobody-to-sign",
            Text(
                f"“{unit.name}”今天没有可签收的联系人或第一责任人。请选择其他单位，或请管理员登记联系人。",
                f"“{unit.name}” has no contact or leader who could sign today. Choose another unit, or have a contact named.",
            ),
            field="unit",
        )
    return signatories


def _offer(unit: Unit, to: int, signatories: tuple[int, ...], context: Context, *, dispatched: bool) -> Offer:
    sign_by = context.clock("sign", "sign" if dispatched else "hand_over", context.now)
    passes_on = dispatched and to in signatories[:-1]
    return Offer(
        to=to,
        unit=unit.id,
        by=context.actor.id or to,
        at=context.now,
        line=unit.line,
        signatories=signatories,
        sign_by=only_warnings(sign_by) if passes_on else sign_by,
        dispatched=dispatched,
    )


@evolves(Dispatched)
def evolve_dispatched(complaint: Complaint, event: Dispatched) -> Complaint:
    return changed(
        complaint,
        event,
        stage=Stage.DISPATCHED,
        slips=complaint.slips + 1,
        offer=event.offer,
        level_exception=event.exception or complaint.level_exception,
        sent_back=False,
        involved=_with_line(complaint, event.offer.line),
    )


def _with_line(complaint: Complaint, line: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    return complaint.involved if line in complaint.involved else (*complaint.involved, line)


class HandOver(Command, tag="hand_over", frozen=True):
    """移交: offer the responsibility to one person. It moves only when that person signs (mission A9).

    Refused: somebody without a duty that handles complaints, who could never sign for it.
    """

    action = Action.HAND_OVER
    stages = OPEN - {Stage.DISPATCHED}
    title: ClassVar[Text] = Text("移交", "Hand over")

    to: int
    reason: FreeText


class HandOverOffered(Event, tag="hand_over_offered", frozen=True):
    title: ClassVar[Text] = Text("移交待签收", "Hand-over offered")

    reason: str
    offer: Offer


@decides(HandOver)
def decide_hand_over(complaint: Complaint, command: HandOver, context: Context) -> list[Event]:
    _require_nothing_on_offer(complaint, context)
    require_text(command.reason, "reason", Text("移交理由", "Reason for the hand-over"))
    person = context.organisation.person(command.to)
    if person is None or person.id == complaint.responsible or person.id in complaint.kept_out:
        raise Refusal(
            "cannot-take-over",
            Text(
                "不能移交给这位员工（已是责任人、须回避或已离岗），请选择其他人。",
                "This person cannot take over (already responsible, kept out, or no longer on duty). Choose another.",
            ),
            field="to",
        )
    if CASEWORKERS.isdisjoint(context.organisation.duties_of(person.id, context.today)):
        raise Refusal(
            "no-casework-duty",
            Text(
                f"{person.name}目前没有办理投诉的岗位，不能签收。请选择有经办、受理、联系人或负责人岗位的员工。",
                f"{person.name} holds no duty that handles complaints and could not sign. Choose a handler, clerk, contact or leader.",
            ),
            field="to",
        )
    unit = context.unit(person.unit_id, "to")
    if complaint.stage not in (Stage.REGISTERED, Stage.ACCEPTED):
        _require_level_for(complaint, unit, context)
    offer = _offer(unit, person.id, (person.id,), context, dispatched=False)
    return [HandOverOffered(at=context.now, by=context.actor.id, reason=command.reason.strip(), offer=offer)]


def _require_level_for(complaint: Complaint, unit: Unit, context: Context) -> None:
    """A repeat that a higher level handles does not come down again by a hand-over."""
    if unit.id == complaint.handling_unit:
        return
    try:
        require_higher_level(complaint, unit, "", context)
    except Refusal as refusal:
        raise Refusal(refusal.rule, refusal.message, field="to") from refusal


@evolves(HandOverOffered)
def evolve_hand_over_offered(complaint: Complaint, event: HandOverOffered) -> Complaint:
    # Whom it is offered to sees it while it is on offer, and belongs to it from the signature on.
    return changed(complaint, event, offer=event.offer, sent_back=False)


def _with_person(complaint: Complaint, *people: int | None) -> tuple[int, ...]:
    new = [person for person in dict.fromkeys(people) if person is not None and person not in complaint.participants]
    return (*complaint.participants, *new)


class SignFor(Command, tag="sign_for", frozen=True):
    """签收: take the complaint on. From this moment the one who signs is the responsible person."""

    action = Action.SIGN_FOR
    stages = OPEN
    title: ClassVar[Text] = Text("签收", "Sign for")


class SignedFor(Event, tag="signed_for", frozen=True):
    title: ClassVar[Text] = Text("签收", "Signed for")

    unit: int
    line: tuple[int, ...]
    dispatched: bool
    responsible: int
    clocks: tuple[Clock, ...] = ()


@decides(SignFor)
def decide_sign_for(complaint: Complaint, command: SignFor, context: Context) -> list[Event]:
    offer = _require_offer(complaint)
    signer = context.actor.id if context.actor.id is not None else offer.to
    return [
        SignedFor(
            at=context.now,
            by=context.actor.id,
            unit=offer.unit,
            line=offer.line,
            dispatched=offer.dispatched,
            responsible=signer,
            clocks=context.step_clock("investigate") if offer.dispatched else (),
        )
    ]


def _require_offer(complaint: Complaint) -> Offer:
    if complaint.offer is None:
        raise Refusal(
            "nothing-to-sign",
            Text("这件投诉目前没有待签收的转办或移交。", "There is no dispatch or hand-over to sign for at present."),
        )
    return complaint.offer


@evolves(SignedFor)
def evolve_signed_for(complaint: Complaint, event: SignedFor) -> Complaint:
    return changed(
        complaint,
        event,
        stage=Stage.SIGNED_FOR if event.dispatched else complaint.stage,
        handling_unit=event.unit,
        responsible=event.responsible,
        offer=None,
        clocks=restarted(complaint.clocks, event.clocks),
        involved=_with_line(complaint, event.line),
        participants=_with_person(complaint, event.by, event.responsible),
    )


class SendBack(Command, tag="send_back", frozen=True):
    """退回: return an unsigned dispatch or hand-over, with the reason. The responsible person remains who it was."""

    action = Action.SEND_BACK
    stages = OPEN
    title: ClassVar[Text] = Text("退回", "Send back")

    reason: FreeText


class SentBack(Event, tag="sent_back", frozen=True):
    title: ClassVar[Text] = Text("退回", "Sent back")

    reason: str


@decides(SendBack)
def decide_send_back(complaint: Complaint, command: SendBack, context: Context) -> list[Event]:
    _require_offer(complaint)
    require_text(command.reason, "reason", Text("退回理由", "Reason for sending back"))
    return [SentBack(at=context.now, by=context.actor.id, reason=command.reason.strip())]


@evolves(SentBack)
def evolve_sent_back(complaint: Complaint, event: SentBack) -> Complaint:
    return changed(complaint, event, stage=_stage_without_offer(complaint), offer=None, sent_back=True)


def _stage_without_offer(complaint: Complaint) -> Stage:
    return Stage.ACCEPTED if complaint.stage is Stage.DISPATCHED else complaint.stage


class TakeBack(Command, tag="take_back", frozen=True):
    """收回: the responsible person takes back what nobody has signed for yet."""

    action = Action.HAND_OVER
    stages = OPEN
    title: ClassVar[Text] = Text("收回", "Take back")


class TakenBack(Event, tag="taken_back", frozen=True):
    title: ClassVar[Text] = Text("收回", "Taken back")


@decides(TakeBack)
def decide_take_back(complaint: Complaint, command: TakeBack, context: Context) -> list[Event]:
    _require_offer(complaint)
    return [TakenBack(at=context.now, by=context.actor.id)]


@evolves(TakenBack)
def evolve_taken_back(complaint: Complaint, event: TakenBack) -> Complaint:
    return changed(complaint, event, stage=_stage_without_offer(complaint), offer=None)


class PassOn(Command, tag="pass_on", frozen=True):
    """逐级递交: what contact A has not signed for in time goes to B, then to the leader (mission C7). Only the timer sends it."""

    action = Action.PROGRAM
    stages = OPEN
    title: ClassVar[Text] = Text("逾期未签收，递交下一人", "Pass on unsigned")


class PassedOn(Event, tag="passed_on", frozen=True):
    title: ClassVar[Text] = Text("逾期未签收，递交下一人", "Passed on, because unsigned")

    offer: Offer


@decides(PassOn)
def decide_pass_on(complaint: Complaint, command: PassOn, context: Context) -> list[Event]:
    offer = _require_offer(complaint)
    if offer.sign_by.limit.at > context.now:
        raise Refusal("not-late-yet", Text("签收时限未到。", "The time limit for signing has not passed."))
    if not offer.waiting:
        raise Refusal("nobody-left", Text("已递交至第一责任人。", "It is with the first responsible person already."))
    sign_by = context.clock("sign", "sign", context.now)
    passed = msgspec.structs.replace(
        offer,
        to=offer.waiting[0],
        at=context.now,
        sign_by=only_warnings(sign_by) if offer.waiting[1:] else sign_by,
        passed_on=offer.passed_on + 1,
    )
    return [PassedOn(at=context.now, by=None, offer=passed)]


@evolves(PassedOn)
def evolve_passed_on(complaint: Complaint, event: PassedOn) -> Complaint:
    return changed(complaint, event, offer=event.offer)
