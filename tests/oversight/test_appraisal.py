"""考核: drawn up from the record, closed for ever, corrected in the open; and against a slow count of the journals."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import policy_of
from shouwen.core.appraisal import facts_of, is_appraised
from shouwen.core.complaint import read_complaint
from shouwen.core.refusal import Refusal
from shouwen.oversight import appraisal
from shouwen.oversight.models import AppraisalEntry, AppraisalObjection, AppraisalPeriod, ObjectionState, Period
from tests.casework.test_door import person
from tests.core.calendars import here
from tests.oversight.test_revisits import CONTACT, LEADER, NOW, RECEIVED, STRANGER, bank, closed

__all__ = ["bank"]
UNION, UNION_COLLEAGUE, OTHER_UNION = "110201", "110210", "120201"
FIRST = date(2026, 1, 1)
LATER = here(2026, 5, 4, 10)


def branch() -> int:
    return appraisal.appraised_units(person(UNION))[0].id


def drawn() -> AppraisalPeriod:
    return appraisal.draw_up(person(UNION), branch(), FIRST, NOW)


def stands(count: int = 6) -> AppraisalPeriod:
    """A closed quarter in which the outlet answered so many complaints, all its own fault."""
    closed(count)
    return appraisal.close(person(UNION), drawn(), NOW)


def entry(period: AppraisalPeriod) -> AppraisalEntry:
    found = period.entries.order_by("complaint_id").first()
    assert found is not None
    return found


def objected(period: AppraisalPeriod) -> AppraisalObjection:
    return appraisal.object_to(person(LEADER), entry(period), "liable", "录像显示责任在设备厂商。", LATER)


def refused(rule: str) -> "pytest.RaisesContext[Refusal]":  # type: ignore[name-defined]
    return pytest.raises(Refusal, check=lambda refusal: refusal.rule == rule)


def only_line(period: AppraisalPeriod) -> appraisal.Line:
    (line,) = appraisal.by_unit(period, appraisal.reach(person(UNION)))
    return line


def test_the_sheet_agrees_with_a_slow_count_of_the_record(bank: None) -> None:
    closed(4)
    closed(3, received_at=here(2026, 3, 20, 9))
    line = only_line(drawn())
    slow = Counter(
        fact.value
        for row in ComplaintRow.objects.all()
        if is_appraised(complaint := read_complaint(row.state))
        for fact in facts_of(complaint, policy_of(complaint.policy))
    )
    assert line.sheet.complaints == 7
    assert {loss.item.fact.value: loss.cases for loss in line.sheet.losses if loss.cases} == dict(slow)


def test_every_complaint_our_own_fault_costs_all_points_of_liability(bank: None) -> None:
    assert only_line(stands()).sheet.score == Decimal("70.00")


def test_only_the_last_complete_quarters_are_drawn_up(bank: None) -> None:
    with refused("period-not-offered"):
        appraisal.draw_up(person(UNION), branch(), date(2026, 4, 1), NOW)


@pytest.mark.parametrize("who", [LEADER, CONTACT, OTHER_UNION])
def test_nobody_but_the_union_of_the_institution_draws_up(bank: None, who: str) -> None:
    with refused("not-your-institution"):
        appraisal.draw_up(person(who), branch(), FIRST, NOW)


def test_a_draft_is_drawn_up_again_and_is_the_appraisers_alone(bank: None) -> None:
    closed(1)
    first = drawn()
    closed(1)
    assert drawn().id == first.id
    assert only_line(first).sheet.complaints == 2
    assert not appraisal.readable(person(LEADER)).exists()


def test_a_closed_period_does_not_move(bank: None) -> None:
    period = stands(5)
    closed(2)
    with refused("period-not-offered"):
        drawn()
    assert only_line(period).sheet.complaints == 5
    assert appraisal.digest_of(period) == period.digest


def test_a_period_closed_by_a_colleague_meanwhile_is_not_drawn_up_again(
    bank: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = stands(5)
    still_offered = [stretch for stretch in appraisal.periods(Period.QUARTER, NOW.date()) if stretch.first == FIRST]
    monkeypatch.setattr(appraisal, "offered", lambda *_: still_offered)
    with refused("period-not-offered"):
        drawn()
    assert appraisal.digest_of(period) == period.digest


def test_the_digest_notices_a_change_past_the_program(bank: None) -> None:
    period = stands()
    period.entries.filter(id=entry(period).id).update(facts=[])
    assert appraisal.digest_of(period) != period.digest


def test_an_upheld_objection_corrects_beside_what_stood(bank: None) -> None:
    period = stands(6)
    appraisal.decide(person(UNION_COLLEAGUE), objected(period), upheld=True, words="采纳。", now=LATER)
    line = only_line(period)
    assert (line.sheet.score, line.corrected.score) == (Decimal("70.00"), Decimal("75.00"))
    assert line.is_corrected


def test_a_refused_objection_corrects_nothing(bank: None) -> None:
    period = stands()
    appraisal.decide(person(UNION), objected(period), upheld=False, words="责任已核实。", now=LATER)
    assert not only_line(period).is_corrected


def test_an_objection_is_decided_once(bank: None) -> None:
    objection = objected(stands())
    appraisal.decide(person(UNION), objection, upheld=False, words="责任已核实。", now=LATER)
    with refused("decided-already"):
        appraisal.decide(person(UNION), objection, upheld=True, words="采纳。", now=LATER)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.REFUSED


@pytest.mark.parametrize("who", [STRANGER, UNION])
def test_only_the_unit_itself_objects(bank: None, who: str) -> None:
    with refused("not-your-appraisal"):
        appraisal.object_to(person(who), entry(stands()), "liable", "理由", LATER)


def test_an_item_that_was_not_counted_cannot_be_objected_to(bank: None) -> None:
    with refused("no-such-fact"):
        appraisal.object_to(person(LEADER), entry(stands()), "late", "理由", LATER)


def test_an_objection_without_a_reason_is_refused(bank: None) -> None:
    with refused("text-missing"):
        appraisal.object_to(person(LEADER), entry(stands()), "liable", "　", LATER)


def test_personal_data_in_an_objection_are_masked(bank: None) -> None:
    period = stands()
    made = appraisal.object_to(person(LEADER), entry(period), "liable", "客户电话13912345678可核实。", LATER)
    assert "13912345678" not in made.reason


def test_the_same_item_is_objected_to_once(bank: None) -> None:
    period = stands()
    objected(period)
    with refused("objected-already"):
        objected(period)


def test_few_complaints_stand_last_and_unranked(bank: None) -> None:
    assert only_line(stands(2)).sheet.few


def test_another_branch_reads_nothing_of_it(bank: None) -> None:
    stands()
    assert not appraisal.readable(person(OTHER_UNION)).exists()


def test_another_outlet_finds_no_line_of_this_one(bank: None) -> None:
    assert not appraisal.by_unit(stands(), appraisal.reach(person(STRANGER)))


def test_a_contact_reads_the_own_line_alone_among_people(bank: None) -> None:
    period = stands()
    assert [line.id for line in appraisal.by_person(period, person(CONTACT))] == [person(CONTACT).id]
    assert not appraisal.by_person(period, person(STRANGER))


def test_sheets_of_many_units_take_one_query(bank: None) -> None:
    period = stands()
    units = appraisal.reach(person(UNION))
    with CaptureQueriesContext(connection) as asked:
        appraisal.by_unit(period, units)
    assert len(asked) == 1


def test_a_complaint_counts_in_the_quarter_in_which_it_ended(bank: None) -> None:
    closed(1, received_at=here(2026, 3, 31, 23, 59))
    closed(1, received_at=RECEIVED)
    assert only_line(drawn()).sheet.complaints == 1
