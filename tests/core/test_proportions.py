"""区间: Wilson's and Newcombe's intervals against the tables that they were published with (Newcombe 1998, both papers)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.core.proportions import Share, difference, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    interval = wilson(part, whole)
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    interval = difference(Share(*one), Share(*other))
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert interval.tells_a_difference == (low > 0 or high < 0)


def test_without_a_case_there_is_no_share_and_no_interval() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval() is None
    assert difference(Share(0, 0), Share(1, 2)) is None


@given(st.integers(1, 10**7), st.data())
def test_the_share_lies_within_its_interval_and_the_interval_within_nought_and_one(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    interval = wilson(part, whole)
    assert interval is not None
    assert 0 <= interval.low <= part / whole <= interval.high <= 1
