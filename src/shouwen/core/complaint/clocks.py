"""计时: what the timer says about a time limit, how a clock is paused, and how a calendar that knows better moves it (mission A7, C6, C7, E3).

How a limit is extended stands in `extending`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from shouwen.core.clock import Clock, Mark, Pause
from shouwen.core.complaint.state import CLOCKS_AFTER_THE_END, Attachment, Code, Complaint, NoteText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action, Duty
from shouwen.core.marks import PROMPT, is_missed, open_marks, redated, with_done
from shouwen.core.people import Person, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import paused_until, recalculated

OPEN = frozenset(stage for stage in Stage if stage.is_open)
STEPS = ("responsible", "second_contact", "leader", "superior_leader")
WHY_NOT = {
    "nobody": Text("未指定", "nobody is named"),
    "absent": Text("不在岗", "absent"),
    "complained_about": Text("是被投诉人", "complained about"),
    "responsible": Text("即责任人", "the responsible person already"),
    "secret": Text("保密投诉，无权知悉", "may not know of a secret complaint"),
}
"""Why somebody was passed over; the codes are the journal's."""


class PassedOver(msgspec.Struct, frozen=True):
    """A step of the escalation at which nobody was told: who it would have been, if anybody, and why not."""

    step: str
    person: int | None
    why: str


# --- What the timer says 时限提醒 ---------------------------------------------------------------------------------------------


class MarkTime(Command, tag="mark_time", frozen=True):
    """时限提醒: everything that is due to be said about the clocks now, each once. Only the timer sends it.

    A pause that has lasted as long as the pack allows ends by itself at the moment when it should have.
    """

    action = Action.PROGRAM
    title: ClassVar[Text] = Text("时限提醒", "Mark the time")


class TimeMarked(Event, tag="time_marked", frozen=True):
    """已提醒: the mark of the clock `kind` that began at `started`, and whom it was told to. `late`: the timer had stood still."""

    title: ClassVar[Text] = Text("时限提醒", "Time limit reminder")

    kind: str
    started: datetime
    mark: Mark
    limit_at: datetime
    passed_over: tuple[PassedOver, ...] = ()
    late: bool = False


@decides(MarkTime)
def decide_mark_time(complaint: Complaint, command: MarkTime, context: Context) -> list[Event]:
    events: list[Event] = []
    over = [clock for clock in complaint.timed_clocks if _is_over(clock.pause, context)]
    if over:
        events.append(_resumed(over, context, "", by_itself=True))
    due = [(mark, clock) for clock in complaint.timed_clocks for mark in open_marks(clock) if mark.at <= context.now]
    # By moment, and what comes first in its clock first: the steps of an escalation stay in their order.
    events.extend(_marked(complaint, clock, mark, context) for mark, clock in sorted(due, key=lambda each: each[0].at))
    if not events:
        raise Refusal("nothing-due", Text("目前没有到时的提醒。", "Nothing is due to be said now."))
    return events


def _is_over(pause: Pause | None, context: Context) -> bool:
    return pause is not None and pause.ends is not None and pause.ends <= context.now


def _marked(complaint: Complaint, clock: Clock, mark: Mark, context: Context) -> TimeMarked:
    person, passed_over = _told(complaint, clock, mark, context)
    return TimeMarked(
        at=context.now,
        by=None,
        kind=clock.kind,
        started=clock.started,
        mark=msgspec.structs.replace(mark, done=context.now, person=person),
        limit_at=clock.limit.at,
        passed_over=passed_over,
        late=context.now - mark.at > PROMPT,
    )


def _told(
    complaint: Complaint, clock: Clock, mark: Mark, context: Context
) -> tuple[int | None, tuple[PassedOver, ...]]:
    """Who hears of it: the person of the step, else the next one up. Where nobody can, the responsible person all the same."""
    offer = complaint.offer if clock.kind == "sign" else None
    mover = offer.to if offer else complaint.responsible
    unit = context.organisation.unit(offer.unit if offer else complaint.handling_unit)
    # The answer that is under review is the unit's own: its superior is asked to review it.
    step = "superior_leader" if clock.kind == "review" else mark.to
    passed_over: list[PassedOver] = []
    for each in STEPS[STEPS.index(step) :]:
        person = _person_of(each, mover, unit, context)
        why = _why_not(each, person, mover, complaint, context)
        if not why and person is not None:
            return person.id, tuple(passed_over)
        passed_over.append(PassedOver(each, person.id if person else None, why or "nobody"))
    return (None if mover == complaint.employee_about else mover), tuple(passed_over)


def _person_of(step: str, mover: int | None, unit: Unit | None, context: Context) -> Person | None:
    organisation = context.organisation
    if step == "responsible":
        return organisation.person(mover) if mover is not None else None
    if unit is None:
        return None
    if step == "second_contact":
        return next(iter(organisation.contacts(unit.id)[1:]), None)
    leader = organisation.leader(unit.id)
    if step == "leader":
        return leader
    above = (organisation.leader(each) for each in reversed(unit.line[:-1]))
    return next((person for person in above if person is not None and person != leader), None)


