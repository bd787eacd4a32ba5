"""一行投诉 as a list shows it: codes become words, the next limit becomes a clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from django.utils import timezone

from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import repeats_seen
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Stage
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import time_left
from shouwen.core.workdays import WorkingCalendar
from shouwen.desk.case.next_step import next_of_row
from shouwen.desk.parts import ClockFace, ClockState
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import Directory, directory

WARN_BELOW = timedelta(hours=4)
NEXT_LIMIT = Text("最近的时限", "Next limit")


class Line(msgspec.Struct, frozen=True):
    """A row ready to be shown; `face` is none for a complaint without a running clock."""

    number: str
    title: str
    stage: Text
    next: Text | None
    class_name: Text
    channel: Text
    unit: str
    person: str
    received: datetime
    face: ClockFace | None
    marks: tuple[str, ...]


def lines_of(rows: Iterable[ComplaintRow], actor: Actor) -> list[Line]:
    """The rows as lines for this reader, all read at one moment."""
    rows = list(rows)
    repeats = repeats_seen(actor, rows)
    now, policy, calendar, people = timezone.now(), standing_policy(), working_calendar(), directory()
    return [_line(row, row.id in repeats, now, policy, calendar, people) for row in rows]


def _line(
    row: ComplaintRow,
    is_repeat: bool,
    now: datetime,
    policy: Policy,
    calendar: WorkingCalendar,
    people: Directory,
) -> Line:
    unit = people.unit(row.unit)
    person = people.person(row.responsible) if row.responsible else None
    marks = (
        ("returned", row.returned),
        ("supervised", row.supervised),
        ("news", row.news_at is not None),
        ("review", row.review_asked_at is not None),
        ("suspended", row.paused),
        ("warning", row.alarm == "warned"),
        ("up", row.alarm == "escalated"),
        ("repeat", is_repeat),
        ("duplicate", row.merged_into is not None),
        ("group", row.grouped),
        ("dispute", row.disputed),
        ("media", row.channel == "media"),
        ("secrecy", row.secret),
        ("anonymous", row.anonymous),
    )
    return Line(
        number=row.number,
        title=row.title,
        stage=Stage(row.stage).label,
        next=next_of_row(row),
        class_name=class_title(policy, row.class_code),
        channel=channel_title(policy, row.channel),
        unit=unit.name if unit else "",
        person=person.name if person else "",
        received=row.received_at,
        face=_face(row, now, policy, calendar),
        marks=tuple(mark for mark, is_so in marks if is_so),
    )


def class_title(policy: Policy, code: str) -> Text:
    """The words for a class; a code of a former pack stands for itself."""
    if not code:
        return Text("未分类", "not classified")
    try:
        return policy.class_(code).title
    except Refusal:
        return Text(code, code)


def channel_title(policy: Policy, code: str) -> Text:
    try:
        return policy.channel(code).title
    except Refusal:
        return Text(code, code)


def _face(row: ComplaintRow, now: datetime, policy: Policy, calendar: WorkingCalendar) -> ClockFace | None:
    if not row.is_open or row.due_at is None:
        return None
    hours = policy.business_hours
    left = calendar.working_time_between(now, row.due_at, hours)
    near = ClockState.NEAR if left <= WARN_BELOW else ClockState.OK
    return ClockFace(
        title=NEXT_LIMIT,
        state=ClockState.OVERDUE if now > row.due_at else near,
        words=time_left(now, row.due_at, calendar, hours, started=row.received_at),
        due=row.due_at,
        left=int(left.total_seconds()),
        day=int(hours.length.total_seconds()),
        warn_below=int(WARN_BELOW.total_seconds()),
    )
