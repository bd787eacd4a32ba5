"""The jobs of intake."""

import structlog
from procrastinate.contrib.django import app

from shouwen.core.refusal import Refusal
from shouwen.intake.mailbox.polling import poll

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
