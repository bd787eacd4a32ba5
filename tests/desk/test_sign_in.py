"""登录: who may come in, what a wrong password says, and in which language."""

from datetime import date

import pytest
from axes.utils import reset
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwen.organisation import directory as organisation
from shouwen.organisation import passwords
from shouwen.organisation.models import Holding, Staff, Unit
from shouwen.site import prepare

PASSWORD = "a-long-sentence-of-mine"


@pytest.fixture
def clerk(db: None) -> Staff:
    unit = Unit.objects.create(code="1", name="总行", kind="head_office", path="001", opened_on=date(2020, 1, 1))
    clerk = Staff.objects.create(employee_no="10001", name="陈慧", unit=unit, password=make_password(PASSWORD))
    Holding.objects.create(staff=clerk, duty="clerk", unit=unit, from_date=date(2020, 1, 1))
    organisation.forget()
    reset()
    return clerk


def sign_in(client: Client, number: str, password: str, **more: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": number, "password": password, **more})


def test_the_right_password_opens_the_desk(clerk: Staff, client: Client) -> None:
    answer = sign_in(client, "10001", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_says_so_in_chinese_keeps_the_number_and_never_the_password(
    clerk: Staff, client: Client
) -> None:
    page = sign_in(client, "10001", "wrong-wrong").content.decode()
    assert "不正确" in page
    assert 'value="10001"' in page
    assert "wrong-wrong" not in page


def test_after_five_wrong_passwords_even_the_right_one_waits(clerk: Staff, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "10001", "wrong-wrong")
    assert sign_in(client, "10001", PASSWORD).status_code == 429


def test_a_retired_account_does_not_sign_in(clerk: Staff, client: Client) -> None:
    Staff.objects.update(is_active=False)
    sign_in(client, "10001", PASSWORD)
    assert client.get(reverse("account_change_password")).status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": make_password("another sentence")}])
def test_a_session_ends_at_once_when_its_owner_is_retired_or_has_another_password(
    clerk: Staff, client: Client, change: dict[str, object]
) -> None:
    sign_in(client, "10001", PASSWORD)
    assert client.get(reverse("account_change_password")).status_code == 200
    Staff.objects.update(**change)
    assert client.get(reverse("account_change_password")).status_code == 302


def test_a_session_is_over_when_its_time_is(clerk: Staff, client: Client) -> None:
    sign_in(client, "10001", PASSWORD)
    Session.objects.update(expire_date=timezone.now())
    assert client.get(reverse("account_change_password")).status_code == 302


@pytest.mark.parametrize(
    "key", ["x", "nobody-has-this-key", "\xe9\x7f", "a" * 5000, "'; DROP TABLE django_session; --"]
)
def test_a_session_that_nobody_has_leads_to_the_sign_in(client: Client, db: None, key: str) -> None:
    client.cookies["sessionid"] = key
    assert client.get(reverse("account_change_password")).status_code == 302


def test_nobody_makes_an_account_from_outside(client: Client, db: None) -> None:
    assert client.get("/accounts/signup/").status_code in (302, 404)
    assert not Staff.objects.exists()


def test_sign_in_never_leads_to_another_site(clerk: Staff, client: Client) -> None:
    answer = sign_in(client, "10001", PASSWORD, next="https://evil.example/")
    assert answer["Location"] == "/"


def test_the_page_is_chinese_first_and_english_by_switch(client: Client, db: None) -> None:
    assert "工号" in client.get(reverse("account_login")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})
    assert "Employee number" in client.get(reverse("account_login")).content.decode()


def test_failures_are_counted_for_all_spellings_of_one_number_together(clerk: Staff, client: Client) -> None:
    Staff.objects.update(employee_no="AB1001")
    for number in ("AB1001", "ab1001", "Ab1001", "aB1001", " ab1001"):
        sign_in(client, number, "wrong-wrong")
    assert sign_in(client, "AB1001", PASSWORD).status_code == 429


def test_wrong_codes_from_one_address_do_not_use_up_the_code_of_its_owner(clerk: Staff, client: Client) -> None:
    prepare.begin()
    code = passwords.make_code(clerk.id, timezone.now())
    given = {"employee_no": "10001", "password": "a-new-sentence-of-mine", "again": "a-new-sentence-of-mine"}
    url = reverse("desk:set_password")
    for _ in range(12):
        answer = client.post(url, {**given, "code": "AAAA-AAAA-AAAA"}, REMOTE_ADDR="192.0.2.1")
    assert "次数过多" in answer.content.decode()
    assert client.post(url, {**given, "code": code}, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_the_first_language_is_chinese_whatever_the_browser_says(client: Client) -> None:
    assert 'lang="zh-Hans"' in client.get("/accounts/login/", headers={"accept-language": "en-US"}).content.decode()
