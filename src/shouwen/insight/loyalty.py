"""忠诚度分析 (mission E2, slide 7): of the complaints of a period with each of the slides' outcomes, how many customers are likely to come back,
and what value is at risk.

The rates of the pack are the defaults. Where the bank has loaded what its customers did afterwards (`insight.activity`), its own rates stand
beside them and are used when enough customers are known. One complaint counts as one customer; in the measured rates a customer counts once,
with the last complaint of the period and the last day that is known of it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
from django.db import connection

from shouwen.casework.rules import standing_policy
from shouwen.core.loyalty import (
    NOT_COMPLAINED,
    Expected,
    Solution,
    at_risk,
    expected,
    outcome_for,
    percent,
    those_who_go,
)
from shouwen.core.people import Actor, Unit
from shouwen.core.policy_terms import LoyaltyOutcome, LoyaltyRule, RatioToOne
from shouwen.core.proportions import Interval, Share
from shouwen.insight.figures import NONE, Counts, Period
from shouwen.organisation.calendar import working_calendar

COUNTED = """
    FROM insight_activity AS seen JOIN casework_complaintrow AS complaint ON complaint.id = seen.complaint_id
    WHERE complaint.received_on BETWEEN %s AND %s AND complaint.received_at BETWEEN %s AND %s AND complaint.line @> ARRAY[%s] AND complaint.solution <> ''
        AND NOT complaint.secret AND complaint.merged_into IS NULL
        AND complaint.employee_about IS DISTINCT FROM %s AND NOT complaint.recused @> ARRAY[%s]
"""
MEASURED_SQL = f"""
    SELECT solution, verdict, count(*), count(*) FILTER (WHERE stays) FROM (
        SELECT DISTINCT ON (seen.customer) complaint.solution, complaint.verdict, seen.stays {COUNTED}
            AND seen.day >= (complaint.ended_at AT TIME ZONE %s)::date + %s
        ORDER BY seen.customer, complaint.ended_at DESC, complaint.id DESC, seen.day DESC
    ) AS last GROUP BY 1, 2
"""  # noqa: S608
VALUE_SQL = f"""
    SELECT solution, verdict, count(*), sum(value) FROM (
        SELECT DISTINCT ON (seen.customer) complaint.solution, complaint.verdict, seen.value {COUNTED} AND seen.value IS NOT NULL
        ORDER BY seen.customer, complaint.ended_at DESC, complaint.id DESC, seen.day DESC
    ) AS last GROUP BY 1, 2
