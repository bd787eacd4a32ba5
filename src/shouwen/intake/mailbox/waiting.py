"""待人工处理的来信: what waits for a person, as that person may see it, and what a person decides about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shouwen.casework import drafts, files
from shouwen.casework.door import handle
from shouwen.core import masking
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.recording import AddNote
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.mailbox.keeping import give_to_complaint, raw_source
from shouwen.intake.mailbox.models import FOR_A_PERSON, IncomingMail, State
from shouwen.intake.mailbox.reading.charsets import decode
from shouwen.intake.mailbox.reading.parsing import Mail, Unreadable, parse
from shouwen.intake.mailbox.reasons import reason_text
from shouwen.intake.mailbox.registering import LONGEST_SUBJECT, LONGEST_TEXT, details_of, facts_of, with_note

LONGEST_SHOWN = 20_000
LONGEST_REMARK = 500


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """来信 on the screen: masked plain text, never its HTML. `text` of an unreadable mail is the beginning of its source."""

    sender: str
    subject: str
    text: str
    is_cut: bool
    sent_at: datetime | None
    files: tuple[tuple[str, int], ...]
    is_readable: bool


def waiting() -> QuerySet[IncomingMail]:
    """What nobody has handled yet, the latest first."""
    rows = IncomingMail.objects.filter(state__in=FOR_A_PERSON, handled_at__isnull=True).defer("sealed")
    return rows.order_by("-received_at", "-id")


def shown(row: IncomingMail) -> Shown:
    raw = raw_source(row)
    mail = _parsed(raw)
    text = mail.text if mail else decode(raw[: LONGEST_SHOWN * 4]).text
    return Shown(
        sender=_masked_sender(mail) if mail else "",
        subject=_masked(mail.subject, mail) if mail else "",
        text=_masked(text[:LONGEST_SHOWN], mail),
        is_cut=len(text) > LONGEST_SHOWN or not mail,
        sent_at=mail.date if mail else None,
        files=tuple((_masked(file.name, mail), len(file.content)) for file in mail.files) if mail else (),
        is_readable=mail is not None,
    )


def _parsed(raw: bytes) -> Mail | None:
    try:
        return parse(raw)
    except Unreadable:
        return None  # it is shown as its source


def _masked(text: str, mail: Mail | None) -> str:
    return masking.seal(text, known=details_of(mail).known() if mail else []).text


def _masked_sender(mail: Mail) -> str:
    name = masking.mask_name(mail.sender_name) if mail.sender_name else ""
    return f"{name} {masking.mask_email(mail.sender)}".strip() if mail.sender else name


def to_draft(row: IncomingMail, staff_id: int) -> UUID:
    """登记草稿 of the mail, for the registration page. The mail leaves the list when that draft is registered."""
    mail = _parsed(raw_source(row))
    typed: drafts.Typed = {
        "channel": ["email"],
        "received_at": [f"{timezone.localtime(row.received_at):%Y-%m-%dT%H:%M}"],
    }
    if mail is not None:
        details, facts = details_of(mail), facts_of(mail)
        typed |= {
            "subject": [mail.subject[:LONGEST_SUBJECT]],
            "statement": [mail.text[:LONGEST_TEXT]],
            "name": [details.name],
            "email": [details.email],
        }
        typed |= {f"fact_{code}": [value] for code, value in facts.items() if code != "sent_at"}
        if mail.date and "sent_at" in facts:
            typed["fact_sent_at"] = [f"{timezone.localtime(mail.date):%Y-%m-%dT%H:%M}"]
    draft_id = drafts.save(staff_id, typed, row.draft_id)
    IncomingMail.objects.filter(id=row.id).update(draft_id=draft_id)
    return draft_id


def settle(draft_id: UUID | None, complaint: Complaint, actor: Actor) -> Complaint:
    """After an own draft was registered: the mail that it came from belongs to that complaint, and its files are attached; a note names those refused."""
    if draft_id is None or actor.id is None or drafts.open_draft(actor.id, draft_id) is None:
        return complaint
    return _settle(draft_id, complaint, actor)


@transaction.atomic
def _settle(draft_id: UUID, complaint: Complaint, actor: Actor) -> Complaint:
    row = _locked(draft_id=draft_id)
    if row is None:
        return complaint
    raw = raw_source(row)
    mail = _parsed(raw)
    refused: list[str] = []
    for file in mail.files if mail else ():
        try:
            complaint = files.attach(complaint, files.checked(file.name, file.content), actor=actor)
        except Refusal as refusal:
            refused.append(f"{file.name[:60]}（{refusal.message.zh}）")
    if refused:
        complaint = handle(AddNote(text=with_note("", refused).strip()), actor=actor, complaint=complaint.id)
    give_to_complaint(row, raw, complaint.id)
    row.state, row.handled_by, row.handled_at = State.REGISTERED, actor.id, timezone.now()
    row.save()
    return complaint


@transaction.atomic
def dismiss(row_id: int, actor: Actor, remark: str) -> None:
    """不予登记, with the reason. Refused without one, and when somebody else was faster."""
    remark = remark.strip()
    if not remark or len(remark) > LONGEST_REMARK:
        raise Refusal(
            "remark-missing",
            Text(
                f"请写明不登记的理由，最多 {LONGEST_REMARK} 个字。",
                f"Say why it is not registered, in {LONGEST_REMARK} characters at most.",
            ),
            field="remark",
        )
    row = _locked(id=row_id)
    if row is None:
        raise Refusal(
            "mail-handled",
            Text("这封来信已有人处理。请返回列表。", "Somebody has handled this mail already. Go back to the list."),
        )
    row.handled_by, row.handled_at = actor.id, timezone.now()
    row.remark = masking.seal(remark).text
    row.save(update_fields=["handled_by", "handled_at", "remark"])


def _locked(**which: Any) -> IncomingMail | None:
    rows = IncomingMail.objects.select_for_update().filter(state__in=FOR_A_PERSON, handled_at__isnull=True)
    return rows.filter(**which).first()


def why(row: IncomingMail) -> Text:
    return reason_text(row.reason)
