"""登记来件: each good row of a list for itself, as many as a page can wait for, the rest by a job. A row is registered once, whatever happens."""

import time
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from shouwen.casework.door import handle
from shouwen.casework.rules import standing_policy
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.intake import channels
from shouwen.intake.slips.keeping import Kept
from shouwen.intake.slips.planning import Slip, SlipState, plan, read_slips

log = structlog.get_logger()
SECONDS = 3.0
"""How long a page registers before the rest is left to the job. Source: bank-default."""
TASK = "intake.register_slips"
AT_WORK = ("todo", "doing")


def planned(kept: Kept, actor: Actor, brought_at: datetime) -> list[Slip]:
    """What each row of the list would become now."""
    return plan(read_slips(kept.content), standing_policy(), actor, kept.unit, brought_at)


def register(
    slips: list[Slip], actor: Actor, key: UUID, brought_at: datetime, *, seconds: float | None = None
) -> tuple[int, int]:
    """Register the good rows, for so many seconds where a number is given; returns how many were, and how many good ones are left.

    A row that is refused meanwhile stays, and its reason shows in the preview.
    """
    until = None if seconds is None else time.monotonic() + seconds
    good = [slip for slip in slips if slip.state is SlipState.GOOD]
    done = 0
    for place, slip in enumerate(good):
        if until is not None and place and time.monotonic() >= until:
            return done, len(good) - place
        done += _registered(slip, actor, key, brought_at)
    return done, 0


def leave_to_job(key: UUID, staff_id: int) -> None:
    """Have the worker register what is left; once, however often it is asked."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=_lock(key)).defer(key=str(key), staff_id=staff_id)
    except AlreadyEnqueued:
        log.info("slips are queued already", upload=str(key))


def is_at_work(key: UUID) -> bool:
    """Whether the worker still has rows of this list before it."""
    return ProcrastinateJob.objects.filter(queueing_lock=_lock(key), status__in=AT_WORK).exists()


def _lock(key: UUID) -> str:
    return f"{TASK}:{key}"


def _registered(slip: Slip, actor: Actor, key: UUID, brought_at: datetime) -> bool:
    """Whether this row was registered now. The door knows a row again by its key, a document by its number."""
    assert slip.register is not None
    policy = standing_policy()
    try:
        commands = channels.commands(slip.register, policy, actor, brought_at.astimezone(policy.zone).date())
        handle(*commands, actor=actor, details=slip.details, key=f"slips:{key}:{slip.number}")
    except Refusal as refusal:
        log.info("slip not registered", upload=str(key), row=slip.number, rule=refusal.rule)
        return False
    return True
