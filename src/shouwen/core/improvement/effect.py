"""改进成效 (mission D3, E6): the complaint rate before the proposal and after the measure was done, in windows of the same length.

Nothing but counts goes in. The windows end the day before the proposal and begin the day after the measure was done, so that neither
the talk about it nor the change itself counts. Days of the bank's zone, both ends included; today, which is not over, is in no window.
"""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from shouwen.core.improvement.item import ImprovementRule
from shouwen.core.rates import Counted, Ratio, ratio
from shouwen.core.text import Text


class Window(msgspec.Struct, frozen=True):
    """比较期, `first` to `last` with both days."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Verdict(StrEnum):
    """成效判断, by the figures alone."""

    TOO_EARLY = "too_early"
    NO_CASES = "no_cases"
    FELL = "fell"
    ROSE = "rose"
    UNCLEAR = "unclear"


class Seen(msgspec.Struct, frozen=True):
    """One window: the complaints that the item is measured by, and all complaints of the same unit."""

    cases: int
    of_all: int


class Effect(msgspec.Struct, frozen=True):
    """成效: the ratio by days, and beside it among all complaints, which a general fall of complaints leaves as it is.

    `few`: so few complaints that only a very large change could be seen. `ready_on`: the first day on which the window is long enough.
    """

    verdict: Verdict
    ready_on: date
    before_window: Window | None = None
    after_window: Window | None = None
    before: Seen | None = None
    after: Seen | None = None
    by_days: Ratio | None = None
    by_share: Ratio | None = None
    few: bool = False


def ready_on(done_on: date, rule: ImprovementRule) -> date:
    """可评估日: the first day on which the window after the measure is long enough."""
    return done_on + timedelta(rule.shortest_days + 1)


def windows(proposed_on: date, done_on: date, today: date, rule: ImprovementRule) -> tuple[Window, Window] | None:
    """The two windows of the same length; none as long as the one after the measure is too short."""
    if today < ready_on(done_on, rule):
        return None
    days = min((today - done_on).days - 1, rule.window_days)
    before = Window(proposed_on - timedelta(days), proposed_on - timedelta(1))
    return before, Window(done_on + timedelta(1), done_on + timedelta(days))


def effect(of: tuple[Window, Window], seen: tuple[Seen, Seen], done_on: date, rule: ImprovementRule) -> Effect:
    """What the counts of the two windows say."""
    (before_window, after_window), (before, after) = of, seen
    by_days = ratio(Counted(before.cases, before_window.days), Counted(after.cases, after_window.days))
    by_share = ratio(Counted(before.cases, before.of_all), Counted(after.cases, after.of_all))
    return Effect(
        _verdict(by_days),
        ready_on(done_on, rule),
        before_window,
        after_window,
        before,
        after,
        by_days,
        by_share,
        before.cases + after.cases < rule.fewest,
    )


def too_early(done_on: date, rule: ImprovementRule) -> Effect:
    return Effect(Verdict.TOO_EARLY, ready_on(done_on, rule))


def _verdict(by_days: Ratio | None) -> Verdict:
    if by_days is None:
        return Verdict.NO_CASES
    if by_days.fell:
        return Verdict.FELL
    return Verdict.ROSE if by_days.rose else Verdict.UNCLEAR


def in_words(told: Effect) -> Text:
    """The effect as a sentence for the page."""
    if told.verdict is Verdict.TOO_EARLY:
        return Text(
            f"整改后的时间还太短，{told.ready_on} 起可以比较。",
            f"The time since the measure is still too short. It can be compared from {told.ready_on} on.",
        )
    assert told.before is not None
    assert told.after is not None
    assert told.after_window is not None
    days = told.after_window.days
    counts = Text(
        f"前 {days} 天 {told.before.cases} 件，整改后 {days} 天 {told.after.cases} 件",
        f"{told.before.cases} in the {days} days before, {told.after.cases} in the {days} days after the measure",
    )
    if told.by_days is None:
        return Text(f"{counts.zh}，无从比较。", f"{counts.en}: nothing to compare.")
    between = _between(told.by_days)
    conclusion = CONCLUSIONS[told.verdict]
    few = Text("件数很少，只作参考。", " These are few complaints, so take it with care.") if told.few else Text("")
    return Text(
        f"{counts.zh}，{between.zh}。{conclusion.zh}{few.zh}", f"{counts.en}: {between.en}. {conclusion.en}{few.en}"
    )


def share_in_words(told: Effect) -> Text | None:
    """The same among all complaints of the unit."""
    if told.by_share is None or told.before is None or told.after is None:
        return None
    between = _between(told.by_share)
    return Text(
        f"占全部投诉：前 {told.before.cases} / {told.before.of_all}，后 {told.after.cases} / {told.after.of_all}，{between.zh}。",
        f"Among all complaints: {told.before.cases} of {told.before.of_all} before, {told.after.cases} of {told.after.of_all} after: "
        f"{between.en}.",
    )


def _between(of: Ratio) -> Text:
    low, high = of.interval.low, of.interval.high
    upper = Text("无上限", "without upper end") if high == float("inf") else Text(f"{high:.0%}", f"{high:.0%}")
    if of.value is None:
        return Text(
            f"之前没有，区间自 {low:.0%} 起，{upper.zh}",
            f"none before, 95% interval from {low:.0%} {upper.en}",
        )
    return Text(
        f"为原来的 {of.value:.0%}（95% 区间 {low:.0%} 至 {upper.zh}）",
        f"{of.value:.0%} of the rate before (95% interval {low:.0%} to {upper.en})",
    )


CONCLUSIONS = {
    Verdict.FELL: Text("下降明显，不像偶然。", "A clear fall that chance hardly explains."),
    Verdict.ROSE: Text("上升明显，不像偶然。", "A clear rise that chance hardly explains."),
    Verdict.UNCLEAR: Text("变化不明显，可能只是偶然。", "No clear change: it may be chance."),
}
