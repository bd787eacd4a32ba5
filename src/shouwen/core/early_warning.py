"""事前预防 (mission E3): whether the complaints of one day, or of seven, are more than chance explains.

A series counts the complaints of one unit with all below it, by one value of one dimension, for each day of the bank's zone. What a day is
expected to have is the level of the weeks before it times the factor of its kind of day (`core.day_kinds`). How far counts stray from
that is measured on the series' own forecasts of the past year. The chance of a count as high comes from the negative binomial
distribution. docs/early-warning.md says the method in words; bench/early_warning measures it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate, compress, groupby, repeat
from math import inf, sqrt
from operator import mul, sub
from typing import Annotated

import msgspec

from shouwen.core.day_kinds import RARE, DayKind
from shouwen.core.tails import upper_tail

Kinds = Callable[[date], DayKind]
DAY = timedelta(days=1)
DAYS_OF_YEAR = 365.25
WINDOWS = (1, 7)
"""Days that are judged together: one, for what comes at once, and seven, for what comes slowly."""
PASSES = 3
HALF_MONTH = 14
STRENGTH = 10.0
"""Complaints that the prior of a factor counts as: the whole unit's factor for a series, 1 for the whole unit."""
UNSEEN = 0.5
"""Relative standard deviation of the factor of a rare kind of day that was never seen; n days seen divide it by n + 1."""
FEWEST_DAYS = 28
"""Days of baseline without which nothing is judged."""
FEWEST_FORECASTS = 56
"""Forecasts from which the spread of a series is measured; before, that of the whole unit stands."""
TRIMMED = 0.05
SURGE = 1e-4
"""A past day as unlikely as this was a surge itself: it is in no baseline and in no measure of spread."""


class EarlyWarningRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """预警口径 of a pack, each with the program's default (source: bank-default).

    `false_alarms_per_year` (误报次数) for the whole bank; `baseline_weeks` (基线周数) that the level is taken from, `guard_days` (间隔天数) left out
    before the day that is judged; a count below `fewest` (最少件数) never warns; `due_working_days` until a warning must be closed. Cause
    and product are recorded late, so what is counted by them is judged `recorded_late_days` (补录天数) after the day.
    """

    false_alarms_per_year: Annotated[Decimal, msgspec.Meta(ge=1, le=1000)] = Decimal(24)
    baseline_weeks: Annotated[int, msgspec.Meta(ge=4, le=26)] = 8
    guard_days: Annotated[int, msgspec.Meta(ge=6, le=28)] = 7
    fewest: Annotated[int, msgspec.Meta(ge=2, le=1000)] = 5
    due_working_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    recorded_late_days: Annotated[int, msgspec.Meta(ge=0, le=30)] = 7
    source: str | None = None

    @property
    def days_before(self) -> int:
        """Days before the day judged that a judgement may look at: a year of forecasts, each with its own baseline."""
        return 364 + self.guard_days + 7 * self.baseline_weeks + 14


class Season(msgspec.Struct, frozen=True):
    """规律 of a series up to a day: the factor of each kind of day, how many days of the kind it rests on, how far counts stray from
    forecasts (`spread` of single days, `week_spread` of seven together), and the days that were surges themselves."""

    factors: Mapping[DayKind, float]
    seen: Mapping[DayKind, int]
    spread: float
    week_spread: float
    forecasts: int
    surges: frozenset[date] = frozenset()


Seasons = Callable[[date], Season]
NO_SEASON = Season(dict.fromkeys(DayKind, 1.0), {}, 0.0, 0.0, 0)


class Finding(msgspec.Struct, frozen=True):
    """异常: the `days` days up to `day` had `observed` complaints where `expected` were to be expected; `chance` of as many or more.
    `baseline_days` is what the level rests on."""

    day: date
    days: int
    observed: int
    expected: float
    chance: float
    baseline_days: int

    @property
    def once_in_years(self) -> float:
        """约多少年一遇, if the series were judged in this window on every day."""
        return 1 / (self.chance * DAYS_OF_YEAR) if self.chance > 0 else inf

    @property
    def first(self) -> date:
        return self.day - (self.days - 1) * DAY

    @property
    def covered(self) -> tuple[date, ...]:
        """The days that were found too many, which no later baseline takes in."""
        return tuple(self.first + index * DAY for index in range(self.days))


class Series(msgspec.Struct, frozen=True):
    """序列: complaints by day, a day without any left out; `since` is the first day that was counted at all; `alarms` are days of warnings."""

    counts: Mapping[date, int]
    since: date
    alarms: frozenset[date] = frozenset()


def threshold(rule: EarlyWarningRule, levels: int, series: int) -> float:
    """The chance below which one series warns on one day in one window.

    The bank's false alarms are shared equally among the levels of the tree, and within a level among its series, their days and windows: so
    the expected number of false alarms is at most the one set (Bonferroni), and a head office of few series is not dulled by
    ten thousand outlets.
    """
    return float(rule.false_alarms_per_year) / (max(levels, 1) * max(series, 1) * DAYS_OF_YEAR * len(WINDOWS))


