"""The second calculation: time limits by walking from day to day, sharing nothing with the program's own counting.

What is worked from 2018 to 2026 is asked of chinesecalendar one day at a time; 2027 is weekends and the statutory days
that `holidays` knows. China has one zone without summer time, so here it is a fixed eight hours.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

import chinese_calendar
import holidays

SHANGHAI = timezone(timedelta(hours=8))
OPEN, CLOSE = time(9), time(18)
ONE_DAY = timedelta(days=1)
STATUTORY_2027 = set(holidays.country_holidays("CN", years=2027, observed=False))


@cache
def is_worked(day: date) -> bool:
    if day.year == 2027:
        return day.isoweekday() not in (6, 7) and day not in STATUTORY_2027
    return bool(chinese_calendar.is_workday(day))


def walk(start: datetime, count: int, flipped: Mapping[date, bool]) -> tuple[datetime, list[date]]:
    """Where `count` working days after `start` end, and the days passed over; `flipped`: decided by the bank itself."""
    today = start.astimezone(SHANGHAI).date()
    passed_over = []
    while count > 0:
        today = today + ONE_DAY
        if flipped.get(today, is_worked(today)):
            count = count - 1
        else:
            passed_over.append(today)
    return datetime.combine(today, CLOSE, SHANGHAI), passed_over


def worked_between(start: datetime, end: datetime) -> timedelta:
    """Open hours from `start` to a later `end`, one day at a time."""
    total = timedelta()
    day, last = start.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()
    while day <= last:
        if is_worked(day):
            opened = max(start, datetime.combine(day, OPEN, SHANGHAI))
            closed = min(end, datetime.combine(day, CLOSE, SHANGHAI))
            if closed > opened:
                total += closed - opened
        day += ONE_DAY
    return total


def walk_with_pauses(
    start: datetime, count: int, pauses: Sequence[tuple[datetime, datetime]], *, working: bool
) -> tuple[datetime, set[date]]:
    """Where `count` days after `start` end when the clock stands still from the day of each pause to the day before it goes on."""
    still = set()
    for since, until in pauses:
        day, on_again = since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
        while day < on_again:
            still.add(day)
            day += ONE_DAY
    today = start.astimezone(SHANGHAI).date()
    passed_over = set()
    while count > 0:
        today = today + ONE_DAY
        if today not in still and (not working or is_worked(today)):
            count = count - 1
        else:
            passed_over.add(today)
    return datetime.combine(today, CLOSE, SHANGHAI), passed_over
