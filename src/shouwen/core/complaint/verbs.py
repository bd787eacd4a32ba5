"""How a command and its events are declared, and the two functions that run them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

import msgspec

from shouwen.core.complaint.state import Complaint, Stage
from shouwen.core.duties import Action, entrusted, is_barred, may, may_see
from shouwen.core.marks import planned
from shouwen.core.people import Actor, Organisation, Unit
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, Pause, start_clock
from shouwen.core.workdays import WorkingCalendar


class Beside(msgspec.Struct, frozen=True):
    """Another complaint that a command names, as it stands; `worked` are those who investigated, wrote, checked or gave its answer."""

    complaint: Complaint
    worked: tuple[int, ...] = ()


class Context(msgspec.Struct, frozen=True):
    """What a decision may look at besides the complaint and the command. `now` is aware UTC.

    `beside` are the other complaints that the command names (`Command.names`), by number; one that does not exist is not there.
    """

    now: datetime
    actor: Actor
    policy: Policy
    calendar: WorkingCalendar
    organisation: Organisation
    beside: Mapping[str, Beside] = msgspec.field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.calendar.local_date(self.now)

    def clock(self, kind: str, limit: str, start: datetime, pauses: tuple[Pause, ...] = ()) -> Clock:
        """A clock by the pack's time limit, with its marks."""
        rule = self.policy.time_limit(limit)
        hours = self.policy.business_hours
        return self.with_marks(start_clock(kind, rule, start, self.calendar, hours, pauses))

    def with_marks(self, clock: Clock) -> Clock:
        """The clock with what the timer will say about it: the warnings of its rule, if the pack has one, and the escalation."""
        rule = self.policy.limit_if_any(clock.limit.rule)
        hours = self.policy.business_hours
        return planned(clock, rule, self.policy.escalation, self.calendar, hours, self.now)

    def step_clock(self, kind: str) -> tuple[Clock, ...]:
        """The clock of an internal step (investigate, check) or a review that begins now, where the pack has its limit."""
        return (self.clock(kind, kind, self.now),) if self.policy.limit_if_any(kind) else ()

    def unit(self, unit_id: int, field: str) -> Unit:
        unit = self.organisation.unit(unit_id)
        if unit is None:
            raise Refusal(
                "unit-unknown",
                Text("没有这个机构或部门，请从列表中重新选择。", "There is no such unit. Choose one from the list."),
                field=field,
            )
        return unit


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="command"):
    """What somebody asks for. `action` is what the table of duties is asked; `stages` where it is possible at all.

    `while_merged`: also of a duplicate that is merged into another. `pairs`: it binds two complaints together or parts them.
    `follows`: no person sends it; the door does, as the consequence of what was done to another complaint. `by_standing_rules`: it is
    decided by the pack that stands today, not by the one under which the complaint was received.
    """

    action: ClassVar[Action]
    stages: ClassVar[frozenset[Stage]] = frozenset(Stage)
    title: ClassVar[Text]
    while_merged: ClassVar[bool] = False
    pairs: ClassVar[bool] = False
    follows: ClassVar[bool] = False
    by_standing_rules: ClassVar[bool] = False

    def names(self, complaint: Complaint | None) -> tuple[str, ...]:
        """The numbers of other complaints that the decision must look at."""
        return ()

    def consequence(self, complaint: Complaint) -> "tuple[str, Command] | None":
        """What the same deed does to another complaint, by its number; `complaint` is this one as it was before."""
        return None


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """What happened: `at` in UTC, `by` whom (none: the program), and whose deputy that was (`on_behalf_of`, 代). Field names are the
    journal's for ever.
    """

    title: ClassVar[Text]

    at: datetime
    by: int | None
    on_behalf_of: int | msgspec.UnsetType = msgspec.UNSET


C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
Decider = Callable[[Any, Any, Context], list[Event]]
Evolver = Callable[[Any, Any], Complaint]

DECIDERS: dict[type[Command], Decider] = {}
EVOLVERS: dict[type[Event], Evolver] = {}


def decides(
    command: type[C],
) -> Callable[[Callable[[Any, C, Context], list[Event]]], Callable[[Any, C, Context], list[Event]]]:
    """Declare the function that decides a command."""

    def declare(decider: Callable[[Any, C, Context], list[Event]]) -> Callable[[Any, C, Context], list[Event]]:
        DECIDERS[command] = decider
        return decider

    return declare


def evolves(event: type[E]) -> Callable[[Callable[[Any, E], Complaint]], Callable[[Any, E], Complaint]]:
    """Declare the function that says what is true after an event."""

    def declare(evolver: Callable[[Any, E], Complaint]) -> Callable[[Any, E], Complaint]:
        EVOLVERS[event] = evolver
        return evolver

    return declare


def decide(complaint: Complaint | None, command: Command, context: Context) -> list[Event]:
    """What happens when `command` is given: events, or a `Refusal` that a person can read.

    The stage is asked before the duty, so that a person who comes too late learns what has become of the complaint. A deputy acts
    with the own posts where they suffice, and else on behalf of who lent the post that does.
    """
    if not context.actor.deputy_of:
        return _decided(complaint, command, context)
    refusals: list[Refusal] = []
    for giver, actor in context.actor.by_turns():
        if complaint is not None:
            actor = entrusted(actor, command.action, complaint)
        try:
            events = _decided(complaint, command, msgspec.structs.replace(context, actor=actor))
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            return [msgspec.structs.replace(event, on_behalf_of=giver or msgspec.UNSET) for event in events]
    raise next((each for each in refusals if each.rule != "not-your-duty"), refusals[0])


