"""分类统计 (mission C2, E2): the complaints of a period and a unit with all below it, by class, cause, channel, unit and outcome.

Complaints count by the day of receipt, for the unit that handles them; what became of them is as it stands now. Page and workbook are made of
the same cells. One question to the roll-up, whatever the period. Complaints for the discipline inspection alone are in no figure (`insight.figures`).
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import msgspec

from shouwen.casework.rules import standing_policy
from shouwen.core.duties import OVERSEERS, Duty, reach_of
from shouwen.core.figures import VERDICT_TITLES, Outcome
from shouwen.core.people import Actor, Unit
from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.insight import denominators, figures, periods
from shouwen.insight.denominators import NO_BASE, Base
from shouwen.insight.figures import NONE, Counts, Period
from shouwen.organisation.directory import directory

READERS = OVERSEERS | {Duty.LEADER}
"""Who reads statistics: those who look after an institution, and leaders."""
NOT_YET = Text("尚未记录", "Not recorded yet")
NOT_ASKED = Text("尚未测评", "Not asked yet")
DAY = 86_400


class Column(msgspec.Struct, frozen=True):
    """One column: a count (`asks` is what its list is narrowed to beside its line), a share of 1, days, or a rate `per` so many of a denominator
    (`PER`). `of` is the period: 0 this, 1 the one before, 2 a year before."""

    title: Text
    value: Callable[[Counts], int | Fraction | None]
    form: str = "count"
    of: int = 0
    asks: tuple[tuple[str, str], ...] = ()
    per: str = ""


PER = {"outlets": 100, "customers": 100_000}
"""每百网点、每十万客户: the denominators of `Base`, and how many of them a rate is told for."""


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


COLUMNS = (
    Column(Text("受理件数", "Received"), lambda counts: counts.received),
    Column(Text("上期", "Period before"), lambda counts: counts.received, of=1),
    Column(Text("上年同期", "Year before"), lambda counts: counts.received, of=2),
    Column(Text("办理中", "In hand"), lambda counts: counts.open, asks=(("outcome", "open"),)),
    Column(Text("按时回复", "In time"), lambda counts: counts.in_time, asks=(("timing", "in_time"),)),
    Column(Text("超时回复", "Late"), lambda counts: counts.late, asks=(("timing", "late"),)),
    Column(Text("按时率", "In time, %"), lambda counts: _share(counts.in_time, counts.in_time + counts.late), "share"),
    Column(
        Text("平均回复天数", "Days to reply"),
        lambda counts: Fraction(counts.reply_seconds, counts.replied * DAY) if counts.replied else None,
        "days",
    ),
    Column(Text("非常满意", "Very satisfied"), lambda counts: counts.delighted, asks=(("verdict", "below"),)),
    Column(Text("满意", "Satisfied"), lambda counts: counts.satisfied, asks=(("verdict", "equal"),)),
    Column(Text("不满意", "Dissatisfied"), lambda counts: counts.dissatisfied, asks=(("verdict", "above"),)),
    Column(
        Text("满意率", "Satisfied, %"),
        lambda counts: _share(
            counts.satisfied + counts.delighted, counts.satisfied + counts.delighted + counts.dissatisfied
        ),
        "share",
    ),
    Column(Text("每百网点", "Per 100 outlets"), lambda counts: counts.received, "rate", per="outlets"),
    Column(Text("每十万户", "Per 100,000 customers"), lambda counts: counts.received, "rate", per="customers"),
)


class Line(msgspec.Struct, frozen=True):
    """One line of a table: what its lists are narrowed to (`asks`), and the counts of the three periods. `level` 1 stands below another line.
    `base` is what its rates are told against."""

    title: Text
    asks: tuple[tuple[str, str], ...]
    counts: tuple[Counts, ...]
    level: int = 0
    base: Base = NO_BASE

    def value(self, column: Column) -> int | Fraction | None:
        value = column.value(self.counts[column.of])
        if not column.per or value is None:
            return value
        base = getattr(self.base, column.per)
        return value * Fraction(PER[column.per], base) if base else None


class Table(msgspec.Struct, frozen=True):
    """统计表 by one dimension."""

    name: str
    title: Text
    lines: tuple[Line, ...]


class Statistics(msgspec.Struct, frozen=True):
    """分类统计 of a unit: `periods` are this one, the one before, and the same a year before."""

    unit: Unit
    periods: tuple[Period, ...]
    total: Line
    tables: tuple[Table, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that say anything: no rates where nobody knows the denominators."""
        lines = [self.total, *(line for table in self.tables for line in table.lines)]
        return tuple(
            column for column in COLUMNS if not column.per or any(line.value(column) is not None for line in lines)
        )


