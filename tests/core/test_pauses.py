"""A limit with pauses and extensions, against a walk from day to day (mission A7)."""

import random
from datetime import UTC, datetime, timedelta

import msgspec

from shouwen.core.clock import Clock, Extended, Pause, TimeLimit
from shouwen.core.text import Text
from shouwen.core.timelimits import due, explain, paused_until, recalculated, start_clock, with_extension
from shouwen.core.workdays import WorkingCalendar
from tests.core import oracle
from tests.core.calendars import CALENDAR, HOURS, ROWS, SHANGHAI, here

WAITING = Text("等待材料", "waiting for material")
GENERAL = TimeLimit("general", Text("一般投诉", "General complaint"), 3, "working_days")
FIFTEEN = TimeLimit("decision", Text("处理决定", "Decision"), 15, "calendar_days")


def paused(since: datetime, until: datetime) -> Pause:
    return Pause(since=since, ground="material", title=WAITING, until=until)


def random_case(source: random.Random) -> tuple[TimeLimit, datetime, list[tuple[datetime, datetime]]]:
    """A limit, a start in 2018 to the middle of 2026, so that some cases end in the provisional 2027, and up to three pauses."""
    days = source.choice((1, 2, 3, 5, 7, 10, 15, 30, 60))
    rule = TimeLimit("rule", Text("时限", "limit"), days, source.choice(("working_days", "calendar_days")))
    start = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=source.randrange(60 * 24 * 365 * 17 // 2))
    if source.random() < 0.2:
        start = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=source.randrange(60 * 24 * 120))
    pauses = []
    since = start
    for _ in range(source.randrange(4)):
        since += timedelta(minutes=source.randrange(60 * 24 * 6))
        until = since + timedelta(minutes=source.randrange(60 * 24 * 20))
        pauses.append((since, until))
        since = until
    return rule, start, pauses


def test_five_thousand_random_limits_with_pauses_agree_with_a_walk_from_day_to_day() -> None:
    source = random.Random(20260304)
    for _ in range(5_000):
        rule, start, pauses = random_case(source)
        added = source.choice((0, 0, 1, 10, 30))
        expected, passed_over = oracle.walk_with_pauses(
            start, rule.days + added, pauses, working=rule.unit == "working_days"
        )
        clock = start_clock("reply", rule, start, CALENDAR, HOURS, tuple(paused(*each) for each in pauses))
        if added:
            clock = with_extension(clock, Extended("more", added, Text("延期", "more")), CALENDAR, HOURS)
        assert clock.limit.at == expected, (rule, start, pauses, added)
        assert {day.date for day in clock.limit.skipped} == passed_over, (rule, start, pauses, added)


def test_a_clock_paused_when_it_runs_ends_as_if_the_pauses_had_been_known_from_the_start() -> None:
    source = random.Random(7)
    for _ in range(500):
        rule, start, pauses = random_case(source)
        clock = start_clock("reply", rule, start, CALENDAR, HOURS)
        for since, until in pauses:
            clock = msgspec.structs.replace(clock, pauses=(*clock.pauses, paused(since, until)))
            clock = recalculated(clock, CALENDAR, HOURS)
        assert clock.limit == due(rule, start, CALENDAR, HOURS, pauses=clock.pauses)


def test_the_pausing_day_is_not_counted_and_the_day_of_going_on_is() -> None:
    pause = paused(here(2026, 3, 5, 16), here(2026, 3, 10, 9))  # Thursday to Tuesday
    moment = due(GENERAL, here(2026, 3, 4, 10), CALENDAR, HOURS, pauses=(pause,))
    assert moment.at == here(2026, 3, 12, 18)


def test_a_pause_that_ends_on_its_first_day_changes_nothing() -> None:
    pause = paused(here(2026, 3, 5, 9), here(2026, 3, 5, 17))
    assert due(GENERAL, here(2026, 3, 4, 10), CALENDAR, HOURS, pauses=(pause,)) == due(
        GENERAL, here(2026, 3, 4, 10), CALENDAR, HOURS
    )


def test_the_explanation_says_which_days_were_paused_and_why() -> None:
    pause = paused(here(2026, 3, 5, 16), here(2026, 3, 10, 9))
    words = explain(due(GENERAL, here(2026, 3, 4, 10), CALENDAR, HOURS, pauses=(pause,)), SHANGHAI)
    assert "跳过 3月5日至3月9日 中止计时（等待材料）" in words.zh
    assert "skipped: 5–9 March paused (waiting for material)" in words.en


def test_an_extended_limit_is_explained_by_its_article() -> None:
    clock = start_clock("reply", FIFTEEN, here(2026, 3, 4, 10), CALENDAR, HOURS)
    article = Text("《办法》 第一条", "the Measures Article 1")
    more = with_extension(clock, Extended("complex", 15, Text("情况复杂", "complicated"), article), CALENDAR, HOURS)
    assert more.limit.at == here(2026, 4, 3, 18)
    words = explain(more.limit, SHANGHAI)
    assert words.zh.startswith("处理决定：30 日；")
    assert "其中延期 15 日（情况复杂，依据《办法》 第一条）" in words.zh
    assert "15 calendar days of them by extension (complicated, by the Measures Article 1)" in words.en


def test_the_target_stays_when_the_limit_is_extended() -> None:
    rule = TimeLimit("complex", Text("复杂", "complex"), 10, "working_days", 7)
    clock = start_clock("reply", rule, here(2026, 3, 4, 10), CALENDAR, HOURS)
    more = with_extension(clock, Extended("x", 10, Text("延期", "more")), CALENDAR, HOURS)
    assert more.target == clock.target


def test_a_pause_of_fifteen_days_goes_on_at_the_beginning_of_the_sixteenth() -> None:
    assert paused_until(here(2026, 3, 5, 16), 15, CALENDAR) == here(2026, 3, 20)


def test_an_extension_and_pauses_survive_a_calendar_that_knows_better() -> None:
    rule = TimeLimit("complex", Text("复杂", "complex"), 10, "working_days")
    without_2026 = WorkingCalendar({day: row for day, row in ROWS.items() if day.year < 2026}, SHANGHAI)
    pauses = (paused(here(2026, 2, 5, 9), here(2026, 2, 9, 9)),)
    clock = start_clock("reply", rule, here(2026, 2, 2, 10), without_2026, HOURS, pauses)
    clock = with_extension(clock, Extended("x", 5, Text("延期", "more")), without_2026, HOURS)
    again = recalculated(clock, CALENDAR, HOURS)
    expected, _ = oracle.walk_with_pauses(
        here(2026, 2, 2, 10), 15, [(pauses[0].since, here(2026, 2, 9, 9))], working=True
    )
    assert clock.limit.provisional
    assert again.limit.at == expected
    assert again.limit.extended == clock.limit.extended


def test_what_is_answered_while_the_clock_stands_still_is_in_time() -> None:
    pause = Pause(since=here(2026, 3, 5, 9), ground="material", title=WAITING)
    clock = start_clock("reply", GENERAL, here(2026, 3, 4, 10), CALENDAR, HOURS)
    answered: Clock = msgspec.structs.replace(clock, pauses=(pause,), stopped=here(2026, 3, 30, 9))
    assert answered.kept
