"""查验附件: what a complaint takes. Refused, with a sentence: an empty or oversized file, a kind that a complaint does not need, content that is
not what the name says, more files than one complaint may have, malware.
"""

from hashlib import sha256
from pathlib import PurePosixPath

import filetype
import msgspec

from shouwen.casework.files.malware import require_clean
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

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


def digest_of(content: bytes) -> str:
    """By which a file is kept and found: SHA-256 of its content, in hexadecimal."""
    return sha256(content).hexdigest()


def safe_name(name: str) -> str:
    """The last part of the name, without control characters; its extension is kept when it is too long."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    stem, dot, extension = printable.rpartition(".")
    return f"{stem[:NAME_LENGTH]}{dot}{extension[:10]}" if dot else printable[:NAME_LENGTH]


class CheckedFile(msgspec.Struct, frozen=True):
    """查过的附件: what a complaint may take."""

    name: str
    content: bytes
    media_type: str
    digest: str


def checked(name: str, content: bytes, *, others: int = 0) -> CheckedFile:
    """A file that a complaint with so many `others` may take; refused else, before anything is stored.

    `RefusedForNow` while nobody can say whether it is clean.
    """
    name = safe_name(name)
    extension = name.rpartition(".")[2].lower()
    if not content:
        raise _refused("file-empty", "文件是空的，请检查后重新选择。", "The file is empty. Check it and choose again.")
    if len(content) > MOST_BYTES:
        raise _refused(
            "file-too-large",
            "文件超过20 MB，请压缩或拆分后再上传。",
            "The file is larger than 20 MB. Compress or split it.",
        )
    require_room(others)
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
    require_clean(content)
    return CheckedFile(name, content, KINDS[extension], digest_of(content))


def require_room(others: int) -> None:
    """Refused: one more file beside so many others."""
    if others >= MOST_FILES:
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
