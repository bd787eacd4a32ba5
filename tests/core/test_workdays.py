"""Working days: the official calendar, provisional years, the bank's exceptions, working time between two moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import msgspec
import pytest
from chinese_calendar import constants as announced
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.core.lunar_days import dragon_boat_festival, mid_autumn_festival, qingming, spring_festival
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.workdays import (
    HOLIDAYS,
    MAKE_UP_DAY,
    BusinessHours,
    Day,
    WorkingCalendar,
    official_year,
    provisional_year,
    weekday_name,
)
from tests.core import oracle
from tests.core.calendars import CALENDAR, HOURS, ROWS, SHANGHAI, here


def days_of(first: int, last: int) -> list[date]:
    span = (date(last, 12, 31) - date(first, 1, 1)).days + 1
    return [date(first, 1, 1) + timedelta(days) for days in range(span)]


def test_the_official_days_of_nine_years_agree_with_two_independent_packages() -> None:
    second_opinion = holidays.country_holidays("CN", years=range(2018, 2027))
    for day in days_of(2018, 2026):
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day) == second_opinion.is_working_day(day), day


def test_every_holiday_that_the_seed_knows_has_a_name_in_both_languages() -> None:
    assert {holiday.name for holiday in announced.Holiday} <= set(HOLIDAYS)
    assert all(name.zh and name.en for name in HOLIDAYS.values())


def test_a_make_up_saturday_is_worked_and_says_so() -> None:
    day = CALENDAR.day(date(2026, 5, 9))
    assert day.date.weekday() == 5
    assert day.working
    assert day.name == Text("调休上班", "make-up working day")
    assert not day.provisional


@pytest.mark.parametrize(
    ("day", "working", "name"),
    [
        (date(2026, 10, 7), False, HOLIDAYS["national_day"]),
        (date(2026, 10, 10), True, MAKE_UP_DAY),
        (date(2026, 10, 17), False, Text("周六", "Saturday")),
        (date(2026, 10, 19), True, Text("周一", "Monday")),
    ],
)
def test_a_day_is_called_what_people_call_it(day: date, working: bool, name: Text) -> None:
    assert (CALENDAR.day(day).working, CALENDAR.day(day).name) == (working, name)


def test_an_announced_year_has_a_row_for_each_of_its_days_and_for_no_other() -> None:
    new_year = {date(2026, 12, 31): HOLIDAYS["new_years_day"], date(2027, 1, 1): HOLIDAYS["new_years_day"]}
    rows = official_year(2027, new_year, [date(2027, 1, 9)], "notice")
    assert sorted(rows) == days_of(2027, 2027)
    assert not rows[date(2027, 1, 1)].working
    assert rows[date(2027, 1, 9)] == Day(date(2027, 1, 9), True, MAKE_UP_DAY, "notice", False)


def test_an_announcement_that_calls_a_day_both_off_and_worked_is_refused() -> None:
    with pytest.raises(ValueError, match="2027-01-02"):
        official_year(2027, {date(2027, 1, 2): HOLIDAYS["new_years_day"]}, [date(2027, 1, 2)], "notice")


def test_a_year_not_announced_is_computed_from_weekends_and_the_statute_and_marked_provisional() -> None:
    year = provisional_year(2027)
    assert sorted(year) == days_of(2027, 2027)
    assert all(day.provisional and day.source for day in year.values())
    assert not year[date(2027, 1, 1)].working
    assert year[date(2027, 1, 4)].working
    assert {day for day in year if year[day].working} == {day for day in year if oracle.is_worked(day)}


def test_the_statutory_days_are_right_in_every_year_from_2027_to_2050() -> None:
    statutory = holidays.country_holidays("CN", years=range(2027, 2051), observed=False)
    for number in range(2027, 2051):
        year = provisional_year(number)
        found = {day for day in year if year[day].name in HOLIDAYS.values()}
        assert found == {day for day in statutory if day.year == number}, number


def test_the_lunar_days_are_those_that_were_announced_in_the_years_gone() -> None:
    names = {day: announced.Holiday(name) for day, name in announced.holidays.items()}
    for year in range(2018, 2027):
        festivals = {
            spring_festival(year): announced.Holiday.spring_festival,
            qingming(year): announced.Holiday.tomb_sweeping_day,
            dragon_boat_festival(year): announced.Holiday.dragon_boat_festival,
            mid_autumn_festival(year): announced.Holiday.mid_autumn_festival,
        }
        for day, name in festivals.items():
            assert day is not None
            # In 2020 the Mid-Autumn Festival fell on the National Day, which then gave the day its name.
            assert names[day] is (announced.Holiday.national_day if day == date(2020, 10, 1) else name)


def test_a_lunar_day_beyond_the_table_is_not_guessed() -> None:
    assert (spring_festival(2051), dragon_boat_festival(2017), mid_autumn_festival(2051)) == (None, None, None)
    assert (qingming(1999), qingming(2100)) == (None, None)
    assert not provisional_year(2120)[date(2120, 10, 1)].working


def test_a_holiday_shared_by_two_festivals_is_listed_once() -> None:
    assert mid_autumn_festival(2031) == date(2031, 10, 1)
    assert provisional_year(2031)[date(2031, 10, 1)].name == HOLIDAYS["national_day"]


def test_the_banks_own_exception_stands_above_the_official_row() -> None:
    flood = Day(date(2026, 11, 24), False, Text("防汛停业", "closed for the flood"), "bank")
    stocktaking = Day(date(2026, 11, 28), True, Text("年终盘点", "stocktaking"), "bank")
    calendar = WorkingCalendar(ROWS, SHANGHAI, {day.date: day for day in (flood, stocktaking)})
    assert calendar.day(flood.date) is flood
    assert calendar.day(stocktaking.date) is stocktaking
    assert calendar.add_working_days(date(2026, 11, 23), 5) == date(2026, 11, 30)


def test_an_exception_in_a_year_not_announced_leaves_its_other_days_provisional() -> None:
    closed = Day(date(2027, 3, 8), False, Text("停业", "closed"), "bank")
    calendar = WorkingCalendar(ROWS, SHANGHAI, {closed.date: closed})
    assert calendar.day(closed.date) is closed
    assert calendar.day(date(2027, 3, 9)).provisional
    assert not calendar.is_provisional(date(2027, 3, 7), date(2027, 3, 8))
    assert calendar.is_provisional(date(2027, 3, 7), date(2027, 3, 9))


def test_a_bank_outside_china_says_itself_what_an_unannounced_year_looks_like() -> None:
    def every_day_worked(year: int) -> dict[date, Day]:
        return {day: Day(day, True, weekday_name(day), "own", True) for day in days_of(year, year)}

    calendar = WorkingCalendar({}, ZoneInfo("Europe/London"), unannounced=every_day_worked)
    assert calendar.add_working_days(date(2027, 1, 1), 3) == date(2027, 1, 4)


def test_the_banks_zone_decides_what_day_it_is() -> None:
    moment = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert CALENDAR.local_date(moment - timedelta(seconds=1)) == date(2026, 11, 24)
    assert CALENDAR.local_date(moment) == date(2026, 11, 25)
    assert WorkingCalendar({}, ZoneInfo("Europe/London")).local_date(moment) == date(2026, 11, 24)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = here(2026, 11, 24, 10).replace(tzinfo=None)
    with pytest.raises(Refusal) as refused:
        CALENDAR.local_date(naive)
    assert refused.value.rule == "moment-without-zone"
    with pytest.raises(Refusal):
        CALENDAR.working_time_between(naive, naive, HOURS)


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_moment_in_an_impossible_year_is_refused_in_words(moment: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        CALENDAR.local_date(moment)
    assert refused.value.rule == "date-outside-calendar"
    assert str(moment.year) in refused.value.message.zh


def test_counting_past_the_end_of_the_calendar_is_refused_not_endless() -> None:
    with pytest.raises(Refusal):
        CALENDAR.add_working_days(date(2199, 12, 30), 10)


@pytest.mark.parametrize("count", [0, -1])
def test_working_days_are_counted_from_one(count: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        CALENDAR.add_working_days(date(2026, 11, 24), count)


@settings(deadline=None)
@given(st.dates(date(2018, 1, 1), date(2027, 6, 30)), st.integers(1, 80))
def test_the_nth_working_day_is_worked_and_has_n_minus_one_before_it(start: date, count: int) -> None:
    found = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working(found)
    assert CALENDAR.working_days_between(start, found) == count
    assert CALENDAR.working_days_between(found, start) == -count
    assert len(CALENDAR.days_off(start, found)) == (found - start).days - count


def test_the_days_off_and_the_weekend_work_of_a_stretch_leave_its_first_day_out() -> None:
    off = CALENDAR.days_off(date(2026, 10, 7), date(2026, 10, 18))
    assert [day.date.day for day in off] == [11, 17, 18]
    worked = CALENDAR.weekend_work(date(2026, 9, 20), date(2026, 10, 10))
    assert [day.date for day in worked] == [date(2026, 10, 10)]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (here(2026, 11, 24, 9), here(2026, 11, 24, 18), 9),
        (here(2026, 11, 24, 8), here(2026, 11, 24, 20), 9),
        (here(2026, 11, 24, 17), here(2026, 11, 25, 10), 2),
        (here(2026, 11, 27, 17), here(2026, 11, 30, 10), 2),
        (here(2026, 11, 28, 10), here(2026, 11, 29, 10), 0),
        (here(2026, 11, 24, 19), here(2026, 11, 25, 8), 0),
        (here(2026, 9, 30, 17), here(2026, 10, 8, 10), 2),
        (here(2026, 12, 31, 17), here(2027, 1, 4, 10), 2),
        (here(2026, 11, 24, 12), here(2026, 11, 24, 12), 0),
    ],
)
def test_working_time_counts_business_hours_only(start: datetime, end: datetime, hours: int) -> None:
    assert CALENDAR.working_time_between(start, end, HOURS) == timedelta(hours=hours)
    assert CALENDAR.working_time_between(end, start, HOURS) == -timedelta(hours=hours)


FIRST = datetime(2018, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, (datetime(2027, 12, 31, tzinfo=UTC) - FIRST) // timedelta(microseconds=1) - 1).map(
    lambda microseconds: FIRST + timedelta(microseconds=microseconds)
)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.integers(0, 60 * 24 * 3600))
def test_working_time_agrees_with_the_second_calculation(start: datetime, seconds: int) -> None:
    end = min(start + timedelta(seconds=seconds), datetime(2027, 12, 31, tzinfo=UTC))
    assert CALENDAR.working_time_between(start, end, HOURS) == oracle.worked_between(start, end)


@settings(deadline=None)
@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up_along_the_way(first: datetime, second: datetime, third: datetime) -> None:
    between = CALENDAR.working_time_between
    assert between(first, second, HOURS) + between(second, third, HOURS) == between(first, third, HOURS)


@pytest.mark.parametrize("close", [time(9), time(8, 59)])
def test_business_hours_that_end_before_they_begin_are_refused(close: time) -> None:
    with pytest.raises(ValueError, match="business hours"):
        BusinessHours(time(9), close)


def test_business_hours_are_read_from_a_pack_and_unknown_fields_refused() -> None:
    assert msgspec.convert({"open": "08:30:00", "close": "17:00:00"}, BusinessHours).length == timedelta(
        hours=8, minutes=30
    )
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"open": "08:30:00", "closes": "17:00:00"}, BusinessHours)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"open": "18:00:00", "close": "09:00:00"}, BusinessHours)
