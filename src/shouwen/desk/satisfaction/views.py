"""满意与忠诚页. A view reads unit and period from the address, asks `insight`, and renders."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.proportions import Share
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.satisfaction import charts, tables
from shouwen.desk.satisfaction.tables import Cell, Links, Row, Table
from shouwen.desk.statistics.asking import Asked, address_of, asked_of, presets_of, units_within
from shouwen.insight import activity, denominators
from shouwen.insight.loyalty import Loyalty, loyalty
from shouwen.insight.models import LoadedFile
from shouwen.insight.satisfaction import Satisfaction, satisfaction
from shouwen.organisation.directory import directory

SHOWN = 50
STANDING = "year"
"""Of a month nothing is measured yet, for customers are looked at months after the end."""
FILE_KINDS = {
    activity.KIND: Text("客户去留", "Customer activity"),
    denominators.KIND: Text("网点和客户数", "Outlets and customers"),
}


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """满意与忠诚 of a unit and a period: ratio, survey, speed and solution, customers and value at risk."""
    asked = _asked(request)
    told = satisfaction(request.actor, asked.unit, asked.period)
    loyal, links = loyalty(request.actor, asked.unit, asked.period, told.told), Links(told)
    context = {
        "told": told,
        "median": told.median,
        "tiles": _tiles(told, loyal),
        "ratios": tables.ratios(told, links),
        "ratio_chart": charts.ratios(told, links),
        "matrix_chart": charts.matrix(told, links),
        "responses": tables.responses(told, links),
        "matrix": tables.matrix(told, links),
        "loyalty": tables.loyalty(loyal, links),
        "files": address_of("desk:loaded_files", asked.here),
        **_period(request, asked, "desk:satisfaction"),
    }
    return render(request, "desk/satisfaction/overview.html", context)


@require_safe
@cache_control(no_store=True, private=True)
def files(request: DeskRequest) -> HttpResponse:
    """导入的文件, and the outlets and customers that rates are told against at the end of the period."""
    asked = _asked(request)
    loaded = LoadedFile.objects.order_by("-loaded_at", "-id")[:SHOWN]
    context = {
        "files": [(FILE_KINDS.get(file.kind, Text(file.kind, file.kind)), file) for file in loaded],
        "bases": _bases(asked),
        **_period(request, asked, "desk:loaded_files"),
    }
    return render(request, "desk/satisfaction/files.html", context)


def _asked(request: DeskRequest) -> Asked:
    asked = asked_of(request, standing=STANDING)
    if asked.problem:
        messages.warning(request, asked.problem)
    return asked


def _period(request: DeskRequest, asked: Asked, page: str) -> dict[str, object]:
    return {
        "unit": asked.unit,
        "period": asked.period,
        "presets": presets_of(page, asked),
        "units": units_within(request),
        "made_at": timezone.now(),
    }


def _tiles(told: Satisfaction, loyal: Loyalty) -> list[tuple[str, str, str]]:
    """The page in six figures: words, figure, smaller ones."""
    total, sure = told.total, told.rule.confidence_percent
    return [
        (_("Customers asked"), str(total.answered.whole), ""),
        (_("Response rate"), tables.percent(total.answered), _share_of(total.answered, sure)),
        (_("Satisfied share"), tables.percent(total.satisfied), _share_of(total.satisfied, sure)),
        (_("Median ratio"), str(told.median) if told.median is not None else tables.NONE, ""),
        (_("Customers likely to go"), tables.counted(loyal.expected.go), _of(loyal.customers)),
        (_("Value at risk, yuan"), f"{loyal.at_risk:,.0f}" if loyal.valued else tables.NONE, ""),
    ]


def _share_of(share: Share, sure: Decimal) -> str:
    """Of how many, and between what: the tables below ask about fewer, so their shares differ."""
    return f"{_of(share.whole)} · {tables.between(share.interval(sure))}" if share.whole else ""


def _of(customers: int) -> str:
    return _("of %(count)s") % {"count": customers}


def _bases(asked: Asked) -> Table:
    heads = (Text("网点数", "Outlets"), Text("客户数", "Customers"))
    people = directory()
    rows = []
    for unit_id, base in denominators.bases(asked.unit, asked.period.last).items():
        unit = people.unit(unit_id)
        if unit is None or base == denominators.NO_BASE:
            continue
        cells = [
            Cell(head, tables.NONE if number is None else f"{number:,}")
            for head, number in zip(heads, (base.outlets, base.customers), strict=True)
        ]
        rows.append(Row(Text(unit.name, unit.name), cells, is_total=unit_id == asked.unit.id))
    return Table(Text("网点和客户数", "Outlets and customers"), (Text("机构", "Unit"), *heads), rows)
