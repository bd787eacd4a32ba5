"""The jobs of insight."""

from procrastinate.contrib.django import app

from shouwen.insight import figures


@app.periodic(cron="* * * * *")
@app.task(name="insight.fold", queueing_lock="insight.fold")
def fold(timestamp: int) -> None:
    """Every minute: what has changed goes into the roll-up. Harmless late or twice, for figures are exact without it."""
    figures.fold()
