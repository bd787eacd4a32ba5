"""统计页: every figure agrees with a slow count, opens exactly its complaints, and stands in the workbook as a number."""

import html
import io
import zipfile
from datetime import date, timedelta
from fractions import Fraction
from urllib.parse import urlsplit

import msgspec
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shouwen.casework import queries, search
from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.core.people import UnitKind
from shouwen.core.text import Text
from shouwen.demo import bank
from shouwen.desk.statistics.views import _list_of
from shouwen.desk.worklist.narrowing import narrowing_of
from shouwen.insight import figures, periods, statistics
from shouwen.insight.figures import NONE, Period
from shouwen.insight.statistics import COLUMNS, Line, Statistics
from shouwen.insight.workbook import workbook_of
from shouwen.organisation import calendar
from shouwen.organisation import directory as organisation
from shouwen.organisation.directory import directory
from tests.casework.test_door import person
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.ground import StandOn, demo_bank
from tests.insight import slow

UNION = "110201"


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(60, folded=True))


def last_year() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=200), today)


def told(who: str = AUDITOR, code: str = "") -> Statistics:
    actor = person(who)
    unit = statistics.unit_within(actor, code)
    assert unit is not None
    return statistics.statistics(actor, unit, last_year())


def lines(of: Statistics) -> list[tuple[str, Line]]:
    return [("all", of.total), *((table.name, line) for table in of.tables for line in table.lines)]


def slowly(of: Statistics, counted: slow.Lines, name: str, line: Line) -> dict[str, int | Fraction | None]:
    """The cells of a line, from the journals."""
    asked_for = dict(line.asks)
    name = "anonymous" if "anonymous" in asked_for else name
    wanted = asked_for.get({"unit": "at"}.get(name, name), "")
    codes = {"" if wanted == "-" else wanted}
    if name == "unit":
        below = directory().unit_by_code(wanted)
        codes = {str(below.id if below else of.unit.id)}
    if name == "class":
        codes |= {each.code for each in standing_policy().classes if each.parent == wanted and wanted}
    got = [counted.get((name, code), NONE) for code in codes]

    def total(measure: str) -> int:
        return sum(getattr(each, measure) for each in got)

    replied, happy = total("in_time") + total("late"), total("satisfied") + total("delighted")
    asked = happy + total("dissatisfied")
    return {
        "Received": total("received"),
        "Period before": total("received"),
        "Year before": total("received"),
        "In hand": total("open"),
        "In time": total("in_time"),
        "Late": total("late"),
        "In time, %": Fraction(total("in_time"), replied) if replied else None,
        "Days to reply": Fraction(total("reply_seconds"), total("replied") * 24 * 3600) if total("replied") else None,
        "Very satisfied": total("delighted"),
        "Satisfied": total("satisfied"),
        "Dissatisfied": total("dissatisfied"),
        "Satisfied, %": Fraction(happy, asked) if asked else None,
        "Per 100 outlets": _rate(total("received"), of, name, wanted),
        "Per 100,000 customers": None,
    }


def _rate(received: int, of: Statistics, name: str, wanted: str) -> Fraction | None:
    """Per 100 outlets of the unit, of the unit below on its own line, and of nobody for what the unit handles itself."""
    if name == "unit" and not wanted:
        return None
    unit = directory().unit_by_code(wanted) if name == "unit" else of.unit
    assert unit is not None
    outlets = [each for each in bank.UNITS if each.kind is UnitKind.OUTLET]
    within = [each for each in outlets if unit.id in _line(each.code)]
    return Fraction(received * 100, len(within)) if within else None


def _line(code: str) -> tuple[int, ...]:
    unit = directory().unit_by_code(code)
    assert unit is not None
    return unit.line


def test_the_anonymous_are_counted_as_a_class_beside_their_own(demo: None) -> None:
    anonymous = [line for _, line in lines(told(AUDITOR, "")) if dict(line.asks) == {"anonymous": "yes"}]
    assert [line.title.zh for line in anonymous] == ["匿名投诉（已含于各类）"]
    assert anonymous[0].value(COLUMNS[0])


@pytest.mark.parametrize(("who", "code"), [(AUDITOR, ""), (UNION, "")])
def test_every_cell_agrees_with_a_slow_count(demo: None, who: str, code: str) -> None:
    of = told(who, code)
    counted = [slow.count(of.unit.id, period) for period in of.periods]
    for name, line in lines(of):
        for column in COLUMNS:
            expected = slowly(of, counted[column.of], name, line)[column.title.en]
            assert line.value(column) == expected, (name, line.title.en, column.title.en)


