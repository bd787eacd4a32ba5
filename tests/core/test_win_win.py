"""双赢: which of the four outcomes a complaint has, by the survey, the findings and what was recorded of a dispute."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.state import Dispute, Satisfaction
from shouwen.core.figures import sides_of
from shouwen.core.money import Money
from shouwen.core.policy import Policy
from shouwen.core.win_win import Lost, Sides, WinWinRule
from tests.core.bank import MAIN_LINE, POLICY, told


def answered(expectation: int | None, perception: int | None, liability: str, **changes: Any) -> Complaint:
    complaint = told(len(MAIN_LINE)).complaint
    assert complaint is not None
    assert complaint.satisfaction is not None
    assert complaint.findings is not None
    asked: Satisfaction = msgspec.structs.replace(
        complaint.satisfaction, expectation=expectation, perception=perception
    )
    findings = msgspec.structs.replace(complaint.findings, liability=liability)
    return msgspec.structs.replace(complaint, satisfaction=asked, findings=findings, **changes)


@pytest.mark.parametrize(
    ("expectation", "perception", "liability", "sides"),
    [
        (3, 4, "none", Sides.BOTH_WIN),
        (3, 3, "third_party", Sides.BOTH_WIN),
        (3, 3, "fully", Sides.CUSTOMER_WINS),
        (3, 4, "partly", Sides.CUSTOMER_WINS),
        (4, 2, "customers_own", Sides.BANK_WINS),
        (4, 2, "fully", Sides.BOTH_LOSE),
        (None, None, "fully", None),
    ],
)
def test_the_customer_wins_by_the_survey_and_the_bank_without_fault(
    expectation: int | None, perception: int | None, liability: str, sides: Sides | None
) -> None:
    assert sides_of(answered(expectation, perception, liability), POLICY) is sides


@pytest.mark.parametrize("outcome", [each.code for each in POLICY.dispute_outcomes])
def test_of_a_dispute_it_is_what_was_recorded(outcome: str) -> None:
    recorded = POLICY.dispute_outcome(outcome)
    sides = sides_of(answered(4, 2, "fully", dispute_outcome=outcome), POLICY)
    assert sides is not None
    assert (sides.customer_wins, sides.bank_wins) == (recorded.customer_wins, recorded.bank_wins)


def yuan(amount: int) -> Money:
    return Money(Decimal(amount), "CNY")


def test_a_bank_that_paid_has_lost_unless_the_pack_says_otherwise() -> None:
    paid = answered(3, 4, "none", dispute=Dispute(claimed=yuan(100), paid=yuan(100)))
    assert sides_of(paid, POLICY) is Sides.CUSTOMER_WINS
    lenient: Policy = msgspec.structs.replace(POLICY, win_win=WinWinRule(bank_loses_by=(Lost.LIABLE,)))
    assert sides_of(paid, lenient) is Sides.BOTH_WIN


def test_as_long_as_it_is_open_nothing_is_told() -> None:
    assert sides_of(answered(3, 4, "none", stage=Stage.REPLIED), POLICY) is None


def test_without_findings_nothing_is_told() -> None:
    assert sides_of(msgspec.structs.replace(answered(3, 4, "none"), findings=None), POLICY) is None


def test_the_four_outcomes_have_their_names() -> None:
    assert len({each.label.zh for each in Sides}) == 4
