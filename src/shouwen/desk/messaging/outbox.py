"""发件箱: what waits and what could not be sent, to send again or to cancel. Never an address or words in clear, but on trial."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shouwen.casework.models import ComplaintRow
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.access import may_open
from shouwen.desk.messaging.titles import template_title, way_title
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.messaging import outbox
from shouwen.messaging.adapters import SCREEN
from shouwen.messaging.envelope import Envelope
from shouwen.messaging.models import DEAD, SENDING, OutboxMessage

SHOWN = 200
SHOWN_ON_SCREEN = 30


class Line(msgspec.Struct, frozen=True):
    """One message as the list shows it."""

    id: UUID
    number: str
    template: Text
    way: Text
    state: Text
    dead: bool
    movable: bool
    attempts: int
    made: datetime
    next: datetime | None
    why: Text
    maybe_twice: bool


class Shown(msgspec.Struct, frozen=True):
    """One message that went to the screen, on trial."""

    line: Line
    words: Envelope
    sent: datetime | None


@require_safe
def waiting(request: DeskRequest) -> HttpResponse:
    rows = list(outbox.waiting_or_dead()[: SHOWN + 1])
    on_screen = list(outbox.shown_on_screen(SHOWN_ON_SCREEN))
    numbers = _numbers([*rows, *(message for message, _words in on_screen)])
    page = {
        "lines": [_line(row, numbers) for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "most": SHOWN,
        "trial": SCREEN.configured(),
        "shown": [Shown(_line(row, numbers), words, row.sent_at) for row, words in on_screen],
        "edits_wordings": may_open("desk:wordings", request.actor.duties),
    }
    return render(request, "desk/messaging/outbox.html", page)


def _numbers(rows: list[OutboxMessage]) -> dict[int, str]:
    ids = {row.complaint_id for row in rows if row.complaint_id is not None}
    return dict(ComplaintRow.objects.filter(id__in=ids).values_list("id", "number"))


def _line(row: OutboxMessage, numbers: dict[int, str]) -> Line:
    return Line(
        id=row.id,
        number=numbers.get(row.complaint_id or 0, ""),
        template=template_title(row.code),
        way=way_title(row.way),
        state=outbox.STATE_TITLES[row.state],
        dead=row.state == DEAD,
        movable=row.state != SENDING,
        attempts=row.attempts,
        made=row.made_at,
        next=None if row.state == DEAD else row.next_at,
        why=Text(row.error_zh, row.error_en),
        maybe_twice=row.maybe_twice,
    )


@require_POST
def resend(request: DeskRequest, key: UUID) -> HttpResponse:
    return _acted(request, lambda: outbox.resend(key, timezone.now()), _("The message will be sent again at once."))


@require_POST
def cancel(request: DeskRequest, key: UUID) -> HttpResponse:
    return _acted(request, lambda: outbox.cancel(key), _("The message will not be sent."))


def _acted(request: DeskRequest, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, done)
    return redirect("desk:outbox")
