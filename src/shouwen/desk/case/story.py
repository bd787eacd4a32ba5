"""经过: the journal of one complaint in words, the stage bar, and the clocks."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from shouwen.casework.timeline import Moment
from shouwen.casework.vault import DETAIL_TITLES
from shouwen.core.complaint import MAIN_LINE, Complaint, Stage
from shouwen.core.complaint.answering import Measured
from shouwen.core.complaint.categorising import Categorised
from shouwen.core.complaint.clocks import ClockSuspended
from shouwen.core.complaint.customer import FROM_THE_CUSTOMER, WAYS, MessageSent
from shouwen.core.complaint.dispute import DisputeRecorded, Way, amounts_of
from shouwen.core.complaint.media import LeadersTold, PressLogged, SpokespersonNamed
from shouwen.core.complaint.receiving import Registered
from shouwen.core.complaint.recusal import InterestDeclared
from shouwen.core.complaint.revisiting import Revisited, revisit_result
from shouwen.core.complaint.state import Dispute
from shouwen.core.complaint.supervising import (
    AnswerAccepted,
    SlipAnswered,
    SlipIssued,
    SlipReturned,
    SlipWithdrawn,
)
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.satisfaction import ratio
from shouwen.core.text import Text
from shouwen.desk.case.categories import chosen_lines
from shouwen.desk.case.clock_words import lines_of, notes_of, title_of
from shouwen.desk.clocks import read_clock
from shouwen.desk.messaging.titles import template_title, way_title
from shouwen.desk.parts import ClockFace, Step, StepState
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.worklist.rows import WARN_BELOW
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

ICONS = {
    "registered": "register",
    "accepted": "accept",
    "declined": "decline",
    "classified": "classify",
    "carried_over": "history",
    "dispatched": "dispatch",
    "hand_over_offered": "hand-over",
    "signed_for": "sign",
    "sent_back": "send-back",
    "taken_back": "withdraw",
    "passed_on": "right",
    "investigated": "investigate",
    "reply_drafted": "edit",
    "reply_checked": "check",
    "reply_returned": "send-back",
    "reply_signed": "sign",
    "signature_refused": "send-back",
    "replied": "reply",
    "measured": "satisfaction",
    "closed": "checked",
    "archived": "archive",
    "reopened": "reopened",
    "note_added": "note",
    "file_attached": "attach",
    "revealed": "eye",
    "file_opened": "eye",
    "acknowledged": "mail",
    "statement_added": "note",
    "contact_corrected": "edit",
    "withdrawn": "withdraw",
    "withdrawal_noted": "withdraw",
    "review_asked": "reopened",
    "review_answered": "checked",
    "message_sent": "mail",
    "superior_answered": "reply",
    "slip_issued": "supervised",
    "slip_answered": "reply",
    "slip_returned": "send-back",
    "answer_accepted": "checked",
    "slip_withdrawn": "withdraw",
    "revisited": "phone",
    "time_marked": "clock-near",
    "clock_suspended": "suspended",
    "clock_resumed": "clock-ok",
    "clocks_redated": "calendar",
    "extension_requested": "extended",
    "extension_granted": "extended",
    "extension_refused": "send-back",
    "interest_declared": "decline",
    "dispute_recorded": "money",
    "earlier_linked": "link",
    "earlier_unlinked": "link",
    "withdrawal_asked": "withdraw",
    "withdrawal_doubted": "withdraw",
    "leaders_told": "duty",
    "spokesperson_named": "user",
    "press_logged": "media",
    "merged_into": "duplicate",
    "unmerged": "duplicate",
    "duplicate_taken": "duplicate",
    "duplicate_released": "duplicate",
    "duplicate_heard": "news",
    "group_joined": "group",
    "group_left": "group",
    "member_taken": "group",
    "member_released": "group",
    "categorised": "classify",
}
MINOR = frozenset({"revealed", "file_opened", "acknowledged", "file_attached", "message_sent", "contact_corrected"})
STAGE_OF = {
    "registered": Stage.REGISTERED,
    "accepted": Stage.ACCEPTED,
    "dispatched": Stage.DISPATCHED,
    "signed_for": Stage.SIGNED_FOR,
    "investigated": Stage.INVESTIGATING,
    "reply_drafted": Stage.REPLY_DRAFTED,
    "reply_checked": Stage.CHECKED,
    "replied": Stage.REPLIED,
    "closed": Stage.CLOSED,
    "carried_over": Stage.CLOSED,
    "archived": Stage.ARCHIVED,
    "declined": Stage.DECLINED,
    "withdrawn": Stage.WITHDRAWN,
}
Reading = Callable[[str], str]
Numbers = Callable[[Iterable[str]], Iterable[str]]
SLIP_EVENTS = (SlipIssued, SlipAnswered, SlipReturned, AnswerAccepted, SlipWithdrawn)


class Happening(msgspec.Struct, frozen=True):
    """One entry as people read it; `body` has lines of label and words."""

    icon: str
    title: Text
    who: str
    at: datetime
    body: tuple[tuple[str, str], ...]
    css: str


def story(moments: Iterable[Moment], policy: Policy, read: Reading, seen: Numbers) -> list[Happening]:
    """The timeline, the newest first. `read` makes a sealed text fit for this reader, `seen` leaves of other complaints' numbers
    those that the reader may see."""
    return [
        Happening(
            icon=ICONS[moment.kind],
            title=title_of(moment.event),
            who=_who(moment),
            at=moment.at,
            body=tuple((label, words) for label, words in _lines(moment.event, policy, read, seen) if words),
            css="happening happening-minor" if moment.kind in MINOR else "happening",
        )
        for moment in reversed(list(moments))
    ]


def _who(moment: Moment) -> str:
    """Who did it; what the customer did on the own page or by mail stands without a colleague's name."""
    if moment.on_behalf_of:
        return _("%(deputy)s on behalf of %(giver)s") % {"deputy": moment.by, "giver": moment.on_behalf_of}
    if moment.by or not isinstance(moment.event, FROM_THE_CUSTOMER):
        return moment.by
    return _("Customer")


