"""时限提醒: what the timer will say about a clock, and when: warned, target passed, missed, escalated (mission A7, C6, C7, E3).

Marks are planned when a clock starts, and stand in it; so the next moment of the timer follows from the complaint alone.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from shouwen.core.clock import Clock, Mark, TimeLimit, Unit
from shouwen.core.policy_terms import EscalationStep
from shouwen.core.workdays import BusinessHours, WorkingCalendar

PROMPT = timedelta(minutes=10)
"""The timer looks every minute. What it says later than this after its moment was late, and is said to be."""

What = Literal["warned", "target_passed", "missed", "escalated"]


def planned(
    clock: Clock,
    rule: TimeLimit | None,
    escalation: Sequence[EscalationStep],
    calendar: WorkingCalendar,
    hours: BusinessHours,
    now: datetime,
    *,
    again: bool = False,
) -> Clock:
    """The clock with all its marks, none of them before `now`: the timer cannot say what nobody knew.

    A limit that has passed already needs no warning, and of several warnings whose moments have passed the last says all. With `again`, as after an extension, what was done stays on record and
    the warnings come anew for the new limit; the target does not.
    """
    marks = [Mark("warned", clock.limit.at, days) for days in sorted(rule.warn_before if rule else (), reverse=True)]
    if clock.target and not again:
        marks.append(Mark("target_passed", clock.target.at))
    if clock.limit.at <= now:
        marks.clear()
    marks.append(Mark("missed", clock.limit.at))
    marks.extend(Mark("escalated", clock.limit.at, step.after_days, step.to) for step in escalation)
    kept = [mark for mark in clock.marks if mark.done or mark.what == "target_passed"] if again else []
    fresh = _dated(
        msgspec.structs.replace(clock, marks=tuple(marks)), rule.unit if rule else None, calendar, hours, now
    )
    return msgspec.structs.replace(fresh, marks=(*kept, *fresh.marks))


def only_warnings(clock: Clock) -> Clock:
    """The clock of a signature that passes on by itself when it is missed (逐级递交): nothing else is said then."""
    return msgspec.structs.replace(clock, marks=tuple(mark for mark in clock.marks if mark.what == "warned"))


def redated(clock: Clock, calendar: WorkingCalendar, hours: BusinessHours, now: datetime) -> Clock:
    """The clock whose limit has moved, with its open marks at their new moments. What was done stays, and is not done again."""
    unit = clock.limit.unit
    return _dated(clock, None if unit == "given" else unit, calendar, hours, now)


def _dated(clock: Clock, unit: Unit | None, calendar: WorkingCalendar, hours: BusinessHours, now: datetime) -> Clock:
    last_day = calendar.local_date(clock.limit.at)
    marks = [
        mark
        if mark.done
        else msgspec.structs.replace(mark, at=max(_moment(mark, clock, last_day, unit, calendar, hours), now))
        for mark in clock.marks
    ]
    overdue = [mark for mark in marks if mark.what == "warned" and not mark.done and mark.at == now]
    last = min(overdue, key=lambda mark: mark.days, default=None)
    return msgspec.structs.replace(clock, marks=tuple(mark for mark in marks if mark is last or mark not in overdue))


def _moment(
    mark: Mark, clock: Clock, last: date, unit: Unit | None, calendar: WorkingCalendar, hours: BusinessHours
) -> datetime:
    match mark.what:
        case "warned":
            return hours.close_on(_days_before(last, mark.days, unit or "working_days", calendar), calendar.zone)
        case "escalated" if mark.days:
            return hours.close_on(calendar.add_working_days(last, mark.days), calendar.zone)
        case "target_passed" if clock.target:
            return clock.target.at
        case _:
            return clock.limit.at


def _days_before(last: date, days: int, unit: Unit, calendar: WorkingCalendar) -> date:
    """The day after which `days` of the unit are left up to and with `last`."""
    if unit == "calendar_days":
        return last - timedelta(days)
    day = last
    while days or not calendar.is_working(day):
        days -= calendar.is_working(day)
        day -= timedelta(1)
    return day


def open_marks(clock: Clock) -> tuple[Mark, ...]:
    """What is still to be said. A clock from before there were marks has one: that its limit was missed."""
    if not clock.is_counting:
        return ()
    if not clock.marks:
        return (Mark("missed", clock.limit.at),)
    return tuple(mark for mark in clock.marks if mark.done is None)


def next_moment(clock: Clock) -> datetime | None:
    """When the timer has to look at this clock again: for its next mark, or because a pause ends by itself."""
    if clock.pause is not None:
        return clock.pause.ends
    return min((mark.at for mark in open_marks(clock)), default=None)


def with_done(clock: Clock, mark: Mark) -> Clock:
    """The clock in which `mark`, which has been done, stands for the open one that it was."""
    was = msgspec.structs.replace(mark, done=None, person=None)
    marks = clock.marks or (was,)
    place = marks.index(was)
    return msgspec.structs.replace(clock, marks=(*marks[:place], mark, *marks[place + 1 :]))


def is_missed(clock: Clock) -> bool:
    """Whether the timer has said that the limit was missed: that stands, however a calendar changes later."""
    return any(mark.what == "missed" and mark.done for mark in clock.marks)
