"""工作日: which days a bank works, and how much working time lies between two moments.

The official calendar of a year is rows from the database: one `Day` for every day of the year, so that a day without a
row means a year not yet announced. Such days are computed from the statute and marked provisional (暂定).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.lunar_days import dragon_boat_festival, mid_autumn_festival, qingming, spring_festival
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Years that a calendar answers for. A receipt outside them is a typing error."""

WEEKDAYS = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)

HOLIDAYS: Mapping[str, Text] = MappingProxyType(
    {
        "new_years_day": Text("元旦", "New Year's Day"),
        "spring_festival": Text("春节", "Spring Festival"),
        "tomb_sweeping_day": Text("清明节", "Qingming Festival"),
        "labour_day": Text("劳动节", "Labour Day"),
        "dragon_boat_festival": Text("端午节", "Dragon Boat Festival"),
        "mid_autumn_festival": Text("中秋节", "Mid-Autumn Festival"),
        "national_day": Text("国庆节", "National Day"),
        "anti_fascist_70th_day": Text("抗战胜利70周年纪念日", "70th anniversary of victory, 2015"),
    }
)
"""法定节假日 by code; the codes are those of the package that official years are seeded from."""

MAKE_UP_DAY = Text("调休上班", "make-up working day")
STATUTE = "国务院令第795号"
"""Decision of 10 November 2024, in force since 2025: thirteen statutory holidays a year."""

WEEKENDS = "weekends"
"""The source of a day of which only the weekend is known."""


class Day(msgspec.Struct, frozen=True):
    """日历上的一天. `name` says what it is (周六, 国庆节, 调休上班), `source` who says so; `provisional`: unannounced."""

    date: date
    working: bool
    name: Text
    source: str
    provisional: bool = False


class BusinessHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """营业时间 of a working day: wall time in the bank's zone, no break at noon. Refuses to close before it opens.

    `calendar_days_end` is when a limit in calendar days ends on its last day, where that is later than the close of business.
    """

    open: time = time(9)
    close: time = time(18)
    calendar_days_end: time | None = None

    def __post_init__(self) -> None:
        if self.open.tzinfo or self.close.tzinfo or self.close <= self.open:
            raise ValueError("business hours must be wall times, and close after they open")
        if self.calendar_days_end is not None and self.calendar_days_end < self.close:
            raise ValueError("calendar days do not end before the close of business")

    @property
    def length(self) -> timedelta:
        """How long a working day is."""
        return datetime.combine(date.min, self.close) - datetime.combine(date.min, self.open)

    def close_on(self, day: date, zone: ZoneInfo) -> datetime:
        """The close of business on `day`, in UTC."""
        return datetime.combine(day, self.close, zone).astimezone(UTC)

    def calendar_end_on(self, day: date, zone: ZoneInfo) -> datetime:
        """When a limit in calendar days ends on `day`, in UTC."""
        return datetime.combine(day, self.calendar_days_end or self.close, zone).astimezone(UTC)


def weekday_name(day: date) -> Text:
    return WEEKDAYS[day.weekday()]


def official_year(year: int, off: Mapping[date, Text], made_up: Collection[date], source: str) -> dict[date, Day]:
    """公布的放假安排 as one row for each day of `year`.

    `off` has the days off with their names, `made_up` the weekend days worked for them.
    Days of other years are left out; they belong to the rows of their own year. Refuses, with ValueError, a day that is
    both off and worked.
    """
    if both := sorted(set(off) & set(made_up)):
        raise ValueError(f"a day is both off and worked: {', '.join(map(str, both))}")
    return {day: _row(day, off.get(day), source, worked=day in made_up, provisional=False) for day in _days_of(year)}


