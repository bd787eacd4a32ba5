"""The jobs of insight."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shouwen.insight import figures
from shouwen.insight.improvement import working
from shouwen.insight.reporting import archive, schedules
from shouwen.insight.themes import following
from shouwen.insight.watching import raising, rules, surges


@app.periodic(cron="* * * * *")
@app.task(name="insight.fold", queueing_lock="insight.fold")
def fold(timestamp: int) -> None:
    """Every minute: what has changed goes into the roll-up. Harmless late or twice, for figures are exact without it."""
    figures.fold()


@app.periodic(cron="11 * * * *")
@app.task(name="insight.reports", queueing_lock="insight.reports")
def reports(timestamp: int) -> None:
    """Every hour, and when something is ordered: the papers of periods that are over. Harmless late or twice."""
    schedules.order_usual(timezone.now())
    archive.draw_up_due(timezone.now())


@app.periodic(cron="23 23 * * *")
@app.task(name="insight.remind_of_improvements", queueing_lock="insight.remind_of_improvements")
def remind_of_improvements(timestamp: int) -> None:
    """Every day: owners before their items are due, and those above them when the date is over, each once (mission D3)."""
    working.remind(timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="insight.follow_themes", queueing_lock="insight.follow_themes")
def follow_themes(timestamp: int) -> None:
    """Every hour: the words of what is new or has changed are counted. Harmless late or twice."""
    following.follow(timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="insight.watch", queueing_lock="insight.watch")
def watch(timestamp: int) -> None:
    """Every hour: the days that are over and were not judged yet, by the method and by the rules; and what is past its day goes up. Harmless
    late or twice (mission E3)."""
    now = timezone.now()
    following.follow(now)
    surges.watch(now)
    rules.watch(now)
    with transaction.atomic():
        raising.escalate(now)


def draw_up_soon() -> None:
    """Have the worker look at the schedules now, once, however often it is asked."""
    try:
        with transaction.atomic():
            reports.configure(queueing_lock="insight.reports").defer(timestamp=0)
    except AlreadyEnqueued:
        return
