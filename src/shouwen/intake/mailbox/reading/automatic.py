"""自动邮件: the signs by which auto-replies, bounces and mails of machines are known. They are listed, never answered."""

import re
from collections.abc import Callable
from email.message import Message

from shouwen.core.text import Text

MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+=._-].*)?@", re.IGNORECASE)
SUBJECTS = re.compile(
    r"^\s*(自动回复|自動回覆|自動回復|automatic reply|auto[- ]?reply|auto:|out of (the )?office|autoreply)",
    re.IGNORECASE,
)
SUPPRESSED = re.compile(r"\b(all|autoreply|oof)\b", re.IGNORECASE)
PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
REPORTS = frozenset({"multipart/report", "message/delivery-status", "message/disposition-notification"})
REPLIERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autoresponder", "X-FC-MachineGenerated")

KINDS = {
    "bounce": Text("退信或投递通知", "A bounce or delivery notice"),
    "auto-reply": Text("自动回复", "An automatic reply"),
    "machine": Text("由程序发出，不接受回信", "Sent by a program that takes no answer"),
    "list": Text("邮件列表或群发", "A mailing list or bulk mail"),
    "no-return-path": Text("退回地址为空，多为系统通知", "An empty return path: usually a notice of a mail system"),
    "own-address": Text("发自本行自己的投诉邮箱，防止循环", "Sent from our own address; stopped so that nothing goes in circles"),
    "spam": Text("邮件网关标记为垃圾邮件", "Marked as spam by the mail gateway"),
}  # fmt: skip


def kind_of(message: Message, sender: str, subject: str) -> str:
    """One of `KINDS`, or empty for a mail that a person seems to have written."""

    def header(name: str) -> str:
        return str(message.get(name, "")).strip().lower()

    signs: tuple[tuple[str, Callable[[], object]], ...] = (
        ("bounce", lambda: message.get_content_type() in REPORTS or header("X-Failed-Recipients")),
        ("bounce", lambda: re.match(r"(mailer-daemon|postmaster)@", sender, re.IGNORECASE)),
        ("auto-reply", lambda: header("Auto-Submitted") and header("Auto-Submitted").partition(";")[0] != "no"),
        ("auto-reply", lambda: any(header(name) for name in REPLIERS)),
        ("auto-reply", lambda: SUPPRESSED.search(header("X-Auto-Response-Suppress"))),
        ("auto-reply", lambda: header("Precedence") in {"auto_reply", "auto-reply"} or SUBJECTS.match(subject)),
        ("list", lambda: header("Precedence") in PRECEDENCES or header("List-Id")),
        ("no-return-path", lambda: "<>" in str(message.get("Return-Path", "")).split()),
        ("machine", lambda: MACHINES.match(sender)),
        ("spam", lambda: header("X-Spam-Flag") == "yes"),
    )
    return next((kind for kind, is_so in signs if is_so()), "")
