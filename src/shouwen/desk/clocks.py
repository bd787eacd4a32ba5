"""时限的说法: working time left, in words, the same in the page and in its script (static/desk/refresh.js)."""

from django.utils.translation import gettext, ngettext

from shouwen.desk.parts import ClockFace, ClockState

MINUTE = 60
HOUR = 3600
WHOLE_DAYS_FROM = 3


def words_of_duration(seconds: int, day: int) -> str:
    """Working time in words. `day` is the length of a working day in seconds; from three days on, hours are left out."""
    seconds = abs(seconds)
    days, rest = divmod(seconds, day)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        words = ngettext("%(count)s working day", "%(count)s working days", days) % {"count": days}
        return words if days >= WHOLE_DAYS_FROM or not hours else f"{words} {_hours(hours)}"
    if hours:
        return _hours(hours) if not minutes else f"{_hours(hours)} {_minutes(minutes)}"
    return _minutes(minutes)


def words_of_clock(face: ClockFace) -> str:
    match face.state:
        case ClockState.DONE:
            return gettext("Late, done") if face.late else gettext("Done in time")
        case ClockState.PAUSED:
            return gettext("Clock stopped")
        case ClockState.OVERDUE:
            return gettext("%(time)s over") % {"time": words_of_duration(face.left, face.day)}
        case _:
            return gettext("%(time)s left") % {"time": words_of_duration(face.left, face.day)}


def words_for_the_script() -> dict[str, str]:
    """The same phrases for refresh.js, which counts on while the page is open."""
    return {
        "day": ngettext("%(count)s working day", "%(count)s working days", 1),
        "days": ngettext("%(count)s working day", "%(count)s working days", 2),
        "hours": gettext("%(count)s h"),
        "minutes": gettext("%(count)s min"),
        "left": gettext("%(time)s left"),
        "over": gettext("%(time)s over"),
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


def _hours(count: int) -> str:
    return gettext("%(count)s h") % {"count": count}


def _minutes(count: int) -> str:
    return gettext("%(count)s min") % {"count": count}
