"""The rows that a new complaint begins with, by table and column. The door writes one complaint in one statement, the bulk loader many with COPY."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any

import msgspec
from django.db import models
from procrastinate.jobs import Job

from shouwen.casework import prepared, rows
from shouwen.casework.models import Complainant, ComplaintRow, JournalEntry, SearchWords, column_names
from shouwen.core.complaint import Complaint

COMPLAINANT_COLUMNS = tuple(name for name in column_names(Complainant) if name != "erased_at")
ROW_COLUMNS = (*rows.COLUMNS, "head")
SEARCH_COLUMNS = column_names(SearchWords)
ENTRY_COLUMNS = tuple(name for name in column_names(JournalEntry) if name != "id")
JOB_FIELDS = 7


def insert(
    complaint: Complaint,
    head: bytes,
    complainant: dict[str, Any],
    entries: Sequence[JournalEntry],
    jobs: Sequence[Job],
) -> None:
    """Write all of it, and queue its jobs, in one round to the database: at the counter a registration waits for nothing else."""
    row = {**rows.columns_of(complaint), "head": head}
    searched = rows.search_columns_of(complaint)
    values: list[Any] = [
        *(complainant[name] for name in COMPLAINANT_COLUMNS),
        *(row[name] for name in ROW_COLUMNS),
        *(searched[name] for name in SEARCH_COLUMNS),
        *(getattr(entry, name) for entry in entries for name in ENTRY_COLUMNS),
        *(value for job in jobs for value in _job_values(job)),
    ]
    prepared.run(_statement(len(entries), len(jobs)), values)


@cache
def _statement(entries: int, jobs: int) -> str:
    """`procrastinate_defer_jobs_v1` is what Procrastinate itself calls, as a round of its own, to queue a job."""
    places = count(1)
    return (
        f"WITH complainant AS ({_insert(Complainant, COMPLAINANT_COLUMNS, places)}),"
        f" complaint AS ({_insert(ComplaintRow, ROW_COLUMNS, places)}),"
        f" words AS ({_insert(SearchWords, SEARCH_COLUMNS, places)})"
        f", entries AS ({_insert(JournalEntry, ENTRY_COLUMNS, places, entries)})"
        f" SELECT procrastinate_defer_jobs_v1(ARRAY[{_records(jobs, JOB_FIELDS, places)}]::procrastinate_job_to_defer_v1[])"
    )


def _insert(model: type[models.Model], columns: Sequence[str], places: Iterator[int], rows: int = 1) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    into = f'INSERT INTO "{model._meta.db_table}" ({names})'
    return f"{into} VALUES {_records(rows, len(columns), places)}"


def _records(rows: int, columns: int, places: Iterator[int]) -> str:
    return ", ".join(f"({', '.join(f'${next(places)}' for _ in range(columns))})" for _ in range(rows))


def _job_values(job: Job) -> tuple[Any, ...]:
    """In the order of the type `procrastinate_job_to_defer_v1`."""
    arguments = msgspec.json.encode(job.task_kwargs).decode()
    return job.queue, job.task_name, job.priority, job.lock, job.queueing_lock, arguments, job.scheduled_at
