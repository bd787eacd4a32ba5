"""统计数: kept from the complaints without a queue of writers, and exact at every moment.

Each change of a complaint notes what no longer counts and what counts now, in its own transaction (trigger `insight_note_change`).
The worker folds these changes into the roll-up; whoever reads adds what is not folded yet. Both stand in one statement and so in one
snapshot: a figure is never a moment old, and never counts anything twice.

保密 (docs/personal-data.md): complaints that are for the discipline inspection alone (`secret`) are in no figure at all, for a
count of one would tell that there is one; duplicates count with their master. From what a person reads, the complaints about that person and
those that the person keeps out of are taken away again (`hidden_from`): a figure one higher than its list would tell that there is one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
from django.db import connection, transaction

from shouwen.casework.verify import Difference
from shouwen.core.text import Text

DIMENSIONS = (
    *("all", "unit", "class", "cause", "channel", "outcome", "liability", "verdict", "anonymous"),
    *("ratio", "solution", "sides"),
)
"""合计, 机构 (the units directly below, and the unit itself), 类别, 原因, 渠道, 结果, 责任, 满意度, 匿名 (yes or no), 预期与感知之比, 处理效果, 双赢.

A complaint has one code of each of these. Beside them it has as many of 归类 (`axis`, `axis:category` of a return) and 过程 (`process`,
`unit:fact` with the unit as in 机构) as it has categories and facts.
"""

MEASURES = (
    "received",
    "open",
    "answered",
    "declined",
    "withdrawn",
    "replied",
    "in_time",
    "late",
    "dissatisfied",
    "satisfied",
    "delighted",
    "unmeasured",
    "reply_seconds",
)
AT_A_TIME = 20_000
"""Changes that one statement folds."""
MOST_NAMED = 100
"""Differences that are named one by one."""

COLUMNS = ", ".join(MEASURES)
SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in MEASURES)
VALUES = """
    sign::int AS received, sign * (outcome = 'open')::int AS open, sign * (outcome = 'answered')::int AS answered,
    sign * (outcome = 'declined')::int AS declined, sign * (outcome = 'withdrawn')::int AS withdrawn,
    sign * (reply_seconds IS NOT NULL)::int AS replied, sign * (timing = 'in_time')::int AS in_time,
    sign * (timing = 'late')::int AS late, sign * (verdict = 'above')::int AS dissatisfied,
    sign * (verdict = 'equal')::int AS satisfied, sign * (verdict = 'below')::int AS delighted,
    sign * (verdict = 'unmeasured')::int AS unmeasured, sign * coalesce(reply_seconds, 0) AS reply_seconds
"""
ROWS = """
    (SELECT {sign} AS sign, received_on, line, class_code, cause, channel, anonymous, liability, outcome, timing, verdict,
            ratio, solution, sides, axes, process,
            floor(extract(epoch FROM replied_at - received_at))::bigint AS reply_seconds
     FROM casework_complaintrow WHERE NOT secret AND merged_into IS NULL {where}) AS counted
"""


def _spread(source: str, where: str = "") -> str:
    """Each line of the source once for every unit that it counts for, and for every dimension."""
    return f"""
        SELECT at.unit, received_on AS day, of.dimension, of.code, {VALUES} FROM {source}
        CROSS JOIN LATERAL unnest(line) WITH ORDINALITY AS at(unit, place)
        CROSS JOIN LATERAL (VALUES ('all', ''), ('unit', coalesce(line[at.place + 1], at.unit)::text), ('class', class_code),
            ('cause', cause), ('channel', channel), ('outcome', outcome), ('liability', liability), ('verdict', verdict), ('anonymous', CASE WHEN anonymous THEN 'yes' ELSE 'no' END),
            ('ratio', ratio), ('solution', solution), ('sides', sides)
            UNION ALL SELECT 'axis', unnest(axes)
            UNION ALL SELECT 'process', coalesce(line[at.place + 1], at.unit)::text || ':' || unnest(process)
        ) AS of(dimension, code) {where}
    """


FOLD_SQL = f"""
    WITH gone AS (
        DELETE FROM insight_figurechange WHERE id IN (SELECT id FROM insight_figurechange ORDER BY id LIMIT %s) RETURNING *
    ), folded AS (
        INSERT INTO insight_figure AS kept (unit, day, dimension, code, {COLUMNS})
        SELECT unit, day, dimension, code, {SUMS} FROM ({_spread("gone")}) AS spread GROUP BY 1, 2, 3, 4
        ON CONFLICT (unit, day, dimension, code)
        DO UPDATE SET {", ".join(f"{name} = kept.{name} + excluded.{name}" for name in MEASURES)}
    )
    SELECT count(*) FROM gone
"""
RECOUNT_SQL = f"""
    INSERT INTO insight_figure (unit, day, dimension, code, {COLUMNS})
    SELECT unit, day, dimension, code, {SUMS} FROM ({_spread(ROWS.format(sign=1, where=""))}) AS spread GROUP BY 1, 2, 3, 4
