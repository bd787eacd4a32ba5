"""核实撤诉 and 媒体: nobody leans on a customer, and one person speaks to the press (mission B2, B5)."""

from datetime import timedelta

import msgspec
import pytest

from shouwen.core.complaint import Command, Stage
from shouwen.core.complaint.customer import Withdraw
from shouwen.core.complaint.ending import Close
from shouwen.core.complaint.media import LogPress, NameSpokesperson, TellLeaders
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.withdrawing import CheckWithdrawal
from shouwen.core.people import Actor
from tests.core.bank import HOTLINE, RECEIVED, STAFF, Told, registration, told
from tests.core.test_secrecy import refused, secret

WISH = Withdraw(consent="客户来电表示自愿撤诉。", way="phone")
YES = CheckWithdrawal(passed=True, opinion="已致电客户，确属自愿。")
NO = CheckWithdrawal(passed=False, opinion="客户称是应网点要求。")


def asked() -> Told:
    case = told(4)
    case.do("a", WISH)
    return case


def test_what_staff_wrote_down_ends_nothing_until_it_is_checked() -> None:
    case = asked()
    assert case.complaint
    assert case.complaint.is_open
    case.do("b", YES)
    assert case.complaint.stage is Stage.WITHDRAWN
    assert case.complaint.withdrawal_asked is None


def test_a_withdrawal_that_is_not_confirmed_leaves_the_work_where_it_was() -> None:
    case = asked()
    case.do("b", NO)
    assert case.complaint
    assert (case.complaint.stage, case.complaint.withdrawal_asked) == (Stage.SIGNED_FOR, None)
    assert case.complaint.news_at
    case.do("a", WISH)


def test_who_handles_it_or_wrote_it_down_does_not_check_it() -> None:
    refused(asked(), "a", YES, "not-your-duty")
    case = told(2)
    case.do("supervisor", WISH)
    refused(case, "supervisor", YES, "own-withdrawal")
    case.do("union", YES)


def test_the_check_says_how_the_customer_was_asked() -> None:
    refused(asked(), "b", msgspec.structs.replace(YES, opinion="　"), "text-missing")


def test_a_withdrawal_is_written_down_once_and_checked_once() -> None:
    case = asked()
    refused(case, "a", WISH, "withdrawal-asked-already")
    case.do("b", NO)
    refused(case, "b", YES, "no-withdrawal")


def test_what_the_customer_did_alone_needs_no_check() -> None:
    case = told(4)
    case.do(Actor(person=None, system="customer"), WISH)
    assert case.complaint
    assert case.complaint.stage is Stage.WITHDRAWN


def test_a_violation_is_investigated_all_the_same() -> None:
    case = secret()
    case.do("agent", WISH)
    assert case.complaint
    assert case.complaint.withdrawal_noted_at
    assert case.complaint.withdrawal_asked is None
    assert case.complaint.is_open


MEDIA = {"channel": "media", "channel_facts": {"outlet": "城市在线"}, "contact_given": ()}
LOG = LogPress(who="城市在线编辑部", spoken_at=RECEIVED + timedelta(minutes=1), said="对方询问进展，我方告知正在核实。")


def press() -> Told:
    case = Told()
    case.do("agent", registration(anonymous=True, receiving_unit=HOTLINE, **MEDIA))
    case.do("agent", Accept())
    return case


def test_leaders_are_told_by_name() -> None:
    case = press()
    case.do("agent", TellLeaders("城市在线报道，阅读约3万次。"))
    assert case.complaint
    assert case.complaint.leaders_told_at
    assert case.events[-1].people == (STAFF["supervisor"][0],)  # type: ignore[attr-defined]


def test_nobody_speaks_before_one_is_named() -> None:
    case = press()
    refused(case, "agent", LOG, "spokesperson-missing")
    case.do("agent", NameSpokesperson(person=STAFF["supervisor"][0]))
    case.do("agent", LOG)
    assert case.events[-1].person == STAFF["supervisor"][0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (msgspec.structs.replace(LOG, who=" "), "text-missing"),
        (msgspec.structs.replace(LOG, said=" "), "text-missing"),
        (msgspec.structs.replace(LOG, spoken_at=RECEIVED + timedelta(days=9)), "spoken-when"),
        (msgspec.structs.replace(LOG, spoken_at=RECEIVED - timedelta(days=1)), "spoken-when"),
        (NameSpokesperson(person=999), "cannot-speak"),
        (TellLeaders(" "), "text-missing"),
    ],
)
def test_what_cannot_be_is_refused(command: Command, rule: str) -> None:
    case = press()
    case.do("agent", NameSpokesperson(person=STAFF["supervisor"][0]))
    refused(case, "agent", command, rule)


def test_who_is_kept_out_does_not_speak() -> None:
    case = press()
    case.do("supervisor", DeclareInterest(reason="编辑是亲属"))
    refused(case, "agent", NameSpokesperson(person=STAFF["supervisor"][0]), "cannot-speak")


def test_an_ordinary_complaint_has_no_press() -> None:
    refused(told(2), "agent", TellLeaders("x"), "no-press")


def test_a_media_complaint_is_not_closed_behind_the_leaders_backs() -> None:
    case = told(9)
    assert case.complaint
    case.complaint = msgspec.structs.replace(case.complaint, channel="media")
    refused(case, "supervisor", Close(), "leaders-untold")
    case.do("a", TellLeaders("已答复客户。"))
    case.do("supervisor", Close())
