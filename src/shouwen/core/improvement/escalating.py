"""改进升级: what is said about an item, when and to whom, each level once."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import IntEnum

from shouwen.core.improvement.item import ImprovementRule, Item, State
from shouwen.core.people import Organisation
from shouwen.core.text import Text


class Level(IntEnum):
    """提醒层级 of an item, each said once: the owner before and after the due date, the leader of the unit, the one above; for a proposal that
    nobody decides the leader; for a measure whose effect can be told who accepted it."""

    NONE = 0
    WARNED = 1
    OWNER = 2
    LEADER = 3
    SUPERIOR = 4


def steps(item: Item, rule: ImprovementRule) -> tuple[tuple[date, Level], ...]:
    """升级日程: the day from which each level is due, in order."""
    if item.state is State.PROPOSED:
        late = item.proposed_on + timedelta(rule.decide_days + 1)
        return (late, Level.LEADER), (late + timedelta(rule.superior_days), Level.SUPERIOR)
    if item.state is State.DONE and item.done_on is not None:
        return ((item.done_on + timedelta(rule.shortest_days + 1), Level.WARNED),)
    if item.state is State.ACCEPTED and item.due_on is not None:
        late = item.due_on + timedelta(1)
        return (
            (item.due_on - timedelta(rule.warn_days), Level.WARNED),
            (late, Level.OWNER),
            (late + timedelta(rule.leader_days), Level.LEADER),
            (late + timedelta(rule.superior_days), Level.SUPERIOR),
        )
    return ()


def look_on(item: Item, rule: ImprovementRule) -> date | None:
    """The next day on which something is to be said; none when all is said."""
    return next((day for day, level in steps(item, rule) if level > item.told), None)


def due_levels(item: Item, rule: ImprovementRule, today: date) -> tuple[Level, ...]:
    """What is to be said today and was not said yet. A warning is not said any more when the due date is over."""
    due = [level for day, level in steps(item, rule) if day <= today and level > item.told]
    return tuple(level for level in due if level is not Level.WARNED or max(due) is Level.WARNED)


def recipients(item: Item, level: Level, organisation: Organisation) -> tuple[int, ...]:
    """Who hears of this level: an owner who is the leader is not told as the leader again, then the one above is."""
    if level in (Level.WARNED, Level.OWNER):
        found: Iterable[int | None] = (item.decided_by if item.state is State.DONE else item.owner,)
        return tuple(each for each in found if each is not None)
    unit = organisation.unit(item.owner_unit)
    line = reversed(unit.line if unit else ())
    leaders = dict.fromkeys(leader.id for each in line if (leader := organisation.leader(each)) is not None)
    others = [each for each in leaders if each != item.owner or item.state is State.PROPOSED]
    place = 0 if level is Level.LEADER else 1
    return tuple(others[place : place + 1])


def words(item: Item, level: Level) -> Text:
    """What is said at this level."""
    if item.state is State.PROPOSED:
        return Text("改进建议超过期限未决定，请采纳或说明理由", "A proposal waits too long for a decision")
    if item.state is State.DONE:
        return Text("整改已满观察期，可以评估成效", "The effect of a measure can be judged now")
    due = item.due_on
    if level is Level.WARNED:
        return Text(f"将于 {due} 到期", f"Due on {due}")
    if level is Level.OWNER:
        return Text(f"已超过期限 {due}", f"Overdue since {due}")
    return Text(f"已超过期限 {due}，现上报给您", f"Overdue since {due}; you are told as the superior")
