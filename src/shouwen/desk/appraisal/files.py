"""考核表 as a workbook and a PDF: the same lines as the page, as far as this person reads them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework.rules import policy_of
from shouwen.core.appraisal import AppraisalRule, Sheet, formula
from shouwen.core.people import Actor
from shouwen.core.text import Text
from shouwen.desk.appraisal.views import held_for
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.reports.drawing import made_now
from shouwen.insight.figures import Period
from shouwen.insight.reporting.archive import FORMS
from shouwen.insight.reporting.report import Cell, Heading, Ratio, Table
from shouwen.insight.reporting.report import Line as ReportLine
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight import appraisal
from shouwen.oversight.appraisal import Line
from shouwen.oversight.models import AppraisalPeriod

FEW = Text("（件数少，不排名）", " (few complaints, not ranked)")


class AppraisalPaper(msgspec.Struct, frozen=True):
    """考核表 of a unit and a period."""

    unit_name: str
    periods: tuple[Period, ...]
    tables: tuple[Table, ...]
    notes: tuple[Text, ...]
    title: Text = Text("客户投诉考核表", "Appraisal of complaint handling")
    measured_in: Text = Text("件、分", "complaints, points")


@require_safe
@cache_control(no_store=True, private=True)
def file(request: DeskRequest, period_id: int, form: str) -> HttpResponse:
    """The sheets as a file. What the page does not show this person is not in it either."""
    held = held_for(request.actor, period_id)
    if held is None or form not in FORMS:
        raise Http404
    return made_now(request, paper_of(request.actor, held), form, reverse("desk:appraisal_period", args=[period_id]))


def paper_of(actor: Actor, held: AppraisalPeriod) -> AppraisalPaper:
    """The paper of a period as this person reads it."""
    rule, unit = policy_of(held.policy).appraisal, directory().unit(held.unit)
    by_unit = _table("unit", Text("按单位", "By unit"), rule, appraisal.by_unit(held, appraisal.reach(actor)))
    by_person = _table("person", Text("按人员", "By person"), rule, appraisal.by_person(held, actor))
    tables = (by_unit, by_person) if by_person.lines else (by_unit,)
    notes = (formula(rule), _state(held))
    return AppraisalPaper(unit.name if unit else "", (Period(held.first, held.last),), tables, notes)


def _state(held: AppraisalPeriod) -> Text:
    if held.closed_at is None:
        return Text("未结账的草稿，各单位尚未见到。", "A draft that is not closed; the units have not seen it.")
    day, digest = working_calendar().local_date(held.closed_at), bytes(held.digest or b"").hex()
    return Text(
        f"{day} 结账；“更正后”为结账后异议成立的结果。结账分录校验值 {digest}。",
        f"Closed on {day}; “corrected” is what objections upheld since then have changed. Check value of the closed entries {digest}.",
    )


def _table(name: str, title: Text, rule: AppraisalRule, lines: Iterable[Line]) -> Table:
    headings = [Heading(Text("计入件数", "Counted"))]
    for item in rule.items:
        lost = Text(f"{item.title.zh}扣分", f"{item.title.en}, points lost")
        headings += [Heading(item.title), Heading(lost, "points")]
    headings += [Heading(Text("得分", "Score"), "points"), Heading(Text("更正后", "Corrected"), "points")]
    return Table(name, title, tuple(headings), tuple(_line(line) for line in lines))


def _line(line: Line) -> ReportLine:
    few = FEW if line.sheet.few else Text("")
    corrected = _points(line.corrected.score) if line.is_corrected else Cell(None)
    cells = (*_figures(line.sheet), _points(line.sheet.score), corrected)
    return ReportLine(Text(line.name + few.zh, line.name + few.en), cells)


def _figures(sheet: Sheet) -> Iterator[Cell]:
    yield Cell(sheet.complaints)
    for loss in sheet.losses:
        yield Cell(loss.cases)
        yield _points(loss.points)


def _points(points: Decimal) -> Cell:
    return Cell(Ratio(*points.as_integer_ratio()))
