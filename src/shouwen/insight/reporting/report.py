"""报表: one paper as data. Page, workbook, PDF and interface are drawn from the same cells, and so is the archive."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

import msgspec

from shouwen.core.text import Text
from shouwen.insight.figures import Period

NONE = "–"


class Kind(StrEnum):
    """报表种类."""

    STATISTICS = "statistics"
    INSPECTION = "inspection"
    RETURN = "return"

    @property
    def label(self) -> Text:
        return KIND_TITLES[self]


KIND_TITLES = {
    Kind.STATISTICS: Text("客户投诉分类统计表", "Classified statistics of complaints"),
    Kind.INSPECTION: Text("投诉处理检查表", "Inspection of complaint handling"),
    Kind.RETURN: Text("金融消费者投诉分类统计报表", "Return of complaints by the regulator's axes"),
}
OUTCOMES_NOTE = Text(
    "按受理日期统计（含首尾两日）；办理结果为制表时的状态。纪检专办的保密投诉不计入，重复登记的随主件计一次。",
    "By day of receipt, both days included; outcomes as they stood when this was drawn up. Complaints for the discipline inspection "
    "alone are not counted; duplicates count once, with their master.",
)


class Ratio(msgspec.Struct, frozen=True):
    """An exact share or mean, which JSON keeps."""

    part: int
    whole: int

    @property
    def number(self) -> Fraction:
        return Fraction(self.part, self.whole)


Value = int | Ratio | None


class Heading(msgspec.Struct, frozen=True):
    """表头. `form` is count, share (of 1), days, rate (per so many outlets or customers), points, or change (a share with its sign)."""

    title: Text
    form: str = "count"


class Cell(msgspec.Struct, frozen=True):
    """One figure; `asks` is the address of the list of the complaints that it counts, empty where there is none."""

    value: Value
    asks: tuple[tuple[str, str], ...] = ()


class Line(msgspec.Struct, frozen=True):
    """`level` 1 and more stand below another line."""

    title: Text
    cells: tuple[Cell, ...]
    level: int = 0

    @property
    def indent(self) -> range:
        return range(self.level)


class Table(msgspec.Struct, frozen=True):
    """统计表. `unconfirmed`: nobody has read its titles in the source named, and whoever sends it must look."""

    name: str
    title: Text
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    unconfirmed: bool = False


class Paper(Protocol):
    """What workbook and PDF are drawn from. `measured_in` stands above the tables: complaints, points."""

    @property
    def title(self) -> Text: ...
    @property
    def unit_name(self) -> str: ...
    @property
    def periods(self) -> tuple[Period, ...]: ...
    @property
    def tables(self) -> tuple[Table, ...]: ...
    @property
    def notes(self) -> tuple[Text, ...]: ...
    @property
    def measured_in(self) -> Text: ...


class Report(msgspec.Struct, frozen=True):
    """报表 of a unit, with the three periods: this one, the one before, and the same a year before."""

    kind: Kind
    unit: str
    unit_name: str
    periods: tuple[Period, ...]
    tables: tuple[Table, ...]
    notes: tuple[Text, ...] = ()

    @property
    def period(self) -> Period:
        return self.periods[0]

    @property
    def title(self) -> Text:
        return self.kind.label

    @property
    def measured_in(self) -> Text:
        return Text("件", "complaints")


def share(part: int, whole: int) -> Ratio | None:
    return Ratio(part, whole) if whole else None


def change(now: int, then: int) -> Ratio | None:
    """增减: none where there was nothing to compare with."""
    return Ratio(now - then, then) if then else None


def exact(value: int | Fraction | None) -> Value:
    return Ratio(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def words(form: str, value: Value) -> str:
    """The figure as it is read: 1,204 · 93.5% · +12.0% · 4.2."""
    if value is None:
        return NONE
    number = value.number if isinstance(value, Ratio) else value
    match form:
        case "share":
            return f"{float(number * 100):.1f}%"
        case "change":
            return f"{float(number * 100):+.1f}%" if number else "0.0%"
        case "points":
            return f"{float(number):.2f}"
        case "days" | "rate":
            return f"{float(number):,.1f}"
        case _:
            return f"{int(number):,}"


def lines(report: Paper) -> Iterator[tuple[Table, Line]]:
    return ((table, line) for table in report.tables for line in table.lines)


def days(period: Period) -> tuple[tuple[str, str], ...]:
    """The period in the address of a list."""
    return ("from", period.first.isoformat()), ("until", period.last.isoformat())


def cell(value: Value, *asks: Iterable[tuple[str, str]]) -> Cell:
    """A count with its list; a nought has none."""
    return Cell(value, tuple(pair for each in asks for pair in each) if value else ())
