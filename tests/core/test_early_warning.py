"""事前预防: the chance is exact, quiet series seldom warn, Mondays and holidays are no surges, and surges are found."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import comb, exp, gamma, inf
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.core.day_kinds import DayKind, DayKinds
from shouwen.core.early_warning import (
    NO_SEASON,
    EarlyWarningRule,
    Finding,
    Seasons,
    Series,
    judge,
    scan,
    season_end,
    season_of,
    seasons_of,
    threshold,
)
from shouwen.core.policy import PolicyError, load_policy
from shouwen.core.tails import upper_tail
from shouwen.core.watch_rules import Reached, reached, warnings_of, window_first
from tests.core.calendars import CALENDAR

DAY = timedelta(days=1)
KINDS = DayKinds(CALENDAR)
RULE = EarlyWarningRule()
FIRST, JUDGED, LAST = date(2022, 1, 1), date(2023, 6, 1), date(2024, 12, 31)
HALF = date(2024, 7, 1)
FACTORS = {
    DayKind.MONDAY: 1.4,
    DayKind.SATURDAY: 0.4,
    DayKind.SUNDAY: 0.3,
    DayKind.HOLIDAY: 0.3,
    DayKind.AFTER_HOLIDAY: 2.0,
}


def poisson(dice: Random, mean: float) -> int:
    bar, product, count = exp(-mean), dice.random(), 0
    while product > bar:
        count, product = count + 1, product * dice.random()
    return count


def simulated(seed: int, mean: float, spread: float = 0.0, surge: Mapping[date, float] | None = None) -> Series:
    """A series with the factors above, its counts straying by `spread` beyond chance."""
    dice = Random(seed)
    counts = {}
    for index in range((LAST - FIRST).days + 1):
        day = FIRST + index * DAY
        expected = mean * FACTORS.get(KINDS(day), 1.0) * (surge or {}).get(day, 1.0)
        if spread:
            expected = dice.gammavariate(1 / spread, spread * expected)
        counts[day] = poisson(dice, expected)
    return Series(counts, FIRST)


@cache
def whole(seed: int) -> Seasons:
    """The seasons of a whole bank with sixty complaints a day."""
    return seasons_of(simulated(seed, 60), KINDS, RULE)


# --- The chance ------------------------------------------------------------------------------------------------------------


def slow_tail(observed: int, size: int, failure: Fraction) -> Fraction:
    """1 − P(X < observed) of a negative binomial of a whole size, in fractions."""
    failures, of = failure.numerator, failure.denominator
    below = sum(comb(count + size - 1, count) * failures**count * of ** (observed - count) for count in range(observed))
    return 1 - Fraction(below * (of - failures) ** size, of ** (observed + size))


@given(st.integers(0, 40), st.integers(1, 12), st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=50))
@settings(max_examples=80, deadline=None)
def test_the_chance_is_that_of_an_exact_sum(observed: int, size: int, failure: Fraction) -> None:
    mean = float(size * failure / (1 - failure))
    assert upper_tail(observed, mean, 1 / size) == pytest.approx(
        float(slow_tail(observed, size, failure)), rel=1e-9, abs=1e-300
    )


@pytest.mark.parametrize(("observed", "mean"), [(1, 0.2), (5, 2.5), (12, 3.0), (90, 100.0), (130, 100.0)])
def test_without_spread_it_is_poisson(observed: int, mean: float) -> None:
    below = sum(exp(-mean) * mean**count / gamma(count + 1) for count in range(observed))
    assert upper_tail(observed, mean) == pytest.approx(1 - below, rel=1e-9)


def test_a_very_small_chance_keeps_its_digits() -> None:
    assert upper_tail(60, 1.0) == pytest.approx(4.4933e-83, rel=1e-3)


def test_more_spread_makes_a_high_count_less_surprising() -> None:
    chances = [upper_tail(20, 5.0, spread) for spread in (0.0, 0.1, 0.5, 2.0)]
    assert chances == sorted(chances)


@pytest.mark.parametrize(("mean", "spread"), [(0, 0.1), (-1, 0.1), (1, -0.1)])
def test_a_mean_that_is_none_is_refused(mean: float, spread: float) -> None:
    with pytest.raises(ValueError, match="mean"):
        upper_tail(3, mean, spread)


# --- Kinds of day -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2024, 9, 30), DayKind.MONDAY),
        (date(2024, 10, 1), DayKind.HOLIDAY),
        (date(2024, 10, 5), DayKind.HOLIDAY),
        (date(2024, 10, 8), DayKind.AFTER_HOLIDAY),
        (date(2024, 10, 9), DayKind.WEDNESDAY),
        (date(2024, 10, 12), DayKind.WEEKEND_WORK),
        (date(2024, 10, 19), DayKind.SATURDAY),
        (date(2024, 10, 21), DayKind.MONDAY),
    ],
)
def test_every_day_is_of_one_kind(day: date, kind: DayKind) -> None:
    assert KINDS(day) is kind


# --- False alarms ------------------------------------------------------------------------------------------------------------


def episodes(found: list[Finding]) -> int:
    days = sorted({each.day for each in found})
    return sum(1 for before, day in zip([date.min, *days], days, strict=False) if (day - before).days > 7)


@pytest.mark.parametrize(("mean", "spread"), [(0.5, 0.0), (4.0, 0.0), (4.0, 0.15), (20.0, 0.05)])
def test_quiet_series_warn_no_more_often_than_is_set(mean: float, spread: float) -> None:
    """Two a year are set for each series; over three series of half a year three are allowed. bench/early_warning looks at many."""
    limit = 2 / (365.25 * 2)
    found = [
        episodes(scan(simulated(seed, mean, spread), HALF, LAST, KINDS, RULE, limit, whole(99))) for seed in range(3)
    ]
    assert sum(found) <= 3


def test_days_of_a_kind_that_always_has_more_do_not_warn() -> None:
    """Mondays with 40 % more and the days after holidays with twice as many: no more alarms on them than they are of all days."""
    limit = 20 / (365.25 * 2)
    found = [
        each
        for seed in range(2)
        for each in scan(simulated(seed, 15.0), JUDGED, LAST, KINDS, RULE, limit, whole(99))
        if each.days == 1
    ]
    heavy = [each for each in found if KINDS(each.day) in (DayKind.MONDAY, DayKind.AFTER_HOLIDAY)]
    assert found
    assert len(heavy) <= max(3, len(found) // 2)


def test_the_setting_is_shared_among_levels_and_within_a_level_among_its_series() -> None:
    rule = msgspec.structs.replace(RULE, false_alarms_per_year=Decimal(10))
    assert threshold(rule, 5, 100) * 5 * 100 * 365.25 * 2 == pytest.approx(10)
    assert threshold(rule, 0, 0) == threshold(rule, 1, 1)


def slow_factors(series: Series, days: list[date]) -> dict[DayKind, float]:
    """规律 by its definition, day by day: what a kind of day had by the level of the 28 days around, three times over."""
    kept = [day for day in days if day not in series.alarms]
    factors = dict.fromkeys(DayKind, 1.0)
    for _ in range(3):
        had, level = dict.fromkeys(DayKind, 10.0), dict.fromkeys(DayKind, 10.0)
        for day in kept:
            around = [each for each in kept if -14 <= (each - day).days < 14]
            had[KINDS(day)] += series.counts[day]
            level[KINDS(day)] += sum(series.counts[each] for each in around) / sum(
                factors[KINDS(each)] for each in around
            )
        factors = {kind: had[kind] / level[kind] for kind in DayKind}
    return factors


@pytest.mark.parametrize("left_out", [0, 20])
def test_the_factors_of_the_kinds_of_days_are_those_of_a_slow_count(left_out: int) -> None:
    year = [date(2023, 7, 3) + index * DAY for index in range(364)]
    series = msgspec.structs.replace(simulated(8, 3.0, 0.1), alarms=frozenset(year[100 : 100 + left_out]))
    season = season_of(series, year[-1], KINDS, RULE)
    assert season.factors == pytest.approx(slow_factors(series, year), rel=1e-9)
    assert sum(season.seen.values()) == 364 - left_out


# --- Surges -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "factor", "within"), [(2.0, 4.0, 7), (5.0, 3.0, 4), (20.0, 2.0, 3)])
def test_a_surge_is_found_within_days(mean: float, factor: float, within: int) -> None:
    limit = 0.5 / (365.25 * 2)
    delays = []
    for seed in range(9):
        at = date(2024, 3, 1) + seed * 20 * DAY
        series = simulated(seed, mean, 0.05, {at + index * DAY: factor for index in range(28)})
        found = scan(series, at, at + 27 * DAY, KINDS, RULE, limit, whole(99))
        delays.append((found[0].day - at).days if found else 99)
    assert sorted(delays)[4] <= within


def test_a_slow_surge_shows_in_seven_days_before_any_one_day_does() -> None:
    at = date(2024, 5, 6)
    series = simulated(3, 3.0, 0.0, {at + index * DAY: 2.5 for index in range(28)})
    found = scan(series, at, at + 27 * DAY, KINDS, RULE, 1e-5)
    assert found[0].days == 7


def test_what_was_found_is_in_no_later_baseline() -> None:
    at = date(2024, 5, 6)
    series = simulated(4, 5.0, 0.0, {at + index * DAY: 4.0 for index in range(10)})
    found = scan(series, at, at + 9 * DAY, KINDS, RULE, 1e-5)
    covered = frozenset(day for each in found for day in each.covered)
    later = at + 25 * DAY
    season = season_of(series, season_end(later, RULE), KINDS, RULE)
    season = msgspec.structs.replace(season, surges=frozenset())
    doubled = Series({**series.counts, later: 30}, FIRST)
    with_alarms = msgspec.structs.replace(doubled, alarms=covered)
    naive, careful = (judge(each, later, season, KINDS, RULE, 0.1)[0] for each in (doubled, with_alarms))
    assert careful.expected < naive.expected


def test_a_level_that_stays_high_becomes_what_is_usual() -> None:
    at = date(2024, 1, 1)
    series = simulated(5, 4.0, 0.0, {at + index * DAY: 3.0 for index in range(360)})
    found = scan(series, at, at + 300 * DAY, KINDS, RULE, 1e-5)
    assert found
    assert max(each.day for each in found) < at + 120 * DAY


def test_scanning_again_finds_the_same() -> None:
    series = simulated(6, 5.0, 0.1, {date(2024, 6, 3): 6.0})
    first, second = (scan(series, date(2024, 4, 1), HALF, KINDS, RULE, 1e-4) for _ in range(2))
    assert first == second
    assert first


def test_a_judgement_of_a_day_does_not_look_at_later_days() -> None:
    series, day = simulated(7, 5.0, 0.1, {date(2024, 6, 3): 6.0}), date(2024, 6, 3)
    cut = Series({each: count for each, count in series.counts.items() if each <= day}, FIRST)
    season, of_cut = (season_of(each, season_end(day, RULE), KINDS, RULE) for each in (series, cut))
    assert judge(series, day, season, KINDS, RULE, 0.1) == judge(cut, day, of_cut, KINDS, RULE, 0.1)


def test_nothing_is_judged_without_four_weeks_of_baseline() -> None:
    since = date(2024, 5, 1)
    series = Series({since + index * DAY: 1 for index in range(60)} | {date(2024, 5, 30): 40}, since)
    assert judge(series, date(2024, 5, 30), NO_SEASON, KINDS, RULE, 0.1) == ()


def test_fewer_complaints_than_the_least_number_never_warn() -> None:
    day = date(2024, 6, 3)
    assert judge(Series({day: 4}, FIRST), day, NO_SEASON, KINDS, RULE, 0.5) == ()
    assert judge(Series({day: 5}, FIRST), day, NO_SEASON, KINDS, RULE, 0.5)


def test_a_finding_says_once_in_how_many_years_chance_alone_does_it() -> None:
    assert Finding(LAST, 1, 9, 1.0, 1 / 36525, 56).once_in_years == pytest.approx(100)
    assert Finding(LAST, 1, 9, 1.0, 0.0, 56).once_in_years == inf


def test_a_pack_without_the_section_has_the_defaults(boc_text: str) -> None:
    assert load_policy(boc_text, name="boc-2008").early_warning == EarlyWarningRule()


def test_a_pack_may_set_its_own(boc_text: str) -> None:
    policy = load_policy(f"{boc_text}\nearly_warning:\n  false_alarms_per_year: 6\n  guard_days: 10\n", name="boc-2008")
    assert (policy.early_warning.false_alarms_per_year, policy.early_warning.guard_days) == (6, 10)


@pytest.mark.parametrize("setting", ["guard_days: 5", "false_alarms_per_year: 0", "fewest: 1", "baseline_weeks: 60"])
def test_a_setting_that_makes_no_sense_is_refused(boc_text: str, setting: str) -> None:
    with pytest.raises(PolicyError, match=r"too (small|large)"):
        load_policy(f"{boc_text}\nearly_warning:\n  {setting}\n", name="boc-2008")


@pytest.fixture
def boc_text() -> str:
    from shouwen import packs

    return packs.text_of("boc-2008")


# --- Watch rules --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "days", "first"),
    [
        (date(2024, 9, 13), 5, date(2024, 9, 9)),
        (date(2024, 9, 16), 1, date(2024, 9, 14)),  # a holiday; the last working day was the Saturday worked
        (date(2024, 10, 8), 5, date(2024, 9, 26)),  # over the National Day, with the Sunday that was worked
        (date(2024, 9, 11), 1, date(2024, 9, 11)),
    ],
)
def test_a_window_holds_so_many_working_days(day: date, days: int, first: date) -> None:
    assert window_first(CALENDAR, day, days) == first


def test_a_rule_is_reached_on_the_day_that_brings_the_number() -> None:
    counts = {date(2024, 9, 9): 1, date(2024, 9, 11): 1, date(2024, 9, 13): 1, date(2024, 9, 24): 2}
    assert reached(counts, date(2024, 9, 1), date(2024, 9, 30), 3, 5, CALENDAR) == [
        Reached(date(2024, 9, 13), date(2024, 9, 9), 3)
    ]


def test_days_of_one_run_are_one_warning() -> None:
    run = [Reached(date(2024, 9, day), date(2024, 9, day - 4), 3) for day in (9, 11, 13)]
    assert warnings_of([*run, Reached(date(2024, 9, 30), date(2024, 9, 24), 3)]) == 2
