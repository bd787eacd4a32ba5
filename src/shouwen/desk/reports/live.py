"""检查、监管报表 as they stand now: a view reads unit and period from the address, asks `insight.reporting`, and renders."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.reports.drawing import made_now, tables
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.insight import periods, statistics
from shouwen.insight.figures import Period
from shouwen.insight.reporting import archive
from shouwen.insight.reporting.models import Rhythm
from shouwen.insight.reporting.report import Kind
from shouwen.insight.reporting.rhythms import last_closed, name_of, stretch
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory


class Asked(msgspec.Struct, frozen=True):
    """What the address asks for; `problem` says what of it could not be read."""

    kind: Kind
    unit: Unit
    period: Period
    problem: str = ""

    @property
    def query(self) -> dict[str, str]:
        return {
            "unit": self.unit.code,
            "from": self.period.first.isoformat(),
            "until": self.period.last.isoformat(),
        }


@require_safe
@cache_control(no_store=True, private=True)
def page(request: DeskRequest, kind: str) -> HttpResponse:
    """The report on screen; each figure opens its complaints."""
    asked = _asked(request, kind)
    if asked.kind is Kind.STATISTICS:
        return redirect(f"{reverse('desk:statistics')}?{urlencode(asked.query)}")
    if asked.problem:
        messages.warning(request, asked.problem)
    now = timezone.now()
    report = archive.report_of(asked.kind, request.actor, asked.unit, asked.period, now)
    context: dict[str, Any] = {
        "report": report,
        "tables": tables(report),
        "asked": asked,
        "units": _units(request),
        "presets": [
            (title, f"?{urlencode(asked.query | _days(period))}", period == asked.period)
            for title, period in _presets(asked.kind)
        ],
        "query": urlencode(asked.query),
        "made_at": now,
    }
    return render(request, "desk/reports/live.html", context)


@require_safe
@cache_control(no_store=True, private=True)
def file(request: DeskRequest, kind: str, form: str) -> HttpResponse:
    """The same cells as a workbook or a PDF."""
    asked = _asked(request, kind)
    if form not in archive.FORMS:
        raise Http404
    report = archive.report_of(asked.kind, request.actor, asked.unit, asked.period, timezone.now())
    back = f"{reverse('desk:report_now', args=[asked.kind.value])}?{urlencode(asked.query)}"
    return made_now(request, report, form, back)


def _asked(request: DeskRequest, kind: str) -> Asked:
    unit = statistics.unit_within(request.actor, request.GET.get("unit", ""))
    if unit is None or kind not in set(Kind):
        raise Http404
    standing = _presets(Kind(kind))[0][1]
    try:
        first = _day(request.GET.get("from", ""), standing.first)
        return Asked(Kind(kind), unit, periods.period(first, _day(request.GET.get("until", ""), standing.last)))
    except ValueError:
        return Asked(Kind(kind), unit, standing, _("The date could not be read. The usual period is shown."))
    except Refusal as refusal:
        return Asked(Kind(kind), unit, standing, in_reader_language(refusal.message))


def _presets(kind: Kind) -> list[tuple[Text, Period]]:
    """What is usually looked at, first what is shown unless something else is asked for: a return is of a period that is over."""
    today = working_calendar().local_date(timezone.now())
    last_quarter = last_closed(Rhythm.QUARTER, today)
    if kind is not Kind.RETURN:
        return [(title, period) for _name, title, period in periods.presets(today)]
    before = stretch(Rhythm.QUARTER, last_quarter.first - timedelta(days=1))
    offered = [
        (Rhythm.QUARTER, last_quarter),
        (Rhythm.QUARTER, before),
        (Rhythm.QUARTER, stretch(Rhythm.QUARTER, today)),
        (Rhythm.YEAR, last_closed(Rhythm.YEAR, today)),
        (Rhythm.YEAR, stretch(Rhythm.YEAR, today)),
    ]
    return [(name_of(rhythm, period), period) for rhythm, period in offered]


def _day(value: str, otherwise: date) -> date:
    return date.fromisoformat(value) if value else otherwise


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "until": period.last.isoformat()}


def _units(request: DeskRequest) -> list[tuple[str, str]]:
    tops = {unit.id for unit in statistics.roots(request.actor)}
    within = [unit for unit in directory().units() if not tops.isdisjoint(unit.line)]
    return [(unit.code, "　" * (len(unit.line) - 1) + unit.name) for unit in within]
