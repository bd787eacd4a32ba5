"""统计页的图: the same figures as the tables below them, with the same lists behind them."""

from collections.abc import Sequence
from datetime import date

from shouwen.core import telling
from shouwen.core.people import Actor, Unit
from shouwen.core.telling import Part
from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart, Kind, Point, Series, compared
from shouwen.desk.statistics.asking import address_of, days_of
from shouwen.insight import figures, periods
from shouwen.insight.figures import NONE, Period
from shouwen.insight.statistics import Line, Statistics, Table

DRAWN = ("class", "cause", "channel", "unit")
"""The tables that have a chart above them."""
MOST_BARS = 16
COURSE_TITLES = {
    "week": Text("受理件数按周", "Received by week"),
    "month": Text("受理件数按月", "Received by month"),
    "year": Text("受理件数按年", "Received by year"),
}


def chart_of(told: Statistics, table: Table) -> Chart | None:
    """本期与上期 of one table, the lines of the first level; none for what is no part of the whole, or one line alone.

    Of many lines those with the most complaints are drawn; the table has them all.
    """
    if table.name not in DRAWN:
        return None
    lines = [line for line in table.lines if line.level == 0 and dict(line.asks).keys() != {"anonymous"}]
    if len(lines) < 2:
        return None
    shown = sorted(lines, key=lambda line: -line.counts[0].received)[:MOST_BARS] if len(lines) > MOST_BARS else lines
    return Chart(
        name=table.name,
        title=table.title,
        sentence=telling.breakdown([_part(line) for line in lines]),
        categories=tuple(line.title for line in shown),
        series=compared(
            [_point(told, line, 0) for line in shown],
            [_point(told, line, 1) for line in shown],
        ),
        beside=f"table-{table.name}",
    )


def _part(line: Line) -> Part:
    return Part(line.title, line.counts[0].received, line.counts[1].received)


def _point(told: Statistics, line: Line, of: int) -> Point:
    count = line.counts[of].received
    asks = {"in": told.unit.code, **dict(line.asks), **days_of(told.periods[of])}
    return Point(count, address_of("desk:complaints", asks) if count else "")


def course(actor: Actor, unit: Unit, period: Period, today: date) -> Chart:
    """走势: what was received in each week, month or year of the period, as far as it has come. One question to the roll-up."""
    so_far = Period(period.first, max(period.first, min(period.last, today)))
    name, parts = periods.parts(so_far)
    told = figures.read(unit.id, parts, hidden_from=actor.id, dimensions=("all",))
    counts = [each.get(("all", ""), NONE).received for each in told]
    return Chart(
        name="course",
        title=COURSE_TITLES[name],
        sentence=telling.course(
            [(words_of(name, part), count) for part, count in zip(parts, counts, strict=True)],
            unfinished=so_far.last < period.last,
        ),
        categories=tuple(title_of(name, part) for part in parts),
        series=(Series(Text("受理件数", "Received"), points(unit, parts, counts)),),
        kind=Kind.COLUMNS,
        head=Text("期间", "Period"),
    )


def points(unit: Unit, parts: Sequence[Period], counts: Sequence[int], **asks: str) -> tuple[Point, ...]:
    """Counts of complaints received in each part, with their lists."""
    return tuple(
        Point(count, address_of("desk:complaints", {"in": unit.code, **asks, **days_of(part)}) if count else "")
        for part, count in zip(parts, counts, strict=True)
    )


def title_of(name: str, part: Period) -> Text:
    """11-02 (the week that begins then), 2026-11, 2026, as a chart says it."""
    if name == "week":
        day = f"{part.first:%m-%d}"
        return Text(day, day)
    words = f"{part.first:%Y-%m}" if name == "month" else f"{part.first:%Y}"
    return Text(words, words)


def words_of(name: str, part: Period) -> Text:
    """The same in a sentence."""
    if name == "week":
        return Text(f"{part.first:%m-%d} 起的一周", f"the week from {part.first:%m-%d}")
    return title_of(name, part)
