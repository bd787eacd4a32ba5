"""附件: kept outside the database, sealed under the complaint's own data key, found by the digest of their content.

Refused, with a sentence: an empty or oversized file, a kind that a complaint does not need, content that is not what the
name says, more files than one complaint may have.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path, PurePosixPath

import filetype
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.vault import Vault
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.recording import AttachFile, OpenFile
from shouwen.core.complaint.state import Attachment
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 50
NAME_LENGTH = 120
PLAIN_TEXT = {"txt": "text/plain", "csv": "text/csv", "eml": "message/rfc822"}
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "mp3": "audio/mpeg",
    "wav": "audio/x-wav",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    **PLAIN_TEXT,
}
FAMILIES = {
    "docx": {"docx", "zip"},
    "xlsx": {"xlsx", "zip"},
    "doc": {"doc", "xls", "ppt"},
    "xls": {"doc", "xls", "ppt"},
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def attach(complaint: Complaint, *, name: str, content: bytes, actor: Actor, key: str | None = None) -> Complaint:
    """上传附件: check the file, put it on the journal, seal and store it. What the journal refuses is never stored.

    The file is written while the complaint's row is locked, after the journal has taken it and before both become true together:
    so the second of two clicks can neither take the file of the first away nor leave a journal without its file. Nothing here
    removes a file; one that a crash left behind is sealed, and becomes the file of the next attempt. `key` makes a second
    sending of the same form harmless.
    """
    name = safe_name(name)
    extension = checked(name, content)
    digest = digest_of(content)
    command = AttachFile(digest=digest, name=name, size=len(content), media_type=KINDS[extension])
    with transaction.atomic():
        after = handle(command, actor=actor, complaint=complaint.id, key=key)
        _require_room(after)
        path = _path(complaint.id, digest)
        if not path.exists():
            _write(path, Vault.open(complaint.id).seal_bytes(content, _purpose(digest)))
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
    path = _path(complaint.id, attachment.digest)
    if not path.exists():
        raise Refusal(
            "file-gone",
            Text(
                "附件文件不在存储中，请联系系统管理员从备份恢复。",
                "The file is not in the store. Ask the administrator to restore it from a backup.",
            ),
        )
    return Vault.open(complaint.id).open_bytes(path.read_bytes(), _purpose(attachment.digest))


def digest_of(content: bytes) -> str:
    """By which a file is kept and found: SHA-256 of its content, in hexadecimal."""
    return sha256(content).hexdigest()


def safe_name(name: str) -> str:
    """The last part of the name, without control characters; its extension is kept when it is too long."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    stem, dot, extension = printable.rpartition(".")
    return f"{stem[:NAME_LENGTH]}{dot}{extension[:10]}" if dot else printable[:NAME_LENGTH]


def checked(name: str, content: bytes, *, others: int = 0) -> str:
    """The extension of a file that a complaint with so many `others` may take; refused else, before anything is stored."""
    extension = safe_name(name).rpartition(".")[2].lower()
    if not content:
        raise _refused("file-empty", "文件是空的，请检查后重新选择。", "The file is empty. Check it and choose again.")
    if len(content) > MOST_BYTES:
        raise _refused(
            "file-too-large",
            "文件超过20 MB，请压缩或拆分后再上传。",
            "The file is larger than 20 MB. Compress or split it.",
        )
    if others >= MOST_FILES:
        raise _refused(
            "too-many-files",
            f"一件投诉最多{MOST_FILES}个附件，请合并后再上传。",
            f"A complaint has at most {MOST_FILES} files. Combine some of them.",
        )
    if extension not in KINDS:
        raise _refused(
            "file-kind",
            f"不接受这种文件。可以上传：{'、'.join(KINDS)}。",
            f"This kind of file is not accepted. Possible are: {', '.join(KINDS)}.",
        )
    if not _is_what_it_says(extension, content):
        raise _refused(
            "file-content",
            f"文件内容不是“{extension}”格式，请检查后重新选择。",
            f"The content is not “{extension}”. Check the file and choose again.",
        )
    return extension


def _require_room(complaint: Complaint) -> None:
    if len(complaint.attachments) > MOST_FILES:
        raise _refused(
            "too-many-files",
            f"一件投诉最多{MOST_FILES}个附件，请合并后再上传。",
            f"A complaint has at most {MOST_FILES} files. Combine some of them.",
        )


def _is_what_it_says(extension: str, content: bytes) -> bool:
    if extension in PLAIN_TEXT:
        return b"\0" not in content and filetype.guess(content) is None
    if extension in ("doc", "xls"):
        return content.startswith(OLD_OFFICE)
    found = filetype.guess_extension(content)
    same = {"jpeg": "jpg"}.get(extension, extension)
    return found in FAMILIES.get(extension, {same, extension})


def _refused(rule: str, zh: str, en: str) -> Refusal:
    return Refusal(rule, Text(zh, en), field="file")


def _path(complaint_id: int, digest: str) -> Path:
    return Path(settings.SHOUWEN_FILES) / f"{complaint_id % 1000:03d}" / str(complaint_id) / digest


def _purpose(digest: str) -> str:
    return f"file:{digest}"


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
