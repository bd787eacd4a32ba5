"""What a change sets off: jobs queued in the same transaction, so that they exist exactly when the change does."""

from collections.abc import Sequence

from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.types import JSONValue

from shouwen.casework.rows import is_to_sign
from shouwen.core.complaint import Complaint, Event
from shouwen.core.complaint.answering import Replied, ReplyChecked, ReplyReturned
from shouwen.core.complaint.clocks import TimeMarked
from shouwen.core.complaint.customer import (
    ContactCorrected,
    ReviewAnswered,
    ReviewAsked,
    StatementAdded,
    WithdrawalAsked,
    WithdrawalNoted,
    Withdrawn,
)
from shouwen.core.complaint.ending import Reopened
from shouwen.core.complaint.extending import ExtensionGranted, ExtensionRefused, ExtensionRequested
from shouwen.core.complaint.media import LeadersTold
from shouwen.core.complaint.merging import MergedInto
from shouwen.core.complaint.receiving import Accepted, Declined
from shouwen.core.complaint.recording import Acknowledged
from shouwen.core.complaint.recusal import InterestDeclared
from shouwen.core.complaint.routing import Dispatched, HandOverOffered, PassedOn, SentBack
from shouwen.core.complaint.signing import SignatureRefused
from shouwen.core.complaint.supervising import (
    AnswerAccepted,
    SlipAnswered,
    SlipIssued,
    SlipReturned,
    SlipWithdrawn,
)
from shouwen.core.complaint.withdrawing import WithdrawalDoubted

ACKNOWLEDGE = "casework.acknowledge"
TELL = "messaging.tell"
TELL_COLLEAGUE = "messaging.tell_colleague"
TOLD = (
    Acknowledged,
    Declined,
    Replied,
    Reopened,
    Withdrawn,
    WithdrawalNoted,
    ReviewAsked,
    ReviewAnswered,
    StatementAdded,
    ContactCorrected,
    Dispatched,
    HandOverOffered,
    PassedOn,
    SentBack,
    ReplyReturned,
    SignatureRefused,
    TimeMarked,
    ExtensionRequested,
    ExtensionGranted,
    ExtensionRefused,
    InterestDeclared,
    MergedInto,
    WithdrawalAsked,
    WithdrawalDoubted,
    LeadersTold,
    SlipIssued,
    SlipAnswered,
    SlipReturned,
    AnswerAccepted,
    SlipWithdrawn,
)
"""Events that somebody is told about, the customer or a colleague; `messaging` says who and in which words."""
TOLD_TO_SIGNERS = (ReplyChecked,)
"""Events that somebody is told about only where the reply now waits for a signature (签批)."""


def jobs_of(complaint: Complaint, events: Sequence[Event]) -> list[Job]:
    """The jobs that these events ask for: an accepted complaint is acknowledged (mission A3), and people are told."""
    jobs = []
    if any(isinstance(event, Accepted) for event in events):
        once = app.configure_task(ACKNOWLEDGE, queueing_lock=f"acknowledge:{complaint.id}")
        jobs.append(once.make_new_job(complaint_id=complaint.id))
    first = complaint.version - len(events) + 1
    tells = (*TOLD, *TOLD_TO_SIGNERS) if is_to_sign(complaint) else TOLD
    told: list[JSONValue] = [first + place for place, event in enumerate(events) if isinstance(event, tells)]
    if told:
        jobs.append(app.configure_task(TELL).make_new_job(complaint_id=complaint.id, seqs=told))
    return jobs


def queue(complaint: Complaint, events: Sequence[Event]) -> None:
    """Queue the jobs that these events ask for."""
    if jobs := jobs_of(complaint, events):
        app.job_manager.batch_defer_jobs(jobs)


def tell_colleague(person: int, *, key: str, matter: str, reminder: str, path: str) -> None:
    """Queue what one colleague is told about something that is no complaint: an improvement item, a warning. In the caller's transaction.

    `matter` names it, `reminder` says what about it, both in Chinese and without personal data; `path` is its page. The same `key` and
    person are told once, however often it is asked.
    """
    app.configure_task(TELL_COLLEAGUE).defer(person=person, key=key, matter=matter, reminder=reminder, path=path)
