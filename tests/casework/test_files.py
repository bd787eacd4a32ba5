"""附件: what is on the journal is in the store, whoever clicks twice and whatever is refused."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections
from pytest_django import Settings

from shouwen.casework import files
from shouwen.casework.door import handle
from shouwen.casework.files import checks
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from tests.casework.test_door import person, register

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.SHOUWEN_FILES = tmp_path
    return tmp_path


def stored(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def attach(complaint: Complaint, actor: Actor, content: bytes = PDF, key: str | None = None) -> Complaint:
    return files.attach(complaint, files.checked("证据.pdf", content), actor=actor, key=key)


def test_two_uploads_of_one_file_at_once_leave_the_file_in_the_store(committed_db: None, store: Path) -> None:
    load.load(complaints=0)
    agent = person("100101")
    complaint = register(agent)
    for round_ in range(6):
        content, together = PDF + str(round_).encode(), Barrier(2)

        def click(content: bytes = content, together: Barrier = together) -> bool:
            together.wait()
            try:
                attach(complaint, agent, content)
            except Refusal:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(future.result() for future in [pool.submit(click) for _ in range(2)]) == [False, True]
    for attachment in read_complaint(ComplaintRow.objects.get().state).attachments:
        assert files.read(complaint, attachment).startswith(PDF)


@pytest.fixture
def agent(staffed: None) -> Actor:
    return person("100101")


def test_a_second_sending_of_the_same_form_is_no_refusal(agent: Actor, store: Path) -> None:
    complaint = register(agent)
    first, second = (attach(complaint, agent, key="file:k") for _ in range(2))
    assert first == second
    assert files.read(first, first.attachments[0]) == PDF


def test_a_file_that_is_refused_takes_no_file_of_the_journal_away(agent: Actor, store: Path) -> None:
    after = attach(register(agent), agent)
    (path,) = stored(store)
    path.unlink()
    with pytest.raises(Refusal):
        attach(after, agent)
    assert stored(store) == []
    path.write_bytes(b"restored")
    with pytest.raises(Refusal):
        attach(after, agent)
    assert stored(store) == [path]


def test_one_file_more_than_a_complaint_may_have_is_refused_and_not_stored(
    agent: Actor, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MOST_FILES", 1)
    stale = register(agent)
    attach(stale, agent)
    with pytest.raises(Refusal) as refused:
        attach(stale, agent, PDF + b"another")
    assert refused.value.rule == "too-many-files"
    assert len(stored(store)) == 1


def test_each_person_who_opens_a_file_stands_on_the_journal_once_a_day(agent: Actor, store: Path) -> None:
    after = attach(register(agent), agent)
    for _ in range(2):
        assert files.open_file(after, after.attachments[0], actor=agent) == PDF
    files.open_file(after, after.attachments[0], actor=person("100110"))
    opened = JournalEntry.objects.filter(kind="file_opened")
    assert sorted(opened.values_list("by", flat=True)) == sorted([agent.id, person("100110").id])
    assert after.attachments[0].digest in opened[0].body
    assert "证据.pdf" in opened[0].body


def test_who_only_sees_the_complaint_does_not_open_its_files(agent: Actor, store: Path) -> None:
    """A functional officer oversees, and a colleague of the receiving unit without intake duty reads along: neither handles it."""
    after = attach(register(agent), agent)
    with pytest.raises(Refusal) as refused:
        files.open_file(after, after.attachments[0], actor=person("100501"))
    assert refused.value.rule == "not-your-duty"
    assert not JournalEntry.objects.filter(kind="file_opened").exists()


def test_a_look_makes_nobodys_page_stale_and_nobody_a_participant(agent: Actor, store: Path) -> None:
    after = attach(register(agent), agent)
    auditor = person("000003")
    files.open_file(after, after.attachments[0], actor=auditor)
    accepted = handle(Accept(), actor=agent, complaint=after.id, seen=after.version)
    assert accepted.stage == "accepted"
    assert auditor.id not in accepted.participants