def test_the_workbook_has_every_cell_as_a_number(demo: None) -> None:
    of = told()
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_of(of, "en")))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    expected = [(of.total,), *(table.lines for table in of.tables)]
    for sheet, group in zip(sheets, expected, strict=True):
        for row, line in zip(sheet[1:], group, strict=False):
            values = [line.value(column) for column in COLUMNS]
            assert row[0] == line.title.en
            assert row[1:] == ["" if value is None else pytest.approx(float(value)) for value in values]


def test_a_name_that_looks_like_a_formula_stays_text_in_the_workbook(demo: None) -> None:
    of = told()
    total = msgspec.structs.replace(of.total, title=Text("=1+1", "=1+1"))
    written = zipfile.ZipFile(io.BytesIO(workbook_of(msgspec.structs.replace(of, total=total), "en")))
    sheets = [written.read(name).decode() for name in written.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)
    assert "=1+1" in written.read("xl/sharedStrings.xml").decode()


def test_every_figure_opens_exactly_its_complaints(demo: None) -> None:
    actor, of = person(AUDITOR), told()
    for _name, line in lines(of):
        for column in COLUMNS:
            address = _list_of(of, line, column)
            if address:
                narrowing = narrowing_of(QueryDict(urlsplit(address).query))
                assert narrowing.unread == []
                found = search.found(actor, narrowing.filters, timezone.now())
                assert found.count == line.value(column), address


def test_the_page_shows_the_figures_with_their_links(demo: None) -> None:
    of = told()
    days = {"from": str(of.periods[0].first), "until": str(of.periods[0].last)}
    shown = html.unescape(signed_in(AUDITOR).get("/statistics/", days).content.decode())
    for _name, line in lines(of):
        address = _list_of(of, line, COLUMNS[0])
        assert not address or f'<a href="{address}">{line.value(COLUMNS[0])}</a>' in shown


def test_the_page_asks_as_much_of_a_large_period_as_of_a_small_one(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory in (calendar, organisation):  # whether what is remembered still stands is asked once a second
        monkeypatch.setattr(memory, "FRESH_FOR", 3600.0)
    client = signed_in(AUDITOR)
    client.get("/statistics/")

    def asked(first: str) -> int:
        with CaptureQueriesContext(connection) as queries_made:
            client.get("/statistics/", {"from": first, "until": "2030-01-01"})
        return len(queries_made)

    assert asked("2029-12-31") == asked("2000-01-01")


def test_the_roll_up_is_read_along_its_index(demo: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_complaintrow, insight_figure")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + figures.READ_SQL, figures.asked_of(1, [last_year()], 7))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "figure_once" in plan
    assert "complaint_about" in plan
    assert "Seq Scan on casework_complaintrow" not in plan


def test_a_list_by_cause_is_read_along_its_index(demo: None) -> None:
    rows = queries.narrowed(
        ComplaintRow.objects.all(), queries.Filters(cause="x"), timezone.now(), person(AUDITOR)
    ).order_by(*queries.NEWEST_FIRST)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_complaintrow")  # else it may stand as empty, and any index will do
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "complaint_cause" in queries.explain(rows)


@pytest.mark.parametrize("who", [AGENT, CONTACT])
def test_who_looks_after_no_institution_reads_no_statistics(demo: None, who: str) -> None:
    assert signed_in(who).get("/statistics/").status_code in {302, 403, 404}


def test_a_unit_outside_the_reach_is_not_there(demo: None) -> None:
    top = directory().units()[0].code
    assert signed_in(UNION).get("/statistics/", {"unit": top}).status_code == 404


@pytest.mark.parametrize("typed", ["abc", "9999-12-31", "0001-01-01", "2026-02-30"])
def test_a_date_that_makes_no_sense_is_said_and_this_month_shown(demo: None, typed: str) -> None:
    answer = signed_in(SUPERVISOR).get("/statistics/", {"from": typed, "until": typed})
    said = ("日期无法识别", "期间过早或过晚")
    assert answer.status_code == 200
    assert any(sentence in answer.content.decode() for sentence in said)


def test_whole_months_are_compared_with_whole_months() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert periods.before(march) == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert periods.year_before(march) == Period(date(2025, 3, 1), date(2025, 3, 31))


def test_other_periods_are_compared_with_as_many_days() -> None:
    assert periods.before(Period(date(2026, 3, 5), date(2026, 3, 11))) == Period(date(2026, 2, 26), date(2026, 3, 4))


def test_a_leap_february_is_told_beside_a_whole_february() -> None:
    leap = Period(date(2028, 2, 1), date(2028, 2, 29))
    assert periods.year_before(leap) == Period(date(2027, 2, 1), date(2027, 2, 28))
    assert periods.year_before(Period(date(2029, 2, 1), date(2029, 2, 28))).last == date(2028, 2, 29)
