"""期间的分段: weeks, months or years without a gap or an overlap; and the roll-up read for some dimensions alone."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shouwen.demo import load
from shouwen.insight import figures, periods
from shouwen.insight.figures import Period
from shouwen.organisation.directory import directory

DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@given(DAYS, st.integers(0, 20_000))
def test_the_parts_of_a_period_follow_each_other_and_are_few(first: date, length: int) -> None:
    whole = Period(first, first + timedelta(days=length))
    name, parts = periods.parts(whole)
    assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(parts))
    assert all(part.first <= part.last for part in parts)
    assert len(parts) <= {"week": periods.MOST_WEEKS, "month": periods.MOST_MONTHS, "year": 60}[name]


@given(DAYS, st.integers(1, 12))
def test_weeks_begin_on_monday_and_the_last_one_ends_with_the_day(day: date, count: int) -> None:
    weeks = periods.weeks_until(day, count)
    assert len(weeks) == count
    assert all(week.first.weekday() == 0 for week in weeks)
    assert all((week.last - week.first).days == 6 for week in weeks[:-1])
    assert weeks[-1].last == day


@pytest.mark.parametrize(
    ("last", "name"), [(date(2026, 1, 31), "week"), (date(2026, 12, 31), "month"), (date(2036, 1, 1), "year")]
)
def test_a_month_is_told_by_weeks_a_year_by_months_and_many_years_by_years(last: date, name: str) -> None:
    assert periods.parts(Period(date(2026, 1, 1), last))[0] == name


def test_the_roll_up_for_some_dimensions_is_what_it_is_for_all(begun: None) -> None:
    load.load(complaints=40)
    unit = directory().units()[0].id
    asked = [Period(date(2000, 1, 1), date(2100, 1, 1)), Period(date(2026, 1, 1), date(2026, 6, 30))]
    whole = figures.read(unit, asked)
    with CaptureQueriesContext(connection) as made:
        some = figures.read(unit, asked, dimensions=("all", "class"))
    assert len(made) == 1
    assert some == [{key: counts for key, counts in each.items() if key[0] in {"all", "class"}} for each in whole]
