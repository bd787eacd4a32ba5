"""How a command and its events are declared, and the two functions that run them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

import msgspec

from shouwen.core.complaint.state import Complaint, Stage
from shouwen.core.duties import Action, may
from shouwen.core.marks import planned
from shouwen.core.people import Actor, Organisation, Unit
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, Pause, start_clock
from shouwen.core.workdays import WorkingCalendar


class Context(msgspec.Struct, frozen=True):
    """What a decision may look at besides the complaint and the command. `now` is aware UTC."""

    now: datetime
    actor: Actor
    policy: Policy
    calendar: WorkingCalendar
    organisation: Organisation

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
    """What somebody asks for. `action` is what the table of duties is asked; `stages` where it is possible at all."""

    action: ClassVar[Action]
    stages: ClassVar[frozenset[Stage]] = frozenset(Stage)
    title: ClassVar[Text]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """What happened: `at` in UTC, `by` whom (none: the program). Field names are the journal's for ever."""

    title: ClassVar[Text]

    at: datetime
    by: int | None


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

    The stage is asked before the duty, so that a person who comes too late learns what has become of the complaint.
    """
    if complaint is not None:
        require_stage(complaint, command)
    if not may(context.actor, command.action, complaint):
        raise Refusal(
            "not-your-duty",
            Text(
                f"您目前的岗位不能对这件投诉“{command.title.zh}”。请联系责任人或本单位负责人。",
                f"Your duty does not allow “{command.title.en}” on this complaint. Ask the responsible person or your leader.",
            ),
        )
    return DECIDERS[type(command)](complaint, command, context)


def evolve(complaint: Complaint | None, event: Event) -> Complaint:
    """What is true of the complaint after `event`. Never refuses: what is on the journal has happened."""
    return EVOLVERS[type(event)](complaint, event)


def require_stage(complaint: Complaint, command: Command) -> None:
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
