"""主题页所读: the words of a unit and a period, from the counts; pairs and examples from a limited number of complaints.

From what a person reads, the complaints about that person and those that the person keeps out of are taken away, as in `insight.figures`.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet

from shouwen.casework import queries
from shouwen.casework.models import ComplaintRow
from shouwen.core import themes as core
from shouwen.core.people import Actor, Unit
from shouwen.core.themes import FEWEST, MOST_PAIRS, Pair, Theme
from shouwen.insight.figures import Period
from shouwen.insight.themes.following import EVERY
from shouwen.insight.themes.models import ThemeText

LENGTHS = (7, 28, 90)
"""Days that the page compares with as many before them."""
SAMPLE = 2_000
"""The newest complaints from which pairs are told."""
EXAMPLES = 20

COUNTS_SQL = """
    SELECT word, coalesce(sum(complaints) FILTER (WHERE day >= %s), 0), coalesce(sum(complaints) FILTER (WHERE day < %s), 0)
    FROM insight_themeword WHERE unit = %s AND day BETWEEN %s AND %s GROUP BY word
    HAVING sum(complaints) FILTER (WHERE day >= %s) >= %s OR word = %s
"""


class Themes(msgspec.Struct, frozen=True):
    """主题 of a unit: `periods` are this one and the one before; `of_all` how many complaints they have."""

    unit: Unit
    periods: tuple[Period, Period]
    of_all: tuple[int, int]
    words: tuple[Theme, ...]
    pairs: dict[str, list[Pair]]


def periods(today: date, days: int) -> tuple[Period, Period]:
    """The last days up to today, and as many before."""
    first = today - timedelta(days - 1)
    return Period(first, today), Period(first - timedelta(days), first - timedelta(1))


def themes(actor: Actor, unit: Unit, today: date, days: int) -> Themes:
    """The growing words of a unit within the reader's reach. Nothing that fewer than `FEWEST` complaints say."""
    now, before = of = periods(today, days)
    counts = _counts(actor, unit, now, before)
    totals = counts.pop(EVERY, (0, 0))
    words = core.growing(
        {word: each[0] for word, each in counts.items()}, {word: each[1] for word, each in counts.items()}, totals
    )
    pairs = core.going_together(_texts(actor, unit, now), [theme.word for theme in words])
    words = core.told_apart(words, pairs)
    return Themes(unit, of, totals, tuple(words), {word: each[:MOST_PAIRS] for word, each in pairs.items()})


def _counts(actor: Actor, unit: Unit, now: Period, before: Period) -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS_SQL, [now.first, now.first, unit.id, before.first, now.last, now.first, FEWEST, EVERY])
        found = {word: (int(late), int(early)) for word, late, early in cursor.fetchall()}
    hidden = hidden_from(actor).filter(received_on__gte=before.first, received_on__lte=now.last)
    taken_late, taken_early = Counter[str](), Counter[str]()
    for text in ThemeText.objects.filter(complaint_id__in=hidden.values("id"), line__contains=[unit.id]):
        (taken_late if text.day >= now.first else taken_early).update(text.words)
    return {
        word: (late - taken_late[word], early - taken_early[word])
        for word, (late, early) in found.items()
        if word == EVERY or late - taken_late[word] >= FEWEST
    }


def hidden_from(actor: Actor) -> QuerySet[ComplaintRow]:
    """The complaints about this person, and those that the person keeps out of (回避)."""
    person = actor.id or 0
    return ComplaintRow.objects.filter(Q(employee_about=person) | (~Q(recused=[]) & Q(recused__contains=[person])))


def _texts(actor: Actor, unit: Unit, now: Period) -> list[Collection[str]]:
    """The words of the newest complaints, without the one that all have."""
    rows = ThemeText.objects.filter(
        day__gte=now.first, day__lte=now.last, words__contains=[EVERY], line__contains=[unit.id]
    )
    rows = rows.exclude(complaint_id__in=hidden_from(actor).filter(received_on__gte=now.first).values("id"))
    newest = rows.order_by("-day", "-complaint_id").values_list("words", flat=True)[:SAMPLE]
    return [[word for word in words if word != EVERY] for words in newest]


def examples(actor: Actor, unit: Unit, period: Period, word: str) -> list[ComplaintRow]:
    """The newest complaints with this word that this person may see."""
    told = ThemeText.objects.filter(
        words__contains=[word], line__contains=[unit.id], day__gte=period.first, day__lte=period.last
    )
    rows = queries.visible_to(actor).filter(id__in=told.values("complaint_id"))
    return list(rows.only(*queries.LIST_COLUMNS).order_by(*queries.NEWEST_FIRST)[:EXAMPLES])
