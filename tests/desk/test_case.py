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
from shouwen.casework.models import ComplaintRow, Draft, JournalEntry
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.answering import Investigate
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.routing import Dispatch, SendBack, SignFor
from shouwen.demo import load
from shouwen.organisation.directory import directory
from tests.casework import clamd
from tests.casework.test_door import NUMBER, person, register
from tests.desk.bank import AGENT, AUDITOR, CHECKER, CONTACT, SUPERVISOR, signed_in
from tests.letters.cases import answered_in_draft

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def complaint(staffed: None) -> Complaint:
    """Registered, accepted and dispatched to the outlet, where contact A has not signed yet."""
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
    assert offered(signed_in(CONTACT), complaint) == {"sign-for", "send-back", "note", "declare-interest"}
    customers = {"add", "correct", "withdraw"}
    special = {"declare-interest", "link-earlier", "merge", "join-group", "dispute", "categorise"}
    assert offered(signed_in(AGENT), complaint) == {"take-back", "classify", "note", *customers, *special}
    assert offered(signed_in(AUDITOR), complaint) == {"note", "declare-interest"}


def test_what_others_do_is_there_with_the_reason(complaint: Complaint) -> None:
    assert "由熊思敏办理" in page(signed_in(AGENT).get(address(complaint)))


def test_steps_beside_the_main_line_say_why_this_person_may_not_take_them(complaint: Complaint) -> None:
    shown = page(signed_in(CONTACT).get(address(complaint)))
    refused = shown.partition("其他操作")[2].partition("</dl>")[0]
    assert "更正联系方式</dt><dd>由林晓雯办理。" in refused.replace("\n", "")


def test_a_complaint_of_the_demonstration_says_that_it_is_made_up(begun: None) -> None:
    load.load(complaints=1)
    row = ComplaintRow.objects.filter(secret=False).get()
    assert "演示数据，由程序生成" in page(signed_in(SUPERVISOR).get(reverse("desk:case", args=[row.number])))


def test_a_crafted_form_does_not_do_what_the_duty_does_not_allow(complaint: Complaint) -> None:
    answer = act(signed_in(AUDITOR), complaint, "sign-for")
    assert answer.status_code == 422
    assert ComplaintRow.objects.get().stage == "dispatched"


def test_the_second_person_is_told_what_changed_and_loses_no_word(complaint: Complaint) -> None:
    handle(Classify(class_="product", reason="核实后更正"), actor=person(AGENT), complaint=complaint.id)
    answer = act(signed_in(CONTACT), complaint, "send-back", reason="不属于本网点的业务范围")
    assert answer.status_code == 409
    assert "林晓雯" in page(answer)
    assert "不属于本网点的业务范围" in page(answer)
    assert f'name="seen" value="{complaint.version + 1}"' in page(answer)
    assert ComplaintRow.objects.get().stage == "dispatched"


def test_sent_again_with_what_was_seen_it_counts(complaint: Complaint) -> None:
    handle(Classify(class_="product", reason="核实后更正"), actor=person(AGENT), complaint=complaint.id)
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
    assert supervisor.post(reveal, {"reason": "回访客户"})["Location"] == address(complaint)
    answer = supervisor.get(address(complaint))
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


def test_an_infected_file_is_refused_on_the_page_of_the_complaint(complaint: Complaint, scanner: clamd.Clamd) -> None:
    address_of_files = reverse("desk:attachments", args=[complaint.number])
    infected = SimpleUploadedFile("a.txt", clamd.MARK)
    shown = page(signed_in(AGENT).post(address_of_files, {"file": infected}, follow=True))
    assert clamd.NAME in shown
    assert not JournalEntry.objects.filter(kind="file_attached").exists()


def test_the_page_asks_the_database_the_same_however_much_has_happened(complaint: Complaint) -> None:
    client = signed_in(CHECKER)
    client.get(address(complaint))
    with CaptureQueriesContext(connection) as before:
        client.get(address(complaint))
    for number in range(10):
        handle(AddNote(text=f"备注{number}"), actor=person(AGENT), complaint=complaint.id)
    with CaptureQueriesContext(connection) as after:
        client.get(address(complaint))
    assert asked(before) == asked(after) <= 7


def asked(queries: CaptureQueriesContext) -> int:
    """Without the stamps of what processes keep in memory, which are looked at once a second."""
    return sum("organisation_stamp" not in query["sql"] for query in queries.captured_queries)


@pytest.mark.parametrize("page_name", ["act", "reveal", "attachments", "act_draft"])
def test_who_comes_back_to_an_address_that_takes_a_form_lands_on_the_complaint(
    complaint: Complaint, page_name: str
) -> None:
    more = ["note"] if page_name.startswith("act") else []
    answer = signed_in(CONTACT).get(reverse(f"desk:{page_name}", args=[complaint.number, *more]))
    assert (answer.status_code, answer["Location"]) == (302, address(complaint))


def test_a_wrong_method_is_said_in_words(complaint: Complaint) -> None:
    answer = signed_in(CONTACT).post(address(complaint))
    assert answer.status_code == 405
    assert "不能这样打开" in page(answer)
    assert 'class="rail"' in page(answer)


def signed(complaint: Complaint) -> Complaint:
    return handle(SignFor(), actor=person(CONTACT), complaint=complaint.id)


