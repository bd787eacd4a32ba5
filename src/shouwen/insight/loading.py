"""导入统计资料: files of rows that stand beside the figures. Checked row by row, written all at once, the same file twice changes nothing."""

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight.models import LoadedFile
from shouwen.organisation.importing.plan import Column
from shouwen.organisation.importing.planning import read_date
from shouwen.organisation.importing.reading import Numbered, rows_under, sheets_of
from shouwen.organisation.importing.workbooks import escaped

EARLIEST = date(1990, 1, 1)
NAME_LENGTH = 200


class Rejected(msgspec.Struct, frozen=True):
    """A row that cannot be taken: its number as a spreadsheet shows it, what stands in it, and every reason."""

    number: int
    values: dict[str, str]
    reasons: tuple[Text, ...]


class Loading(msgspec.Struct):
    """What an import does or would do. `days` are those that its good rows speak of."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = msgspec.field(default_factory=list)
    days: set[date] = msgspec.field(default_factory=set)

    def count(self, *, is_new: bool, is_changed: bool) -> None:
        self.new += is_new
        self.changed += is_changed and not is_new
        self.unchanged += not (is_new or is_changed)

    def reject(self, row: Numbered, reasons: Iterable[Text]) -> None:
        self.rejected.append(Rejected(row[0], row[1], tuple(reasons)))


def read_rows(content: bytes, columns: Sequence[Column]) -> list[Numbered]:
    """The rows of the first sheet that has the needed headings. Refused in a sentence: an unreadable file, or one without such a sheet."""
    for sheet in sheets_of(content):
        rows = rows_under(sheet, columns)
        if rows is not None:
            return rows
    needed = [column.title for column in columns if column.needed]
    raise Refusal(
        "no-known-headings",
        Text(
            f"没有找到含“{'、'.join(title.zh for title in needed)}”的表头，请按模板填写（--template 可输出模板）。",
            f"No sheet has the headings {', '.join(title.en for title in needed)}. Use the template (--template writes one).",
        ),
        field="file",
    )


def day_in(text: str, today: date, reasons: list[Text]) -> date | None:
    """The day in a cell. Noted as a reason: what is no day, a day to come, a day before 1990."""
    try:
        day = read_date(text)
    except ValueError:
        reasons.append(
            Text(f"日期“{text[:40]}”无法识别，请写成 2026-03-18", f"“{text[:40]}” is no date; write it like 2026-03-18")
        )
        return None
    if not EARLIEST <= day <= today:
        reasons.append(Text(f"日期 {day} 早于 1990 年或晚于今天", f"{day} is before 1990 or after today"))
        return None
    return day


Plan = Callable[[Sequence[Numbered], date, LoadedFile | None], Loading]
"""Checks rows and, where a file is given to put them under, writes those that are good."""


@transaction.atomic
def load(kind: str, name: str, content: bytes, columns: Sequence[Column], plan: Plan, today: date) -> Loading:
    """Write the good rows of a file, all or nothing. One import of a kind at a time; a second one waits."""
    rows = read_rows(content, columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"shouwen.load.{kind}"])
    fresh = {"name": name[:NAME_LENGTH], "loaded_at": timezone.now(), "rows": 0, "new": 0, "changed": 0}
    file, _ = LoadedFile.objects.get_or_create(
        kind=kind, digest=sha256(content).hexdigest(), defaults={**fresh, "unchanged": 0, "rejected": 0}
    )
    loading = plan(rows, today, file)
    LoadedFile.objects.filter(id=file.id).update(
        loaded_at=timezone.now(),
        rows=loading.rows,
        new=file.new + loading.new,
        changed=file.changed + loading.changed,
        unchanged=loading.unchanged,
        rejected=len(loading.rejected),
        first_on=min(loading.days, default=None),
        last_on=max(loading.days, default=None),
    )
    return loading


def write_rejects(path: Path, columns: Sequence[Column], rejected: Iterable[Rejected]) -> None:
    """The file of rejects: row number, reasons in two languages, the row as it came. Cells never start a formula."""
    # The rows hold names and numbers: the file is for whoever runs the import alone.
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(opened, 0o600)
    with os.fdopen(opened, "w", newline="", encoding="utf-8-sig", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(["行号 row", "原因", "reason", *(column.title.zh for column in columns)])
        for row in rejected:
            reasons = ("；".join(why.zh for why in row.reasons), "; ".join(why.en for why in row.reasons))
            cells = (escaped(row.values.get(column.key, "")) for column in columns)
            writer.writerow([row.number, *reasons, *cells])
