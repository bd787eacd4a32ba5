"""重复登记 on the desk: merged, read from the master without losing a word, tracked by either code, and parted again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shouwen.casework import queries, tracking
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.vault import Details
from shouwen.core.complaint import read_event, replay
from shouwen.core.complaint.customer import AddStatement
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch
from shouwen.intake.web import CUSTOMER
from shouwen.portal.stages import progress
from tests.casework.test_door import NUMBER, person, registration
from tests.desk.bank import signed_in
from tests.desk.special.way import AGENT, CONTACT, SUPERVISOR, act, done, offered, page, refused, state
from tests.desk.test_case import PDF
from tests.letters.cases import unit

WORDS = "我又打了一次电话，上午的排队没有人管。"


@pytest.fixture
def master(staffed: None) -> str:
    agent = person(AGENT)
    return handle(registration(agent), Accept(), actor=agent, details=Details(name="王小明", phone=NUMBER)).number


@pytest.fixture
def duplicate(master: str) -> str:
    agent = person(AGENT)
    details = Details(name="王小明", phone=NUMBER)
    return handle(registration(agent, statement=WORDS, class_="product"), actor=agent, details=details).number


def merge(master: str, duplicate: str) -> None:
    done(AGENT, duplicate, "merge", number=master, reason="同一客户同一件事。")


def dispatched(master: str) -> None:
    handle(Dispatch(unit=unit("111101").id), actor=person(AGENT), complaint=state(master).id)
    done(CONTACT, master, "sign-for")


def test_a_duplicate_is_walked_from_the_merge_to_the_parting(master: str, duplicate: str) -> None:
    before = state(duplicate)
    merge(master, duplicate)
    assert duplicate not in {row.number for row in queries.my_tasks(person(AGENT))}
    assert "mark-duplicate" in signed_in(AGENT).get(reverse("desk:complaints")).content.decode()
    assert WORDS in page(AGENT, master)
    assert master in page(AGENT, duplicate)
    assert offered(AGENT, duplicate) <= {"unmerge", "note", "add", "correct", "declare-interest"}
    done(AGENT, duplicate, "unmerge", reason="核实后不是同一件事。")
    after = state(duplicate)
    assert (after.clocks, after.stage, after.responsible) == (before.clocks, before.stage, before.responsible)
    assert ComplaintRow.objects.get(number=duplicate).due_at
    assert "已并入另一件投诉" in page(AGENT, duplicate)
    assert "解除一件重复登记" in page(AGENT, master)
    for number in (master, duplicate):
        entries = JournalEntry.objects.filter(complaint_id=state(number).id).order_by("seq")
        assert replay(read_event(entry.body) for entry in entries) == state(number)


def test_who_handles_the_master_reads_the_duplicate_with_its_files_and_contact(
    master: str, duplicate: str, settings: object, tmp_path: object
) -> None:
    settings.SHOUWEN_FILES = tmp_path  # type: ignore[attr-defined]
    files = reverse("desk:attachments", args=[duplicate])
    signed_in(AGENT).post(files, {"file": SimpleUploadedFile("回单.pdf", PDF)})
    dispatched(master)
    assert act(CONTACT, duplicate, "note", text="x").status_code == 404
    merge(master, duplicate)
    contact = signed_in(CONTACT)
    assert WORDS in page(CONTACT, master)
    (file,) = state(duplicate).attachments
    assert contact.get(reverse("desk:attachment", args=[duplicate, file.digest])).content == PDF
    contact.post(reverse("desk:reveal", args=[duplicate]), {"reason": "联系客户"})
    assert NUMBER in page_of(contact, duplicate)
    assert signed_in("12110101").get(reverse("desk:case", args=[duplicate])).status_code == 404


def page_of(client: object, number: str) -> str:
    return client.get(reverse("desk:case", args=[number])).content.decode()  # type: ignore[attr-defined]


def test_the_customer_of_the_duplicate_is_told_the_masters_stage_and_may_still_add(master: str, duplicate: str) -> None:
    merge(master, duplicate)
    dispatched(master)
    theirs = tracking.read(state(duplicate).id)
    assert theirs
    assert progress(tracking.standing(theirs)) == progress(state(master))
    handle(AddStatement(text="还有一张回单。", way="portal"), actor=CUSTOMER, complaint=theirs.id)
    assert state(master).news_at
    assert state(master).responsible == person(CONTACT).id


def test_what_is_refused_leaves_both_as_they_were(master: str, duplicate: str) -> None:
    handle(Accept(), Dispatch(unit=unit("111101").id), actor=person(AGENT), complaint=state(duplicate).id)
    entries = JournalEntry.objects.count()
    assert "请先收回" in refused(AGENT, duplicate, "merge", number=master, reason="x")
    assert "没有投诉" in refused(AGENT, master, "merge", number="TS2020-00000001", reason="x")
    assert JournalEntry.objects.count() == entries


def test_a_supervisor_merges_too_and_two_merges_into_each_other_end_as_one(master: str, duplicate: str) -> None:
    done(SUPERVISOR, duplicate, "merge", number=master, reason="同一件事。")
    refused(SUPERVISOR, master, "merge", number=duplicate, reason="同一件事。")
    assert state(master).is_open
