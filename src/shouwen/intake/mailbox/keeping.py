"""原件保存: the raw source of each mail, stored before anything else is done with it, sealed, once for the same bytes."""

from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from shouwen.casework import privacy
from shouwen.casework.vault import Vault
from shouwen.core.complaint.receiving import EARLIEST_RECEIPT
from shouwen.intake.mailbox.models import IncomingMail, State

MOST_BYTES = 50 * 1024 * 1024


def keep(raw: bytes, received_at: datetime | None, *, state: State = State.NEW, reason: str = "") -> IncomingMail:
    """Store the raw source under the bank's key; the mail that is there already, when the very same bytes came before."""
    digest = sha256(raw).digest()
    now = timezone.now()
    moment = min(received_at, now) if received_at and received_at > EARLIEST_RECEIPT else now
    known = IncomingMail.objects.filter(raw_digest=digest).defer("sealed").first()
    if known is not None:
        return known
    row, _ = IncomingMail.objects.get_or_create(
        raw_digest=digest,
        defaults={
            "received_at": moment,
            "size": len(raw),
            "sealed": privacy.keyring().seal(raw, _place(digest)),
            "state": state,
            "reason": reason,
        },
    )
    return row


def raw_source(row: IncomingMail) -> bytes:
    """原件 in clear. Refused when the complaint that it belongs to was erased."""
    if row.is_complaints:
        assert row.complaint_id is not None
        return Vault.open(row.complaint_id).open_bytes(bytes(row.sealed), _place(bytes(row.raw_digest)))
    return privacy.keyring().open(bytes(row.sealed), _place(bytes(row.raw_digest)))


def give_to_complaint(row: IncomingMail, raw: bytes, complaint_id: int) -> None:
    """Seal the source under the complaint's own key, so that erasing the customer's data takes it along. Does not save the row."""
    vault = Vault.open(complaint_id)
    row.complaint_id = complaint_id
    if not vault.erased:
        row.sealed = vault.seal_bytes(raw, _place(bytes(row.raw_digest)))
        row.is_complaints = True


def _place(digest: bytes) -> str:
    return f"mail:{digest.hex()}"
