"""来信受理: a complaint, or words added to one, or a case for a person; once each, and nothing revealed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from shouwen.casework import files
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.vault import Vault
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.customer import Withdraw
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.mailbox import registering
from shouwen.intake.mailbox.keeping import keep, raw_source
from shouwen.intake.mailbox.models import IncomingMail
from shouwen.intake.mailbox.registering import take, take_waiting
from tests.casework import clamd
from tests.casework.test_privacy_everywhere import _everything
from tests.intake.mailbox.letters import CUSTOMER, PNG, US, mail

pytestmark = pytest.mark.usefixtures("bank")
CUSTOMER_ACTS = Actor(person=None, system="customer")


def received(raw: bytes) -> IncomingMail:
    row = keep(raw, None)
    take(row.id)
    row.refresh_from_db()
    return row


def only_complaint() -> Complaint:
    return read_complaint(ComplaintRow.objects.get().state)


def kinds(complaint_id: int) -> list[str]:
    return list(JournalEntry.objects.filter(complaint_id=complaint_id).order_by("seq").values_list("kind", flat=True))


def test_a_mail_becomes_a_complaint_of_the_hotline_centre() -> None:
    row = received(mail())
    complaint = only_complaint()
    assert (row.state, row.complaint_id) == ("registered", complaint.id)
    assert (complaint.channel, complaint.title, complaint.statement) == (
        "email",
        "柜台排队太久",
        "排队两小时无人疏导，请处理。",
    )
    assert complaint.channel_facts["sent_at"] == "2026-03-03T01:00:00+00:00"
    assert complaint.responsible


def test_sender_and_name_are_sealed_and_stand_nowhere_in_clear() -> None:
    received(mail(f"我是欧阳若水，电话13912345679，邮箱{CUSTOMER}。", subject="欧阳若水投诉"))
    everything = "".join(_everything())
    assert [secret for secret in ("欧阳若水", "13912345679", CUSTOMER) if secret in everything] == []
    details = Vault.open(only_complaint().id).details
    assert (details.name, details.email) == ("欧阳若水", CUSTOMER)


def test_the_same_bytes_twice_are_one_complaint() -> None:
    received(mail())
    received(mail())
    assert ComplaintRow.objects.count() == IncomingMail.objects.count() == 1


def test_a_second_copy_that_came_another_way_is_known_by_its_content() -> None:
    received(mail())
    row = received(b"Received: by another.example\r\n" + mail())
    assert (row.state, row.complaint_id) == ("duplicate", only_complaint().id)


def test_an_id_used_again_for_other_words_is_a_mail_of_its_own() -> None:
    received(mail())
    received(mail("另一件事：短信一直收不到。"))
    assert ComplaintRow.objects.count() == 2


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_an_answer_to_the_customers_own_mail_is_added(header: str) -> None:
    received(mail())
    answer = mail(
        "补充：当天是周一。", message_id="<second@x.example>", **{header: "<none@x> <first@customer.example>"}
    )
    assert received(answer).state == "added"
    assert kinds(only_complaint().id) == ["registered", "statement_added"]


def test_an_answer_to_a_mail_that_we_sent_is_added() -> None:
    received(mail())
    number = ComplaintRow.objects.get().number
    assert (
        received(mail("谢谢", message_id="<2@x.example>", In_Reply_To=f"<{number}.8f3a@bank.example>")).state == "added"
    )


def test_an_id_of_our_form_from_another_domain_names_nothing() -> None:
    received(mail())
    number = ComplaintRow.objects.get().number
    answer = mail("谢谢", message_id="<2@x.example>", In_Reply_To=f"<{number}.8f3a@evil.example>")
    assert received(answer).state == "registered"


def test_a_number_in_our_plus_address_is_enough() -> None:
    received(mail())
    number = ComplaintRow.objects.get().number
    answer = mail("补充材料", message_id="<2@x.example>", to=f"complaints+{number.lower()}@bank.example")
    assert received(answer).state == "added"


def test_a_number_in_the_subject_alone_adds_nothing() -> None:
    received(mail())
    number = ComplaintRow.objects.get().number
    assert received(mail("补充", subject=f"Re: {number}", message_id="<2@x.example>")).state == "registered"


def test_another_sender_is_marked_as_not_verified() -> None:
    received(mail())
    received(
        mail("我替他补充", sender="a@b.example", message_id="<2@x.example>", In_Reply_To="<first@customer.example>")
    )
    assert "未核实身份" in JournalEntry.objects.get(kind="statement_added").body


def test_the_sender_on_record_is_not_marked() -> None:
    received(mail())
    received(mail("补充", message_id="<2@x.example>", In_Reply_To="<first@customer.example>"))
    assert "未核实身份" not in JournalEntry.objects.get(kind="statement_added").body


def test_a_mail_changes_neither_contact_nor_stage() -> None:
    received(mail())
    before = only_complaint()
    received(mail("我要撤诉", sender="a@b.example", message_id="<2@x.example>", In_Reply_To="<first@customer.example>"))
    after = only_complaint()
    assert (after.stage, after.contact_given) == (before.stage, before.contact_given)
    assert Vault.open(after.id).details.email == CUSTOMER


def test_the_mailbox_may_not_withdraw() -> None:
    received(mail())
    with pytest.raises(Refusal) as refused:
        handle(Withdraw(consent="撤诉", way="mail"), actor=registering.MAILBOX, complaint=ComplaintRow.objects.get().id)
    assert refused.value.rule == "not-your-duty"


def test_an_answer_to_an_ended_complaint_is_a_new_one_linked_to_it() -> None:
    received(mail())
    first = ComplaintRow.objects.get()
    handle(Withdraw(consent="我撤回", way="portal"), actor=CUSTOMER_ACTS, complaint=first.id)
    row = received(mail("又发生了", message_id="<2@x.example>", In_Reply_To="<first@customer.example>"))
    assert row.state == "registered"
    second = read_complaint(ComplaintRow.objects.get(id=row.complaint_id).state)
    assert second.earlier == (first.number,)


def test_a_picture_is_attached() -> None:
    received(mail(files=(("凭证.png", PNG),)))
    attached = only_complaint().attachments
    assert [one.name for one in attached] == ["凭证.png"]
    assert files.read(only_complaint(), attached[0]) == PNG


def test_a_refused_file_is_named_in_the_statement_and_stays_in_the_source() -> None:
    row = received(mail(files=(("病毒.exe", b"MZ\0\0"), ("bomb.zip", b"PK\3\4" + bytes(900)))))
    complaint = only_complaint()
    assert complaint.attachments == ()
    assert "病毒.exe" in complaint.statement
    assert "bomb.zip" in complaint.statement
    assert b"filename" in raw_source(row)


def test_a_mail_with_an_infected_file_becomes_a_complaint_that_says_so(scanner: clamd.Clamd) -> None:
    row = received(mail(files=(("凭证.png", PNG), ("说明.txt", b"text " + clamd.MARK))))
    complaint = only_complaint()
    assert row.state == "registered"
    assert [one.name for one in complaint.attachments] == ["凭证.png"]
    assert "说明.txt" in complaint.statement
    assert clamd.NAME in complaint.statement


def test_a_mail_with_files_waits_while_the_scanner_does_not_answer(scanner: clamd.Clamd) -> None:
    scanner.behaves = "closes"
    row = received(mail(files=(("凭证.png", PNG),)))
    assert (row.state, row.tries, ComplaintRow.objects.count()) == ("new", 0, 0)
    scanner.behaves = "scans"
    assert take_waiting() == 1
    assert len(only_complaint().attachments) == 1


def test_a_mail_without_files_does_not_wait_for_the_scanner(scanner: clamd.Clamd) -> None:
    scanner.behaves = "closes"
    assert received(mail()).state == "registered"


def test_a_mail_whose_files_could_not_be_searched_for_an_hour_goes_to_a_person(scanner: clamd.Clamd) -> None:
    scanner.behaves = "closes"
    row = keep(mail(files=(("凭证.png", PNG),)), timezone.now() - timedelta(hours=2))
    take(row.id)
    row.refresh_from_db()
    assert (row.state, row.reason, ComplaintRow.objects.count()) == ("refused", "scanner-away", 0)


def test_a_text_longer_than_a_statement_is_attached_whole() -> None:
    words = "很长的投诉。" * 20_000
    received(mail(words))
    complaint = only_complaint()
    assert len(complaint.statement) < 50_000
    assert files.read(complaint, complaint.attachments[0]).decode() == words


def test_the_same_file_twice_in_one_mail_is_attached_once() -> None:
    received(mail(files=(("a.png", PNG), ("b.png", PNG))))
    assert len(only_complaint().attachments) == 1


def test_a_file_that_the_complaint_has_does_not_stop_the_answer() -> None:
    received(mail(files=(("a.png", PNG),)))
    answer = mail("再发一次", message_id="<2@x>", In_Reply_To="<first@customer.example>", files=(("a.png", PNG),))
    assert received(answer).state == "added"


def test_a_registered_source_is_sealed_under_the_complaints_own_key() -> None:
    row = received(mail())
    assert row.is_complaints
    assert raw_source(row) == mail()


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto-reply"),
        ({"Precedence": "bulk"}, "list"),
        ({"X_Auto_Response_Suppress": "All"}, "auto-reply"),
        ({"Return_Path": "<>"}, "no-return-path"),
        ({"sender": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"sender": US}, "own-address"),
        ({"sender": "complaints+TS2026-00000001@bank.example"}, "own-address"),
        ({"subject": "自动回复：您的来信"}, "auto-reply"),
        ({"List_Id": "<news.shop.example>"}, "list"),
        ({"X_Spam_Flag": "YES"}, "spam"),
    ],
)
def test_an_automatic_mail_registers_nothing_and_waits_for_a_person(headers: dict[str, Any], reason: str) -> None:
    row = received(mail(**headers))
    assert (row.state, row.reason) == ("automatic", reason)
    assert not ComplaintRow.objects.exists()


def test_auto_submitted_no_is_a_persons_mail() -> None:
    assert received(mail(Auto_Submitted="no")).state == "registered"


def test_an_automatic_answer_to_a_complaint_adds_nothing_but_says_which_one() -> None:
    received(mail())
    row = received(mail(message_id="<2@x>", In_Reply_To="<first@customer.example>", Auto_Submitted="auto-replied"))
    assert (row.state, row.complaint_id) == ("automatic", only_complaint().id)
    assert kinds(only_complaint().id) == ["registered"]


def test_nothing_is_queued_to_be_sent_for_an_automatic_mail() -> None:
    received(mail(Auto_Submitted="auto-replied"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone()[0] == 0


def test_too_many_from_one_sender_wait_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "MOST_PER_SENDER", 2)
    states = [received(mail(f"第{n}封", message_id=f"<{n}@x>")) for n in range(3)]
    assert [(row.state, row.reason) for row in states][1:] == [("registered", ""), ("automatic", "too-many")]


def test_a_mail_without_sender_waits_for_a_person_with_its_source() -> None:
    row = received(mail(sender=""))
    assert (row.state, row.reason) == ("refused", "contact-missing")
    assert raw_source(row) == mail(sender="")


def test_a_mail_that_nobody_can_parse_waits_for_a_person_with_its_source() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 5000
    row = received(raw)
    assert (row.state, row.reason) == ("unreadable", "broken")
    assert raw_source(row) == raw


def test_a_missing_unit_makes_a_case_for_a_person(settings: Settings) -> None:
    settings.SHOUWEN_MAILBOX_UNIT = "no-such-unit"
    assert received(mail()).reason == "unit-unknown"


def test_a_mail_on_which_the_program_fails_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(row: IncomingMail) -> None:
        if row.id == bad.id:
            raise ZeroDivisionError
        real(row)

    real = registering._take
    bad, good = keep(mail("坏"), None), keep(mail("好", message_id="<2@x>"), None)
    monkeypatch.setattr(registering, "_take", failing)
    for _ in range(3):
        with pytest.raises(ExceptionGroup):
            take_waiting()
    assert take_waiting() == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.reason, good.state) == ("unreadable", "failed", "registered")


def test_a_refused_addition_half_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    received(mail())

    def refusing(*_: object) -> Complaint:
        raise Refusal("full", Text("满"))

    monkeypatch.setattr(registering, "attach_all", refusing)
    row = received(mail("补充", message_id="<2@x>", In_Reply_To="<first@customer.example>"))
    assert (row.state, row.reason) == ("refused", "full")
    assert kinds(only_complaint().id) == ["registered"]


def test_what_the_customer_adds_is_news_of_the_complaint() -> None:
    received(mail())
    received(mail("补充", message_id="<2@x>", In_Reply_To="<first@customer.example>"))
    assert only_complaint().news_at is not None
