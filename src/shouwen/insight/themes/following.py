"""词频跟踪: brings the word counts up to what the complaints say, without a trigger and so at no cost to whoever registers.

A complaint is read again when its version has changed: what it counted with before is taken away, what it says now is added. Counted is
what was received within the last `KEPT` days, once for the handling unit and each above it; neither what is secret, nor what was merged into
another, nor what repeats an earlier complaint of the same customer, who would else say the same words many times.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from shouwen.core.complaint import read_complaint
from shouwen.insight.themes.models import ThemeText, ThemeWord
from shouwen.insight.themes.tokens import words_of
from shouwen.organisation.calendar import working_calendar

KEPT = timedelta(days=200)
AT_A_TIME = 500
EVERY = ""
"""The word that all complaints have, so that they are counted by unit and day as well."""

CHANGED_SQL = """
    SELECT complaint.id, complaint.version, complaint.received_on, complaint.line, complaint.state::text,
        NOT complaint.secret AND complaint.merged_into IS NULL AND NOT complaint.repeat
    FROM casework_complaintrow AS complaint LEFT JOIN insight_themetext AS told ON told.complaint_id = complaint.id
    WHERE complaint.received_at >= %s AND complaint.id > %s AND told.version IS DISTINCT FROM complaint.version
    ORDER BY complaint.id LIMIT %s
"""
ADD_SQL = """
    INSERT INTO insight_themeword AS kept (unit, day, word, complaints)
    SELECT * FROM unnest(%s::int[], %s::date[], %s::text[], %s::int[]) AS given(unit, day, word, complaints)
    ON CONFLICT (unit, day, word) DO UPDATE SET complaints = kept.complaints + excluded.complaints
"""
Key = tuple[int, date, str]


def follow(now: datetime) -> int:
    """Bring the counts up to the complaints as they are; returns how many were read. One follows at a time; harmless late or twice."""
    first = working_calendar().local_date(now) - KEPT
    since = datetime.combine(first, time.min, working_calendar().zone)
    read, last = 0, 0
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwen.themes'))")
                cursor.execute(CHANGED_SQL, [since, last, AT_A_TIME])
                rows = cursor.fetchall()
            _count(rows)
        read += len(rows)
        if len(rows) < AT_A_TIME:
            break
        last = rows[-1][0]
    _forget(first)
    return read


def anew(now: datetime) -> int:
    """重建: count all words anew."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwen.themes'))")
        ThemeText.objects.all().delete()
        ThemeWord.objects.all().delete()
    return follow(now)


def _count(rows: Sequence[tuple[Any, ...]]) -> None:
    before = ThemeText.objects.in_bulk([row[0] for row in rows])
    changes, texts = Counter[Key](), []
    for complaint_id, version, day, line, state, counts in rows:
        words: list[str] = []
        if counts:
            complaint = read_complaint(state)
            words = [EVERY, *words_of(complaint.title, complaint.statement)]
        text = ThemeText(complaint_id=complaint_id, version=version, day=day, line=line, words=words)
        old = before.get(complaint_id)
        if old is None or (old.day, old.line, old.words) != (day, line, words):
            _add(changes, old, -1)
            _add(changes, text, 1)
        texts.append(text)
    ThemeText.objects.bulk_create(
        texts,
        update_conflicts=True,
        unique_fields=["complaint_id"],
        update_fields=["version", "day", "line", "words"],
    )
    _write({key: change for key, change in changes.items() if change})


def _add(changes: Counter[Key], text: ThemeText | None, sign: int) -> None:
    if text is None:
        return
    for unit in text.line:
        for word in text.words:
            changes[unit, text.day, word] += sign


def _write(changes: dict[Key, int]) -> None:
    keys = sorted(changes)
    columns: list[list[Any]] = [[key[place] for key in keys] for place in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(ADD_SQL, [*columns, [changes[key] for key in keys]])


def _forget(first: date) -> None:
    """What is older than the kept days goes, and counts that have come to nought."""
    ThemeText.objects.filter(day__lt=first).delete()
    ThemeWord.objects.filter(day__lt=first).delete()
    ThemeWord.objects.filter(complaints__lte=0).delete()
