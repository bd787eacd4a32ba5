"""日类: what kind of day a day is for the number of complaints, by the bank's working calendar (early warning, mission E3)."""

from datetime import date, timedelta
from enum import StrEnum

from shouwen.core.text import Text
from shouwen.core.workdays import WEEKDAYS, WorkingCalendar, weekday_name

DAY = timedelta(days=1)
LONGEST_STRETCH = 20
"""Days off in a row that are looked back through for a holiday; the longest official one has nine."""


class DayKind(StrEnum):
    """日类. A weekday that follows a public holiday, a weekend day that is worked, and a public holiday are kinds of their own."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    WEEKEND_WORK = "weekend_work"
    HOLIDAY = "holiday"
    AFTER_HOLIDAY = "after_holiday"

    @property
    def label(self) -> Text:
        return KIND_TITLES[self]


WEEK = tuple(DayKind)[:7]
RARE = frozenset({DayKind.WEEKEND_WORK, DayKind.HOLIDAY, DayKind.AFTER_HOLIDAY})
KIND_TITLES = {
    **dict(zip(WEEK, WEEKDAYS, strict=True)),
    DayKind.WEEKEND_WORK: Text("调休上班日", "Weekend day worked"),
    DayKind.HOLIDAY: Text("法定节假日", "Public holiday"),
    DayKind.AFTER_HOLIDAY: Text("节后首个工作日", "First working day after a holiday"),
}


class DayKinds:
    """The kinds of days by one working calendar, each worked out once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self._known: dict[date, DayKind] = {}

    def __call__(self, day: date) -> DayKind:
        kind = self._known.get(day)
        if kind is None:
            kind = self._known[day] = self._kind(day)
        return kind

    def _kind(self, day: date) -> DayKind:
        if not self.calendar.is_working(day):
            return DayKind.HOLIDAY if self._is_holiday(day) else WEEK[day.weekday()]
        if self._follows_a_holiday(day):
            return DayKind.AFTER_HOLIDAY
        return DayKind.WEEKEND_WORK if day.weekday() >= 5 else WEEK[day.weekday()]

    def _is_holiday(self, day: date) -> bool:
        """A day off for another reason than the weekend: a statutory holiday, or the bank's own day off."""
        return self.calendar.day(day).name != weekday_name(day)

    def _follows_a_holiday(self, day: date) -> bool:
        for back in range(1, LONGEST_STRETCH + 1):
            before = day - back * DAY
            if self.calendar.is_working(before):
                return False
            if self._is_holiday(before):
                return True
        return False
