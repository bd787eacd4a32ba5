"""Mails for the tests, in as few words as can be."""

from email.message import EmailMessage
from typing import Any

US = "complaints@bank.example"
CUSTOMER = "ruoshui@customer.example"


def mail(
    text: str = "排队两小时无人疏导，请处理。",
    *,
    sender: str = f"欧阳若水 <{CUSTOMER}>",
    to: str = US,
    subject: str = "柜台排队太久",
    message_id: str = "<first@customer.example>",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: Any,
) -> bytes:
    message = EmailMessage()
    if sender:
        message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Tue, 03 Mar 2026 09:00:00 +0800"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
