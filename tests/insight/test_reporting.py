"""报表: every cell agrees with a slow count from the journals, stands in the workbook as a number, and opens exactly its complaints."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction

import msgspec
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode
from python_calamine import CalamineWorkbook

from shouwen.casework import search
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Complaint
from shouwen.core.text import Text
from shouwen.desk.worklist.narrowing import narrowing_of
from shouwen.insight import periods, statistics
from shouwen.insight.figures import Period
from shouwen.insight.reporting.archive import drawn_up, report_of
from shouwen.insight.reporting.pdf import pdf_of
from shouwen.insight.reporting.report import Kind, Ratio, Report, Value, lines, words
from shouwen.insight.reporting.workbook import workbook_of
from shouwen.insight.statistics import COLUMNS
from shouwen.organisation.directory import directory
from tests.casework.test_door import person
from tests.desk.bank import AUDITOR
from tests.ground import StandOn, demo_bank
from tests.insight import slow

UNION = "110201"
NOW = timezone.now()
Facts = dict[str, Value | Fraction]


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(70, cast=True, folded=True))


def half_a_year() -> Period:
    return Period(timezone.localdate() - timedelta(days=182), timezone.localdate())


def told(kind: Kind, who: str = AUDITOR) -> Report:
    actor = person(who)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    return report_of(kind, actor, unit, half_a_year(), NOW)


def counted(report: Report, period: Period, who: str) -> list[tuple[Complaint, str]]:
    """The complaints of the period with the unit below the report's that each lies with, from the journals."""
    unit = directory().unit_by_code(report.unit)
    assert unit is not None
    found = [each for each in slow.complaints() if slow.counted(each, unit.id, period, person(who).id)]
    return [(each, slow.codes(each, unit.id)["unit"]) for each in found]


def share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def number(value: Value) -> int | Fraction | None:
    return value.number if isinstance(value, Ratio) else value


# --- The regulator's return -----------------------------------------------------------------------------------------------


def above(axis: str, code: str) -> Iterator[str]:
    """The category and every one above it."""
    parents = {
        each.code: each.parent for of in standing_policy().statistics if of.code == axis for each in of.categories
    }
    while code:
        yield code
        code = parents[code] or ""


def of_axis(complaints: list[tuple[Complaint, str]], axis: str, title: str) -> list[Complaint]:
    """The complaints of a line, which its English title names."""
    if axis == "all":
        return [each for each, _ in complaints]
    if title == "Not chosen yet":
        return [each for each, _ in complaints if axis not in slow.categories(each)]
    categories = next(of.categories for of in standing_policy().statistics if of.code == axis)
    wanted = {each.code for each in categories if each.title.en == title.removesuffix("＊")}
    return [
        each
        for each, _ in complaints
        if (code := slow.categories(each).get(axis)) and not wanted.isdisjoint(above(axis, code))
    ]


@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_every_cell_of_the_return_agrees_with_a_slow_count(demo: None, who: str) -> None:
    report = told(Kind.RETURN, who)
    complaints = [counted(report, period, who) for period in report.periods]
    seen = 0
    for table, line in lines(report):
        if line.title.en.removesuffix("＊") == "Other":  # two categories of one axis are called so
            continue
        now, before, a_year = (of_axis(each, table.name, line.title.en) for each in complaints)
        answered = sum(1 for each in now if slow.measures(each)["answered"])
        expected = [
            len(now),
            share(len(now), len(complaints[0])),
            len(before),
            share(len(now) - len(before), len(before)),
            len(a_year),
            share(len(now) - len(a_year), len(a_year)),
            answered,
        ]
        assert [number(cell.value) for cell in line.cells] == expected, (table.name, line.title.en)
        seen += bool(now)
    assert seen > 8


def test_an_axis_adds_up_to_the_total_with_what_is_not_chosen(demo: None) -> None:
    report = told(Kind.RETURN)
    total = report.tables[0].lines[0].cells[0].value
    for table in report.tables[1:]:
        assert sum(line.cells[0].value for line in table.lines if line.level == 0) == total  # type: ignore[misc]


