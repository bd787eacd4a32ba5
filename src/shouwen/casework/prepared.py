"""Statements that are always the same, prepared once on each connection: what every request and every registration asks.

Django's cursors write the values into the statement, so that Python composes, and the server reads and plans, the same words each
time. Behind PgBouncer this needs version 1.21 or later with `max_prepared_statements` above 0.
"""

import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8


def run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with places `$1`, `$2`…; none where it returns none. Errors are Django's; it stands among the queries."""
    connection.ensure_connection()
    started = time.monotonic()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), [_sized(value) for value in values], prepare=True)
        rows = cursor.fetchall() if cursor.description else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{time.monotonic() - started:.3f}"})
    return rows


def _sized(value: Any) -> Any:
    """Whole numbers of one size: else each came with a type by its value, and each mixture was prepared by itself."""
    if type(value) is int:
        return Int8(value)
    return [_sized(each) for each in value] if isinstance(value, list) else value
