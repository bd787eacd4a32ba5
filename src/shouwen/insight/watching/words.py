"""词语序列 (mission E3, E6): complaints by words of their redacted texts, from the counts of `insight.themes`.

Those counts reach back less far than the figures (`following.KEPT`), so a word is judged by what its own days say.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from shouwen.core.themes import FEWEST
from shouwen.insight.themes.following import EVERY

RECENT_SQL = """
    SELECT unit, word FROM insight_themeword
    WHERE day BETWEEN %s AND %s AND word <> %s GROUP BY 1, 2 HAVING sum(complaints) >= %s ORDER BY 1, 2
"""
PAST_SQL = """
    SELECT unit, word, day, complaints FROM insight_themeword
    JOIN unnest(%s::int[], %s::text[]) AS asked(unit, word) USING (unit, word) WHERE day BETWEEN %s AND %s
"""
COUNT_SQL = """
    SELECT unit, count(*) FROM (
        SELECT unit FROM insight_themeword
        WHERE day BETWEEN %s AND %s AND word <> %s GROUP BY unit, word HAVING sum(complaints) >= %s
    ) AS found GROUP BY 1
"""


def recent(first: date, last: date, fewest: int) -> Iterator[tuple[int, str]]:
    """Unit and word of what enough complaints have said in these days to warn at all: never fewer than a theme needs to be shown."""
    return _asked(RECENT_SQL, [first, last, EVERY, max(fewest, FEWEST)])


def past(wanted: Sequence[tuple[int, str]], first: date, last: date) -> Iterator[tuple[int, str, date, int]]:
    """Unit, word, day and count of these series."""
    units, words = [unit for unit, _ in wanted], [word for _, word in wanted]
    return _asked(PAST_SQL, [units, words, first, last]) if wanted else iter(())


def counted(first: date, last: date, fewest: int) -> Iterator[tuple[int, int]]:
    """How many words each unit has had that could have warned."""
    return _asked(COUNT_SQL, [first, last, EVERY, max(fewest, FEWEST)])


def first_day() -> date | None:
    """The day since which words are counted."""
    return next(_asked("SELECT min(day) FROM insight_themeword", []))[0]


def _asked(sql: str, values: list[Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return iter(cursor.fetchall())