def test_what_nobody_has_read_in_the_standard_is_marked_on_the_return(demo: None) -> None:
    report = told(Kind.RETURN)
    assert all(table.unconfirmed for table in report.tables[1:])
    assert all(
        line.title.zh.endswith("＊") or line.title.zh == "尚未选定" for t in report.tables[1:] for line in t.lines
    )
    assert any("未经与标准原文核对" in note.zh for note in report.notes)


# --- The union's inspection -----------------------------------------------------------------------------------------------


def process(of: list[Complaint]) -> list[int]:
    def having(fact: str) -> int:
        return sum(1 for each in of if fact in slow.process(each))

    unsigned = [each for each in of if each.offer and each.offer.waiting and each.offer.sign_by.limit.at < NOW]
    return [
        len(of),
        len(unsigned),
        sum(1 for each in of if each.is_open and each.sent_back),
        *(having(fact) for fact in ("extended", "supervised", "slip_returned", "slip_late", "incomplete")),
    ]


def total(of: list[Complaint], measure: str) -> int:
    return sum(slow.measures(each)[measure] for each in of)


def in_time(of: list[Complaint]) -> Fraction | None:
    return share(total(of, "in_time"), total(of, "in_time") + total(of, "late"))


def satisfied(of: list[Complaint]) -> Fraction | None:
    happy = total(of, "satisfied") + total(of, "delighted")
    return share(happy, happy + total(of, "dissatisfied"))


def limits(now: list[Complaint], before: list[Complaint], a_year: list[Complaint]) -> list[int | Fraction | None]:
    overdue = [each for each in now if each.is_open and each.due_at is not None and each.due_at < NOW]
    return [
        len(now),
        total(now, "open"),
        len(overdue),
        total(now, "in_time"),
        total(now, "late"),
        in_time(now),
        in_time(before),
        in_time(a_year),
        share(total(now, "reply_seconds"), total(now, "replied") * 24 * 3600),
    ]


def satisfaction(now: list[Complaint], before: list[Complaint], a_year: list[Complaint]) -> list[int | Fraction | None]:
    asked = total(now, "delighted") + total(now, "satisfied") + total(now, "dissatisfied")
    counts = [total(now, measure) for measure in ("unmeasured", "delighted", "satisfied", "dissatisfied")]
    return [total(now, "replied"), asked, *counts, satisfied(now), satisfied(before), satisfied(a_year)]


@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_every_cell_of_the_inspection_agrees_with_a_slow_count(demo: None, who: str) -> None:
    report = told(Kind.INSPECTION, who)
    complaints = [counted(report, period, who) for period in report.periods]
    draw: dict[str, Callable[..., list[int | Fraction | None]]] = {
        "process": lambda now, _before, _year: list(process(now)),
        "limits": limits,
        "satisfaction": satisfaction,
    }
    for table, line in lines(report):
        unit = next((each for each in directory().units() if each.name == line.title.zh), None)
        own = str(directory().unit_by_code(report.unit).id)  # type: ignore[union-attr]
        wanted = str(unit.id) if unit else own
        of = [[each for each, at in told if line.title.en == "Total" or at == wanted] for told in complaints]
        expected = draw[table.name](*of)
        assert [number(cell.value) for cell in line.cells] == expected, (table.name, line.title.en)


def test_the_inspection_asks_as_much_of_many_complaints_as_of_few(demo: None) -> None:
    actor, unit = person(AUDITOR), statistics.roots(person(AUDITOR))[0]

    def asked(first: date) -> int:
        with CaptureQueriesContext(connection) as made:
            report_of(Kind.INSPECTION, actor, unit, Period(first, date(2030, 1, 1)), NOW)
        return sum("stamp" not in each["sql"] for each in made.captured_queries)  # asked for now and then

    asked(date(2029, 12, 31))
    assert asked(date(2029, 12, 31)) == asked(date(2001, 1, 1)) <= 3


# --- Classified statistics, and what all three share ----------------------------------------------------------------------


