"""Word 文档 of a letter, for units that fill in and stamp their forms in Word or WPS. Drawn from the same `Paper` as the PDF."""

import re
from io import BytesIO
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shouwen.letters.paper import Lines, Paper, Prose, Row, Table, is_english
from shouwen.letters.pdf import require_fit

MARGIN = Mm(22)
WIDTH = Mm(166)
SECOND_LABEL = Mm(24)
TALL = Mm(40)
LATIN, CHINESE = "Times New Roman", "SimSun"
"""Fonts that Word and WPS have; where they are missing, both put another Chinese font in their place."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def word(paper: Paper) -> bytes:
    """The letter on A4 as .docx: no macro, no field, no link; what a person wrote is text and nothing else.

    Refused: what `pdf` refuses for its length.
    """
    require_fit(paper)
    document = docx.Document()
    _set_page(document, paper)
    _write(document, paper.letterhead, size=13, align=_CENTER)
    _write(document, paper.title, size=18 if is_english(paper.language) else 21, bold=True, align=_CENTER)
    if paper.draft or paper.number:
        number = f"No. {paper.number}" if is_english(paper.language) else f"编号：{paper.number}"
        _write(document, paper.draft or number, size=10, align=_RIGHT)
    if paper.greeting:
        _write(document, paper.greeting, size=12)
    for part in paper.parts:
        if isinstance(part, Prose):
            for line in part.paragraphs:
                _write(document, line, size=12, indent=not is_english(paper.language))
        else:
            _add_table(document, part)
    _write(document, "")
    for line in paper.signs:
        _write(document, line)
    for line in paper.seal:
        _write(document, line, align=_RIGHT)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _set_page(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    section.footer.paragraphs[0].text = paper.number
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    style.paragraph_format.space_after = Pt(6)
    told = document.core_properties
    told.title, told.author, told.comments = paper.title, paper.letterhead, ""
    told.created = told.modified = paper.dated.replace(tzinfo=None)
    told.language = paper.language


def _write(
    document: Any, line: str, *, size: int = 11, bold: bool = False, align: Any = None, indent: bool = False
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(_NOT_IN_XML.sub("", line))
    run.bold, run.font.size = bold, Pt(size)
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)


def _add_table(document: Any, part: Table) -> None:
    if part.title:
        _write(document, part.title, bold=True)
    label = Mm(part.label_mm)
    value = (WIDTH - label - SECOND_LABEL) // 2
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, (label, value, SECOND_LABEL, value), strict=True):
        column.width = width
    for row in part.rows:
        _add_row(table, row)


def _add_row(table: Any, row: Row) -> None:
    added = table.add_row()
    if row.tall:
        added.height = TALL
    cells = added.cells
    if len(row.entries) == 1:
        cells[1].merge(cells[3])
    for place, entry in enumerate(row.entries):
        _fill(cells[2 * place], (entry.label,), align=_CENTER)
        _fill(cells[2 * place + 1], entry.value)
    _keep_together(added)


def _fill(cell: Any, said: Lines, align: Any = None) -> None:
    for place, line in enumerate(said or ("",)):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.add_run(_NOT_IN_XML.sub("", line))
        paragraph.alignment = align


def _keep_together(row: Any) -> None:
    """A row of one line is not torn apart by the end of the page; a long text has to be."""
    if row.height is None:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
