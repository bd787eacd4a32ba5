"""意见簿（箱）: a sheet of the book or the box, typed alone or with the whole page at once (mission A1)."""

from datetime import date

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.text import Text

CODE = "opinion_book"
ENTRY: tuple[str, ...] = ("/register/?channel=opinion_book", "/register/book/")
REFUSES: tuple[Text, ...] = (
    Text(
        "没有客户所写文字的行；没有联系方式又未勾选匿名的行；同一页中出错的行留在页面上，其余各行照常登记，且只登记一次",
        "A row without the customer's words, or with neither contact nor “anonymous”. Rows with errors stay on the page; the others "
        "are registered, once each",
    ),
)


def checked(register: Register, channel: Channel) -> Register:
    return register


def at_once(register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
    return ()
