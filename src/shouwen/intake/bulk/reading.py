"""Reading a file of rows: CSV (also gzipped) in UTF-8, GB18030 or UTF-16, and Excel. Streams; a file may be large."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

CHUNK = 1 << 20
DELIMITERS = ",;\t"
WORKBOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
CUT_OFF = (EOFError, OSError, zlib.error)
"""What a damaged .gz raises."""

Row = tuple[int, dict[str, str]]

csv.field_size_limit(1 << 24)


def headings_of(path: Path, sheet: str | None = None) -> list[str]:
    """The first row of the file. Refused: an unreadable or empty file."""
    return next(_lines(path, sheet))[1]


def rows_of(path: Path, sheet: str | None = None) -> Iterator[Row]:
    """Each row with its number as a spreadsheet shows it (the headings are row 1), as heading → text. Empty rows are left out."""
    lines = _lines(path, sheet)
    _, headings = next(lines)
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(headings) - len(cells))]
            yield number, dict(zip(headings, padded, strict=False))


def _lines(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    found = _sheet_lines(path, sheet) if path.suffix.lower() in WORKBOOKS else _csv_lines(path)
    try:
        number, headings = next(found)
    except StopIteration:
        raise Refusal("file-empty", Text(f"文件“{path.name}”是空的。", f"The file {path.name} is empty.")) from None
    yield number, [heading.strip().lstrip("\ufeff") for heading in headings]
    yield from found


def _sheet_lines(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        cells = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise _unreadable(path, str(error)) from error
    for number, row in enumerate(cells, 1):
        yield number, [_as_text(cell) for cell in row]


def _as_text(cell: object) -> str:
    """Whole numbers without the decimal point that Excel keeps; dates in ISO form."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if cell is not None else ""


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = encoding_of(path)
    with _opened(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        try:
            first = text.readline()
            delimiter = max(DELIMITERS, key=first.count)
            yield 1, next(csv.reader([first], delimiter=delimiter), [])
            yield from enumerate(csv.reader(text, delimiter=delimiter), 2)
        except (csv.Error, UnicodeError, *CUT_OFF) as error:
            raise _unreadable(path, str(error)) from error


def encoding_of(path: Path) -> str:
    """utf-16 by its mark, utf-8 if all of it is, else gb18030, which Excel in China writes."""
    try:
        return _encoding_of(path)
    except CUT_OFF as error:
        raise _unreadable(path, str(error)) from error


def _encoding_of(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _opened(path) as raw:
        part = raw.read(CHUNK)
        if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        while part:
            following = raw.read(CHUNK)
            try:
                decoder.decode(part, final=not following)
            except UnicodeDecodeError:
                return "gb18030"
            part = following
    return "utf-8-sig"


def _opened(path: Path) -> IO[bytes]:
    try:
        return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _unreadable(path: Path, why: str) -> Refusal:
    return Refusal(
        "file-unreadable",
        Text(
            f"无法读取“{path.name}”：{why}。请确认它是 CSV 或 Excel 文件，另存后再试。",
            f"{path.name} cannot be read: {why}. Make sure that it is a CSV or Excel file, save it anew and try again.",
        ),
    )
