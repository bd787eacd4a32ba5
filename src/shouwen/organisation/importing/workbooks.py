"""模板与退回文件 as .xlsx: what the program gives out. Cells are written as texts, so no value becomes a formula."""

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import get_language

from shouwen.core.duties import Duty
from shouwen.core.people import KIND_TITLES
from shouwen.core.text import Text
from shouwen.organisation.importing.plan import Column, Plan, Subject

LONGEST_CELL = 32_767
"""Excel's own limit, in characters."""
EXAMPLES = {
    Subject.UNITS: (
        ("100000", "示范银行总行", "总行", "", "示范市人民路 1 号", "021-55500000", "2000-01-01"),
        ("110000", "江东省分行", "一级分行", "100000", "", "", ""),
    ),
    Subject.STAFF: (
        ("000002", "孟庆国", "100000", "第一责任人", "", "021-55500002", "", "2020-01-01"),
        ("110101", "林晓雯", "110000", "联系人、经办人", "A", "", "", ""),
    ),
}
RULES = Text(
    "第 1 行是表头，请勿改动；带 * 的列必填。示例行请删去。已有的机构号、工号会更新资料，空格子不改动原值；导入不会取消任何岗位。",
    "Row 1 holds the headings; leave it. Columns with * are needed. Delete the examples. A code or number that exists is updated, an empty "
    "cell leaves what is there, and an import takes no duty away.",
)


def template() -> bytes:
    """导入模板: two sheets with headings, examples and lists to choose from, and a third that explains."""
    language = get_language() or "zh-hans"
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E1EFF0", "border": 1})
        text = book.add_format({"num_format": "@"})
        for subject in Subject:
            sheet = book.add_worksheet(subject.label.into(language))
            write_headings(sheet, subject.columns, language, head=head, cells=text)
            for number, example in enumerate(EXAMPLES[subject], 1):
                write_line(sheet, number, example, text)
            _offer_lists(sheet, subject, language)
        notes = book.add_worksheet(Text("说明", "How to fill in").into(language))
        notes.set_column(0, 0, 100)
        lines = [RULES.into(language), "", *(title.into(language) for title in KIND_TITLES.values()), ""]
        for number, line in enumerate([*lines, *(duty.label.into(language) for duty in Duty)]):
            notes.write_string(number, 0, line)
    return output.getvalue()


def _offer_lists(sheet: xlsxwriter.worksheet.Worksheet, subject: Subject, language: str) -> None:
    choices = {"kind": [title.into(language) for title in KIND_TITLES.values()], "rank": ["A", "B"]}
    for place, column in enumerate(subject.columns):
        if column.key in choices:
            sheet.data_validation(1, place, 20_000, place, {"validate": "list", "source": choices[column.key]})


def rejects(plan: Plan) -> bytes:
    """退回的行 with row number, column and reason, under the headings of the template, so that they can be put right and sent again."""
    language = get_language() or "zh-hans"
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#FCE6E3", "border": 1})
        for subject, rows in ((Subject.UNITS, plan.units), (Subject.STAFF, plan.staff)):
            bad = [row for row in rows if row.bad]
            if not bad:
                continue
            sheet = book.add_worksheet(subject.label.into(language))
            titles = {column.key: column.title.into(language) for column in subject.columns}
            extra = [Text("行", "row"), Text("列", "column"), Text("原因", "reason")]
            write_line(sheet, 0, [*titles.values(), *(title.into(language) for title in extra)], head)
            sheet.set_column(0, len(titles) + 1, 16)
            sheet.set_column(len(titles) + 2, len(titles) + 2, 70)
            for number, row in enumerate(bad, 1):
                columns = dict.fromkeys(titles.get(problem.column, "") for problem in row.problems)
                reasons = (problem.why.into(language) for problem in row.problems)
                why = [str(row.number), ", ".join(title for title in columns if title), "\n".join(reasons)]
                write_line(sheet, number, [*(escaped(value) for _, value in row.cells), *why])
    return output.getvalue()


def escaped(value: str) -> str:
    """A cell that no program takes for a formula, also when the sheet is saved as CSV."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def write_headings(
    sheet: xlsxwriter.worksheet.Worksheet,
    columns: Sequence[Column],
    language: str,
    *,
    head: xlsxwriter.format.Format,
    cells: xlsxwriter.format.Format,
) -> None:
    """The first line of a template, which stays in sight: the titles, * where something is needed, hints as comments."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 18, cells)
        sheet.write_string(0, place, column.title.into(language) + ("*" if column.needed else ""), head)
        if column.hint.zh:
            sheet.write_comment(0, place, column.hint.into(language))
    sheet.freeze_panes(1, 0)


def write_line(
    sheet: xlsxwriter.worksheet.Worksheet,
    number: int,
    values: Sequence[str],
    form: xlsxwriter.format.Format | None = None,
) -> None:
    """One line of texts, each cut to what a cell can hold."""
    for place, value in enumerate(values):
        sheet.write_string(number, place, value[:LONGEST_CELL], form)
