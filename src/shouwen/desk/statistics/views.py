"""统计页. A view reads unit and period from the address, asks `insight.statistics`, and renders."""

from fractions import Fraction
from urllib.parse import quote

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.statistics.asking import address_of, asked_of, days_of, presets_of, today, units_within
from shouwen.desk.statistics.charts import chart_of, course
from shouwen.insight import statistics as insight
from shouwen.insight.statistics import Column, Line, Statistics
from shouwen.insight.workbook import workbook_of

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NONE = "–"


class Cell(msgspec.Struct, frozen=True):
    """One figure as it stands on the page, with the address of its list where there is one."""

    label: Text
    words: str
    href: str = ""


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """统计: the tables of a period and a unit; each figure opens its complaints."""
    asked = asked_of(request)
    if asked.problem:
        messages.warning(request, asked.problem)
    told = insight.statistics(request.actor, asked.unit, asked.period)
    context = {
        "told": told,
        "columns": told.columns,
        "total": _cells(told, told.total),
        "course": course(request.actor, asked.unit, asked.period, today()),
        "tables": [
            (table, chart_of(told, table), [(line, _cells(told, line)) for line in table.lines])
            for table in told.tables
            if table.lines
        ],
        "units": units_within(request),
        "period": asked.period,
        "presets": presets_of("desk:statistics", asked),
        "workbook": address_of("desk:statistics_workbook", asked.here),
        "loaded": address_of("desk:loaded_files", asked.here),
        "pdf": address_of("desk:report_now_file", asked.here, "statistics", "pdf"),
        "made_at": timezone.now(),
    }
    return render(request, "desk/statistics/overview.html", context)


@require_safe
@cache_control(no_store=True, private=True)
def workbook(request: DeskRequest) -> HttpResponse:
    """The same figures as an Excel workbook."""
    asked = asked_of(request)
    told = insight.statistics(request.actor, asked.unit, asked.period)
    answer = HttpResponse(workbook_of(told, get_language() or "zh-hans"), content_type=EXCEL)
    name = f"{_('Statistics')} {asked.unit.name} {asked.period.first} {asked.period.last}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _cells(told: Statistics, line: Line) -> list[Cell]:
    return [
        Cell(column.title, _words(column, line.value(column)), _list_of(told, line, column)) for column in told.columns
    ]


def _words(column: Column, value: int | Fraction | None) -> str:
    if value is None:
        return NONE
    if column.form == "share":
        return f"{float(value * 100):.1f}%"
    return f"{float(value):,.1f}" if column.form in ("days", "rate") else str(value)


def _list_of(told: Statistics, line: Line, column: Column) -> str:
    """The address of the complaints that a count counts; none for nought, a share or a mean."""
    if column.form != "count" or not line.value(column):
        return ""
    asks = {"in": told.unit.code, **dict(line.asks), **dict(column.asks), **days_of(told.periods[column.of])}
    return address_of("desk:complaints", asks)
