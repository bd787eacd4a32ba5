"""规则计数: the complaints that a watch rule counts, by day and by what they have in common.

From the roll-up where the rule narrows nothing, else from the rows of complaints, `MOST_ROWS` at most: a rule over more is refused, for no
page may grow with the bank.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet

from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import visible_to
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.watch_rules import Per, Reached, reached, window_first
from shouwen.insight import figures
from shouwen.insight.watching.models import WatchRule
from shouwen.insight.watching.narrowing import narrowed
from shouwen.insight.watching.series import PRODUCT_AXIS, Key
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

MOST_ROWS = 50_000
MOST_LOOKED_AT = 2_000
"""Rows that are read to name the complaints behind a back-test, the newest."""
MOST_NUMBERS = 5
DAY = timedelta(days=1)
DIMENSIONS = {Per.CLASS: "class", Per.CAUSE: "cause", Per.CHANNEL: "channel", Per.PRODUCT: "axis"}
ONE_UNIT_SQL = """
    SELECT code, day, received FROM insight_figure
    WHERE unit = %s AND day BETWEEN %s AND %s AND dimension = %s AND code <> '' AND code LIKE %s AND received <> 0
"""
ITS_UNITS_SQL = """
    SELECT code, day, received FROM insight_figure
    WHERE unit = ANY(%s) AND day BETWEEN %s AND %s AND dimension = 'unit' AND code = unit::text AND received <> 0
"""


class Group(msgspec.Struct, frozen=True):
    """One series of a rule with the days that reach it, and the complaints of each day."""

    key: Key
    counts: Mapping[date, int]
    found: tuple[Reached, ...]


def is_late(rule: WatchRule) -> bool:
    """Whether the rule asks for what is recorded days after the receipt."""
    return rule.per in (Per.CAUSE, Per.PRODUCT) or bool(rule.cause or rule.product)


def groups(rule: WatchRule, first: date, last: date, hidden_from: Collection[int] = ()) -> list[Group]:
    """The series that reach the rule on a day from `first` to `last`, without the complaints `hidden_from` these people. Refused: more complaints
    than can be looked at."""
    calendar = working_calendar()
    counts = counted(rule, window_first(calendar, first, rule.days), last, hidden_from)
    found = []
    for code, days in sorted(counts.items()):
        days_reached = reached(days, first, last, rule.count, rule.days, calendar)
        if days_reached:
            found.append(Group(_key(rule, code), days, tuple(days_reached)))
    return found


def _key(rule: WatchRule, code: str) -> Key:
    """A handling unit has a warning of its own, which its leader owns; other series are of the rule's unit."""
    return Key(int(code), Per.UNIT, "") if rule.per == Per.UNIT else Key(rule.unit, str(rule.per), code)


def counted(rule: WatchRule, first: date, last: date, hidden_from: Collection[int] = ()) -> dict[str, dict[date, int]]:
    """Complaints by what they have in common, by day."""
    is_narrow = rule.class_code or rule.cause or rule.channel or rule.product or rule.word
    source = _from_rows if is_narrow or rule.per == Per.EMPLOYEE else _from_roll_up
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for code, day, count in source(rule, first, last):
        found[code][day] = found[code].get(day, 0) + count
    if hidden_from:
        for code, day, count in _of_rows(rule, kept_from(hidden_from), first, last):
            found[code][day] = found[code].get(day, 0) - count
    return found


def kept_from(people: Collection[int]) -> QuerySet[ComplaintRow]:
    """The complaints about any of these people, and those that any of them keeps out of (回避): a count one higher than the list would tell that
    there is one, and a rule on a word what it says."""
    ids = sorted(people)
    return ComplaintRow.objects.filter(Q(employee_about__in=ids) | (~Q(recused=[]) & Q(recused__overlap=ids)))