FREE_TEXTS = (
    ("instruction", lambda: _("Asked")),
    ("exception", lambda: _("Why the same level handles a repeat")),
    ("asks", lambda: _("Asked")),
    ("reason", lambda: _("Reason")),
    ("facts", lambda: _("Findings")),
    ("evidence", lambda: _("Evidence")),
    ("right_body", lambda: _("To turn to")),
    ("opinion", lambda: _("Opinion")),
    ("consent", lambda: _("In the customer's words")),
    ("remark", lambda: _("Remark")),
    ("summary", lambda: _("Summary")),
    ("outcome", lambda: _("Outcome")),
    ("said", lambda: _("What either side said")),
    ("text", lambda: ""),
    ("letter", lambda: _("Letter")),
    ("name", lambda: _("File")),
    ("evidence_name", lambda: _("Evidence")),
)
CODES = (
    ("class_", lambda: _("Class"), "class_"),
    ("ground", lambda: _("Ground"), "decline_ground"),
    ("cause", lambda: _("Cause"), "cause"),
    ("liability", lambda: _("Liability"), "liability"),
    ("method", lambda: _("How"), "reply_method"),
    ("verdict", lambda: _("Satisfaction"), "verdict"),
    ("dispute_outcome", lambda: _("Outcome of the dispute"), "dispute_outcome"),
)


def _lines(event: Any, policy: Policy, read: Reading, seen: Numbers) -> Iterable[tuple[str, str]]:
    """What an event says, field by field: codes in the pack's words, free texts as this reader may read them."""
    way = getattr(event, "way", "")
    if way in WAYS:
        yield _("By way of"), in_reader_language(WAYS[way])
    if isinstance(event, MessageSent):
        yield _("Message"), in_reader_language(template_title(event.what))
        yield _("By way of"), in_reader_language(way_title(event.way))
        yield _("Note"), _("It may have arrived twice.") if event.again else ""
    for field in getattr(event, "fields", ()):
        yield _("Corrected"), in_reader_language(DETAIL_TITLES[field])
    if isinstance(event, InterestDeclared):
        yield _("Who is kept out"), _name(event.person)
        yield _("Who takes over"), _place(event.unit, event.responsible) if event.unit and event.responsible else ""
    for number in seen(numbers_in(event)):
        yield _("Other complaint"), number
    if isinstance(event, LeadersTold):
        yield _("Leaders"), "、".join(map(_name, event.people))
    if isinstance(event, SpokespersonNamed | PressLogged):
        yield _("Spokesperson"), _name(event.person)
    if isinstance(event, PressLogged):
        yield _("Media outlet"), read(event.who)
        yield _("When"), f"{event.spoken_at.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}"
    if isinstance(event, DisputeRecorded):
        yield from ((in_reader_language(label), words) for label, words in dispute_lines(event.dispute, read))
    offer = None if isinstance(event, InterestDeclared) else getattr(event, "offer", None)
    if offer is not None:
        yield _("To"), _place(offer.unit, offer.to)
        yield _("To be signed for by"), f"{offer.sign_by.limit.at.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}"
    if isinstance(event, Measured) and event.expectation and event.perception:
        measured = f"{event.expectation} ÷ {event.perception} = {ratio(event.expectation, event.perception)}"
        yield _("Expectation ÷ perception"), measured
    if isinstance(event, Revisited):
        yield _("Result"), in_reader_language(revisit_result(event.reached, event.satisfied))
    if getattr(event, "slip", ""):
        yield _("Slip"), event.slip
    if isinstance(event, SLIP_EVENTS):
        yield _("Supervision slip"), event.number
    if isinstance(event, SlipIssued | SlipReturned):
        yield _("Answer by"), f"{event.clock.limit.at.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}"
    if isinstance(event, Categorised):
        yield from chosen_lines(event.chosen)
    yield from lines_of(event)
    for field, label, table in CODES:
        code = "" if isinstance(event, ClockSuspended) else getattr(event, field, "")
        if code:
            yield label(), _titled(policy, table, code)
    for field, label in FREE_TEXTS:
        text = getattr(event, field, "")
        if text:
            yield label(), read(text)
    elements = getattr(event, "elements", None)
    if elements is not None:
        for element in policy.six_elements:
            yield in_reader_language(element.title), read(_element(elements, element.code, policy))


