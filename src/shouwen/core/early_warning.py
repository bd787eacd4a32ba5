"""事前预防 (mission E3): whether the complaints of one day, or of seven, are more than chance explains.

A series counts the complaints of one unit with all below it, by one value of one dimension, for each day of the bank's zone. What a day is
expected to have is the level of the weeks before it times the factor of its kind of day (`core.day_kinds`). How far counts stray from
that is measured on the series' own forecasts of the past year. The chance of a count as high comes from the negative binomial
distribution. docs/early-warning.md says the method in words; bench/early_warning measures it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import inf, sqrt
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
    days = [first + index * DAY for index in range(max(0, (until - first).days + 1))]
    if len(days) < FEWEST_DAYS:
        return before
    counts = [series.counts.get(day, 0) for day in days]
    kind = [kinds(day) for day in days]
    kept = [day not in series.alarms for day in days]
    factors = _factors(counts, kind, kept, before.factors)
    seen = {each: sum(k is each and keep for k, keep in zip(kind, kept, strict=True)) for each in DayKind}
    forecasts = _forecasts(counts, [factors[each] for each in kind], kept, rule)
    surges = frozenset(days[index] for index in _surges(forecasts))
    spread, week_spread = _spreads([each for each in forecasts if days[each[0]] not in surges])
    if len(forecasts) < FEWEST_FORECASTS:
        spread, week_spread = max(spread, before.spread), max(week_spread, before.week_spread)
    return Season(factors, seen, spread, week_spread, len(forecasts), surges)


def _factors(
    counts: Sequence[int], kind: Sequence[DayKind], kept: Sequence[bool], prior: Mapping[DayKind, float]
) -> dict[DayKind, float]:
    """The factor of each kind: its complaints by what the level of the four weeks around gives, in passes, for the level needs the factors."""
    factors = dict(prior)
    length = len(counts)
    for _ in range(PASSES):
        had, weight = [0.0], [0.0]
        for count, each, keep in zip(counts, kind, kept, strict=True):
            had.append(had[-1] + (count if keep else 0))
            weight.append(weight[-1] + (factors[each] if keep else 0))
        own, level = dict.fromkeys(DayKind, 0.0), dict.fromkeys(DayKind, 0.0)
        for index, each in enumerate(kind):
            low, high = max(0, index - HALF_MONTH), min(length, index + HALF_MONTH)
            around = weight[high] - weight[low]
            if kept[index] and around > 0:
                own[each] += counts[index]
                level[each] += (had[high] - had[low]) / around
        factors = {each: (own[each] + STRENGTH * prior[each]) / (level[each] + STRENGTH) for each in DayKind}
    return factors


Forecast = tuple[int, int, float, float]
"""Place of the day, its count, what was expected, and the relative variance of the level."""


def _forecasts(
    counts: Sequence[int], weights: Sequence[float], kept: Sequence[bool], rule: EarlyWarningRule
) -> list[Forecast]:
    """What each day would have been expected to have, from the weeks before it alone, as a judgement of that day would have."""
    had, weight = [0.0], [0.0]
    for count, each, keep in zip(counts, weights, kept, strict=True):
        had.append(had[-1] + (count if keep else 0))
        weight.append(weight[-1] + (each if keep else 0))
    found = []
    for index, count in enumerate(counts):
        high = index - rule.guard_days
        low = max(0, high - 7 * rule.baseline_weeks)
        if high - low < FEWEST_DAYS or not kept[index] or weight[high] <= weight[low]:
            continue
        level, doubt = _level(had[high] - had[low], weight[high] - weight[low])
        found.append((index, count, level * weights[index], doubt))
    return found


def _level(had: float, weight: float) -> tuple[float, float]:
    """水平: complaints of a day with factor 1, and how uncertain that is (relative variance). Half a complaint is added, so that no level is nought."""
    return (had + 0.5) / weight, 1 / (had + 0.5)


def _surges(forecasts: Sequence[Forecast]) -> list[int]:
    """Past days that no chance explains, judged by the spread of the calmer 95 %."""
    if not forecasts:
        return []
    by_size = sorted(forecasts, key=lambda each: (each[1] - each[2]) ** 2 / (each[2] + 0.1 * each[2] ** 2))
    calm = _spread(by_size[: max(1, int(len(by_size) * (1 - TRIMMED)))])
    return [
        index
        for index, count, mean, doubt in forecasts
        if count > 2 * mean and count >= 3 and upper_tail(count, mean, 2 * calm + doubt) < SURGE
    ]


def _spread(forecasts: Sequence[Forecast]) -> float:
    """离散度 beyond chance, by moments from variance = mean + spread · mean², and one standard error more, for it is only estimated."""
    squares = sum(mean * mean for _, _, mean, _ in forecasts)
    if not squares:
        return 0.0
    beyond = sum((count - mean) ** 2 - mean - doubt * mean * mean for _, count, mean, doubt in forecasts)
    spread = max(0.0, beyond / squares)
    typical = squares / sum(mean for _, _, mean, _ in forecasts)
    return spread + sqrt(2 / len(forecasts)) * (spread + 1 / typical)


def _spreads(forecasts: Sequence[Forecast]) -> tuple[float, float]:
    """The spread of single days, and of whole weeks: days that stray together make weeks stray more than their days tell."""
    day_spread = _spread(forecasts)
    weeks: dict[int, list[Forecast]] = {}
    for each in forecasts:
        weeks.setdefault(each[0] // 7, []).append(each)
    whole = [
        (place, sum(each[1] for each in week), sum(each[2] for each in week), max(each[3] for each in week))
        for place, week in weeks.items()
        if len(week) == 7
    ]
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
    days = [last - back * DAY for back in range(7 * rule.baseline_weeks)]
    days = [each for each in days if each >= series.since]
    kept = _without(days, series.alarms | season.surges)
    had = sum(series.counts.get(each, 0) for each in kept)
    weight = sum(season.factors[kinds(each)] for each in kept)
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
    whole: Series | None = None,
) -> list[Finding]:
    """What the days `first` to `last` would have found, one after the other; `whole` is the whole unit, that the series leans on."""
    found: list[Finding] = []
    season, stands_until = NO_SEASON, None
    for index in range((last - first).days + 1):
        day = first + index * DAY
        until = season_end(day, rule)
        if until != stands_until:
            prior = season_of(whole, until, kinds, rule) if whole is not None else None
            season, stands_until = season_of(series, until, kinds, rule, prior), until
        now = judge(series, day, season, kinds, rule, limit)
        if now:
            found += now
            series = Series(series.counts, series.since, series.alarms.union(*(each.covered for each in now)))
    return found
