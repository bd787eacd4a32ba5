"""时限巡查: everything that falls due is said once, and provisional limits are counted again when the calendar knows better.

The moment of each complaint's next reminder is a column with an index of its own, so that the work grows with what falls due
and not with what is open. What a worker that was down has left is done when it comes back, late and saying so.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db.models import Q, QuerySet

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.tasks import TIMER
from shouwen.core.complaint import Command
from shouwen.core.complaint.clocks import MarkTime, RedateClocks
from shouwen.core.refusal import Refusal

log = structlog.get_logger()
BATCH = 500


def due_for_the_timer(now: datetime) -> QuerySet[ComplaintRow]:
    """The complaints about which something is to be said at `now`, what is due first at the top."""
    return ComplaintRow.objects.filter(timer_at__isnull=False, timer_at__lte=now).order_by("timer_at", "id")


def mark_what_is_due(now: datetime) -> int:
    """时限提醒 for every complaint that is due at `now`; returns of how many something was said.

    A complaint that fails does not keep the others waiting; the job fails in the end, and names it.
    """
    return _each(_batches_due(now), MarkTime(), now)


def _batches_due(now: datetime) -> Iterator[int]:
    """The ids, read in batches along the index. Each is met once, however it fares."""
    last: tuple[datetime, int] | None = None
    while True:
        rows = due_for_the_timer(now)
        if last is not None:
            rows = rows.filter(Q(timer_at=last[0], id__gt=last[1]) | Q(timer_at__gt=last[0]), timer_at__gte=last[0])
        batch = list(rows.values_list("timer_at", "id")[:BATCH])
        yield from (complaint_id for _, complaint_id in batch)
        if len(batch) < BATCH:
            return
        last = batch[-1][0] or now, batch[-1][1]


def provisional() -> QuerySet[ComplaintRow]:
    """暂定: the complaints with a limit that may still move when a year is announced."""
    return ComplaintRow.objects.filter(provisional=True).order_by("id")


def redate(now: datetime) -> int:
    """重新计算时限 by the calendar as it is now; returns of how many complaints a limit was counted anew."""
    return _each(_batches_provisional(), RedateClocks(), now)


def _batches_provisional() -> Iterator[int]:
    last = 0
    while batch := list(provisional().filter(id__gt=last).values_list("id", flat=True)[:BATCH]):
        yield from batch
        last = batch[-1]


def _each(ids: Iterator[int], command: Command, now: datetime) -> int:
    done = 0
    failures: list[Exception] = []
    for complaint_id in ids:
        try:
            handle(command, actor=TIMER, complaint=complaint_id, now=now)
            done += 1
        except Refusal as refusal:
            log.info("nothing to do for the timer", complaint=complaint_id, rule=refusal.rule)
        except Exception as error:
            log.exception("the timer failed", complaint=complaint_id)
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"the timer failed for {len(failures)} complaints", failures)
    return done
