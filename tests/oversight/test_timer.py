"""The timer over the real database: what is due is said once, late or not, and the work grows with what is due."""

import json
import random
from ast import literal_eval
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from shouwen.casework import queries, rows
from shouwen.casework.bulk import Batch
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.tasks import TIMER
from shouwen.casework.timeline import timeline
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint, read_event, replay
from shouwen.core.complaint.clocks import MarkTime, ResumeClock, SuspendClock, TimeMarked
from shouwen.core.complaint.extending import DecideExtension, RequestExtension
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.recording import AttachFile
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.people import Actor
from shouwen.organisation import calendar
from shouwen.organisation.models import CalendarDay, Unit
from shouwen.oversight import timer
from tests.casework.test_door import person, registration
from tests.core.calendars import here

CONTACT = "11110101"
RECEIVED = here(2026, 3, 4, 10, 30)
LIMIT = here(2026, 3, 9, 18)
FILE = AttachFile(digest="a" * 64, name="通知.pdf", size=10, media_type="application/pdf")


@pytest.fixture
def agent(staffed: None) -> Actor:
    return person("100101")


def signed(agent: Actor, *, class_: str = "attitude", received_at: datetime = RECEIVED) -> Complaint:
    contact = person(CONTACT)
    command = registration(agent, class_=class_, received_at=received_at)
    complaint = handle(command, Accept(), actor=agent, details=Details(name="王", phone="13812345678"), now=received_at)
    unit = contact.posts[0].unit_id
    handle(Dispatch(unit=unit), actor=agent, complaint=complaint.id, now=received_at + timedelta(minutes=1))
    return handle(SignFor(), actor=contact, complaint=complaint.id, now=received_at + timedelta(minutes=2))


def said(complaint: Complaint) -> list[TimeMarked]:
    return [moment.event for moment in timeline(complaint.id) if isinstance(moment.event, TimeMarked)]


def assert_verified() -> None:
    """Every row is what its journal says."""
    for row in ComplaintRow.objects.all():
        bodies = JournalEntry.objects.filter(complaint_id=row.id).order_by("seq").values_list("body", flat=True)
        complaint = replay(map(read_event, bodies))
        assert complaint is not None
        assert {name: getattr(row, name) for name in rows.COLUMNS} == rows.columns_of(complaint)


def test_the_timer_says_what_is_due_once_and_the_row_knows_when_to_look_next(agent: Actor) -> None:
    complaint = signed(agent)
    assert ComplaintRow.objects.get().timer_at == here(2026, 3, 6, 18)
    assert timer.mark_what_is_due(here(2026, 3, 6, 17, 59)) == 0
    assert timer.mark_what_is_due(here(2026, 3, 6, 18)) == 1
    assert timer.mark_what_is_due(here(2026, 3, 6, 18, 1)) == 0
    assert [event.mark.what for event in said(complaint)] == ["warned"]
    row = ComplaintRow.objects.get()
    assert (row.timer_at, row.alarm) == (LIMIT, "warned")
    assert_verified()


def test_a_worker_that_was_down_for_a_day_says_everything_once_late_and_in_order(agent: Actor) -> None:
    complaint = signed(agent)
    assert timer.mark_what_is_due(here(2026, 3, 10, 20)) == 1
    assert timer.mark_what_is_due(here(2026, 3, 10, 20)) == 0
    events = said(complaint)
    assert [event.mark.what for event in events] == ["warned", "missed", "escalated"]
    assert all(event.late for event in events)
    assert_verified()


