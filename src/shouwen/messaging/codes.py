"""联系方式验证码: proof that a phone or mail address is the customer's, by a code sent there (issue 3, the public page).

The one who asks holds the token, the one at the address gets the code; only both together prove anything.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from shouwen.casework import attempts, privacy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.messaging import outbox, texts
from shouwen.messaging.adapters import adapter_for
from shouwen.messaging.envelope import Envelope
from shouwen.messaging.models import ContactCode
from shouwen.messaging.tell import bank_name

GOOD_FOR = timedelta(minutes=10)
DIGITS = 6
TRIES = 5
SENT_AT_MOST, SENT_PER = 5, timedelta(hours=1)
WAYS = ("sms", "email")
PHONE = re.compile(r"\+?\d{7,15}")
TEMPLATE = "contact_code"


@transaction.atomic
def send(way: str, address: str, language: str, now: datetime) -> str:
    """Send a code of six digits by `way` ("sms", "email") and return the token that belongs to it. Good for ten minutes.

    Refused (field `address` or `way`): an address that is none, a way that the bank does not have, and more than five codes in an
    hour to one address.
    """
    address = _required_address(way, address)
    if adapter_for(way) is None:
        raise Refusal(
            "way-not-configured",
            Text(
                "暂时无法用这种方式发送验证码，请改用其他联系方式。",
                "No code can be sent this way at present. Please use another one.",
            ),
            field="way",
        )
    if not attempts.allowed("contact code", f"{way}:{address}", most=SENT_AT_MOST, per=SENT_PER, now=now):
        raise Refusal(
            "too-many-codes",
            Text(
                "发送验证码过于频繁，请一小时后再试，或使用已收到的验证码。",
                "Too many codes were sent there. Try again in an hour, or use the code that you have.",
            ),
            field="address",
        )
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    ring = privacy.keyring()
    index = ring.blind_index("contact token", token)
    ContactCode.objects.create(
        token_index=index,
        code_index=_code_index(token, code),
        way=way,
        sealed=ring.seal(address, _place(index)),
        expires_at=now + GOOD_FOR,
    )
    spoken = "en" if language.startswith("en") else "zh"
    values = {"bank": bank_name(), "code": code, "minutes": str(int(GOOD_FOR.total_seconds() // 60))}
    words = texts.filled(texts.standing(TEMPLATE, way, spoken), values)
    outbox.enqueue(
        dedupe_key=f"{TEMPLATE}:{index.hex()}",
        code=TEMPLATE,
        way=way,
        language=spoken,
        words=Envelope(address=address, text=words.body, subject=words.subject),
        now=now,
        to_customer=True,
        until=now + GOOD_FOR,
    )
    return token


@transaction.atomic
def check(token: str, code: str, now: datetime) -> tuple[str, str] | None:
    """Which way and address the code proves; none when it is wrong, unknown or too old, or was tried wrongly five times.

    Right once is right until it expires, so that a form that is refused for another reason can be sent again.
    """
    index = privacy.keyring().blind_index("contact token", token)
    row = ContactCode.objects.select_for_update().filter(token_index=index).first()
    if row is None or row.expires_at <= now or row.tries >= TRIES:
        return None
    digits = "".join(str(int(letter)) for letter in code if letter.isdecimal())
    if not secrets.compare_digest(bytes(row.code_index), _code_index(token, digits)):
        ContactCode.objects.filter(token_index=index).update(tries=row.tries + 1)
        return None
    return row.way, privacy.keyring().open(bytes(row.sealed), _place(index)).decode()


def ways() -> tuple[str, ...]:
    """The ways by which a code can be sent now."""
    return tuple(way for way in WAYS if adapter_for(way) is not None)


def forget_expired(now: datetime) -> int:
    return ContactCode.objects.filter(expires_at__lte=now).delete()[0]


def _code_index(token: str, code: str) -> bytes:
    return privacy.keyring().blind_index("contact code", f"{token}:{code}")


def _place(index: bytes) -> str:
    return f"contact code:{index.hex()}"


def _required_address(way: str, address: str) -> str:
    address = address.strip()
    if way == "sms":
        number = re.sub(r"[\s()（）-]", "", "".join(str(int(c)) if c.isdecimal() else c for c in address))
        if PHONE.fullmatch(number):
            return number
        raise Refusal(
            "phone-not-usable",
            Text("请填写能接收短信的手机号码。", "Enter the number of a mobile phone."),
            field="address",
        )
    if way == "email":
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refusal(
                "email-not-usable",
                Text("请填写正确的电子邮箱地址。", "Enter an e-mail address that can be written to."),
                field="address",
            ) from error
        return address
    raise Refusal("way-unknown", Text("请选择短信或电子邮件。", "Choose text message or e-mail."), field="way")
