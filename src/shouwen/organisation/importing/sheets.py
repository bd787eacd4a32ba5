"""工作表 of an Excel file, read in a process of its own: `python sheets.py MOST_ROWS < file`, answered in JSON.

A workbook of a kilobyte can say that its last cell is in row 1,048,576 and column XFD; reading it takes all the memory there is,
and the memory fails in a way that ends the process. So this process may take so much memory and time and no more, and its end is
nobody else's. It imports nothing of ours: the reader (`reading.py`) starts it by its path.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time

from python_calamine import CalamineError, PasswordError, load_workbook

MEMORY = 1024**3
SECONDS = 30
MOST_UNPACKED = 200 * 1024**2
MOST_LETTERS = 50_000_000
MOST_COLUMNS = 200


def read(content: bytes, most_rows: int) -> dict[str, object]:
    """The sheets as lists of rows; or under `refused` why not: encrypted, broken, large, rows or columns."""
    try:
        if zipfile.is_zipfile(io.BytesIO(content)) and _unpacked(content) > MOST_UNPACKED:
            return {"refused": "large"}
        sheets: list[list[list[object]]] = []
        letters = 0
        with load_workbook(io.BytesIO(content)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height > most_rows:
                    return {"refused": "rows"}
                if sheet.total_width > MOST_COLUMNS:
                    return {"refused": "columns"}
                rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                letters += _letters(rows)
                if letters > MOST_LETTERS:
                    return {"refused": "large"}
                sheets.append(rows)
    except PasswordError:
        return {"refused": "encrypted"}
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        return {"refused": "broken"}
    return {"sheets": sheets}


def _unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return sum(part.file_size for part in packed.infolist())


def _letters(rows: Sequence[Sequence[object]]) -> int:
    return sum(len(cell) for row in rows for cell in row if isinstance(cell, str))


def _plain(cell: object) -> object:
    """A cell as JSON can say it: a day is 2020-01-01."""
    match cell:
        case datetime() if cell.time() == time():
            return str(cell.date())
        case bool() | date():
            return str(cell)
        case None | int() | float() | str():
            return cell
        case _:
            return str(cell)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)
