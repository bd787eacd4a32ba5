"""考核: the periods, a period's sheets, the complaints behind each figure, objections. A complaint is shown only to who may see it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import queries
from shouwen.casework.rules import policy_of
from shouwen.core.appraisal import Fact, formula
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.desk.appraisal.forms import DecisionForm, ObjectionForm
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight import appraisal
from shouwen.oversight.models import AppraisalEntry, AppraisalObjection, AppraisalPeriod, ObjectionState

MOST_PERIODS = 40
MOST_OBJECTIONS = 200
ON_A_PAGE = 50


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """The periods that this person reads, and what can be drawn up."""
    today = working_calendar().local_date(timezone.now())
    found = list(appraisal.readable(request.actor).order_by("-first", "unit")[:MOST_PERIODS])
    waiting = appraisal.open_objections(found, appraisal.reach(request.actor))
    context = {
        "periods": [(each, _unit_name(each.unit), waiting.get(each.id, 0)) for each in found],
        "offered": [(unit, appraisal.offered(unit.id, today)) for unit in appraisal.appraised_units(request.actor)],
    }
    return render(request, "desk/appraisal/overview.html", context)


@posted("desk:appraisal")
def draw_up(request: DeskRequest) -> HttpResponse:
    """拟定."""
    unit = request.POST.get("unit", "")
    try:
        first = date.fromisoformat(request.POST.get("first", ""))
    except ValueError:
        first = date.min
    try:
        made = appraisal.draw_up(
            request.actor,
            int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 19 else 0,
            first,
            timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:appraisal")
    messages.success(request, _("Drawn up from the record. Look at it, then close it; until then only you see it."))
    return redirect("desk:appraisal_period", period_id=made.id)


@require_safe
@cache_control(no_store=True, private=True)
def period(request: DeskRequest, period_id: int) -> HttpResponse:
    """考核表 by unit and by person, with the formula, the corrections since the closing, and the objections."""
    held = _period(request, period_id)
    units = appraisal.reach(request.actor)
    rule = policy_of(held.policy).appraisal
    raised = list(appraisal.objections(held, units)[:MOST_OBJECTIONS])
    numbers = _numbers(request, [each.entry.complaint_id for each in raised])
    context = {
        "period": held,
        "unit": _unit_name(held.unit),
        "items": rule.items,
        "formula": formula(rule),
        "units": appraisal.by_unit(held, units),
        "people": appraisal.by_person(held, request.actor),
        "objections": [_objection(each, numbers) for each in raised],
        "is_mine": _is_mine(request, held),
        "drawn_by": _name(held.drawn_by),
        "closed_by": _name(held.closed_by),
        "digest": bytes(held.digest).hex() if held.digest else "",
    }
    return render(request, "desk/appraisal/period.html", context)


def _is_mine(request: DeskRequest, held: AppraisalPeriod) -> bool:
    return held.unit in {unit.id for unit in appraisal.appraised_units(request.actor)}


def _objection(each: AppraisalObjection, numbers: dict[int, str]) -> dict[str, Any]:
    return {
        "id": each.id,
        "number": numbers.get(each.entry.complaint_id, ""),
        "unit": _unit_name(each.entry.unit),
        "fact": each.fact,
        "reason": each.reason,
        "by": _name(each.by),
        "at": each.at,
        "is_open": each.state == ObjectionState.OPEN,
        "state": each.get_state_display(),
        "decision": each.decision,
        "decided_by": _name(each.decided_by),
    }


@posted("desk:appraisal_period", "period_id")
def close(request: DeskRequest, period_id: int) -> HttpResponse:
    """结账."""
    try:
        appraisal.close(request.actor, _period(request, period_id), timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The period is closed and open to the units. Its figures stand from now on."))
    return redirect("desk:appraisal_period", period_id=period_id)


@require_safe
@cache_control(no_store=True, private=True)
def behind(request: DeskRequest, period_id: int, unit_id: int) -> HttpResponse:
    """The complaints behind a figure; of one that this person may not see only that it counts."""
    held = _period(request, period_id)
    if unit_id not in appraisal.reach(request.actor):
        raise Http404
    fact = request.GET.get("fact", "")
    if fact and fact not in set(Fact):
        raise Http404
    page = Paginator(appraisal.behind(held, unit_id, fact), ON_A_PAGE).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    numbers = _numbers(request, [entry.complaint_id for entry in entries])
    titles = {item.fact.value: item.title for item in policy_of(held.policy).appraisal.items}
    rule_items = [item for item in policy_of(held.policy).appraisal.items if not fact or item.fact == fact]
    context = {
        "period": held,
        "unit": _unit_name(unit_id),
        "fact": titles.get(fact, ""),
        "page": page,
        "lines": [_behind_line(request, entry, numbers, titles) for entry in entries],
        "items": rule_items,
        "query": f"&fact={fact}" if fact else "",
    }
    return render(request, "desk/appraisal/behind.html", context)


def _behind_line(
    request: DeskRequest, entry: AppraisalEntry, numbers: dict[int, str], titles: dict[str, Any]
) -> dict[str, Any]:
    raised = {objection.fact: objection for objection in entry.objections.all()}
    may = appraisal.may_object(request.actor, entry)
    facts = [
        {
            "code": fact,
            "title": titles.get(fact, ""),
            "state": raised[fact].get_state_display() if fact in raised else "",
            "may_object": may and fact not in raised,
        }
        for fact in entry.facts
    ]
    return {
        "entry": entry,
        "number": numbers.get(entry.complaint_id, ""),
        "person": _name(entry.person),
        "facts": facts,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def object_to(request: DeskRequest, entry_id: int, fact: str) -> HttpResponse:
    """提出异议."""
    entry = AppraisalEntry.objects.select_related("period").filter(id=entry_id).first()
    if entry is None or not appraisal.may_object(request.actor, entry) or fact not in entry.facts:
        raise Http404
    _period(request, entry.period_id)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            appraisal.object_to(request.actor, entry, fact, form.cleaned_data["reason"], timezone.now())
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The objection is with the union. You find the decision on this page."))
            return redirect("desk:appraisal_period", period_id=entry.period_id)
    item = policy_of(entry.period.policy).appraisal.item(fact)
    context = {
        "form": form,
        "period": entry.period,
        "number": _numbers(request, [entry.complaint_id]).get(entry.complaint_id, ""),
        "item": item.title if item else "",
    }
    return render(request, "desk/appraisal/object.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def decide(request: DeskRequest, objection_id: int) -> HttpResponse:
    """处理异议."""
    held = AppraisalObjection.objects.select_related("entry__period").filter(id=objection_id).first()
    if held is None or not _is_mine(request, held.entry.period):
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            appraisal.decide(request.actor, held, upheld=given["upheld"], words=given["words"], now=timezone.now())
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("The decision is on the sheet."))
            return redirect("desk:appraisal_period", period_id=held.entry.period_id)
    item = policy_of(held.entry.period.policy).appraisal.item(held.fact)
    context = {
        "form": form,
        "period": held.entry.period,
        "objection": _objection(held, _numbers(request, [held.entry.complaint_id])),
        "item": item.title if item else "",
    }
    return render(request, "desk/appraisal/decide.html", context, status=422 if form.errors else 200)


def _say(form: forms.Form, refusal: Refusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, in_reader_language(refusal.message))


def _period(request: DeskRequest, period_id: int) -> AppraisalPeriod:
    held = held_for(request.actor, period_id)
    if held is None:
        raise Http404
    return held


def held_for(actor: Actor, period_id: int) -> AppraisalPeriod | None:
    """The period, if this person reads it."""
    return appraisal.readable(actor).filter(id=period_id).first()


def _numbers(request: DeskRequest, complaints: list[int]) -> dict[int, str]:
    """The numbers of those complaints that this person may see."""
    return dict(queries.visible_to(request.actor).filter(id__in=complaints).values_list("id", "number"))


def _unit_name(unit_id: int) -> str:
    unit = directory().unit(unit_id)
    return unit.name if unit else ""


def _name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id else None
    return person.name if person else ""
