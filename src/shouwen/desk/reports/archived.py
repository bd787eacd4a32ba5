"""报表归档: what was drawn up, its files and hashes, who signed for it; and the schedules by which it is drawn up."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.duties import Duty
from shouwen.core.refusal import Refusal
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.reports.drawing import as_file, tables
from shouwen.desk.reports.forms import OrderForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.insight.figures import Period
from shouwen.insight.reporting import archive, schedules
from shouwen.insight.reporting.models import ArchivedReport, ScheduledReport
from shouwen.insight.reporting.report import KIND_TITLES, Kind
from shouwen.insight.reporting.rhythms import name_of
from shouwen.insight.tasks import draw_up_soon
from shouwen.organisation.directory import directory

ON_A_PAGE = 50
MOST_LOOKS = 200


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """The archive, what waits for this person's receipt first; and the schedules."""
    return _overview(request, OrderForm(schedules.units(request.actor)) if _orders(request) else None)


def _overview(request: DeskRequest, form: OrderForm | None, status: int = 200) -> HttpResponse:
    page = Paginator(archive.readable(request.actor), ON_A_PAGE).get_page(request.GET.get("page"))
    mine = {unit.id for unit in schedules.units(request.actor)}
    running = schedules.readable(request.actor).filter(ended_at=None).order_by("unit", "kind", "rhythm")
    context = {
        "waiting": [_line(each) for each in archive.to_receive(request.actor)],
        "reports": [_line(each) for each in page.object_list],
        "page": page,
        "schedules": [_schedule(each, is_mine=each.unit in mine) for each in running],
        "form": form,
    }
    return render(request, "desk/reports/overview.html", context, status=status)


@posted("desk:reports")
def order(request: DeskRequest) -> HttpResponse:
    """设定定期报送. What is over since the first day is drawn up at once by the worker."""
    form = OrderForm(schedules.units(request.actor), request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            schedules.order(
                request.actor,
                asked["kind"],
                directory().unit(asked["unit"]),
                asked["rhythm"],
                asked["duty"],
                asked["since"],
                timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, in_reader_language(refusal.message))
        else:
            draw_up_soon()
            messages.success(
                request, _("Ordered. Periods that are over are drawn up within a minute; look again then.")
            )
            return redirect("desk:reports")
    return _overview(request, form, 422)


@posted("desk:reports")
def end(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """停止报送."""
    schedule = schedules.readable(request.actor).filter(id=schedule_id).first()
    if schedule is None:
        raise Http404
    try:
        schedules.end(request.actor, schedule, timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The schedule has ended. What it drew up stays in the archive."))
    return redirect("desk:reports")


@require_safe
@cache_control(no_store=True, private=True)
def report(request: DeskRequest, report_id: int) -> HttpResponse:
    """One paper as it was archived, with its hashes, versions, receipt and who took copies."""
    held = _held(request, report_id)
    figures = archive.figures_of(held)
    same = archive.readable(request.actor).filter(schedule=held.schedule, first=held.first).order_by("-version")
    newest = same[0]
    looks = held.looks.order_by("-id")[:MOST_LOOKS]
    context = {
        **_line(held),
        "figures": figures,
        "tables": tables(figures, linked=False),
        "delivered_to": [_name(person) for person in held.delivered_to],
        "versions": list(same),
        "newest": newest,
        "looks": [(each, _name(each.by)) for each in looks],
        "waits": archive.to_receive(request.actor).filter(id=held.id).exists(),
        "may_draw_up": held.id == newest.id
        and held.schedule.ended_at is None
        and any(unit.id == held.schedule.unit for unit in schedules.units(request.actor)),
    }
    return render(request, "desk/reports/report.html", context)


@require_safe
@cache_control(no_store=True, private=True)
def file(request: DeskRequest, report_id: int, form: str) -> HttpResponse:
    """取件: the file as it was archived. Who took it is on record."""
    held = _held(request, report_id)
    if form not in archive.FORMS or request.method != "GET":
        raise Http404
    content = archive.copy_of(request.actor, held, form, timezone.now())
    if content is None:
        raise Http404(_("There is no PDF of this report: the server had no Chinese font. Take the Excel file."))
    return as_file(archive.figures_of(held), content, form)


@posted("desk:report", "report_id")
def receive(request: DeskRequest, report_id: int) -> HttpResponse:
    """签收."""
    try:
        archive.receive(request.actor, _held(request, report_id), timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("You have signed for this report."))
    return redirect("desk:report", report_id=report_id)


@posted("desk:report", "report_id")
def draw_up_anew(request: DeskRequest, report_id: int) -> HttpResponse:
    """重新制表: another version; this one stays."""
    try:
        made = archive.draw_up_anew(request.actor, _held(request, report_id), timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:report", report_id=report_id)
    messages.success(request, _("Drawn up anew as another version. The one before stays in the archive."))
    return redirect("desk:report", report_id=made.id)


def _held(request: DeskRequest, report_id: int) -> ArchivedReport:
    if report_id >= 2**63:
        raise Http404
    held = archive.readable(request.actor).filter(id=report_id).first()
    if held is None:
        raise Http404
    return held


def _orders(request: DeskRequest) -> bool:
    return bool(schedules.units(request.actor))


def _line(held: ArchivedReport) -> dict[str, Any]:
    schedule = held.schedule
    receipt = getattr(held, "receipt", None)
    return {
        "report": held,
        "kind": KIND_TITLES[Kind(schedule.kind)],
        "unit": _unit_name(schedule.unit),
        "period": name_of(schedule.rhythm, _period(held)),
        "for_whom": _for_whom(schedule),
        "made_by": _name(held.made_by),
        "receipt": receipt,
        "received_by": _name(receipt.by) if receipt else "",
    }


def _schedule(each: ScheduledReport, *, is_mine: bool) -> dict[str, Any]:
    return {
        "schedule": each,
        "kind": KIND_TITLES[Kind(each.kind)],
        "unit": _unit_name(each.unit),
        "for_whom": _for_whom(each),
        "made_by": _name(each.made_by),
        "is_mine": is_mine,
    }


def _for_whom(schedule: ScheduledReport) -> str:
    return f"{_unit_name(schedule.to_unit)} · {in_reader_language(Duty(schedule.duty).label)}"


def _period(held: ArchivedReport) -> Period:
    return Period(held.first, held.last)


def _unit_name(unit_id: int) -> str:
    unit = directory().unit(unit_id)
    return unit.name if unit else "?"


def _name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""
