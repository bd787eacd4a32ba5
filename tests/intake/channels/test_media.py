"""媒体: whoever notices a report enters it, and the office of that level has it at once."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shouwen import packs
from shouwen.casework.models import ComplaintRow
from shouwen.core.duties import INTAKE
from shouwen.core.policy import Policy
from shouwen.organisation import directory
from shouwen.organisation.models import Absence, Unit
from tests.desk.bank import signed_in
from tests.intake.channels.people import AGENT, BRANCH_UNION, CLERK, OFFICE, entry, only_complaint, page, person

URL = reverse("desk:register")
DEADLINE = timezone.localtime() + timedelta(days=1)


@pytest.fixture(autouse=True)
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def report(unit: str, **changes: object) -> dict[str, object]:
    return entry(
        unit,
        channel="media",
        fact_outlet="示范晚报",
        fact_link="https://news.example/1",
        fact_reach="转发三千次",
        fact_deadline=f"{DEADLINE:%Y-%m-%dT%H:%M}",
        anonymous="on",
        **changes,
    )


def test_what_the_hotline_notices_waits_for_the_contact_of_the_head_office_at_once() -> None:
    signed_in(AGENT).post(URL, report("100001"))
    complaint = only_complaint()
    assert complaint.offer is not None
    assert complaint.offer.to == person(OFFICE)
    assert complaint.responsible == person(AGENT)
    clock = complaint.clock("media")
    assert clock is not None
    assert timezone.localtime(clock.limit.at) == DEADLINE.replace(second=0, microsecond=0)


def test_an_outlet_without_an_office_reaches_the_office_of_the_nearest_institution_above() -> None:
    signed_in(CLERK).post(URL, report("111101", do="accept"))
    complaint = only_complaint()
    assert complaint.stage == "accepted"
    assert complaint.offer is not None
    assert complaint.offer.to == person("110301")


def test_when_the_contact_is_absent_the_next_of_the_office_has_it() -> None:
    Absence.objects.create(staff_id=person(OFFICE), from_date=date(2020, 1, 1), to_date=date(2099, 1, 1))
    directory.forget()
    signed_in(BRANCH_UNION).post(URL, report("120002"))
    complaint = only_complaint()
    assert complaint.offer is not None
    assert complaint.offer.to == person("100310")


def test_the_office_keeps_what_it_enters_and_may_dispatch_it() -> None:
    signed_in(OFFICE).post(URL, report("100003", do="dispatch", unit_about="111101"))
    assert only_complaint().stage == "dispatched"


def test_where_no_office_could_sign_it_is_refused_with_a_sentence() -> None:
    Unit.objects.filter(kind="office").update(closed_on="2026-01-01")
    directory.forget()
    answer = signed_in(AGENT).post(URL, report("100001"))
    assert answer.status_code == 422
    assert "没有可签收的办公室" in page(answer)
    assert not ComplaintRow.objects.exists()


def test_who_is_not_of_the_office_does_not_dispatch_and_is_not_offered_it() -> None:
    client = signed_in(AGENT)
    assert 'value="dispatch"' not in page(client.get(f"{URL}?channel=media"))
    answer = client.post(URL, report("100001", do="dispatch", unit_about="111101"))
    assert answer.status_code == 422
    assert "由其转办" in page(answer)


def test_every_duty_that_takes_complaints_may_enter_a_report() -> None:
    assert set(policy().channel("media").accepting) == set(INTAKE)


def policy() -> Policy:
    return packs.load("boc-2008")
