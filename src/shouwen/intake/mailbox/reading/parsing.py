"""邮件解析: the raw source of a mail as a frozen `Mail`. No database, no clock, no network.

Whatever a stranger sends either becomes a `Mail` or raises `Unreadable` with a reason; nothing else comes out.
"""

import email
import mimetypes
import re
from datetime import UTC, datetime
from email.errors import InvalidBase64LengthDefect, MessageError
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

import msgspec
from tnefparse import TNEF

from shouwen.core.text import Text
from shouwen.intake.mailbox.reading import automatic, plain_text
from shouwen.intake.mailbox.reading.charsets import clean, decode, decode_header, lenient_base64, raw_bytes

DEEPEST = 25
MOST_PARTS = 1000
MOST_REFERENCES = 100
LONGEST_ID = 998
ADDRESS = re.compile(r"[^@\s<>\"(),;:]{1,64}@[^@\s<>\"(),;:]{1,190}")
MESSAGE_ID = re.compile(r"<\s*([^<>\s]{3,998})\s*>")
TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
REPORT_TYPES = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
FORWARDED = "———— 转发的邮件 Forwarded mail ————"

# What the parsers of the standard library and of tnefparse raise on broken input. Anything else is our own mistake.
BROKEN = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError, EOFError,
)  # fmt: skip

UNREADABLE = {
    "broken": Text("邮件格式损坏，无法解析", "The mail is broken and cannot be parsed"),
    "too-deep": Text("邮件嵌套层数过多", "The mail is nested too deeply"),
    "too-many-parts": Text("邮件部分过多", "The mail has too many parts"),
    "empty": Text("邮件没有主题、正文和附件", "The mail has neither subject nor text nor attachment"),
}


class Unreadable(Exception):
    """A mail that only a person can make sense of. `reason` is a key of `UNREADABLE`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailFile(msgspec.Struct, frozen=True):
    """附件 or inline picture, as the mail names it; nothing is believed about its content."""

    name: str
    media_type: str
    content: bytes


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """来信. Texts are clean: no NUL, no halves of characters. `date` is what the sender's clock said (UTC), or none.

    `references` are the message ids that it answers, the nearest first; `automatic` is a key of `automatic.KINDS` or empty;
    `charset` is the one that the body, or else the subject, was read in. `sender` is what the mail claims, and proves nothing.
    """

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    files: tuple[MailFile, ...]
    references: tuple[str, ...]
    number_named: str
    automatic: str
    charset: str

    @property
    def is_automatic(self) -> bool:
        return bool(self.automatic)


class _AsSent(Compat32):
    """Headers exactly as they came, bytes beyond ASCII as surrogates, so that we read their charset and not the library."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


def parse(raw: bytes) -> Mail:
    """The mail. Raises `Unreadable`."""
    try:
        return _parsed(email.message_from_bytes(raw, policy=_AsSent()))
    except BROKEN as error:
        raise Unreadable("broken") from error


def _parsed(message: Message) -> Mail:
    subject = decode_header(_header(message, "Subject"))
    name, address = _sender(message)
    body = _Body()
    body.read(message, 0)
    text = "\n\n".join(words for words in body.texts if words).strip()
    if not (subject.text or text or body.files):
        raise Unreadable("empty")
    return Mail(
        message_id=next(iter(_ids(_header(message, "Message-ID"))), ""),
        sender=address,
        sender_name=name,
        recipients=_recipients(message),
        subject=subject.text,
        date=_date(_header(message, "Date")),
        text=text,
        files=tuple(body.files),
        references=_references(message, body),
        number_named=_header(message, "X-Shouwen-Complaint").strip()[:40],
        automatic=automatic.kind_of(message, address, subject.text),
        charset=next((charset for charset in body.charsets if charset != "us-ascii"), subject.charset),
    )


def _header(message: Message, name: str) -> str:
    return str(message.get(name, ""))


