"""Clocks on the case page and in the lists: paused, resumed, extended, escalated (mission A7, E3)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.recording import AttachFile
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.organisation.models import Unit
from shouwen.oversight import timer
from tests.casework.test_door import person, registration
from tests.desk.bank import AGENT, CHECKER, CONTACT, signed_in

FILE = AttachFile(digest="a" * 64, name="补充材料通知.pdf", size=10, media_type="application/pdf")


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def of(complaint: Complaint) -> str:
    return reverse("desk:case", args=[complaint.number])


def signed(class_: str = "product", *, days_ago: int = 0) -> Complaint:
    """A complaint that the contact has signed for, received so many days ago."""
    agent, contact = person(AGENT), person(CONTACT)
    at = timezone.now() - timedelta(days=days_ago, minutes=5)
    command = registration(agent, class_=class_, received_at=at)
    complaint = handle(command, Accept(), actor=agent, details=Details(name="王", phone="13812345678"), now=at)
    handle(Dispatch(unit=contact.posts[0].unit_id), actor=agent, complaint=complaint.id, now=at)
    return handle(SignFor(), FILE, actor=contact, complaint=complaint.id, now=at)


def act(client: Client, complaint: Complaint, action: str, **typed: Any) -> Any:
    seen = ComplaintRow.objects.get(id=complaint.id).version
    address = reverse("desk:act", args=[complaint.number, action])
    return client.post(address, {"seen": seen, "key": str(uuid4()), **typed})


@pytest.fixture
def contact(staffed: None) -> Client:
    return signed_in(CONTACT)


PAUSE = {"ground": "customers_material", "reason": "须客户提供回单", "evidence": FILE.digest}


def test_a_pause_is_offered_with_its_ground_and_the_files_as_evidence(contact: Client) -> None:
    shown = page(contact, of(signed()))
    assert "中止计时" in shown
    assert "等待客户补充必需的材料（最多 15 个自然日）" in shown
    assert f'<option value="{FILE.digest}"' in shown


def test_a_paused_clock_says_so_on_page_and_list_and_goes_on_with_a_later_limit(contact: Client) -> None:
    complaint = signed()
    before = ComplaintRow.objects.get().due_at
    assert act(contact, complaint, "suspend", **PAUSE).status_code == 302
    shown = page(contact, of(complaint))
    assert "已中止：等待客户补充必需的材料" in shown
    assert "恢复后，时限按中止天数顺延。" in shown
    assert shown.count("补充材料通知.pdf") >= 3  # the file, its entry, and the evidence of the pause
    assert 'class="mark mark-suspended"' in page(contact, "/tasks/")
    assert act(contact, complaint, "resume").status_code == 302
    assert ComplaintRow.objects.get().due_at == before  # gone on the same day


def test_a_pause_without_evidence_comes_back_with_everything_typed(contact: Client) -> None:
    complaint = signed()
    answer = act(contact, complaint, "suspend", **{**PAUSE, "evidence": ""})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "此事由须有附件为证" in shown
    assert "须客户提供回单" in shown


def leader(complaint: Complaint) -> str:
    above = Unit.objects.get(id=Unit.objects.get(id=complaint.handling_unit).parent_id)
    while above.leader is None:
        above = Unit.objects.get(id=above.parent_id)
    return str(above.leader.employee_no)


def test_an_extension_is_asked_for_found_by_the_leader_above_and_granted(contact: Client) -> None:
    complaint = signed()
    assert act(contact, complaint, "ask-extension", extension="needs_others", reason="须鉴定").status_code == 302
    superior = signed_in(leader(complaint))
    assert complaint.number in page(superior, "/tasks/?list=extensions")
    assert "批准延期" in page(superior, of(complaint))
    assert act(superior, complaint, "decide-extension", granted="yes").status_code == 302
    shown = page(contact, of(complaint))
    assert "其中延期 10 个工作日（须外部单位或专业机构配合核实，依据本行缺省值，课件未载明）" in shown
    assert 'class="mark mark-extended"' in shown


def test_an_extension_that_is_not_granted_needs_the_opinion(contact: Client) -> None:
    complaint = signed()
    act(contact, complaint, "ask-extension", extension="needs_others", reason="须鉴定")
    superior = signed_in(leader(complaint))
    assert act(superior, complaint, "decide-extension", granted="no").status_code == 422
    assert act(superior, complaint, "decide-extension", granted="no", opinion="可按时办结").status_code == 302
    assert "可按时办结" in page(contact, of(complaint))


def test_who_asked_is_told_who_decides(contact: Client) -> None:
    complaint = signed()
    act(contact, complaint, "ask-extension", extension="needs_others", reason="须鉴定")
    assert act(contact, complaint, "decide-extension", granted="yes").status_code == 422


def test_a_class_without_extensions_offers_none(contact: Client) -> None:
    assert "申请延期" not in page(contact, of(signed("attitude")))


def test_what_the_timer_said_is_told_with_whom_and_whether_it_was_late(contact: Client) -> None:
    complaint = signed("attitude", days_ago=30)
    timer.mark_what_is_due(timezone.now())
    shown = page(contact, of(complaint))
    for words in ("超过时限", "逐级上报", "已告知", "当时系统停机，现补记"):
        assert words in shown


def test_whom_it_was_escalated_to_has_a_list_of_it(contact: Client) -> None:
    complaint = signed("attitude", days_ago=30)
    second = signed_in(CHECKER)
    assert "升级给我" not in page(second, "/tasks/")
    timer.mark_what_is_due(timezone.now())
    assert "升级给我" in page(second, "/tasks/")
    assert complaint.number in page(second, "/tasks/?list=escalated")
    assert 'class="mark mark-up"' in page(second, "/tasks/?list=escalated")


def test_the_next_reminder_stands_beneath_the_clock(contact: Client) -> None:
    assert "下次提醒" in page(contact, of(signed()))


def test_a_limit_that_has_passed_is_neither_paused_nor_extended(contact: Client) -> None:
    shown = page(contact, of(signed(days_ago=60)))
    assert "中止计时" not in shown
    assert "申请延期" not in shown


def test_everything_is_said_in_english_too(contact: Client) -> None:
    complaint = signed("attitude", days_ago=30)
    timer.mark_what_is_due(timezone.now())
    contact.post(reverse("set_language"), {"language": "en"})
    shown = page(contact, of(complaint))
    for words in ("The limit was missed", "Escalated", "was told", "the program stood still then"):
        assert words in shown
