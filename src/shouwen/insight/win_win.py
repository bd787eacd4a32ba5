"""双赢分析 (mission E4, slide 9): the four outcomes of the answered complaints of a unit and a period, from one reading of the roll-up."""

import msgspec

from shouwen.core.figures import Outcome
from shouwen.core.people import Actor, Unit
from shouwen.core.proportions import Share
from shouwen.core.win_win import Sides
from shouwen.insight import figures, periods
from shouwen.insight.figures import NONE, Period


class Quadrant(msgspec.Struct, frozen=True):
    """One outcome: how many of those known for both sides, and the same of the period before."""

    sides: Sides
    share: Share
    before: Share


class WinWin(msgspec.Struct, frozen=True):
    """双赢 of a unit: `answered` complaints of the period, of which the `known` are told."""

    unit: Unit
    periods: tuple[Period, Period]
    answered: int
    known: int
    quadrants: tuple[Quadrant, ...]


def win_win(actor: Actor, unit: Unit, period: Period) -> WinWin:
    """What this person reads. The unit lies within the reach (`statistics.unit_within`)."""
    compared = (period, periods.before(period))
    now, before = figures.read(unit.id, compared, hidden_from=actor.id)
    counts = [{each: told.get(("sides", each.value), NONE).received for each in Sides} for told in (now, before)]
    known, known_before = (sum(each.values()) for each in counts)
    quadrants = tuple(
        Quadrant(each, Share(counts[0][each], known), Share(counts[1][each], known_before)) for each in Sides
    )
    answered = now.get(("outcome", Outcome.ANSWERED.value), NONE).received
    return WinWin(unit, compared, answered, known, quadrants)
