"""统计: the reports of a unit and a period as JSON, made of the same cells as the pages (mission C2, E7). No complaint can be told from them."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router

from shouwen.api import terms
from shouwen.api.guard import ApiRequest, BearerToken
from shouwen.api.models import ApiToken
from shouwen.api.problems import FieldError, Problem
from shouwen.api.reference import READ
from shouwen.api.tokens import Scope
from shouwen.core.people import Actor, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight import periods
from shouwen.insight.figures import Period
from shouwen.insight.reporting import archive
from shouwen.insight.reporting.models import Rhythm
from shouwen.insight.reporting.report import Heading, Kind, Line, Ratio, Report, Table, Value
from shouwen.insight.reporting.rhythms import stretch
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

ASKS = frozenset({"kind", "unit", "from", "until"})
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
UnitCode = Annotated[
    str,
    Query(
        max_length=64, pattern=terms.CODE, description="机构代码，缺省为令牌的机构 · unit code, else the token's unit"
    ),
]
ReportKind = Annotated[
    Kind,
    Query(description="statistics 分类统计 classified · inspection 检查 · return 监管报表 by the regulator's axes"),
]
First = Annotated[str | None, Query(alias="from", pattern=DAY, description="含当日，缺省为本月 · else this month")]
Last = Annotated[str | None, Query(alias="until", pattern=DAY, description="含当日 · that day included")]
router = Router(tags=["statistics"])


@router.get(
    "/statistics",
    auth=BearerToken(Scope.STATISTICS_READ, asks=ASKS),
    response={200: terms.ReportTold, **READ},
    by_alias=True,
    url_name="statistics",
)
def statistics(
    request: ApiRequest,
    kind: ReportKind = Kind.STATISTICS,
    unit: UnitCode = "",
    first: First = None,
    last: Last = None,
) -> Any:
    """统计报表 of the token's unit or one below it, the very cells of the page. Complaints under secrecy are in none."""
    now = timezone.now()
    wanted, period = _unit(request.auth, unit), _period(first, last, now)
    return _report(archive.report_of(kind, Actor(person=None, system="api"), wanted, period, now), now)


def _period(first: str | None, last: str | None, now: datetime) -> Period:
    month = stretch(Rhythm.MONTH, working_calendar().local_date(now))
    try:
        return periods.period(_day(first, "from", month.first), _day(last, "until", month.last))
    except Refusal as refusal:
        raise _refused(refusal.field or "from", refusal.rule, refusal.message) from refusal


def _day(value: str | None, field: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(value) if value else otherwise
    except ValueError as error:
        message = Text("没有这一天，请填写如 2026-03-01 的日期。", "There is no such day. Give one such as 2026-03-01.")
        raise _refused(field, "day-unknown", message) from error


def _refused(field: str, rule: str, message: Text) -> Problem:
    return Problem(422, rule, message, errors=(FieldError(field, rule, message),))


def _unit(token: ApiToken, code: str) -> Unit:
    unit = directory().unit_by_code(code) if code else directory().unit(token.unit_id)
    if unit is None or token.unit_id not in unit.line:
        message = Text(
            "令牌不代表这个机构，请填写令牌的机构或其下级。",
            "The token does not speak for this unit. Give its own unit or one below it.",
        )
        raise _refused("unit", "unit-not-yours", message)
    return unit


def _report(report: Report, now: datetime) -> dict[str, Any]:
    return {
        "kind": report.kind.value,
        "title": _words(report.title),
        "unit": report.unit,
        "unit_name": report.unit_name,
        "periods": [{"first": each.first, "last": each.last} for each in report.periods],
        "made_at": now,
        "tables": [_table(table) for table in report.tables],
        "notes": [_words(note) for note in report.notes],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": _words(table.title),
        "unconfirmed": table.unconfirmed,
        "columns": [_heading(heading) for heading in table.headings],
        "lines": [_line(line) for line in table.lines],
    }


def _heading(heading: Heading) -> dict[str, Any]:
    return {"title": _words(heading.title), "form": heading.form}


def _line(line: Line) -> dict[str, Any]:
    return {"title": _words(line.title), "level": line.level, "values": [_value(cell.value) for cell in line.cells]}


def _value(value: Value) -> float | int | None:
    return float(value.number) if isinstance(value, Ratio) else value


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
