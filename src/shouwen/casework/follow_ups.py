"""What a change sets off: jobs queued in the same transaction, so that they exist exactly when the change does."""

from collections.abc import Sequence

from procrastinate.contrib.django import app

from shouwen.core.complaint import Complaint, Event
from shouwen.core.complaint.receiving import Accepted

ACKNOWLEDGE = "casework.acknowledge"


def queue(complaint: Complaint, events: Sequence[Event]) -> None:
    """Queue the jobs that these events ask for: a complaint that is accepted is acknowledged (mission A3)."""
    if any(isinstance(event, Accepted) for event in events):
        app.configure_task(ACKNOWLEDGE, queueing_lock=f"acknowledge:{complaint.id}").defer(complaint_id=complaint.id)
