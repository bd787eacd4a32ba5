"""时间线: the journal of one complaint as people read it."""

from datetime import datetime

import msgspec

from shouwen.casework.models import JournalEntry
from shouwen.core.complaint import Event, read_event
from shouwen.core.text import Text
from shouwen.organisation.directory import directory

SYSTEM = Text("系统", "System")


class Moment(msgspec.Struct, frozen=True):
    """One entry of the timeline; `at` in UTC."""

    seq: int
    at: datetime
    event: Event
    kind: str
    title: Text
    by: str


def timeline(complaint_id: int) -> list[Moment]:
    """All that happened to a complaint, first things first."""
    return [_moment(entry) for entry in JournalEntry.objects.filter(complaint_id=complaint_id).order_by("seq")]


def happened_since(complaint_id: int, version: int) -> list[Moment]:
    """What happened after `version`."""
    entries = JournalEntry.objects.filter(complaint_id=complaint_id, seq__gt=version).order_by("seq")
    return [_moment(entry) for entry in entries]


def _moment(entry: JournalEntry) -> Moment:
    event = read_event(entry.body)
    person = directory().person(entry.by) if entry.by is not None else None
    return Moment(
        seq=entry.seq, at=entry.at, event=event, kind=entry.kind, title=event.title, by=person.name if person else ""
    )