def test_each_mark_is_said_exactly_once_though_the_worker_stops_at_random(agent: Actor) -> None:
    """Time travel over two months: complaints of both lengths, and a worker that is away for minutes or for days."""
    source = random.Random(2026)
    made = [
        signed(
            agent, class_=source.choice(("attitude", "product")), received_at=RECEIVED + timedelta(hours=30 * number)
        )
        for number in range(8)
    ]
    planned = {
        complaint.id: sorted((mark.what, mark.days) for clock in complaint.timed_clocks for mark in clock.marks)
        for complaint in made
    }
    now = RECEIVED + timedelta(days=11)
    while now < here(2026, 5, 10):
        now += timedelta(minutes=source.choice((1, 90, 60 * 24, 60 * 24 * 8)))
        timer.mark_what_is_due(now)
    for complaint in made:
        events = said(complaint)
        assert sorted((event.mark.what, event.mark.days) for event in events) == planned[complaint.id]
        assert all(event.late == (event.at - event.mark.at > timedelta(minutes=10)) for event in events)
    assert not ComplaintRow.objects.filter(timer_at__isnull=False).exists()
    assert_verified()


def test_whom_it_was_escalated_to_finds_it_in_a_list_of_its_own(agent: Actor) -> None:
    complaint = signed(agent)
    timer.mark_what_is_due(here(2026, 3, 10, 20))
    told = said(complaint)[-1].mark.person
    second = person("11110102")
    assert told == second.id
    assert [row.id for row in queries.escalated_to(second)] == [complaint.id]
    assert not queries.escalated_to(person(CONTACT)).exists()