"""
DIFFER_SQL = f"""
    SELECT unit, day, dimension, code FROM (
        SELECT unit, day, dimension, code, {COLUMNS} FROM insight_figure
        UNION ALL {_spread("insight_figurechange")}
        UNION ALL {_spread(ROWS.format(sign=-1, where=""))}
    ) AS told GROUP BY 1, 2, 3, 4 HAVING {" OR ".join(f"sum({name}) <> 0" for name in MEASURES)} ORDER BY 2, 1, 3, 4
"""
HIDDEN = "AND (employee_about = %s OR (recused <> '{}' AND recused @> ARRAY[%s])) AND received_on BETWEEN %s AND %s"
READ_SQL = f"""
    SELECT p.place, told.dimension, told.code, {", ".join(f"sum(told.{name})::bigint" for name in MEASURES)}
    FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS p(first, last, place) JOIN (
        SELECT day, dimension, code, {COLUMNS} FROM insight_figure WHERE unit = %s AND day BETWEEN %s AND %s
        UNION ALL
        SELECT day, dimension, code, {COLUMNS} FROM ({
    _spread("insight_figurechange", "WHERE at.unit = %s AND received_on BETWEEN %s AND %s")
}) AS fresh
        UNION ALL
        SELECT day, dimension, code, {COLUMNS} FROM ({
    _spread(ROWS.format(sign=-1, where=HIDDEN), "WHERE at.unit = %s")
}) AS hidden
    ) AS told ON told.day BETWEEN p.first AND p.last
    GROUP BY 1, 2, 3 HAVING sum(told.received) <> 0
"""
READ_SOME_SQL = f"SELECT * FROM ({READ_SQL}) AS told WHERE dimension = ANY(%s)"


class Period(msgspec.Struct, frozen=True, order=True):
    """期间, `first` to `last` with both days, in the bank's zone."""

    first: date
    last: date


class Counts(msgspec.Struct, frozen=True):
    """The measures of one line of a table. `reply_seconds` is summed over the `replied`."""

    received: int = 0
    open: int = 0
    answered: int = 0
    declined: int = 0
    withdrawn: int = 0
    replied: int = 0
    in_time: int = 0
    late: int = 0
    dissatisfied: int = 0
    satisfied: int = 0
    delighted: int = 0
    unmeasured: int = 0
    reply_seconds: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in MEASURES))

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) - getattr(other, name) for name in MEASURES))


NONE = Counts()


def read(
    unit: int, periods: Sequence[Period], *, hidden_from: int | None = None, dimensions: Sequence[str] = ()
) -> list[dict[tuple[str, str], Counts]]:
    """The figures of a unit and all below it, by dimension and code, for each period: one question, however many complaints.

    `hidden_from`: the person whose own complaints are taken away. `dimensions`: those that are wanted, all without them.
    """
    found: list[dict[tuple[str, str], Counts]] = [{} for _ in periods]
    asked = asked_of(unit, periods, hidden_from)
    with connection.cursor() as cursor:
        if dimensions:
            cursor.execute(READ_SOME_SQL, [*asked, list(dimensions)])
        else:
            cursor.execute(READ_SQL, asked)
        for place, dimension, code, *counts in cursor.fetchall():
            found[place - 1][dimension, code] = Counts(*counts)
    return found


def asked_of(unit: int, periods: Sequence[Period], hidden_from: int | None) -> list[Any]:
    """The values of `READ_SQL`."""
    first, last = min(period.first for period in periods), max(period.last for period in periods)
    person = 0 if hidden_from is None else hidden_from
    return [
        [period.first for period in periods],
        [period.last for period in periods],
        *(unit, first, last),
        *(unit, first, last),
        *(person, person, first, last, unit),
    ]


def fold() -> int:
    """汇总: bring the changes so far into the roll-up; returns how many. One folds at a time, and nobody who writes waits for it."""
    folded = 0
    while True:
        with _alone(), connection.cursor() as cursor:
            cursor.execute(FOLD_SQL, [AT_A_TIME])
            count = cursor.fetchone()[0]
        folded += count
        if count < AT_A_TIME:
            return folded


def recount() -> None:
    """重新汇总 from the complaints as they stand. The changes of the same snapshot go: those that come meanwhile stay to be folded."""
    with _alone(), transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # inside another transaction its snapshot holds
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("DELETE FROM insight_figure")
        cursor.execute("DELETE FROM insight_figurechange")
        cursor.execute(RECOUNT_SQL)


def differences() -> Iterator[Difference]:
    """Where the roll-up with the changes to come is not what the complaints say, seen at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"{DIFFER_SQL} LIMIT %s", [MOST_NAMED])
        for unit, day, dimension, code in cursor.fetchall():
            yield Difference(
                f"unit {unit}",
                0,
                Text(
                    f"{day} 的统计数（{dimension} {code}）与投诉不符，请运行 shouwen rebuild",
                    f"the figures of {day} ({dimension} {code}) are not what the complaints say; run shouwen rebuild",
                ),
            )


@contextmanager
def _alone() -> Iterator[None]:
    """Before the transaction begins, for a snapshot must not be older than the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('shouwen.figures'))")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('shouwen.figures'))")
