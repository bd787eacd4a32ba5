"""预警: the list, one warning with its evidence, and what its owner does. A sample complaint is shown only to who may see it."""

from datetime import date
from typing import Any

import msgspec
from django.contrib import messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework.rules import standing_policy
from shouwen.core.improvement import Origin
from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.statistics.asking import address_of, units_within
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.warnings import wording
from shouwen.desk.warnings.forms import CloseForm, HandOverForm, say
from shouwen.desk.worklist.rows import lines_of
from shouwen.insight import statistics
from shouwen.insight.improvement.working import improvements_from
from shouwen.insight.watching import surges, warnings
from shouwen.insight.watching.models import EarlyWarning, State, WarningEvidence
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

ON_A_PAGE = 50
MOST_EVIDENCE = 120
MOST_STEPS = 200


class Line(msgspec.Struct, frozen=True):
    """One row of the list."""

    number: str
    unit: str
    series: Text
    days: str
    observed: int | None
    expected: str
    owner: str
    due_on: date
    overdue: bool
    state: str
    tone: str


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """The open warnings by the day they are due, or the closed ones, the newest first."""
    closed = request.GET.get("state") == State.CLOSED
    rows = warnings.readable(request.actor)
    rows = rows.filter(state=State.CLOSED) if closed else rows.exclude(state=State.CLOSED)
    unit = _unit_asked(request)
    if unit is not None:
        rows = rows.filter(line__contains=[unit.id])
    dimension = request.GET.get("dimension", "")
    if dimension in wording.DIMENSIONS:
        rows = rows.filter(dimension=dimension)
    if request.GET.get("mine") == "1":
        rows = rows.filter(owner=request.actor.id or 0)
    page, after = _page(rows, request.GET.get("after", ""), closed=closed)
    context = {
        "lines": [_line(each) for each in page],
        "after": after,
        "closed": closed,
        "units": units_within(request),
        "unit": unit.code if unit else "",
        "dimension": dimension,
        "dimensions": wording.DIMENSIONS.items(),
        "mine": request.GET.get("mine") == "1",
        "watch": surges.progress(),
        "setting": standing_policy().early_warning,
    }
    return render(request, "desk/warnings/list.html", context)


def _unit_asked(request: DeskRequest) -> Unit | None:
    code = request.GET.get("unit", "")
    unit = statistics.unit_within(request.actor, code) if code else None
    if code and unit is None:
        raise Http404
    return unit


def _page(rows: QuerySet[EarlyWarning], after: str, *, closed: bool) -> tuple[list[EarlyWarning], str]:
    """One page and the key of the next; a broken key means the first."""
    rows = _with_newest(rows)
    key, _underscore, last = after.partition("_")
    last_id = int(last) if last.isascii() and last.isdecimal() and len(last) <= 12 else None
    if closed:
        rows = rows.order_by("-id")
        rows = rows.filter(id__lt=last_id) if last_id is not None else rows
    else:
        rows = rows.order_by("due_on", "id")
        day = _day(key)
        if day is not None and last_id is not None:
            rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=last_id))
    found: list[EarlyWarning] = list(rows[: ON_A_PAGE + 1])
    end = found[ON_A_PAGE - 1] if len(found) > ON_A_PAGE else None
    return found[:ON_A_PAGE], f"{end.due_on}_{end.id}" if end else ""


def _with_newest(rows: QuerySet[EarlyWarning]) -> QuerySet[EarlyWarning]:
    """Beside each warning what its newest evidence observed and expected, and on which days."""
    newest = WarningEvidence.objects.filter(warning=OuterRef("id")).order_by("-day", "first")
    return rows.annotate(
        observed=Subquery(newest.values("observed")[:1]),
        expected=Subquery(newest.values("expected")[:1]),
        seen_first=Subquery(newest.values("first")[:1]),
        seen_last=Subquery(newest.values("day")[:1]),
    )


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None


def _line(held: EarlyWarning) -> Line:
    late = not held.is_closed and held.due_on < _today()
    expected = getattr(held, "expected", None)
    return Line(
        number=held.number,
        unit=wording.unit_name(held.unit),
        series=wording.series_of(held.dimension, held.code),
        days=wording.stretch_of(
            getattr(held, "seen_first", None) or held.first_on, getattr(held, "seen_last", None) or held.last_on
        ),
        observed=getattr(held, "observed", None),
        expected="" if expected is None else _expected(held, expected),
        owner=wording.person_name(held.owner),
        due_on=held.due_on,
        overdue=late,
        state=held.get_finding_display() if held.is_closed else held.get_state_display(),
        tone="done" if held.is_closed else "late" if late else "near" if held.state == State.OPEN else "info",
    )


def _expected(held: EarlyWarning, expected: float) -> str:
    """What is usual, or the number of the rule."""
    return wording.usual_of(expected) if held.rule_id is None else f"≥ {expected:.0f}"


