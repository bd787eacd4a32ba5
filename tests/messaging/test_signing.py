"""签批: who is told that a reserved reply waits for a signature, and that it came back without one."""

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from shouwen.casework.door import handle
from shouwen.casework.follow_ups import TELL
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.signing import SignReply
from shouwen.core.people import Actor
from shouwen.messaging.envelope import unseal
from shouwen.messaging.models import OutboxMessage
from shouwen.messaging.tell import tell
from shouwen.organisation.models import Staff
from tests.messaging.cases import CONTACT, checked, person
from tests.messaging.counterparts import MailServer

LEADER, LEADER_ABOVE = "11110110", "11110010"
MEDIA = {"channel": "media", "channel_facts": {"outlet": "城市在线"}}
WAITS, REFUSED = "staff_reply_checked", "staff_signature_refused"


@pytest.fixture(autouse=True)
def office_mail(agent: Actor, mail: MailServer) -> None:
    for number in Staff.objects.values_list("employee_no", flat=True):
        Staff.objects.filter(employee_no=number).update(email=f"{number}@bank.example")


def told(complaint: Complaint, code: str) -> list[str]:
    """Who has mail of this kind once every job that the complaint has queued is done."""
    for job in ProcrastinateJob.objects.filter(task_name=TELL, args__complaint_id=complaint.id).order_by("id"):
        tell(complaint.id, job.args["seqs"], timezone.now())
    mails = OutboxMessage.objects.filter(code=code, way="email").order_by("id")
    return [unseal(mail).address.partition("@")[0] for mail in mails]


def test_the_leader_of_the_handling_unit_is_told_that_a_reserved_reply_was_checked(agent: Actor) -> None:
    assert told(checked(agent, **MEDIA), WAITS) == [LEADER]


def test_the_next_leader_above_is_told_where_that_leader_is_kept_out(agent: Actor) -> None:
    complaint = checked(agent, **MEDIA)
    handle(DeclareInterest(reason="客户是本人亲属"), actor=person(LEADER), complaint=complaint.id)
    assert told(complaint, WAITS) == [LEADER_ABOVE]


def test_nobody_is_told_of_the_check_of_a_reply_that_is_not_reserved(agent: Actor) -> None:
    assert told(checked(agent), WAITS) == []


def test_nobody_is_asked_for_a_signature_that_was_given_meanwhile(agent: Actor) -> None:
    complaint = checked(agent, **MEDIA)
    handle(SignReply(passed=True), actor=person(LEADER), complaint=complaint.id)
    assert told(complaint, WAITS) == []


def test_the_responsible_person_is_told_that_the_reply_came_back_unsigned(agent: Actor) -> None:
    complaint = checked(agent, **MEDIA)
    handle(SignReply(passed=False, opinion="请写明期限"), actor=person(LEADER), complaint=complaint.id)
    assert told(complaint, REFUSED) == [CONTACT]
