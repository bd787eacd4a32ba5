"""Many complaints at once through the same core: decided, chained and sealed like any other, written with COPY.

For imports, the demo bank and benchmarks. A batch holds complaints that are new in it; what is on record already goes through
`door.handle`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from shouwen.casework import beside, rows
from shouwen.casework.door import Case, carry_out, next_ids
from shouwen.casework.models import Complainant, ComplaintRow, JournalEntry, SearchWords
from shouwen.casework.new_rows import COMPLAINANT_COLUMNS, ENTRY_COLUMNS, ROW_COLUMNS, SEARCH_COLUMNS
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.receiving import Register
from shouwen.core.complaint.verbs import Beside
from shouwen.core.people import Actor

RESERVED = 500


class Batch:
    """New complaints, kept in memory until `write`. A refused command leaves its complaint as it was before.

    `reserve` numbers are drawn at a time; a `trial` batch draws none and cannot be written.
    """

    def __init__(self, *, reserve: int = RESERVED, trial: bool = False) -> None:
        self._cases: dict[int, tuple[Case, datetime]] = {}
        self._ids: list[int] = []
        self._ids_of: dict[str, int] = {}
        self._reserve = reserve
        self._trial = trial

    def __len__(self) -> int:
        return len(self._cases)

    def register(
        self, command: Register, *, actor: Actor, now: datetime, details: Details | None = None, key: str | None = None
    ) -> Complaint:
        """登记 a complaint in this batch. `key` keeps the same complaint from being written by a later run again."""
        if not self._ids:
            self._ids = list(range(1, self._reserve + 1)) if self._trial else next_ids(self._reserve)
        case = Case(None, b"", Vault.new(self._ids[0], details or Details()))
        carry_out(case, (command,), actor, now, self._beside)
        self._ids.pop(0)
        assert case.complaint is not None
        if key:
            case.entries[0].command_key = f"{actor.id or actor.system}:{key}"[:200]
        self._cases[case.complaint.id] = (case, now)
        self._ids_of[case.complaint.number] = case.complaint.id
        return case.complaint

    def handle(self, *commands: Command, complaint: int, actor: Actor, now: datetime) -> Complaint:
        """Carry out commands on a complaint of this batch, at the moment `now`."""
        case, _ = self._cases[complaint]
        for number, command in carry_out(case, commands, actor, now, self._beside):
            carry_out(self._cases[self._ids_of[number]][0], (command,), actor, now, self._beside)
        assert case.complaint is not None
        return case.complaint

    def _beside(self, numbers: Iterable[str]) -> Mapping[str, Beside]:
        """Other complaints that a command names: those of this batch, else those on record."""
        wanted = tuple(numbers)
        here = [self._cases[self._ids_of[number]][0] for number in wanted if number in self._ids_of]
        found = {case.complaint.number: Beside(case.complaint, case.worked) for case in here if case.complaint}
        return {**beside.on_record(number for number in wanted if number not in found), **found}

    def drop(self, complaint: int) -> None:
        """Leave a complaint of this batch unwritten, as when a later command of its row was refused."""
        case, _ = self._cases.pop(complaint)
        if case.complaint is not None:
            del self._ids_of[case.complaint.number]

    def write(self) -> int:
        """Write everything, or nothing; returns the number of complaints."""
        assert not self._trial, "a trial is not written"
        written = [(case, case.complaint, now) for case, now in self._cases.values() if case.complaint is not None]
        with transaction.atomic(), connection.cursor() as cursor:
            _copy(cursor, Complainant, COMPLAINANT_COLUMNS, (case.vault.columns(now) for case, _, now in written))
            _copy(
                cursor,
                ComplaintRow,
                ROW_COLUMNS,
                ({**rows.columns_of(complaint), "head": case.head} for case, complaint, _ in written),
            )
            _copy(
                cursor,
                JournalEntry,
                ENTRY_COLUMNS,
                (
                    {name: getattr(entry, name) for name in ENTRY_COLUMNS}
                    for case, _, _ in written
                    for entry in case.entries
                ),
            )
            _copy(
                cursor,
                SearchWords,
                SEARCH_COLUMNS,
                (rows.search_columns_of(complaint) for _, complaint, _ in written),
            )
        self._cases.clear()
        self._ids_of.clear()
        return len(written)


def _copy(cursor: Any, model: Any, columns: tuple[str, ...], records: Iterator[dict[str, Any]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for record in records:
            copy.write_row([record[column] for column in columns])


@contextmanager
def batch() -> Iterator[Batch]:
    """A batch that is written at the end, unless something was raised inside."""
    started = Batch()
    yield started
    started.write()