def _sender(message: Message) -> tuple[str, str]:
    """Name and address of the first sender; an address that is none is empty."""
    for header in ("From", "Sender"):
        value = _header(message, header)[:4000]
        name, address = parseaddr(value)
        found = ADDRESS.search(clean(address)) or ADDRESS.search(clean(value))
        if found:
            words = decode_header(name).text.strip("\"' ")
            return ("" if words == found[0] else words[:100], found[0])
    return "", ""


def _recipients(message: Message) -> tuple[str, ...]:
    listed = [
        str(value)[:4000]
        for header in ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
        for value in message.get_all(header, [])[:5]
    ]
    addresses = (clean(address) for _, address in getaddresses(listed))
    return tuple(dict.fromkeys(address for address in addresses if ADDRESS.fullmatch(address)))[:50]


def _ids(header: str) -> list[str]:
    return [found for found in MESSAGE_ID.findall(clean(header[:50_000])) if len(found) <= LONGEST_ID]


def _references(message: Message, body: "_Body") -> tuple[str, ...]:
    answered = [*_ids(_header(message, "In-Reply-To")), *reversed(_ids(_header(message, "References")))]
    return tuple(dict.fromkeys([*answered, *body.reported]))[:MOST_REFERENCES]


def _date(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(clean(header[:200]))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # a date that nobody can read is a date that is not there


class _Body:
    """What is found on the way through the parts: texts, files, and the ids of mails that a report is about."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.charsets: list[str] = []
        self.files: list[MailFile] = []
        self.reported: list[str] = []
        self._parts = 0

    def read(self, part: Message, depth: int) -> None:
        self._parts += 1
        if depth > DEEPEST:
            raise Unreadable("too-deep")
        if self._parts > MOST_PARTS:
            raise Unreadable("too-many-parts")
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind in REPORT_TYPES:
            self._report(part)
        elif isinstance(inner, list) and part.get_content_maintype() == "message":
            self._forwarded(part, [each for each in inner if isinstance(each, Message)], depth)
        elif kind == "multipart/alternative" and isinstance(inner, list):
            self._alternative([each for each in inner if isinstance(each, Message)], depth)
        elif isinstance(inner, list):
            for each in inner:
                if isinstance(each, Message):
                    self.read(each, depth + 1)
        else:
            self._leaf(part, kind)

    def _alternative(self, choices: list[Message], depth: int) -> None:
        """The plain text where there is one, else the first that has words; files within any of them are kept."""
        read: list[tuple[bool, list[str]]] = []
        for choice in choices:
            before = len(self.texts)
            self.read(choice, depth + 1)
            found, self.texts = self.texts[before:], self.texts[:before]
            read.append((choice.get_content_type() != "text/plain", found))
        invitations = [words for choice, (_, words) in zip(choices, read, strict=True) if _is_calendar(choice)]
        spoken = [
            (rich, words)
            for choice, (rich, words) in zip(choices, read, strict=True)
            if any(words) and not _is_calendar(choice)
        ]
        if spoken:
            self.texts += min(spoken, key=lambda one: one[0])[1]
        for words in invitations:
            self.texts += words

    def _leaf(self, part: Message, kind: str) -> None:
        name = _file_name(part)
        content = _content(part)
        is_file = bool(name) or part.get_content_disposition() == "attachment"
        if kind in TNEF_TYPES or name.lower() == "winmail.dat":
            self._winmail(name or "winmail.dat", kind, content)
        elif kind == "text/calendar":
            self._say(plain_text.of_calendar(self._decoded(part, content)))
        elif kind == "text/html" and not is_file:
            self._say(plain_text.of_html(self._decoded(part, content)))
        elif part.get_content_maintype() in ("text", "multipart") and not is_file:  # a multipart that has no parts
            self._say(self._decoded(part, content))
        elif content:
            self.files.append(MailFile(name or self._made_up_name(kind), kind[:100], content))

    def _decoded(self, part: Message, content: bytes) -> str:
        label = part.get_param("charset", "")
        found = decode(content, _word(label) or _label_in_html(content))
        self.charsets.append(found.charset)
        return found.text

    def _say(self, words: str) -> None:
        self.texts.append(words.strip())

    def _made_up_name(self, kind: str) -> str:
        extension = mimetypes.guess_extension(kind) or ".bin"
        return f"附件{len(self.files) + 1}{extension}"

    def _report(self, part: Message) -> None:
        """A delivery or read report: its words, and the ids of the mail that it is about."""
        inner = part.get_payload()
        blocks = inner if isinstance(inner, list) else [part]
        for block in blocks:
            if isinstance(block, Message):
                self._say("\n".join(f"{name}: {decode_header(value).text}" for name, value in block.items()))
                for name, value in block.items():
                    self.reported += _ids(value) if "message-id" in name.lower() else []
        if not isinstance(inner, list):
            words = decode(_content(part)).text
            self.reported += _ids("\n".join(re.findall(r"(?im)^message-id:.*(?:\n[ \t].*)?", words)))
            self._say(words)

    def _forwarded(self, part: Message, messages: list[Message], depth: int) -> None:
        """转发的邮件: its words join ours, and the whole of it is kept as a file."""
        for message in messages:
            subject = decode_header(_header(message, "Subject")).text
            self.reported += _ids(_header(message, "Message-ID"))
            self._say(f"{FORWARDED}\n{subject}")
            self.read(message, depth + 1)
            content = _source(message)
            if content:
                name = _file_name(part) or f"{subject[:60] or 'mail'}.eml"
                self.files.append(MailFile(name, "message/rfc822", content))

    def _winmail(self, name: str, kind: str, content: bytes) -> None:
        """Outlook's winmail.dat (TNEF): the text and files inside; the thing itself, where it cannot be opened."""
        try:
            packed = TNEF(content, do_checksum=False)
            body = packed.body or packed.htmlbody or ""
            inside = [(each.long_filename(), each.data) for each in packed.attachments]
        except BROKEN:
            body, inside = "", []
        if not body and not inside:
            self.files.append(MailFile(name, kind[:100], content))
            return
        words = decode(body).text if isinstance(body, bytes) else clean(str(body))
        self._say(words if packed.body else plain_text.of_html(words))
        for title, inner in inside:
            if inner:
                words = decode(title).text if isinstance(title, bytes) else clean(str(title))
                media_type = mimetypes.guess_type(words)[0] or "application/octet-stream"
                self.files.append(MailFile(words or self._made_up_name(media_type), media_type, bytes(inner)))


def _is_calendar(part: Message) -> bool:
    return part.get_content_type() == "text/calendar"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    if any(isinstance(defect, InvalidBase64LengthDefect) for defect in part.defects):
        lines = str(part.get_payload()).split("\n")
        return b"".join(lenient_base64(line) for line in lines)  # by line, so that one broken line spoils no other
    return content if isinstance(content, bytes) else b""


def _source(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except BROKEN:
        return b""  # its words were read already, and the raw source of the whole mail is kept


def _word(parameter: object) -> str:
    value = parameter[2] if isinstance(parameter, tuple) else parameter
    return str(value or "")


def _label_in_html(content: bytes) -> str:
    found = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,20})", content[:2000], re.IGNORECASE)
    return found[1].decode("ascii") if found else ""


def _file_name(part: Message) -> str:
    """The name that the sender gave, in whichever of the four ways in which mail programs write it."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        value = part.get_param(parameter, "", header)
        if isinstance(value, tuple):
            charset, _, words = value
            name = decode(str(words).encode("latin-1", "replace"), str(charset or "")).text
        else:
            name = decode_header(str(value or "")).text
        name = " ".join(name.split())
        if name:
            return name[:200]
    return ""


def raw_header(name: str, value: str) -> bytes:
    """One header line to stand before a raw mail; line breaks in the value would begin another header and are dropped."""
    return raw_bytes(f"{name}: {' '.join(value.split())}\r\n")
