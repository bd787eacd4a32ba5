"""再次投诉: what binds a complaint to the customer's earlier ones, and which level handles it (mission B4)."""

from typing import ClassVar

from shouwen.core.complaint.state import Code, Complaint, HandledBefore, NoteText
from shouwen.core.complaint.verbs import (
    Command,
    Context,
    Event,
    changed,
    decides,
    evolves,
    require_beside,
    require_text,
)
from shouwen.core.duties import Action, may
from shouwen.core.people import INSTITUTION_LEVELS, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

REASON = Text("理由", "Reason")


class LinkEarlier(Command, tag="link_earlier", frozen=True, kw_only=True):
    """关联前次投诉: this complaint repeats an earlier one. Who worked on that answer decides nothing here from now on.

    Refused: an unknown complaint or one that this person may not see, itself, a later one, twice, while one of the first handlers
    could sign for this one.
    """

    action = Action.LINK
    title: ClassVar[Text] = Text("关联前次投诉", "Link an earlier complaint")

    number: Code
    reason: NoteText

    def names(self, complaint: Complaint | None) -> tuple[str, ...]:
        return (self.number,)


class EarlierLinked(Event, tag="earlier_linked", frozen=True):
    title: ClassVar[Text] = Text("关联前次投诉", "Linked to an earlier complaint")

    before: HandledBefore
    reason: str


@decides(LinkEarlier)
def decide_link_earlier(complaint: Complaint, command: LinkEarlier, context: Context) -> list[Event]:
    require_text(command.reason, "reason", REASON)
    other = require_beside(complaint, command.number, context)
    if command.number in complaint.earlier:
        raise Refusal(
            "linked-already",
            Text("已经关联这件投诉，无需重复。", "The two are linked already."),
            field="number",
        )
    if other.received_at > complaint.received_at:
        raise Refusal(
            "not-earlier",
            Text(
                f"{command.number} 接到的时间更晚，不是前次投诉。请在那一件上关联本件。",
                f"{command.number} was received later. Link this one from there.",
            ),
            field="number",
        )
    before = handled_before(command.number, context)
    offer = complaint.offer
    if offer is not None and not {offer.to, *offer.signatories}.isdisjoint(before.people):
        raise Refusal(
            "first-handler-could-sign",
            Text(
                "待签收人中有前次投诉的经办人，请先收回转办或移交，再关联。",
                "Somebody who handled the first could sign for this one. Take it back first, then link the two.",
            ),
            field="number",
        )
    return [EarlierLinked(at=context.now, by=context.actor.id, before=before, reason=command.reason.strip())]


def handled_before(number: str, context: Context) -> HandledBefore:
    """前次办理 of a complaint that the door has put beside this one: its people, and its unit once somebody worked on it."""
    beside = context.beside[number]
    return HandledBefore(number, beside.worked, beside.complaint.handling_unit if beside.worked else None)


@evolves(EarlierLinked)
def evolve_earlier_linked(complaint: Complaint, event: EarlierLinked) -> Complaint:
    return changed(
        complaint,
        event,
        earlier=(*complaint.earlier, event.before.number),
        handled_before=(*complaint.handled_before, event.before),
    )


class UnlinkEarlier(Command, tag="unlink_earlier", frozen=True, kw_only=True):
    """解除关联: the two are not about the same matter after all; who handled the other is free again."""

    action = Action.LINK
    title: ClassVar[Text] = Text("解除与前次投诉的关联", "Take away the link to an earlier complaint")

    number: Code
    reason: NoteText


class EarlierUnlinked(Event, tag="earlier_unlinked", frozen=True):
    title: ClassVar[Text] = Text("解除与前次投诉的关联", "Link to an earlier complaint taken away")

    number: str
    reason: str


@decides(UnlinkEarlier)
def decide_unlink_earlier(complaint: Complaint, command: UnlinkEarlier, context: Context) -> list[Event]:
    require_text(command.reason, "reason", REASON)
    if command.number not in complaint.earlier:
        raise Refusal(
            "not-linked",
            Text("没有关联这件投诉，请从列表中选择。", "That complaint is not linked. Choose one from the list."),
            field="number",
        )
    first = next((each for each in complaint.handled_before if each.number == command.number), None)
    if first is not None and not context.actor.stands_for.isdisjoint(first.people):
        raise Refusal(
            "handled-the-first",
            Text(
                "您办理过前一件投诉，不能解除关联。请由其他人办理。",
                "You handled the earlier complaint and cannot take the link away. Ask somebody else.",
            ),
        )
    return [EarlierUnlinked(at=context.now, by=context.actor.id, number=command.number, reason=command.reason.strip())]


@evolves(EarlierUnlinked)
def evolve_earlier_unlinked(complaint: Complaint, event: EarlierUnlinked) -> Complaint:
    return changed(
        complaint,
        event,
        earlier=tuple(number for number in complaint.earlier if number != event.number),
        handled_before=tuple(each for each in complaint.handled_before if each.number != event.number),
    )


def require_higher_level(complaint: Complaint, unit: Unit, exception: str, context: Context) -> None:
    """更高一级: where the pack says so, a repeat does not go to the level that answered first, but for a supervisor's stated reason.

    At the head office, which has no level above, another department than the first handles it. A secret complaint has its own way.
    """
    if not context.policy.repeat.higher_level or complaint.secret or complaint.level_exception:
        return
    for before in complaint.handled_before:
        first = context.organisation.unit(before.unit) if before.unit is not None else None
        if first is None or _is_above(unit, first, context):
            continue
        if exception.strip() and may(context.actor, Action.OVERRIDE, complaint):
            return
        above = level_above(first, context)
        raise Refusal(
            "repeat-goes-higher",
            Text(
                f"这是再次投诉：前一件由“{first.name}”办理，须由更高一级办理{f'，如“{above.name}”' if above else ''}。"
                "确需同级办理的，由热线主管或工会填写理由后转办。",
                f"This is a repeat: “{first.name}” handled the first, so a higher level handles this one"
                f"{f', such as “{above.name}”' if above else ''}. If the same level must, the hotline supervisor or the union "
                "dispatches it with a reason.",
            ),
            field="unit",
        )


def _is_above(unit: Unit, first: Unit, context: Context) -> bool:
    level, before = _level(unit, context), _level(first, context)
    return level < before or (before == 0 and level == 0 and unit.id != first.id)


def _level(unit: Unit, context: Context) -> int:
    """机构级别 of the institution that a unit belongs to: 0 is the head office."""
    institution = context.organisation.unit(unit.institution_id) or unit
    return INSTITUTION_LEVELS.index(institution.kind) if institution.kind.is_institution else len(INSTITUTION_LEVELS)


def level_above(first: Unit, context: Context) -> Unit | None:
    institution = context.organisation.unit(first.institution_id) or first
    return context.organisation.unit(institution.parent_id) if institution.parent_id is not None else None
