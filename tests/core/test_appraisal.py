"""考核: which complaints count, what their record says, and the points; with the example of docs/appraisal.md worked by hand."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.core.appraisal import AppraisalRule, Fact, appraise, facts_of, formula, is_appraised
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.state import Findings, Satisfaction
from tests.core.bank import MAIN_LINE, POLICY, told
from tests.core.calendars import here

RULE = POLICY.appraisal
FACTS = tuple(fact.value for fact in Fact)


def ended(**changes: Any) -> Complaint:
    complaint = told(len(MAIN_LINE)).complaint
    assert complaint is not None
    return msgspec.structs.replace(complaint, **changes)


def found(liability: str, **more: Any) -> Findings:
    return Findings(
        facts="已核实", cause="service_manner", liability=liability, by=5, at=here(2026, 3, 5, 9, 0), **more
    )


def test_the_example_worked_by_hand() -> None:
    """40 complaints, 6 ours (30 × 6 ÷ 40 = 4.50), 3 late (1.88), 8 dissatisfied (5.00), 1 repeat (0.25), none sent back."""
    sheet = appraise(RULE, 40, {"liable": 6, "late": 3, "dissatisfied": 8, "repeated": 1})
    assert [loss.points for loss in sheet.losses] == [
        Decimal("4.50"),
        Decimal("1.88"),
        Decimal("5.00"),
        Decimal("0.25"),
        Decimal("0.00"),
    ]
    assert sheet.score == Decimal("88.37")
    assert not sheet.few


def test_few_complaints_are_flagged() -> None:
    assert appraise(RULE, RULE.fewest - 1, {}).few
    assert not appraise(RULE, RULE.fewest, {}).few


def test_no_complaint_costs_nothing() -> None:
    assert appraise(RULE, 0, {}).score == 100


def test_a_score_never_falls_below_zero() -> None:
    steep = msgspec.structs.replace(RULE, full=Decimal(10))
    assert appraise(steep, 1, dict.fromkeys(FACTS, 1)).score == 0


@given(st.integers(1, 10_000), st.data())
def test_one_more_case_never_raises_the_score(complaints: int, data: st.DataObject) -> None:
    cases = {fact: data.draw(st.integers(0, complaints - 1)) for fact in FACTS}
    worse = {**cases, "late": cases["late"] + 1}
    assert appraise(RULE, complaints, worse).score <= appraise(RULE, complaints, cases).score


def test_a_complaint_answered_and_ended_counts() -> None:
    assert is_appraised(ended())


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_at": None},
        {"replied_at": None},
        {"merged_into": "TS2026-00000009"},
        {"secret": True},
    ],
)
def test_what_has_no_answer_of_its_own_does_not_count(changes: dict[str, Any]) -> None:
    assert not is_appraised(ended(**changes))


@pytest.mark.parametrize(
    ("liability", "ours"), [("fully", True), ("partly", True), ("none", False), ("third_party", False)]
)
def test_liability_counts_when_any_part_of_it_is_ours(liability: str, ours: bool) -> None:
    assert (Fact.LIABLE in facts_of(ended(findings=found(liability)), POLICY)) is ours


def test_an_unmeasured_customer_is_not_a_dissatisfied_one() -> None:
    said = [
        Satisfaction(expectation, perception, verdict, "", here(2026, 3, 9, 9, 0))
        for expectation, perception, verdict in [
            (None, None, "unmeasured"),
            (4, 2, "dissatisfied"),
            (3, 3, "satisfied"),
        ]
    ]
    counted = [Fact.DISSATISFIED in facts_of(ended(satisfaction=each), POLICY) for each in said]
    assert counted == [False, True, False]


def test_what_was_not_our_responsibility_counts_and_costs_nothing() -> None:
    complaint = ended(earlier=("TS2026-00000001",), findings=found("none", no_appraisal=True))
    assert is_appraised(complaint)
    assert not facts_of(complaint, POLICY)


def test_a_repeat_and_a_late_answer_are_facts_of_the_record() -> None:
    complaint = ended(earlier=("TS2026-00000001",))
    late = tuple(
        msgspec.structs.replace(clock, stopped=here(2026, 6, 1, 9, 0)) if clock.kind == "reply" else clock
        for clock in complaint.clocks
    )
    assert Fact.LATE not in facts_of(complaint, POLICY)
    assert {Fact.LATE, Fact.REPEATED} <= facts_of(msgspec.structs.replace(complaint, clocks=late), POLICY)


def test_a_pack_without_items_takes_no_points() -> None:
    assert appraise(AppraisalRule(), 10, dict.fromkeys(FACTS, 10)).score == 100


def test_the_formula_says_points_and_the_least_number() -> None:
    assert "我方责任 30 分" in formula(RULE).zh
    assert "fewer than 5" in formula(RULE).en
