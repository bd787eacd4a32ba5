"""归并: which complaint a mail answers. By what its headers name, never by its subject alone."""

import re

from django.conf import settings

from shouwen.casework import privacy
from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.intake.mailbox.models import IncomingMail
from shouwen.intake.mailbox.reading.parsing import Mail

NUMBER = re.compile(r"TS\d{4}-\d{8}")
OURS = re.compile(rf"({NUMBER.pattern})\.[^@\s]+@(.+)", re.IGNORECASE)
PLUS = re.compile(rf"[^@+]+\+({NUMBER.pattern})@.+", re.IGNORECASE)


def message_index(message_id: str) -> bytes | None:
    return privacy.keyring().blind_index("message-id", message_id) if message_id else None


def own_addresses() -> frozenset[str]:
    """The bank's own complaint addresses, in small letters."""
    return frozenset(address.lower() for address in settings.SHOUWEN_MAILBOX_ADDRESSES)


def own_domains() -> frozenset[str]:
    return frozenset(address.rpartition("@")[2] for address in own_addresses())


def is_ours(address: str) -> bool:
    """Whether the address is one of ours, with or without a number after a plus."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own_addresses()


def complaint_of(mail: Mail) -> Complaint | None:
    """The complaint that the mail answers, if its headers name one.

    First the ids that it refers to, the nearest first: a mail that we received, or one that we sent, whose id is
    `<number.random@our-domain>`. Then the number in a plus-address of ours or in the header X-Shouwen-Complaint.
    """
    for message_id in mail.references:
        found = _by_received(message_id) or _by_sent(message_id)
        if found is not None:
            return found
    for recipient in mail.recipients:
        named = PLUS.fullmatch(recipient)
        if named and is_ours(recipient) and (found := _by_number(named[1])):
            return found
    return _by_number(mail.number_named) if NUMBER.fullmatch(mail.number_named) else None


def _by_received(message_id: str) -> Complaint | None:
    known = (
        IncomingMail.objects.filter(message_index=message_index(message_id), complaint_id__isnull=False)
        .order_by("id")
        .values_list("complaint_id", flat=True)
        .first()
    )
    row = ComplaintRow.objects.filter(id=known).only("state").first() if known else None
    return read_complaint(row.state) if row else None


def _by_sent(message_id: str) -> Complaint | None:
    ours = OURS.fullmatch(message_id)
    return _by_number(ours[1]) if ours and ours[2].lower() in own_domains() else None


def _by_number(number: str) -> Complaint | None:
    row = ComplaintRow.objects.filter(number=number.upper()).only("state").first()
    return read_complaint(row.state) if row else None
