"""统计工作簿: the statistics as a workbook for Excel and WPS. Real numbers, frozen headings; names are written as text, so that none becomes a formula."""

import io
from fractions import Fraction

import xlsxwriter

from shouwen.core.text import Text
from shouwen.insight.statistics import COLUMNS, Line, Statistics, Table

FORMS = {"count": "#,##0", "share": "0.0%", "days": "0.0", "rate": "#,##0.0"}
NAME_WIDTH, FIGURE_WIDTH = 32, 13
NOTE = Text(
    "按受理日期统计（含首尾两日）；办理结果为制表时的状态。纪检专办的保密投诉不计入，重复登记的随主件计一次。",
    "By day of receipt, both days included; outcomes as they stand now. Complaints for the discipline inspection alone are not "
    "counted, duplicates count once with their master.",
)
PERIOD_TITLES = (Text("本期", "This period"), Text("上期", "Period before"), Text("上年同期", "Year before"))


def workbook_of(told: Statistics, language: str) -> bytes:
    """One sheet for the whole, one for each table."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        _whole(book, told, language)
        for table in told.tables:
            _sheet(book, table.title.into(language), table, language)
    return output.getvalue()


def _whole(book: xlsxwriter.Workbook, told: Statistics, language: str) -> None:
    total = Table("all", told.total.title, (told.total,))
    sheet = _sheet(book, Text("合计", "Total").into(language), total, language)
    notes = [
        told.unit.name,
        *(
            f"{title.into(language)} {each.first} – {each.last}"
            for title, each in zip(PERIOD_TITLES, told.periods, strict=True)
        ),
        NOTE.into(language),
    ]
    for row, words in enumerate(notes, 3):
        sheet.write_string(row, 0, words)


def _sheet(book: xlsxwriter.Workbook, title: str, table: Table, language: str) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#E1EFF0", "border": 1, "text_wrap": True, "valign": "top"})
    forms = {name: book.add_format({"num_format": form}) for name, form in FORMS.items()}
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, NAME_WIDTH)
    sheet.set_column(1, len(COLUMNS), FIGURE_WIDTH)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.write_string(0, 0, title, head)
    for place, column in enumerate(COLUMNS, 1):
        sheet.write_string(0, place, column.title.into(language), head)
    for row, line in enumerate(table.lines, 1):
        sheet.write_string(row, 0, line.title.into(language), book.add_format({"indent": line.level}))
        _figures(sheet, row, line, forms)
    return sheet


def _figures(sheet: xlsxwriter.worksheet.Worksheet, row: int, line: Line, forms: dict[str, object]) -> None:
    for place, column in enumerate(COLUMNS, 1):
        value = line.value(column)
        if value is not None:
            sheet.write_number(row, place, float(value) if isinstance(value, Fraction) else value, forms[column.form])