"""  # noqa: S608


FEWEST_TOLD = 5
"""Customers below whom neither whether they stay nor what they are worth is told: it would be told of somebody. Source: bank-default."""


class Measured(msgspec.Struct, frozen=True):
    """What the loaded files say of one outcome: who stays of how many customers, and the value of those whose value is given."""

    stay: Share = Share(0, 0)
    valued: int = 0
    value: Decimal = Decimal(0)


class Line(msgspec.Struct, frozen=True):
    """One outcome of the slides. `rate` is the share that is used, `default` the pack's; without `customers` nobody counts them (不投诉).

    `few`: customers are known, and fewer than the pack wants. `going` is how many go at the ends of a measured rate's interval. Values in yuan.
    """

    outcome: LoyaltyOutcome
    customers: int | None
    default: Fraction
    measured: Measured
    interval: Interval | None
    few: bool
    rate: Fraction
    expected: Expected | None
    going: Interval | None
    at_risk: Decimal

    @property
    def uses_own(self) -> bool:
        return bool(self.measured.stay.whole) and not self.few

    @property
    def tells_rate(self) -> bool:
        return self.measured.stay.whole >= FEWEST_TOLD

    @property
    def tells_value(self) -> bool:
        return self.measured.valued >= FEWEST_TOLD


class Loyalty(msgspec.Struct, frozen=True):
    """忠诚度分析 of a unit and a period."""

    rule: LoyaltyRule
    lines: tuple[Line, ...]

    @property
    def customers(self) -> int:
        return sum(line.customers or 0 for line in self.lines)

    @property
    def expected(self) -> Expected:
        parts = [line.expected for line in self.lines if line.expected]
        return Expected(sum((each.stay for each in parts), Fraction(0)), sum((each.go for each in parts), Fraction(0)))

    @property
    def valued(self) -> int:
        return sum(line.measured.valued for line in self.lines if line.tells_value)

    @property
    def value(self) -> Decimal:
        return sum((line.measured.value for line in self.lines if line.tells_value), Decimal(0))

    @property
    def at_risk(self) -> Decimal:
        return sum((line.at_risk for line in self.lines if line.tells_value), Decimal(0))


def loyalty(actor: Actor, unit: Unit, period: Period, told: Mapping[tuple[str, str], Counts]) -> Loyalty:
    """The table of outcomes from the figures of the period (`told`) and the loaded files, in two questions to the database."""
    policy = standing_policy()
    counted, known = customers(told), _measured(actor, unit, period, policy.loyalty_rule)
    lines = (
        line(
            each,
            None if each.code == NOT_COMPLAINED else counted.get(each.code, 0),
            known.get(each.code),
            policy.loyalty_rule,
        )
        for each in policy.loyalty
    )
    return Loyalty(policy.loyalty_rule, tuple(lines))


def customers(told: Mapping[tuple[str, str], Counts]) -> dict[str, int]:
    """The complaints with each outcome."""
    counted: dict[str, int] = {}
    for solution in Solution:
        of = told.get(("solution", solution.value), NONE)
        dissatisfied = outcome_for(solution, RatioToOne.ABOVE)
        counted[dissatisfied] = counted.get(dissatisfied, 0) + of.dissatisfied
        others = outcome_for(solution, None)
        counted[others] = counted.get(others, 0) + of.received - of.dissatisfied
    return counted


def line(outcome: LoyaltyOutcome, count: int | None, measured: Measured | None, rule: LoyaltyRule) -> Line:
    """One outcome with the rate that is used: the bank's own where enough customers are known, else the default."""
    own, default = measured or Measured(), percent(outcome.come_back_percent)
    few = 0 < own.stay.whole < rule.fewest
    interval = own.stay.interval(rule.confidence_percent)
    share = own.stay.value
    rate = default if share is None or few else share
    going = those_who_go(count, interval) if count is not None and interval is not None and not few else None
    return Line(
        outcome,
        count,
        default,
        own,
        interval,
        few,
        rate,
        None if count is None else expected(count, rate),
        going,
        at_risk(own.value, rate),
    )


def _measured(actor: Actor, unit: Unit, period: Period, rule: LoyaltyRule) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    with connection.cursor() as cursor:
        cursor.execute(MEASURED_SQL, asked_of(actor, unit, period, rule))
        for outcome, whole, part in _by_outcome(cursor.fetchall()):
            old = found.get(outcome, Measured())
            found[outcome] = msgspec.structs.replace(old, stay=old.stay + Share(part, whole))
        cursor.execute(VALUE_SQL, asked_of(actor, unit, period))
        for outcome, valued, value in _by_outcome(cursor.fetchall()):
            old = found.get(outcome, Measured())
            found[outcome] = msgspec.structs.replace(old, valued=old.valued + valued, value=old.value + value)
    return found


def asked_of(actor: Actor, unit: Unit, period: Period, rule: LoyaltyRule | None = None) -> list[Any]:
    """The values of `MEASURED_SQL`, and without a rule those of `VALUE_SQL`. The period stands there twice: receipts have an index."""
    zone, person = working_calendar().zone, actor.id or 0
    begins, ends = datetime.combine(period.first, time.min, zone), datetime.combine(period.last, time.max, zone)
    after = [str(zone), rule.observed_after_days] if rule else []
    return [period.first, period.last, begins, ends, unit.id, person, person, *after]


def _by_outcome(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, int, Any]]:
    for solution, verdict, count, more in rows:
        yield outcome_for(Solution(solution), RatioToOne(verdict) if verdict else None), count, more
