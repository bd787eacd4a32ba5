"""成效数: the complaints that an item is measured by, in the windows before and after, from the roll-up alone (`insight.figures`)."""

import json
from datetime import date
from typing import Any

import msgspec

from shouwen.casework.rules import standing_policy
from shouwen.core.improvement import Item
from shouwen.core.improvement.effect import Effect, Seen, Window, effect, too_early, windows
from shouwen.core.improvement.item import Measured
from shouwen.insight import figures
from shouwen.insight.figures import NONE, Period


def effect_of(item: Item, today: date, *, hidden_from: int | None = None) -> Effect | None:
    """What the figures say on a day; none before the measure is done and where nothing is measured.

    `hidden_from`: the person whose own complaints are taken away.
    """
    if item.measured is None or item.done_on is None:
        return None
    rule = standing_policy().improvement
    of = windows(item.proposed_on, item.done_on, today, rule)
    if of is None:
        return too_early(item.done_on, rule)
    return effect(of, _seen(item.measured, of, hidden_from), item.done_on, rule)


def _seen(measured: Measured, of: tuple[Window, Window], hidden_from: int | None) -> tuple[Seen, Seen]:
    told = figures.read(measured.unit, [Period(each.first, each.last) for each in of], hidden_from=hidden_from)
    codes = _codes(measured)
    before, after = (
        Seen(
            sum(each.get((measured.dimension or "all", code), NONE).received for code in codes),
            each.get(("all", ""), NONE).received,
        )
        for each in told
    )
    return before, after


def _codes(measured: Measured) -> tuple[str, ...]:
    """A class stands for itself and those below it."""
    if measured.dimension != "class":
        return (measured.code,)
    return (measured.code, *(each.code for each in standing_policy().classes_below(measured.code)))


def counts_of(item: Item, today: date) -> dict[str, Any] | None:
    """The effect as it is kept with a judgement: what the figures were then, in plain numbers and days."""
    told = effect_of(item, today)
    return None if told is None else json.loads(msgspec.json.encode(told))  # an endless interval becomes null
