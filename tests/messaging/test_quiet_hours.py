"""Quiet hours: what falls into them waits until their end, in the bank's zone."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from shouwen.messaging.quiet_hours import not_before

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (local(24, 20, 59), local(24, 20, 59)),
        (local(24, 21), local(25, 8)),
        (local(24, 23, 59), local(25, 8)),
        (local(25, 0), local(25, 8)),
        (local(25, 7, 59), local(25, 8)),
        (local(25, 8), local(25, 8)),
    ],
)
def test_what_falls_into_the_night_waits_for_the_morning(moment: datetime, allowed: datetime) -> None:
    assert not_before(moment.astimezone(UTC), time(21), time(8), SHANGHAI) == allowed


def test_a_quiet_stretch_may_lie_within_a_day() -> None:
    assert not_before(local(24, 13), time(12), time(14), SHANGHAI) == local(24, 14)
    assert not_before(local(24, 15), time(12), time(14), SHANGHAI) == local(24, 15)


def test_equal_times_mean_no_quiet_hours() -> None:
    assert not_before(local(24, 3), time(0), time(0), SHANGHAI) == local(24, 3)


def test_a_night_with_a_changed_clock_ends_at_the_same_time_of_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime(2026, 10, 24, 22, 0, tzinfo=berlin)
    assert not_before(moment, time(21), time(8), berlin) == datetime(2026, 10, 25, 8, tzinfo=berlin)
