"""序列: the daily counts that are watched, read from the roll-up (`insight.figures`), never from complaints.

By unit with all below it at each level of the tree: all complaints, by class, cause, channel and product, and by words of the texts (`words`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec
from django.db import connection

from shouwen.core.early_warning import EarlyWarningRule, Series
from shouwen.insight.watching import words
from shouwen.insight.watching.models import SurgeDay
from shouwen.organisation.directory import directory

PRODUCT_AXIS = "business_type"
"""投诉业务类别, the axis of an authority's return that says what product it was; a pack without it has no product."""
PLAIN = ("class", "cause", "channel")
WORD = "word"
LATE = frozenset({"cause", "product"})
"""What the investigator records, days after the receipt."""
AT_ONCE = 200
"""Series whose past is read in one question."""
A_YEAR = timedelta(days=364)

WATCHED = "(dimension = 'all' OR dimension IN ('class', 'cause', 'channel') AND code <> '' OR dimension = 'axis' AND code LIKE %s)"
RECENT_SQL = f"""
    SELECT unit, dimension, code FROM insight_figure
    WHERE day BETWEEN %s AND %s AND {WATCHED} GROUP BY 1, 2, 3 HAVING sum(received) >= %s ORDER BY 1, 2, 3
"""
PAST_SQL = """
    SELECT unit, dimension, code, day, received FROM insight_figure
    JOIN unnest(%s::int[], %s::text[], %s::text[]) AS asked(unit, dimension, code) USING (unit, dimension, code)
    WHERE day BETWEEN %s AND %s AND received <> 0
"""
COUNT_SQL = f"""
    SELECT unit, count(*) FROM (
        SELECT DISTINCT unit, dimension, code FROM insight_figure WHERE day BETWEEN %s AND %s AND {WATCHED} AND received > 0
    ) AS found GROUP BY 1
"""


class Key(msgspec.Struct, frozen=True, order=True):
    """Which series: `dimension` is all, class, cause, channel, product or word."""

    unit: int
    dimension: str
    code: str

    @property
    def is_late(self) -> bool:
        return self.dimension in LATE

    def family(self, line: Sequence[int]) -> str:
        """The series with which it shares the false alarms of its level of the tree (`by_level`): words among themselves."""
        return f"{len(line)} {WORD}" if self.dimension == WORD else f"{len(line)}"

    @property
    def stored(self) -> tuple[int, str, str]:
        """As the roll-up has it."""
        if self.dimension == "product":
            return self.unit, "axis", f"{PRODUCT_AXIS}:{self.code}"
        return self.unit, self.dimension, self.code


def _key(unit: int, dimension: str, code: str) -> Key:
    if dimension == "axis":
        return Key(unit, "product", code.removeprefix(f"{PRODUCT_AXIS}:"))
    return Key(unit, dimension, code)


def recent(first: date, last: date, fewest: int) -> list[Key]:
    """The series that have enough complaints in these days to warn at all."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT_SQL, [first, last, f"{PRODUCT_AXIS}:%", fewest])
        found = [_key(*row) for row in cursor.fetchall()]
    return found + [Key(unit, WORD, word) for unit, word in words.recent(first, last, fewest)]


def first_day() -> date | None:
    """The day since which complaints are counted at all."""
    tops = [unit.id for unit in directory().units() if unit.parent_id is None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(day) FROM insight_figure WHERE unit = ANY(%s) AND dimension = 'all'", [tops])
        found: date | None = cursor.fetchone()[0]
    return found


def whole_bank(day: date, since: date, rule: EarlyWarningRule) -> Series:
    """All complaints of the bank, which small series lean on."""
    top = next(unit.id for unit in directory().units() if unit.parent_id is None)
    return next(iter(past([Key(top, "all", "")], day, since, rule)))[1]


def past(keys: Sequence[Key], day: date, since: date, rule: EarlyWarningRule) -> Iterator[tuple[Key, Series]]:
    """What a judgement of `day` looks at, for each of these series, some hundred at a time."""
    first = max(since, day - rule.days_before * timedelta(1))
    words_first = max(first, words.first_day() or first)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        counts, alarms = _counts(some, first, day), _alarms(some, first, day)
        for key in some:
            counted_since = words_first if key.dimension == WORD else first
            yield key, Series(counts.get(key, {}), counted_since, frozenset(alarms.get(key, ())))


def _counts(keys: Sequence[Key], first: date, last: date) -> Mapping[Key, dict[date, int]]:
    found: dict[Key, dict[date, int]] = defaultdict(dict)
    asked = [key.stored for key in keys if key.dimension != WORD]
    with connection.cursor() as cursor:
        cursor.execute(
            PAST_SQL, [*map(list, zip(*asked, strict=True)), first, last] if asked else [[], [], [], first, last]
        )
        for unit, dimension, code, day, received in cursor.fetchall():
            found[_key(unit, dimension, code)][day] = received
    for unit, word, day, count in words.past(
        [(key.unit, key.code) for key in keys if key.dimension == WORD], first, last
    ):
        found[Key(unit, WORD, word)][day] = count
    return found


def _alarms(keys: Iterable[Key], first: date, last: date) -> Mapping[Key, list[date]]:
    wanted, found = set(keys), defaultdict[Key, list[date]](list)
    rows = SurgeDay.objects.filter(unit__in={key.unit for key in wanted}, day__range=(first, last))
    for unit, dimension, code, day in rows.values_list("unit", "dimension", "code", "day"):
        found[Key(unit, dimension, code)].append(day)
    return found


def by_level(until: date, fewest: int) -> dict[str, int]:
    """How many series each level of the tree has had within a year, words by themselves (`Key.family`); the head office is level 1."""
    people, levels = directory(), Counter[str]()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [until - A_YEAR, until, f"{PRODUCT_AXIS}:%"])
        counts = [(Key(unit, "all", ""), count) for unit, count in cursor.fetchall()]
    counts += [(Key(unit, WORD, ""), count) for unit, count in words.counted(until - A_YEAR, until, fewest)]
    for key, count in counts:
        unit = people.unit(key.unit)
        if unit is not None:
            levels[key.family(unit.line)] += count
    return dict(levels)
