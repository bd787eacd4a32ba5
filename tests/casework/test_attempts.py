"""限次: counted together by every process, per stretch of time, without keeping who it was."""

from datetime import UTC, datetime, timedelta

import pytest

from shouwen.casework import attempts
from shouwen.casework.models import Attempts

NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("begun")


def tried(who: str = "203.0.113.7", after: timedelta = timedelta(), what: str = "track") -> bool:
    return attempts.allowed(what, who, most=3, per=HOUR, now=NOW + after)


def test_so_many_are_allowed_and_no_more() -> None:
    assert [tried() for _ in range(5)] == [True, True, True, False, False]


def test_others_and_other_things_are_counted_apart() -> None:
    assert [tried() for _ in range(4)][-1] is False
    assert tried(who="203.0.113.8")
    assert tried(what="file")


def test_after_the_stretch_of_time_it_begins_anew() -> None:
    assert [tried() for _ in range(4)][-1] is False
    assert tried(after=HOUR)


def test_a_success_is_forgiven() -> None:
    assert [tried() for _ in range(4)][-1] is False
    attempts.forgiven("track", "203.0.113.7")
    assert tried()


def test_who_tried_is_not_kept_in_clear_and_goes_after_two_days() -> None:
    tried()
    assert b"203.0.113.7" not in bytes(Attempts.objects.get().who)
    assert attempts.forget_old(NOW + timedelta(days=3)) == 1
