"""Complaints for the tests of messaging, and what they have told people."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.follow_ups import TOLD
from shouwen.casework.models import JournalEntry
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint import Complaint, read_event
from shouwen.core.complaint.answering import CheckReply, DraftReply, Investigate, Reply
from shouwen.core.complaint.receiving import Accept, Register
from shouwen.core.complaint.recording import Acknowledge
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.people import Actor
from shouwen.messaging.tell import tell
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

PHONE, EMAIL = "13812345678", "wang@example.com"
CUSTOMER = Details(name="王小明", phone=PHONE, email=EMAIL)
TIMER = Actor(person=None, system="timer")
OUTLET = "111101"
CONTACT, CHECKER = "11110101", "11110102"


def person(employee_no: str) -> Actor:
    return directory().actor_for(
        Staff.objects.get(employee_no=employee_no), on=working_calendar().local_date(timezone.now())
    )


def registered(agent: Actor, details: Details = CUSTOMER, **changes: Any) -> Complaint:
    asked = {
        "channel": "hotline",
        "received_at": timezone.now(),
        "receiving_unit": agent.posts[0].unit_id,
        "subject": "柜台排队",
        "statement": f"排队两小时，请打{PHONE}找王小明。",
        "class_": "attitude",
        **changes,
    }
    return handle(Register(**asked), actor=agent, details=details)


def acknowledged(agent: Actor, details: Details = CUSTOMER, **changes: Any) -> Complaint:
    """A complaint whose acknowledgement is on the journal; nobody was told yet."""
    complaint = registered(agent, details, **changes)
    handle(Accept(), actor=agent, complaint=complaint.id)
    return handle(Acknowledge(), actor=TIMER, complaint=complaint.id)


def unit_id(code: str) -> int:
    unit = directory().unit_by_code(code)
    assert unit
    return unit.id


def outlet_id() -> int:
    return unit_id(OUTLET)


def checked(agent: Actor, details: Details = CUSTOMER, **changes: Any) -> Complaint:
    """A complaint whose draft has passed the check: ready to be replied to, unless the rules reserve it."""
    complaint = acknowledged(agent, details, **changes)
    handle(Dispatch(unit=outlet_id()), actor=agent, complaint=complaint.id)
    handle(
        SignFor(),
        Investigate(facts="经调阅录像核实，情况属实。", cause="service_manner", liability="fully"),
        DraftReply(
            facts="经调阅录像核实，当日上午仅开一个窗口，情况属实。",
            responsibility="对值班主任批评教育，扣减当月绩效。",
            lesson="高峰时段人手不足，解释不够耐心。",
            measure="增设一个弹性窗口，组织服务礼仪培训。",
            satisfaction="satisfied",
            handled_at=timezone.now() - timedelta(minutes=1),
            handler="蒋俊峰",
            phone="010-66590000",
            letter="尊敬的客户：您反映的问题我们已经核实，向您诚恳道歉，并已增开窗口。",
        ),
        actor=person(CONTACT),
        complaint=complaint.id,
    )
    return handle(CheckReply(passed=True), actor=person(CHECKER), complaint=complaint.id)


def replied(agent: Actor, method: str = "phone", details: Details = CUSTOMER) -> Complaint:
    complaint = checked(agent, details)
    return handle(Reply(method=method), actor=person(CONTACT), complaint=complaint.id)


def tell_last(complaint: Complaint, now: datetime | None = None) -> None:
    """Tell people about the last event of the complaint, as the job does."""
    tell(complaint.id, [last_told(complaint)], now or timezone.now())


def last_told(complaint: Complaint) -> int:
    """The number of the complaint's last event, which is one of which people are told."""
    entry = JournalEntry.objects.filter(complaint_id=complaint.id).order_by("-seq")[0]
    assert isinstance(read_event(entry.body), TOLD)
    return entry.seq


def tracking_code(complaint: Complaint) -> str:
    return Vault.open(complaint.id).tracking
