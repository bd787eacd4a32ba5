"""Every operation of the interface, for every scope and every duty, from every place: what the table refuses, no token and no session gets."""

import json
from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwen.api import tokens
from shouwen.api.tokens import Scope
from shouwen.api.v1 import urls
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.duties import Duty
from shouwen.organisation.models import Staff, Unit
from tests.api.conftest import complaint as new_complaint
from tests.casework.test_door import person
from tests.desk.bank import signed_in
from tests.permissions.matrix import PLACES as PLACE_NAMES
from tests.permissions.operations import ADDRESSES_WITHOUT_DATA, OPERATIONS, About
from tests.permissions.test_pages import PLACES, complaints, somebody

__all__ = ["complaints"]
OWN = PLACES["own"]
UNKNOWN = "TS2026-99999999"
OUT_OF_REACH = {About.COMPLAINT: 404, About.RECEIVING_UNIT: 422}
COMMAND_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def token(place: str, *scopes: str) -> dict[str, str]:
    """The header of a system that speaks for the unit at this place."""
    now = timezone.now()
    _, secret = tokens.make_token(
        name="呼叫中心",
        unit_id=Unit.objects.get(code=PLACES[place]).id,
        scopes=scopes,
        expires_at=now + timedelta(days=1),
        now=now,
    )
    return {"Authorization": f"Bearer {secret}"}


def ask(name: str, number: str, headers: dict[str, str], client: Client | None = None) -> HttpResponse:
    """A request that would succeed, if it were allowed."""
    method, path = name.split(" ")
    address = f"/api/v1{path}".format(number=number)
    client = client or Client()
    if method == "GET":
        return client.get(address, headers=headers)
    headers = {**headers, "Idempotency-Key": str(uuid4())}
    if path.endswith("/files"):
        file = BytesIO(str(uuid4()).encode())
        file.name = "note.txt"
        return client.post(address, {"file": file}, headers=headers)
    return client.post(address, _body(path), content_type="application/json", headers=headers)


def _body(path: str) -> Any:
    if path.endswith("/statements"):
        return {"text": "再补充一点。"}
    registration = new_complaint(receiving_unit=OWN, unit_about=OWN)
    return {"items": [{**registration, "key": str(uuid4())}]} if path.endswith("/bulk") else registration


def outcome(answer: HttpResponse) -> int:
    """The status; of a bulk request, that of its only item."""
    return int(json.loads(answer.content)["results"][0]["status"]) if answer.status_code == 207 else answer.status_code


def entries() -> int:
    return JournalEntry.objects.count()


def described() -> set[str]:
    """Every method that an address below /api/v1/ takes, asked of the address itself, so that none is overlooked."""
    found = set()
    for pattern in urls[0]:
        if pattern.name in ADDRESSES_WITHOUT_DATA:
            continue
        given = dict.fromkeys(pattern.pattern.converters, UNKNOWN)
        address = reverse(f"api:{pattern.name}", kwargs=given)
        allowed = Client().generic("TRACE", address).headers["Allow"].split(", ")
        path = address.removeprefix("/api/v1").replace(UNKNOWN, "{number}")
        found |= {f"{method} {path}" for method in allowed if method in COMMAND_METHODS}
    return found


def test_every_operation_has_its_line_in_the_table_and_every_line_its_operation(db: None) -> None:
    assert described() == set(OPERATIONS)


def test_the_places_and_scopes_of_the_table_are_those_of_the_program() -> None:
    assert set(PLACES) == set(PLACE_NAMES)
    assert {operation.scope for operation in OPERATIONS.values()} == set(Scope)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_token_gets_what_the_table_gives_its_unit_and_nothing_else(
    name: str, complaints: dict[bool, Complaint]
) -> None:
    operation = OPERATIONS[name]
    for place, secret in product(PLACES, complaints):
        before = entries()
        status = outcome(ask(name, complaints[secret].number, token(place, operation.scope)))
        if operation.is_open(place, secret=secret):
            assert status in (200, 201), (place, secret)
            assert (entries() > before) is operation.writes, (place, secret)
        else:
            assert status == OUT_OF_REACH[operation.about], (place, secret)
            assert entries() == before, (place, secret)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_token_without_the_scope_is_refused_from_every_place(name: str, complaints: dict[bool, Complaint]) -> None:
    others = [scope for scope in Scope if scope != OPERATIONS[name].scope]
    before = entries()
    for place, secret in product(PLACES, complaints):
        number = complaints[secret].number
        for scopes in ([other] for other in others):
            assert ask(name, number, token(place, *scopes)).status_code == 403, (place, secret, scopes)
        assert ask(name, number, token(place, *others)).status_code == 403, (place, secret)
    assert entries() == before


@pytest.mark.parametrize("duty", list(Duty))
def test_a_session_opens_no_operation_whatever_the_duty(duty: Duty, complaints: dict[bool, Complaint]) -> None:
    before = entries()
    for place in PLACES:
        client = signed_in(somebody(duty, place))
        for name, secret in product(OPERATIONS, complaints):
            assert ask(name, complaints[secret].number, {}, client).status_code == 401, (place, name, secret)
    assert entries() == before


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.about is About.COMPLAINT])
def test_a_complaint_out_of_reach_is_answered_like_one_that_is_not_there(
    name: str, complaints: dict[bool, Complaint]
) -> None:
    scope = OPERATIONS[name].scope
    nothing = ask(name, UNKNOWN, token("own", scope)).content
    hidden = [("own", True), ("above", True), ("beside", False), ("below", False)]
    answers = {ask(name, complaints[secret].number, token(place, scope)).content for place, secret in hidden}
    assert answers == {nothing}


def test_a_registration_sent_again_tells_nothing_of_what_has_become_secret_since(staffed: None) -> None:
    headers = {**token("received", "complaints:write"), "Idempotency-Key": str(uuid4())}
    registration = new_complaint(receiving_unit=PLACES["received"], unit_about=OWN)

    def sent() -> HttpResponse:
        return Client().post("/api/v1/complaints", registration, content_type="application/json", headers=headers)

    first = sent().json()
    row = ComplaintRow.objects.get()
    responsible = person(Staff.objects.get(id=row.responsible).employee_no)
    handle(Accept(), actor=responsible, complaint=row.id)
    assert handle(Classify(class_="violation"), actor=responsible, complaint=row.id).secret
    again = sent()
    assert (again.status_code, again.json()) == (200, {**first, "tracking_code": None})
