"""The rows that a new complaint begins with, by table and column. The door writes one complaint in one statement, the bulk loader many with COPY."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from shouwen.casework import rows
from shouwen.casework.models import Complainant, ComplaintRow, JournalEntry, SearchWords, column_names
from shouwen.core.complaint import Complaint

COMPLAINANT_COLUMNS = tuple(name for name in column_names(Complainant) if name != "erased_at")
ROW_COLUMNS = (*rows.COLUMNS, "head")
SEARCH_COLUMNS = column_names(SearchWords)
ENTRY_COLUMNS = tuple(name for name in column_names(JournalEntry) if name != "id")


def insert(complaint: Complaint, head: bytes, complainant: dict[str, Any], entries: Sequence[JournalEntry]) -> None:
    """Write all of it in one round to the database: at the counter a registration waits for nothing else."""
    row = {**rows.columns_of(complaint), "head": head}
    searched = rows.search_columns_of(complaint)
    values: list[Any] = [
        *(complainant[name] for name in COMPLAINANT_COLUMNS),
        *(row[name] for name in ROW_COLUMNS),
        *(searched[name] for name in SEARCH_COLUMNS),
        *(getattr(entry, name) for entry in entries for name in ENTRY_COLUMNS),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(entries)), values)


@cache
def _statement(entries: int) -> str:
    return (
        f"WITH complainant AS ({_insert(Complainant, COMPLAINANT_COLUMNS)}),"
        f" complaint AS ({_insert(ComplaintRow, ROW_COLUMNS)}),"
        f" words AS ({_insert(SearchWords, SEARCH_COLUMNS)})"
        f" {_insert(JournalEntry, ENTRY_COLUMNS, entries)}"
    )


def _insert(model: type[models.Model], columns: Sequence[str], count: int = 1) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    record = f"({', '.join(['%s'] * len(columns))})"
    into = f'INSERT INTO "{model._meta.db_table}" ({names})'
    return f"{into} VALUES {', '.join([record] * count)}"
