"""一年的投诉 on the real database: many complaints at once through the one door, while the worker stands still at random.

python -m tests.oversight.simulated_year 20000     a year of 20,000 complaints on a throw-away PostgreSQL, and what it found

People act when they would; the two sweeps of the worker run when something falls due, or when the worker is back. At the end
each journal is read: everything said once, never early, nobody ownerless; and `verify` holds every row against its journal.
"""

import heapq
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from shouwen.core.complaint import Command, Complaint, read_event, replay
from shouwen.core.complaint.answering import CheckReply, Reply
from shouwen.core.complaint.clocks import TimeMarked
from shouwen.core.complaint.ending import Archive, Close
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.marks import PROMPT
from tests.core.bank import MAIN_LINE
from tests.core.calendars import here

YEAR, ENDS, QUIET = here(2026, 1, 5, 9), here(2026, 12, 1, 18), here(2027, 3, 1, 9)
AGENT, SUPERVISOR, UNION, OUTLET = "100101", "100110", "100201", "111101"
CHECKERS = ("11110110", "11110102")
CLASSES = ("attitude", "work_error", "product", "channel")
SLOW = (Accept, CheckReply, Reply, Close, Archive)


class Year(msgspec.Struct):
    """What a simulation saw. `wrong` are sentences; the other figures say that something happened at all."""

    complaints: int = 0
    entries: int = 0
    said: int = 0
    late: int = 0
    passed_on: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: list[str] = []


