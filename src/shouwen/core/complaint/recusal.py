"""回避: who declared an interest in a complaint never sees or decides it from then on (mission, Duties and secrecy).

The employee complained about is kept out from the registration on; who handled the first complaint of a repeat by the link (`repeat`).
"""

from typing import ClassVar

import msgspec

from shouwen.core.complaint.state import Complaint, NoteText, Offer, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import CASEWORKERS, Action, may
from shouwen.core.people import Person
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text


class DeclareInterest(Command, tag="declare_interest", frozen=True, kw_only=True):
    """申报回避: by the person (`person` empty), or by the leader or a supervisor for somebody else, with the reason.

    From then on that person neither sees nor decides the complaint. Who is responsible names who takes over (`to`), else the contact
    or leader of the unit does, at once and without signing, so that nobody with an interest holds it meanwhile (mission A9). Refused:
    for another without that duty, no reason, twice, nobody left to take over.
    """

    action = Action.DECLARE_INTEREST
    while_merged = True
    title: ClassVar[Text] = Text("申报回避", "Declare an interest")

    person: int | None = None
    reason: NoteText
    to: int | None = None


class InterestDeclared(Event, tag="interest_declared", frozen=True):
    """已回避. `responsible` with `unit` and `line` where the responsibility moved; `offer` is what is left of one that was open."""

    title: ClassVar[Text] = Text("已申报回避", "An interest was declared")

    person: int
    reason: str
    responsible: int | None = None
    unit: int | None = None
    line: tuple[int, ...] = ()
    offer: Offer | None = None


@decides(DeclareInterest)
def decide_declare_interest(complaint: Complaint, command: DeclareInterest, context: Context) -> list[Event]:
    person = context.actor.id if command.person is None else command.person
    if person is None or context.organisation.person(person) is None:
        raise Refusal(
            "person-unknown",
            Text("没有这位员工，请从列表中选择。", "There is no such person. Choose one from the list."),
            field="person",
        )
    if person != context.actor.id and not may(context.actor, Action.RECUSE, complaint):
        raise Refusal(
            "not-for-others",
            Text(
                "只有承办单位负责人或监督岗位可以要求他人回避；您可以为自己申报。",
                "Only the leader of the handling unit or a supervisor keeps others out. You can declare for yourself.",
            ),
            field="person",
        )
    require_text(command.reason, "reason", Text("回避理由", "Reason"))
    if person in complaint.recused or person == complaint.employee_about:
        raise Refusal(
            "kept-out-already",
            Text("这位员工已经回避，无需再次申报。", "This person is kept out already."),
            field="person",
        )
    successor = _successor(complaint, person, command.to, context) if complaint.responsible == person else None
    return [
        InterestDeclared(
            at=context.now,
            by=context.actor.id,
            person=person,
            reason=command.reason.strip(),
            responsible=successor.id if successor else None,
            unit=successor.unit_id if successor else None,
            line=context.unit(successor.unit_id, "to").line if successor else (),
            offer=_offer_without(complaint.offer, person, context),
        )
    ]


def _successor(complaint: Complaint, leaving: int, to: int | None, context: Context) -> Person:
    """接替人: who was named, else the first contact or leader of the handling unit who is free of all this, else the leader above.

    A secret complaint does not leave its unit by itself.
    """
    kept_out = complaint.kept_out | {leaving}
    if to is not None:
        person = context.organisation.person(to)
        fit = person is not None and to not in kept_out
        if person is None or not fit or CASEWORKERS.isdisjoint(context.organisation.duties_of(to, context.today)):
            raise Refusal(
                "cannot-take-over",
                Text(
                    "这位员工不能接替（须回避、已离岗或没有办理投诉的岗位），请选择其他人。",
                    "This person cannot take over (kept out, no longer on duty, or without a duty that handles complaints). "
                    "Choose another.",
                ),
                field="to",
            )
        return person
    for unit_id in reversed(context.unit(complaint.handling_unit, "to").line):
        leader = context.organisation.leader(unit_id)
        people = (*context.organisation.signatories(unit_id, context.today), *([leader] if leader else []))
        free = next((person for person in people if person.id not in kept_out), None)
        if free is not None:
            return free
        if complaint.secret:
            break
    raise Refusal(
        "no-successor",
        Text(
            "没有可以接替的联系人或负责人，投诉将无人负责。请在“接替人”中指定一位没有利益关系的员工。",
            "No contact or leader could take over, so nobody would be responsible. Name somebody without an interest who takes over.",
        ),
        field="to",
    )


def _offer_without(offer: Offer | None, person: int, context: Context) -> Offer | None:
    """The open offer without this person: the next in line has a time limit of their own; none where nobody is left."""
    if offer is None or (offer.to != person and person not in offer.signatories):
        return offer
    left = tuple(each for each in offer.signatories if each != person)
    if offer.to != person:
        return msgspec.structs.replace(offer, signatories=left)
    later = offer.waiting or left
    if not later:
        return None
    limit = "sign" if offer.dispatched else "hand_over"
    return msgspec.structs.replace(
        offer, to=later[0], at=context.now, signatories=left, sign_by=context.clock("sign", limit, context.now)
    )


@evolves(InterestDeclared)
def evolve_interest_declared(complaint: Complaint, event: InterestDeclared) -> Complaint:
    lost = complaint.offer is not None and event.offer is None
    stage = Stage.ACCEPTED if lost and complaint.stage is Stage.DISPATCHED else complaint.stage
    moved: dict[str, object] = {}
    if event.responsible is not None:
        involved = complaint.involved if event.line in complaint.involved else (*complaint.involved, event.line)
        moved = {"responsible": event.responsible, "handling_unit": event.unit, "involved": involved}
    new = [
        person
        for person in dict.fromkeys((event.by, event.responsible))
        if person is not None and person not in complaint.participants
    ]
    return changed(
        complaint,
        event,
        recused=(*complaint.recused, event.person),
        stage=stage,
        offer=event.offer,
        sent_back=complaint.sent_back or lost,
        participants=(*complaint.participants, *new),
        **moved,
    )