def _why_not(step: str, person: Person | None, mover: int | None, complaint: Complaint, context: Context) -> str:
    if person is None:
        return "nobody"
    if person.id == complaint.employee_about:
        return "complained_about"
    if step != "responsible" and person.id == mover:
        return "responsible"
    if context.organisation.is_absent(person.id, context.today):
        return "absent"
    may_know = person.id in complaint.participants or step == "responsible"
    if complaint.secret and not may_know:
        duties = context.organisation.duties_of(person.id, context.today)
        return "" if Duty.DISCIPLINE_OFFICER in duties else "secret"
    return ""


@evolves(TimeMarked)
def evolve_time_marked(complaint: Complaint, event: TimeMarked) -> Complaint:
    return with_clocks(
        complaint,
        event,
        (
            with_done(clock, event.mark)
            for clock in _all_clocks(complaint)
            if (clock.kind, clock.started) == (event.kind, event.started) and clock.stopped is None
        ),
    )


def _all_clocks(complaint: Complaint) -> tuple[Clock, ...]:
    return (*complaint.clocks, complaint.offer.sign_by) if complaint.offer else complaint.clocks


def with_clocks(complaint: Complaint, event: Event, clocks: Iterable[Clock], **changes: object) -> Complaint:
    """The complaint one event later, with these clocks in the place of those of the same kind and start."""
    new = {(clock.kind, clock.started): clock for clock in clocks}
    offer = complaint.offer
    if offer:
        sign_by = new.get((offer.sign_by.kind, offer.sign_by.started), offer.sign_by)
        offer = msgspec.structs.replace(offer, sign_by=sign_by)
    old = tuple(
        clock if clock.stopped is not None else new.get((clock.kind, clock.started), clock)
        for clock in complaint.clocks
    )
    return changed(complaint, event, clocks=old, offer=offer, **changes)


# --- Pauses 中止计时、恢复计时 -------------------------------------------------------------------------------------------------


class SuspendClock(Command, tag="suspend_clock", frozen=True, kw_only=True):
    """中止计时: the clocks that the ground stops stand still from today on, until somebody has them go on (mission A7).

    Refused: a ground that the pack does not know or does not give to this duty, no reason, no evidence where the pack wants
    an attached file (`evidence` is its digest), nothing that the ground could stop, a limit that has passed.
    """

    action = Action.PAUSE
    stages = OPEN | {Stage.CLOSED, Stage.ARCHIVED}
    title: ClassVar[Text] = Text("中止计时", "Pause the clock")

    ground: Code
    reason: NoteText
    evidence: Code = ""


class ClockSuspended(Event, tag="clock_suspended", frozen=True):
    title: ClassVar[Text] = Text("中止计时", "Clock paused")

    ground: str
    ground_title: Text
    reason: str
    evidence: str
    clocks: tuple[Clock, ...]
    evidence_name: str = ""


@decides(SuspendClock)
def decide_suspend_clock(complaint: Complaint, command: SuspendClock, context: Context) -> list[Event]:
    ground = context.policy.pause(command.ground)
    if not context.actor.system and context.actor.duties.isdisjoint(ground.by):
        who = "、".join(duty.label.zh for duty in ground.by), ", ".join(duty.label.en.lower() for duty in ground.by)
        raise Refusal(
            "pause-not-yours",
            Text(
                f"按规则包，以“{ground.title.zh}”为由中止计时由{who[0]}办理，请联系他们。",
                f"By the policy pack, “{ground.title.en}” is for: {who[1]}. Ask one of them.",
            ),
            field="ground",
        )
    running = (
        complaint.clocks
        if complaint.is_open
        else [clock for clock in complaint.clocks if clock.kind in CLOCKS_AFTER_THE_END]
    )
    if complaint.pause is not None:
        raise Refusal(
            "paused-already",
            Text("计时已经中止，请先恢复计时。", "The clock is paused already. Have it go on first."),
        )
    of_kind = [clock for clock in running if clock.kind in ground.clocks and clock.is_counting]
    clocks = [clock for clock in of_kind if clock.limit.at > context.now]
    if not clocks:
        _refuse_nothing_to_pause(passed=bool(of_kind))
    require_text(command.reason, "reason", Text("中止计时的理由", "Reason for the pause"))
    file = _required_evidence(complaint, command.evidence) if command.evidence or ground.evidence else None
    ends = paused_until(context.now, ground.max_days, context.calendar) if ground.max_days else None
    pause = Pause(since=context.now, ground=ground.code, title=ground.title, ends=ends)
    return [
        ClockSuspended(
            at=context.now,
            by=context.actor.id,
            ground=ground.code,
            ground_title=ground.title,
            reason=command.reason.strip(),
            evidence=command.evidence,
            clocks=tuple(msgspec.structs.replace(clock, pauses=(*clock.pauses, pause)) for clock in clocks),
            evidence_name=file.name if file else "",
        )
    ]


