"""The letters that the customer was sent, as pages and PDF. A draft is no letter yet."""

import re
from collections.abc import Iterator

import msgspec

from shouwen.core.complaint.answering import Replied
from shouwen.core.complaint.receiving import Accepted, Declined
from shouwen.letters import decline, receipt, reply
from shouwen.letters.paper import Paper
from shouwen.letters.record import Record
from shouwen.portal.tracking.visit import Visitor

REPLY = re.compile(r"reply-([1-9][0-9]{0,3})")


class Sent(msgspec.Struct, frozen=True):
    """`code` is its address: receipt, decline or reply-1."""

    code: str
    n: int = 0


def sent(record: Record) -> Iterator[Sent]:
    """What was sent, first things first."""
    for event in record.events:
        if isinstance(event, Accepted):
            yield Sent("receipt")
        elif isinstance(event, Declined):
            yield Sent("decline")
        elif isinstance(event, Replied):
            n = int(event.letter.rpartition("-F")[2])
            yield Sent(f"reply-{n}", n)


def readable(visitor: Visitor, record: Record) -> tuple[Sent, ...]:
    """All of them for the customer; for an anonymous one without passphrase the answers and the notice, which name nobody."""
    if visitor.proved:
        return tuple(sent(record))
    return tuple(letter for letter in sent(record) if letter.code != "receipt") if visitor.sees_answer else ()


def record_for(visitor: Visitor) -> Record:
    """The record as this customer may read it: personal data in their places only for who proved to be the customer."""
    return Record.read(visitor.complaint, clear=visitor.proved)


def paper(visitor: Visitor, code: str, language: str) -> Paper | None:
    """The letter of this address; none when this customer has none such."""
    record = record_for(visitor)
    if code not in {letter.code for letter in readable(visitor, record)}:
        return None
    if code == "receipt":
        found = receipt.receipt(record)
        return receipt.paper(found, language) if found else None
    if code == "decline":
        notice = decline.decline(record)
        return decline.paper(notice, language) if notice else None
    number = REPLY.fullmatch(code)
    answer = reply.reply(record, int(number[1])) if number else None
    return reply.letter(answer, language) if answer and not answer.is_draft else None
