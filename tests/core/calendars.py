"""The official calendar of 2018 to 2026 as the bank's rows, and moments by the wall clock of Shanghai."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from chinese_calendar import constants as announced

from shouwen.core.workdays import HOLIDAYS, BusinessHours, Day, WorkingCalendar, official_year

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = BusinessHours()


def announced_rows(first: int, last: int) -> dict[date, Day]:
    """A row for each day of the years `first` to `last`, as they were announced."""
    rows: dict[date, Day] = {}
    for year in range(first, last + 1):
        off = {
            day: HOLIDAYS[announced.Holiday(name).name] for day, name in announced.holidays.items() if day.year == year
        }
        rows |= official_year(year, off, [day for day in announced.workdays if day.year == year], "chinesecalendar")
    return rows


ROWS = announced_rows(2018, 2026)
CALENDAR = WorkingCalendar(ROWS, SHANGHAI)


def here(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the wall clock in Shanghai, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)