def _decided(complaint: Complaint | None, command: Command, context: Context) -> list[Event]:
    if complaint is not None:
        require_stage(complaint, command)
    if not command.follows and not _may(context, command.action, complaint):
        if complaint is not None and is_barred(context.actor, command.action, complaint):
            raise Refusal("handled-the-first", why_barred(context.actor, complaint))
        raise Refusal(
            "not-your-duty",
            Text(
                f"您目前的岗位不能对这件投诉“{command.title.zh}”。请联系责任人或本单位负责人。",
                f"Your duty does not allow “{command.title.en}” on this complaint. Ask the responsible person or your leader.",
            ),
        )
    return DECIDERS[type(command)](complaint, command, context)


def _may(context: Context, action: Action, complaint: Complaint | None) -> bool:
    """Whether the actor may, by the complaint itself or, of a duplicate, by the master that it is merged into."""
    if may(context.actor, action, complaint) or complaint is None or not complaint.merged_into:
        return may(context.actor, action, complaint)
    master = context.beside.get(complaint.merged_into)
    return master is not None and may(context.actor, action, through(complaint, master.complaint))


def through(duplicate: Complaint, master: Complaint) -> Complaint:
    """重复登记 as it stands to those who handle the master: they read it and its files as their own. Who is kept out of it stays out."""
    return msgspec.structs.replace(
        duplicate,
        responsible=master.responsible,
        handling_unit=master.handling_unit,
        involved=tuple(dict.fromkeys((*duplicate.involved, *master.involved))),
        participants=tuple(dict.fromkeys((*duplicate.participants, *master.participants))),
        recused=tuple(dict.fromkeys((*duplicate.recused, *master.recused))),
    )


def why_barred(actor: Actor, complaint: Complaint) -> Text:
    """回避 in words, for who handled the first complaint: why, and who can."""
    first = "、".join(before.number for before in complaint.handled_before if actor.id in before.people)
    return Text(
        f"您办理过客户的前一件投诉（{first}），按回避规定不能再办理、复核或决定这一件。"
        "请由上一级或其他没有参与前次办理的人员办理；如您是责任人，请移交或转办。",
        f"You handled the customer's earlier complaint ({first.replace('、', ', ')}), so you may not handle, check or decide this one. "
        "The level above, or somebody who had no part in the first, can; if you are responsible, hand it over or dispatch it.",
    )


def evolve(complaint: Complaint | None, event: Event) -> Complaint:
    """What is true of the complaint after `event`. Never refuses: what is on the journal has happened."""
    return EVOLVERS[type(event)](complaint, event)


def require_stage(complaint: Complaint, command: Command) -> None:
    if complaint.merged_into and not command.while_merged:
        raise Refusal(
            "merged",
            Text(
                f"这件投诉已并入 {complaint.merged_into}，请在那一件上办理；合并有误的，可以解除合并。",
                f"This complaint is merged into {complaint.merged_into}. Work on that one; if it was merged by mistake, part the two.",
            ),
        )
    if complaint.stage in command.stages:
        return
    possible = [stage for stage in Stage if stage in command.stages]
    raise Refusal(
        "wrong-stage",
        Text(
            f"投诉 {complaint.number} 目前“{complaint.stage.label.zh}”，不能“{command.title.zh}”；"
            f"此操作只在以下阶段可做：{'、'.join(stage.label.zh for stage in possible)}。请刷新页面查看现在可做的操作。",
            f"Complaint {complaint.number} is “{complaint.stage.label.en}”, so “{command.title.en}” is not possible; "
            f"it is in: {', '.join(stage.label.en for stage in possible)}. Reload the page to see what can be done now.",
        ),
    )


def require_text(text: str, field: str, title: Text) -> None:
    """Refuse an empty text: spaces and full-width spaces are not words."""
    if not text.strip():
        raise Refusal("text-missing", Text(f"请填写“{title.zh}”。", f"Please fill in “{title.en}”."), field=field)


def require_beside(complaint: Complaint, number: str, context: Context) -> Complaint:
    """The other complaint. What this person may not see is not there."""
    beside = context.beside.get(number)
    if beside is None or not may_see(context.actor, beside.complaint):
        raise Refusal(
            "other-unknown",
            Text(
                f"没有投诉 {number[:20]}，或不在您可以查看的范围内，请核对编号。",
                f"There is no complaint {number[:20]}, or it is not among those that you may see. Check the number.",
            ),
            field="number",
        )
    if number == complaint.number:
        raise Refusal(
            "other-is-itself",
            Text("这就是本件投诉，请填写另一件的编号。", "That is this very complaint. Enter the number of the other."),
            field="number",
        )
    return beside.complaint


def changed(complaint: Complaint, event: Event, **changes: Any) -> Complaint:
    """The complaint one event later; whoever acted belongs to its participants from then on.

    What the customer did last is news until the responsible person acts.
    """
    participants = complaint.participants
    if event.by is not None and event.by not in participants:
        participants = (*participants, event.by)
    if complaint.news_at is not None and event.by is not None and event.by == complaint.responsible:
        changes.setdefault("news_at", None)
    return msgspec.structs.replace(
        complaint, version=complaint.version + 1, participants=changes.pop("participants", participants), **changes
    )
