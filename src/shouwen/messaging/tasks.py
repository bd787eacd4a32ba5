"""The jobs of messaging. What is to be sent stands in the outbox; a job only makes it go sooner than the minute's sweep."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from shouwen.casework.follow_ups import TELL, TELL_COLLEAGUE
from shouwen.messaging import codes, colleague, outbox
from shouwen.messaging import tell as telling


@app.task(name=TELL, retry=5)
def tell(complaint_id: int, seqs: list[int]) -> None:
    """What has happened to a complaint becomes messages in the outbox."""
    telling.tell(complaint_id, seqs, timezone.now())


@app.task(name=TELL_COLLEAGUE, retry=5)
def tell_colleague(person: int, key: str, matter: str, reminder: str, path: str) -> None:
    """What a colleague is told about something that is no complaint becomes messages in the outbox."""
    colleague.tell_colleague(person, key, matter=matter, reminder=reminder, path=path, now=timezone.now())


@app.task(name=outbox.SEND)
def send(message_id: str) -> None:
    """Send one message as soon as what it tells is true. A failure is the sweep's business."""
    outbox.send_one(UUID(message_id), timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="messaging.send_due", queueing_lock="messaging.send_due")
def send_due(timestamp: int) -> None:
    """Every minute: send what is due, and what somebody left behind who died while sending."""
    outbox.send_due()


@app.periodic(cron="27 3 * * *")
@app.task(name="messaging.forget_old", queueing_lock="messaging.forget_old")
def forget_old(timestamp: int) -> None:
    """Every night: old messages and expired codes go."""
    outbox.forget_old(timezone.now())
    codes.forget_expired(timezone.now())