def season_end(day: date, rule: EarlyWarningRule) -> date:
    """The last day that the season of a judgement rests on: a Sunday before the guard, so that it stands for a week."""
    last = day - (rule.guard_days + 1) * DAY
    return last - ((last.weekday() + 1) % 7) * DAY


def season_of(series: Series, until: date, kinds: Kinds, rule: EarlyWarningRule, prior: Season | None = None) -> Season:
    """规律 over the 52 weeks up to `until`. `prior` is the season of the whole unit, that a small series leans on."""
    before = prior or NO_SEASON
    first = max(series.since, until - 363 * DAY)
    days = _days(first, until)
    if len(days) < FEWEST_DAYS:
        return before
    counts = list(map(series.counts.get, days, repeat(0)))
    kind = list(map(kinds, days))
    kept = [day not in series.alarms for day in days]
    places: dict[DayKind, list[int]] = {each: [] for each in DayKind}
    for place, each in compress(enumerate(kind), kept):
        places[each].append(place)
    factors = _factors(counts, kind, kept, places, before.factors)
    forecasts = _forecasts(counts, list(map(factors.__getitem__, kind)), kept, rule)
    surges = _surges(forecasts)
    spread, week_spread = _spreads([each for each in forecasts if each[0] not in surges])
    if len(forecasts) < FEWEST_FORECASTS:
        spread, week_spread = max(spread, before.spread), max(week_spread, before.week_spread)
    seen = {each: len(of_kind) for each, of_kind in places.items()}
    return Season(factors, seen, spread, week_spread, len(forecasts), frozenset(days[place] for place in surges))


def seasons_of(series: Series, kinds: Kinds, rule: EarlyWarningRule) -> Seasons:
    """规律 of a series by the day that it ends on, each worked out once: all series of a unit lean on those of the whole unit."""
    return cache(lambda until: season_of(series, until, kinds, rule))


def _days(first: date, last: date) -> list[date]:
    return list(map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)))


def _factors(
    counts: Sequence[int],
    kind: Sequence[DayKind],
    kept: Sequence[bool],
    places: Mapping[DayKind, Sequence[int]],
    prior: Mapping[DayKind, float],
) -> dict[DayKind, float]:
    """The factor of each kind: its complaints by what the level of the four weeks around gives, in passes, for the level needs the factors."""
    own = {each: sum(map(counts.__getitem__, of_kind)) for each, of_kind in places.items()}
    had = _windows(map(mul, counts, kept), -HALF_MONTH, HALF_MONTH)
    factors = dict(prior)
    for _ in range(PASSES):
        weight = _windows(map(mul, map(factors.__getitem__, kind), kept), -HALF_MONTH, HALF_MONTH)
        level = [around / of if of > 0 else 0.0 for around, of in zip(had, weight, strict=True)]
        factors = {
            each: (own[each] + STRENGTH * prior[each]) / (sum(map(level.__getitem__, of_kind)) + STRENGTH)
            for each, of_kind in places.items()
        }
    return factors


def _windows(values: Iterable[float], begin: int, end: int) -> list[float]:
    """For each place the sum of the values from `begin` to before `end`, both counted from it, as far as there are any."""
    sums = list(accumulate(values, initial=0.0))
    return list(map(sub, _shifted(sums, end), _shifted(sums, begin)))


def _shifted(sums: list[float], by: int) -> list[float]:
    moved = sums[by:] + [sums[-1]] * by if by >= 0 else [sums[0]] * -by + sums
    return moved[: len(sums) - 1]


Forecast = tuple[int, int, float, float]
"""Place of the day, its count, what was expected, and the relative variance of the level."""


def _forecasts(
    counts: Sequence[int], weights: Sequence[float], kept: Sequence[bool], rule: EarlyWarningRule
) -> list[Forecast]:
    """What each day would have been expected to have, from the weeks before it alone, as a judgement of that day would have."""
    begin, end = -rule.guard_days - 7 * rule.baseline_weeks, -rule.guard_days
    had, weight = (_windows(map(mul, values, kept), begin, end) for values in (counts, weights))
    found = []
    for place in range(rule.guard_days + FEWEST_DAYS, len(counts)):
        if kept[place] and weight[place] > 0:
            level, doubt = _level(had[place], weight[place])
            found.append((place, counts[place], level * weights[place], doubt))
    return found


def _level(had: float, weight: float) -> tuple[float, float]:
    """水平: complaints of a day with factor 1, and how uncertain that is (relative variance). Half a complaint is added, so that no level is nought."""
    return (had + 0.5) / weight, 1 / (had + 0.5)


