"""报表 PDF: A4 landscape as a Chinese bank prints a table, drawn by typst. No name in it is ever markup: the template gets data."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight.reporting.report import Paper, Table, lines, words
from shouwen.insight.workbook import PERIOD_TITLES
from shouwen.printing.typesetting import typeset

# Source: bank-default. A page of A4 landscape has some thirty lines.
MOST_LINES = 3_000
TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def pdf_of(report: Paper, drawn: Text, made_at: datetime, language: str) -> bytes:
    """The report with its fonts embedded; `drawn` is who drew it up and when. Raises `FontMissing`.

    Refused: more lines than anybody prints, which the workbook holds; and for now, while others are being made all the time.
    """
    if sum(1 for _ in lines(report)) > MOST_LINES:
        raise Refusal(
            "report-too-long",
            Text(
                "报表行数过多，不能生成 PDF。请改用 Excel，或选择下级机构。",
                "The report has too many lines for a PDF. Take the Excel file, or choose a unit further down.",
            ),
        )
    return typeset(TEMPLATE, {"report": msgspec.json.encode(_told(report, drawn, language)).decode()}, made_at)


def _told(report: Paper, drawn: Text, language: str) -> dict[str, Any]:
    """What the template is given: nothing but words."""
    return {
        "language": language,
        "title": report.title.into(language),
        "unit": report.unit_name,
        "period": f"{report.periods[0].first} – {report.periods[0].last}",
        "compared": [
            f"{title.into(language)} {each.first} – {each.last}"
            for title, each in zip(PERIOD_TITLES[1:], report.periods[1:], strict=False)
        ],
        "measured_in": report.measured_in.into(language),
        "drawn": drawn.into(language),
        "notes": [note.into(language) for note in report.notes],
        "tables": [_table(table, language) for table in report.tables],
    }


def _table(table: Table, language: str) -> dict[str, Any]:
    return {
        "title": table.title.into(language),
        "headings": [heading.title.into(language) for heading in table.headings],
        "lines": [
            {
                "title": line.title.into(language),
                "level": line.level,
                "cells": [
                    words(heading.form, cell.value) for heading, cell in zip(table.headings, line.cells, strict=True)
                ],
            }
            for line in table.lines
        ],
    }
