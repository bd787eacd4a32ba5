"""The jobs of oversight. Each reads only what is due, and is harmless when it runs twice or late."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shouwen.organisation.calendar import REDATE
from shouwen.oversight import timer


@app.periodic(cron="* * * * *")
@app.task(name="oversight.mark_time", queueing_lock="oversight.mark_time")
def mark_time(timestamp: int) -> None:
    """Every minute: warnings, missed limits and escalations that are due, each once (mission A7, E3)."""
    timer.mark_what_is_due(timezone.now())


@app.task(name=REDATE, retry=5)
def redate() -> None:
    """When the calendar has changed: provisional limits are counted again."""
    timer.redate(timezone.now())


@app.periodic(cron="37 2 * * *")
@app.task(name="oversight.redate_nightly", queueing_lock="oversight.redate_nightly")
def redate_nightly(timestamp: int) -> None:
    """Every night: the same, for a calendar that a new version of the program brought."""
    timer.redate(timezone.now())