def _surges(forecasts: Sequence[Forecast]) -> frozenset[int]:
    """Places of past days that no chance explains, judged by the spread of the calmer 95 %."""
    high = [each for each in forecasts if each[1] >= 3 and each[1] > 2 * each[2]]
    if not high:
        return frozenset()
    by_size = sorted(forecasts, key=lambda each: (each[1] - each[2]) ** 2 / (each[2] + 0.1 * each[2] ** 2))
    calm = _spread(by_size[: max(1, int(len(by_size) * (1 - TRIMMED)))])
    return frozenset(place for place, count, mean, doubt in high if upper_tail(count, mean, 2 * calm + doubt) < SURGE)


def _spread(forecasts: Sequence[Forecast]) -> float:
    """离散度 beyond chance, by moments from variance = mean + spread · mean², and one standard error more, for it is only estimated."""
    means = squares = beyond = 0.0
    for _, count, mean, doubt in forecasts:
        square, off = mean * mean, count - mean
        means += mean
        squares += square
        beyond += off * off - mean - doubt * square
    if not squares:
        return 0.0
    spread = max(0.0, beyond / squares)
    typical = squares / means
    return spread + sqrt(2 / len(forecasts)) * (spread + 1 / typical)


def _spreads(forecasts: Sequence[Forecast]) -> tuple[float, float]:
    """The spread of single days, and of whole weeks: days that stray together make weeks stray more than their days tell."""
    day_spread = _spread(forecasts)
    whole = []
    for week, days in groupby(forecasts, key=lambda each: each[0] // 7):
        places, counts, means, doubts = zip(*days, strict=True)
        if len(places) == 7:
            whole.append((week, sum(counts), sum(means), max(doubts)))
    return day_spread, max(_spread(whole), day_spread / 7)


def judge(
    series: Series, day: date, season: Season, kinds: Kinds, rule: EarlyWarningRule, limit: float
) -> tuple[Finding, ...]:
    """The windows up to `day` whose chance lies below `limit` (`threshold`); none without four weeks of baseline."""
    counts = {days: _observed(series, day, days) for days in WINDOWS}
    if max(counts.values()) < rule.fewest:
        return ()
    level, doubt, baseline_days = _baseline(series, day, season, kinds, rule)
    if baseline_days < FEWEST_DAYS:
        return ()
    found = []
    for days, observed in counts.items():
        if observed < rule.fewest or day - (days - 1) * DAY < series.since:
            continue
        expected, spread = _expected(day, days, level, season, kinds)
        if observed <= expected:
            continue
        chance = upper_tail(observed, expected, spread + doubt)
        if chance < limit:
            found.append(Finding(day, days, observed, expected, chance, baseline_days))
    return tuple(found)


def _observed(series: Series, day: date, days: int) -> int:
    return sum(series.counts.get(day - back * DAY, 0) for back in range(days))


def _expected(day: date, days: int, level: float, season: Season, kinds: Kinds) -> tuple[float, float]:
    """What a window is expected to have, and its spread: that of its length, with what is not known of rare kinds of day."""
    mean, doubt = 0.0, 0.0
    for back in range(days):
        kind = kinds(day - back * DAY)
        part = level * season.factors[kind]
        mean += part
        if kind in RARE:
            doubt += (part * UNSEEN / (1 + season.seen.get(kind, 0))) ** 2
    spread = season.spread if days == 1 else season.week_spread
    return mean, spread + doubt / mean**2


def _baseline(
    series: Series, day: date, season: Season, kinds: Kinds, rule: EarlyWarningRule
) -> tuple[float, float, int]:
    """水平 of the weeks before the guard without days of warnings; where those are more than half of it, they are what is usual now."""
    last = day - (rule.guard_days + 1) * DAY
    days = _days(max(series.since, last - (7 * rule.baseline_weeks - 1) * DAY), last)
    kept = _without(days, series.alarms | season.surges)
    had = sum(map(series.counts.get, kept, repeat(0)))
    weight = sum(map(season.factors.__getitem__, map(kinds, kept)))
    if not kept or weight <= 0:
        return 0.0, 1.0, 0
    return *_level(had, weight), len(kept)


def _without(days: Sequence[date], left_out: Collection[date]) -> Sequence[date]:
    kept = [each for each in days if each not in left_out]
    return kept if 2 * len(kept) >= len(days) else days


def scan(
    series: Series,
    first: date,
    last: date,
    kinds: Kinds,
    rule: EarlyWarningRule,
    limit: float,
    whole: Seasons | None = None,
) -> list[Finding]:
    """What the days `first` to `last` would have found, one after the other; `whole` are the seasons of the whole unit, that the series leans on."""
    found: list[Finding] = []
    season, stands_until = NO_SEASON, None
    for day in _days(first, last):
        until = season_end(day, rule)
        if until != stands_until:
            prior = whole(until) if whole is not None else None
            season, stands_until = season_of(series, until, kinds, rule, prior), until
        now = judge(series, day, season, kinds, rule, limit)
        if now:
            found += now
            series = Series(series.counts, series.since, series.alarms.union(*(each.covered for each in now)))
    return found
