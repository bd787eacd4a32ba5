"""来信: a person looks at masked text, registers with everything filled in, or dismisses with a reason."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Vault
from shouwen.core.complaint import read_complaint
from shouwen.intake.mailbox.keeping import keep, raw_source
from shouwen.intake.mailbox.models import IncomingMail
from shouwen.intake.mailbox.registering import take
from shouwen.organisation.models import Unit
from tests.desk.bank import signed_in
from tests.intake.mailbox.conftest import small_bank
from tests.intake.mailbox.letters import CUSTOMER, PNG, US, mail

LIST = reverse("desk:mails")


@pytest.fixture
def agent(begun: None, settings: Settings) -> Client:
    small_bank()
    settings.SHOUWEN_MAILBOX_ADDRESSES = (US,)
    return signed_in("100101")


def waiting_mail(raw: bytes = b"") -> IncomingMail:
    row = keep(raw or mail("我是欧阳若水，电话13912345679。", Auto_Submitted="auto-replied"), None)
    take(row.id)
    row.refresh_from_db()
    return row


def page(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_a_mail_that_became_no_complaint_is_listed_with_its_reason(agent: Client) -> None:
    row = waiting_mail()
    answer = page(agent.get(LIST))
    assert reverse("desk:mail", args=[row.id]) in answer
    assert "自动回复" in answer


def test_the_list_is_narrowed_by_what_a_mail_is(agent: Client) -> None:
    row = waiting_mail()
    assert reverse("desk:mail", args=[row.id]) not in page(agent.get(LIST, {"state": "refused"}))


def test_its_text_is_shown_masked(agent: Client) -> None:
    answer = page(agent.get(reverse("desk:mail", args=[waiting_mail().id])))
    assert [secret for secret in ("欧阳若水", "13912345679", CUSTOMER) if secret in answer] == []
    assert "尾号5679" in answer


def test_html_of_a_mail_is_never_html_of_the_page(agent: Client) -> None:
    raw = b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/html\r\n\r\n<p>&lt;img src=x&gt; <b>hello</b></p>"
    answer = page(agent.get(reverse("desk:mail", args=[waiting_mail(raw).id])))
    assert "&lt;img src=x&gt; hello" in answer


def test_an_unreadable_mail_is_shown_as_its_source(agent: Client) -> None:
    raw = b"Subject: one\r\nContent-Type: message/rfc822\r\n\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 4000
    assert "Subject: one" in page(agent.get(reverse("desk:mail", args=[waiting_mail(raw).id])))


def test_registering_fills_the_page_in_and_takes_the_files_along(agent: Client, kept_contexts: None) -> None:
    row = waiting_mail(mail(Auto_Submitted="auto-replied", files=(("凭证.png", PNG), ("x.exe", b"MZ"))))
    start = agent.post(reverse("desk:mail_register", args=[row.id]))
    filled = page(agent.get(start["Location"]))
    assert "柜台排队太久" in filled
    assert CUSTOMER in filled
    row.refresh_from_db()
    typed = {
        "channel": "email",
        "key": "0198f3c2-7a4e-7c1b-9d2e-5f6a7b8c9d0e",
        "draft": str(row.draft_id),
        "kind": "complaint",
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "receiving_unit": read_unit(),
        "email": CUSTOMER,
        "subject": "柜台排队太久",
        "statement": "排队两小时。",
        "do": "register",
    }
    assert agent.post(reverse("desk:register"), typed).status_code == 302
    complaint = read_complaint(ComplaintRow.objects.get().state)
    assert [one.name for one in complaint.attachments] == ["凭证.png"]
    row.refresh_from_db()
    assert (row.state, row.complaint_id, row.is_complaints) == ("registered", complaint.id, True)
    assert Vault.open(complaint.id).details.email == CUSTOMER
    assert b"x.exe" in raw_source(row)
    assert agent.get(LIST).context["lines"] == []


def read_unit() -> int:
    return Unit.objects.get(code="100001").id


def test_a_draft_that_came_from_no_mail_registers_as_ever(agent: Client) -> None:
    typed = {
        "channel": "email",
        "key": "0198f3c2-7a4e-7c1b-9d2e-5f6a7b8c9d0e",
        "kind": "complaint",
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "receiving_unit": read_unit(),
        "email": CUSTOMER,
        "subject": "标题",
        "statement": "内容。",
        "do": "register",
    }
    assert agent.post(reverse("desk:register"), typed).status_code == 302


def test_a_mail_is_dismissed_only_with_a_reason(agent: Client) -> None:
    row = waiting_mail()
    assert agent.post(reverse("desk:mail_dismiss", args=[row.id]), {"remark": " "}).status_code == 422
    row.refresh_from_db()
    assert row.handled_at is None


def test_the_reason_is_kept_masked_and_the_mail_leaves_the_list(agent: Client, kept_contexts: None) -> None:
    row = waiting_mail()
    answer = agent.post(reverse("desk:mail_dismiss", args=[row.id]), {"remark": "广告，13912345679"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.remark.startswith("广告")
    assert "13912345679" not in row.remark
    assert agent.get(LIST).context["lines"] == []


def test_a_mail_handled_by_somebody_else_meanwhile_is_not_there(agent: Client) -> None:
    row = waiting_mail()
    url = reverse("desk:mail_dismiss", args=[row.id])
    agent.post(url, {"remark": "广告"})
    assert agent.post(url, {"remark": "广告"}).status_code == 404


def test_the_number_of_a_complaint_is_shown_to_those_who_may_see_it(agent: Client) -> None:
    keep_first = keep(mail(), None)
    take(keep_first.id)
    row = waiting_mail(
        mail("x", message_id="<2@x>", In_Reply_To="<first@customer.example>", Auto_Submitted="auto-replied")
    )
    assert ComplaintRow.objects.get().number in page(agent.get(reverse("desk:mail", args=[row.id])))
