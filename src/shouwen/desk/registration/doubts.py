"""存疑提示: what is probably mistyped in a registration. It is asked about once and never refused: the customer may be right."""

from datetime import datetime, timedelta

import msgspec
from django.utils.translation import gettext as _

from shouwen.core.masking import Kind, normalise
from shouwen.core.masking.forms import is_identity_number, passes_luhn

MOBILE_DIGITS = 11
PHONE_DIGITS = range(7, 16)
"""From a local number without area code to the longest number with country code (ITU-T E.164)."""
CARD_DIGITS = range(13, 20)
"""The lengths of card numbers (ISO/IEC 7812)."""
LONG_AGO = timedelta(days=30)


class Doubt(msgspec.Struct, frozen=True):
    """One question about what was typed; `code` says to the next sending that it was asked."""

    code: str
    words: str


def doubts_about(
    *, phone: str, id_number: str, card_number: str, received_at: datetime | None, now: datetime
) -> list[Doubt]:
    """What to ask about. Values are looked at, never kept, and never said again in a sentence."""
    found: list[Doubt] = []
    if phone.strip() and not _is_phone(normalise(Kind.PHONE, phone)):
        found.append(Doubt("phone", _("The phone number has an unusual length. Is it complete?")))
    if id_number.strip() and id_number.strip().isascii() and not _is_identity(id_number):
        found.append(Doubt("id_number", _("The identity number does not fit its check digit. Is it typed right?")))
    if card_number.strip() and not _is_card(normalise(Kind.CARD, card_number)):
        found.append(Doubt("card_number", _("The card number has an unusual length or does not fit its check digit.")))
    if received_at is not None and now - received_at > LONG_AGO:
        found.append(Doubt("received_at", _("The complaint was received more than 30 days ago. Is the date right?")))
    return found


def _is_phone(number: str) -> bool:
    digits = sum(each.isdigit() for each in number)
    is_odd_mobile = number.startswith("1") and digits != MOBILE_DIGITS
    return digits in PHONE_DIGITS and not is_odd_mobile


def _is_identity(number: str) -> bool:
    """Other documents (passports, permits) have letters in front and are not checked."""
    plain = number.strip()
    return not plain[0].isdigit() or is_identity_number(plain) or len(plain) == len("110101900101001")


def _is_card(number: str) -> bool:
    return number.isdigit() and len(number) in CARD_DIGITS and passes_luhn(number)
