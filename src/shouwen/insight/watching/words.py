"""词语序列 (mission E3, E6): complaints by words of their texts. A seam: it yields series as soon as something counts words by unit and day.

Whoever keeps such counts makes a table named `TABLE` with the columns unit, word, day and received (unit with all below it, day of receipt in
the bank's zone). Until there is one, there are no series of words.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

TABLE = "insight_wordcount"
RECENT_SQL = f"""
    SELECT unit, word FROM {TABLE} WHERE day BETWEEN %s AND %s GROUP BY 1, 2 HAVING sum(received) >= %s ORDER BY 1, 2
"""
PAST_SQL = f"""
    SELECT unit, word, day, received FROM {TABLE}
    JOIN unnest(%s::int[], %s::text[]) AS asked(unit, word) USING (unit, word) WHERE day BETWEEN %s AND %s
"""
COUNT_SQL = f"""
    SELECT unit, count(DISTINCT word) FROM {TABLE} WHERE day BETWEEN %s AND %s AND received > 0 GROUP BY 1
"""


def is_counted() -> bool:
    """Whether anything counts words here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
        return bool(cursor.fetchone()[0])


def recent(first: date, last: date, fewest: int) -> Iterator[tuple[int, str]]:
    """Unit and word of what has enough complaints in these days to warn at all."""
    return _asked(RECENT_SQL, [first, last, fewest]) if is_counted() else iter(())


def past(wanted: Sequence[tuple[int, str]], first: date, last: date) -> Iterator[tuple[int, str, date, int]]:
    """Unit, word, day and count of these series."""
    units, words = [unit for unit, _ in wanted], [word for _, word in wanted]
    return _asked(PAST_SQL, [units, words, first, last]) if wanted else iter(())


def counted(first: date, last: date) -> Iterator[tuple[int, int]]:
    """How many words each unit has had."""
    return _asked(COUNT_SQL, [first, last]) if is_counted() else iter(())


def _asked(sql: str, values: list[Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return iter(cursor.fetchall())