def _from_roll_up(rule: WatchRule, first: date, last: date) -> Iterator[tuple[str, date, int]]:
    figures.fold()
    with connection.cursor() as cursor:
        if rule.per == Per.UNIT:
            below = [unit.id for unit in directory().units() if rule.unit in unit.line]
            cursor.execute(ITS_UNITS_SQL, [below, first, last])
        else:
            dimension = DIMENSIONS[Per(rule.per)]
            like = f"{PRODUCT_AXIS}:%" if rule.per == Per.PRODUCT else "%"
            cursor.execute(ONE_UNIT_SQL, [rule.unit, first, last, dimension, like])
        for code, day, received in cursor.fetchall():
            yield code.removeprefix(f"{PRODUCT_AXIS}:"), day, received


def _from_rows(rule: WatchRule, first: date, last: date) -> Iterator[tuple[str, date, int]]:
    return _of_rows(rule, ComplaintRow.objects.all(), first, last)


def _of_rows(rule: WatchRule, rows: QuerySet[ComplaintRow], first: date, last: date) -> Iterator[tuple[str, date, int]]:
    zone = working_calendar().zone
    begin, end = datetime.combine(first, time(), zone), datetime.combine(last + DAY, time(), zone)
    rows = narrowed(rows, rule).filter(received_at__gte=begin, received_at__lt=end)
    values = list(
        rows.values_list("received_on", "line", "class_code", "cause", "channel", "axes", "employee_about")[
            : MOST_ROWS + 1
        ]
    )
    if len(values) > MOST_ROWS:
        raise Refusal(
            "rule-too-wide",
            Text(
                f"一年内符合条件的投诉超过 {MOST_ROWS:,} 件，请缩小机构范围或增加条件。",
                f"More than {MOST_ROWS:,} complaints of a year meet the conditions. Choose a smaller unit or more conditions.",
            ),
            field="unit",
        )
    counts = Counter((code, told[0]) for told in values for code in _codes(rule, *told[1:]))
    yield from ((code, on, count) for (code, on), count in counts.items())


def _codes(
    rule: WatchRule, line: list[int], class_code: str, cause: str, channel: str, axes: list[str], employee: int | None
) -> list[str]:
    """What one complaint has of what the rule asks for; nothing where it is not on record."""
    match rule.per:
        case Per.UNIT:
            codes = [str(line[-1])]
        case Per.CLASS:
            codes = [class_code]
        case Per.CAUSE:
            codes = [cause]
        case Per.CHANNEL:
            codes = [channel]
        case Per.PRODUCT:
            start = f"{PRODUCT_AXIS}:"
            codes = [axis.removeprefix(start) for axis in axes if axis.startswith(start)]
        case _:
            codes = [str(employee) if employee is not None else ""]
    return [code for code in codes if code]


class Window(msgspec.Struct, frozen=True):
    """One window of a back-test: of what, and which days."""

    unit: int
    dimension: str
    code: str
    first: date
    last: date


def behind(actor: Actor, rule: WatchRule, windows: Sequence[Window]) -> dict[Window, list[str]]:
    """The numbers of the complaints in these windows that this person may see, `MOST_NUMBERS` of each, in one question."""
    if not windows:
        return {}
    zone = working_calendar().zone
    begin = datetime.combine(min(each.first for each in windows), time(), zone)
    end = datetime.combine(max(each.last for each in windows) + DAY, time(), zone)
    rows = narrowed(visible_to(actor), rule).filter(received_at__gte=begin, received_at__lt=end)
    values = rows.order_by("-received_at", "-id").values_list(
        "number", "received_on", "line", "class_code", "cause", "channel", "axes", "employee_about"
    )
    found: dict[Window, list[str]] = {}
    for row in values[:MOST_LOOKED_AT]:
        number, on, codes = row[0], row[1], _codes(rule, *row[2:])
        for each in windows:
            code = str(each.unit) if rule.per == Per.UNIT else each.code
            if code in codes and each.first <= on <= each.last and len(found.setdefault(each, [])) < MOST_NUMBERS:
                found[each].append(number)
    return found