def _refuse_nothing_to_pause(*, passed: bool) -> None:
    if passed:
        raise Refusal(
            "limit-passed",
            Text(
                "时限已过，不能再中止计时。请尽快办理，并在备注中说明原因。",
                "The limit has passed, so the clock cannot be paused any more. Go on with the work and say why in a note.",
            ),
        )
    raise Refusal(
        "nothing-to-pause",
        Text(
            "目前没有可以按此事由中止的计时，请选择其他事由。",
            "No clock runs that this ground could stop. Choose another ground.",
        ),
        field="ground",
    )


def _required_evidence(complaint: Complaint, digest: str) -> Attachment:
    file = complaint.attachment(digest)
    if file is None:
        raise Refusal(
            "evidence-missing",
            Text(
                "此事由须有附件为证。请先上传附件（如通知客户补充材料的函），再在此选择。",
                "This ground needs an attached file as evidence. Attach it first (the letter to the customer, say), then choose it here.",
            ),
            field="evidence",
        )
    return file


@evolves(ClockSuspended)
def evolve_clock_suspended(complaint: Complaint, event: ClockSuspended) -> Complaint:
    return with_clocks(complaint, event, event.clocks)


class ResumeClock(Command, tag="resume_clock", frozen=True):
    """恢复计时: the paused clocks go on today; the days from the pausing day to yesterday are not counted."""

    action = Action.PAUSE
    stages = OPEN | {Stage.CLOSED, Stage.ARCHIVED}
    title: ClassVar[Text] = Text("恢复计时", "Have the clock go on")

    reason: NoteText = ""


class ClockResumed(Event, tag="clock_resumed", frozen=True):
    """`by_itself`: the pause had lasted as long as the pack allows."""

    title: ClassVar[Text] = Text("恢复计时", "Clock goes on")

    reason: str
    clocks: tuple[Clock, ...]
    by_itself: bool = False


@decides(ResumeClock)
def decide_resume_clock(complaint: Complaint, command: ResumeClock, context: Context) -> list[Event]:
    paused = [clock for clock in complaint.clocks if clock.pause is not None]
    if not paused:
        raise Refusal("not-paused", Text("计时没有中止，无需恢复。", "No clock is paused, so none has to go on."))
    return [_resumed(paused, context, command.reason.strip(), by_itself=False)]


def _resumed(paused: list[Clock], context: Context, reason: str, *, by_itself: bool) -> ClockResumed:
    return ClockResumed(
        at=context.now,
        by=None if by_itself else context.actor.id,
        reason=reason,
        by_itself=by_itself,
        clocks=tuple(_going_on(clock, context) for clock in paused),
    )


def _going_on(clock: Clock, context: Context) -> Clock:
    """The clock with its pause ended: today, or when it ended by itself, whichever was first."""
    pause = clock.pauses[-1]
    until = min(context.now, pause.ends) if pause.ends else context.now
    ended = msgspec.structs.replace(clock, pauses=(*clock.pauses[:-1], msgspec.structs.replace(pause, until=until)))
    hours = context.policy.business_hours
    return redated(recalculated(ended, context.calendar, hours), context.calendar, hours, until)


@evolves(ClockResumed)
def evolve_clock_resumed(complaint: Complaint, event: ClockResumed) -> Complaint:
    return with_clocks(complaint, event, event.clocks)


# --- A calendar that knows better 重新计算 -------------------------------------------------------------------------------------


class RedateClocks(Command, tag="redate_clocks", frozen=True):
    """重新计算时限: provisional limits by the calendar as it is now. Only the program sends it.

    A limit that was told as missed stays: what was judged is not judged again. A paused clock is counted anew when it goes on.
    """

    action = Action.PROGRAM
    title: ClassVar[Text] = Text("重新计算时限", "Count the limits again")


class ClocksRedated(Event, tag="clocks_redated", frozen=True):
    """`was` are the former limits, in the order of `clocks`."""

    title: ClassVar[Text] = Text("放假安排公布，重新计算时限", "Limits counted again, as the holidays were announced")

    clocks: tuple[Clock, ...]
    was: tuple[datetime, ...]


@decides(RedateClocks)
def decide_redate_clocks(complaint: Complaint, command: RedateClocks, context: Context) -> list[Event]:
    moved = [(clock, again) for clock, again in _counted_again(complaint, context) if again != clock]
    if not moved:
        raise Refusal("nothing-to-redate", Text("没有需要重新计算的时限。", "No limit has to be counted again."))
    return [
        ClocksRedated(
            at=context.now,
            by=None,
            clocks=tuple(again for _, again in moved),
            was=tuple(clock.limit.at for clock, _ in moved),
        )
    ]


def _counted_again(complaint: Complaint, context: Context) -> Iterator[tuple[Clock, Clock]]:
    hours = context.policy.business_hours
    for clock in complaint.timed_clocks:
        if clock.limit.provisional and clock.is_counting and not is_missed(clock):
            again = recalculated(clock, context.calendar, hours)
            yield clock, redated(again, context.calendar, hours, context.now) if clock.marks else again


@evolves(ClocksRedated)
def evolve_clocks_redated(complaint: Complaint, event: ClocksRedated) -> Complaint:
    return with_clocks(complaint, event, event.clocks)
