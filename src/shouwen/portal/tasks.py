"""The jobs of the customer's pages."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shouwen.portal.filing import held_files


@app.periodic(cron="37 * * * *")
@app.task(name="portal.forget_held_files", queueing_lock="portal.forget_held_files")
def forget_held_files(timestamp: int) -> None:
    """Every hour: files that a customer chose a day ago and never sent go."""
    held_files.forget_old(timezone.now())
