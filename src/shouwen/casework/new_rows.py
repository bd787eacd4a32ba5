"""The rows that a new complaint begins with, by table and column. The door writes one complaint in one statement, the bulk loader many with COPY."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any

from django.db import models

from shouwen.casework import prepared, rows
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
    prepared.run(_statement(len(entries)), values)


@cache
def _statement(entries: int) -> str:
    places = count(1)
    return (
        f"WITH complainant AS ({_insert(Complainant, COMPLAINANT_COLUMNS, places)}),"
        f" complaint AS ({_insert(ComplaintRow, ROW_COLUMNS, places)}),"
        f" words AS ({_insert(SearchWords, SEARCH_COLUMNS, places)})"
        f" {_insert(JournalEntry, ENTRY_COLUMNS, places, entries)}"
    )


def _insert(model: type[models.Model], columns: Sequence[str], places: Iterator[int], rows: int = 1) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    records = (f"({', '.join(f'${next(places)}' for _ in columns)})" for _ in range(rows))
    into = f'INSERT INTO "{model._meta.db_table}" ({names})'
    return f"{into} VALUES {', '.join(records)}"
