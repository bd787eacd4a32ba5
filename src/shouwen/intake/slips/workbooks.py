"""模板与退回的行 as .xlsx. Cells are written as texts, so that no value becomes a formula."""

import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import get_language

from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.intake import transfer
from shouwen.intake.slips.columns import CHOICES, COLUMNS, TITLES
from shouwen.intake.slips.planning import MOST_ROWS, Slip
from shouwen.organisation.importing.workbooks import escaped, write_headings, write_line

EXAMPLE = {
    "body": "示范市消费者协会",
    "body_kind": "政府部门",
    "slip_kind": "转办单",
    "document_number": "示消转〔2026〕7号",
    "document_date": "2026-02-27",
    "reply_by": "2026-03-12",
    "name": "张三",
    "phone": "13800000000",
    "subject": "示例：柜台排队时间过长",
    "statement": "示例行，导入前请删除。",
}


def template(policy: Policy) -> bytes:
    """模板: the headings with hints, an example, and lists to choose from."""
    language = get_language() or "zh-hans"
    channel = policy.channel(transfer.CODE)
    choices = {code: [each.title for each in fact.choices] for code in CHOICES if (fact := channel.fact(code))}
    choices["class_"] = [class_.title for class_ in policy.given_classes]
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E1EFF0", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(Text("来件", "Slips").into(language))
        write_headings(sheet, COLUMNS, language, head=head, cells=text)
        write_line(sheet, 1, [EXAMPLE.get(column.key, "") for column in COLUMNS], text)
        for place, column in enumerate(COLUMNS):
            if column.key in choices:
                offered = [title.into(language) for title in choices[column.key]]
                sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": offered})
    return output.getvalue()


def rejects(slips: Iterable[Slip]) -> bytes:
    """退回的行, under the headings of the template, with row, column and reason: put right, the file can be sent again."""
    language = get_language() or "zh-hans"
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#FCE6E3", "border": 1})
        sheet = book.add_worksheet(Text("来件", "Slips").into(language))
        extra = [Text("行", "row"), Text("原因", "reason")]
        write_line(sheet, 0, [title.into(language) for title in (*TITLES.values(), *extra)], head)
        sheet.set_column(0, len(TITLES), 18)
        sheet.set_column(len(TITLES) + 1, len(TITLES) + 1, 70)
        for place, slip in enumerate((slip for slip in slips if slip.problems), 1):
            write_line(
                sheet, place, [*(escaped(value) for _, value in slip.cells), str(slip.number), reasons(slip, language)]
            )
    return output.getvalue()


def reasons(slip: Slip, language: str) -> str:
    return "；".join(
        f"{TITLES[problem.column].into(language)}：{problem.why.into(language)}"
        if problem.column
        else problem.why.into(language)
        for problem in slip.problems
    )
