"""A report on a page and as a file: every figure in words, with the address of its list where it has one."""

from urllib.parse import quote, urlencode

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.insight.reporting.archive import drawn_up
from shouwen.insight.reporting.pdf import pdf_of
from shouwen.insight.reporting.report import Cell, Heading, Line, Paper, Report, Table, words
from shouwen.insight.reporting.workbook import workbook_of
from shouwen.printing.fonts import FontMissing

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class Shown(msgspec.Struct, frozen=True):
    """One figure; `label` stands beside it on a phone."""

    label: Text
    words: str
    href: str = ""


def tables(report: Report, *, linked: bool = True) -> list[tuple[Table, list[tuple[Line, list[Shown]]]]]:
    """Every table with its lines. What is archived is not linked: its lists have gone on since."""
    return [
        (
            table,
            [
                (line, [_shown(*pair, linked=linked) for pair in zip(table.headings, line.cells, strict=True)])
                for line in table.lines
            ],
        )
        for table in report.tables
    ]


def _shown(heading: Heading, cell: Cell, *, linked: bool) -> Shown:
    href = f"{reverse('desk:complaints')}?{urlencode(dict(cell.asks))}" if linked and cell.asks else ""
    return Shown(heading.title, words(heading.form, cell.value), href)


def made_now(request: DeskRequest, paper: Paper, form: str, back: str) -> HttpResponse:
    """The paper as a workbook or a PDF, drawn up by this person now; `back` is where a refusal is told."""
    now, language = timezone.now(), get_language() or "zh-hans"
    drawn = drawn_up(request.actor.person.name if request.actor.person else "", now)
    if form == "xlsx":
        return as_file(paper, workbook_of(paper, drawn, language), form)
    try:
        return as_file(paper, pdf_of(paper, drawn, now, language), form)
    except FontMissing as missing:
        return HttpResponse(missing.message.into(language), content_type="text/plain; charset=utf-8", status=503)
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect(back)


def as_file(report: Paper, content: bytes, form: str) -> HttpResponse:
    """The file to be saved, under a name that says of what and of when; a PDF is shown in the browser."""
    answer = HttpResponse(content, content_type=MEDIA_TYPES[form])
    name = f"{in_reader_language(report.title)} {report.unit_name} {report.periods[0].first} {report.periods[0].last}.{form}"
    shown = "inline" if form == "pdf" else "attachment"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    return answer