def _today() -> date:
    return working_calendar().local_date(timezone.now())


@require_safe
@cache_control(no_store=True, private=True)
def warning(request: DeskRequest, warning: str) -> HttpResponse:
    """One warning: what happened, its evidence, sample complaints, what was done and what can be done."""
    return _shown(request, _held(request, warning))


def _shown(
    request: DeskRequest,
    held: EarlyWarning,
    *,
    closing: CloseForm | None = None,
    handing: HandOverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    evidence = list(held.evidence.order_by("-day", "first")[:MOST_EVIDENCE])
    strongest = min(evidence, key=lambda each: (each.chance or 0, -each.observed), default=None)
    acts = warnings.may_act(request.actor, held) and not held.is_closed
    owns = acts and held.state == State.TAKEN and held.owner == request.actor.id
    people = warnings.offered(request.actor, held, _today()) if acts else []
    context = {
        "held": held,
        "line": _line(held),
        "sentence": wording.what_happened(held, strongest),
        "evidence": [
            (
                each,
                wording.stretch_of(each.first, each.day),
                _expected(held, each.expected),
                wording.rarity_of(each.chance),
                _list_of(held, each.first, each.day),
            )
            for each in evidence
        ],
        "rule": held.rule if held.rule_id else None,
        "rule_words": wording.rule_sentence(held.rule_then) if held.rule_then else None,
        "samples": lines_of(warnings.samples(request.actor, held), request.actor),
        "complaints": _list_of(held, held.first_on, held.last_on),
        "improvements": improvements_from(request.actor, held.number, Origin.WARNING),
        "related": [_line(each) for each in _with_newest(warnings.related(request.actor, held))[: warnings.SAMPLES]],
        "steps": [
            (each, wording.STEPS.get(each.what), wording.person_name(each.by), wording.person_name(each.person))
            for each in held.steps.order_by("at", "id")[:MOST_STEPS]
        ],
        "escalated_to": wording.person_name(held.escalated_to),
        "closed_by": wording.person_name(held.closed_by),
        "may_take": acts and held.state == State.OPEN,
        "closing": (closing or CloseForm()) if owns else None,
        "handing": (handing or HandOverForm(people)) if acts and people else None,
        "watches": not acts and not held.is_closed,
        "setting": standing_policy().early_warning,
        "watch": surges.progress(),
    }
    return render(request, "desk/warnings/warning.html", context, status=status)


def _list_of(held: EarlyWarning, first: date, last: date) -> str:
    """The address of the complaints behind, of these days; none for what a list cannot be narrowed to."""
    unit = directory().unit(held.unit)
    asks = {"class": "class", "cause": "cause", "channel": "channel"}.get(held.dimension)
    if unit is None or held.rule is not None or (asks is None and held.dimension != "all"):
        return ""
    told = {"in": unit.code, "from": str(first), "until": str(last)}
    return address_of("desk:complaints", told | ({asks: held.code} if asks else {}))


@posted("desk:warning", "warning")
def take(request: DeskRequest, warning: str) -> HttpResponse:
    """受理预警."""
    held = _held(request, warning)
    try:
        warnings.take(request.actor, held, timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The warning is yours. Find out why, then close it with the finding."))
    return redirect("desk:warning", warning=warning)


@posted("desk:warning", "warning")
def hand_over(request: DeskRequest, warning: str) -> HttpResponse:
    """移交预警."""
    held = _held(request, warning)
    form = HandOverForm(warnings.offered(request.actor, held, _today()), request.POST)
    if form.is_valid():
        try:
            warnings.hand_over(
                request.actor, held, form.cleaned_data["to"], form.cleaned_data["reason"], timezone.now()
            )
        except Refusal as refusal:
            if refusal.field is None:
                return _refused(request, refusal, warning)
            say(form, refusal)
        else:
            messages.success(request, _("Handed over. The receiver has been told."))
            return redirect("desk:warning", warning=warning)
    return _shown(request, held, handing=form, status=422)


@posted("desk:warning", "warning")
def close(request: DeskRequest, warning: str) -> HttpResponse:
    """结案."""
    held = _held(request, warning)
    form = CloseForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            warnings.close(request.actor, held, given["finding"], given["words"], timezone.now())
        except Refusal as refusal:
            if refusal.field is None:
                return _refused(request, refusal, warning)
            say(form, refusal)
        else:
            messages.success(request, _("The warning is closed with its finding."))
            return redirect("desk:warning", warning=warning)
    return _shown(request, held, closing=form, status=422)


def _refused(request: DeskRequest, refusal: Refusal, number: str) -> HttpResponse:
    messages.error(request, in_reader_language(refusal.message))
    return redirect(reverse("desk:warning", args=[number]))


def _held(request: DeskRequest, number: str) -> Any:
    held = warnings.find(request.actor, number)
    if held is None:
        raise Http404
    return held
