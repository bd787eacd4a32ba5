"""The jobs of intake."""

from uuid import UUID

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from shouwen.core.refusal import Refusal
from shouwen.intake import slips
from shouwen.intake.mailbox import forgetting
from shouwen.intake.mailbox.polling import poll
from shouwen.intake.slips.registering import TASK
from shouwen.organisation import uploads
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

log = structlog.get_logger()


@app.periodic(cron="* * * * *")
@app.task(name="intake.poll_mailbox", queueing_lock="intake.poll_mailbox")
def poll_mailbox(timestamp: int) -> None:
    """Every minute: fetch new mails, and take those that are stored and not finished.

    A mailbox that is away for a night is one warning a minute in the log, not a thousand failed jobs.
    """
    try:
        poll()
    except Refusal as refusal:
        log.warning("mailbox not polled", rule=refusal.rule, why=refusal.message.en)


@app.periodic(cron="47 3 * * *")
@app.task(name="intake.forget_old", queueing_lock="intake.forget_old")
def forget_old(timestamp: int) -> None:
    """Every night: sources of mails that became no complaint, and files that were uploaded and never confirmed."""
    now = timezone.now()
    gone = {"mails": forgetting.forget_old(now), "uploads": uploads.forget_old(now)}
    log.info("intake forgot", **gone)


@app.task(name=TASK, retry=5)
def register_slips(key: str, staff_id: int) -> None:
    """Register what is left of a list of slips, for who confirmed it and by what that person may do now."""
    now = timezone.now()
    found = slips.opened(UUID(key), staff_id, now)
    if found is None:
        log.warning("slips no longer kept", upload=key)
        return
    kept, brought_at = found
    actor = directory().actor_for(Staff.objects.get(id=staff_id), on=working_calendar().local_date(now))
    done, _ = slips.register(slips.planned(kept, actor, brought_at), actor, UUID(key), brought_at)
    log.info("slips registered", upload=key, count=done)
