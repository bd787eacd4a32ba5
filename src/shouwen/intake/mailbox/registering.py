"""来信受理: a stored mail becomes a complaint, is added to one, or waits for a person. One transaction, once for each mail.

A mail proves nothing about who sent it. It may add words and files to the complaint that its headers name; it withdraws
nothing, changes no contact data, and nothing about a complaint goes back to its sender.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from shouwen.casework import attempts, files, privacy
from shouwen.casework.door import handle
from shouwen.casework.vault import FIELD_LENGTH, Details, Vault
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.customer import AddStatement
from shouwen.core.complaint.receiving import EARLIEST_RECEIPT, Register
from shouwen.core.people import Actor, Unit, UnitKind
from shouwen.core.refusal import Refusal, RefusedForNow
from shouwen.core.text import Text
from shouwen.intake.mailbox.keeping import give_to_complaint, raw_source
from shouwen.intake.mailbox.models import IncomingMail, State
from shouwen.intake.mailbox.reading.parsing import Mail, MailFile, Unreadable, parse
from shouwen.intake.mailbox.threads import complaint_of, is_ours, message_index
from shouwen.organisation.directory import directory

log = structlog.get_logger()
MAILBOX = Actor(person=None, system="mailbox")
MOST_PER_SENDER = 30
PER_SENDER = timedelta(hours=1)
MOST_TRIES = 3
LONGEST_WAIT = timedelta(hours=1)
"""After its receipt a mail waits so long for the virus scanner or the store of files; then for a person. Source: bank-default."""
LONGEST_TEXT = 40_000
"""A statement may have 50,000 characters, and sealing makes texts longer."""
LONGEST_SUBJECT = 180
NO_TEXT = "（邮件没有正文，请看附件和主题）"
NO_SUBJECT = "（邮件没有主题）"
CUT = "\n\n（正文过长，全文见附件“邮件全文.txt”。The whole text is in the attached file.）"
OTHER_SENDER = "（发件地址与登记的电子邮箱不同，未核实身份。The sender's address is not the one on record; identity unverified.）\n\n"
NOT_TAKEN = "以下附件未收入，随邮件原件封存 · Attachments not taken, kept with the sealed mail:"


def take_waiting() -> int:
    """Take every mail that is stored and new, the oldest first; returns how many. Raises at the end what failed on the way."""
    failures: list[Exception] = []
    taken = 0
    for mail_id in IncomingMail.objects.filter(state=State.NEW).order_by("id").values_list("id", flat=True):
        try:
            taken += take(mail_id)
        except Exception as failure:  # one mail that the program cannot take must not keep the others waiting
            log.exception("mail not taken", mail=mail_id)
            failures.append(failure)
    if failures:
        raise ExceptionGroup("mails not taken", failures)
    return taken


def take(mail_id: int) -> bool:
    """Take one stored mail; whether it was taken. Does nothing when it was taken before. One that fails three times waits for a person.

    Nothing of it is taken while its files cannot be searched or kept: the next poll tries again.
    """
    IncomingMail.objects.filter(id=mail_id, state=State.NEW).update(tries=F("tries") + 1)
    try:
        return _take_one(mail_id)
    except RefusedForNow as refusal:
        log.warning("mail waits", mail=mail_id, rule=refusal.rule)
        IncomingMail.objects.filter(id=mail_id, state=State.NEW).update(tries=F("tries") - 1)
        return False


def _take_one(mail_id: int) -> bool:
    with transaction.atomic():
        # One after the other: two copies of one mail that come at once must see each other.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwen.mailbox.take'))")
        row = IncomingMail.objects.select_for_update().filter(id=mail_id, state=State.NEW).first()
        if row is None:
            return False
        if row.tries > MOST_TRIES:
            row.state, row.reason = State.UNREADABLE, "failed"
        else:
            _take(row)
        row.save()
    log.info("mail taken", mail=row.id, state=str(row.state), reason=row.reason)
    return True


def _take(row: IncomingMail) -> None:
    raw = raw_source(row)
    try:
        mail = parse(raw)
    except Unreadable as unreadable:
        row.state, row.reason = State.UNREADABLE, unreadable.reason
        return
    row.message_index = message_index(mail.message_id)
    row.content_index = _content_index(mail)
    found = complaint_of(mail)
    why = _why_automatic(mail)
    if why:
        row.state, row.reason, row.complaint_id = State.AUTOMATIC, why, found.id if found else None
        return
    earlier = _came_before(row)
    if earlier is not None:
        row.state, row.complaint_id = State.DUPLICATE, earlier.complaint_id
        return
    try:
        with transaction.atomic():
            complaint = _add(mail, found, row) if found and found.stage.is_open else _register(mail, found, row)
    except Refusal as refusal:
        if isinstance(refusal, RefusedForNow) and timezone.now() - row.received_at < LONGEST_WAIT:
            raise
        row.state, row.reason = State.REFUSED, refusal.rule[:64]
        return
    row.state = State.ADDED if found and found.id == complaint.id else State.REGISTERED
    give_to_complaint(row, raw, complaint.id)


def _why_automatic(mail: Mail) -> str:
    if mail.sender and is_ours(mail.sender):
        return "own-address"
    if mail.automatic:
        return mail.automatic
    is_allowed = attempts.allowed("mail", mail.sender.lower(), most=MOST_PER_SENDER, per=PER_SENDER, now=timezone.now())
    return "" if is_allowed else "too-many"


def _content_index(mail: Mail) -> bytes | None:
    """What tells a second copy of the same mail, which came another way; a mail without an id is never taken for one."""
    if not mail.message_id:
        return None
    said = "\0".join(
        [mail.message_id, mail.sender, mail.subject, mail.text, *(files.digest_of(file.content) for file in mail.files)]
    )
    return privacy.keyring().blind_index("mail-content", said)


def _came_before(row: IncomingMail) -> IncomingMail | None:
    if row.content_index is None:
        return None
    same = IncomingMail.objects.filter(content_index=row.content_index, complaint_id__isnull=False).exclude(id=row.id)
    return same.exclude(state=State.AUTOMATIC).defer("sealed").order_by("id").first()


def receiving_unit() -> Unit:
    """受理单位 of the mailbox: the one in the settings, else the hotline centre."""
    code = settings.SHOUWEN_MAILBOX_UNIT
    units = directory().open_units()
    unit = (
        directory().unit_by_code(code) if code else next((one for one in units if one.kind is UnitKind.HOTLINE), None)
    )
    if unit is None:
        raise Refusal(
            "unit-unknown",
            Text(
                f"没有受理来信的机构“{code}”，请检查设置 SHOUWEN_MAILBOX_UNIT。",
                f"There is no unit “{code}” to receive mails. Check the setting SHOUWEN_MAILBOX_UNIT.",
            ),
        )
    return unit


def _register(mail: Mail, ended: Complaint | None, row: IncomingMail) -> Complaint:
    """登记 as a new complaint; one that answers an ended complaint is linked to it."""
    text, kept, refused = _said(mail, 0)
    command = Register(
        channel="email",
        channel_facts=facts_of(mail),
        received_at=row.received_at,
        receiving_unit=receiving_unit().id,
        subject=mail.subject[:LONGEST_SUBJECT] or NO_SUBJECT,
        statement=with_note(text or NO_TEXT, refused),
        earlier=(ended.number,) if ended else (),
    )
    complaint = handle(command, actor=MAILBOX, details=details_of(mail), key=_key(row))
    return attach_all(complaint, kept, MAILBOX)


def _add(mail: Mail, complaint: Complaint, row: IncomingMail) -> Complaint:
    """客户补充 to an open complaint, with a warning where the sender is not the one on record."""
    text, kept, refused = _said(mail, len(complaint.attachments))
    kept = [file for file in kept if not _is_attached(complaint, file)]
    on_record = Vault.open(complaint.id).details.email.strip().lower()
    warning = "" if mail.sender and mail.sender.lower() == on_record else OTHER_SENDER
    words = with_note(warning + (text or mail.subject or NO_TEXT), refused)
    handle(AddStatement(text=words, way="mail"), actor=MAILBOX, complaint=complaint.id, key=_key(row))
    return attach_all(complaint, kept, MAILBOX)


def _key(row: IncomingMail) -> str:
    return f"mail:{bytes(row.raw_digest).hex()}"


def details_of(mail: Mail) -> Details:
    """The contact as the mail gives it. An address that is too long to be one is left out."""
    email = mail.sender if len(mail.sender) <= FIELD_LENGTH else ""
    return Details(name=mail.sender_name, email=email)


def facts_of(mail: Mail) -> dict[str, str]:
    """The channel's own facts, cut to what the pack and the placeholders leave room for."""
    sent_at = mail.date.isoformat() if mail.date and _is_plausible(mail.date) else ""
    facts = {
        "message_id": mail.message_id[:500],
        "mail_subject": mail.subject[:LONGEST_SUBJECT],
        "mail_to": next((address for address in mail.recipients if is_ours(address)), "")[:200],
        "sent_at": sent_at,
    }
    return {code: value for code, value in facts.items() if value}