def provisional_year(year: int) -> dict[date, Day]:
    """暂定的一年: every day of a year whose arrangement is not announced, as far as the statute tells.

    Days off are weekends and the statutory holidays of the law in force since 2025, whatever the year: 1 January; lunar
    new year's eve and the first three days of the lunar year; Qingming; 1–2 May; Dragon Boat; Mid-Autumn; 1–3 October.
    Lunar holidays are known for 2018–2050, Qingming for 2000–2099; outside, they count as ordinary days. Not guessed,
    because only the announcement tells: days off in lieu of a holiday on a weekend, bridge days, and the weekend days
    worked for them.
    """
    return {day: _row(day, name, STATUTE, provisional=True) for day, name in _statutory_days(year)}


def _statutory_days(year: int) -> Iterator[tuple[date, Text | None]]:
    off = {date(year, 1, 1): "new_years_day"}
    off |= {date(year, 5, day): "labour_day" for day in (1, 2)}
    off |= {date(year, 10, day): "national_day" for day in (1, 2, 3)}
    if lunar_new_year := spring_festival(year):
        off |= {lunar_new_year + timedelta(days): "spring_festival" for days in (-1, 0, 1, 2)}
    for code, found in (
        ("tomb_sweeping_day", qingming(year)),
        ("dragon_boat_festival", dragon_boat_festival(year)),
        ("mid_autumn_festival", mid_autumn_festival(year)),
    ):
        if found:
            off.setdefault(found, code)
    for day in _days_of(year):
        code = off.get(day, "")
        yield day, HOLIDAYS.get(code)


def weekends_only(year: int) -> dict[date, Day]:
    """A year of which nothing but its weekends is known, outside mainland China; every day of it is provisional."""
    return {day: _row(day, None, WEEKENDS, provisional=True) for day in _days_of(year)}


def _days_of(year: int) -> Iterator[date]:
    return map(date.fromordinal, range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))


def _row(day: date, holiday: Text | None, source: str, *, worked: bool = False, provisional: bool) -> Day:
    if holiday:
        return Day(day, working=False, name=holiday, source=source, provisional=provisional)
    if worked:
        return Day(day, working=True, name=MAKE_UP_DAY, source=source, provisional=provisional)
    return Day(day, day.weekday() < 5, weekday_name(day), source, provisional)


class _Year:
    """One year laid out for counting: before day i stand `before[i]` working and `unsure[i]` provisional days."""

    __slots__ = ("before", "days", "first", "off", "unsure", "weekend_work", "working")

    def __init__(self, days: tuple[Day, ...]) -> None:
        self.days = days
        self.first = days[0].date.toordinal()
        self.working = tuple(day.date for day in days if day.working)
        self.off = tuple(day for day in days if not day.working)
        self.weekend_work = tuple(day for day in days if day.working and day.date.weekday() >= 5)
        self.before = [0]
        self.unsure = [0]
        for day in days:
            self.before.append(self.before[-1] + day.working)
            self.unsure.append(self.unsure[-1] + day.provisional)

    def worked_up_to(self, day: date) -> int:
        """How many days are worked up to a day of the year, and with it."""
        return self.before[day.toordinal() - self.first + 1]


