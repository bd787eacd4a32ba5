"""时限的话: what the timer and people have done with a clock, as the timeline and the clock panel say it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.core.clock import Clock, Mark
from shouwen.core.complaint import Event
from shouwen.core.complaint.clocks import WHY_NOT, ClockResumed, ClocksRedated, ClockSuspended, TimeMarked
from shouwen.core.complaint.extending import ExtensionGranted, ExtensionRequested
from shouwen.core.marks import open_marks
from shouwen.core.text import Text
from shouwen.desk.clocks import title_of_kind
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

MARKED = {
    "warned": Text("时限预警", "Warned: the limit comes near"),
    "target_passed": Text("已过目标时间", "The target has passed"),
    "missed": Text("超过时限", "The limit was missed"),
    "escalated": Text("逐级上报", "Escalated"),
}
NEXT = {
    "warned": Text("预警", "warning"),
    "target_passed": Text("目标时间", "target"),
    "missed": Text("到期", "limit"),
    "escalated": Text("上报", "escalation"),
}


def title_of(event: Event) -> Text:
    """What the timeline calls an event; of a reminder, which one."""
    return MARKED[event.mark.what] if isinstance(event, TimeMarked) else event.title


def lines_of(event: Event) -> Iterator[tuple[str, str]]:
    """What an event says about clocks, as label and words."""
    match event:
        case TimeMarked():
            yield _("Limit"), f"{in_reader_language(title_of_kind(event.kind))} {_said(event.limit_at)}"
            yield _("Told"), _name(event.mark.person)
            for each in event.passed_over:
                name = _name(each.person)
                why = in_reader_language(WHY_NOT[each.why])
                yield _("Passed over"), _("%(name)s: %(why)s") % {"name": name, "why": why} if name else why
            if event.late:
                yield (
                    _("Late"),
                    _("Should have been said %(moment)s; the program stood still then.")
                    % {"moment": _said(event.mark.at)},
                )
        case ClockSuspended():
            yield _("Ground of the pause"), in_reader_language(event.ground_title)
            ends = next((clock.pause.ends for clock in event.clocks if clock.pause), None)
            yield _("Goes on by itself"), _said(ends) if ends else ""
        case ClockResumed():
            yield _("Note"), _("The pause had lasted as long as the policy pack allows.") if event.by_itself else ""
            yield from _limits(event.clocks)
        case ClocksRedated():
            for clock, was in zip(event.clocks, event.was, strict=True):
                yield (
                    in_reader_language(title_of_kind(clock.kind)),
                    _said(clock.limit.at) if clock.limit.at == was else f"{_said(was)} → {_said(clock.limit.at)}",
                )
        case ExtensionRequested():
            yield _("Extension"), in_reader_language(event.extension_title)
        case ExtensionGranted():
            yield from _limits((event.clock,))
            yield _("Note"), _("The customer is told.") if event.tell else ""


def _limits(clocks: Iterable[Clock]) -> Iterator[tuple[str, str]]:
    for clock in clocks:
        yield in_reader_language(title_of_kind(clock.kind)), _said(clock.limit.at)


def notes_of(clock: Clock) -> tuple[Text, ...]:
    """What the clock panel says beneath a running clock: its pause, what was said, and what is said next."""
    if clock.stopped is not None:
        return ()
    notes = [_told(mark) for mark in clock.marks if mark.done and mark.what in ("missed", "escalated")]
    if clock.pause:
        since, ends = _said(clock.pause.since), clock.pause.ends
        zh = f"{since} 起中止" + (f"，最迟 {_said(ends)} 自动恢复" if ends else "")
        en = f"paused since {since}" + (f"; goes on by itself {_said(ends)}" if ends else "")
        return (*notes, Text(zh, en))
    coming = min(open_marks(clock), key=lambda mark: mark.at, default=None)
    if coming is not None and clock.marks:
        notes.append(
            Text(
                f"下次提醒：{_said(coming.at)}（{NEXT[coming.what].zh}）",
                f"Next reminder: {_said(coming.at)} ({NEXT[coming.what].en})",
            )
        )
    return tuple(notes)


def _told(mark: Mark) -> Text:
    title, name = MARKED[mark.what], _name(mark.person)
    done = _said(mark.done) if mark.done else ""
    return Text(f"{title.zh}：{done} 已告知{name}", f"{title.en}: {name} was told {done}")


def _name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}"
