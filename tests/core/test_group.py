"""群体投诉: one master, many members, each answered (mission: group complaints)."""

import pytest

from shouwen.core.complaint import Command
from shouwen.core.complaint.answering import CheckReply, Measure, Reply
from shouwen.core.complaint.ending import Close
from shouwen.core.complaint.group import JoinGroup, LeaveGroup
from shouwen.core.complaint.routing import Dispatch, SignFor
from tests.core.bank import DRAFT, INVESTIGATE, OUTLET
from tests.core.pair import ONE, THREE, TWO, Many, two
from tests.core.test_merging import refused

JOIN = JoinGroup(number=ONE, reason="同一网点停业，多名客户投诉。")
ANSWER: tuple[tuple[str, Command], ...] = (
    ("agent", Dispatch(unit=OUTLET)),
    ("a", SignFor()),
    ("a", INVESTIGATE),
    ("a", DRAFT),
    ("b", CheckReply(passed=True)),
    ("a", Reply(method="phone")),
)


def grouped() -> Many:
    many = two()
    many.do(TWO, "agent", JOIN)
    return many


def answered(many: Many, number: str) -> None:
    for who, command in ANSWER:
        many.do(number, who, command)


def test_master_and_member_know_each_other_and_both_stay_open() -> None:
    many = grouped()
    assert (many[TWO].group_of, many[ONE].members) == (ONE, (TWO,))
    assert many[ONE].is_open
    assert many[TWO].is_open


def test_the_master_is_not_closed_while_a_member_has_no_answer() -> None:
    many = grouped()
    answered(many, ONE)
    many.do(ONE, "supervisor", Measure(expectation=3, perception=3))
    assert TWO in refused(many, ONE, "supervisor", Close(), "members-unanswered").message.zh
    answered(many, TWO)
    many.do(ONE, "supervisor", Close())


def test_a_member_that_left_is_not_waited_for() -> None:
    many = grouped()
    many.do(TWO, "agent", LeaveGroup(reason="另有诉求。"))
    assert (many[TWO].group_of, many[ONE].members) == ("", ())
    answered(many, ONE)
    many.do(ONE, "supervisor", Measure(expectation=3, perception=3))
    many.do(ONE, "supervisor", Close())


def test_a_member_is_no_master_and_belongs_to_one_group() -> None:
    many = grouped()
    many.register(THREE)
    refused(many, THREE, "agent", JoinGroup(number=TWO, reason="x"), "not-the-master")
    refused(many, TWO, "agent", JoinGroup(number=THREE, reason="x"), "grouped-already")
    refused(many, ONE, "agent", JoinGroup(number=THREE, reason="x"), "grouped-already")


def test_a_group_is_not_formed_across_secrecy() -> None:
    refused(two(class_="violation"), TWO, "agent", JOIN, "secrecy-differs")


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (JoinGroup(number=TWO, reason="x"), "other-is-itself"),
        (JoinGroup(number=ONE, reason=" "), "text-missing"),
        (LeaveGroup(reason="x"), "no-member"),
    ],
)
def test_what_cannot_be_a_group_is_refused(command: Command, rule: str) -> None:
    refused(two(), TWO, "agent", command, rule)
