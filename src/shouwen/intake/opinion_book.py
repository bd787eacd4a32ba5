"""意见簿（箱）: a sheet of the book or the box, typed alone or a whole page at once (mission A1)."""

import re
from datetime import date

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

CODE = "opinion_book"
ENTRY: tuple[str, ...] = ("/register/?channel=opinion_book", "/register/book/")
REFUSES: tuple[Text, ...] = (
    Text(
        "没有客户所写文字；没有电话又未勾选匿名；书写日期晚于取出时间。整页登记时出错的行留在页面上，其余各行照常登记，且只登记一次",
        "No words of the customer; neither phone nor “anonymous”; written after it was collected. Of a page, rows with errors stay "
        "on the screen; the others are registered, once each",
    ),
)

WRITTEN_ON = "written_on"
TITLE_LENGTHS = range(4, 31)
CLAUSE = re.compile(r"[，。！？；：\n]")


def checked(register: Register, channel: Channel) -> Register:
    """Refused: a sheet that was written after it was collected. What is no date is left to the pack's own check."""
    try:
        written = date.fromisoformat(str(register.channel_facts.get(WRITTEN_ON, "")).strip())
    except ValueError:
        return register
    if written > register.received_at.date():
        raise Refusal(
            "written-after-collected",
            Text(
                "书写日期晚于取出的日期，请检查。", "It was written after it was collected, by these dates. Check them."
            ),
            field=WRITTEN_ON,
        )
    return register


def at_once(register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
    return ()


def title_of(text: str, place: str) -> str:
    """A title for a sheet that has none: its first clause if that is a title's length, else where it stands.

    Never cut within a clause: half a phone number would not be recognised as one, and not be sealed.
    """
    clause = CLAUSE.split(text.strip(), maxsplit=1)[0].strip()
    return clause if len(clause) in TITLE_LENGTHS else place
