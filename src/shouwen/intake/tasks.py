"""The jobs of intake."""

from procrastinate.contrib.django import app

from shouwen.intake.mailbox.polling import poll


@app.periodic(cron="* * * * *")
@app.task(name="intake.poll_mailbox", queueing_lock="intake.poll_mailbox")
def poll_mailbox(timestamp: int) -> None:
    """Every minute: fetch new mails, and take those that a worker has stored and not finished."""
    poll()
