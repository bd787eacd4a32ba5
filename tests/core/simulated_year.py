"""一年的投诉: many complaints live through a year of working days while the timer stands still at random.

python -m tests.core.simulated_year 20000     a year of 20,000 complaints, and what it found

Nothing here asks a database or a clock. Each complaint is checked at every event: it is never ownerless while open, each thing
the timer has to say is said once and never before its moment, and the journal replays to the same complaint.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from shouwen.core.complaint import Complaint, read_event, replay, write_event
from shouwen.core.complaint.answering import CheckReply, Reply
from shouwen.core.complaint.clocks import MarkTime, TimeMarked
from shouwen.core.complaint.ending import Archive, Close
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import PassOn
from shouwen.core.marks import PROMPT
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from tests.core.bank import MAIN_LINE, Told, registration
from tests.core.calendars import here

TIMER = Actor(person=None, system="timer")
YEAR, ENDS = here(2026, 1, 5, 9), here(2026, 12, 1, 18)
SLOW = (Accept, CheckReply, Reply, Close, Archive)


class Year(msgspec.Struct):
    """What a simulation saw. `wrong` are sentences; the other figures say that something happened at all."""

    complaints: int = 0
    events: int = 0
    said: int = 0
    late: int = 0
    wrong: list[str] = []


def live(complaints: int, seed: int = 2008) -> Year:
    dice, year = random.Random(seed), Year()
    outages = sorted((at, at + timedelta(hours=dice.uniform(1, 96))) for at in (_moment(dice) for _ in range(25)))
    for number in range(1, complaints + 1):
        _one(number, dice, outages, year)
    return year


def _moment(dice: random.Random) -> datetime:
    return YEAR + timedelta(minutes=dice.randrange(int((ENDS - YEAR) / timedelta(minutes=1))))


def _one(number: int, dice: random.Random, outages: list[tuple[datetime, datetime]], year: Year) -> None:
    case = Told()
    now = _moment(dice)
    first = registration(received_at=now, class_=dice.choice(("attitude", "work_error", "product", "channel")))
    case.do("agent", first, now=now)
    for who, command in MAIN_LINE[1:]:
        until = now + timedelta(hours=dice.expovariate(1 / (30 if isinstance(command, SLOW) else 8)))
        now = max(_timer(case, now, until, outages), until)
        try:
            case.do(who, _at(command, now), now=now)
        except Refusal as refusal:  # an unsigned dispatch may have gone on to another signatory
            if refusal.rule not in ("not-your-duty", "wrong-stage"):
                year.wrong.append(f"{number}: {type(command).__name__} refused: {refusal.message.en}")
            break
    _timer(case, now, now + timedelta(days=60), outages)
    _look(number, case, year)


def _at(command: object, now: datetime) -> object:
    handled = {"handled_at": now} if hasattr(command, "handled_at") else {}
    return msgspec.structs.replace(command, **handled)


def _timer(case: Told, now: datetime, until: datetime, outages: list[tuple[datetime, datetime]]) -> datetime:
    """The sweep of every minute between two moments; where a worker is down it comes when the worker is back."""
    while True:
        assert case.complaint
        moments = [case.complaint.timer_at, _sign_due(case.complaint)]
        due = min((at for at in moments if at), default=None)
        if due is None or due > until:
            return now
        now = max(now, due + timedelta(minutes=1))
        now = next((end for start, end in outages if start <= now < end), now)
        if now > until:
            until = now  # the worker comes back after the person has acted: the person's command waits behind it here
        passes_on = _sign_due(case.complaint)
        case.do(TIMER, PassOn() if passes_on and passes_on <= now else MarkTime(), now=now)


def _sign_due(complaint: Complaint) -> datetime | None:
    offer = complaint.offer
    return offer.sign_by.limit.at if offer and offer.waiting else None


def _look(number: int, case: Told, year: Year) -> None:
    assert case.complaint
    year.complaints += 1
    year.events += len(case.events)
    marks = [event for event in case.events if isinstance(event, TimeMarked)]
    year.said += len(marks)
    year.late += sum(event.late for event in marks)
    year.wrong += [f"{number}: {what}" for what in _wrong(case, marks)]


def _wrong(case: Told, marks: list[TimeMarked]) -> Iterator[str]:
    said = Counter((event.kind, event.started, event.mark.what, event.mark.days, event.mark.to) for event in marks)
    yield from (f"said {times} times: {what}" for what, times in said.items() if times > 1)
    for event in marks:
        if event.mark.at > event.at:
            yield f"said before its moment: {event.mark}"
        if event.late is not (event.at - event.mark.at > PROMPT):
            yield f"late is told wrongly: {event.mark.at} said at {event.at}"
    written = [read_event(write_event(event)) for event in case.events]
    if replay(written) != case.complaint:
        yield "the journal does not replay to the same complaint"
    state: Complaint | None = None
    for event in written:
        state = replay([event], state)
        if state and state.is_open and state.responsible is None:
            yield f"ownerless after {type(event).__name__}"
    assert case.complaint
    if case.complaint.timer_at is not None:
        yield f"the timer has still something to say: {case.complaint.timer_at}"


def main() -> None:
    year = live(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    print(
        f"{year.complaints:,} complaints, {year.events:,} events; {year.said:,} things said once, {year.late:,} of them late"
    )
    for sentence in year.wrong[:20]:
        print(sentence)
    print(f"{len(year.wrong)} wrong")


if __name__ == "__main__":
    main()
