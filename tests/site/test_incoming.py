"""What is not let in: too much, NUL characters, other encodings. Each is answered with a page that says so, and never with a failure."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from shouwen.site import incoming
from tests.desk.test_sign_in import clerk  # noqa: F401

BOUNDARY = "XX"


def refused(answer: HttpResponse, status: int, words: str) -> bool:
    return answer.status_code == status and words in answer.content.decode()


@pytest.fixture
def signed_in(clerk: object, client: Client) -> Client:  # noqa: F811
    client.force_login(clerk, backend="shouwen.site.accounts.Backend")  # type: ignore[arg-type]
    return client


def test_who_has_no_session_sends_no_more_than_a_megabyte(db: None, client: Client) -> None:
    for name in ("account_login", "desk:set_password", "desk:organisation"):
        sent = {"login": "1", "file": SimpleUploadedFile("x", b"\0" * (incoming.MEGABYTE + 1))}
        assert refused(client.post(reverse(name), sent), 413, "内容太大")
    assert client.post(reverse("account_login"), {"login": "1", "password": "x" * 1000}).status_code == 200


def test_who_is_signed_in_sends_no_more_than_a_file_may_have(signed_in: Client) -> None:
    headers = {"CONTENT_LENGTH": str(incoming.MOST_BYTES + 1)}
    assert refused(signed_in.generic("POST", "/organisation/", b"x", **headers), 413, "25 MB")
    within = {"q": "x", "file": SimpleUploadedFile("x", b"x" * 2 * incoming.MEGABYTE)}
    assert signed_in.post("/organisation/", within).status_code == 200


def test_strangers_send_files_where_the_settings_say_so(db: None, client: Client, settings: Settings) -> None:
    settings.SHOUWEN_OPEN_UPLOADS = ("/accounts/",)
    sent = {"login": "1", "file": SimpleUploadedFile("x", b"\0" * 2 * incoming.MEGABYTE)}
    assert client.post(reverse("account_login"), sent).status_code == 200


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "9" * 40, "²"])
def test_a_length_that_is_none_counts_as_too_much(db: None, client: Client, length: str) -> None:
    answer = client.generic("POST", reverse("account_login"), b"", CONTENT_LENGTH=length)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "address",
    [
        "/complaints/%00/",
        "/complaints/%00/preview/",
        "/organisation/?q=%00",
        "/tasks/?after=a%00b",
        "/register/?draft=%00",
    ],
)
def test_a_nul_in_an_address_is_answered_with_a_sentence(signed_in: Client, address: str) -> None:
    assert refused(signed_in.get(address), 400, "请求无法理解")


@pytest.mark.parametrize("typed", [{"q": "a\0b"}, {"a\0b": "q"}])
def test_a_nul_in_a_form_is_answered_with_a_sentence(signed_in: Client, typed: dict[str, str]) -> None:
    assert refused(signed_in.post("/organisation/", typed), 400, "请求无法理解")


def test_a_nul_in_the_form_of_a_stranger_is_answered_with_a_sentence(db: None, client: Client) -> None:
    assert refused(client.post(reverse("account_login"), {"login": "a\0b", "password": "x"}), 400, "请求无法理解")


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "gbk", "nonsense", "a" * 500, "utf_16"])
def test_another_encoding_than_utf_8_is_answered_with_a_sentence(signed_in: Client, charset: str) -> None:
    body = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="q"\r\n\r\n\\ud800\r\n--{BOUNDARY}--\r\n'
    kind = f"multipart/form-data; boundary={BOUNDARY}; charset={charset}"
    answer = signed_in.generic("POST", "/organisation/", body.encode(), content_type=kind)
    assert refused(answer, 400, "请求无法理解")


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_utf_8_by_any_of_its_names_is_read(signed_in: Client, charset: str) -> None:
    kind = f"application/x-www-form-urlencoded{charset}"
    assert signed_in.generic("POST", "/organisation/", "q=总行".encode(), content_type=kind).status_code == 200


@pytest.mark.parametrize("address", ["/complaints/", "/complain/", "/accounts/login/", "/api/v1/"])
def test_a_session_cookie_with_a_nul_character_is_the_key_of_no_session(
    db: None, client: Client, settings: Settings, address: str
) -> None:
    answer = client.get(address, HTTP_COOKIE=f'{settings.SESSION_COOKIE_NAME}="\\000abcdefghijkl"')
    assert answer.status_code < 500
