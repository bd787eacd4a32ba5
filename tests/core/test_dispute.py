"""经济纠纷: exact money, what may be recorded, and who won when it is closed (mission B3, E4)."""

from decimal import Decimal

import msgspec
import pytest

from shouwen.core.complaint import read_complaint, read_event, write_complaint, write_event
from shouwen.core.complaint.dispute import RecordDispute
from shouwen.core.complaint.ending import Close, Reopen
from shouwen.core.money import Money, read_amount
from shouwen.core.refusal import Refusal
from tests.core.bank import Told, came_to, told
from tests.core.test_secrecy import refused


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


CLAIM = RecordDispute(claimed=cny("12000.50"))


@pytest.mark.parametrize("typed", ["12345.6", "12,345.60", "１２３４５．６", "¥12345.60", " 12345.60元 "])
def test_an_amount_is_read_as_people_write_it(typed: str) -> None:
    assert read_amount(typed, "claimed") == Decimal("12345.60")


@pytest.mark.parametrize("typed", ["", "-1", "1e5", "NaN", "Infinity", "12.3.4", "1,2", "一万", "0x10", "1" * 50, "١٢"])
def test_what_is_no_amount_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_amount(typed, "claimed")
    assert caught.value.rule == "no-amount"


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        ("-0.01", "amount-negative"),
        ("0.001", "parts-of-a-cent"),
        ("99999999999", "amount-absurd"),
        ("NaN", "amount-negative"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(amount: str, rule: str) -> None:
    refused(told(4), "a", RecordDispute(claimed=cny(amount)), rule)


def test_an_amount_is_a_text_in_the_journal_and_comes_back_to_the_cent() -> None:
    case = told(4)
    (event,) = case.do("a", msgspec.structs.replace(CLAIM, claimed=cny("0.10")))
    assert b'"0.10"' in write_event(event)
    assert read_event(write_event(event)) == event
    assert case.complaint
    assert read_complaint(write_complaint(case.complaint)) == case.complaint


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"claimed": Money(Decimal(1), "XXX")}, "currency-unknown", "currency"),
        ({"offered": Money(Decimal(1), "USD")}, "two-currencies", "offered"),
        ({"way": "settled"}, "nothing-agreed", "agreed"),
        ({"agreed": cny("10"), "paid": cny("10.01")}, "paid-more", "paid"),
        ({"way": "court"}, "text-missing", "body"),
        ({"way": "mediation", "body": "消费者协会"}, "text-missing", "reference"),
        ({"way": "duel"}, "way-unknown", "way"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, object], rule: str, field: str) -> None:
    assert refused(told(4), "a", msgspec.structs.replace(CLAIM, **changes), rule).field == field


def test_a_dispute_is_recorded_again_as_it_goes_on() -> None:
    case = told(4)
    case.do("a", CLAIM)
    refused(case, "a", CLAIM, "dispute-unchanged")
    case.do("a", msgspec.structs.replace(CLAIM, way="settled", agreed=cny("8000"), paid=cny("8000")))
    assert case.complaint
    assert case.complaint.dispute
    assert case.complaint.dispute.paid == cny("8000")


def test_another_than_the_responsible_person_records_no_dispute() -> None:
    refused(told(4), "b", CLAIM, "not-your-duty")


def disputed() -> Told:
    case = came_to(Close)
    case.do("a", CLAIM)
    return case


def test_an_economic_dispute_is_closed_with_who_won() -> None:
    case = disputed()
    refused(case, "supervisor", Close(), "dispute-outcome-missing")
    refused(case, "supervisor", Close(dispute_outcome="draw"), "dispute-outcome-unknown")
    case.do("supervisor", Close(dispute_outcome="both_win"))
    assert case.complaint
    assert case.complaint.dispute_outcome == "both_win"
    case.do("supervisor", Reopen(reason="客户提供了新的材料"))
    assert case.complaint.dispute_outcome == ""


def test_a_complaint_without_dispute_has_no_winner() -> None:
    refused(came_to(Close), "supervisor", Close(dispute_outcome="both_win"), "no-dispute")