class Simulation:
    """The people, the worker and its outages. Needs a database with the demo bank's people."""

    def __init__(self, complaints: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.year = Year()
        self.agenda: list[tuple[datetime, int, int]] = []
        self.ids: dict[int, int] = {}
        self.outages = [(at, at + timedelta(hours=self.dice.uniform(1, 96))) for at in map(self._moment, range(25))]
        for number in range(complaints):
            heapq.heappush(self.agenda, (self._moment(number), number, 0))

    def _moment(self, _: int) -> datetime:
        return YEAR + timedelta(minutes=self.dice.randrange(int((ENDS - YEAR) / timedelta(minutes=1))))

    def run(self) -> Year:
        while self.agenda:
            now, number, place = heapq.heappop(self.agenda)
            self.sweep_until(now)
            if self._act(number, place, now) and place + 1 < len(MAIN_LINE):
                mean = 30 if isinstance(MAIN_LINE[place + 1][1], SLOW) else 8
                later = now + timedelta(hours=self.dice.expovariate(1 / mean))
                heapq.heappush(self.agenda, (later, number, place + 1))
        self.sweep_until(QUIET)
        return self.year

    def sweep_until(self, until: datetime) -> None:
        """The worker's sweeps of every minute up to a moment; only those at which something is due are made."""
        from shouwen.casework.tasks import pass_on_unsigned_at
        from shouwen.oversight import timer

        now = YEAR
        while (due := _next_due()) is not None:
            now = max(now, due + timedelta(minutes=1))
            while outage := next((end for start, end in self.outages if start <= now < end), None):
                now = outage
            if now > until:
                return
            self.year.passed_on += pass_on_unsigned_at(now)
            timer.mark_what_is_due(now)

    def _act(self, number: int, place: int, now: datetime) -> bool:
        from shouwen.casework.door import handle
        from shouwen.casework.vault import Details
        from shouwen.core.refusal import Refusal
        from tests.casework.test_door import person, registration

        who, command = MAIN_LINE[place]
        if place == 0:
            asked = registration(person(AGENT), received_at=now, class_=self.dice.choice(CLASSES))
            details = Details(name="王小明", phone="13812345678")
            self.ids[number] = handle(asked, actor=person(AGENT), details=details, now=now).id
            return True
        complaint = _state(self.ids[number])
        try:
            handle(_at(command, now), actor=self._actor(who, command, complaint, now), complaint=complaint.id, now=now)
        except Refusal as refusal:
            self.year.refused[refusal.rule] += 1
            return False
        return True

    def _actor(self, who: str, command: Command, complaint: Complaint, now: datetime) -> object:
        from tests.casework.test_door import person

        if isinstance(command, SignFor):
            return _staff(complaint.offer.to if complaint.offer else complaint.responsible, now)
        if who == "a":
            return _staff(complaint.responsible, now)
        if who == "b":
            return next(each for each in map(person, CHECKERS) if each.id != complaint.responsible)
        return person({"agent": AGENT, "supervisor": SUPERVISOR, "union": UNION}[who])


def _staff(person_id: int | None, now: datetime) -> object:
    from shouwen.organisation.directory import directory

    found = directory().person(person_id or 0)
    assert found
    return directory().actor_for(found, on=now.date())


def _state(complaint_id: int) -> Complaint:
    from shouwen.casework.models import ComplaintRow
    from shouwen.core.complaint import read_complaint

    return read_complaint(ComplaintRow.objects.get(id=complaint_id).state)


def _next_due() -> datetime | None:
    from django.db.models import Min

    from shouwen.casework.models import ComplaintRow

    timer = ComplaintRow.objects.filter(timer_at__isnull=False).aggregate(at=Min("timer_at"))["at"]
    unsigned = ComplaintRow.objects.filter(sign_due_at__isnull=False).aggregate(at=Min("sign_due_at"))["at"]
    return min((at for at in (timer, unsigned) if at), default=None)


def _at(command: Command, now: datetime) -> Command:
    from tests.letters.cases import unit

    if isinstance(command, Dispatch):
        return Dispatch(unit=unit(OUTLET).id)
    return msgspec.structs.replace(command, **({"handled_at": now} if hasattr(command, "handled_at") else {}))


def live(complaints: int, seed: int = 2008) -> Year:
    """A year of so many complaints in the present database, and what is wrong with what it left there."""
    from shouwen.casework.verify import id_range, verify_range

    simulation = Simulation(complaints, seed)
    year = simulation.run()
    for complaint_id in simulation.ids.values():
        year.wrong += [f"{complaint_id}: {what}" for what in _wrong(complaint_id, year)]
    year.wrong += [f"{each.complaint} {each.seq}: {each.what.en}" for each in verify_range(*id_range()).differences]
    return year


def _wrong(complaint_id: int, year: Year) -> Iterator[str]:
    from shouwen.casework.models import JournalEntry

    bodies = JournalEntry.objects.filter(complaint_id=complaint_id).order_by("seq").values_list("body", flat=True)
    events = [read_event(body) for body in bodies]
    marks = [event for event in events if isinstance(event, TimeMarked)]
    year.complaints += 1
    year.entries += len(events)
    year.said += len(marks)
    year.late += sum(event.late for event in marks)
    said = Counter((event.kind, event.started, event.mark.what, event.mark.days, event.mark.to) for event in marks)
    yield from (f"said {times} times: {what}" for what, times in said.items() if times > 1)
    for event in marks:
        if event.mark.at > event.at:
            yield f"said before its moment: {event.mark}"
        if event.late is not (event.at - event.mark.at > PROMPT):
            yield f"late is told wrongly: {event.mark.at} said at {event.at}"
    state: Complaint | None = None
    for event in events:
        state = replay([event], state)
        if state and state.is_open and state.responsible is None:
            yield f"ownerless after {type(event).__name__}"
    if state and state.timer_at is not None:
        yield f"the timer has still something to say: {state.timer_at}"


def main() -> None:
    from bench.house import house

    complaints = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder, house(Path(folder) / "bank", 0) as bank:
        os.environ.update(bank.environment, DJANGO_SETTINGS_MODULE="shouwen.site.settings")
        import django

        django.setup()
        started = time.monotonic()
        year = live(complaints)
    print(
        f"{year.complaints:,} complaints, {year.entries:,} journal entries in {time.monotonic() - started:,.0f} s; "
        f"{year.said:,} things said once, {year.late:,} of them late; {year.passed_on:,} passed on unsigned; "
        f"refused: {dict(year.refused)}"
    )
    for sentence in year.wrong[:20]:
        print(sentence)
    print(f"{len(year.wrong)} wrong")


if __name__ == "__main__":
    main()
