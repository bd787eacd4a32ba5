"""看板的部件: a question with its figures, its chart and its people. What a wall may show is all but the people (`Question.people`)."""

import msgspec

from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart

DENSE = 2
"""Charts that three columns of a wall have room for."""


class Tile(msgspec.Struct, frozen=True):
    """一个数字 that opens its list. `tone` late or near stands out where the figure is not nought; `aside` says what it is told against."""

    words: Text
    figure: str
    href: str = ""
    tone: str = ""
    aside: Text | None = None

    @property
    def look(self) -> str:
        return f"tile-{self.tone}" if self.tone and self.figure != "0" else ""


class Named(msgspec.Struct, frozen=True):
    """A person or a unit by name, with what is to be known of it; never on a wall."""

    name: str
    words: Text
    href: str = ""


class Question(msgspec.Struct, frozen=True):
    """一问: how the duty asks it, the sentence that answers it, and the figures behind the sentence."""

    name: str
    title: Text
    sentence: Text
    tiles: tuple[Tile, ...] = ()
    chart: Chart | None = None
    people: tuple[Named, ...] = ()


class Board(msgspec.Struct, frozen=True):
    """看板 of one duty: five questions."""

    name: str
    title: Text
    questions: tuple[Question, ...]

    @property
    def is_dense(self) -> bool:
        """Whether it has so many charts that a wall needs a fourth column."""
        return sum(1 for each in self.questions if each.chart is not None and not each.chart.is_empty) > DENSE
