"""The face of a clock says what the core's clock says."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shouwen.core.text import Text
from shouwen.core.timelimits import BusinessHours, Clock, TimeLimit, start_clock, stop_clock
from shouwen.core.workdays import WorkingCalendar
from shouwen.desk.clocks import DONE_IN_TIME, DONE_LATE, read_clock
from shouwen.desk.parts import ClockFace, ClockState

HOURS = BusinessHours()
CALENDAR = WorkingCalendar({}, ZoneInfo("Asia/Shanghai"))
RULE = TimeLimit("general", Text("一般投诉"), 3, "working_days", target_days=2)
MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai; due Thursday 18:00
DUE = datetime(2026, 6, 4, 10, 0, tzinfo=UTC)


def clock() -> Clock:
    return start_clock("reply", RULE, MONDAY, CALENDAR, HOURS)


def face(now: datetime, of: Clock | None = None) -> ClockFace:
    return read_clock(of or clock(), now, CALENDAR, HOURS, warn_below=timedelta(hours=4), gauge=True)


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        (DUE - timedelta(days=1, hours=1), ClockState.OK, "剩 1 工作日 1 小时"),
        (DUE - timedelta(hours=4), ClockState.NEAR, "剩 4 小时"),
        (DUE, ClockState.NEAR, "时限已到"),
        (DUE + timedelta(hours=18), ClockState.OVERDUE, "已超 3 小时"),
    ],
)
def test_the_state_goes_from_ok_to_near_to_overdue(now: datetime, state: ClockState, words: str) -> None:
    shown = face(now)
    assert (shown.state, shown.words.zh) == (state, words)


def test_a_stopped_clock_says_whether_it_was_kept() -> None:
    (kept,) = stop_clock((clock(),), "reply", DUE)
    (missed,) = stop_clock((clock(),), "reply", DUE + timedelta(minutes=1))
    later = DUE + timedelta(days=30)
    assert [face(later, kept).words, face(later, missed).words] == [DONE_IN_TIME, DONE_LATE]


def test_the_page_may_let_the_clock_run_only_while_business_hours_last() -> None:
    at_four, at_night, on_sunday = (datetime(2026, 6, day, hour, tzinfo=UTC) for day, hour in ((2, 8), (2, 15), (7, 3)))
    assert [face(now).open_for for now in (at_four, at_night, on_sunday)] == [2 * 3600, 0, 0]


def test_the_gauge_has_a_tick_for_each_working_day_and_the_target_on_its_tick() -> None:
    shown = face(MONDAY + timedelta(hours=4))
    assert len(shown.ticks) == 3
    assert shown.ticks[-1] == 1
    assert shown.target_run == shown.ticks[1]
    assert 0 < shown.run < shown.ticks[0]


def test_the_explanation_comes_from_the_core() -> None:
    explanation = face(MONDAY).explanation
    assert explanation is not None
    assert "当日不计" in explanation.zh
    assert CALENDAR.local_date(DUE) == date(2026, 6, 4)
