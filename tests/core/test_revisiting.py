"""定期回访: samples that can be drawn again, and customers who are heard again."""

from datetime import timedelta

import pytest

from shouwen.core.complaint import read_event, replay, write_event
from shouwen.core.complaint.customer import ReviewAsked
from shouwen.core.complaint.ending import Archive
from shouwen.core.complaint.recording import Revealed
from shouwen.core.complaint.revisiting import LookForRevisit, RecordRevisit, Revisited
from shouwen.core.refusal import Refusal
from shouwen.core.sampling import SampleSize, drawn, require_size
from tests.core.bank import RECEIVED, Told, came_to, told

NUMBERS = [f"TS2026-{number:08d}" for number in range(1, 201)]
LATER = RECEIVED + timedelta(days=60)


def closed() -> Told:
    return came_to(Archive)


def test_the_same_seed_draws_the_same_sample_whatever_the_order_of_rows() -> None:
    assert drawn(NUMBERS, "a1", SampleSize(count=10)) == drawn(reversed(NUMBERS), "a1", SampleSize(count=10))


def test_another_seed_draws_another_sample() -> None:
    assert drawn(NUMBERS, "a1", SampleSize(count=10)) != drawn(NUMBERS, "a2", SampleSize(count=10))


def test_a_larger_sample_holds_the_smaller_one() -> None:
    assert drawn(NUMBERS, "a1", SampleSize(count=20))[:10] == drawn(NUMBERS, "a1", SampleSize(count=10))


@pytest.mark.parametrize(
    ("size", "frame", "wanted"),
    [
        (SampleSize(percent=5), 200, 10),
        (SampleSize(percent=5), 201, 11),
        (SampleSize(percent=5), 3, 1),
        (SampleSize(count=10), 4, 4),
        (SampleSize(percent=100), 0, 0),
    ],
)
def test_a_share_is_rounded_up_and_no_more_is_drawn_than_there_is(size: SampleSize, frame: int, wanted: int) -> None:
    assert size.of(frame) == wanted


@pytest.mark.parametrize(
    "size", [SampleSize(), SampleSize(5, 5), SampleSize(percent=0), SampleSize(percent=101), SampleSize(count=0)]
)
def test_a_plan_without_one_clear_size_is_refused(size: SampleSize) -> None:
    with pytest.raises(Refusal):
        require_size(size)


def test_a_satisfied_customer_leaves_the_complaint_closed() -> None:
    case = closed()
    case.do("b", RecordRevisit(sample="1", reached=True, satisfied=True), now=LATER)
    assert case.complaint
    assert case.complaint.stage == "closed"
    assert [revisit.satisfied for revisit in case.complaint.revisits] == [True]


@pytest.mark.parametrize("until", [10, 11])
def test_a_customer_who_is_not_satisfied_has_asked_for_a_review(until: int) -> None:
    case = told(until)
    happened = case.do(
        "leader", RecordRevisit(sample="1", reached=True, satisfied=False, words="窗口又只开一个。"), now=LATER
    )
    assert [type(event) for event in happened] == [Revisited, ReviewAsked]
    assert case.complaint
    assert case.complaint.review_asked_at == LATER


def test_a_second_review_is_not_asked_for_while_one_is_open() -> None:
    case = closed()
    for sample in ("1", "2"):
        happened = case.do(
            "b", RecordRevisit(sample=sample, reached=True, satisfied=False, words="仍不满意。"), now=LATER
        )
    assert [type(event) for event in happened] == [Revisited]


def test_a_customer_who_was_not_reached_is_tried_again() -> None:
    case = closed()
    case.do("b", RecordRevisit(sample="1", reached=False, words="三次未接。"), now=LATER)
    case.do("b", RecordRevisit(sample="1", reached=True, satisfied=True), now=LATER + timedelta(days=1))
    assert case.complaint
    assert [revisit.reached for revisit in case.complaint.revisits] == [False, True]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (RecordRevisit(sample="1", reached=True), "revisit-unanswered"),
        (RecordRevisit(sample="1", reached=True, satisfied=False, words=" "), "text-missing"),
        (RecordRevisit(sample="1", reached=False), "text-missing"),
    ],
)
def test_half_a_result_is_refused(command: RecordRevisit, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        closed().do("b", command, now=LATER)
    assert refused.value.rule == rule


def test_a_result_stands() -> None:
    case = closed()
    case.do("b", RecordRevisit(sample="1", reached=True, satisfied=True), now=LATER)
    with pytest.raises(Refusal) as refused:
        case.do("b", RecordRevisit(sample="1", reached=True, satisfied=False, words="改口"), now=LATER)
    assert refused.value.rule == "revisited-already"


@pytest.mark.parametrize("who", ["agent", "stranger", "auditor", "administrator"])
def test_only_the_units_own_contact_leader_and_those_who_supervise_it_revisit(who: str) -> None:
    with pytest.raises(Refusal):
        closed().do(who, RecordRevisit(sample="1", reached=True, satisfied=True), now=LATER)


def test_a_look_at_the_number_is_on_the_record_with_the_sample_that_asked_for_it() -> None:
    case = closed()
    (looked,) = case.do("leader", LookForRevisit(sample="H7"), now=LATER)
    assert isinstance(looked, Revealed)
    assert looked.reason == "定期回访 H7"


@pytest.mark.parametrize("who", ["agent", "stranger", "auditor", "administrator"])
def test_who_does_not_call_looks_up_no_number(who: str) -> None:
    with pytest.raises(Refusal):
        closed().do(who, LookForRevisit(sample="H7"), now=LATER)


def test_an_open_complaint_is_not_revisited() -> None:
    with pytest.raises(Refusal) as refused:
        told(9).do("b", RecordRevisit(sample="1", reached=True, satisfied=True), now=LATER)
    assert refused.value.rule == "wrong-stage"


def test_the_journal_makes_the_same_complaint_again() -> None:
    case = closed()
    case.do("b", RecordRevisit(sample="1", reached=True, satisfied=False, words="仍不满意。"), now=LATER)
    assert replay(read_event(write_event(event)) for event in case.events) == case.complaint


def test_who_wrote_the_answer_does_not_call_the_customer() -> None:
    with pytest.raises(Refusal) as refusal:
        closed().do("a", RecordRevisit(sample="1", reached=True, satisfied=True), now=LATER)
    assert refusal.value.rule == "own-answer"