def test_the_paper_of_the_statistics_has_the_cells_of_the_page(demo: None) -> None:
    """Those are held against the journals in tests/desk/test_statistics.py."""
    report, actor = told(Kind.STATISTICS), person(AUDITOR)
    page = statistics.statistics(actor, statistics.roots(actor)[0], half_a_year())
    shown = [page.total, *(line for table in page.tables for line in table.lines)]
    drawn = [line for _, line in lines(report)]
    assert [line.title for line in drawn] == [line.title for line in shown]
    for paper, line in zip(drawn, shown, strict=True):
        assert [number(cell.value) for cell in paper.cells] == [line.value(column) for column in COLUMNS]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_every_count_opens_exactly_its_complaints(demo: None, kind: Kind, who: str) -> None:
    actor, opened = person(who), 0
    for table, line in lines(told(kind, who)):
        for cell in line.cells:
            if cell.asks:
                narrowing = narrowing_of(QueryDict(urlencode(dict(cell.asks))))
                assert narrowing.unread == []
                found = search.found(actor, narrowing.filters, NOW)
                assert found.count == cell.value, (table.name, line.title.en, cell.asks)
                opened += 1
    assert opened > 20


@pytest.mark.parametrize("kind", Kind)
def test_the_workbook_has_every_cell_as_a_number_under_frozen_headings(demo: None, kind: Kind) -> None:
    report = told(kind)
    content = workbook_of(report, drawn_up("吴国华", NOW), "zh-hans")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["说明", *(table.title.zh for table in report.tables)]
    for table in report.tables:
        sheet = book.get_sheet_by_name(table.title.zh).to_python()
        assert sheet[0] == [table.title.zh, *(heading.title.zh for heading in table.headings)]
        for row, line in zip(sheet[1:], table.lines, strict=True):
            values = [number(cell.value) for cell in line.cells]
            assert row[0] == line.title.zh
            assert row[1:] == ["" if value is None else pytest.approx(float(value)) for value in values]
    written = zipfile.ZipFile(io.BytesIO(content))
    sheets = [written.read(f"xl/worksheets/sheet{place}.xml").decode() for place in range(2, len(report.tables) + 2)]
    assert all('state="frozen"' in sheet and "<f>" not in sheet for sheet in sheets)
    assert "吴国华" in "".join(map(str, book.get_sheet_by_name("说明").to_python()))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://example.org"])
def test_a_name_that_looks_like_a_formula_stays_text(demo: None, name: str) -> None:
    report = told(Kind.INSPECTION)
    table = report.tables[0]
    line = msgspec.structs.replace(table.lines[0], title=Text(name, name))
    hostile = msgspec.structs.replace(
        report, unit_name=name, tables=(msgspec.structs.replace(table, lines=(line,)),), notes=(Text(name, name),)
    )
    content = workbook_of(hostile, Text(name), "zh-hans")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.get_sheet_by_index(1).to_python()[1][0] == name
    assert book.get_sheet_by_index(0).to_python()[1][0] == name
    written = zipfile.ZipFile(io.BytesIO(content))
    assert not any("<f>" in written.read(part).decode() for part in written.namelist() if "worksheets/sheet" in part)


@pytest.mark.parametrize("kind", Kind)
def test_the_same_report_gives_the_same_pdf(demo: None, kind: Kind) -> None:
    report = told(kind)
    pdf = pdf_of(report, drawn_up("吴国华", NOW), NOW, "zh-hans")
    assert pdf.startswith(b"%PDF-")
    assert pdf == pdf_of(report, drawn_up("吴国华", NOW), NOW, "zh-hans")


def test_no_name_is_markup_in_the_pdf(demo: None) -> None:
    hostile = Text('#panic("x") $ x^2 $ = head `raw` <label> #image("/etc/passwd")')
    report = told(Kind.INSPECTION)
    table = report.tables[0]
    line = msgspec.structs.replace(table.lines[0], title=hostile)
    drawn = msgspec.structs.replace(report, tables=(msgspec.structs.replace(table, lines=(line,)),), notes=(hostile,))
    assert pdf_of(drawn, hostile, NOW, "zh-hans").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        ("count", 1204, "1,204"),
        ("share", Ratio(1, 8), "12.5%"),
        ("change", Ratio(-1, 4), "-25.0%"),
        ("change", Ratio(1, 4), "+25.0%"),
        ("days", Ratio(9, 2), "4.5"),
        ("count", None, "–"),
    ],
)
def test_a_figure_is_read_as_people_write_it(form: str, value: Value, said: str) -> None:
    assert words(form, value) == said


def test_periods_of_a_return_are_whole_ones() -> None:
    assert periods.before(Period(date(2026, 7, 1), date(2026, 9, 30))) == Period(date(2026, 4, 1), date(2026, 6, 30))
