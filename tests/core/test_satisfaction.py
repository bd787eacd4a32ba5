"""Expectation divided by perception, and what it means (mission E1)."""

from fractions import Fraction

import pytest

from shouwen import packs
from shouwen.core.refusal import Refusal
from shouwen.core.satisfaction import ratio, verdict

RULE = packs.load("boc-2008").satisfaction


def test_the_ratio_is_exact() -> None:
    assert ratio(1, 3) + ratio(1, 3) + ratio(1, 3) == 1
    assert ratio(5, 2) == Fraction(5, 2)


@pytest.mark.parametrize("expectation", range(1, 6))
@pytest.mark.parametrize("perception", range(1, 6))
def test_above_one_is_dissatisfied_one_is_satisfied_below_one_is_very_satisfied(
    expectation: int, perception: int
) -> None:
    expected = "satisfied"
    if expectation > perception:
        expected = "dissatisfied"
    elif expectation < perception:
        expected = "very_satisfied"
    assert verdict(expectation, perception, RULE) == expected


def test_without_both_answers_there_is_no_measure() -> None:
    assert verdict(None, None, RULE) == verdict(3, None, RULE) == verdict(None, 3, RULE) == "unmeasured"


@pytest.mark.parametrize(
    ("expectation", "perception", "field"),
    [(0, 3, "expectation"), (3, 0, "perception"), (6, 3, "expectation"), (3, -1, "perception")],
)
def test_a_level_off_the_scale_is_refused(expectation: int, perception: int, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        verdict(expectation, perception, RULE)
    assert (caught.value.rule, caught.value.field) == ("off-the-scale", field)
    assert "1至5" in caught.value.message.zh
