"""处理原因: why a mail waits for a person, as codes that hold nothing personal and sentences for who reads them."""

from shouwen.core.text import Text
from shouwen.intake.mailbox.reading.automatic import KINDS
from shouwen.intake.mailbox.reading.parsing import UNREADABLE

REASONS = {
    **KINDS,
    **UNREADABLE,
    "too-many": Text("同一发件人短时间内来信过多", "Too many mails from one sender in a short time"),
    "too-large": Text(
        "邮件过大，只取了邮件头；原件仍在邮箱中", "The mail is too large; only its headers were taken, the rest is still in the mailbox"
    ),
    "scanner-away": Text("附件一直无法查毒，未收入；请登记后向客户索取", "Its files could not be searched for malware; register it and ask the customer for them"),
    "files-away": Text("附件存储一直不可用，附件未收入", "The store of files was out of reach, so its files were not taken"),
    "failed": Text("程序处理时多次出错，请联系系统管理员查看日志", "The program failed on it several times: the administrator finds why in the log"),
    "contact-missing": Text("没有可用的发件地址，无法答复", "There is no usable sender address, so nobody could be answered"),
    "nobody-responsible": Text("受理单位没有联系人，请先在“机构人员”中指定", "The receiving unit has no contact: name one under Organisation first"),
}  # fmt: skip
OTHER = Text("未能按规则登记，请人工处理", "It could not be registered by the rules; please take it by hand")


def reason_text(code: str) -> Text:
    return REASONS.get(code, OTHER)
