"""督办看板: how each unit stands, counted over the open complaints that the reader may see (mission C1, C2, C4).

One aggregate over the open rows alone, by the unit with which each complaint lies; the tree is rolled up in memory. Each figure and its list
ask the very same condition, so that a number opens exactly its complaints.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet

from shouwen.casework import queries
from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.supervising import require_issuers_side
from shouwen.core.duties import GRANTS, Action, Duty, reach_of
from shouwen.core.people import Actor, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.workdays import BusinessHours
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

MEASURES = ("open", "today", "near", "overdue", "returned", "supervised", "unanswered", "late_slips")
"""在办, 今天到期, 临近时限 (today and the next working day), 超时, 退回, 督办, 督办单待答复, 其中逾期."""


def condition(measure: str, now: datetime, hours: BusinessHours) -> Q:
    """What a figure counts, beside being open."""
    match measure:
        case "today":
            return Q(due_at__gte=now, due_at__lt=end_of_day(now))
        case "near":
            return Q(due_at__gte=now, due_at__lt=near_until(now, hours))
        case "overdue":
            return Q(due_at__lt=now)
        case "returned":
            return Q(returned=True)
        case "supervised":
            return Q(supervised=True)
        case "unanswered":
            return Q(supervised=True, slip_due_at__isnull=False)
        case "late_slips":
            return Q(supervised=True, slip_due_at__lt=now)
        case _:
            return Q()


def end_of_day(now: datetime) -> datetime:
    """今天 ends at midnight of the bank's zone."""
    calendar = working_calendar()
    return datetime.combine(calendar.local_date(now) + timedelta(days=1), time(), calendar.zone)


def near_until(now: datetime, hours: BusinessHours) -> datetime:
    """临近时限: what falls due up to the close of the next working day."""
    calendar = working_calendar()
    day = calendar.add_working_days(calendar.local_date(now), 1)
    return hours.close_on(day, calendar.zone) + timedelta(microseconds=1)


def roots(actor: Actor) -> list[Unit]:
    """The highest units that this person looks after."""
    people = directory()
    reached = {reach_of(post) for post in actor.posts if post.duty is not Duty.ADMINISTRATOR}
    units = [unit for each in reached if (unit := people.unit(each)) is not None]
    return sorted((unit for unit in units if reached.isdisjoint(unit.line[:-1])), key=lambda unit: unit.path)


def unit_within(actor: Actor, code: str) -> Unit | None:
    """The unit with this code, if it lies in what the person looks after."""
    unit = directory().unit_by_code(code) if code else None
    if unit is None:
        return None
    return unit if any(root.id in unit.line for root in roots(actor)) else None


def below(unit: Unit) -> list[int]:
    """The unit and all below it."""
    return [each.id for each in directory().units() if unit.id in each.line]


class Standing(msgspec.Struct):
    """一行: a unit with all below it. `own`: the unit's line without those below."""

    unit: Unit
    counts: dict[str, int]
    own: bool = False
    has_below: bool = False


def counted(actor: Actor, now: datetime, hours: BusinessHours) -> list[dict[str, int]]:
    """The figures of each unit with open complaints that this person may see: one row for a unit."""
    figures = {f"n_{name}": Count("id", filter=condition(name, now, hours)) for name in MEASURES}
    seen = queries.visible_to(actor).filter(is_open=True)
    rows: Any = seen.order_by().values("unit").annotate(**figures)
    return [{"unit": row["unit"], **{name: row[f"n_{name}"] for name in MEASURES}} for row in rows]


def board(actor: Actor, at: Unit | None, now: datetime, hours: BusinessHours) -> list[Standing]:
    """The board below a unit: its own line, then its direct parts, each with all below it; without a unit, the reader's own roots."""
    figures: dict[int, dict[str, int]] = {row["unit"]: row for row in counted(actor, now, hours)}
    people = directory()
    if at is None:
        tops = roots(actor)
        if len(tops) != 1:
            return _rolled(tops, figures)
        at = tops[0]
    parts = [each for each in people.open_units() if each.parent_id == at.id]
    sums = _rolled([at, *parts], figures)
    if not parts:
        return sums
    own = Standing(at, {name: figures.get(at.id, {}).get(name, 0) for name in MEASURES}, own=True)
    return [sums[0], own, *sums[1:]]


def _rolled(tops: Iterable[Unit], figures: dict[int, dict[str, int]]) -> list[Standing]:
    sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    people = directory()
    for unit_id, row in figures.items():
        unit = people.unit(unit_id)
        for above in unit.line if unit else ():
            for name in MEASURES:
                sums[above][name] += row[name]
    parents = {each.parent_id for each in people.open_units()}
    return [Standing(unit, dict(sums[unit.id]), has_below=unit.id in parents) for unit in tops]


def behind(
    actor: Actor, unit: Unit, measure: str, now: datetime, hours: BusinessHours, *, own: bool = False
) -> QuerySet[ComplaintRow]:
    """The complaints behind a figure."""
    units = [unit.id] if own else below(unit)
    return queries.visible_to(actor).filter(condition(measure, now, hours), is_open=True, unit__in=units)


# --- Slips 督办单 ---------------------------------------------------------------------------------------------------------


def to_answer(actor: Actor) -> QuerySet[ComplaintRow]:
    """待我答复: the slips of complaints for which this person is responsible, and those of units that this person leads or is contact of."""
    units = sorted({post.unit_id for post in actor.posts if post.duty in (Duty.LEADER, Duty.CONTACT)})
    mine = Q(responsible=actor.id) | Q(unit__in=units)
    return queries.visible_to(actor).filter(mine, supervised=True, slip_due_at__isnull=False)


def to_judge(actor: Actor) -> QuerySet[ComplaintRow]:
    """待我审核: the answers that wait to be accepted or sent back, for those on the issuer's side (`require_issuers_side`)."""
    rows = queries.visible_to(actor).filter(supervised=True, slip_due_at__isnull=True)
    if not may_issue(actor):
        return rows.none()
    answered = rows.exclude(responsible__in=sorted(actor.stands_for)).only("id", "state")
    return rows.filter(id__in=[row.id for row in answered.iterator() if _judges(actor, read_complaint(row.state))])


def _judges(actor: Actor, complaint: Complaint) -> bool:
    slip = complaint.slip
    try:
        if slip is not None:
            require_issuers_side(slip, complaint, actor)
    except Refusal:
        return False
    return slip is not None


def waiting(actor: Actor) -> QuerySet[ComplaintRow]:
    """待答复的督办: every slip that is unanswered and that this person may see."""
    return queries.visible_to(actor).filter(supervised=True, slip_due_at__isnull=False)


def may_issue(actor: Actor) -> bool:
    """Whether any of this person's duties issues slips."""
    return any(not actor.duties.isdisjoint(grant.duties) for grant in GRANTS[Action.SUPERVISE])
