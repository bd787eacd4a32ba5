"""收取邮件 by IMAP: store each mail, take it, then do on the server what the setting says. One poll at a time on all hosts.

A process may be killed anywhere in between: what is stored is taken at the next poll, what is taken is never taken again, and
nothing leaves the server before it is stored.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from django.conf import settings
from django.db import connection
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from shouwen.casework import privacy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.mailbox.keeping import MOST_BYTES, keep
from shouwen.intake.mailbox.models import MailboxPlace, State
from shouwen.intake.mailbox.registering import take_waiting

log = structlog.get_logger()
SECONDS = 60
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LOCK = "SELECT pg_try_advisory_lock(hashtext('shouwen.mailbox.poll'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('shouwen.mailbox.poll'))"
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


def poll() -> int:
    """Fetch what is new, and take what is stored; returns how many mails were taken. Does nothing while another poll runs.

    Raises `Refusal` when the mailbox cannot be reached; what was stored before is taken all the same.
    """
    with _alone() as is_alone:
        if not is_alone:
            return 0
        taken = take_waiting()
        if settings.SHOUWEN_MAILBOX_URL:
            taken += _fetch(settings.SHOUWEN_MAILBOX_URL)
        return taken


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute(UNLOCK)


def _fetch(url: str) -> int:
    address = urlsplit(url)
    try:
        with _opened(address) as mailbox:
            return _fetch_new(mailbox, _folder(address), address)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        # Neither the address nor the server's answer is repeated: both may hold the password.
        log.warning("mailbox not read", host=address.hostname, error=type(error).__name__)
        raise Refusal(
            "mailbox-unreachable",
            Text(
                f"无法读取邮箱（{address.hostname}）：{type(error).__name__}。请检查 SHOUWEN_MAILBOX_URL、网络和邮箱密码；邮件仍在服务器上，下一分钟重试。",
                f"The mailbox at {address.hostname} cannot be read: {type(error).__name__}. Check SHOUWEN_MAILBOX_URL, the network "
                "and the password. The mails are still on the server; the next try is in a minute.",
            ),
        ) from None


@contextmanager
def _opened(address: SplitResult) -> Iterator[BaseMailBox]:
    host = address.hostname or ""
    mailbox: BaseMailBox
    if address.scheme == "imaps":
        mailbox = MailBox(host, address.port or 993, timeout=SECONDS, ssl_context=ssl.create_default_context())
    elif host in LOOPBACK:
        mailbox = MailBoxUnencrypted(host, address.port or 143, timeout=SECONDS)
    else:
        mailbox = MailBoxStartTls(host, address.port or 143, timeout=SECONDS, ssl_context=ssl.create_default_context())
    mailbox.login(unquote(address.username or ""), unquote(address.password or ""), initial_folder=_folder(address))
    with mailbox:
        yield mailbox


def _folder(address: SplitResult) -> str:
    return unquote(address.path.strip("/")) or "INBOX"


def _fetch_new(mailbox: BaseMailBox, folder: str, address: SplitResult) -> int:
    place = _place(mailbox, folder, address)
    taken = 0
    # "n:*" always has the last mail in it, also one that was read.
    for uid in sorted(int(found) for found in mailbox.uids(f"UID {place.last_uid + 1}:*", charset=None)):
        if uid > place.last_uid:
            is_stored = _store(mailbox, str(uid))
            taken += take_waiting()
            if is_stored:
                _leave(mailbox, str(uid))
            place.last_uid = uid
            place.save()
    return taken


def _place(mailbox: BaseMailBox, folder: str, address: SplitResult) -> MailboxPlace:
    """How far this folder was read; from its beginning when the server has numbered it anew."""
    validity = mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    known_by = privacy.keyring().blind_index(
        "mailbox", f"{address.username}@{address.hostname}:{address.port}/{folder}"
    )
    place, _ = MailboxPlace.objects.get_or_create(mailbox=known_by, defaults={"uid_validity": validity, "last_uid": 0})
    if place.uid_validity != validity:
        place.uid_validity, place.last_uid = validity, 0
    return place


def _store(mailbox: BaseMailBox, uid: str) -> bool:
    """Store the raw source of one mail; whether it is stored whole. Fetched as bytes: imap-tools' own object would parse it first."""
    about = _answered(mailbox, uid, "(RFC822.SIZE INTERNALDATE)")
    size, arrived = SIZE.search(about), ARRIVED.search(about)
    received_at = _moment(arrived[1].decode("ascii", "replace")) if arrived else None
    if size and int(size[1]) > MOST_BYTES:
        headers = _literal(mailbox, uid, "(BODY.PEEK[HEADER])")
        if headers:
            keep(headers, received_at, state=State.REFUSED, reason="too-large")
        return False
    raw = _literal(mailbox, uid, "(BODY.PEEK[])")
    if raw:
        keep(raw, received_at)
    return bool(raw)


def _answered(mailbox: BaseMailBox, uid: str, what: str) -> bytes:
    answer = mailbox.client.uid("FETCH", uid, what)[1]
    return b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in answer if part)


def _literal(mailbox: BaseMailBox, uid: str, what: str) -> bytes:
    """The literal in a FETCH answer; empty when the mail has gone meanwhile."""
    answer = mailbox.client.uid("FETCH", uid, what)[1]
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")


def _moment(internal_date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(internal_date.strip()).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # then the moment of storing is the moment of receipt


def _leave(mailbox: BaseMailBox, uid: str) -> None:
    """What becomes of a stored mail on the server: kept and marked as read, moved to another folder, or deleted."""
    after = settings.SHOUWEN_MAILBOX_AFTER
    if after == "move":
        if not mailbox.folder.exists(settings.SHOUWEN_MAILBOX_MOVE_TO):
            mailbox.folder.create(settings.SHOUWEN_MAILBOX_MOVE_TO)
        mailbox.move(uid, settings.SHOUWEN_MAILBOX_MOVE_TO)
    elif after == "delete":
        mailbox.delete(uid)
    else:  # not imap-tools' flag(): it also expunges what others have marked as deleted
        mailbox.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
