"""信封: address and words of a message, sealed as the outbox keeps them."""

import msgspec

from shouwen.casework import privacy
from shouwen.casework.vault import Vault
from shouwen.messaging.models import OutboxMessage


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """In clear: only ever in memory. `record` is what the timeline keeps: the words without tracking code and letter."""

    address: str
    text: str = ""
    subject: str = ""
    record: str = ""
    number: str = ""


def seal(envelope: Envelope, message: OutboxMessage, vault: Vault | None = None) -> bytes:
    """Sealed under the complaint's data key where it goes to the customer, else under the bank's own key; bound to this row.

    Refused (`Refusal`) when the customer's data have been erased.
    """
    clear = msgspec.json.encode(envelope)
    if _is_the_customers(message):
        assert message.complaint_id is not None
        return (vault or Vault.open(message.complaint_id)).seal_bytes(clear, _purpose(message))
    return privacy.keyring().seal(clear, _purpose(message))


def unseal(message: OutboxMessage) -> Envelope:
    """Refused (`Refusal`) when the customer's data have been erased: then nobody can tell whom the message was for."""
    sealed = bytes(message.sealed or b"")
    if _is_the_customers(message):
        assert message.complaint_id is not None
        clear = Vault.open(message.complaint_id).open_bytes(sealed, _purpose(message))
    else:
        clear = privacy.keyring().open(sealed, _purpose(message))
    return msgspec.json.decode(clear, type=Envelope)


def _is_the_customers(message: OutboxMessage) -> bool:
    return message.to_customer and message.complaint_id is not None


def _purpose(message: OutboxMessage) -> str:
    return f"message:{message.id}"
