"""Every address of the site, walked by everybody: one that is not in the page table opens for nobody."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shouwen.core.duties import Duty
from shouwen.desk.access import PAGES, PUBLIC, may_open
from shouwen.organisation import directory as organisation
from shouwen.organisation.models import Holding, Staff, Unit

BACKEND = "shouwen.site.accounts.Backend"
SAMPLES = {
    "IntConverter": 1,
    "SlugConverter": "note",
    "UUIDConverter": UUID(int=1),
    "StringConverter": "TS2026-00000001",
    "PathConverter": "x",
}


def _pages(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _pages(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            arguments = {name: SAMPLES[type(kind).__name__] for name, kind in entry.pattern.converters.items()}
            yield f"{namespace}{entry.name}", arguments


PAGES_BUILT = dict(_pages(get_resolver()))
ADDRESSES = {name: reverse(name, kwargs=arguments) for name, arguments in PAGES_BUILT.items()}


@pytest.fixture
def people(begun: None) -> dict[Duty | None, Staff]:
    unit = Unit.objects.create(code="1", name="总行", kind="head_office", path="001", opened_on=date(2020, 1, 1))
    people: dict[Duty | None, Staff] = {}
    for number, duty in enumerate([None, *Duty]):
        people[duty] = Staff.objects.create(
            employee_no=str(number), name="某人", unit=unit, password=make_password("x")
        )
        if duty:
            Holding.objects.create(staff=people[duty], duty=duty.value, unit=unit, from_date=date(2020, 1, 1))
    organisation.forget()
    return people


def test_every_address_stands_in_the_page_table() -> None:
    assert set(ADDRESSES) <= set(PAGES)


def test_the_page_table_names_no_page_that_is_not_there() -> None:
    assert set(PAGES) - {"site:healthz", "site:readyz"} <= set(ADDRESSES)


@pytest.mark.parametrize("page", sorted(ADDRESSES))
@pytest.mark.django_db
def test_who_is_not_signed_in_is_asked_to_sign_in(page: str, client: Client) -> None:
    for answer in (client.get(ADDRESSES[page]), client.post(ADDRESSES[page])):
        if page.startswith("api:") and PAGES[page] is PUBLIC:
            assert answer.status_code in (200, 401, 404, 405)  # a token opens it, and no session
        elif PAGES[page] is PUBLIC:
            assert answer.status_code in (200, 302, 405)
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("duty", [None, *Duty])
@pytest.mark.usefixtures("plain_refusals")
def test_each_duty_opens_its_pages_and_no_others(duty: Duty | None, people: dict[Duty | None, Staff]) -> None:
    """403 exactly where the table says so; what opens may still be empty, missing or want other input, but never fails."""
    client = Client()
    client.force_login(people[duty], backend=BACKEND)
    held = frozenset({duty} if duty else ())
    for page, address in ADDRESSES.items():
        if page == "account_logout":
            continue
        for answer in (client.get(address), client.post(address)):
            open_to_duty = may_open(page, held)
            assert (answer.status_code == 403) is not open_to_duty, (page, duty, answer.status_code)
            assert answer.status_code < 500, (page, duty)
