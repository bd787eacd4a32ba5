"""收取邮件 by SMTP (extra `smtp`): the bank's relay hands mails over, and each is stored before it is accepted.

Takes mails for our own addresses only: it relays nothing. Stands behind the bank's mail gateway, never on the internet.
"""

import asyncio
import logging
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections

from shouwen.intake.mailbox.keeping import MOST_BYTES, keep
from shouwen.intake.mailbox.reading.parsing import raw_header
from shouwen.intake.mailbox.registering import take
from shouwen.intake.mailbox.threads import is_ours

log = structlog.get_logger()
MOST_RECIPIENTS = 20
logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own lines name senders and recipients


class Receiving:
    """What aiosmtpd asks at each step of a delivery."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if not is_ours(address):
            return "550 5.7.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode("utf-8", "surrogateescape")
        # What the envelope says is lost with it: whom a bounce would go to, and to which of our addresses it was sent.
        before = raw_header("Return-Path", f"<{(envelope.mail_from or '').strip('<>')}>")
        before += b"".join(raw_header("X-Original-To", address) for address in envelope.rcpt_tos)
        try:
            mail_id = await asyncio.to_thread(_keep, before + raw)
        except (Error, OSError):
            log.exception("mail not stored")
            return "451 4.3.0 Not stored, try again later"
        await asyncio.to_thread(_take, mail_id)
        return "250 2.0.0 Stored"


def _keep(raw: bytes) -> int:
    close_old_connections()
    try:
        return keep(raw, None).id
    finally:
        close_old_connections()


def _take(mail_id: int) -> None:
    """Take it at once. It is stored and accepted: whatever fails here, the next poll tries again."""
    close_old_connections()
    try:
        take(mail_id)
    except Exception:
        log.exception("mail not taken", mail=mail_id)
    finally:
        close_old_connections()


class Listener(Controller):
    """收信端口. `start` and `stop` are aiosmtpd's."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(Receiving(), hostname=host, port=port)

    def factory(self) -> Any:
        return SMTP(self.handler, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, ident="Shouwen", timeout=300)
