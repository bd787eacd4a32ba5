"""定期回访: who plans, what can be drawn, that a sample stands and can be drawn again, and that a result is on the journal."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from shouwen.casework import queries
from shouwen.casework.bulk import Batch
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.timeline import timeline
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.ending import Archive, Reopen
from shouwen.core.complaint.revisiting import Revisited
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.duties import Duty, discipline_key
from shouwen.core.refusal import Refusal
from shouwen.core.sampling import SampleSize, drawn
from shouwen.oversight import revisits
from shouwen.oversight.models import Outcome, Period, RevisitDraw, RevisitPlan, RevisitSample
from tests.casework.test_door import person, registration
from tests.core.bank import MAIN_LINE
from tests.core.calendars import here

AGENT, CONTACT, CHECKER, LEADER, SUPERVISOR, STRANGER = (
    "100101",
    "11110101",
    "11110102",
    "11110110",
    "100110",
    "11210101",
)
RECEIVED = here(2026, 3, 4, 10, 30)
NOW = here(2026, 4, 20, 10)
MARCH = date(2026, 3, 1)
WHOLE_MARCH = revisits.Stretch(MARCH, date(2026, 3, 31))
WORKERS = {"agent": AGENT, "a": CONTACT, "b": CHECKER, "supervisor": SUPERVISOR}


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def outlet() -> int:
    return person(CONTACT).posts[0].unit_id


def closed(
    count: int, *, received_at: datetime = RECEIVED, phone: str = "13812345678", **more: object
) -> list[Complaint]:
    """Complaints that the outlet has answered and closed."""
    batch, made = Batch(), []
    for _ in range(count):
        command = registration(person(AGENT), received_at=received_at, **more)
        complaint = batch.register(
            command, actor=person(AGENT), now=received_at, details=Details(name="王", phone=phone)
        )
        at = received_at
        for who, step in MAIN_LINE[1:]:
            if isinstance(step, Archive):
                break
            at += timedelta(minutes=1)
            asked = Dispatch(unit=outlet()) if isinstance(step, Dispatch) else step
            complaint = batch.handle(asked, complaint=complaint.id, actor=person(WORKERS[who]), now=at)
        made.append(complaint)
    batch.write()
    return made


def planned(size: SampleSize = SampleSize(percent=50)) -> RevisitPlan:  # noqa: B008 - an immutable struct
    return revisits.make_plan(person(LEADER), outlet(), Period.MONTH, size, Duty.CONTACT, NOW)


def test_the_kept_seed_draws_the_same_sample_again(bank: None) -> None:
    numbers = {complaint.id: complaint.number for complaint in closed(7)}
    made = revisits.draw(person(LEADER), planned(), MARCH, NOW)
    sample = [numbers[each.complaint_id] for each in made.samples.order_by("place")]
    assert sample == list(drawn(numbers.values(), made.seed, SampleSize(percent=50)))
    assert (made.frame, len(sample)) == (7, 4)


def test_a_period_is_drawn_once(bank: None) -> None:
    closed(2)
    plan = planned()
    revisits.draw(person(LEADER), plan, MARCH, NOW)
    with pytest.raises(Refusal) as refused:
        revisits.draw(person(LEADER), plan, MARCH, NOW)
    assert refused.value.rule == "drawn-already"
    assert RevisitSample.objects.count() == 1


def test_a_period_that_is_not_over_is_not_drawn(bank: None) -> None:
    closed(1, received_at=here(2026, 4, 2, 10))
    with pytest.raises(Refusal) as refused:
        revisits.draw(person(LEADER), planned(), date(2026, 4, 1), NOW)
    assert refused.value.rule == "period-not-offered"


def test_who_wants_to_stay_anonymous_is_not_called(bank: None) -> None:
    closed(1)
    closed(1, anonymous=True)
    assert revisits.frame_of(planned(), WHOLE_MARCH).count() == 1


def test_what_is_secret_for_others_is_never_drawn(bank: None) -> None:
    kept, hidden = closed(3), closed(3)
    ComplaintRow.objects.filter(id__in=[each.id for each in hidden]).update(secret=True)
    made = revisits.draw(person(LEADER), planned(SampleSize(percent=100)), MARCH, NOW)
    assert {each.complaint_id for each in made.samples.all()} == {each.id for each in kept}


def test_what_was_merged_into_another_is_not_drawn(bank: None) -> None:
    kept, merged = closed(1)[0], closed(1)[0]
    state = ComplaintRow.objects.get(id=merged.id).state
    ComplaintRow.objects.filter(id=merged.id).update(state=state[:-1] + f',"merged_into":"{kept.number}"}}')
    assert list(revisits.frame_of(planned(), WHOLE_MARCH).values_list("id", flat=True)) == [kept.id]


def test_a_new_plan_does_not_draw_a_period_again(bank: None) -> None:
    closed(2)
    revisits.draw(person(LEADER), planned(), MARCH, NOW)
    newer = planned(SampleSize(count=1))
    with pytest.raises(Refusal) as refused:
        revisits.draw(person(LEADER), newer, MARCH, NOW)
    assert refused.value.rule == "drawn-already"


def test_a_quarter_is_not_offered_when_one_of_its_months_is_drawn(bank: None) -> None:
    closed(2)
    revisits.draw(person(LEADER), planned(), MARCH, NOW)
    quarterly = revisits.make_plan(person(LEADER), outlet(), Period.QUARTER, SampleSize(percent=5), Duty.CONTACT, NOW)
    done = revisits.drawn_stretches([outlet()])[outlet()]
    left = revisits.left_to_draw(quarterly, done, NOW.date())
    assert [each.first for each in left] == [date(2025, 10, 1), date(2025, 7, 1), date(2025, 4, 1)]


def test_a_plan_that_has_ended_draws_no_more(bank: None) -> None:
    closed(1)
    plan = planned()
    revisits.end_plan(person(LEADER), plan, NOW)
    with pytest.raises(Refusal) as refused:
        revisits.draw(person(LEADER), plan, MARCH, NOW)
    assert refused.value.rule == "plan-ended"


def test_a_contact_does_not_end_the_plan(bank: None) -> None:
    plan = planned()
    with pytest.raises(Refusal):
        revisits.end_plan(person(CONTACT), plan, NOW)
    assert revisits.plans_of(person(LEADER)).get() == plan


def test_the_contact_calls_for_the_plan_of_a_unit_above(bank: None) -> None:
    closed(1)
    above = person(SUPERVISOR).posts[0].scope_id
    plan = revisits.make_plan(person(SUPERVISOR), above, Period.MONTH, SampleSize(percent=100), Duty.CONTACT, NOW)
    sample = revisits.draw(person(SUPERVISOR), plan, MARCH, NOW).samples.get()
    assert revisits.to_do(person(CONTACT)).get() == sample
    assert not revisits.to_do(person(STRANGER)).exists()


def test_what_became_secret_after_the_draw_waits_for_nobody_else(bank: None) -> None:
    complaint = closed(1)[0]
    revisits.draw(person(LEADER), planned(), MARCH, NOW)
    ComplaintRow.objects.filter(id=complaint.id).update(audience=[discipline_key(outlet())])
    assert not revisits.to_do(person(CONTACT)).exists()


def test_open_complaints_and_those_of_other_periods_are_not_drawn(bank: None) -> None:
    closed(1, received_at=here(2026, 4, 2, 10))
    batch = Batch()
    batch.register(
        registration(person(AGENT), received_at=RECEIVED),
        actor=person(AGENT),
        now=RECEIVED,
        details=Details(name="王", phone="13812345678"),
    )
    batch.write()
    with pytest.raises(Refusal) as refused:
        revisits.draw(person(LEADER), planned(), MARCH, NOW)
    assert refused.value.rule == "nothing-to-draw"


def test_a_plan_of_another_unit_draws_none_of_this_one(bank: None) -> None:
    closed(1)
    other = person(STRANGER).posts[0].unit_id
    plan = RevisitPlan(unit=other, period=Period.MONTH)
    assert not revisits.frame_of(plan, WHOLE_MARCH).exists()


@pytest.mark.parametrize("who", [CONTACT, STRANGER, AGENT])
def test_who_does_not_lead_or_look_after_the_unit_makes_no_plan(bank: None, who: str) -> None:
    with pytest.raises(Refusal):
        revisits.make_plan(person(who), outlet(), Period.MONTH, SampleSize(count=5), Duty.CONTACT, NOW)


def test_a_new_plan_takes_the_place_of_the_former_one(bank: None) -> None:
    planned()
    newer = planned(SampleSize(count=3))
    assert list(revisits.plans_of(person(LEADER))) == [newer]


def test_a_result_stands_on_the_journal_and_in_the_sample(bank: None) -> None:
    closed(1)
    sample = revisits.draw(person(LEADER), planned(), MARCH, NOW).samples.get()
    complaint = revisits.record(
        person(LEADER), sample, reached=True, satisfied=False, words="打13900001111找我，窗口又只开一个。", now=NOW
    )
    sample.refresh_from_db()
    assert sample.outcome == Outcome.DISSATISFIED
    said = next(moment.event for moment in timeline(complaint.id) if isinstance(moment.event, Revisited))
    assert "13900001111" not in said.text
    assert ComplaintRow.objects.get(id=complaint.id).review_asked_at == NOW


def test_a_refused_result_changes_neither(bank: None) -> None:
    closed(1)
    sample = revisits.draw(person(LEADER), planned(), MARCH, NOW).samples.get()
    with pytest.raises(Refusal):
        revisits.record(person(CONTACT), sample, reached=True, satisfied=False, words=" ", now=NOW)
    sample.refresh_from_db()
    assert (sample.outcome, sample.tries) == (Outcome.OPEN, 0)


def test_what_can_be_drawn_is_read_along_the_end_of_the_units_complaints(bank: None) -> None:
    closed(1)
    plan = planned()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "complaint_ended" in queries.explain(revisits.frame_of(plan, WHOLE_MARCH).values_list("number", "id"))


def test_the_calls_of_a_person_are_read_along_indexes(bank: None) -> None:
    closed(3)
    revisits.draw(person(LEADER), planned(), MARCH, NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Seq Scan" not in queries.explain(revisits.to_do(person(CONTACT)).order_by("draw_id", "place")[:100])


def test_the_results_count_each_outcome(bank: None) -> None:
    closed(2)
    made = revisits.draw(person(LEADER), planned(SampleSize(count=2)), MARCH, NOW)
    first = made.samples.order_by("place")[0]
    revisits.record(person(LEADER), first, reached=True, satisfied=True, words="", now=NOW)
    found = revisits.results(RevisitDraw.objects.all()).get()
    assert (found.drawn, found.n_satisfied, found.n_open) == (2, 1, 1)  # type: ignore[attr-defined]


def test_the_results_count_what_was_reopened_after_an_unsatisfied_answer(bank: None) -> None:
    closed(2)
    made = revisits.draw(person(LEADER), planned(SampleSize(count=2)), MARCH, NOW)
    for sample in made.samples.all():
        revisits.record(person(LEADER), sample, reached=True, satisfied=False, words="又要排队一小时。", now=NOW)
    reopened = made.samples.first()
    assert reopened
    handle(
        Reopen(reason="核查认为原答复不当。"),
        actor=person(SUPERVISOR),
        complaint=reopened.complaint_id,
        now=NOW + timedelta(hours=1),
    )
    found = revisits.results(RevisitDraw.objects.all()).get()
    assert (found.n_reached, found.n_dissatisfied, found.n_reopened) == (2, 2, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("period", "today", "newest"),
    [
        (Period.MONTH, date(2026, 1, 5), revisits.Stretch(date(2025, 12, 1), date(2025, 12, 31))),
        (Period.MONTH, date(2026, 3, 31), revisits.Stretch(date(2026, 2, 1), date(2026, 2, 28))),
        (Period.QUARTER, date(2026, 3, 31), revisits.Stretch(date(2025, 10, 1), date(2025, 12, 31))),
        (Period.QUARTER, date(2026, 4, 1), revisits.Stretch(date(2026, 1, 1), date(2026, 3, 31))),
    ],
)
def test_the_newest_period_is_the_last_complete_one(period: Period, today: date, newest: revisits.Stretch) -> None:
    assert revisits.periods(period, today)[0] == newest


def test_periods_follow_each_other_without_a_gap() -> None:
    found = revisits.periods(Period.QUARTER, date(2026, 5, 6))
    assert all(later.first == earlier.last + timedelta(1) for later, earlier in pairwise(found))
