"""联系方式的格式: what a phone, an address of mail, an identity or a card number must look like to be of any use (mission A1, D1).

Lenient on purpose: a customer abroad, an extension, a passport are all right. What cannot be reached or found again is refused.
"""

import re
from collections.abc import Callable
from unicodedata import normalize

from shouwen.core.policy_terms import ContactField
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

_PHONE = re.compile(r"[0-9+\-()./*#,\s]*(转|分机|ext\.?)?[0-9\s]*", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_IDENTITY = re.compile(r"[0-9A-Za-z()\-\s]+")
_CARD = re.compile(r"[0-9*\-\s]+")
PHONE_DIGITS = range(5, 21)
IDENTITY_LENGTH = range(5, 31)
CARD_DIGITS = range(8, 33)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and _digits(text) in PHONE_DIGITS


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def _is_identity(text: str) -> bool:
    letters = sum(character.isalnum() for character in text)
    return bool(_IDENTITY.fullmatch(text)) and letters in IDENTITY_LENGTH


def _is_card(text: str) -> bool:
    return bool(_CARD.fullmatch(text)) and len(re.sub(r"[\s\-]", "", text)) in CARD_DIGITS


FORMS: dict[ContactField, tuple[Callable[[str], bool], Text]] = {
    ContactField.PHONE: (
        _is_phone,
        Text("请填写可以拨打的号码，例如 13800000000 或 021-55500000转12", "enter a number that can be dialled"),
    ),
    ContactField.EMAIL: (_is_email, Text("请填写完整的邮箱，例如 name@example.com", "enter it as name@example.com")),
    ContactField.ID_NUMBER: (_is_identity, Text("请填写证件上的完整号码", "enter the whole number on the document")),
    ContactField.CARD_NUMBER: (_is_card, Text("请填写完整的卡号或账号", "enter the whole number of card or account")),
}


def require_form(field: str, value: str) -> None:
    """Refuse a contact that nobody could use: letters for a phone, a mail address without @, too few digits."""
    known = FORMS.get(ContactField(field))
    if known is None or not value.strip():
        return
    fits, what = known
    if not fits(normalize("NFKC", value).strip()):
        label = ContactField(field).label
        raise Refusal(
            "contact-unusable",
            Text(f"{label.zh}的格式不对，{what.zh}。", f"{label.en}: {what.en}."),
            field=field,
        )
