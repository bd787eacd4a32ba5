"""附件: kept outside the database, sealed under the complaint's own data key, found by the digest of their content."""

from django.db import transaction
from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.files import store
from shouwen.casework.files.checks import CheckedFile, require_room
from shouwen.casework.vault import Vault
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.recording import AttachFile, OpenFile
from shouwen.core.complaint.state import Attachment
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar


def attach(complaint: Complaint, file: CheckedFile, *, actor: Actor, key: str | None = None) -> Complaint:
    """上传附件: put a checked file on the journal, seal and store it. What the journal or the store refuses leaves nothing behind.

    The file is written while the complaint's row is locked, after the journal has taken it and before both become true together:
    so the second of two clicks can neither take the file of the first away nor leave a journal without its file. Nothing here
    removes a file; one that a crash left behind is sealed, and becomes the file of the next attempt. `key` makes a second
    sending of the same form harmless.
    """
    command = AttachFile(digest=file.digest, name=file.name, size=len(file.content), media_type=file.media_type)
    with transaction.atomic():
        after = handle(command, actor=actor, complaint=complaint.id, key=key)
        require_room(len(after.attachments) - 1)
        place = _place(complaint.id, file.digest)
        if not store.exists(place):
            store.write(place, Vault.open(complaint.id).seal_bytes(file.content, _purpose(file.digest)))
    return after


def open_file(complaint: Complaint, attachment: Attachment, *, actor: Actor) -> bytes:
    """打开附件: the file in clear, for those whose duty needs it; on the journal once for each person, file and day."""
    content = read(complaint, attachment)
    day = working_calendar().local_date(timezone.now())
    key = f"open-file:{attachment.digest}:{day}"
    handle(OpenFile(digest=attachment.digest), actor=actor, complaint=complaint.id, key=key)
    return content


def read(complaint: Complaint, attachment: Attachment) -> bytes:
    """The file in clear. Refused when it is no longer there."""
    sealed = store.read(_place(complaint.id, attachment.digest))
    if sealed is None:
        raise Refusal(
            "file-gone",
            Text(
                "附件文件不在存储中，请联系系统管理员从备份恢复。",
                "The file is not in the store. Ask the administrator to restore it from a backup.",
            ),
        )
    return Vault.open(complaint.id).open_bytes(sealed, _purpose(attachment.digest))


def _place(complaint_id: int, digest: str) -> str:
    return f"{complaint_id % 1000:03d}/{complaint_id}/{digest}"


def _purpose(digest: str) -> str:
    return f"file:{digest}"
