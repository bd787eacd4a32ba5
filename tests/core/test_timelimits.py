"""Time limits: when something falls due, why, and what is left (mission A3, A7)."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import (
    BusinessHours,
    Clock,
    DueMoment,
    SkippedDay,
    TimeLimit,
    due,
    explain,
    recalculated,
    start_clock,
    stop_clock,
    time_left,
    time_left_in_words,
)
from shouwen.core.workdays import HOLIDAYS, Day, WorkingCalendar, official_year
from tests.core import oracle
from tests.core.calendars import CALENDAR, HOURS, ROWS, SHANGHAI, here

GENERAL = TimeLimit("general", Text("一般投诉", "General complaint"), 3, "working_days", source="A7")
COMPLEX = TimeLimit("complex", Text("复杂投诉", "Complex complaint"), 10, "working_days", 7, "A7")
FIFTEEN = TimeLimit("decision", Text("处理决定", "Decision"), 15, "calendar_days")


def due_at(rule: TimeLimit, start: datetime, calendar: WorkingCalendar = CALENDAR) -> datetime:
    return due(rule, start, calendar, HOURS).at


def test_three_working_days_end_at_close_of_business_of_the_third_day_after_receipt() -> None:
    assert due_at(GENERAL, here(2026, 11, 24, 10)) == here(2026, 11, 27, 18)


def test_a_due_moment_is_in_utc_and_keeps_what_was_counted() -> None:
    moment = due(GENERAL, datetime(2026, 11, 26, 10, tzinfo=SHANGHAI), CALENDAR, HOURS)
    assert moment == DueMoment(
        at=datetime(2026, 12, 1, 10, tzinfo=UTC),
        rule="general",
        start=datetime(2026, 11, 26, 2, tzinfo=UTC),
        days=3,
        unit="working_days",
        skipped=(
            SkippedDay(date(2026, 11, 28), Text("周六", "Saturday")),
            SkippedDay(date(2026, 11, 29), Text("周日", "Sunday")),
        ),
        title=GENERAL.title,
    )
    assert moment.at.tzinfo is moment.start.tzinfo is UTC


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (8, 59), (18, 1), (23, 59)])
def test_the_hour_of_receipt_does_not_matter(hour: int, minute: int) -> None:
    assert due_at(GENERAL, here(2026, 11, 24, hour, minute)) == here(2026, 11, 27, 18)


def test_midnight_in_shanghai_begins_the_next_day_of_receipt() -> None:
    last_minute, midnight = here(2026, 11, 24, 23, 59), here(2026, 11, 25)
    assert midnight - last_minute == timedelta(minutes=1)
    assert last_minute.date() == midnight.date(), "one day in UTC, two in Shanghai"
    assert due_at(GENERAL, last_minute) == here(2026, 11, 27, 18)
    assert due_at(GENERAL, midnight) == here(2026, 11, 30, 18)


def test_receipt_on_a_holiday_counts_from_the_first_working_day_after_it() -> None:
    for day in range(1, 8):
        assert due_at(GENERAL, here(2026, 10, day, 12)) == here(2026, 10, 10, 18)


def test_a_make_up_saturday_is_counted() -> None:
    assert due_at(GENERAL, here(2026, 5, 7, 12)) == here(2026, 5, 11, 18)
    moment = due(GENERAL, here(2026, 5, 7, 12), CALENDAR, HOURS)
    assert [day.date for day in moment.skipped] == [date(2026, 5, 10)]
    assert [day.date for day in moment.made_up] == [date(2026, 5, 9)]


def test_receipt_on_a_make_up_saturday_does_not_count_that_saturday() -> None:
    assert due_at(GENERAL, here(2026, 5, 9, 12)) == here(2026, 5, 13, 18)


def test_calendar_days_run_through_holidays_and_skip_nothing() -> None:
    moment = due(FIFTEEN, here(2026, 9, 22, 12), CALENDAR, HOURS)
    assert moment.at == here(2026, 10, 7, 18)
    assert moment.skipped == moment.made_up == ()
    assert not due(FIFTEEN, here(2026, 12, 25, 12), CALENDAR, HOURS).provisional


def test_a_receipt_on_christmas_2026_crosses_into_a_year_not_announced_and_says_so() -> None:
    moment = due(COMPLEX, here(2026, 12, 25, 10), CALENDAR, HOURS)
    assert moment.provisional
    assert moment.at == here(2027, 1, 11, 18)
    assert not due(GENERAL, here(2026, 12, 25, 10), CALENDAR, HOURS).provisional


ANNOUNCED_2027 = official_year(
    2027,
    {date(2027, 1, day): HOLIDAYS["new_years_day"] for day in (1, 4)},
    [date(2027, 1, 9)],
    "the notice for 2027, invented for this test",
)


def test_the_announcement_of_a_year_moves_the_due_moment_and_makes_it_final() -> None:
    announced = WorkingCalendar(ROWS | ANNOUNCED_2027, SHANGHAI)
    start = here(2026, 12, 24, 10)
    before, after = due(COMPLEX, start, CALENDAR, HOURS), due(COMPLEX, start, announced, HOURS)
    assert (before.at, before.provisional) == (here(2027, 1, 8, 18), True)
    assert (after.at, after.provisional) == (here(2027, 1, 9, 18), False)


def test_a_running_clock_is_recalculated_and_a_stopped_one_is_not() -> None:
    announced = WorkingCalendar(ROWS | ANNOUNCED_2027, SHANGHAI)
    running = start_clock("reply", COMPLEX, here(2026, 12, 24, 10), CALENDAR, HOURS)
    assert recalculated(running, announced, HOURS) == start_clock("reply", COMPLEX, running.started, announced, HOURS)
    (stopped,) = stop_clock((running,), "reply", here(2026, 12, 30, 10))
    assert recalculated(stopped, announced, HOURS) is stopped


def test_a_clock_without_a_target_is_recalculated_without_one() -> None:
    running = start_clock("reply", GENERAL, here(2026, 12, 30, 10), CALENDAR, HOURS)
    assert recalculated(running, CALENDAR, HOURS) == running
    assert running.target is None


def test_the_banks_own_day_off_moves_the_due_moment_and_is_named_in_it() -> None:
    closed = Day(date(2026, 11, 25), False, Text("防汛停业", "closed for the flood"), "bank")
    calendar = WorkingCalendar(ROWS, SHANGHAI, {closed.date: closed})
    moment = due(GENERAL, here(2026, 11, 24, 10), calendar, HOURS)
    assert moment.at == here(2026, 11, 30, 18)
    assert moment.skipped[0] == SkippedDay(closed.date, closed.name)


def test_the_bank_closes_when_its_pack_says() -> None:
    assert due(GENERAL, here(2026, 11, 24), CALENDAR, BusinessHours(time(8, 30), time(17, 30))).at == here(
        2026, 11, 27, 17, 30
    )


def test_summer_time_moves_the_due_moment_with_the_wall_clock() -> None:
    london = WorkingCalendar({}, ZoneInfo("Europe/London"))
    winter = due(GENERAL, datetime(2027, 3, 22, 12, tzinfo=UTC), london, HOURS)
    summer = due(GENERAL, datetime(2027, 3, 25, 12, tzinfo=UTC), london, HOURS)
    assert winter.at == datetime(2027, 3, 25, 18, tzinfo=UTC)
    assert summer.at == datetime(2027, 3, 30, 17, tzinfo=UTC)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        due(GENERAL, here(2026, 11, 24, 10).replace(tzinfo=None), CALENDAR, HOURS)
    assert refused.value.rule == "moment-without-zone"


def test_a_complex_complaint_has_a_target_of_seven_and_a_limit_of_ten_working_days() -> None:
    clock = start_clock("reply", COMPLEX, here(2026, 11, 24, 10), CALENDAR, HOURS)
    assert clock.target is not None
    assert (clock.target.days, clock.target.at) == (7, here(2026, 12, 3, 18))
    assert (clock.limit.days, clock.limit.at) == (10, here(2026, 12, 8, 18))
    assert clock.started == here(2026, 11, 24, 10)


def test_stopping_a_kind_stops_only_its_running_clocks() -> None:
    accept = start_clock("accept", GENERAL, here(2026, 11, 24, 10), CALENDAR, HOURS)
    reply = start_clock("reply", COMPLEX, here(2026, 11, 24, 10), CALENDAR, HOURS)
    first, second = here(2026, 11, 24, 11), here(2026, 11, 24, 12)
    stopped = stop_clock((accept, reply), "accept", first)
    assert [clock.stopped for clock in stopped] == [first, None]
    assert stop_clock(stopped, "accept", second) == stopped, "what was stopped keeps its first moment"


def test_a_clock_is_kept_up_to_the_very_moment_it_falls_due() -> None:
    clock = start_clock("reply", GENERAL, here(2026, 11, 24, 10), CALENDAR, HOURS)
    assert clock.kept is None
    (in_time,) = stop_clock((clock,), "reply", clock.limit.at)
    (late,) = stop_clock((clock,), "reply", clock.limit.at + timedelta(seconds=1))
    assert (in_time.kept, late.kept) == (True, False)


def test_a_clock_comes_back_from_the_journal_as_it_went_in() -> None:
    clock = start_clock("reply", COMPLEX, here(2026, 12, 25, 10), CALENDAR, HOURS)
    assert msgspec.json.decode(msgspec.json.encode(clock), type=Clock) == clock


@pytest.mark.parametrize(
    "fields",
    [
        {"days": 0},
        {"days": 3, "target_days": 4},
        {"days": 3, "target_days": 0},
        {"days": 3, "unit": "weeks"},
        {"days": 3, "limit": 5},
        {"days": 100_000},
    ],
)
def test_a_pack_with_an_impossible_time_limit_is_refused(fields: dict[str, object]) -> None:
    given = {"code": "general", "title": {"zh": "一般投诉"}, "unit": "working_days", **fields}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, TimeLimit)


def test_the_explanation_names_the_rule_the_start_the_days_skipped_and_the_end() -> None:
    assert explain(due(COMPLEX, here(2026, 9, 22, 10, 30), CALENDAR, HOURS), SHANGHAI) == Text(
        "复杂投诉：10 个工作日；2026年9月22日 10:30 起算（当日不计）；跳过 9月25日至9月27日 中秋节，"
        "10月1日至10月7日 国庆节，10月11日 周日；计入 10月10日 调休上班；2026年10月13日 18:00 到期。",
        "Complex complaint: 10 working days; counted from 22 September 2026, 10:30 (that day is not counted); "
        "skipped: 25–27 September Mid-Autumn Festival; 1–7 October National Day; 11 October Sunday; "
        "counted although a weekend: 10 October make-up working day; due 13 October 2026, 18:00.",
    )


def test_the_explanation_of_a_provisional_due_moment_says_that_it_may_move() -> None:
    told = explain(due(COMPLEX, here(2026, 12, 25, 10), CALENDAR, HOURS), SHANGHAI)
    assert "跳过 12月26日至12月27日 周末，2027年1月1日 元旦，1月2日至1月3日、1月9日至1月10日 周末；" in told.zh
    assert "26–27 December weekend; 1 January 2027 New Year's Day; 2–3 January, 9–10 January weekend" in told.en
    assert told.zh.endswith("到期时间为暂定，公布后将重新计算。")
    assert "Provisional" in told.en
    assert "暂定" not in explain(due(GENERAL, here(2026, 12, 25, 10), CALENDAR, HOURS), SHANGHAI).zh


def test_a_holiday_across_new_year_is_told_with_both_years() -> None:
    told = explain(due(GENERAL, here(2022, 12, 30, 10), CALENDAR, HOURS), SHANGHAI)
    assert "跳过 12月31日至2023年1月2日 元旦；" in told.zh
    assert "skipped: 31 December 2022–2 January 2023 New Year's Day;" in told.en


def test_the_explanation_of_calendar_days_says_that_days_off_are_counted() -> None:
    told = explain(due(FIFTEEN, here(2026, 9, 22, 12), CALENDAR, HOURS), SHANGHAI)
    assert told.zh == (
        "处理决定：15 日；2026年9月22日 12:00 起算（当日不计）；按自然日连续计算，休息日也计入；2026年10月7日 18:00 到期。"
    )
    assert "15 calendar days" in told.en


def test_the_explanation_says_nothing_of_skipped_days_where_none_were() -> None:
    told = explain(due(GENERAL, here(2026, 11, 23, 12), CALENDAR, HOURS), SHANGHAI)
    assert "跳过" not in told.zh
    assert "skipped" not in told.en


@pytest.mark.parametrize(
    ("worked", "zh", "en"),
    [
        (timedelta(hours=21), "剩 2 工作日 3 小时", "2 working days 3 hours left"),
        (timedelta(hours=9), "剩 1 工作日", "1 working day left"),
        (timedelta(hours=9, minutes=59), "剩 1 工作日", "1 working day left"),
        (timedelta(hours=3, minutes=20), "剩 3 小时 20 分钟", "3 hours 20 minutes left"),
        (timedelta(minutes=1), "剩 1 分钟", "1 minute left"),
        (timedelta(seconds=59), "剩 不足 1 分钟", "less than a minute left"),
        (timedelta(), "时限已到", "time is up"),
        (-timedelta(seconds=1), "已超 不足 1 分钟", "less than a minute overdue"),
        (-timedelta(hours=5), "已超 5 小时", "5 hours overdue"),
        (-timedelta(hours=28), "已超 3 工作日 1 小时", "3 working days 1 hour overdue"),
    ],
)
def test_working_time_left_is_said_in_words(worked: timedelta, zh: str, en: str) -> None:
    assert time_left_in_words(worked, HOURS) == Text(zh, en)


def test_a_working_day_in_words_is_as_long_as_the_bank_is_open() -> None:
    assert time_left_in_words(timedelta(hours=9), BusinessHours(time(9), time(17))).zh == "剩 1 工作日 1 小时"


def test_time_left_runs_only_while_the_bank_is_open() -> None:
    at = here(2026, 11, 30, 18)
    friday_evening, monday_morning = here(2026, 11, 27, 20), here(2026, 11, 30, 9)
    assert time_left(friday_evening, at, CALENDAR, HOURS) == time_left(monday_morning, at, CALENDAR, HOURS)
    assert time_left(monday_morning, at, CALENDAR, HOURS).zh == "剩 1 工作日"
    assert time_left(here(2026, 12, 1, 14), at, CALENDAR, HOURS).zh == "已超 5 小时"


def test_the_evening_after_the_due_moment_time_is_up() -> None:
    assert time_left(here(2026, 11, 30, 21), here(2026, 11, 30, 18), CALENDAR, HOURS).zh == "时限已到"


def test_a_limit_that_ends_on_a_day_off_is_not_called_over_before_it_is() -> None:
    left = time_left(here(2026, 11, 28, 15), here(2026, 11, 28, 18), CALENDAR, HOURS)
    assert left == Text("剩 3 小时（均为非工作时间）", "3 hours left, none of it working time")


FIRST = datetime(2018, 1, 1, tzinfo=UTC)
STARTS = st.integers(0, (datetime(2027, 10, 1, tzinfo=UTC) - FIRST) // timedelta(microseconds=1) - 1).map(
    lambda microseconds: FIRST + timedelta(microseconds=microseconds)
)
FLIPS = st.dictionaries(st.integers(1, 80), st.booleans(), max_size=5)
"""Days after the start that the bank decides for itself, and whether they are worked."""


def agrees(start: datetime, days: int, calendar: WorkingCalendar, flips: dict[date, bool]) -> bool:
    moment = due(GENERAL, start, calendar, HOURS, days=days)
    expected, passed_over = oracle.walk(start, days, flips)
    return moment.at == expected and [day.date for day in moment.skipped] == passed_over


@settings(max_examples=100, deadline=None)
@given(STARTS, st.integers(1, 40), FLIPS)
def test_due_moments_agree_with_the_second_calculation_whatever_the_bank_excepts(
    start: datetime, days: int, flipped: dict[int, bool]
) -> None:
    flips = {start.astimezone(SHANGHAI).date() + timedelta(after): works for after, works in flipped.items()}
    exceptions = {day: Day(day, works, Text("本行安排", "the bank's own"), "bank") for day, works in flips.items()}
    assert agrees(start, days, WorkingCalendar(ROWS, SHANGHAI, exceptions), flips)


def test_ten_thousand_due_moments_from_2018_to_2027_agree_with_the_second_calculation() -> None:
    dice = random.Random(20080728)
    seconds = int((datetime(2027, 10, 31, tzinfo=UTC) - FIRST).total_seconds())
    for _ in range(10_000):
        start, days = FIRST + timedelta(seconds=dice.randrange(seconds)), dice.randint(1, 20)
        assert agrees(start, days, CALENDAR, {}), (start, days)


@settings(deadline=None)
@given(STARTS, st.integers(1, 40))
def test_the_working_time_left_at_receipt_before_opening_is_as_many_working_days(start: datetime, days: int) -> None:
    moment = due(GENERAL, start, CALENDAR, HOURS, days=days)
    local = start.astimezone(SHANGHAI)
    day_after = datetime.combine(local.date() + timedelta(1), time(), SHANGHAI)
    assert CALENDAR.working_time_between(day_after, moment.at, HOURS) == HOURS.length * days


def test_on_the_day_that_is_not_counted_the_limit_is_no_longer_than_its_rule() -> None:
    received = here(2026, 3, 4, 9)
    at = due(GENERAL, received, CALENDAR, HOURS).at
    assert time_left(received, at, CALENDAR, HOURS, started=received).zh == "还有 3 个工作日"
    assert time_left(here(2026, 3, 5, 9), at, CALENDAR, HOURS, started=received).zh == "剩 3 工作日"
    assert time_left(here(2026, 3, 4, 10), here(2026, 3, 4, 18), CALENDAR, HOURS, started=received).zh == "剩 8 小时"
