"""分类统计表: the statistics page as a paper, the hotline's periodic submission to the union (mission C1, E7)."""

from shouwen.insight.reporting.report import OUTCOMES_NOTE, Cell, Heading, Kind, Line, Report, Table, cell, days, exact
from shouwen.insight.statistics import Column, Statistics
from shouwen.insight.statistics import Line as Counted


def classified(told: Statistics) -> Report:
    """The same cells, with the total as a table of its own."""
    headings = tuple(Heading(column.title, column.form) for column in told.columns)
    total = Table("all", told.total.title, headings, (_line(told, told.total),))
    tables = [
        Table(table.name, table.title, headings, tuple(_line(told, line) for line in table.lines))
        for table in told.tables
        if table.lines
    ]
    return Report(
        Kind.STATISTICS, told.unit.code, told.unit.name, told.periods, (total, *tables), notes=(OUTCOMES_NOTE,)
    )


def _line(told: Statistics, line: Counted) -> Line:
    return Line(line.title, tuple(_cell(told, line, column) for column in told.columns), line.level)


def _cell(told: Statistics, line: Counted, column: Column) -> Cell:
    value = exact(line.value(column))
    if column.form != "count":
        return Cell(value)
    return cell(value, (("in", told.unit.code),), line.asks, column.asks, days(told.periods[column.of]))
