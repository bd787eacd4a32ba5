"""检索词: what a text is found by.

Chinese runs become overlapping pairs of characters, so that two-character words are found without a dictionary; runs of Latin
letters and digits stay whole. Both sides of the search use the same cut: a phrase is found where its pairs stand in order.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

_RUN = re.compile(r"[0-9a-z]+|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
LONGEST_WORD = 64
MOST_POSITIONS = 16_000
_WRITTEN = tuple(map(str, range(MOST_POSITIONS + 1)))


def words_of(text: str) -> Iterator[tuple[str, int]]:
    """The words of a text with their positions, from 1. A single Chinese character between others counts as a word of its own."""
    position = 0
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400":
            position += 1
            yield run[:LONGEST_WORD], position
        elif len(run) == 1:
            position += 1
            yield run, position
        else:
            for start in range(len(run) - 1):
                position += 1
                yield run[start : start + 2], position
        position += 1


def vector(*texts: str) -> str:
    """A PostgreSQL tsvector in its text form: `'投诉':1,7 '诉客':2`.

    Positions end at 16,000 (PostgreSQL's own limit is 16,383); words beyond it are found, but not as part of a phrase.
    """
    places: dict[str, list[str]] = {}
    known = places.get
    offset = 0
    for text in texts:
        last = offset
        for word, position in words_of(text):
            last = offset + position
            kept = known(word)
            if kept is None:
                kept = places[word] = []
            if last <= MOST_POSITIONS:
                kept.append(_WRITTEN[last])
        offset = last + 1
    return " ".join([f"'{word}':{','.join(kept[:255])}" if kept else f"'{word}'" for word, kept in places.items()])


def query(text: str) -> str:
    """A PostgreSQL tsquery for what a person typed: each part must be there, the pairs of a Chinese part in order.

    Empty when nothing in the text can be looked for. A single Chinese character finds the words that begin with it.
    """
    parts = []
    for part in unicodedata.normalize("NFKC", text).lower().split():
        for match in _RUN.finditer(part):
            run = match.group()
            if run[0] < "\u3400":
                parts.append(f"'{run[:LONGEST_WORD]}'")
            elif len(run) == 1:
                parts.append(f"'{run}':*")
            else:
                parts.append("(" + " <-> ".join(f"'{run[at : at + 2]}'" for at in range(len(run) - 1)) + ")")
    return " & ".join(parts[:20])


def date_words(moment: datetime) -> str:
    """The words that every text of this day and of this month has (UTC), in their tsvector form. `query` leaves signs out: nobody can type them."""
    day = moment.astimezone(UTC).date()
    return f"{_day_word(day)} {_month_word(day.year * 12 + day.month - 1)}"


def _day_word(day: date) -> str:
    return f"'@{day:%Y%m%d}'"


def _month_word(month: int) -> str:
    return f"'@{month // 12:04d}{month % 12 + 1:02d}'"


def query_in_days(query: str, until: datetime, days: int) -> str:
    """The query narrowed to texts of the day of `until` and those before it, so many in all."""
    last = until.astimezone(UTC).date()
    return f"({query}) & ({' | '.join(_day_word(last - timedelta(back)) for back in range(days))})"


def query_in_months(query: str, until: datetime, months: int) -> str:
    """The query narrowed to texts of the month of `until` and those before it, so many in all."""
    last = until.astimezone(UTC)
    last_month = last.year * 12 + last.month - 1
    return f"({query}) & ({' | '.join(_month_word(last_month - back) for back in range(months))})"