def draft_of(complaint: Complaint, action: str = "investigate") -> str:
    return reverse("desk:act_draft", args=[complaint.number, action])


def test_what_was_typed_into_a_long_form_stands_there_again_for_its_writer_alone(complaint: Complaint) -> None:
    complaint, client = signed(complaint), signed_in(CONTACT)
    assert client.post(draft_of(complaint), {"facts": "调阅录像，情况属实", "seen": "1"}).status_code == 200
    assert "情况属实".encode() not in bytes(Draft.objects.get().body)
    assert "情况属实" in page(client.get(address(complaint)))
    assert "情况属实" not in page(signed_in(CHECKER).get(address(complaint)))
    assert "情况属实" not in page(client.get(reverse("desk:register")))


def test_the_draft_of_a_form_goes_when_it_is_sent_or_discarded(complaint: Complaint) -> None:
    complaint, client = signed(complaint), signed_in(CONTACT)
    client.post(draft_of(complaint), {"facts": "情况属实"})
    client.post(draft_of(complaint), {"discard": "1"})
    assert not Draft.objects.exists()
    client.post(draft_of(complaint), {"facts": "情况属实"})
    act(client, complaint, "investigate", facts="情况属实", cause="service_manner", liability="fully")
    assert not Draft.objects.exists()


def test_a_short_form_keeps_no_draft(complaint: Complaint) -> None:
    assert signed_in(CONTACT).post(draft_of(complaint, "note"), {"text": "x"}).status_code == 404


def open_action(client: Client, complaint: Complaint) -> str:
    """The action that stands open on the page, by the end of its form's address."""
    shown = page(client.get(address(complaint)))
    parts = [part.split("</details>")[0] for part in shown.split("<details ") if " open>" in part.split("<summary>")[0]]
    return "".join(part.split("/act/")[1].split("/")[0] for part in parts if "/act/" in part)


def test_only_the_expected_next_step_is_open(complaint: Complaint) -> None:
    contact = signed_in(CONTACT)
    assert open_action(contact, complaint) == "sign-for"
    complaint = signed(complaint)
    assert open_action(contact, complaint) == "investigate"
    findings = Investigate(facts="情况属实", cause="service_manner", liability="fully")
    complaint = handle(findings, actor=person(CONTACT), complaint=complaint.id)
    assert open_action(contact, complaint) == "draft"
    assert "修改调查结果" in page(contact.get(address(complaint)))


def test_while_others_are_awaited_nothing_is_open_and_it_says_who(complaint: Complaint) -> None:
    agent = signed_in(AGENT)
    assert open_action(agent, complaint) == ""
    assert "等待城东支行人民路分理处熊思敏签收" in page(agent.get(address(complaint)))


def test_what_was_done_says_where_the_complaint_is_now(complaint: Complaint) -> None:
    answer = page(signed_in(CONTACT).post(*sending(complaint, "sign-for"), follow=True))
    assert "下一步：由熊思敏调查" in answer
    assert "回到我的待办" in answer


def sending(complaint: Complaint, action: str) -> tuple[str, dict[str, object]]:
    return reverse("desk:act", args=[complaint.number, action]), {"seen": complaint.version, "key": str(uuid4())}


def test_what_was_sent_back_says_why_and_does_not_propose_the_same_unit(complaint: Complaint) -> None:
    complaint = handle(SendBack(reason="不属于本网点"), actor=person(CONTACT), complaint=complaint.id)
    assert ComplaintRow.objects.get().returned
    shown = page(signed_in(AGENT).get(address(complaint)))
    assert "不属于本网点" in shown.split('class="timeline"')[0]
    assert 'name="unit" value=' not in shown
    assert "退回" in page(signed_in(AGENT).get(reverse("desk:tasks")))


@pytest.mark.parametrize(
    ("typed", "said"), [("人民路", ""), ("分理处", "111101 城东支行人民路分理处"), ("火星", "没有这个单位")]
)
def test_a_part_of_a_name_is_a_unit_where_only_one_fits(complaint: Complaint, typed: str, said: str) -> None:
    complaint = handle(SendBack(reason="x"), actor=person(CONTACT), complaint=complaint.id)
    answer = act(signed_in(AGENT), complaint, "dispatch", unit=typed)
    assert answer.status_code == (422 if said else 302)
    assert said in page(answer).split("<datalist")[0]


def test_units_are_offered_as_one_types_the_own_ones_first(complaint: Complaint) -> None:
    client, units = signed_in(CONTACT), reverse("desk:units")
    assert page(client.get(units)).startswith('<option value="111101 ')
    assert "120000" in page(client.get(units))
    assert page(client.get(units, {"unit": "花鸟"})).count("<option") == 1


def test_a_hand_over_is_offered_to_those_alone_who_may_sign(complaint: Complaint) -> None:
    shown = page(signed_in(CONTACT).get(address(signed(complaint))))
    takers = shown.split('name="to"')[1].split("</select>")[0]
    assert "复核人" in takers
    assert "系统管理员" not in takers
    assert "沈若兰" not in takers


def test_a_checker_sees_the_letter_beside_the_form(complaint: Complaint) -> None:
    drafted = answered_in_draft(signed(complaint), "经核实，情况属实，我们诚恳道歉。")
    shown = page(signed_in(CHECKER).get(address(drafted)))
    assert "客户投诉回复函" in shown
    assert shown.index("我们诚恳道歉") < shown.index('name="passed"')


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
