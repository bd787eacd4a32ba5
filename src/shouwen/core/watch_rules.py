"""监测规则 (mission E3): N complaints within M working days on one and the same unit, class, cause, channel, product or employee.

The same functions say what a rule would have found (试算) and what it finds. Days of the bank's zone.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from shouwen.core.text import Text
from shouwen.core.workdays import WorkingCalendar

DAY = timedelta(days=1)
MOST_DAYS = 60
"""Working days that a window may have."""
LONGEST_BREAK = 20


class Per(StrEnum):
    """同一……: what the complaints of one warning have in common."""

    UNIT = "unit"
    CLASS = "class"
    CAUSE = "cause"
    CHANNEL = "channel"
    PRODUCT = "product"
    EMPLOYEE = "employee"

    @property
    def label(self) -> Text:
        return PER_TITLES[self]


PER_TITLES = {
    Per.UNIT: Text("同一处理单位", "one handling unit"),
    Per.CLASS: Text("同一类别", "one class"),
    Per.CAUSE: Text("同一原因", "one cause"),
    Per.CHANNEL: Text("同一渠道", "one channel"),
    Per.PRODUCT: Text("同一业务类别", "one product"),
    Per.EMPLOYEE: Text("同一名被投诉员工（不具名）", "one employee (not named)"),
}


class Reached(msgspec.Struct, frozen=True, order=True):
    """达到: the window from `first` to `day` had `observed` complaints, and the last day at least one of them."""

    day: date
    first: date
    observed: int


def window_first(calendar: WorkingCalendar, day: date, days: int) -> date:
    """The first day of the window of `days` working days that ends with `day`, days off between and after them with it."""
    first = day
    left = days - calendar.is_working(day)
    for _ in range(days * 2 + 2 * LONGEST_BREAK):
        if not left:
            break
        first -= DAY
        left -= calendar.is_working(first)
    return first


def reached(
    counts: Mapping[date, int], first: date, last: date, count: int, days: int, calendar: WorkingCalendar
) -> list[Reached]:
    """The days from `first` to `last` that bring the window up to `count` or further beyond it. A day without a complaint brings nothing."""
    found = []
    for day in sorted(each for each in counts if first <= each <= last and counts[each] > 0):
        begin = window_first(calendar, day, days)
        observed = sum(number for each, number in counts.items() if begin <= each <= day)
        if observed >= count:
            found.append(Reached(day, begin, observed))
    return found


def warnings_of(found: Iterable[Reached]) -> int:
    """预警次数: a day whose window holds a day of the warning before it belongs to that warning."""
    warnings, last = 0, date.min
    for each in found:
        warnings += each.first > last
        last = each.day
    return warnings
