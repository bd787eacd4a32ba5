"""定期回访: the plans of the reader's units, the calls still to make, and the results. A complaint is shown only to who may see it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import queries
from shouwen.core import masking
from shouwen.core.duties import Duty
from shouwen.core.refusal import Refusal
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.revisits.forms import PERIODS, PlanForm, ResultForm, say
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.worklist.rows import lines_of
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight import revisits
from shouwen.oversight.models import TO_DO, Outcome, Period, RevisitDraw, RevisitPlan, RevisitSample

MOST_DRAWS = 40
MOST_CALLS = 100


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """The calls to make, the plans with what can be drawn, and the last draws with their results."""
    plans = list(revisits.plans_of(request.actor).order_by("unit")[:MOST_DRAWS])
    draws = RevisitDraw.objects.filter(plan__unit__in=_units(request)).select_related("plan")
    shown = list(revisits.results(draws).order_by("-first", "-id")[:MOST_DRAWS])
    today = working_calendar().local_date(timezone.now())
    return render(
        request,
        "desk/revisits/overview.html",
        {
            "calls": _calls(request),
            "plans": [_plan_shown(request, plan, today) for plan in plans],
            "draws": [(each, _unit_name(each.plan.unit)) for each in shown],
            "may_plan": bool(revisits.units_of(request.actor, revisits.PLANNERS)),
        },
    )


def _units(request: DeskRequest) -> list[int]:
    return [unit.id for unit in revisits.units_of(request.actor, revisits.CALLERS)]


def _calls(request: DeskRequest) -> list[tuple[RevisitSample, Any]]:
    """回访待办: what was drawn for a duty of this person's and is not answered yet, of complaints that this person may see."""
    held = sorted(duty.value for duty in request.actor.duties)
    waiting = RevisitSample.objects.filter(
        draw__plan__unit__in=_units(request), draw__plan__duty__in=held, outcome__in=TO_DO
    )
    return _with_lines(request, list(waiting.order_by("draw_id", "place")[:MOST_CALLS]))


def _with_lines(request: DeskRequest, samples: list[RevisitSample]) -> list[tuple[RevisitSample, Any]]:
    """The samples with their complaints as lines; those that this person may not see are left out."""
    rows = {
        row.id: row
        for row in queries.visible_to(request.actor)
        .filter(id__in=[sample.complaint_id for sample in samples])
        .only(*queries.LIST_COLUMNS)
    }
    seen = [sample for sample in samples if sample.complaint_id in rows]
    lines = lines_of([rows[sample.complaint_id] for sample in seen], request.actor)
    return list(zip(seen, lines, strict=True))


def _plan_shown(request: DeskRequest, plan: RevisitPlan, today: date) -> dict[str, Any]:
    done = set(plan.draws.values_list("first", flat=True))
    open_periods = [each for each in revisits.periods(Period(plan.period), today) if each.first not in done]
    return {
        "id": plan.id,
        "unit": _unit_name(plan.unit),
        "period": dict(PERIODS)[plan.period],
        "size": f"{plan.percent}%" if plan.percent else plan.count,
        "duty": Duty(plan.duty).label,
        "periods": open_periods if revisits.may_plan(request.actor, plan.unit) else [],
    }


def _unit_name(unit_id: int) -> str:
    unit = directory().unit(unit_id)
    return unit.name if unit else ""


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def plan(request: DeskRequest) -> HttpResponse:
    """制定回访计划."""
    units = revisits.units_of(request.actor, revisits.PLANNERS)
    if not units:
        messages.error(
            request, _("The unit's leader, or the union officer or hotline supervisor above it, makes the plan.")
        )
        return redirect("desk:revisits")
    form = PlanForm(units, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            revisits.make_plan(
                request.actor, given["unit"], Period(given["period"]), form.size, Duty(given["duty"]), timezone.now()
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("The plan stands. Draw the sample of a period that is over."))
            return redirect("desk:revisits")
    return render(request, "desk/revisits/plan.html", {"form": form}, status=422 if form.errors else 200)


@posted("desk:revisits")
def draw(request: DeskRequest, plan_id: int) -> HttpResponse:
    """抽样."""
    found = revisits.plans_of(request.actor).filter(id=plan_id).first()
    if found is None:
        raise Http404
    try:
        made = revisits.draw(request.actor, found, _day(request.POST.get("first", "")), timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:revisits")
    messages.success(request, _("The sample is drawn."))
    return redirect("desk:revisits_drawn", draw_id=made.id)


def _day(text: str) -> date:
    """The day typed; one that cannot be read is a day that no period begins on, which is refused in words."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


@require_safe
@cache_control(no_store=True, private=True)
def drawn(request: DeskRequest, draw_id: int) -> HttpResponse:
    """One draw: the seed, of how many, and each complaint with its outcome."""
    draws = RevisitDraw.objects.filter(plan__unit__in=_units(request), id=draw_id)
    found = revisits.results(draws).select_related("plan").first()
    if found is None:
        raise Http404
    samples = list(found.samples.order_by("place"))
    people = directory()
    drawer = people.person(found.drawn_by)
    return render(
        request,
        "desk/revisits/drawn.html",
        {
            "draw": found,
            "unit": _unit_name(found.plan.unit),
            "drawer": drawer.name if drawer else "",
            "lines": (shown := _with_lines(request, samples)),
            "unseen": len(samples) - len(shown),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def sample(request: DeskRequest, sample_id: int) -> HttpResponse:
    """回访: what the complaint was about, how to reach the customer, and the result."""
    held = RevisitSample.objects.filter(draw__plan__unit__in=_units(request), id=sample_id).first()
    shown = _with_lines(request, [held]) if held else []
    if held is None or not shown:
        raise Http404
    line = shown[0][1]
    form = ResultForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            revisits.record(
                request.actor,
                held,
                reached=form.reached,
                satisfied=form.satisfied,
                words=form.cleaned_data["words"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("The result is on the complaint's record."))
            return redirect("desk:revisits")
    complaint = queries.find(request.actor, line.number)
    assert complaint is not None
    context = {
        "form": form,
        "line": line,
        "statement": masking.worded(complaint.statement, get_language() or "zh-hans"),
        "is_done": held.outcome not in TO_DO,
        "outcome": Outcome(held.outcome).label,
        "tries": held.tries,
    }
    return render(request, "desk/revisits/sample.html", context, status=422 if form.errors else 200)
