"""`shouwen mailbox`: poll once, or listen for the bank's mail relay."""

import argparse
import importlib.util
import signal
import sys
import threading
from collections.abc import Sequence

from django.conf import settings

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.mailbox.polling import poll


def main(arguments: Sequence[str]) -> int:
    """邮箱: `poll` fetches once; `listen` receives by SMTP until it is told to stop."""
    parser = argparse.ArgumentParser(prog="shouwen mailbox", description="投诉邮箱 · the complaints' mailbox")
    parser.add_argument("do", choices=["poll", "listen"], help="poll：收取一次 fetch once；listen：接收 SMTP receive")
    given = parser.parse_args(arguments)
    return _poll() if given.do == "poll" else _listen()


def _poll() -> int:
    if not settings.SHOUWEN_MAILBOX_URL:
        raise Refusal(
            "mailbox-not-set",
            Text(
                "还没有设置邮箱。请设 SHOUWEN_MAILBOX_URL，如 imaps://user:password@mail.example/INBOX。",
                "No mailbox is set. Set SHOUWEN_MAILBOX_URL, such as imaps://user:password@mail.example/INBOX.",
            ),
        )
    taken = poll()
    print(f"已处理 {taken} 封来信 · {taken} mails taken")
    return 0


def _listen() -> int:
    if importlib.util.find_spec("aiosmtpd") is None:
        raise Refusal(
            "extra-missing",
            Text(
                "接收 SMTP 需要安装可选组件：shouwen[smtp]。", "To receive by SMTP, install the extra: shouwen[smtp]."
            ),
        )
    if not settings.SHOUWEN_SMTP_LISTEN or not settings.SHOUWEN_MAILBOX_ADDRESSES:
        raise Refusal(
            "listener-not-set",
            Text(
                "请设置 SHOUWEN_SMTP_LISTEN（如 127.0.0.1:2525）和 SHOUWEN_MAILBOX_ADDRESSES（本行投诉邮箱地址）。",
                "Set SHOUWEN_SMTP_LISTEN (such as 127.0.0.1:2525) and SHOUWEN_MAILBOX_ADDRESSES (the bank's own addresses).",
            ),
        )
    from shouwen.intake.mailbox.listening import Listener

    host, _, port = settings.SHOUWEN_SMTP_LISTEN.rpartition(":")
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    listener = Listener(host.strip("[]"), int(port))
    listener.start()
    print(f"正在接收 · receiving at {host}:{port}", file=sys.stderr, flush=True)
    told.wait()
    listener.stop()
    return 0
