"""监管统计报表: a quarter's or a year's complaints along the axes of the standing pack, those of JR/T 0169-2018 (mission E7).

A category counts what is chosen on the complaint or follows from class, channel and cause (`core.policy_statistics`), and all below
it. What has no category yet stands in a line of its own that opens its list: a guess would be a wrong figure in a return.
"""

from collections.abc import Iterator

from shouwen.casework.rules import standing_policy
from shouwen.core.people import Actor, Unit
from shouwen.core.policy_statistics import Axis, Category
from shouwen.core.text import Text
from shouwen.insight import figures, periods
from shouwen.insight.figures import NONE, Counts, Period
from shouwen.insight.reporting.report import (
    OUTCOMES_NOTE,
    Cell,
    Heading,
    Kind,
    Line,
    Report,
    Table,
    cell,
    change,
    days,
    share,
)

HEADINGS = (
    Heading(Text("投诉件数", "Complaints")),
    Heading(Text("占比", "Share"), "share"),
    Heading(Text("上期", "Period before")),
    Heading(Text("较上期", "Against it"), "change"),
    Heading(Text("上年同期", "Year before")),
    Heading(Text("同比", "Against it"), "change"),
    Heading(Text("已办结", "Answered and closed")),
)
NOT_CHOSEN = Text("尚未选定", "Not chosen yet")
UNCONFIRMED = Text(
    "标“＊”的类别名称未经与标准原文核对，报送前请核实。",
    "Titles marked “＊” have not been checked against the text of the standard: look before you send.",
)
Told = list[dict[tuple[str, str], Counts]]


def regulators_return(actor: Actor, unit: Unit, period: Period) -> Report:
    """The return of a unit and all below it, as this person reads it. One question to the roll-up, whatever the period."""
    compared = (period, periods.before(period), periods.year_before(period))
    told = figures.read(unit.id, compared, hidden_from=actor.id)
    whole = tuple(each.get(("all", ""), NONE) for each in told)
    asks = ("in", unit.code)
    total = Line(Text("合计", "Total"), _cells(whole, whole, compared, (asks,)))
    tables = [
        Table(
            axis.code,
            axis.title,
            HEADINGS,
            tuple(_lines(axis, told, whole, compared, asks)),
            axis.unconfirmed or any(category.unconfirmed for category in axis.categories),
        )
        for axis in standing_policy().statistics
    ]
    notes = (OUTCOMES_NOTE, *((UNCONFIRMED,) if any(table.unconfirmed for table in tables) else ()))
    everything = (Table("all", Text("合计", "Total"), HEADINGS, (total,)), *tables)
    return Report(Kind.RETURN, unit.code, unit.name, compared, everything, notes)


def _lines(
    axis: Axis, told: Told, whole: tuple[Counts, ...], compared: tuple[Period, ...], asks: tuple[str, str]
) -> Iterator[Line]:
    known = {category.code: category for category in axis.categories}
    for category in axis.categories:
        counts = _counts(told, axis, axis.with_below(category.code))
        level = sum(1 for _ in _above(category, known))
        listed = (asks, ("axis", f"{axis.code}:{category.code}"))
        yield Line(_title(axis, category), _cells(counts, whole, compared, listed), level)
    found = {
        code.partition(":")[2]
        for each in told
        for of, code in each
        if of == "axis" and code.startswith(f"{axis.code}:")
    }
    for code in sorted(found - known.keys()):  # of an older pack
        listed = (asks, ("axis", f"{axis.code}:{code}"))
        yield Line(Text(code, code), _cells(_counts(told, axis, (code,)), whole, compared, listed))
    chosen = _counts(told, axis, tuple(found))
    rest = tuple(all_ - some for all_, some in zip(whole, chosen, strict=True))
    if any(each.received for each in rest):
        yield Line(NOT_CHOSEN, _cells(rest, whole, compared, (asks, ("axis", axis.code))))


def _above(category: Category, known: dict[str, Category]) -> Iterator[Category]:
    while category.parent is not None:
        category = known[category.parent]
        yield category


def _title(axis: Axis, category: Category) -> Text:
    number = f"{category.number} " if category.number else ""
    mark = "＊" if axis.unconfirmed or category.unconfirmed else ""
    return Text(f"{number}{category.title.zh}{mark}", f"{number}{category.title.en}{mark}")


def _counts(told: Told, axis: Axis, codes: tuple[str, ...]) -> tuple[Counts, ...]:
    return tuple(sum((each.get(("axis", f"{axis.code}:{code}"), NONE) for code in codes), NONE) for each in told)


def _cells(
    counts: tuple[Counts, ...],
    whole: tuple[Counts, ...],
    compared: tuple[Period, ...],
    asks: tuple[tuple[str, str], ...],
) -> tuple[Cell, ...]:
    now, before, a_year = (each.received for each in counts)
    of_now, of_before, of_year = (days(each) for each in compared)
    return (
        cell(now, asks, of_now),
        Cell(share(now, whole[0].received)),
        cell(before, asks, of_before),
        Cell(change(now, before)),
        cell(a_year, asks, of_year),
        Cell(change(now, a_year)),
        cell(counts[0].answered, asks, (("outcome", "answered"),), of_now),
    )
