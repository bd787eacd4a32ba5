"""电子邮件: plain text over the bank's SMTP server (SHOUWEN_EMAIL_URL)."""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import Letter, NotSent


class Email:
    """One mail to one address. A second copy has the same Message-ID, by which mail programs and our mailbox know it again."""

    title = Text("电子邮件", "E-mail")

    def configured(self) -> bool:
        return bool(settings.SHOUWEN_EMAIL)

    def send(self, letter: Letter) -> None:
        _require_address(letter.address)
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        headers = {
            "Message-ID": f"<{letter.number or 'shouwen'}.{letter.id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
        subject = " ".join(letter.subject.split())
        mail = EmailMessage(subject, letter.text, to=[letter.address], headers=headers, connection=get_connection())
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            raise _refused(error) from error
        except smtplib.SMTPServerDisconnected as error:
            raise NotSent(
                Text("邮件服务器中断了连接，可能已收到。", "The mail server hung up and may have it."), unsure=True
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(
                Text("邮件服务器无法连接。", "The mail server could not be reached."),
                unsure=isinstance(error, TimeoutError),
            ) from error


def _require_address(address: str) -> None:
    """What is no address could be split into several, or bring a header of its own."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotSent(
            Text("邮箱地址的写法有误，无法发送。", "The e-mail address is not well formed."), again=False
        ) from error


def _refused(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> NotSent:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((reply[0] for reply in error.recipients.values()), default=0)
    else:
        code = error.smtp_code
    return NotSent(
        Text(
            f"邮件服务器拒绝了邮件（SMTP {code}）。请核对邮箱地址和邮件服务器设置。",
            f"The mail server refused the mail (SMTP {code}). Check the address and the server's settings.",
        ),
        # A wrong password (535) is the bank's own mistake and will be put right; a refused recipient stays refused.
        again=not (500 <= code < 600) or isinstance(error, smtplib.SMTPAuthenticationError),
    )
