"""Running an import: in batches, each written whole or not at all, so that it can be stopped and started again."""

import csv
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path

import msgspec
from django.db import connection
from django.utils import timezone

from shouwen.casework.bulk import Batch
from shouwen.casework.models import JournalEntry
from shouwen.casework.processes import spread
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.bulk.mapping import Mapping
from shouwen.intake.bulk.reading import Row
from shouwen.intake.bulk.rows import Cells, Reader, Taken, key_of
from shouwen.organisation.directory import directory

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


class Outcome(msgspec.Struct):
    """What became of one part of the rows. `taken`: the row of each key that could be read."""

    known: int = 0
    new: int = 0
    rejects: list[Reject] = msgspec.field(default_factory=list)
    taken: dict[str, int] = msgspec.field(default_factory=dict)


def run(
    rows: Iterator[Row],
    mapping: Mapping,
    unit_id: int,
    *,
    reject: Callable[[Reject], None],
    progress: Callable[[Summary], None],
    writes: bool = True,
    processes: int = 1,
) -> Summary:
    """Take the rows, batch by batch. With `writes` false nothing is written, and everything else is done.

    What an earlier run has written is known by its key and left alone; of two rows with one key the later is a reject, and such
    rows come last. Refused: a second run for the same source at once.
    """
    summary, started = Summary(), time.perf_counter()
    taken: dict[str, int] = {}
    again: list[Row] = []
    take = partial(_take, mapping, unit_id, writes)
    with connection.cursor() as cursor:
        _alone(cursor, mapping.source)
        try:
            parts = _parts(_first_of_each(rows, mapping.key, again))
            for outcome in chain(spread(take, parts, processes), (take(part, taken) for part in _parts(iter(again)))):
                taken |= outcome.taken
                summary.known += outcome.known
                summary.new += outcome.new
                summary.rejected += len(outcome.rejects)
                summary.read = summary.known + summary.new + summary.rejected
                summary.seconds = time.perf_counter() - started
                for each in outcome.rejects:
                    reject(each)
                progress(summary)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"shouwen.import:{mapping.source}"])
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


def _first_of_each(rows: Iterator[Row], column: str, again: list[Row]) -> Iterator[Row]:
    """The rows whose key comes for the first time; the others are put aside, for whether the first is sound is not known yet."""
    met: set[str] = set()
    for row in rows:
        key = key_of(row[1], column)
        if key in met:
            again.append(row)
            continue
        if key:
            met.add(key)
        yield row


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, BATCH)):
        yield part


def _take(
    mapping: Mapping, unit_id: int, writes: bool, part: list[Row], before: dict[str, int] | None = None
) -> Outcome:
    """Take one part; `before` has the rows that were taken under a key in earlier parts."""
    outcome, now = Outcome(), timezone.now()
    reader, batch = Reader(mapping, directory(), unit_id), Batch(reserve=len(part), trial=not writes)
    readable: list[tuple[int, Cells, Taken]] = []
    for number, cells in part:
        found = reader.read(cells)
        if isinstance(found, Taken) and (first := outcome.taken.get(found.key, (before or {}).get(found.key))):
            found = [Text(f"与第 {first} 行编号相同", f"same number as row {first}")]
        if isinstance(found, Taken):
            outcome.taken[found.key] = number
            readable.append((number, cells, found))
        else:
            outcome.rejects.append(Reject(number, cells, found))
    known = _known(mapping.source, [each.key for _, _, each in readable])
    for number, cells, each in readable:
        if each.key in known:
            outcome.known += 1
        elif reasons := _into(batch, each, mapping.source, now):
            outcome.rejects.append(Reject(number, cells, reasons))
        else:
            outcome.new += 1
    if writes:
        batch.write()
    return outcome


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
        self._file = os.fdopen(opened, "w", newline="", encoding="utf-8-sig", errors="replace")
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
