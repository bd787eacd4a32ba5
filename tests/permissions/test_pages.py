"""Every page that carries a complaint's number, for every duty, from every place: what the rules refuse, no address gives.

The rules are asked about the very people who open the pages, so that a page with a door of its own beside the rules fails.
"""

from datetime import date
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from shouwen.casework import files
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.routing import Dispatch, HandOver, SignFor
from shouwen.core.duties import Action, Duty, may, may_see
from shouwen.core.people import Actor
from shouwen.desk.access import may_open
from shouwen.desk.case.actions import BY_SLUG
from shouwen.organisation import directory as organisation
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Holding, Staff, Unit
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT, signed_in
from tests.permissions.matrix import complaint_pages

INSPECTOR, CONTACT = "110401", "11110001"
PLACES = {"received": "100001", "own": "111100", "below": "111101", "beside": "111200", "above": "110000"}
CLOSED = {403, 404, 405}
NUMBERED = ("desk:letter_slip", "desk:letter_reply", "desk:letter_supervision")


pytestmark = pytest.mark.usefixtures("plain_refusals")


@pytest.fixture
def complaints(staffed: None) -> dict[bool, Complaint]:
    """Two that the sub-branch handles, each with a file: one that is secret, and one that is not."""
    return {secret: _handled(secret=secret) for secret in (False, True)}


def _handled(*, secret: bool) -> Complaint:
    agent, inspector, contact = person(AGENT), person(INSPECTOR), person(CONTACT)
    unit = directory().unit_by_code(PLACES["own"])
    assert unit
    assert inspector.id
    complaint = register(agent)
    files.attach(complaint, files.checked("录像.txt", b"13:05"), actor=agent)
    handle(Accept(), actor=agent, complaint=complaint.id)
    if secret:
        handle(Classify(class_="violation"), actor=agent, complaint=complaint.id)
        handle(HandOver(to=inspector.id, reason="涉及违规"), actor=agent, complaint=complaint.id)
        handle(SignFor(), actor=inspector, complaint=complaint.id)
    handle(Dispatch(unit=unit.id), actor=inspector if secret else agent, complaint=complaint.id)
    return handle(SignFor(), actor=contact, complaint=complaint.id)


def somebody(duty: Duty, place: str) -> str:
    unit = Unit.objects.get(code=PLACES[place])
    number = f"{duty.value}-{place}"
    staff = Staff.objects.create(employee_no=number, name="某人", unit=unit, password=make_password("x"))
    Holding.objects.create(staff=staff, duty=duty.value, unit=unit, from_date=date(2020, 1, 1))
    organisation.forget()
    return number


def addresses(complaint: Complaint, slugs: list[str]) -> list[tuple[str, str, Action | None]]:
    """Page, address, and the action that the address stands for, where it stands for one."""
    found: list[tuple[str, str, Action | None]] = []
    for page in complaint_pages():
        given: dict[str, Any] = {"number": complaint.number}
        if page.startswith("desk:act"):
            found += [
                (page, reverse(page, kwargs={**given, "action": slug}), BY_SLUG[slug].command.action) for slug in slugs
            ]
        elif page == "desk:attachment":
            given["digest"] = complaint.attachments[0].digest
            found.append((page, reverse(page, kwargs=given), Action.OPEN_FILE))
        else:
            numbered = {**given, "n": 1} if page.startswith(NUMBERED) else given
            asked = {"desk:reveal": Action.REVEAL, "desk:attachments": Action.ATTACH}.get(page)
            found.append((page, reverse(page, kwargs=numbered), asked))
    return found


def sent(client: Client, complaint: Complaint, address: str) -> HttpResponse:
    """A form that would do it, if it were allowed."""
    words = dict.fromkeys(("text", "reason", "opinion", "facts", "letter", "consent"), "经核实，情况属实。")
    file = SimpleUploadedFile("note.txt", b"another")
    return client.post(address, {"seen": complaint.version, "key": str(uuid4()), "file": file, **words})


def undrawn(_request: HttpRequest, _complaint: Complaint, status: int = 200, **_shown: Any) -> HttpResponse:
    """The case page around a form that was sent in vain: drawn in other tests, and the slowest of all."""
    return HttpResponse(status=status)


def entries(complaint: Complaint) -> int:
    return JournalEntry.objects.filter(complaint_id=complaint.id).count()


@pytest.mark.parametrize("duty", list(Duty))
def test_who_may_not_see_a_complaint_finds_it_at_no_address(duty: Duty, complaints: dict[bool, Complaint]) -> None:
    for place, secret in product(PLACES, complaints):
        complaint, number = complaints[secret], f"{duty.value}-{place}"
        if not Staff.objects.filter(employee_no=number).exists():
            somebody(duty, place)
        actor, client = person(number), signed_in(number)
        if may_see(actor, complaint):
            continue
        for _, address, _ in addresses(complaint, ["note"]):
            assert sent(client, complaint, address).status_code in CLOSED, (place, secret, address)
            looked = client.get(address)
            leads_to_the_case = looked.status_code == 302 and looked["Location"] == f"/complaints/{complaint.number}/"
            assert leads_to_the_case or looked.status_code in CLOSED, (place, secret, address)


@pytest.mark.parametrize("duty", list(Duty))
def test_who_may_see_a_complaint_does_to_it_only_what_the_duty_allows(
    duty: Duty, complaints: dict[bool, Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, secret in product(PLACES, complaints):
        complaint, number = complaints[secret], f"{duty.value}-{place}"
        if not Staff.objects.filter(employee_no=number).exists():
            somebody(duty, place)
        actor, client = person(number), signed_in(number)
        if not may_see(actor, complaint):
            continue
        assert (client.get(reverse("desk:case", args=[complaint.number])).status_code == 200) is opens(actor)
        with monkeypatch.context() as patch:
            patch.setattr("shouwen.desk.case.views._page", undrawn)
            for _, address, action in addresses(complaint, list(BY_SLUG)):
                if action is not None and not may(actor, action, complaint):
                    before = entries(complaint)
                    client.get(address)
                    sent(client, complaint, address)
                    assert entries(complaint) == before, (place, secret, address)
    assert all(read_complaint(row.state) in complaints.values() for row in ComplaintRow.objects.all())


def opens(actor: Actor) -> bool:
    return may_open("desk:case", actor.duties)
