"""上尾概率: how likely a count as high as the one observed is, where counts scatter as much as chance or more (early warning, mission E3)."""

from math import exp, lgamma, log, log1p

ENOUGH = 1e-16
"""A term that adds less than this share of the sum ends it."""


def upper_tail(observed: int, mean: float, spread: float = 0.0) -> float:
    """P(X ≥ observed). X is negative binomial with variance mean + spread · mean², Poisson where the spread is nought.

    Summed from the first term on, not as 1 − P(X < observed): a chance of 1e-20 keeps its digits. `mean` above nought, `spread` not below.
    """
    if mean <= 0 or spread < 0:
        raise ValueError(f"a mean above nought and a spread not below, not {mean} and {spread}")
    if observed <= 0:
        return 1.0
    if observed <= mean:
        return max(0.0, 1.0 - _sum_down(observed - 1, mean, spread))
    term = exp(_log_chance(observed, mean, spread))
    total, count, share = term, observed, mean / (1 + spread * mean)
    while True:
        term *= share * (1 + spread * count)
        count += 1
        term /= count
        total += term
        if term <= total * ENOUGH:
            return min(total, 1.0)


def _sum_down(highest: int, mean: float, spread: float) -> float:
    """P(X ≤ highest) for a count that is not above the mean: its terms fall towards nought."""
    term = exp(_log_chance(highest, mean, spread))
    total, count, share = term, highest, mean / (1 + spread * mean)
    while count > 0 and term > total * ENOUGH:
        term *= count
        count -= 1
        term /= share * (1 + spread * count)
        total += term
    return total


def _log_chance(count: int, mean: float, spread: float) -> float:
    """ln P(X = count). A spread that can no longer be told from Poisson is taken as that, for its size would swallow the digits."""
    if spread < 1e-9:
        return count * log(mean) - mean - lgamma(count + 1)
    size = 1 / spread
    return (
        lgamma(count + size)
        - lgamma(size)
        - lgamma(count + 1)
        - size * log1p(spread * mean)
        + count * (log(mean) + log(spread) - log1p(spread * mean))
    )
