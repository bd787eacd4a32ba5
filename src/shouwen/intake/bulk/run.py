"""Running an import: in batches, each written whole or not at all, so that it can be stopped and started again."""

import csv
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec
from django.db import connection
from django.utils import timezone

from shouwen.casework.bulk import Batch
from shouwen.casework.models import JournalEntry
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.bulk.reading import Row
from shouwen.intake.bulk.rows import Cells, Reader, Taken

IMPORT = Actor(person=None, system="import")
BATCH = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Reject(msgspec.Struct, frozen=True):
    """A row that was not taken, with every reason."""

    row: int
    cells: Cells
    reasons: list[Text]


class Summary(msgspec.Struct):
    """What an import did. `seconds` is the time it took."""

    read: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0
    seconds: float = 0.0


def run(
    rows: Iterator[Row],
    reader: Reader,
    source: str,
    *,
    reject: Callable[[Reject], None],
    progress: Callable[[Summary], None],
    writes: bool = True,
) -> Summary:
    """Take the rows, batch by batch. With `writes` false nothing is written, and everything else is done.

    What an earlier run has written is known by its key and left alone. Refused: a second run for the same source at once.
    """
    summary, seen, started = Summary(), dict[str, int](), time.perf_counter()
    with connection.cursor() as cursor:
        _alone(cursor, source)
        try:
            while part := list(islice(rows, BATCH)):
                _take(part, reader, source, seen, summary, reject, writes)
                summary.seconds = time.perf_counter() - started
                progress(summary)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"shouwen.import:{source}"])
    return summary


def _alone(cursor: object, source: str) -> None:
    cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"shouwen.import:{source}"])  # type: ignore[attr-defined]
    if not cursor.fetchone()[0]:  # type: ignore[attr-defined]
        raise Refusal(
            "import-running",
            Text(
                f"“{source}”的另一次导入正在进行，请等它结束。",
                f"Another import of “{source}” is running. Wait until it has ended.",
            ),
        )


def _take(
    part: list[Row],
    reader: Reader,
    source: str,
    seen: dict[str, int],
    summary: Summary,
    reject: Callable[[Reject], None],
    writes: bool,
) -> None:
    batch, now = Batch(reserve=len(part), trial=not writes), timezone.now()
    taken: list[tuple[int, Cells, Taken]] = []
    for number, cells in part:
        summary.read += 1
        found = reader.read(cells)
        if isinstance(found, Taken) and found.key in seen:
            first = seen[found.key]
            found = [Text(f"与第 {first} 行编号相同", f"same number as row {first}")]
        if isinstance(found, Taken):
            seen[found.key] = number
            taken.append((number, cells, found))
        else:
            summary.rejected += 1
            reject(Reject(number, cells, found))
    known = _known(source, [each.key for _, _, each in taken])
    for number, cells, each in taken:
        if each.key in known:
            summary.known += 1
            continue
        reasons = _into(batch, each, source, now)
        if reasons:
            summary.rejected += 1
            reject(Reject(number, cells, reasons))
        else:
            summary.new += 1
    if writes:
        batch.write()


def _known(source: str, keys: list[str]) -> set[str]:
    """The keys of this source that are on the journal already."""
    prefix = f"{IMPORT.system}:{source}:"
    wanted = [f"{prefix}{key}"[:200] for key in keys]
    found = JournalEntry.objects.filter(command_key__in=wanted).values_list("command_key", flat=True)
    return {key.removeprefix(prefix) for key in found if key}


def _into(batch: Batch, taken: Taken, source: str, now: datetime) -> list[Text]:
    """Put one row into the batch; what the core refuses leaves nothing behind."""
    try:
        complaint = batch.register(
            taken.command, actor=IMPORT, now=now, details=taken.details, key=f"{source}:{taken.key}"
        )
    except Refusal as refusal:
        return [refusal.message]
    if taken.end is None:
        return []
    try:
        batch.handle(taken.end, complaint=complaint.id, actor=IMPORT, now=now)
    except Refusal as refusal:
        batch.drop(complaint.id)
        return [refusal.message]
    return []


class Rejects:
    """The file of rejects: row number, reasons in two languages, and the row as it came. Cells never start a formula."""

    def __init__(self, path: Path, headings: list[str]) -> None:
        # The rows hold names and numbers: the file is for whoever runs the import alone.
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(opened, 0o600)
        self._file = os.fdopen(opened, "w", newline="", encoding="utf-8-sig")
        self._writer = csv.writer(self._file)
        self._headings = headings
        self._writer.writerow(["行号 row", "原因", "reason", *map(inert, headings)])

    def __call__(self, reject: Reject) -> None:
        zh = "；".join(reason.zh for reason in reject.reasons)
        en = "; ".join(reason.en for reason in reject.reasons)
        cells = [inert(reject.cells.get(heading, "")) for heading in self._headings]
        self._writer.writerow([reject.row, zh, en, *cells])

    def close(self) -> None:
        self._file.close()


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
