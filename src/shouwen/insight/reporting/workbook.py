"""报表工作簿 for Excel and WPS: real numbers, frozen headings; every name is written as text, so that none becomes a formula."""

import io

import xlsxwriter

from shouwen.core.text import Text
from shouwen.insight.reporting.report import Line, Paper, Ratio, Table
from shouwen.insight.workbook import FIGURE_WIDTH, FORMS, NAME_WIDTH, PERIOD_TITLES

ALL_FORMS = {**FORMS, "change": "+0.0%;-0.0%;0.0%", "points": "0.00"}
COVER = Text("说明", "Cover")


def workbook_of(report: Paper, drawn: Text, language: str) -> bytes:
    """One sheet for each table, and a cover that says of what, of when and by whom. `drawn` is who drew it up and when."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        _cover(book, report, drawn, language)
        for table in report.tables:
            _sheet(book, table, language)
    return output.getvalue()


def _cover(book: xlsxwriter.Workbook, report: Paper, drawn: Text, language: str) -> None:
    sheet = book.add_worksheet(COVER.into(language))
    sheet.set_column(0, 0, NAME_WIDTH * 3)
    said = [
        report.title.into(language),
        report.unit_name,
        *(
            f"{title.into(language)} {each.first} – {each.last}"
            for title, each in zip(PERIOD_TITLES, report.periods, strict=False)
        ),
        drawn.into(language),
        *(note.into(language) for note in report.notes),
    ]
    bold, wrapped = book.add_format({"bold": True, "font_size": 14}), book.add_format({"text_wrap": True})
    for row, text in enumerate(said):
        sheet.write_string(row, 0, text, bold if row == 0 else wrapped)


def _sheet(book: xlsxwriter.Workbook, table: Table, language: str) -> None:
    sheet = book.add_worksheet(table.title.into(language)[:31])
    head = book.add_format({"bold": True, "bg_color": "#E1EFF0", "border": 1, "text_wrap": True, "valign": "top"})
    forms = {name: book.add_format({"num_format": form}) for name, form in ALL_FORMS.items()}
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, NAME_WIDTH)
    sheet.set_column(1, len(table.headings), FIGURE_WIDTH)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.write_string(0, 0, table.title.into(language), head)
    for place, heading in enumerate(table.headings, 1):
        sheet.write_string(0, place, heading.title.into(language), head)
    for row, line in enumerate(table.lines, 1):
        sheet.write_string(row, 0, line.title.into(language), book.add_format({"indent": line.level}))
        _figures(sheet, row, table, line, forms)


def _figures(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, table: Table, line: Line, forms: dict[str, object]
) -> None:
    for place, (heading, cell) in enumerate(zip(table.headings, line.cells, strict=True), 1):
        if cell.value is not None:
            value = float(cell.value.number) if isinstance(cell.value, Ratio) else cell.value
            sheet.write_number(row, place, value, forms[heading.form])
