"""定期回访: the plans of the reader's units, the calls still to make, and the results. A complaint is shown only to who may see it."""

from collections.abc import Sequence
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
from shouwen.casework.vault import DETAIL_TITLES
from shouwen.core import masking
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.revisiting import RecordRevisit
from shouwen.core.duties import Action, Duty, may
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.revisits.forms import PERIODS, PlanForm, ResultForm, say
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.worklist.rows import Line, lines_of
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight import revisits
from shouwen.oversight.models import TO_DO, Outcome, Period, RevisitPlan, RevisitSample

MOST_DRAWS = 40
MOST_CALLS = 100
REACH = ("name", "phone", "email")
"""What a caller needs of the customer's data."""


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """The calls to make, the plans with what can be drawn, and the last draws with their results."""
    plans = list(revisits.plans_of(request.actor).order_by("unit")[:MOST_DRAWS])
    shown = revisits.results(revisits.draws_of(request.actor)).select_related("plan").order_by("-first", "-id")
    done = revisits.drawn_stretches(plan.unit for plan in plans)
    today = working_calendar().local_date(timezone.now())
    mine = {unit.id for unit in revisits.units_of(request.actor, revisits.PLANNERS)}
    return render(
        request,
        "desk/revisits/overview.html",
        {
            "calls": _with_lines(
                request, list(revisits.to_do(request.actor).order_by("draw_id", "place")[:MOST_CALLS])
            ),
            "plans": [
                _plan_shown(plan, revisits.left_to_draw(plan, done.get(plan.unit, []), today), plan.unit in mine)
                for plan in plans
            ],
            "draws": [(each, _unit_name(each.plan.unit)) for each in shown[:MOST_DRAWS]],
            "may_plan": bool(mine),
        },
    )


def _with_lines(request: DeskRequest, samples: list[RevisitSample]) -> list[tuple[RevisitSample, Line]]:
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


def _plan_shown(plan: RevisitPlan, left: list[revisits.Stretch], is_mine: bool) -> dict[str, Any]:
    return {
        "id": plan.id,
        "unit": _unit_name(plan.unit),
        "period": dict(PERIODS)[plan.period],
        "size": f"{plan.percent}%" if plan.percent else plan.count,
        "duty": Duty(plan.duty).label,
        "periods": left,
        "is_mine": is_mine,
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
def end(request: DeskRequest, plan_id: int) -> HttpResponse:
    """停止回访计划."""
    found = revisits.plans_of(request.actor).filter(id=plan_id).first()
    if found is None:
        raise Http404
    try:
        revisits.end_plan(request.actor, found, timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The plan has ended. What was drawn is still to be done."))
    return redirect("desk:revisits")


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
    found = revisits.results(revisits.draws_of(request.actor).filter(id=draw_id)).select_related("plan").first()
    if found is None:
        raise Http404
    samples = list(found.samples.order_by("place"))
    drawer = directory().person(found.drawn_by)
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
    """回访: what the complaint was about and the result. It opens for who may see the complaint, the form for who may call."""
    held, line, complaint = _held(request, sample_id)
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
    return _sample_page(request, held, line, complaint, form)


@posted("desk:revisit", "sample_id")
@cache_control(no_store=True, private=True)
def look(request: DeskRequest, sample_id: int) -> HttpResponse:
    """查看回访电话: shown this once, on the answer itself; the page asked for again is without it."""
    held, line, complaint = _held(request, sample_id)
    try:
        details = revisits.look(request.actor, held, timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:revisit", sample_id=sample_id)
    reach = [(DETAIL_TITLES[field], getattr(details, field)) for field in REACH if getattr(details, field).strip()]
    return _sample_page(request, held, line, complaint, ResultForm(), reach)


def _held(request: DeskRequest, sample_id: int) -> tuple[RevisitSample, Line, Complaint]:
    """What was drawn, if this person may see its complaint."""
    held = RevisitSample.objects.filter(id=sample_id).first()
    shown = _with_lines(request, [held]) if held else []
    complaint = queries.find(request.actor, shown[0][1].number) if shown else None
    if held is None or complaint is None:
        raise Http404
    return held, shown[0][1], complaint


def _sample_page(
    request: DeskRequest,
    held: RevisitSample,
    line: Line,
    complaint: Complaint,
    form: ResultForm,
    reach: Sequence[tuple[Text, str]] = (),
) -> HttpResponse:
    context = {
        "form": form,
        "sample": held,
        "line": line,
        "reach": reach,
        "statement": masking.worded(complaint.statement, get_language() or "zh-hans"),
        "is_done": held.outcome not in TO_DO,
        "may_call": may(request.actor, Action.REVISIT, complaint),
        "is_ended": complaint.stage in RecordRevisit.stages,
        "outcome": Outcome(held.outcome).label,
        "tries": held.tries,
    }
    return render(request, "desk/revisits/sample.html", context, status=422 if form.errors else 200)
