"""投诉率之比: the exact intervals against published ones, and against sums in whole numbers."""

from decimal import Decimal
from fractions import Fraction
from math import comb, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.core.rates import Counted, clopper_pearson, ratio


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_the_exact_interval_of_a_share_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe 1998, method 5."""
    interval = clopper_pearson(part, whole)
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def at_least(part: int, whole: int, share: Fraction) -> Fraction:
    """P(X ≥ part), in whole numbers."""
    terms = (comb(whole, k) * share**k * (1 - share) ** (whole - k) for k in range(part, whole + 1))
    return sum(terms, Fraction(0))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30))
def test_at_the_ends_of_the_interval_either_tail_is_what_is_left_outside(before: int, after: int) -> None:
    found = clopper_pearson(after, before + after)
    if before + after == 0:
        assert found is None
        return
    assert found is not None
    whole = before + after
    if after:
        assert float(at_least(after, whole, Fraction(found.low))) == pytest.approx(0.025, rel=1e-6)
    if before:
        assert float(1 - at_least(after + 1, whole, Fraction(found.high))) == pytest.approx(0.025, rel=1e-6)


def test_the_ratio_of_two_rates_is_the_hand_worked_one() -> None:
    """40 in 90 days, then 12 in 30: 0.4 a day after 0.444. Given 52 in all, the share after is 12 / 52 with its interval."""
    found = ratio(Counted(40, 90), Counted(12, 30))
    share = clopper_pearson(12, 52)
    assert found is not None
    assert share is not None
    assert found.value == pytest.approx(0.9)
    assert found.interval.low == pytest.approx(share.low / (1 - share.low) * 3)
    assert found.interval.high == pytest.approx(share.high / (1 - share.high) * 3)
    assert not found.fell
    assert not found.rose


def test_a_clear_fall_is_told_and_a_small_one_is_not() -> None:
    clear, small = ratio(Counted(60, 90), Counted(20, 90)), ratio(Counted(6, 90), Counted(2, 90))
    assert clear is not None
    assert clear.fell
    assert small is not None
    assert not small.fell


def test_without_a_case_before_there_is_no_ratio_and_no_upper_end() -> None:
    found = ratio(Counted(0, 30), Counted(5, 30))
    assert found is not None
    assert found.value is None
    assert found.interval.high == inf


@pytest.mark.parametrize(("before", "after"), [((0, 30), (0, 30)), ((1, 0), (1, 30)), ((1, 30), (1, 0))])
def test_without_cases_or_exposure_nothing_is_told(before: tuple[int, int], after: tuple[int, int]) -> None:
    assert ratio(Counted(*before), Counted(*after)) is None


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_before_and_after_exchanged_give_the_inverse(before: int, after: int) -> None:
    one, other = ratio(Counted(before, 28), Counted(after, 28)), ratio(Counted(after, 28), Counted(before, 28))
    if before + after == 0:
        return
    assert one is not None
    assert other is not None
    if other.interval.high not in (0, inf) and one.interval.low:
        assert one.interval.low == pytest.approx(1 / other.interval.high, rel=1e-6)


def test_a_bank_s_largest_numbers_stay_exact() -> None:
    found = ratio(Counted(1_000_000, 90), Counted(990_000, 90), Decimal(95))
    assert found is not None
    assert 0.98 < found.interval.low < 0.99 < found.interval.high < 1
