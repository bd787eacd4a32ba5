"""忠诚度: what became of a complaint, which of the slides' outcomes that is, and the example of docs/loyalty.md worked by hand."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.state import Revisit, Satisfaction
from shouwen.core.figures import ratio_of
from shouwen.core.loyalty import (
    SOLVED,
    SOLVED_FAST,
    UNSOLVED,
    Solution,
    at_risk,
    expected,
    outcome_for,
    percent,
    solution_of,
    those_who_go,
)
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import LoyaltyRule, RatioToOne, Unsolved
from shouwen.core.proportions import Share, wilson
from tests.core.bank import MAIN_LINE, POLICY, told
from tests.core.calendars import here

RATES = {each.code: percent(each.come_back_percent) for each in POLICY.loyalty}


def ended(**changes: Any) -> Complaint:
    complaint = told(len(MAIN_LINE)).complaint
    assert complaint is not None
    return msgspec.structs.replace(complaint, **changes)


def with_rule(**changes: Any) -> Policy:
    return msgspec.structs.replace(POLICY, loyalty_rule=msgspec.structs.replace(POLICY.loyalty_rule, **changes))


def replied(before_target: bool, within_limit: bool = True) -> Complaint:
    """Ended, and the reply clock stopped before or after a target that lies a day before the limit."""
    complaint = ended()
    clock = complaint.clock("reply")
    assert clock is not None
    limit = clock.limit.at
    target = msgspec.structs.replace(clock.limit, at=limit - timedelta(days=1))
    stopped = limit - timedelta(days=2) if before_target else limit - timedelta(hours=1)
    if not within_limit:
        stopped = limit + timedelta(hours=1)
    clock = msgspec.structs.replace(clock, target=target, stopped=stopped)
    others = tuple(each for each in complaint.clocks if each.kind != "reply")
    return msgspec.structs.replace(complaint, clocks=(*others, clock))


def revisited(*satisfied: bool | None) -> tuple[Revisit, ...]:
    return tuple(
        Revisit(sample="s", reached=each is not None, satisfied=each, by=5, at=here(2026, 4, day, 9, 0))
        for day, each in enumerate(satisfied, 1)
    )


def test_what_is_answered_within_the_target_is_solved_fast() -> None:
    assert solution_of(replied(before_target=True), POLICY) is Solution.FAST_SOLVED


def test_what_is_answered_between_target_and_limit_is_solved_but_not_fast() -> None:
    assert solution_of(replied(before_target=False), POLICY) is Solution.SLOW_SOLVED


def test_a_bank_may_take_the_limit_for_fast() -> None:
    policy = with_rule(fast="limit")
    assert solution_of(replied(before_target=False), policy) is Solution.FAST_SOLVED
    assert solution_of(replied(before_target=False, within_limit=False), policy) is Solution.SLOW_SOLVED


def test_what_was_handled_anew_is_never_fast() -> None:
    again = msgspec.structs.replace(replied(before_target=True), reopened=1)
    assert solution_of(again, POLICY) is Solution.SLOW_SOLVED


@pytest.mark.parametrize(
    "changes",
    [
        {"review_asked_at": here(2026, 4, 1, 9, 0)},
        {"reviewers": (7,)},
        {"revisits": revisited(True, False)},
        {"revisits": revisited(False, None)},
        {"dispute_outcome": "bank_wins"},
        {"dispute_outcome": "both_lose"},
    ],
)
def test_what_the_customer_did_not_accept_is_not_solved(changes: dict[str, Any]) -> None:
    assert solution_of(msgspec.structs.replace(replied(before_target=True), **changes), POLICY) is (
        Solution.FAST_UNSOLVED
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"revisits": revisited(False, True)},
        {"revisits": revisited(None)},
        {"dispute_outcome": "both_win"},
        {"dispute_outcome": "customer_wins"},
    ],
)
def test_what_the_customer_accepted_in_the_end_is_solved(changes: dict[str, Any]) -> None:
    assert solution_of(msgspec.structs.replace(replied(before_target=True), **changes), POLICY) is Solution.FAST_SOLVED


@pytest.mark.parametrize("fact", [Unsolved.REVIEW, Unsolved.REVISIT, Unsolved.DISPUTE])
def test_a_bank_may_leave_a_fact_out(fact: Unsolved) -> None:
    left = tuple(each for each in Unsolved if each is not fact)
    found = {
        Unsolved.REVIEW: {"reviewers": (7,)},
        Unsolved.REVISIT: {"revisits": revisited(False)},
        Unsolved.DISPUTE: {"dispute_outcome": "both_lose"},
    }
    complaint = msgspec.structs.replace(replied(before_target=True), **found[fact])  # type: ignore[arg-type]
    assert solution_of(complaint, with_rule(unsolved_by=left)) is Solution.FAST_SOLVED


@pytest.mark.parametrize("stage", [Stage.DECLINED, Stage.ARCHIVED])
def test_what_was_declined_is_not_solved_also_in_the_archive(stage: Stage) -> None:
    declined = ended(stage=stage, decline_ground="in_court", replied_at=None, satisfaction=None)
    assert solution_of(declined, POLICY) is Solution.DECLINED
    assert solution_of(declined, with_rule(unsolved_by=(Unsolved.REVIEW,))) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": Stage.REPLIED},
        {"stage": Stage.WITHDRAWN},
        {"stage": Stage.CLOSED, "replied_at": None, "satisfaction": None},
    ],
)
def test_an_open_or_withdrawn_or_carried_over_complaint_has_no_solution_yet(changes: dict[str, Any]) -> None:
    assert solution_of(ended(**changes), POLICY) is None


def test_a_dissatisfied_customer_is_one_whose_problem_is_not_solved() -> None:
    for solution in Solution:
        assert outcome_for(solution, RatioToOne.ABOVE) == UNSOLVED
    assert outcome_for(Solution.FAST_SOLVED, RatioToOne.EQUAL) == SOLVED_FAST
    assert outcome_for(Solution.SLOW_SOLVED, None) == SOLVED
    assert outcome_for(Solution.FAST_UNSOLVED, RatioToOne.BELOW) == UNSOLVED


@pytest.mark.parametrize(
    ("expectation", "perception", "ratio"), [(4, 2, "2/1"), (3, 3, "1/1"), (2, 4, "1/2"), (5, 3, "5/3"), (None, 3, "")]
)
def test_the_ratio_is_kept_in_lowest_terms(expectation: int | None, perception: int | None, ratio: str) -> None:
    asked = Satisfaction(expectation, perception, "satisfied", "", here(2026, 3, 5, 9, 0))
    assert ratio_of(ended(satisfaction=asked)) == ratio


def test_the_rates_are_those_of_the_slides() -> None:
    assert [RATES[code] * 100 for code in ("not_complained", UNSOLVED, SOLVED, SOLVED_FAST)] == [9, 19, 54, 82]


def test_the_example_worked_by_hand() -> None:
    """docs/loyalty.md: 60 solved fast, 25 solved, 15 not; of 50 known who were solved fast 44 stay."""
    counts = {SOLVED_FAST: 60, SOLVED: 25, UNSOLVED: 15}
    by_default = {code: expected(count, RATES[code]) for code, count in counts.items()}
    assert [each.stay for each in by_default.values()] == [Fraction("49.2"), Fraction("13.5"), Fraction("2.85")]
    assert sum(each.go for each in by_default.values()) == Fraction("34.45")
    own = Share(44, 50)
    interval = own.interval()
    assert interval is not None
    assert own.value == Fraction("0.88")
    assert (f"{interval.low:.1%}", f"{interval.high:.1%}") == ("76.2%", "94.4%")
    assert expected(60, own.value).go == Fraction("7.2")
    going = those_who_go(60, interval)
    assert (f"{going.low:.1f}", f"{going.high:.1f}") == ("3.4", "14.3")
    assert by_default[SOLVED].go + by_default[UNSOLVED].go + expected(60, own.value).go == Fraction("30.85")
    assert at_risk(Decimal("2000000.00"), own.value) == Decimal("240000.00")


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_value_at_risk_is_exact_to_the_cent(cents: int, share: int) -> None:
    value, rate = Decimal(cents) / 100, Fraction(share, 10_000)
    told_by_hand = (cents * (10_000 - share) * 2 + 10_000) // 20_000
    assert at_risk(value, rate) == Decimal(told_by_hand) / 100


@given(st.integers(0, 10**9), st.integers(0, 10**6))
def test_those_who_stay_and_go_are_all(customers: int, millionths: int) -> None:
    both = expected(customers, Fraction(millionths, 10**6))
    assert both.stay + both.go == customers


def test_a_pack_without_the_section_has_the_same_rule() -> None:
    standing = POLICY.loyalty_rule
    assert msgspec.structs.replace(LoyaltyRule(), source=standing.source) == standing


def test_the_interval_needs_a_customer() -> None:
    assert wilson(0, 0) is None
