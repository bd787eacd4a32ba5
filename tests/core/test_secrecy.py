"""保密与回避: who gets to know of a secret complaint, who may lift secrecy, and who is never responsible for what."""

import pytest

from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.recording import OpenFile
from shouwen.core.complaint.routing import Dispatch, HandOver, SignFor, TakeBack
from shouwen.core.duties import Action, may, may_see
from shouwen.core.masking import is_identity_number, normalise, seal
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from tests.core.bank import DISCIPLINE, HOTLINE, OUTLET, STAFF, Told, actor, registration, told


def refused(case: Told, who: str, command: object, rule: str, **more: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        case.do(who, command, **more)  # type: ignore[arg-type]
    assert caught.value.rule == rule
    return caught.value


def secret(who: str = "agent", **changes: object) -> Told:
    case = Told()
    case.do(who, registration(class_="violation", **changes))
    case.do(who, Accept())
    return case


def test_a_secret_complaint_is_not_dispatched_to_the_unit_complained_about() -> None:
    refusal = refused(secret(), "agent", Dispatch(unit=OUTLET), "secret-goes-elsewhere")
    assert "纪检监察" in refusal.message.zh
    assert refusal.field == "unit"


def test_a_secret_complaint_goes_to_discipline_inspection() -> None:
    case = secret()
    case.do("agent", Dispatch(unit=DISCIPLINE))
    case.do("inspector", SignFor())
    assert case.complaint
    assert case.complaint.responsible == STAFF["inspector"][0]


def test_discipline_inspection_dispatches_on_deliberately() -> None:
    """What was handed over to it while it was accepted is its own to send on, if it so decides."""
    case = secret()
    case.do("agent", HandOver(to=STAFF["inspector"][0], reason="涉及违规"))
    case.do("inspector", SignFor())
    case.do("inspector", Dispatch(unit=OUTLET))
    assert case.complaint
    assert case.complaint.offer


def test_who_registered_does_not_lift_secrecy() -> None:
    refused(secret(), "agent", Classify(class_="attitude"), "secrecy-stays")
    case = secret()
    case.do("agent", Dispatch(unit=DISCIPLINE))
    case.do("inspector", SignFor())
    refused(case, "supervisor", Classify(class_="attitude", reason="查明"), "not-your-duty")


def test_the_inspector_who_is_responsible_lifts_secrecy_with_a_reason() -> None:
    case = secret()
    case.do("agent", Dispatch(unit=DISCIPLINE))
    case.do("inspector", SignFor())
    case.do("inspector", Classify(class_="attitude", reason="查明并无违规"))
    assert case.complaint
    assert not case.complaint.secret


def test_one_secret_class_may_become_another() -> None:
    case = secret()
    case.do("agent", Classify(class_="financial_crime"))
    assert case.complaint
    assert case.complaint.secret


def test_whom_a_hand_over_was_offered_to_without_signing_sees_nothing_after_it_is_taken_back() -> None:
    case = secret()
    case.do("agent", HandOver(to=STAFF["b"][0], reason="轮岗"))
    assert case.complaint
    assert may_see(actor("b"), case.complaint)
    case.do("agent", TakeBack())
    assert not may_see(actor("b"), case.complaint)


def test_who_signs_for_a_hand_over_belongs_to_it_from_then_on() -> None:
    case = secret()
    case.do("agent", HandOver(to=STAFF["b"][0], reason="轮岗"))
    case.do("b", SignFor())
    assert case.complaint
    assert STAFF["b"][0] in case.complaint.participants


def test_nobody_is_responsible_for_a_complaint_about_themselves() -> None:
    case = Told()
    case.do(
        "a", registration(receiving_unit=OUTLET, channel="visit", channel_facts={"visitors": "1"}, employee_about=5)
    )
    assert case.complaint
    assert case.complaint.responsible == STAFF["b"][0]
    assert not may_see(actor("a"), case.complaint)


def test_where_nobody_else_could_be_responsible_the_registration_is_refused() -> None:
    asked = registration(receiving_unit=OUTLET, channel="visit", channel_facts={"visitors": "1"}, employee_about=5)
    refused(Told(), "a", asked, "about-yourself", absent=frozenset({6, 7}))


def test_the_program_makes_nobody_responsible_for_a_complaint_about_themselves() -> None:
    case = Told()
    case.do(
        Actor(person=None, system="customer"), registration(receiving_unit=HOTLINE, employee_about=1, responsible=1)
    )
    assert case.complaint
    assert case.complaint.responsible == STAFF["supervisor"][0]


def test_files_are_opened_by_those_who_handle_the_complaint_and_not_by_all_who_see_it() -> None:
    complaint = told(4).complaint
    assert complaint
    readers = {name for name in STAFF if may_see(actor(name), complaint)}
    openers = {name for name in STAFF if may(actor(name), Action.OPEN_FILE, complaint)}
    assert openers == {"agent", "supervisor", "union", "a", "b", "leader", "auditor"}
    assert openers <= readers
    before = told(3).complaint
    assert {name for name in STAFF if may(actor(name), Action.OPEN_FILE, before)} >= {"agent", "a", "b", "leader"}


def test_an_unknown_file_is_refused() -> None:
    refused(told(4), "a", OpenFile(digest="0" * 64), "file-unknown")


@pytest.mark.parametrize("digits", ["𐩀" * 15, "𐩀" * 18, "11010119900307" + "𐩀" * 4, "፩" * 15, "²" * 18, "①" * 15])
def test_digits_that_no_number_of_ours_is_written_in_are_no_failure_of_the_program(digits: str) -> None:
    assert not is_identity_number(digits)
    assert isinstance(normalise("identity", digits), str)
    assert isinstance(normalise("card", digits), str)
    seal(f"身份证 {digits} 13812345678")
