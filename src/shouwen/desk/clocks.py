"""时限牌: a clock of the core, read at one moment, as the desk shows it."""

from datetime import datetime, timedelta

import msgspec
from django.utils.translation import gettext, ngettext

from shouwen.core.text import Text
from shouwen.core.timelimits import BusinessHours, Clock, explain, is_counting, time_left
from shouwen.core.workdays import WorkingCalendar
from shouwen.desk.parts import ClockFace, ClockState

TITLES = {
    "accept": Text("受理时限", "Time to accept"),
    "sign": Text("签收时限", "Time to sign for"),
    "reply": Text("回复时限", "Time to reply"),
    "superior": Text("来文要求答复", "The transferring body's date"),
    "media": Text("记者要求答复", "The journalist's deadline"),
    "review": Text("核查时限", "Time to review"),
    "investigate": Text("调查时限", "Time to investigate"),
    "check": Text("复核时限", "Time to check"),
    "supervision": Text("督办要求答复", "The supervisor's date"),
}
DONE_IN_TIME = Text("按时完成", "done in time")
DONE_LATE = Text("超时完成", "done late")
MOST_TICKS = 31


def title_of_kind(kind: str) -> Text:
    """What the desk calls a clock of this kind."""
    return TITLES.get(kind, Text(kind, kind))


def read_clock(
    clock: Clock,
    now: datetime,
    calendar: WorkingCalendar,
    hours: BusinessHours,
    *,
    warn_below: timedelta,
    gauge: bool = False,
) -> ClockFace:
    """The face of a clock at `now`. From `warn_below` of working time on, the limit counts as near.

    `gauge` also fills what only the large clock shows (the gauge and the explanation): not for lists.
    """
    limit = clock.limit
    left = calendar.working_time_between(now, limit.at, hours)
    if clock.stopped is not None:
        state, words = ClockState.DONE, DONE_IN_TIME if clock.kept else DONE_LATE
    elif clock.pause is not None:
        why = clock.pause.title
        state, words = ClockState.PAUSED, Text(f"已中止：{why.zh}", f"paused: {why.en}")
    else:
        near = ClockState.NEAR if left <= warn_below else ClockState.OK
        state = ClockState.OVERDUE if now > limit.at else near
        words = time_left(now, limit.at, calendar, hours, started=clock.started)
    face = ClockFace(
        title=title_of_kind(clock.kind),
        state=state,
        words=words,
        due=limit.at,
        left=int(left.total_seconds()),
        day=int(hours.length.total_seconds()),
        open_for=_open_for(now, calendar, hours) if _ticks(clock, now, calendar) else 0,
        warn_below=int(warn_below.total_seconds()),
        target=clock.target.at if clock.target else None,
        provisional=limit.provisional,
    )
    return _with_gauge(face, clock, now, calendar, hours) if gauge else face


def _ticks(clock: Clock, now: datetime, calendar: WorkingCalendar) -> bool:
    """Whether the page may let the words run down: not for a stopped or paused clock, nor on the day that is not counted."""
    return clock.is_counting and is_counting(now, clock.limit.at, clock.started, calendar)


def _open_for(now: datetime, calendar: WorkingCalendar, hours: BusinessHours) -> int:
    """Seconds of business hours still to come without a break; 0 outside them."""
    today = calendar.local_date(now)
    close = hours.close_on(today, calendar.zone)
    if not calendar.is_working(today) or not close - hours.length <= now < close:
        return 0
    return int((close - now).total_seconds())


def _with_gauge(
    face: ClockFace, clock: Clock, now: datetime, calendar: WorkingCalendar, hours: BusinessHours
) -> ClockFace:
    whole = calendar.working_time_between(clock.started, clock.limit.at, hours)

    def share(moment: datetime) -> float:
        passed = calendar.working_time_between(clock.started, moment, hours)
        return min(max(passed / whole, 0.0), 1.0) if whole else 1.0

    first = calendar.local_date(clock.started)
    counted = clock.limit.days if clock.limit.unit == "working_days" and clock.limit.days <= MOST_TICKS else 0
    closes = (hours.close_on(calendar.add_working_days(first, day), calendar.zone) for day in range(1, counted + 1))
    return msgspec.structs.replace(
        face,
        run=share(clock.stopped or (clock.pause.since if clock.pause else now)),
        target_run=share(clock.target.at) if clock.target else None,
        ticks=tuple(share(close) for close in closes),
        explanation=explain(clock.limit, calendar.zone),
    )


def words_for_the_script() -> dict[str, str]:
    """What refresh.js, autosave.js and notices.js say. The words of a clock are those of core/timelimits.py."""
    units = {
        "day": ("%(count)s working day", "%(count)s working days"),
        "hour": ("%(count)s hour", "%(count)s hours"),
        "minute": ("%(count)s minute", "%(count)s minutes"),
    }
    counted = {unit: ngettext(one, many, 1) for unit, (one, many) in units.items()}
    counted |= {f"{unit}s": ngettext(one, many, 2) for unit, (one, many) in units.items()}
    return counted | {
        "left": gettext("%(time)s left"),
        "over": gettext("%(time)s overdue"),
        "lessThanAMinute": gettext("less than a minute"),
        "timeIsUp": gettext("time is up"),
        "justNow": gettext("just now"),
        "minutesAgo": gettext("%(count)s min ago"),
        "hoursAgo": gettext("%(count)s h ago"),
        "saving": gettext("Saving the draft …"),
        "saved": gettext("Draft saved %(time)s"),
        "unsaved": gettext("Not saved yet"),
        "saveFailed": gettext("The draft is not saved. What you typed is still here; it is tried again as you go on."),
        "confirm": gettext("Confirm"),
        "requestFailed": gettext("That did not work. Nothing was changed; please try again."),
        "offline": gettext("No connection to the server. Nothing was changed; please try again."),
    }
