"""群体投诉 on the desk: members join, use the master's draft, are each answered, then the master is closed."""

import pytest

from shouwen.casework.door import handle
from shouwen.casework.vault import Details
from shouwen.core.complaint.answering import CheckReply, Measure, Reply
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from tests.casework.test_door import person, registration
from tests.desk.special.way import AGENT, CONTACT, LEADER, done, page, refused, state
from tests.letters import cases


def registered(name: str) -> str:
    agent = person(AGENT)
    complaint = handle(registration(agent), Accept(), actor=agent, details=Details(name=name, phone="13812345678"))
    return complaint.number


@pytest.fixture
def master(staffed: None) -> str:
    return registered("王小明")


@pytest.fixture
def member(master: str) -> str:
    return registered("李四海")


def signed(number: str) -> None:
    handle(Dispatch(unit=cases.unit("111101").id), actor=person(AGENT), complaint=state(number).id)
    handle(SignFor(), actor=person(CONTACT), complaint=state(number).id)


def answered(number: str) -> None:
    complaint = state(number)
    complaint = cases.done(complaint, LEADER, CheckReply(passed=True))
    complaint = cases.done(complaint, CONTACT, Reply(method="phone"))
    cases.done(complaint, CONTACT, Measure(expectation=3, perception=3))


def test_a_group_is_walked_until_every_member_is_answered(master: str, member: str) -> None:
    done(AGENT, member, "join-group", number=master, reason="同一网点停业，多人投诉。")
    assert "尚未答复" in page(AGENT, master)
    assert "mark-group" in page(AGENT, member)
    signed(master)
    cases.answered_in_draft(state(master), "王小明客户：停业公告张贴不及时，我们诚恳道歉。")
    answered(master)
    assert member in refused(CONTACT, master, "close", summary="x")
    signed(member)
    done(CONTACT, member, "investigate", facts="情况属实。", cause="service_manner", liability="fully")
    shown = page(CONTACT, member)
    assert "停业公告张贴不及时" in shown
    assert "＿＿客户：停业公告" in shown
    cases.answered_in_draft(state(member))
    answered(member)
    assert "已答复" in page(CONTACT, master)
    done(CONTACT, master, "close", summary="已逐一答复。")


def test_a_member_leaves_with_a_reason(master: str, member: str) -> None:
    done(AGENT, member, "join-group", number=master, reason="同一件事。")
    done(AGENT, member, "leave-group", reason="另有诉求。")
    assert state(master).members == ()
