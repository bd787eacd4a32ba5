"""检查表: process, time limits and satisfaction of each unit, as the union inspects them (mission C2).

What became of the complaints received in the period comes from the roll-up. What waits now (overdue, not signed for, sent back) changes
by itself as time goes on: it is counted over the open complaints of the period, in one question, by the unit that handles them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
from django.db.models import Count, Q

from shouwen.casework import queries
from shouwen.casework.queries import Filters
from shouwen.core.figures import Process
from shouwen.core.people import Actor, Unit
from shouwen.core.text import Text
from shouwen.insight import figures, periods
from shouwen.insight.figures import NONE, Counts, Period
from shouwen.insight.reporting.report import (
    OUTCOMES_NOTE,
    Cell,
    Heading,
    Kind,
    Line,
    Ratio,
    Report,
    Table,
    Value,
    cell,
    days,
    share,
)
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

DAY = 86_400
WAITING = ("overdue", "unsigned", "returned")
WAITING_NOTE = Text(
    "“超时未回复”“超时未签收”“退回待办”为制表时仍在办理的投诉。",
    "Overdue, not signed for in time and sent back are complaints that were open when this was drawn up.",
)


class Facts(msgspec.Struct, frozen=True):
    """One line before it is drawn: the counts of the three periods, the facts of the process, what waits now."""

    counts: tuple[Counts, ...]
    process: Counter[str]
    waiting: Counter[str]

    def __add__(self, other: "Facts") -> "Facts":
        counts = tuple(one + two for one, two in zip(self.counts, other.counts, strict=True))
        return Facts(counts, self.process + other.process, self.waiting + other.waiting)


class Column(msgspec.Struct, frozen=True):
    """One column: `asks` narrows its list, for a count that has one."""

    title: Text
    value: Callable[[Facts], Value]
    form: str = "count"
    asks: tuple[tuple[str, str], ...] | None = None


def _in_time(counts: Counts) -> Ratio | None:
    return share(counts.in_time, counts.in_time + counts.late)


def _asked(counts: Counts) -> int:
    return counts.delighted + counts.satisfied + counts.dissatisfied


def _satisfied(counts: Counts) -> Ratio | None:
    return share(counts.delighted + counts.satisfied, _asked(counts))


def _process(fact: Process) -> Column:
    return Column(fact.label, lambda facts: facts.process[fact], asks=(("process", fact.value),))


RECEIVED = Column(Text("受理件数", "Received"), lambda facts: facts.counts[0].received, asks=())
PROCESS = (
    RECEIVED,
    Column(
        Text("超时未签收", "Not signed for in time"), lambda facts: facts.waiting["unsigned"], asks=(("unsigned", "1"),)
    ),
    Column(Text("退回待办", "Sent back, waiting"), lambda facts: facts.waiting["returned"], asks=(("returned", "1"),)),
    *(_process(fact) for fact in Process),
)
LIMITS = (
    RECEIVED,
    Column(Text("办理中", "In hand"), lambda facts: facts.counts[0].open, asks=(("outcome", "open"),)),
    Column(
        Text("其中超时未回复", "Of these overdue"), lambda facts: facts.waiting["overdue"], asks=(("overdue", "1"),)
    ),
    Column(Text("按时回复", "In time"), lambda facts: facts.counts[0].in_time, asks=(("timing", "in_time"),)),
    Column(Text("超时回复", "Late"), lambda facts: facts.counts[0].late, asks=(("timing", "late"),)),
    Column(Text("按时率", "In time, %"), lambda facts: _in_time(facts.counts[0]), "share"),
    Column(Text("上期按时率", "Period before, %"), lambda facts: _in_time(facts.counts[1]), "share"),
    Column(Text("上年同期按时率", "Year before, %"), lambda facts: _in_time(facts.counts[2]), "share"),
    Column(
        Text("平均回复天数", "Days to reply"),
        lambda facts: share(facts.counts[0].reply_seconds, facts.counts[0].replied * DAY),
        "days",
    ),
)
SATISFACTION = (
    Column(Text("已回复", "Replied"), lambda facts: facts.counts[0].replied),
    Column(Text("已测评", "Asked"), lambda facts: _asked(facts.counts[0])),
    Column(Text("未作答", "No answer"), lambda facts: facts.counts[0].unmeasured, asks=(("verdict", "unmeasured"),)),
    Column(Text("非常满意", "Very satisfied"), lambda facts: facts.counts[0].delighted, asks=(("verdict", "below"),)),
    Column(Text("满意", "Satisfied"), lambda facts: facts.counts[0].satisfied, asks=(("verdict", "equal"),)),
    Column(Text("不满意", "Dissatisfied"), lambda facts: facts.counts[0].dissatisfied, asks=(("verdict", "above"),)),
    Column(Text("满意率", "Satisfied, %"), lambda facts: _satisfied(facts.counts[0]), "share"),
    Column(Text("上期满意率", "Period before, %"), lambda facts: _satisfied(facts.counts[1]), "share"),
    Column(Text("上年同期满意率", "Year before, %"), lambda facts: _satisfied(facts.counts[2]), "share"),
)
TABLES = (
    ("process", Text("流程", "Process"), PROCESS),
    ("limits", Text("时限", "Time limits"), LIMITS),
    ("satisfaction", Text("满意度", "Satisfaction"), SATISFACTION),
)


def inspection(actor: Actor, unit: Unit, period: Period, now: datetime) -> Report:
    """The inspection of a unit and each of those directly below it, as this person reads it. Two questions, whatever the period."""
    compared = (period, periods.before(period), periods.year_before(period))
    told = figures.read(unit.id, compared, hidden_from=actor.id)
    facts = _facts(unit, told, _waiting(actor, unit, period, now))
    tables = tuple(
        Table(name, title, tuple(Heading(column.title, column.form) for column in columns), tuple(lines))
        for name, title, columns in TABLES
        if (lines := list(_lines(unit, period, facts, columns)))
    )
    return Report(Kind.INSPECTION, unit.code, unit.name, compared, tables, (OUTCOMES_NOTE, WAITING_NOTE))


def _facts(unit: Unit, told: list[dict[tuple[str, str], Counts]], waiting: dict[int, Counter[str]]) -> dict[int, Facts]:
    codes = {code for each in told for of, code in each if of == "unit"}
    return {
        int(code): Facts(
            tuple(each.get(("unit", code), NONE) for each in told),
            Counter({fact: told[0].get(("process", f"{code}:{fact}"), NONE).received for fact in Process}),
            waiting.get(int(code), Counter()),
        )
        for code in codes
    }


def _waiting(actor: Actor, unit: Unit, period: Period, now: datetime) -> dict[int, Counter[str]]:
    """What waits now, by the unit directly below that it lies with, or the unit itself."""
    zone = working_calendar().zone
    seen = queries.visible_to(actor) if actor.person else queries.within(unit.id)
    received = Filters(
        handled=unit.id,
        received_from=datetime.combine(period.first, time(), zone),
        received_until=datetime.combine(period.last + timedelta(days=1), time(), zone),
    )
    counts = {
        "overdue": Count("id", filter=Q(due_at__lt=now)),
        "unsigned": Count("id", filter=Q(sign_due_at__lt=now)),
        "returned": Count("id", filter=Q(returned=True)),
    }
    rows: Any = queries.narrowed(seen.filter(is_open=True), received, now, actor).order_by().values("line")
    found: dict[int, Counter[str]] = {}
    for row in rows.annotate(**{f"n_{name}": count for name, count in counts.items()}):
        below = row["line"][row["line"].index(unit.id) + 1 :]
        sums = found.setdefault(below[0] if below else unit.id, Counter())
        sums.update({name: row[f"n_{name}"] for name in WAITING})
    return found


def _lines(unit: Unit, period: Period, facts: dict[int, Facts], columns: tuple[Column, ...]) -> Iterator[Line]:
    nothing = Facts((NONE, NONE, NONE), Counter(), Counter())
    here = (("in", unit.code),)
    yield _line(Text("合计", "Total"), sum(facts.values(), nothing), columns, here, period)
    if unit.id in facts:
        yield _line(Text("本级", "The unit itself"), facts[unit.id], columns, (*here, ("own", "1")), period)
    people = directory()
    below = [each for key in facts if key != unit.id and (each := people.unit(key)) is not None]
    for each in sorted(below, key=lambda each: each.path):
        title = Text(each.name, each.name)
        yield _line(title, facts[each.id], columns, (*here, ("at", each.code)), period)


def _line(
    title: Text, facts: Facts, columns: tuple[Column, ...], asks: tuple[tuple[str, str], ...], period: Period
) -> Line:
    return Line(
        title,
        tuple(
            Cell(column.value(facts))
            if column.asks is None
            else cell(column.value(facts), asks, column.asks, days(period))
            for column in columns
        ),
    )
