"""信件: a letter, typed at the desk with its scan as an attachment (mission A1). Its facts are the pack's."""

from datetime import date

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.text import Text

CODE = "letter"
ENTRY: tuple[str, ...] = ("/register/?channel=letter",)
REFUSES: tuple[Text, ...] = (
    Text(
        "未写姓名且未勾选匿名、没有任何回复方式的来信；不合规的扫描件（投诉照常登记，并说明哪个文件未收下）",
        "A letter with neither name nor “anonymous”, or without any way to answer; a scan that is not accepted (the complaint is "
        "registered all the same, and the page says which file was not taken)",
    ),
)


def checked(register: Register, channel: Channel) -> Register:
    return register


def at_once(register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
    return ()
