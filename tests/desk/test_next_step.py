"""下一步: one expected step at each point of a complaint's way."""

import pytest

from shouwen.core.complaint.answering import CheckReply
from shouwen.core.complaint.ending import Reopen
from shouwen.core.complaint.routing import HandOver
from shouwen.desk.case.next_step import next_step
from tests.core.bank import MAIN_LINE, STAFF, came_to, told

STEPS = ("accept", "dispatch", "sign-for", "investigate", "draft", "check", "reply", "measure", "close", "archive", "")


@pytest.mark.parametrize(("done", "step"), list(enumerate(STEPS, 1)))
def test_each_point_of_the_main_line_has_its_next_step(done: int, step: str) -> None:
    complaint = told(done).complaint
    assert complaint is not None
    assert next_step(complaint) == step


def test_the_main_line_ends_where_nothing_is_next() -> None:
    assert len(STEPS) == len(MAIN_LINE)


def test_what_is_offered_waits_to_be_signed_for_whatever_its_stage() -> None:
    case = came_to(CheckReply)
    case.do("a", HandOver(to=STAFF["b"][0], reason="出差"))
    assert case.complaint is not None
    assert next_step(case.complaint) == "sign-for"


def test_reopened_it_is_investigated_anew_before_it_is_answered() -> None:
    case = told(10)
    case.do("supervisor", Reopen(reason="客户补充了新情况"))
    assert case.complaint is not None
    assert next_step(case.complaint) == "investigate"
