"""异常监测: judges the days that are over, each once, and raises warnings (mission E3).

A day is judged in one transaction with the note that it was: a worker that stops in between judges it anew, and never twice. Series that another
finding explains raise nothing: where a counter has a surge, its branch and the head office do not warn of the same complaints.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec
import structlog
from django.db import transaction

from shouwen.casework.rules import standing_policy
from shouwen.core.day_kinds import DayKinds
from shouwen.core.early_warning import (
    WINDOWS,
    EarlyWarningRule,
    Finding,
    judge,
    season_end,
    season_of,
    threshold,
)
from shouwen.insight import figures
from shouwen.insight.watching import raising, series
from shouwen.insight.watching.models import EarlyWarning, State, SurgeDay, SurgeWatch
from shouwen.insight.watching.series import WORD, Key
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

log = structlog.get_logger()
DAY = timedelta(days=1)
AT_ONCE = 40
"""Days that one run judges; the next goes on. Source: bank-default."""
EXPLAINS = 0.5
"""A finding below with this share of the excess explains the one above it."""


class Found(msgspec.Struct, frozen=True):
    """What one series had on a day."""

    key: Key
    line: tuple[int, ...]
    findings: tuple[Finding, ...]

    @property
    def excess(self) -> float:
        return max(each.observed - each.expected for each in self.findings)

    def explains(self, other: "Found") -> bool:
        """Whether it lies within the other series, on the same day, and has most of its excess; words say what complaints already counted
        otherwise say, and of several words of one unit the most frequent stands for all."""
        if self.findings[0].day != other.findings[0].day or self.key == other.key:
            return False
        if other.key.dimension == WORD and other.key.unit in self.line:
            if self.key.dimension != WORD:
                return self.excess >= EXPLAINS * other.excess
            if self.key.unit == other.key.unit:
                return (self.excess, other.key.code) > (other.excess, self.key.code)
        within = other.key.unit in self.line and other.key.dimension in ("all", self.key.dimension)
        same_code = other.key.dimension == "all" or other.key.code == self.key.code
        return within and same_code and self.excess >= EXPLAINS * other.excess


def watch(now: datetime, since: date | None = None) -> int:
    """Judge every day that is over and was not judged, `AT_ONCE` at most; returns how many. A bank that begins today begins with yesterday,
    or with `since`."""
    figures.fold()
    yesterday, judged = working_calendar().local_date(now) - DAY, 0
    SurgeWatch.objects.get_or_create(id=1, defaults={"watched_until": (since or yesterday) - DAY})
    kinds = DayKinds(working_calendar())
    while judged < AT_ONCE and _watch_next(yesterday, kinds, now):
        judged += 1
    return judged


@transaction.atomic
def _watch_next(yesterday: date, kinds: DayKinds, now: datetime) -> bool:
    held = SurgeWatch.objects.select_for_update().get(id=1)
    if held.watched_until >= yesterday:
        return False
    day = held.watched_until + DAY
    found = find(held, day, kinds)
    for each in found:
        _keep(each)
    raised = sum(raising.record(each.key, each.findings, now) for each in unexplained(found) if not _is_told(each.key))
    held.watched_until = day
    held.save()
    told = log.info if raised else log.debug  # a new bank catches up on weeks of quiet days at once
    told("surges_watched", day=str(day), found=len(found), raised=raised)
    return True


def _is_told(key: Key) -> bool:
    """Whether another word of the unit has an open warning: one event is told in many words."""
    rows = EarlyWarning.objects.filter(unit=key.unit, dimension=WORD).exclude(state=State.CLOSED)
    return key.dimension == WORD and rows.exclude(code=key.code).exists()


def find(held: SurgeWatch, day: date, kinds: DayKinds) -> list[Found]:
    """The series with too many complaints on `day`; what is recorded late is judged on a day before it."""
    rule, since = standing_policy(day).early_warning, series.first_day()
    if since is None:
        return []
    late = day - rule.recorded_late_days * DAY
    return [
        *_found(held, day, since, kinds, rule, late=False),
        *_found(held, late, since, kinds, rule, late=True),
    ]


def _found(
    held: SurgeWatch, day: date, since: date, kinds: DayKinds, rule: EarlyWarningRule, *, late: bool
) -> Iterator[Found]:
    keys = series.recent(day - (max(WINDOWS) - 1) * DAY, day, rule.fewest)
    keys = [key for key in keys if key.is_late is late]
    if not keys:
        return
    until = season_end(day, rule)
    _count(held, until, rule.fewest)
    people = directory()
    whole = season_of(series.whole_bank(day, since, rule), until, kinds, rule)
    for key, past in series.past(keys, day, since, rule):
        unit = people.unit(key.unit)
        if unit is None:
            continue
        limit = threshold(rule, len(held.series), held.series.get(key.family(unit.line), 1))
        findings = judge(past, day, season_of(past, until, kinds, rule, whole), kinds, rule, limit)
        if findings:
            yield Found(key, unit.line, findings)


def _count(held: SurgeWatch, until: date, fewest: int) -> None:
    """How many series there are, counted once for each week."""
    if held.counted_on is None or held.counted_on != until:
        held.series = series.by_level(until, fewest)
        held.counted_on = until


def unexplained(found: Sequence[Found]) -> list[Found]:
    """Those that no finding further down, or by a narrower dimension, explains."""
    return [each for each in found if not any(other.explains(each) for other in found)]


def _keep(found: Found) -> None:
    """异常日: in no later baseline, whether it warns or not."""
    covered = {day for each in found.findings for day in each.covered}
    key = found.key
    SurgeDay.objects.bulk_create(
        [SurgeDay(unit=key.unit, dimension=key.dimension, code=key.code, day=day) for day in sorted(covered)],
        ignore_conflicts=True,
    )


def progress() -> SurgeWatch | None:
    """监测进度, none before the first day was judged."""
    return SurgeWatch.objects.first()