def test_a_complaint_that_fails_does_not_keep_the_others_waiting_and_the_job_says_so(
    agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = signed(agent), signed(agent)

    def fails_for_one(*commands: object, complaint: int, **more: object) -> Complaint:
        if complaint == broken.id:
            raise ValueError("broken")
        return handle(MarkTime(), complaint=complaint, actor=TIMER, now=LIMIT)

    monkeypatch.setattr(timer, "handle", fails_for_one)
    with pytest.raises(ExceptionGroup):
        timer.mark_what_is_due(LIMIT)
    assert len(said(sound)) == 2


def test_more_than_a_batch_is_done_in_one_sweep(agent: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "BATCH", 2)
    for _ in range(5):
        signed(agent)
    assert timer.mark_what_is_due(LIMIT) == 5


def test_the_plan_of_a_sweep_is_the_timers_index_and_no_other_however_many_are_open(agent: Actor) -> None:
    """A thousand open, three due: the index condition is the moment alone, so that only what is due is read."""
    many = Batch()
    for _ in range(1000):
        many.register(
            registration(agent, received_at=timezone.now()),
            actor=agent,
            now=timezone.now(),
            details=Details(name="王", phone="13812345678"),
        )
    many.write()
    for _ in range(3):
        signed(agent)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_complaintrow")
    plan = literal_eval(queries.explain(timer.due_for_the_timer(LIMIT).values_list("timer_at", "id")[: timer.BATCH]))
    nodes = json.dumps(plan)
    assert "complaint_timer" in nodes
    assert "Seq Scan" not in nodes
    assert '"Filter"' not in nodes
    assert plan[0]["Plan"]["Plan Rows"] < 100


def test_provisional_limits_are_found_along_their_index(agent: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "complaint_provisional" in queries.explain(timer.provisional().values_list("id", flat=True)[:10])


def test_escalations_and_requests_are_found_along_their_indexes(agent: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    leader = person("11110102")
    assert "complaint_escalated" in queries.explain(queries.escalated_to(leader)) or "complaint_audience" in (
        queries.explain(queries.escalated_to(leader))
    )


# ------------------------------------------------------------------------------------------------ pauses and extensions


def test_a_paused_complaint_is_in_no_list_of_what_is_overdue_and_goes_on_by_itself(agent: Actor) -> None:
    complaint = signed(agent)
    contact = person(CONTACT)
    handle(FILE, actor=contact, complaint=complaint.id, now=here(2026, 3, 5, 9))
    pause = SuspendClock(ground="customers_material", reason="等待回单", evidence=FILE.digest)
    handle(pause, actor=contact, complaint=complaint.id, now=here(2026, 3, 5, 16))
    row = ComplaintRow.objects.get()
    assert (row.due_at, row.paused, row.timer_at) == (None, True, here(2026, 3, 20))
    overdue = queries.narrowed(ComplaintRow.objects.all(), queries.Filters(overdue=True), here(2026, 3, 19), agent)
    assert not overdue.exists()
    assert timer.mark_what_is_due(here(2026, 3, 20)) == 1
    row = ComplaintRow.objects.get()
    assert (row.due_at, row.paused) == (here(2026, 3, 24, 18), False)
    assert_verified()


def test_a_person_has_the_clock_go_on_before_that(agent: Actor) -> None:
    complaint = signed(agent)
    contact = person(CONTACT)
    handle(FILE, actor=contact, complaint=complaint.id, now=here(2026, 3, 5, 9))
    pause = SuspendClock(ground="customers_material", reason="等待回单", evidence=FILE.digest)
    handle(pause, actor=contact, complaint=complaint.id, now=here(2026, 3, 5, 16))
    handle(ResumeClock(), actor=contact, complaint=complaint.id, now=here(2026, 3, 10, 9))
    assert ComplaintRow.objects.get().due_at == here(2026, 3, 12, 18)
    assert_verified()


def leader_above(complaint: Complaint) -> Actor:
    """The leader of an institution above the handling unit."""
    line = Unit.objects.get(id=complaint.handling_unit)
    above = Unit.objects.get(id=line.parent_id)
    while above.leader is None:
        above = Unit.objects.get(id=above.parent_id)
    return person(above.leader.employee_no)


def test_an_extension_is_found_by_the_leader_and_moves_the_limit(agent: Actor) -> None:
    complaint = signed(agent, class_="product")
    ask = RequestExtension(extension="needs_others", reason="须鉴定")
    handle(ask, actor=person(CONTACT), complaint=complaint.id, now=here(2026, 3, 10, 9))
    leader = leader_above(complaint)
    assert [row.id for row in queries.extensions_asked(leader)] == [complaint.id]
    assert not queries.extensions_asked(agent).exists()
    handle(DecideExtension(granted=True), actor=leader, complaint=complaint.id, now=here(2026, 3, 11, 9))
    row = ComplaintRow.objects.get()
    assert (row.due_at, row.extension_asked_at) == (here(2026, 4, 1, 18), None)
    assert_verified()


# ------------------------------------------------------------------------------------------------------------- redating


def test_limits_of_an_unannounced_year_are_counted_again_when_it_is_announced(agent: Actor) -> None:
    days = list(CalendarDay.objects.filter(date__year=2026))
    CalendarDay.objects.filter(date__year=2026).delete()
    calendar.forget()
    complaint = signed(agent, received_at=here(2026, 2, 11, 10))
    row = ComplaintRow.objects.get()
    assert row.provisional
    CalendarDay.objects.bulk_create(days)
    calendar.forget()
    assert timer.redate(here(2026, 2, 12, 3)) == 1
    moved = ComplaintRow.objects.get()
    assert moved.due_at != row.due_at
    assert not moved.provisional
    assert timer.redate(here(2026, 2, 12, 4)) == 0
    assert "clocks_redated" in [moment.kind for moment in timeline(complaint.id)]
    assert_verified()


def test_a_change_of_the_calendar_asks_for_the_count_at_once(begun: None) -> None:
    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'oversight.redate'")
            return int(cursor.fetchone()[0])

    before = jobs()
    calendar.set_exception(date(2027, 3, 3), working=False, name="行庆")
    assert jobs() == before + 1


# ------------------------------------------------------------------------------------------------------------ old rows


def test_rows_of_before_are_filled_by_the_migration_without_reading_a_journal(agent: Actor) -> None:
    """A row as the former version wrote it: the state has no marks. What the migration writes is what a replay would."""
    from importlib import import_module

    migration = import_module("shouwen.casework.migrations.0009_clocks")
    signed(agent)
    row = ComplaintRow.objects.get()
    state = json.loads(row.state)
    for clock in state["clocks"]:
        clock.pop("marks", None)
    ComplaintRow.objects.update(state=json.dumps(state), timer_at=None)
    with connection.cursor() as cursor:
        cursor.execute(migration.OLD_ROWS)
    assert ComplaintRow.objects.get().timer_at == LIMIT
    assert JournalEntry.objects.count() == row.version


def test_models_and_migrations_agree(begun: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
