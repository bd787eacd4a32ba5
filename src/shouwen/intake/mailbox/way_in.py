"""电子邮件: what docs/channels.md says of the mailbox, where mails come in by themselves (mission A1)."""

from shouwen.core.text import Text

CODE = "email"
ENTRY: tuple[str, ...] = ("/mailbox/", "/register/?channel=email", "/api/v1/complaints")
SETTINGS: tuple[str, ...] = (
    "SHOUWEN_MAILBOX_URL",
    "SHOUWEN_MAILBOX_ADDRESSES",
    "SHOUWEN_MAILBOX_UNIT",
    "SHOUWEN_SMTP_LISTEN",
)
REFUSES: tuple[Text, ...] = (
    Text(
        "自动回复、退信、群发、空退回地址和本行自己的邮件，无法识别或过大的邮件，同一发件人每小时超过30封：不登记，列在“来信”中由人工处理；"
        "不合规的附件（投诉照常登记，并写明未收下哪个文件）",
        "Auto-replies, bounces, bulk mail, an empty return path, our own address; what cannot be read or is too large; more than 30 an "
        "hour from one sender: not registered but listed under /mailbox/ for a person. A file that is not accepted (the complaint is "
        "registered all the same and says which file was not taken)",
    ),
)
