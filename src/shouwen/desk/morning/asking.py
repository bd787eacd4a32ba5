"""看板的取数: how the questions are asked of a unit. A figure and its list come of one and the same address, so that they agree.

Every count is limited or of the open complaints alone, or comes from the roll-up; none grows with what the bank has on record.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from shouwen.casework import queries
from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import MOST_IN_TAB
from shouwen.casework.rules import standing_policy
from shouwen.core.people import Actor, Unit
from shouwen.core.text import Text
from shouwen.desk.morning.parts import Tile
from shouwen.desk.worklist.narrowing import narrowing_of
from shouwen.insight import figures, periods
from shouwen.insight.figures import NONE, Counts, Period
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight import board

OF_OPEN = frozenset({"disputed", "returned", "unsigned", "overdue"})
"""Filters of a list that only open complaints pass."""
WEEKS = 8
DAYS = 28


class Morning:
    """One look at a unit by one person: the moment, the days, and what several questions share."""

    def __init__(self, actor: Actor, unit: Unit, now: datetime) -> None:
        self.actor, self.unit, self.now = actor, unit, now
        self.policy = standing_policy()
        self.hours = self.policy.business_hours
        self.today = working_calendar().local_date(now)

    @cached_property
    def last_working_day(self) -> date:
        """上一工作日: on a Monday the Friday before, after a holiday the day before it."""
        day = self.today - timedelta(days=1)
        while not working_calendar().is_working(day):
            day -= timedelta(days=1)
        return day

    @property
    def weeks(self) -> list[Period]:
        """The last eight weeks from Monday, this one as far as it has come."""
        return periods.weeks_until(self.today, WEEKS)

    @property
    def lately(self) -> tuple[Period, Period]:
        """近四周 and the four weeks before them, each of 28 days, this day included."""
        first = self.today - timedelta(days=DAYS - 1)
        return Period(first, self.today), Period(first - timedelta(days=DAYS), first - timedelta(days=1))

    # --- Complaints as lists have them ---------------------------------------------------------------------------------

    def rows(self, **asks: str) -> QuerySet[ComplaintRow]:
        """The complaints that the list at `list_of` of the same words shows."""
        query = QueryDict(urlencode({"unit": self.unit.code, **asks}))
        seen = queries.visible_to(self.actor)
        return queries.narrowed(seen, narrowing_of(query).filters, self.now, self.actor)

    def list_of(self, count: int, **asks: str) -> str:
        """The address of these complaints; none of nought."""
        return f"{reverse('desk:complaints')}?{urlencode({'unit': self.unit.code, **asks})}" if count else ""

    def tile(self, words: Text, asks: Mapping[str, str], tone: str = "") -> Tile:
        """A limited count of complaints, along the index of what is open where only open ones are asked for."""
        order = queries.NEWEST_FIRST if OF_OPEN.isdisjoint(asks) else queries.DUE_FIRST
        count = queries.count_up_to(self.rows(**asks).order_by(*order), MOST_IN_TAB)
        return Tile(words, counted(count), self.list_of(count, **asks), tone)

    # --- Open complaints by unit ---------------------------------------------------------------------------------------

    @cached_property
    def standings(self) -> list[board.Standing]:
        """督办看板 of the unit: the whole, the unit itself where others are below, then those. One aggregate over the open complaints."""
        return board.board(self.actor, self.unit, self.now, self.hours)

    def standing(self, measure: str) -> int:
        return self.standings[0].counts[measure]

    def behind(self, count: int, measure: str, unit: Unit | None = None) -> str:
        asks = {"unit": (unit or self.unit).code, "what": measure}
        return f"{reverse('desk:supervision_behind')}?{urlencode(asks)}" if count else ""

    def standing_tile(self, measure: str, words: Text, tone: str = "", aside: Text | None = None) -> Tile:
        count = self.standing(measure)
        return Tile(words, str(count), self.behind(count, measure), tone, aside)

    # --- The roll-up ---------------------------------------------------------------------------------------------------

    @cached_property
    def rolled(self) -> list[dict[tuple[str, str], Counts]]:
        """The roll-up of the eight weeks, then of the four weeks and the four before: one question."""
        asked = [*self.weeks, *self.lately]
        wanted = ("all", "class", "cause", "unit", "axis")
        return figures.read(self.unit.id, asked, hidden_from=self.actor.id, dimensions=wanted)

    def by_week(self, dimension: str = "all", codes: Sequence[str] = ("",)) -> list[Counts]:
        return [_sum(each, dimension, codes) for each in self.rolled[:WEEKS]]

    def now_and_before(self, dimension: str = "all", codes: Sequence[str] = ("",)) -> tuple[Counts, Counts]:
        """近四周 and the four weeks before."""
        now, before = self.rolled[WEEKS:]
        return _sum(now, dimension, codes), _sum(before, dimension, codes)

    def codes(self, dimension: str) -> list[str]:
        """What the two stretches of four weeks have, in a steady order."""
        return sorted({code for each in self.rolled[WEEKS:] for of, code in each if of == dimension})

    def figures_of(self, count: int, period: Period, asks: Mapping[str, str] | None = None) -> str:
        """The list behind a count of the roll-up."""
        days = {"from": period.first.isoformat(), "until": period.last.isoformat()}
        words = {"in": self.unit.code, **(asks or {}), **days}
        return f"{reverse('desk:complaints')}?{urlencode(words)}" if count else ""

    def class_titles(self) -> list[tuple[Text, tuple[str, ...], str]]:
        """类别 of the first level: title, codes with all below, and how an address says it; last what has none yet."""
        policy = self.policy
        tops = [each for each in policy.classes if each.parent is None and each.chosen]
        told = [
            (each.title, (each.code, *(below.code for below in policy.classes_below(each.code))), each.code)
            for each in tops
        ]
        return [*told, (Text("尚未记录", "Not recorded yet"), ("",), "-")]


def counted(count: int) -> str:
    return f"{MOST_IN_TAB}+" if count > MOST_IN_TAB else str(count)


def _sum(told: Mapping[tuple[str, str], Counts], dimension: str, codes: Sequence[str]) -> Counts:
    return sum((told.get((dimension, code), NONE) for code in codes), NONE)


def parts_of(standings: Sequence[board.Standing]) -> list[board.Standing]:
    """The units below, where there are any; none for one that has nothing below it."""
    return [each for each in standings[1:] if not each.own]


def is_there(unit_id: int) -> Unit | None:
    return directory().unit(unit_id)
