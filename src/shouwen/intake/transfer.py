"""上级行及政府部门转来: a slip with a document number and a date to answer by (mission B6). The door knows a number again."""

from datetime import date

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.text import Text

CODE = "transfer"
ENTRY: tuple[str, ...] = ("/register/?channel=transfer", "/register/slips/")
REFUSES: tuple[Text, ...] = (
    Text(
        "同一单位已登记过的文号（指出已登记的投诉编号）；不能识别的日期；没有转来单位",
        "A document number of the same body that is on record (the page names the complaint), a date that cannot be read, no body",
    ),
)


def checked(register: Register, channel: Channel) -> Register:
    return register


def at_once(register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
    return ()