def dispute_lines(dispute: Dispute, read: Reading) -> list[tuple[Text, str]]:
    """经济纠纷: its amounts, how it is settled, who decides, and the legal opinion."""
    lines = [(title, str(money)) for _field, title, money in amounts_of(dispute)]
    lines.append((Text("解决方式", "Settlement"), in_reader_language(Way(dispute.way).label)))
    if dispute.body:
        lines.append((Text("受理机构、案号", "Body, case number"), read(f"{dispute.body}，{dispute.reference}")))
    if dispute.legal_opinion:
        lines.append((Text("法律意见", "Legal opinion"), read(dispute.legal_opinion)))
    return lines


def _element(elements: Any, code: str, policy: Policy) -> str:
    match code:
        case "lesson_and_measure":
            return f"{elements.lesson}\n{elements.measure}"
        case "satisfaction":
            return f"{_titled(policy, 'verdict', elements.satisfaction)} {elements.satisfaction_remark}".strip()
        case "handled_at":
            return f"{elements.handled_at.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}"
        case "handler_and_phone":
            return f"{elements.handler} {elements.phone}"
        case _:
            return str(getattr(elements, code, ""))


def _titled(policy: Policy, table: str, code: str) -> str:
    try:
        return in_reader_language(getattr(policy, table)(code).title)
    except Refusal:
        return code


def numbers_in(event: Any) -> tuple[str, ...]:
    """The numbers of other complaints that an event names."""
    before = getattr(event, "before", None)
    named = (before.number if before else "", getattr(event, "number", ""))
    return tuple(number for number in named if number) if not isinstance(event, Registered) else ()


def _name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""


def _place(unit_id: int, person_id: int) -> str:
    unit, person = directory().unit(unit_id), directory().person(person_id)
    return " · ".join(part.name for part in (unit, person) if part)


def steps(complaint: Complaint, events: Iterable[tuple[str, datetime]]) -> list[Step]:
    """环节条: each stage of the main line, done, now or ahead, with the last time that it was reached."""
    reached = {STAGE_OF[kind]: at for kind, at in events if kind in STAGE_OF}
    end = next((stage for stage in (Stage.DECLINED, Stage.WITHDRAWN) if stage in reached), None)
    if end is not None:
        return [
            Step(Stage.REGISTERED.label, StepState.DONE, reached[Stage.REGISTERED]),
            Step(end.label, StepState.END, reached[end]),
            Step(
                Stage.ARCHIVED.label,
                StepState.NOW if complaint.stage is Stage.ARCHIVED else StepState.AHEAD,
                reached.get(Stage.ARCHIVED),
            ),
        ]
    now = MAIN_LINE.index(complaint.stage)
    return [
        Step(
            stage.label,
            StepState.DONE if place < now else StepState.NOW if place == now else StepState.AHEAD,
            reached.get(stage) if place <= now else None,
        )
        for place, stage in enumerate(MAIN_LINE)
    ]


def faces(complaint: Complaint, policy: Policy, now: datetime) -> list[ClockFace]:
    """The clocks that run, and those that were stopped, each with its explanation."""
    clocks = (*complaint.clocks, complaint.offer.sign_by) if complaint.offer else complaint.clocks
    if complaint.merged_at is not None:  # they stand still; nothing was done in time or late
        clocks = tuple(clock for clock in clocks if clock.stopped != complaint.merged_at)
    calendar = working_calendar()
    hours = policy.business_hours
    return [
        msgspec.structs.replace(
            read_clock(clock, now, calendar, hours, warn_below=WARN_BELOW, gauge=True), notes=notes_of(clock)
        )
        for clock in sorted(clocks, key=lambda clock: (clock.stopped is not None, clock.limit.at))
    ]
