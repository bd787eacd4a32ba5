"""满意度: what the customer expected, divided by what the customer perceived (mission E1, slide 2)."""

from fractions import Fraction

from shouwen.core.policy_terms import RatioToOne, SatisfactionRule, ScaleLevel
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text


def ratio(expectation: int, perception: int) -> Fraction:
    """客户满意度 = 心理预期 ÷ 实际感知, exact. Both are levels of the pack's scales, which start at 1."""
    return Fraction(expectation, perception)


def verdict(expectation: int | None, perception: int | None, rule: SatisfactionRule) -> str:
    """The code of the verdict: above 1 dissatisfied, 1 satisfied, below 1 very satisfied; without both answers, unmeasured.

    Refused: a level that the scale does not have.
    """
    if expectation is None or perception is None:
        return rule.verdict_for(RatioToOne.UNMEASURED).code
    _require_level(expectation, rule.expectation, "expectation", rule.expectation_question)
    _require_level(perception, rule.perception, "perception", rule.perception_question)
    return rule.verdict_for(_place(ratio(expectation, perception))).code


def _place(measured: Fraction) -> RatioToOne:
    if measured == 1:
        return RatioToOne.EQUAL
    return RatioToOne.ABOVE if measured > 1 else RatioToOne.BELOW


def _require_level(value: int, scale: tuple[ScaleLevel, ...], field: str, question: Text) -> None:
    if any(level.value == value for level in scale):
        return
    lowest, highest = scale[0].value, scale[-1].value
    raise Refusal(
        "off-the-scale",
        Text(
            f"“{question.zh}”请选择{lowest}至{highest}之间的一级。",
            f"Choose a level from {lowest} to {highest} for “{question.en}”.",
        ),
        field=field,
    )