class WorkingCalendar:
    """工作日历 of a bank: official rows, its own exceptions above them, provisional days where there are no rows.

    `days` and `exceptions` are read once; when rows change, build a new calendar. `unannounced` computes a whole year
    that has no rows (a bank outside China gives its own). Years are laid out when first asked for. Dates outside
    1970–2199 and moments without a zone are refused.
    """

    def __init__(
        self,
        days: Mapping[date, Day],
        zone: ZoneInfo,
        exceptions: Mapping[date, Day] = MappingProxyType({}),
        *,
        unannounced: Callable[[int], Mapping[date, Day]] = provisional_year,
    ) -> None:
        self.zone = zone
        self._rows = {**days, **exceptions}
        self._unannounced = unannounced
        self._years: dict[int, _Year] = {}

    def day(self, day: date) -> Day:
        """What the calendar knows of a day."""
        year = self._year(day.year)
        return year.days[day.toordinal() - year.first]

    def is_working(self, day: date) -> bool:
        return self.day(day).working

    def local_date(self, moment: datetime) -> date:
        """Which day it is in the bank's zone at `moment`."""
        return self._local(moment).date()

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is itself not counted. `count` is 1 or more."""
        if count < 1:
            raise ValueError(f"count working days from 1, not {count}")
        number = day.year
        year = self._year(number)
        wanted = year.worked_up_to(day) + count
        while wanted > len(year.working):
            wanted -= len(year.working)
            number += 1
            year = self._year(number)
        return year.working[wanted - 1]

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days there are after `after`, up to and with `until`; negative when `until` is earlier."""
        if until < after:
            return -self.working_days_between(until, after)
        first, last = self._year(after.year), self._year(until.year)
        whole = sum(len(self._year(number).working) for number in range(after.year, until.year))
        return whole + last.worked_up_to(until) - first.worked_up_to(after)

    def days_off(self, after: date, until: date) -> tuple[Day, ...]:
        """The days not worked after `after`, up to and with `until`."""
        return tuple(
            day
            for year, start, end in self._stretches(after, until)
            for day in year.off[start - year.before[start] : end - year.before[end]]
        )

    def weekend_work(self, after: date, until: date) -> tuple[Day, ...]:
        """The Saturdays and Sundays that are worked, after `after`, up to and with `until`."""
        return tuple(
            day
            for number in range(after.year, until.year + 1)
            for day in self._year(number).weekend_work
            if after < day.date <= until
        )

    def is_provisional(self, after: date, until: date) -> bool:
        """Whether a day after `after`, up to and with `until`, is not announced yet."""
        return any(year.unsure[end] > year.unsure[start] for year, start, end in self._stretches(after, until))

    def working_time_between(self, start: datetime, end: datetime, hours: BusinessHours) -> timedelta:
        """Working time from `start` to `end`, by the wall clock of the bank's zone; negative when `end` is earlier.

        Counts `hours` of each working day. Its cost does not grow with the days between.
        """
        if end < start:
            return -self.working_time_between(end, start, hours)
        first, last = self._local(start), self._local(end)
        whole = self.working_days_between(first.date(), last.date())
        # working_days_between counts the last day, not the first; both are corrected by what is worked of them.
        return hours.length * whole - self._still_to_work(last, hours) + self._still_to_work(first, hours)

    def _still_to_work(self, local: datetime, hours: BusinessHours) -> timedelta:
        if not self.is_working(local.date()):
            return timedelta()
        close = datetime.combine(local.date(), hours.close)
        return min(max(close - local.replace(tzinfo=None), timedelta()), hours.length)

    def _local(self, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            raise Refusal(
                "moment-without-zone",
                Text(
                    f"时间 {moment:%Y-%m-%d %H:%M} 没有注明时区，请补充时区（例如 +08:00）。",
                    f"The moment {moment:%Y-%m-%d %H:%M} names no time zone. Add one, for example +08:00.",
                ),
            )
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise _outside(moment.year)
        return moment.astimezone(self.zone)

    def _stretches(self, after: date, until: date) -> Iterator[tuple[_Year, int, int]]:
        """The years from `after` to `until`, each with the index of its first day counted and that behind its last."""
        for number in range(after.year, until.year + 1):
            year = self._year(number)
            start = after.toordinal() - year.first + 1 if number == after.year else 0
            end = until.toordinal() - year.first + 1 if number == until.year else len(year.days)
            if start < end:
                yield year, start, end

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise _outside(number)
            computed = self._unannounced(number)
            year = self._years[number] = _Year(tuple(self._rows.get(day) or computed[day] for day in _days_of(number)))
        return year


def _outside(year: int) -> Refusal:
    return Refusal(
        "date-outside-calendar",
        Text(
            f"{year} 年不在工作日历的范围内（{FIRST_YEAR}–{LAST_YEAR} 年），请核对日期。",
            f"The working calendar covers {FIRST_YEAR}–{LAST_YEAR}, not {year}. Check the date.",
        ),
    )
