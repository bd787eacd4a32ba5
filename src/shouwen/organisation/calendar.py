"""The working calendar in memory, from the rows of the database; and how official years get there."""

import threading
import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import holidays as official_holidays
from chinese_calendar.constants import workdays as official_make_up_days
from django.conf import settings
from django.db import transaction

from shouwen.core.text import Text
from shouwen.core.workdays import HOLIDAYS, MAKE_UP_DAY, Day, WorkingCalendar, weekday_name
from shouwen.organisation.models import CalendarDay
from shouwen.organisation.stamps import version_of

FRESH_FOR = 1.0
BANK = "bank"
PACKAGE = f"chinesecalendar {chinese_calendar.__version__}"
FIRST_YEAR = 2010


@transaction.atomic
def seed_calendar() -> int:
    """Write the announced years that the package knows; the bank's own exceptions stay. Returns the number of days written."""
    years = sorted({day.year for day in official_holidays} | {day.year for day in official_make_up_days})
    exceptions = set(CalendarDay.objects.filter(source=BANK).values_list("date", flat=True))
    rows = []
    for year in years:
        if year < FIRST_YEAR:
            continue
        day = date(year, 1, 1)
        while day.year == year:
            if day not in exceptions:
                rows.append(_official(day))
            day += timedelta(days=1)
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["date"], update_fields=["working", "name_zh", "name_en", "source"]
    )
    return len(rows)


def _official(day: date) -> CalendarDay:
    working = chinese_calendar.is_workday(day)
    if day in official_make_up_days:
        name = MAKE_UP_DAY
    elif day in official_holidays:
        name = _holiday_name(day)
    else:
        name = weekday_name(day)
    return CalendarDay(date=day, working=working, name_zh=name.zh, name_en=name.en, source=PACKAGE)


def _holiday_name(day: date) -> Text:
    _, english = chinese_calendar.get_holiday_detail(day)
    return HOLIDAYS[chinese_calendar.Holiday(english).name]


_lock = threading.Lock()
_current: tuple[int, WorkingCalendar] | None = None
_asked = 0.0


def working_calendar() -> WorkingCalendar:
    """The calendar as it stands; read again when the database says that it has changed."""
    global _current, _asked
    now = time.monotonic()
    if _current is not None and now - _asked < FRESH_FOR:
        return _current[1]
    with _lock:
        version = version_of("calendar")
        if _current is None or _current[0] != version:
            _current = (version, _read())
        _asked = now
        return _current[1]


def _read() -> WorkingCalendar:
    rows = CalendarDay.objects.values_list("date", "working", "name_zh", "name_en", "source")
    days = {day: Day(day, working, Text(zh, en), source) for day, working, zh, en, source in rows}
    return WorkingCalendar(days, ZoneInfo(settings.TIME_ZONE))


def forget() -> None:
    global _current
    _current = None
