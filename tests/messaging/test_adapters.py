"""The ways out, each against a real counterpart on loopback."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from shouwen.messaging.adapters import ADAPTERS, Letter, NotSent, adapter_for
from tests.messaging.counterparts import Gateway, MailServer, gateway

LETTER = Letter(id="11111111-1111-1111-1111-111111111111", address="13812345678", subject="题目", text='他说："{to}"')


@pytest.fixture
def stub() -> Iterator[Gateway]:
    with gateway() as one:
        yield one


def test_a_way_without_settings_has_no_adapter() -> None:
    assert {way: adapter_for(way) for way in ADAPTERS} == dict.fromkeys(ADAPTERS)


def test_a_text_message_is_the_banks_own_json_and_no_text_breaks_out_of_it(sms: Gateway, settings: Settings) -> None:
    settings.SHOUWEN_SMS_BODY = {"mobile": "{to}", "content": ["[bank] {text}"], "n": 1}
    settings.SHOUWEN_SMS_HEADERS = {"X-App": "shouwen"}
    ADAPTERS["sms"].send(LETTER)
    assert sms.asked[0].json == {"mobile": "13812345678", "content": ['[bank] 他说："{to}"'], "n": 1}
    assert sms.asked[0].headers["X-App"] == "shouwen"


def test_a_text_message_is_signed_over_time_and_body(sms: Gateway, settings: Settings) -> None:
    settings.SHOUWEN_SMS_SECRET = "gateway-secret"
    ADAPTERS["sms"].send(LETTER)
    asked = sms.asked[0]
    signed = asked.headers["X-Shouwen-Timestamp"].encode() + b"." + asked.body
    expected = hmac.new(b"gateway-secret", signed, hashlib.sha256).hexdigest()
    assert asked.headers["X-Shouwen-Signature"] == f"sha256={expected}"


def test_a_redirect_is_not_followed(sms: Gateway) -> None:
    with gateway() as elsewhere:
        sms.answers = [(307, {"Location": elsewhere.url}, b"")]
        with pytest.raises(NotSent) as failure:
            ADAPTERS["sms"].send(LETTER)
        assert not failure.value.again
        assert elsewhere.asked == []


def test_a_gateway_that_is_not_there_is_tried_again(settings: Settings) -> None:
    settings.SHOUWEN_SMS_URL = "http://127.0.0.1:9/"
    with pytest.raises(NotSent) as failure:
        ADAPTERS["sms"].send(LETTER)
    assert (failure.value.again, failure.value.unsure) == (True, False)


@pytest.mark.parametrize(("status", "unsure"), [(503, False), (429, False), (502, True), (504, True)])
def test_an_answer_that_leaves_it_open_whether_the_message_was_taken_is_unsure(
    sms: Gateway, status: int, unsure: bool
) -> None:
    sms.answers = [(status, {}, b"")]
    with pytest.raises(NotSent) as failure:
        ADAPTERS["sms"].send(LETTER)
    assert (failure.value.again, failure.value.unsure) == (True, unsure)


def test_wecom_gets_a_text_for_its_group(stub: Gateway, settings: Settings) -> None:
    settings.SHOUWEN_WECOM_URL = f"{stub.url}?key=k"
    ADAPTERS["wecom"].send(LETTER)
    assert stub.asked[0].json == {"msgtype": "text", "text": {"content": LETTER.text}}


def test_dingtalk_is_signed_as_its_robot_wants(stub: Gateway, settings: Settings) -> None:
    settings.SHOUWEN_DINGTALK_URL, settings.SHOUWEN_DINGTALK_SECRET = f"{stub.url}?access_token=t", "SEC1"
    ADAPTERS["dingtalk"].send(LETTER)
    query = {name: values[0] for name, values in parse_qs(urlsplit(stub.asked[0].path).query).items()}
    wanted = hmac.new(b"SEC1", f"{query['timestamp']}\nSEC1".encode(), hashlib.sha256).digest()
    assert query["access_token"] == "t"
    assert base64.b64decode(query["sign"]) == wanted


@pytest.mark.parametrize("answer", [b'{"errcode": 310000, "errmsg": "keywords not in content"}', b"<html>", b"[]"])
def test_a_robot_that_says_200_and_means_no_has_not_sent(stub: Gateway, settings: Settings, answer: bytes) -> None:
    settings.SHOUWEN_WECOM_URL, stub.body = stub.url, answer
    with pytest.raises(NotSent):
        ADAPTERS["wecom"].send(LETTER)


def webhook(settings: Settings, url: str, *, private: bool) -> Letter:
    settings.SHOUWEN_WEBHOOK_URLS, settings.SHOUWEN_WEBHOOK_SECRET = (url,), "0123456789abcdef"
    settings.SHOUWEN_WEBHOOK_PRIVATE = private
    return Letter(id="i", address=url, text=json.dumps({"number": "TS2026-00000001"}))


def test_a_webhook_is_signed_and_says_its_key(stub: Gateway, settings: Settings) -> None:
    ADAPTERS["webhook"].send(webhook(settings, stub.url, private=True))
    asked = stub.asked[0]
    signed = asked.headers["X-Shouwen-Timestamp"].encode() + b"." + asked.body
    assert asked.headers["X-Shouwen-Signature"].endswith(
        hmac.new(b"0123456789abcdef", signed, hashlib.sha256).hexdigest()
    )
    assert asked.headers["Idempotency-Key"] == "i"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_webhook_into_a_private_network_is_refused_before_a_byte_is_sent(
    stub: Gateway, settings: Settings, host: str
) -> None:
    letter = webhook(settings, stub.url.replace("127.0.0.1", host), private=False)
    with pytest.raises(NotSent) as failure:
        ADAPTERS["webhook"].send(letter)
    assert not failure.value.again
    assert stub.asked == []


def test_a_webhook_to_an_address_that_is_not_in_the_settings_is_refused(stub: Gateway, settings: Settings) -> None:
    webhook(settings, "https://other.example/", private=True)
    with pytest.raises(NotSent, match="not in SHOUWEN_WEBHOOK_URLS"):
        ADAPTERS["webhook"].send(Letter(id="i", address=stub.url, text="{}"))
    assert stub.asked == []


MAIL = Letter(id="i-1", number="TS2026-00000001", address="wang@example.com", subject="投诉\n已受理", text="尊敬的客户")


def test_a_mail_has_a_lasting_id_and_asks_for_no_automatic_answer(mail: MailServer, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "complaints@bank.example"
    for _ in range(2):
        ADAPTERS["email"].send(MAIL)
    assert [each["Message-ID"] for each in mail.mails] == ["<TS2026-00000001.i-1@bank.example>"] * 2
    assert mail.mails[0]["Auto-Submitted"] == "auto-generated"
    assert mail.mails[0]["Subject"] == "投诉 已受理"
    assert mail.mails[0].get_content().strip() == "尊敬的客户"


@pytest.mark.parametrize(("refusal", "again"), [("550 no such user wang@example.com", False), ("451 busy", True)])
def test_a_refused_recipient_is_final_and_a_busy_server_is_not(mail: MailServer, refusal: str, again: bool) -> None:
    mail.refusal = refusal
    with pytest.raises(NotSent) as failure:
        ADAPTERS["email"].send(MAIL)
    assert failure.value.again is again
    assert "wang" not in failure.value.why.zh + failure.value.why.en


@pytest.mark.parametrize("address", ["a@b\nBcc: c@d", "no address at all", "王@例子"])
def test_an_address_that_is_none_is_not_sent_to(mail: MailServer, address: str) -> None:
    with pytest.raises(NotSent):
        ADAPTERS["email"].send(Letter(id="i", address=address, subject="s", text="t"))
    assert mail.mails == []


def test_a_mail_server_that_is_not_there_is_tried_again(mail: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 9
    with pytest.raises(NotSent) as failure:
        ADAPTERS["email"].send(MAIL)
    assert failure.value.again
