"""期间: the stretch of days that statistics are of, the one before it, and the same a year before. Days of the bank's zone."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight.figures import Period

EARLIEST = date(1990, 1, 1)
"""No complaint on record here is older; dates before it are slips of the keyboard."""


def period(first: date, last: date) -> Period:
    """Refused: a last day before the first, a first day before 1990, and a year that no calendar here has."""
    if last < first:
        raise Refusal(
            "period-backwards",
            Text("截止日期早于起始日期，请调整期间。", "The last day is before the first. Change the period."),
            field="until",
        )
    if first < EARLIEST or last.year >= date.max.year:
        raise Refusal(
            "period-unlikely",
            Text("期间过早或过晚，请核对年份。", "The period is too early or too late. Check the years."),
            field="from",
        )
    return Period(first, last)


def before(now: Period) -> Period:
    """上期: whole months go back by as many months, other periods by as many days."""
    end = now.first - timedelta(days=1)
    if now.first.day == 1 and now.last == _end_of_month(now.last):
        months = (now.last.year - now.first.year) * 12 + now.last.month - now.first.month + 1
        return Period(_months_before(now.first, months), end)
    return Period(end - (now.last - now.first), end)


def year_before(now: Period) -> Period:
    """上年同期. The end of a month stays the end of a month: 28 February 2025 is told beside 29 February 2024."""
    last = _year_back(now.last)
    return Period(_year_back(now.first), _end_of_month(last) if now.last == _end_of_month(now.last) else last)


def presets(today: date) -> list[tuple[str, Text, Period]]:
    """本月、上月、本季、本年: each ends with its last day, today or not, so that it is compared with whole ones."""
    month = Period(today.replace(day=1), _end_of_month(today))
    first_of_quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    quarter = Period(first_of_quarter, _end_of_month(_months_before(first_of_quarter, -2)))
    year = Period(today.replace(month=1, day=1), today.replace(month=12, day=31))
    return [
        ("month", Text("本月", "This month"), month),
        ("last-month", Text("上月", "Last month"), before(month)),
        ("quarter", Text("本季", "This quarter"), quarter),
        ("year", Text("本年", "This year"), year),
    ]


MOST_WEEKS = 18
MOST_MONTHS = 48


def parts(whole: Period) -> tuple[str, list[Period]]:
    """周、月或年: the period in weeks (from Monday), in months or in years, so that a chart of it has at most some fifty points; first and last
    are cut where the period is. Returns which, with the parts."""
    for name, most, following in (("week", MOST_WEEKS, _next_week), ("month", MOST_MONTHS, _next_month)):
        found = _cut(whole, following)
        if len(found) <= most:
            return name, found
    return "year", _cut(whole, _next_year)


def _cut(whole: Period, following: Callable[[date], date]) -> list[Period]:
    found, first = [], whole.first
    while first <= whole.last:
        after = following(first)
        found.append(Period(first, min(after - timedelta(days=1), whole.last)))
        first = after
    return found


def _next_week(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _next_month(day: date) -> date:
    return _months_before(day.replace(day=1), -1)


def _next_year(day: date) -> date:
    return date(day.year + 1, 1, 1)


def weeks_until(day: date, count: int) -> list[Period]:
    """The last `count` weeks from Monday to Sunday, the last one with this day and cut there."""
    monday = day - timedelta(days=day.weekday())
    return [
        Period(first, min(first + timedelta(days=6), day))
        for first in (monday - timedelta(weeks=back) for back in range(count - 1, -1, -1))
    ]


def _months_before(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _year_back(day: date) -> date:
    year = day.year - 1
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
