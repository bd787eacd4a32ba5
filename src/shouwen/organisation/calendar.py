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
from procrastinate.contrib.django import app

from shouwen import packs
from shouwen.core.policy_calendar import calendar_days
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.workdays import (
    HOLIDAYS,
    MAKE_UP_DAY,
    Day,
    WorkingCalendar,
    provisional_year,
    weekday_name,
    weekends_only,
)
from shouwen.organisation.models import CalendarDay
from shouwen.organisation.stamps import version_of

FRESH_FOR = 1.0
BANK = "bank"
PACKAGE = f"chinesecalendar {chinese_calendar.__version__}"
FIRST_YEAR = 2010
REDATE = "oversight.redate"
"""The job that counts provisional limits again."""


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
    """The calendar as it stands; read again when the database says that it has changed.

    The official one of China, unless the standing pack has a calendar of its own; the bank's exceptions stand above either.
    """
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
    rule = packs.load(settings.SHOUWEN_PACK).calendar
    if rule is None:
        return WorkingCalendar(days, ZoneInfo(settings.TIME_ZONE))
    exceptions = {day: row for day, row in days.items() if row.source == BANK}
    return WorkingCalendar(calendar_days(rule), ZoneInfo(settings.TIME_ZONE), exceptions, unannounced=weekends_only)


def forget() -> None:
    global _current
    _current = None


# --- The bank's own exceptions 本行例外 ---------------------------------------------------------------------------------------


@transaction.atomic
def set_exception(day: date, *, working: bool, name: str) -> None:
    """本行例外: a day that the bank works, or does not, against the official calendar; its name says why. Refused: no name, no change."""
    today_says = _without_exception(day)
    name = name.strip()
    if not name:
        raise Refusal(
            "no-name", Text("请填写名称，说明为什么例外。", "Give the day a name that says why."), field="name"
        )
    if today_says.working == working:
        raise Refusal(
            "no-exception",
            Text(
                f"{day}（{today_says.name.zh}）本来就{'上班' if working else '休息'}，不需要例外。",
                f"{day} ({today_says.name.en}) is a {'working day' if working else 'day off'} anyway. No exception is needed.",
            ),
            field="date",
        )
    CalendarDay.objects.update_or_create(
        date=day, defaults={"working": working, "name_zh": name, "name_en": "", "source": BANK}
    )
    _changed()


@transaction.atomic
def remove_exception(day: date) -> None:
    """取消例外: the day is again what the official calendar says of it."""
    CalendarDay.objects.filter(date=day, source=BANK).delete()
    if is_announced(day.year) and packs.load(settings.SHOUWEN_PACK).calendar is None:
        _official(day).save()
    _changed()


def _changed() -> None:
    """Read the calendar anew, and have the limits that rest on an unannounced year counted again."""
    forget()
    app.configure_task(REDATE).defer()


def exceptions_of(year: int) -> list[CalendarDay]:
    return list(CalendarDay.objects.filter(source=BANK, date__year=year).order_by("date"))


def is_announced(year: int) -> bool:
    """Whether the official arrangement of a year is known to the program."""
    rule = packs.load(settings.SHOUWEN_PACK).calendar
    if rule is not None:
        return year in rule.years
    return year >= FIRST_YEAR and any(day.year == year for day in official_holidays)


def _without_exception(day: date) -> Day:
    """What the day is but for the bank; a day far outside is refused."""
    working_calendar().day(day)  # refuses a year outside the calendar
    rule = packs.load(settings.SHOUWEN_PACK).calendar
    if rule is not None:
        return calendar_days(rule).get(day) or weekends_only(day.year)[day]
    if is_announced(day.year):
        row = _official(day)
        return Day(day, row.working, Text(row.name_zh, row.name_en), row.source)
    return provisional_year(day.year)[day]