def _is_plausible(moment: datetime) -> bool:
    return EARLIEST_RECEIPT <= moment <= timezone.now() + timedelta(days=1)


def _said(mail: Mail, held: int) -> tuple[str, list[files.CheckedFile], list[str]]:
    """The words, the files that will be taken, and for each other its name with the reason."""
    offered = list(mail.files)
    text = mail.text
    if len(text) > LONGEST_TEXT:
        offered.insert(0, MailFile("邮件全文.txt", "text/plain", text.encode()))
        text = text[:LONGEST_TEXT] + CUT
    kept: dict[str, files.CheckedFile] = {}
    refused: list[str] = []
    for file in offered:
        try:
            checked = files.checked(file.name, file.content, others=held + len(kept))
            kept.setdefault(checked.digest, checked)
        except RefusedForNow:
            raise
        except Refusal as refusal:
            refused.append(f"{file.name[:60]}（{refusal.message.zh}）")
    return text, list(kept.values()), refused


def _is_attached(complaint: Complaint, file: files.CheckedFile) -> bool:
    return any(one.digest == file.digest for one in complaint.attachments)


def with_note(text: str, refused: list[str]) -> str:
    if not refused:
        return text
    shown = refused[:20] + (["……"] if len(refused) > 20 else [])
    return "\n".join([text, "", NOT_TAKEN, *(f"- {line}" for line in shown)])


def attach_all(complaint: Complaint, kept: list[files.CheckedFile], actor: Actor) -> Complaint:
    for file in kept:
        complaint = files.attach(complaint, file, actor=actor)
    return complaint
