"""授权代理 at the door and in the one read query: what the rules say of a deputy, the database says too."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shouwen.casework import queries
from shouwen.casework.door import handle
from shouwen.casework.timeline import timeline
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.duties import may_see
from shouwen.core.refusal import Refusal
from shouwen.organisation import directory as organisation
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.lending import Lending, lend, take_back
from shouwen.organisation.models import Delegation, Holding, Staff
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT

HANDLER, DEPUTY, LEADER = "11110101", "11110003", "11110110"


@pytest.fixture
def complaint(staffed: None) -> Complaint:
    """One that the outlet's contact A handles; the deputy is a clerk of the sub-branch above, who does not see it."""
    unit = directory().unit_by_code("111101")
    assert unit
    made = register(person(AGENT))
    handle(Accept(), Dispatch(unit=unit.id), actor=person(AGENT), complaint=made.id)
    return handle(SignFor(), actor=person(HANDLER), complaint=made.id)


def lent(giver: str = HANDLER, duty: str = "handler") -> Delegation:
    today = working_calendar().local_date(timezone.now())
    holding = Holding.objects.get(staff__employee_no=giver, duty=duty)
    deputy = Staff.objects.get(employee_no=DEPUTY)
    asked = Lending(
        holding=holding.pk, deputy=deputy.pk, from_date=today, to_date=today + timedelta(days=3), reason="年休假"
    )
    made = lend(holding.staff_id, asked, today, timezone.now())
    organisation.forget()
    return made


def sees(complaint: Complaint) -> bool:
    """The rules and the read query, which must agree."""
    deputy = person(DEPUTY)
    seen = queries.find(deputy, complaint.number) is not None
    assert seen is may_see(deputy, complaint)
    return seen


def test_a_deputy_sees_it_while_the_post_is_lent(complaint: Complaint) -> None:
    assert not sees(complaint)
    made = lent()
    assert sees(complaint)
    take_back(made.pk, made.giver_id, timezone.now())
    organisation.forget()
    assert not sees(complaint)


def test_the_timeline_says_on_whose_behalf(complaint: Complaint) -> None:
    lent()
    handle(AddNote(text="已联系客户。"), actor=person(DEPUTY), complaint=complaint.id)
    last = timeline(complaint.id)[-1]
    names = [person(number).person for number in (DEPUTY, HANDLER)]
    assert [last.by, last.on_behalf_of] == [each.name for each in names if each]


def test_the_deputy_finds_the_givers_move_among_the_tasks(complaint: Complaint) -> None:
    lent()
    assert queries.my_tasks(person(DEPUTY)).filter(id=complaint.id).exists()


def test_a_giver_kept_out_lends_no_sight_of_it(complaint: Complaint) -> None:
    lent(LEADER, "leader")
    assert sees(complaint)
    kept = handle(DeclareInterest(reason="客户是本人亲属。"), actor=person(LEADER), complaint=complaint.id)
    assert not sees(kept)
    with pytest.raises(Refusal):
        handle(AddNote(text="已阅。"), actor=person(DEPUTY), complaint=complaint.id)


def test_what_a_deputy_sees_is_read_along_the_audience_index(complaint: Complaint) -> None:
    lent()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Seq Scan" not in queries.explain(queries.visible_to(person(DEPUTY)).order_by("-received_at")[:50])
