"""投诉率之比: whether complaints of a kind have become rarer, and how far that can be trusted.

Complaints are taken to come independently of each other, so many a day (or so many among all complaints). Given how many came in both
windows together, the number in the second one is binomial, whose exact interval (C. J. Clopper and E. S. Pearson, 1934) becomes one
for the ratio of the rates. It holds for small numbers too, and is wide there.
"""

from collections.abc import Callable
from decimal import Decimal
from math import exp, inf, lgamma, log, log1p

import msgspec

from shouwen.core.proportions import NINETY_FIVE, Interval

STEPS = 100
"""Halvings of an interval; a float has no more than 53 bits."""


class Counted(msgspec.Struct, frozen=True):
    """件数与暴露量: `cases` in an `exposure` of so many days, or among so many complaints of all kinds."""

    cases: int
    exposure: int

    @property
    def rate(self) -> float | None:
        return self.cases / self.exposure if self.exposure else None


class Ratio(msgspec.Struct, frozen=True):
    """投诉率之比, after ÷ before. `value` is none without a case before; the interval's upper end is infinite there."""

    value: float | None
    interval: Interval

    @property
    def fell(self) -> bool:
        """Whether chance hardly explains that it is lower."""
        return self.interval.high < 1

    @property
    def rose(self) -> bool:
        return self.interval.low > 1


def clopper_pearson(part: int, whole: int, confidence_percent: Decimal = NINETY_FIVE) -> Interval | None:
    """精确区间 of a share; none without any case. It covers the true share at least as often as it says."""
    if not whole:
        return None
    outside = (1 - float(confidence_percent) / 100) / 2
    # P(X ≥ part) grows with the share, P(X ≤ part) falls.
    low = 0.0 if part == 0 else _root(lambda share: _at_least(part, whole, share) - outside)
    high = 1.0 if part == whole else _root(lambda share: outside - _at_least(whole - part, whole, 1 - share))
    return Interval(low, high)


def ratio(before: Counted, after: Counted, confidence_percent: Decimal = NINETY_FIVE) -> Ratio | None:
    """The ratio of the rates with its exact interval; none without any case, and where one of the exposures is nought."""
    found = clopper_pearson(after.cases, before.cases + after.cases, confidence_percent)
    if found is None or not (before.exposure and after.exposure):
        return None
    scale = before.exposure / after.exposure
    value = after.cases / before.cases * scale if before.cases else None
    return Ratio(value, Interval(_odds(found.low) * scale, _odds(found.high) * scale))


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else inf


def _root(rises: Callable[[float], float]) -> float:
    """Where a function that rises from below nought to above it passes nought, between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rises(middle) < 0 else (low, middle)
    return (low + high) / 2


def _at_least(part: int, whole: int, share: float) -> float:
    """P(X ≥ part) of a binomial, summed from the nearer end outwards until nothing is added any more."""
    if part <= whole * share:
        return 1.0 - _tail(whole - part + 1, whole, 1 - share)
    return _tail(part, whole, share)


def _tail(part: int, whole: int, share: float) -> float:
    """P(X ≥ part) where part lies above the mean, so that each term is smaller than the one before."""
    if part > whole:
        return 0.0
    if share <= 0:
        return 1.0 if part <= 0 else 0.0
    if share >= 1:
        return 1.0
    logs = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    term = total = exp(logs + part * log(share) + (whole - part) * log1p(-share))
    odds = share / (1 - share)
    for k in range(part, whole):
        term *= (whole - k) / (k + 1) * odds
        if total + term == total:
            break
        total += term
    return min(total, 1.0)
