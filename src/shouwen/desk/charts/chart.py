"""图表 as data: the table is the truth, the sentence says the gist, the drawing repeats both (mission E7).

A page gives `{% chart figure %}` a `Chart`; `static/desk/charts.js` draws what `Chart.data` says. Every point may lead to its list. The same
table is written whether or not it can be drawn; with `beside` the id of a table that the page has already is named instead.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from shouwen.core.text import Text
from shouwen.desk.templatetags.texts import in_reader_language

COMPLAINTS = Text("件", "complaints")
NO_VALUE = "–"


class Kind(StrEnum):
    """条形 (one below the other), 柱形 (side by side, for time), 折线."""

    BARS = "bars"
    COLUMNS = "columns"
    LINE = "line"


class Point(msgspec.Struct, frozen=True):
    value: float | None
    href: str = ""


class Series(msgspec.Struct, frozen=True):
    """One colour of a chart. `tone` is a colour of the design language: accent, before (the period before), ok, near, late, info, done."""

    title: Text
    points: tuple[Point, ...]
    tone: str = "accent"


class Chart(msgspec.Struct, frozen=True):
    """One chart. `name` is its id on the page; `form` says how a value is written: count, share (of 100) or days."""

    name: str
    title: Text
    sentence: Text
    categories: tuple[Text, ...]
    series: tuple[Series, ...]
    kind: Kind = Kind.BARS
    unit: Text = COMPLAINTS
    form: str = "count"
    stacked: bool = False
    head: Text = Text("项目", "Item")
    beside: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: the sentence says so."""
        return not any(point.value for each in self.series for point in each.points)

    def data(self, *, linked: bool = True) -> dict[str, object]:
        """What the script draws, in the reader's language; without addresses where nobody is to go anywhere."""
        return {
            "kind": self.kind.value,
            "stacked": self.stacked,
            "form": self.form,
            "unit": in_reader_language(self.unit),
            "categories": [in_reader_language(each) for each in self.categories],
            "series": [
                {
                    "title": in_reader_language(each.title),
                    "tone": each.tone,
                    "values": [point.value for point in each.points],
                    "links": [point.href for point in each.points] if linked else [],
                }
                for each in self.series
            ],
        }

    @property
    def rows(self) -> list[tuple[Text, list[tuple[Text, str, str]]]]:
        """The table: each category with the title, the words and the address of its figures."""
        return [
            (
                title,
                [(each.title, self.words(each.points[place].value), each.points[place].href) for each in self.series],
            )
            for place, title in enumerate(self.categories)
        ]

    def words(self, value: float | None) -> str:
        if value is None:
            return NO_VALUE
        return {"share": f"{value:.1f}%", "days": f"{value:,.1f}"}.get(self.form, f"{value:,.0f}")


NOW, BEFORE = Text("本期", "This period"), Text("上期", "Period before")
FOUR_WEEKS_BEFORE = Text("前四周", "in the four weeks before")
LATELY, EARLIER = Text("近四周", "These four weeks"), Text("前四周", "Four weeks before")


def compared(
    now: Sequence[Point], before: Sequence[Point], titles: tuple[Text, Text] = (NOW, BEFORE)
) -> tuple[Series, ...]:
    """本期与上期 side by side."""
    return (Series(titles[0], tuple(now)), Series(titles[1], tuple(before), tone="before"))
