"""比例与区间: a share of a number of cases, and how far it can be trusted.

Shares are exact fractions. The ends of an interval are estimates and so floats: Wilson's score interval for one share (E. B. Wilson,
1927), and Newcombe's hybrid score interval for the difference of two (R. G. Newcombe, 1998, his method 10), which stay within
0 and 1 and hold for small numbers too.
"""

from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import msgspec

NINETY_FIVE = Decimal(95)


class Interval(msgspec.Struct, frozen=True):
    """置信区间, as shares of 1: from `low` to `high`."""

    low: float
    high: float

    @property
    def tells_a_difference(self) -> bool:
        """Of an interval for a difference: whether nought lies outside."""
        return self.low > 0 or self.high < 0


class Share(msgspec.Struct, frozen=True):
    """占比: `part` of `whole` cases."""

    part: int
    whole: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None

    def interval(self, confidence_percent: Decimal = NINETY_FIVE) -> Interval | None:
        return wilson(self.part, self.whole, confidence_percent)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)

    def __sub__(self, other: "Share") -> "Share":
        return Share(self.part - other.part, self.whole - other.whole)


def wilson(part: int, whole: int, confidence_percent: Decimal = NINETY_FIVE) -> Interval | None:
    """威尔逊区间 of a share; none without any case."""
    if not whole:
        return None
    z = _quantile(confidence_percent)
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    return Interval(0.0 if part == 0 else max(middle - half, 0.0), 1.0 if part == whole else min(middle + half, 1.0))


def difference(one: Share, other: Share, confidence_percent: Decimal = NINETY_FIVE) -> Interval | None:
    """差的区间: of `one` less `other`, from the intervals of both; none where either has no case."""
    first, second = one.interval(confidence_percent), other.interval(confidence_percent)
    if first is None or second is None:
        return None
    p, q = one.part / one.whole, other.part / other.whole
    below = sqrt((p - first.low) ** 2 + (second.high - q) ** 2)
    above = sqrt((first.high - p) ** 2 + (q - second.low) ** 2)
    return Interval(p - q - below, p - q + above)


def _quantile(confidence_percent: Decimal) -> float:
    return NormalDist().inv_cdf(0.5 + float(confidence_percent) / 200)
