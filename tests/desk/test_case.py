"""投诉页: what a person may do is there, what others did is not overwritten, and what may not be seen is not there."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.routing import Dispatch
from shouwen.demo import load
from shouwen.organisation.directory import directory
from tests.casework.test_door import NUMBER, person, register
from tests.desk.bank import AGENT, AUDITOR, CHECKER, CONTACT, SUPERVISOR, signed_in

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def complaint(begun: None) -> Complaint:
    """Registered, accepted and dispatched to the outlet, where contact A has not signed yet."""
    load.load(complaints=0)
    agent = person(AGENT)
    outlet = directory().unit_by_code("111101")
    assert outlet
    return handle(Accept(), Dispatch(unit=outlet.id), actor=agent, complaint=register(agent).id)


def address(complaint: Complaint) -> str:
    return reverse("desk:case", args=[complaint.number])


def act(client: Client, complaint: Complaint, action: str, **typed: object) -> HttpResponse:
    sent = {"seen": complaint.version, "key": str(uuid4()), **typed}
    return client.post(reverse("desk:act", args=[complaint.number, action]), sent)


def page(answer: HttpResponse) -> str:
    return answer.content.decode()


def offered(client: Client, complaint: Complaint) -> set[str]:
    shown = page(client.get(address(complaint)))
    return {part.split("/")[0] for part in shown.split("/act/")[1:]}


def test_each_person_is_offered_exactly_what_may_be_done(complaint: Complaint) -> None:
    assert offered(signed_in(CONTACT), complaint) == {"sign-for", "send-back", "note"}
    assert offered(signed_in(AGENT), complaint) == {"take-back", "classify", "note", "add", "correct", "withdraw"}
    assert offered(signed_in(AUDITOR), complaint) == {"note"}


def test_what_others_do_is_there_with_the_reason(complaint: Complaint) -> None:
    assert "由熊思敏办理" in page(signed_in(AGENT).get(address(complaint)))


def test_a_crafted_form_does_not_do_what_the_duty_does_not_allow(complaint: Complaint) -> None:
    answer = act(signed_in(AUDITOR), complaint, "sign-for")
    assert answer.status_code == 422
    assert ComplaintRow.objects.get().stage == "dispatched"


def test_the_second_person_is_told_what_changed_and_loses_no_word(complaint: Complaint) -> None:
    handle(AddNote(text="客户来电催办"), actor=person(AGENT), complaint=complaint.id)
    answer = act(signed_in(CONTACT), complaint, "send-back", reason="不属于本网点的业务范围")
    assert answer.status_code == 409
    assert "林晓雯" in page(answer)
    assert "不属于本网点的业务范围" in page(answer)
    assert f'name="seen" value="{complaint.version + 1}"' in page(answer)
    assert ComplaintRow.objects.get().stage == "dispatched"


def test_sent_again_with_what_was_seen_it_counts(complaint: Complaint) -> None:
    handle(AddNote(text="客户来电催办"), actor=person(AGENT), complaint=complaint.id)
    act(signed_in(CONTACT), complaint, "sign-for", seen=complaint.version + 1)
    assert ComplaintRow.objects.get().stage == "signed_for"


def test_a_double_click_is_one_event(complaint: Complaint) -> None:
    key, client = str(uuid4()), signed_in(CONTACT)
    for _ in range(2):
        assert act(client, complaint, "note", text="已联系客户", key=key).status_code == 302
    assert JournalEntry.objects.filter(kind="note_added").count() == 1


@pytest.mark.parametrize("text", ["", "　 ", "长" * 100_000])
def test_a_bad_text_comes_back_with_a_sentence(complaint: Complaint, text: str) -> None:
    answer = act(signed_in(CONTACT), complaint, "send-back", reason=text)
    assert answer.status_code == 422
    assert "error-summary" in page(answer)


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_a_broken_version_is_no_failure_of_the_program(complaint: Complaint, seen: str) -> None:
    assert act(signed_in(CONTACT), complaint, "sign-for", seen=seen).status_code == 422


def test_what_a_person_may_not_see_is_not_there(complaint: Complaint) -> None:
    stranger = signed_in("12110101")
    assert stranger.get(address(complaint)).status_code == 404
    assert act(stranger, complaint, "note", text="x").status_code == 404
    for number in ("TS2026-1", "x", "TS9999-99999999"):
        assert stranger.get(reverse("desk:case", args=[number])).status_code == 404


def test_personal_data_are_masked_until_revealed_with_a_reason(complaint: Complaint) -> None:
    supervisor = signed_in(SUPERVISOR)
    assert NUMBER not in page(supervisor.get(address(complaint)))
    reveal = reverse("desk:reveal", args=[complaint.number])
    supervisor.post(reveal, {"reason": " "})
    assert not JournalEntry.objects.filter(kind="revealed").exists()
    answer = supervisor.post(reveal, {"reason": "回访客户"})
    assert NUMBER in page(answer)
    assert "no-store" in answer["Cache-Control"]
    assert JournalEntry.objects.filter(kind="revealed").count() == 1
    assert NUMBER not in page(supervisor.get(address(complaint)))


def test_a_file_is_kept_sealed_and_comes_back_as_it_was(
    complaint: Complaint, settings: object, tmp_path: object
) -> None:
    settings.SHOUWEN_FILES = tmp_path  # type: ignore[attr-defined]
    agent, files = signed_in(AGENT), reverse("desk:attachments", args=[complaint.number])
    agent.post(files, {"file": SimpleUploadedFile("../../谈话\n记录.pdf", PDF)})
    entry = ComplaintRow.objects.get()
    assert "谈话" in entry.state
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]  # type: ignore[attr-defined]
    assert len(stored) == 1
    assert PDF not in stored[0].read_bytes()
    answer = agent.get(reverse("desk:attachment", args=[complaint.number, stored[0].name]))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert (
        signed_in("12110101").get(reverse("desk:attachment", args=[complaint.number, stored[0].name])).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ"), ("a.pdf", b"<html><script>"), ("a.png", PDF), ("a.pdf", b""), ("a", PDF), ("a.txt", b"\0\1")],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    complaint: Complaint, settings: object, tmp_path: object, name: str, content: bytes
) -> None:
    settings.SHOUWEN_FILES = tmp_path  # type: ignore[attr-defined]
    agent = signed_in(AGENT)
    agent.post(reverse("desk:attachments", args=[complaint.number]), {"file": SimpleUploadedFile(name, content)})
    assert not JournalEntry.objects.filter(kind="file_attached").exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]  # type: ignore[attr-defined]


def test_the_page_asks_the_database_the_same_however_much_has_happened(complaint: Complaint) -> None:
    client = signed_in(CHECKER)
    client.get(address(complaint))
    with CaptureQueriesContext(connection) as before:
        client.get(address(complaint))
    for number in range(10):
        handle(AddNote(text=f"备注{number}"), actor=person(AGENT), complaint=complaint.id)
    with CaptureQueriesContext(connection) as after:
        client.get(address(complaint))
    assert asked(before) == asked(after) <= 6


def asked(queries: CaptureQueriesContext) -> int:
    """Without the stamps of what processes keep in memory, which are looked at once a second."""
    return sum("organisation_stamp" not in query["sql"] for query in queries.captured_queries)


def test_a_file_is_opened_by_those_who_handle_the_complaint_and_others_are_told_why_not(
    complaint: Complaint, settings: object, tmp_path: object
) -> None:
    settings.SHOUWEN_FILES = tmp_path  # type: ignore[attr-defined]
    agent = signed_in(AGENT)
    agent.post(reverse("desk:attachments", args=[complaint.number]), {"file": SimpleUploadedFile("谈话.pdf", PDF)})
    (stored,) = [path for path in tmp_path.rglob("*") if path.is_file()]  # type: ignore[attr-defined]
    file = reverse("desk:attachment", args=[complaint.number, stored.name])
    clerk = signed_in("11110103")  # of the unit, which has not signed for it yet
    assert file not in page(clerk.get(address(complaint)))
    refused = clerk.get(file, follow=True)
    assert "不能打开附件" in page(refused)
    assert PDF not in refused.content
    assert file in page(signed_in(CONTACT).get(address(complaint)))
    assert signed_in(CONTACT).get(file).content == PDF
    assert "打开附件" in page(agent.get(address(complaint)))


def test_a_double_click_on_upload_is_one_file_and_no_refusal(
    complaint: Complaint, settings: object, tmp_path: object
) -> None:
    settings.SHOUWEN_FILES = tmp_path  # type: ignore[attr-defined]
    agent, files = signed_in(AGENT), reverse("desk:attachments", args=[complaint.number])
    key = page(agent.get(address(complaint))).split(f'action="{files}"')[1].split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        answer = agent.post(files, {"key": key, "file": SimpleUploadedFile("谈话.pdf", PDF)}, follow=True)
        assert "附件已上传" in page(answer)
    assert JournalEntry.objects.filter(kind="file_attached").count() == 1
