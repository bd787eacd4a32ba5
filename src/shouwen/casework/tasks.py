"""The jobs of casework. Each sends its command through the one door like everybody else.

A due moment is a column that the page and the sweep both read; no time limit depends on a job having run.
"""

from datetime import datetime, timedelta

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from shouwen.casework import attempts
from shouwen.casework.door import handle
from shouwen.casework.follow_ups import ACKNOWLEDGE
from shouwen.casework.models import ComplaintRow, Draft
from shouwen.core.complaint.recording import Acknowledge
from shouwen.core.complaint.routing import PassOn
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal

log = structlog.get_logger()
TIMER = Actor(person=None, system="timer")
DRAFTS_KEPT = timedelta(days=30)


@app.task(name=ACKNOWLEDGE, retry=5)
def acknowledge(complaint_id: int) -> None:
    """Issue the acknowledgement of an accepted complaint, once."""
    handle(Acknowledge(), actor=TIMER, complaint=complaint_id, key=f"acknowledge:{complaint_id}")


@app.periodic(cron="* * * * *")
@app.task(name="casework.pass_on_unsigned", queueing_lock="casework.pass_on_unsigned")
def pass_on_unsigned(timestamp: int) -> None:
    """Every minute: what was not signed for in time goes to the next signatory (mission C7)."""
    pass_on_unsigned_at(timezone.now())


def pass_on_unsigned_at(now: datetime) -> int:
    """Pass on what is unsigned past its limit at `now`; returns how many. Reads only what is due, by index.

    With the last signatory it stays: its row has no sign-by moment any more, so that the sweep does not meet it again.
    """
    passed = 0
    for complaint_id in (
        ComplaintRow.objects.filter(sign_due_at__lte=now).order_by("sign_due_at").values_list("id", flat=True)
    ):
        try:
            handle(PassOn(), actor=TIMER, complaint=complaint_id, now=now)
            passed += 1
        except Refusal as refusal:
            log.info("not passed on", complaint=complaint_id, rule=refusal.rule)
    return passed


@app.periodic(cron="17 3 * * *")
@app.task(name="casework.forget_old_drafts", queueing_lock="casework.forget_old_drafts")
def forget_old_drafts(timestamp: int) -> None:
    """Every night: drafts that nobody touched for 30 days go, and counts of attempts that nobody counts any more."""
    Draft.objects.filter(saved_at__lt=timezone.now() - DRAFTS_KEPT).delete()
    attempts.forget_old(timezone.now())
