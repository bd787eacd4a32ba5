"""时间线: the journal of one complaint as people read it."""

from datetime import datetime

import msgspec

from shouwen.casework.models import JournalEntry
from shouwen.core.complaint import Event, read_event
from shouwen.core.text import Text
from shouwen.organisation.directory import directory

ASIDE = ("note_added", "file_attached", "file_opened", "revealed", "message_sent", "statement_added", "time_marked")
"""What may happen any number of times without a stage being reached."""

SYSTEM = Text("系统", "System")


class Moment(msgspec.Struct, frozen=True):
    """One entry of the timeline; `at` in UTC, `by` and whose deputy that was (代) by name."""

    seq: int
    at: datetime
    event: Event
    kind: str
    title: Text
    by: str
    on_behalf_of: str = ""


def timeline(complaint_id: int, newest: int | None = None) -> list[Moment]:
    """What happened to a complaint, first things first: all of it, or the newest entries alone."""
    entries = JournalEntry.objects.filter(complaint_id=complaint_id).order_by("-seq")
    return [_moment(entry) for entry in reversed(entries if newest is None else entries[:newest])]


def reached(complaint_id: int) -> list[tuple[str, datetime]]:
    """When which kind of event happened, first things first, without reading what they say; notes and looks are left out."""
    entries = JournalEntry.objects.filter(complaint_id=complaint_id).exclude(kind__in=ASIDE).order_by("seq")
    return list(entries.values_list("kind", "at"))


def happened_since(complaint_id: int, version: int) -> list[Moment]:
    """What happened after `version`."""
    entries = JournalEntry.objects.filter(complaint_id=complaint_id, seq__gt=version).order_by("seq")
    return [_moment(entry) for entry in entries]


def _moment(entry: JournalEntry) -> Moment:
    event = read_event(entry.body)
    return Moment(
        seq=entry.seq,
        at=entry.at,
        event=event,
        kind=entry.kind,
        title=event.title,
        by=_name(entry.by),
        on_behalf_of=_name(event.on_behalf_of or None),
    )


def _name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""
