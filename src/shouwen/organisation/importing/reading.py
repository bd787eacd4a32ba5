"""读取文件: .xlsx, .xls and .csv (UTF-8 with or without BOM, GB18030) into tables of texts under known headings."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.importing import sheets
from shouwen.organisation.importing.plan import Column, Subject

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 100_000
HEADING_WITHIN = 10
WAIT = 60
"""Seconds that a workbook may take."""

REFUSED = {
    "rows": ("too-many-rows", "文件超过 10 万行，请分成几个文件。", "The file has more than 100,000 rows. Split it."),
    "columns": (
        "too-many-columns",
        f"文件超过 {sheets.MOST_COLUMNS} 列，请删去多余的列。",
        f"The file has more than {sheets.MOST_COLUMNS} columns. Remove those that are not needed.",
    ),
    "large": (
        "file-too-large",
        "文件展开后太大。请将需要的行复制到一个新文件，另存后再上传。",
        "Unpacked, the file is too large. Copy the rows that are needed into a new file and try again.",
    ),
    "encrypted": (
        "encrypted-file",
        "文件有密码保护，请取消密码后再上传。",
        "The file is protected by a password. Take it off and try again.",
    ),
    "broken": (
        "broken-file",
        "文件打不开：不是完好的 Excel 文件。请在 Excel 中另存为 .xlsx 后再上传。",
        "The file cannot be opened: it is no sound Excel file. Save it again as .xlsx and try again.",
    ),
}
OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin, whatever their name says."""


Numbered = tuple[int, dict[str, str]]
"""A row: its number as a spreadsheet shows it, and its values by column."""


class Table(msgspec.Struct, frozen=True):
    """One sheet: its rows below the heading, each with its number in the sheet and the values of the known columns."""

    subject: Subject
    rows: tuple[Numbered, ...]


def read_tables(content: bytes) -> list[Table]:
    """The sheets of units and of staff in a file, told apart by their headings; other sheets are passed over.

    Refused with a sentence: what is empty, too large, encrypted, broken, or has no sheet with the headings of the template.
    """
    tables = [table for sheet in sheets_of(content) if (table := _table(sheet)) is not None]
    if not tables:
        raise _refused(
            "no-known-headings",
            "没有找到“机构号、机构名称、类型”或“工号、姓名、所在机构号”这样的表头，请按模板填写。",
            "No sheet has the headings of the template (unit code, unit name, kind; or employee number, name, unit code). Use the template.",
        )
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise _refused(*REFUSED["rows"])
    return sorted(tables, key=lambda table: table.subject is Subject.STAFF)


def sheets_of(content: bytes) -> Iterable[Sequence[Sequence[object]]]:
    """The sheets of a file as they are. Refused with a sentence: what is empty, too large, encrypted or broken."""
    if not content.strip():
        raise _refused("empty-file", "文件是空的，请另选文件。", "The file is empty. Choose another.")
    if len(content) > LARGEST:
        raise _refused("file-too-large", "文件超过 20 MB，请分成几个文件。", "The file is larger than 20 MB. Split it.")
    return _workbook(content) if content.startswith(OFFICE) else [_separated(content)]


def rows_under(sheet: Sequence[Sequence[object]], columns: Sequence[Column]) -> list[Numbered] | None:
    """The rows below the first that has all the needed headings of these columns; none where no row has them."""
    for place, cells in enumerate(sheet[:HEADING_WITHIN]):
        places = _places([_heading(cell) for cell in cells], columns)
        if all(column.key in places for column in columns if column.needed):
            return list(_rows(sheet[place + 1 :], places, place + 2))
    return None


def _workbook(content: bytes) -> list[list[list[object]]]:
    """The sheets of a workbook, read by a process of its own (`sheets.py`)."""
    command = [sys.executable, "-I", str(Path(sheets.__file__)), str(MOST_ROWS + HEADING_WITHIN)]
    told: dict[str, Any]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=WAIT, check=False)
        told = msgspec.json.decode(done.stdout) if done.returncode == 0 else {"refused": "large"}
    except (subprocess.TimeoutExpired, msgspec.DecodeError):
        told = {"refused": "large"}
    if "refused" in told:
        raise _refused(*REFUSED[told["refused"]])
    found: list[list[list[object]]] = told["sheets"]
    return found


def _separated(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MOST_ROWS + HEADING_WITHIN:
                raise _refused(*REFUSED["rows"])
            if len(row) > sheets.MOST_COLUMNS:
                raise _refused(*REFUSED["columns"])
    except csv.Error:
        raise _refused(
            "broken-file",
            "文件不是完好的 CSV，请另存后再上传。",
            "The file is no sound CSV. Save it again and try again.",
        ) from None
    return rows


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refused(
        "unknown-encoding",
        "看不懂文件的编码，请在 Excel 中另存为 .xlsx，或 UTF-8、GB18030 编码的 CSV。",
        "The encoding of the file is not understood. Save it as .xlsx, or as CSV in UTF-8 or GB18030.",
    )


def _table(sheet: Sequence[Sequence[object]]) -> Table | None:
    """The sheet below its headings of staff or of units."""
    for subject in (Subject.STAFF, Subject.UNITS):
        rows = rows_under(sheet, subject.columns)
        if rows is not None:
            return Table(subject, tuple(rows))
    return None


def _places(headings: Sequence[str], columns: Iterable[Column]) -> dict[str, int]:
    places = {}
    for column in columns:
        names = {_heading(name) for name in (column.title.zh, column.title.en, column.key, *column.also)}
        found = next((place for place, heading in enumerate(headings) if heading in names), None)
        if found is not None:
            places[column.key] = found
    return places


def _rows(
    cells: Iterable[Sequence[object]], places: dict[str, int], first: int
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(cells, first):
        values = {key: _text(row[place]) if place < len(row) else "" for key, place in places.items()}
        if any(values.values()):
            yield number, values


def _heading(cell: object) -> str:
    return _text(cell).rstrip("*＊").strip().lower()


def _text(cell: object) -> str:
    """A cell as somebody would type it: 110000.0 is a code, a date is 2020-01-01."""
    match cell:
        case datetime() if cell.time() == time():
            return str(cell.date())
        case float() if cell.is_integer():
            return str(int(cell))
        case date() | datetime():
            return str(cell)
        case None:
            return ""
        case _:
            return "".join(letter for letter in str(cell) if letter.isprintable() or letter == "　").strip()


def _refused(rule: str, zh: str, en: str) -> Refusal:
    return Refusal(rule, Text(zh, en), field="file")
