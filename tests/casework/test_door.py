"""The one door: all or nothing, once for each key, and nobody's work is overwritten."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from shouwen.casework import queries
from shouwen.casework.door import KeyUsedOtherwise, StalePage, handle
from shouwen.casework.models import Complainant, ComplaintRow, JournalEntry, SearchWords
from shouwen.casework.tasks import TIMER
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.answering import Reply
from shouwen.core.complaint.customer import AddStatement, CorrectContact
from shouwen.core.complaint.receiving import Accept, Classify, Register
from shouwen.core.complaint.recording import Acknowledge, AddNote, Reveal
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

NUMBER = "13812345678"


def person(employee_no: str) -> Actor:
    return directory().actor_for(
        Staff.objects.get(employee_no=employee_no), on=working_calendar().local_date(timezone.now())
    )


def registration(actor: Actor, **changes: Any) -> Register:
    asked = {
        "channel": "hotline",
        "received_at": timezone.now(),
        "receiving_unit": actor.posts[0].unit_id,
        "subject": "柜台排队",
        "statement": f"排队两小时，请打{NUMBER}找王小明。",
        "class_": "attitude",
        **changes,
    }
    return Register(**asked)


def register(actor: Actor, key: str | None = None, **changes: Any) -> Complaint:
    return handle(registration(actor, **changes), actor=actor, details=Details(name="王小明", phone=NUMBER), key=key)


def counts() -> list[int]:
    return [model.objects.count() for model in (ComplaintRow, JournalEntry, Complainant, SearchWords)]


@pytest.fixture
def agent(staffed: None) -> Actor:
    return person("100101")


def test_a_refused_command_leaves_nothing_in_any_table(agent: Actor) -> None:
    before = counts()
    with pytest.raises(Refusal):
        handle(registration(agent), Accept(), Reply(method="phone"), actor=agent, details=Details(phone=NUMBER))
    assert counts() == before


def test_several_commands_are_carried_out_together(agent: Actor) -> None:
    complaint = handle(registration(agent), Accept(), actor=agent, details=Details(name="王小明", phone=NUMBER))
    assert (complaint.stage, complaint.version) == ("accepted", 2)
    assert counts() == [1, 2, 1, 1]


def test_the_follow_up_job_is_queued_in_the_same_transaction(agent: Actor) -> None:
    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs")
            return int(cursor.fetchone()[0])

    complaint = register(agent)
    before = jobs()
    with transaction.atomic():
        handle(Accept(), actor=agent, complaint=complaint.id)
        transaction.set_rollback(True)
    assert jobs() == before
    handle(Accept(), actor=agent, complaint=complaint.id)
    assert jobs() == before + 1


def test_the_same_key_twice_is_one_complaint(agent: Actor) -> None:
    moment = timezone.now()
    first, second = (register(agent, key="k", received_at=moment) for _ in range(2))
    assert first == second
    assert ComplaintRow.objects.count() == 1


def test_the_same_key_with_other_content_is_refused_and_names_the_complaint(agent: Actor) -> None:
    moment = timezone.now()
    first = register(agent, key="k", received_at=moment)
    with pytest.raises(KeyUsedOtherwise, match=first.number):
        register(agent, key="k", received_at=moment, subject="另一件事")


def test_a_key_is_one_persons_own(agent: Actor) -> None:
    moment = timezone.now()
    register(agent, key="k", received_at=moment)
    register(person("100102"), key="k", received_at=moment)
    assert ComplaintRow.objects.count() == 2


def test_the_second_person_on_a_stale_page_is_told_what_changed_and_by_whom(agent: Actor) -> None:
    complaint = register(agent)
    handle(Classify(class_="product"), actor=agent, complaint=complaint.id, seen=complaint.version)
    with pytest.raises(StalePage) as caught:
        handle(Accept(), actor=person("100110"), complaint=complaint.id, seen=complaint.version)
    assert "分类" in caught.value.message.zh
    assert "林晓雯" in caught.value.message.zh
    assert ComplaintRow.objects.get().stage == "registered"


def test_a_page_is_not_stale_by_the_program_or_by_what_changes_no_decision(agent: Actor) -> None:
    complaint = register(agent)
    handle(AddNote(text="客户来电催办"), actor=person("100110"), complaint=complaint.id)
    handle(Reveal(reason="核对"), actor=person("100110"), complaint=complaint.id)
    handle(Acknowledge(), actor=TIMER, complaint=complaint.id)
    handle(AddStatement(text="还有一张回单。", way="phone"), actor=agent, complaint=complaint.id)
    accepted = handle(Accept(), actor=agent, complaint=complaint.id, seen=complaint.version)
    assert accepted.stage == "accepted"


def test_a_note_is_never_stale(agent: Actor) -> None:
    complaint = register(agent)
    handle(Classify(class_="product"), actor=agent, complaint=complaint.id)
    handle(AddNote(text="客户来电催办"), actor=agent, complaint=complaint.id, seen=complaint.version)
    assert ComplaintRow.objects.get().version == 3


def test_an_unknown_complaint_is_said_to_be_unknown(agent: Actor) -> None:
    with pytest.raises(Refusal, match=r"检查编号|Check the number"):
        handle(Accept(), actor=agent, complaint=10**9)


def test_control_characters_and_overlong_texts_never_reach_the_journal(agent: Actor) -> None:
    complaint = register(agent, statement="前\0后\x07")
    assert complaint.statement == "前后"
    with pytest.raises(Refusal):
        register(agent, statement="长" * 1_000_000)


@pytest.mark.parametrize("sql", ["UPDATE casework_journalentry SET seq = 9", "DELETE FROM casework_journalentry"])
def test_the_journal_refuses_change_and_removal(agent: Actor, sql: str) -> None:
    register(agent)
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_dispatched_it_is_the_move_of_the_contact_on_duty(agent: Actor) -> None:
    complaint = register(agent)
    outlet = directory().unit_by_code("111101")
    assert outlet
    handle(Accept(), Dispatch(unit=outlet.id), actor=agent, complaint=complaint.id)
    row = ComplaintRow.objects.get()
    assert (row.unit, row.mover, row.responsible) == (outlet.id, person("11110101").id, agent.id)


def test_a_double_click_from_two_threads_makes_one_complaint(committed_db: None) -> None:
    load.load(complaints=0)
    agent, moment = person("100101"), timezone.now()

    def click() -> str:
        try:
            return register(agent, key="k", received_at=moment).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        numbers = {future.result() for future in [pool.submit(click) for _ in range(8)]}
    assert len(numbers) == 1
    assert counts() == [1, 1, 1, 1]


def slip(**facts: str) -> dict[str, object]:
    return {
        "channel": "transfer",
        "channel_facts": {"body": "示范省监管局", "document_number": "示监转〔2026〕12号", **facts},
    }


def test_the_same_document_of_the_same_body_is_registered_once(agent: Actor) -> None:
    union = person("100210")
    first = register(union, **slip())
    with pytest.raises(Refusal) as caught:
        register(union, **slip(document_number="示监转〔２０２６〕 12号"))
    assert caught.value.rule == "document-known"
    assert first.number in caught.value.message.zh
    register(union, **slip(body="示范市消费者协会"))


def test_corrected_contact_data_go_to_the_sealed_record_alone_and_are_found_by(agent: Actor) -> None:
    complaint = register(agent)
    details = Details(phone="13900001111", name=" 王小明 ")
    corrected = handle(CorrectContact(way="phone"), actor=agent, complaint=complaint.id, details=details)
    event = JournalEntry.objects.get(kind="contact_corrected").body
    assert "13900001111" not in event
    assert '"fields":["phone"]' in event
    assert corrected.contact_given == ("name", "phone")
    found = queries.earlier_complaints(agent, phone="139 0000 1111")
    assert [row.number for row in found] == [complaint.number]
    assert queries.earlier_complaints(agent, phone=NUMBER) == []


def test_a_refused_correction_changes_no_sealed_data(agent: Actor) -> None:
    complaint = register(agent)
    before = Complainant.objects.get(id=complaint.id).sealed
    with pytest.raises(Refusal):
        handle(CorrectContact(way="pigeon"), actor=agent, complaint=complaint.id, details=Details(phone="13900001111"))
    assert Complainant.objects.get(id=complaint.id).sealed == before


def test_people_are_told_by_a_job_of_the_same_transaction(agent: Actor) -> None:
    complaint = handle(registration(agent), Accept(), actor=agent, details=Details(name="王小明", phone=NUMBER))
    handle(AddStatement(text="还有一张回单。", way="phone"), actor=agent, complaint=complaint.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'messaging.tell'")
        told = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
    assert told == [{"complaint_id": complaint.id, "seqs": [3]}]


def test_one_form_key_on_two_complaints_is_two_notes(agent: Actor) -> None:
    first, second = register(agent), register(agent)
    for complaint in (first, second):
        noted = handle(AddNote(text="同文"), actor=agent, complaint=complaint.id, key="note:k")
        assert (noted.id, noted.version) == (complaint.id, 2)


def test_who_may_not_see_it_any_more_is_not_told_what_has_happened(agent: Actor) -> None:
    complaint = register(agent)
    colleague = person("100103")
    handle(Classify(class_="financial_crime"), AddNote(text="绝密之事"), actor=agent, complaint=complaint.id)
    with pytest.raises(Refusal) as refused:
        handle(Classify(class_="product"), actor=colleague, complaint=complaint.id, seen=complaint.version)
    assert refused.value.rule == "complaint-unknown"


def test_a_note_longer_than_a_page_or_two_is_refused(agent: Actor) -> None:
    complaint = register(agent)
    handle(AddNote(text="长" * 5_000), actor=agent, complaint=complaint.id)
    with pytest.raises(Refusal) as refused:
        handle(AddNote(text="长" * 5_001), actor=agent, complaint=complaint.id)
    assert refused.value.field == "text"
