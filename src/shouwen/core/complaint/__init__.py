"""投诉: the state, the commands, the events, and the two functions that run them.

`decide(complaint, command, context)` says what happens or raises a `Refusal`; `evolve(complaint, event)` says what is then
true. One file for each part of a complaint's life holds its commands, their refusals and their events side by side.
"""

from collections.abc import Iterable
from functools import reduce
from typing import cast

import msgspec

from shouwen.core.complaint import (
    answering,
    categorising,
    clocks,
    customer,
    dispute,
    ending,
    extending,
    group,
    media,
    merging,
    receiving,
    recording,
    recusal,
    repeat,
    revisiting,
    routing,
    signing,
    supervising,
    withdrawing,
)
from shouwen.core.complaint.state import ENDS, MAIN_LINE, Complaint, Stage
from shouwen.core.complaint.verbs import DECIDERS, EVOLVERS, Command, Context, Event, decide, evolve

COMMANDS: tuple[type[Command], ...] = tuple(DECIDERS)
EVENTS: tuple[type[Event], ...] = tuple(EVOLVERS)

_event_decoder = msgspec.json.Decoder(
    receiving.Registered
    | receiving.Accepted
    | receiving.Declined
    | receiving.Classified
    | receiving.CarriedOver
    | categorising.Categorised
    | routing.Dispatched
    | routing.HandOverOffered
    | routing.SignedFor
    | routing.SentBack
    | routing.TakenBack
    | routing.PassedOn
    | answering.Investigated
    | answering.ReplyDrafted
    | answering.ReplyChecked
    | answering.ReplyReturned
    | answering.Replied
    | answering.Measured
    | ending.Closed
    | ending.Archived
    | ending.Reopened
    | recording.NoteAdded
    | recording.FileAttached
    | recording.Revealed
    | recording.FileOpened
    | recording.Acknowledged
    | customer.StatementAdded
    | customer.ContactCorrected
    | customer.Withdrawn
    | customer.WithdrawalNoted
    | customer.ReviewAsked
    | customer.ReviewAnswered
    | customer.MessageSent
    | answering.SuperiorAnswered
    | clocks.TimeMarked
    | clocks.ClockSuspended
    | clocks.ClockResumed
    | clocks.ClocksRedated
    | extending.ExtensionRequested
    | extending.ExtensionGranted
    | extending.ExtensionRefused
    | recusal.InterestDeclared
    | dispute.DisputeRecorded
    | repeat.EarlierLinked
    | repeat.EarlierUnlinked
    | merging.MergedInto
    | merging.DuplicateTaken
    | merging.Unmerged
    | merging.DuplicateReleased
    | merging.DuplicateHeard
    | group.GroupJoined
    | group.MemberTaken
    | group.GroupLeft
    | group.MemberReleased
    | customer.WithdrawalAsked
    | withdrawing.WithdrawalDoubted
    | media.LeadersTold
    | media.SpokespersonNamed
    | media.PressLogged
    | revisiting.Revisited
    | supervising.SlipIssued
    | supervising.SlipAnswered
    | supervising.SlipReturned
    | supervising.AnswerAccepted
    | supervising.SlipWithdrawn
    | signing.ReplySigned
    | signing.SignatureRefused
)
_encoder = msgspec.json.Encoder()
_complaint_decoder = msgspec.json.Decoder(Complaint)


def write_event(event: Event) -> bytes:
    """The event as the journal keeps it: JSON, with the fields in the order of their declaration."""
    return _encoder.encode(event)


def read_event(body: bytes | str) -> Event:
    return cast(Event, _event_decoder.decode(body))


def write_complaint(complaint: Complaint) -> bytes:
    return _encoder.encode(complaint)


def read_complaint(state: bytes | str) -> Complaint:
    return _complaint_decoder.decode(state)


def replay(events: Iterable[Event], complaint: Complaint | None = None) -> Complaint | None:
    """The complaint that these events make, one after the other."""
    return reduce(evolve, events, complaint)


__all__ = [
    "COMMANDS",
    "ENDS",
    "EVENTS",
    "MAIN_LINE",
    "Command",
    "Complaint",
    "Context",
    "Event",
    "Stage",
    "decide",
    "evolve",
    "read_complaint",
    "read_event",
    "replay",
    "write_complaint",
    "write_event",
]
