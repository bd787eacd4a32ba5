"""Codes that prove a contact: right for ten minutes, five wrong ones at most, and nothing of it in clear."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from shouwen.core.refusal import Refusal
from shouwen.messaging import codes, outbox
from tests.messaging.counterparts import Gateway, MailServer

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def asked_for(sms: Gateway) -> tuple[str, str]:
    """A token, and the code that came to the phone."""
    token = codes.send("sms", "138 1234 5678", "zh-hans", NOON)
    outbox.send_due(NOON)
    return token, re.findall(r"\d{6}", sms.asked[-1].json["text"])[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_from_the_phone_proves_the_phone(begun: None, sms: Gateway) -> None:
    token, code = asked_for(sms)
    assert codes.check(token, code, NOON) == ("sms", "13812345678")


def test_a_code_typed_in_full_width_with_blanks_is_the_same_code(begun: None, sms: Gateway) -> None:
    token, code = asked_for(sms)
    typed = " ".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert codes.check(token, typed, NOON)


def test_a_mail_address_is_proved_by_mail(begun: None, mail: MailServer) -> None:
    token = codes.send("email", "wang@example.com", "en", NOON)
    outbox.send_due(NOON)
    words = mail.mails[0].get_content()
    assert words.startswith("Your code is")
    assert codes.check(token, re.findall(r"\d{6}", words)[0], NOON) == ("email", "wang@example.com")


def test_another_token_or_code_proves_nothing(begun: None, sms: Gateway) -> None:
    token, code = asked_for(sms)
    assert codes.check(token, wrong(code), NOON) is None
    assert codes.check("another", code, NOON) is None
    assert codes.check(token, "", NOON) is None


def test_after_ten_minutes_it_proves_nothing(begun: None, sms: Gateway) -> None:
    token, code = asked_for(sms)
    assert codes.check(token, code, NOON + codes.GOOD_FOR) is None


def test_after_five_wrong_codes_the_right_one_proves_nothing(begun: None, sms: Gateway) -> None:
    token, code = asked_for(sms)
    for _ in range(codes.TRIES):
        codes.check(token, wrong(code), NOON)
    assert codes.check(token, code, NOON) is None


def test_one_address_gets_five_codes_in_an_hour(begun: None, sms: Gateway) -> None:
    for _ in range(codes.SENT_AT_MOST):
        codes.send("sms", "13812345678", "zh", NOON)
    with pytest.raises(Refusal) as refused:
        codes.send("sms", "138-1234-5678", "zh", NOON)
    assert refused.value.rule == "too-many-codes"
    assert codes.send("sms", "13812345678", "zh", NOON + codes.SENT_PER)


@pytest.mark.parametrize(
    ("way", "address", "rule"),
    [
        ("sms", "call me", "phone-not-usable"),
        ("email", "a@b\nBcc: c@d", "email-not-usable"),
        ("email", "wang@example.com", "way-not-configured"),
        ("pigeon", "roof", "way-unknown"),
    ],
)
def test_what_cannot_be_sent_to_is_refused(begun: None, sms: Gateway, way: str, address: str, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        codes.send(way, address, "zh", NOON)
    assert refused.value.rule == rule


def test_neither_code_nor_address_is_kept_in_clear(begun: None, sms: Gateway) -> None:
    _, code = asked_for(sms)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(sealed, 'escape'), row_to_json(c)::text FROM messaging_contactcode c")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT row_to_json(m)::text FROM messaging_outboxmessage m")
        stored += str(cursor.fetchall())
    assert "13812345678" not in stored
    assert not re.search(rf"(?<![0-9a-f]){code}(?![0-9a-f])", stored)


def test_expired_codes_go_at_night(begun: None, sms: Gateway) -> None:
    asked_for(sms)
    assert codes.forget_expired(NOON + timedelta(days=1)) == 1
