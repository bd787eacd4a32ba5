"""统计页. A view reads unit and period from the address, asks `insight.statistics`, and renders."""

from datetime import date
from fractions import Fraction
from urllib.parse import quote, urlencode

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.insight import periods
from shouwen.insight import statistics as insight
from shouwen.insight.figures import Period
from shouwen.insight.statistics import COLUMNS, Column, Line, Statistics
from shouwen.insight.workbook import workbook_of
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NONE = "–"


class Cell(msgspec.Struct, frozen=True):
    """One figure as it stands on the page, with the address of its list where there is one."""

    label: Text
    words: str
    href: str = ""


class Asked(msgspec.Struct, frozen=True):
    """What the address asks for; `problem` says what of it could not be read."""

    unit: Unit
    period: Period
    problem: str = ""


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """统计: the tables of a period and a unit; each figure opens its complaints."""
    asked = _asked(request)
    if asked.problem:
        messages.warning(request, asked.problem)
    told = insight.statistics(request.actor, asked.unit, asked.period)
    here = {"unit": asked.unit.code, "from": asked.period.first.isoformat(), "until": asked.period.last.isoformat()}
    context = {
        "told": told,
        "columns": COLUMNS,
        "total": _cells(told, told.total),
        "tables": [
            (table.title, [(line, _cells(told, line)) for line in table.lines]) for table in told.tables if table.lines
        ],
        "units": _units(request),
        "period": asked.period,
        "presets": [
            (title, _address("desk:statistics", here | _days(period)), period == asked.period)
            for _name, title, period in periods.presets(_today())
        ],
        "workbook": _address("desk:statistics_workbook", here),
        "pdf": _address("desk:report_now_file", here, "statistics", "pdf"),
        "made_at": timezone.now(),
    }
    return render(request, "desk/statistics/overview.html", context)


@require_safe
@cache_control(no_store=True, private=True)
def workbook(request: DeskRequest) -> HttpResponse:
    """The same figures as an Excel workbook."""
    asked = _asked(request)
    told = insight.statistics(request.actor, asked.unit, asked.period)
    answer = HttpResponse(workbook_of(told, get_language() or "zh-hans"), content_type=EXCEL)
    name = f"{_('Statistics')} {asked.unit.name} {asked.period.first} {asked.period.last}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _asked(request: DeskRequest) -> Asked:
    unit = insight.unit_within(request.actor, request.GET.get("unit", ""))
    if unit is None:
        raise Http404
    standing = periods.presets(_today())[0][2]
    try:
        first = _day(request.GET.get("from", ""), standing.first)
        return Asked(unit, periods.period(first, _day(request.GET.get("until", ""), standing.last)))
    except ValueError:
        return Asked(unit, standing, _("The date could not be read. This month is shown."))
    except Refusal as refusal:
        return Asked(unit, standing, in_reader_language(refusal.message))


def _day(value: str, otherwise: date) -> date:
    return date.fromisoformat(value) if value else otherwise


def _today() -> date:
    return working_calendar().local_date(timezone.now())


def _units(request: DeskRequest) -> list[tuple[str, str]]:
    tops = {unit.id for unit in insight.roots(request.actor)}
    within = [unit for unit in directory().units() if not tops.isdisjoint(unit.line)]
    return [(unit.code, "　" * (len(unit.line) - 1) + unit.name) for unit in within]


def _cells(told: Statistics, line: Line) -> list[Cell]:
    return [Cell(column.title, _words(column, line.value(column)), _list_of(told, line, column)) for column in COLUMNS]


def _words(column: Column, value: int | Fraction | None) -> str:
    if value is None:
        return NONE
    if column.form == "share":
        return f"{float(value * 100):.1f}%"
    return f"{float(value):.1f}" if column.form == "days" else str(value)


def _list_of(told: Statistics, line: Line, column: Column) -> str:
    """The address of the complaints that a count counts; none for nought, a share or a mean."""
    if column.form != "count" or not line.value(column):
        return ""
    asks = {"in": told.unit.code, **dict(line.asks), **dict(column.asks), **_days(told.periods[column.of])}
    return _address("desk:complaints", asks)


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "until": period.last.isoformat()}


def _address(name: str, asks: dict[str, str], *parts: str) -> str:
    return f"{reverse(name, args=parts)}?{urlencode(asks)}"