def roots(actor: Actor) -> list[Unit]:
    """The highest units that this person reads statistics of."""
    reached = {reach_of(post) for post in actor.posts if post.duty in READERS}
    units = [unit for each in reached if (unit := directory().unit(each)) is not None]
    return sorted((unit for unit in units if reached.isdisjoint(unit.line[:-1])), key=lambda unit: unit.path)


def unit_within(actor: Actor, code: str) -> Unit | None:
    """The unit with this code, if it lies within the reach; without a code the highest of the reach."""
    tops = roots(actor)
    if not code:
        return tops[0] if tops else None
    unit = directory().unit_by_code(code)
    return unit if unit is not None and any(top.id in unit.line for top in tops) else None


def statistics(actor: Actor, unit: Unit, period: Period) -> Statistics:
    """The statistics that this person reads. The unit lies within the reach (`unit_within`)."""
    compared = (period, periods.before(period), periods.year_before(period))
    told = figures.read(unit.id, compared, hidden_from=actor.id)
    policy = standing_policy()
    bases = denominators.bases(unit, period.last)
    base = bases[unit.id]

    def counts(dimension: str, *codes: str) -> tuple[Counts, ...]:
        return tuple(sum((each.get((dimension, code), NONE) for code in codes), NONE) for each in told)

    def codes(dimension: str) -> list[str]:
        return sorted({code for each in told for of, code in each if of == dimension})

    def table(name: str, title: Text, known: Mapping[str, Text], nothing: Text = NOT_YET) -> Table:
        found = codes(name)
        titles = {**known, **{code: Text(code, code) for code in found if code not in known}, "": nothing}
        lines = (
            Line(words, ((name, code or "-"),), counts(name, code), base=base)
            for code, words in titles.items()
            if code or "" in found
        )
        return Table(name, title, tuple(lines))

    return Statistics(
        unit,
        compared,
        Line(Text("合计", "Total"), (), counts("all", ""), base=base),
        (
            Table("class", Text("按类别", "By class"), tuple(_classes(policy, codes("class"), counts, base))),
            table("cause", Text("按原因", "By cause"), {each.code: each.title for each in policy.causes if each.code}),
            table("channel", Text("按渠道", "By channel"), {each.code: each.title for each in policy.channels}),
            Table("unit", Text("按机构", "By unit"), tuple(_units(unit, codes("unit"), counts, bases))),
            table("outcome", Text("按结果", "By outcome"), {each.value: each.label for each in Outcome}),
            table(
                "liability", Text("按责任认定", "By liability"), {each.code: each.title for each in policy.liabilities}
            ),
            table(
                "verdict",
                Text("按满意度", "By satisfaction"),
                {place.value: title for place, title in VERDICT_TITLES.items()},
                NOT_ASKED,
            ),
        ),
    )


def _classes(policy: Policy, found: list[str], counts: Callable[..., tuple[Counts, ...]], base: Base) -> Iterator[Line]:
    """Each class of the first level with all below it, then those below; last what has no class yet.

    A class that is never given follows from the complainant's anonymity (slides 21): it counts beside the class that was given.
    """
    known = set()
    for top in policy.classes:
        if top.parent is not None:
            continue
        if not top.chosen:
            known.add(top.code)
            yield Line(_beside(top.title), (("anonymous", "yes"),), counts("anonymous", "yes"), base=base)
            continue
        below = policy.classes_below(top.code)
        known |= {top.code, *(each.code for each in below)}
        yield Line(
            top.title, (("class", top.code),), counts("class", top.code, *(each.code for each in below)), base=base
        )
        for each in below:
            yield Line(each.title, (("class", each.code),), counts("class", each.code), level=1, base=base)
    for code in found:
        if code not in known:
            yield Line(
                Text(code, code) if code else NOT_YET, (("class", code or "-"),), counts("class", code), base=base
            )


def _beside(title: Text) -> Text:
    return Text(f"{title.zh}（已含于各类）", f"{title.en} (within the classes)")


def _units(
    unit: Unit, found: list[str], counts: Callable[..., tuple[Counts, ...]], bases: Mapping[int, Base]
) -> Iterator[Line]:
    """The units directly below that have figures, in the order of the tree, and what the unit handles itself, which has no rates."""
    people = directory()
    below = [each for code in found if int(code) != unit.id and (each := people.unit(int(code))) is not None]
    for each in sorted(below, key=lambda unit: unit.path):
        yield Line(
            Text(each.name, each.name),
            (("at", each.code),),
            counts("unit", str(each.id)),
            base=bases.get(each.id, NO_BASE),
        )
    if str(unit.id) in found:
        yield Line(Text("本级", "The unit itself"), (("own", "1"),), counts("unit", str(unit.id)))
