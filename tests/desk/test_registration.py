"""登记: nothing typed is lost, nothing is registered twice, and bad input gets a sentence."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shouwen.casework.models import ComplaintRow, Draft
from shouwen.casework.vault import Vault
from shouwen.organisation.models import Unit
from tests.desk.bank import AGENT, CONTACT, signed_in

URL = reverse("desk:register")


@pytest.fixture
def agent(staffed: None) -> Client:
    return signed_in(AGENT)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "channel": "hotline",
        "key": str(uuid4()),
        "kind": "complaint",
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "receiving_unit": Unit.objects.get(code="100001").id,
        "name": "王小明",
        "phone": "13812345678",
        "subject": "柜台排队",
        "statement": "排队两小时无人疏导。",
        "class_": "attitude",
        "unit_about": "111101",
        "do": "dispatch",
        **changes,
    }


def page(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_registered_accepted_and_dispatched_in_one_go_the_code_is_shown_once(agent: Client) -> None:
    answer = agent.post(URL, form())
    assert ComplaintRow.objects.get().stage == "dispatched"
    done = agent.get(answer["Location"])
    code = Vault.open(ComplaintRow.objects.get().id).tracking
    assert code in page(done)
    assert code not in page(agent.get(answer["Location"]))
    assert "no-store" in done["Cache-Control"]


def test_a_double_click_makes_one_complaint(agent: Client) -> None:
    sent = form()
    assert agent.post(URL, sent)["Location"] == agent.post(URL, sent)["Location"]
    assert ComplaintRow.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"statement": ""}, "投诉内容"),
        ({"statement": "长" * 300_000}, "最多"),
        ({"received_at": "2999-01-01T10:00"}, "晚于现在"),
        ({"received_at": "昨天"}, "接到时间"),
        ({"unit_about": "没有这个单位"}, "没有这个单位"),
        ({"class_": "nonsense"}, "分类"),
        ({"class_": ""}, "请先分类"),
        ({"employee_about": "000"}, "没有这个工号"),
        ({"phone": ""}, "联系"),
        ({"receiving_unit": "7777"}, "受理单位"),
        ({"key": ""}, "key"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(agent: Client, changes: dict[str, str], says: str) -> None:
    answer = agent.post(URL, form(wish="请道歉并说明原因", **changes))
    assert answer.status_code == 422
    assert says in page(answer)
    assert "请道歉并说明原因" in page(answer)
    assert 'value="王小明"' in page(answer)
    assert ComplaintRow.objects.count() == 0


def test_hostile_text_is_text(agent: Client) -> None:
    answer = agent.post(URL, form(subject="<script>alert(1)</script>", statement="{{ 7*7 }}' OR 1=1 --", do="register"))
    assert answer.status_code == 302
    shown = page(agent.get(reverse("desk:case", args=[ComplaintRow.objects.get().number])))
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_changing_the_channel_keeps_every_word(agent: Client) -> None:
    shown = page(agent.post(URL, form(to_channel="email")))
    assert 'value="王小明"' in shown
    assert "排队两小时无人疏导。" in shown
    assert 'name="channel" value="email"' in shown


def test_the_page_asks_only_what_the_channel_needs(staffed: None) -> None:
    clerk = signed_in("11110103")
    visit = page(clerk.get(f"{URL}?channel=visit"))
    book = page(clerk.get(f"{URL}?channel=opinion_book"))
    assert 'name="fact_visitors"' in visit
    assert 'name="fact_visitors"' not in book
    assert 'name="fact_found_in"' in book


def test_a_draft_is_saved_sealed_and_only_its_writer_sees_it(agent: Client) -> None:
    told = agent.post(reverse("desk:register_draft"), form()).json()
    body = bytes(Draft.objects.get().body)
    assert "王小明".encode() not in body
    address = f"{URL}?draft={told['draft']}"
    assert 'value="王小明"' in page(agent.get(address))
    assert "王小明" not in page(signed_in("100102").get(address))


def test_what_is_too_long_for_a_draft_is_said_and_kept_on_the_page(agent: Client) -> None:
    answer = agent.post(URL, form(do="draft", statement="长" * 100_000))
    assert "太长" in page(answer)
    assert "长长长" in page(answer)
    assert agent.post(reverse("desk:register_draft"), form(statement="长" * 100_000)).status_code == 413
    assert not Draft.objects.exists()


def test_the_draft_goes_when_the_complaint_is_registered(agent: Client) -> None:
    told = agent.post(reverse("desk:register_draft"), form()).json()
    agent.post(URL, form(draft=told["draft"]))
    assert not Draft.objects.exists()


def test_the_customers_earlier_complaints_are_found_and_linked(agent: Client) -> None:
    agent.post(URL, form())
    first = ComplaintRow.objects.get().number
    shown = page(agent.post(reverse("desk:register_earlier"), {"phone": "138 1234 5678"}))
    assert first in shown
    agent.post(URL, form(earlier=[first, "TS2026-99999999", "x"]))
    assert ComplaintRow.objects.filter(repeat=True).count() == 1


def test_the_due_moments_follow_the_class(agent: Client) -> None:
    asked = {"received_at": "2026-03-04T10:30", "class_": "attitude"}
    shown = page(agent.post(reverse("desk:register_due"), asked))
    assert "2026-03-09" in shown
    for nonsense in ({"received_at": "x", "class_": "y"}, {"received_at": "9999-12-31T23:59", "class_": "attitude"}):
        assert agent.post(reverse("desk:register_due"), nonsense).status_code == 200


def test_a_channel_of_other_duties_is_not_registered_by_a_crafted_form(agent: Client) -> None:
    agent.post(URL, form(channel="transfer", fact_body="示范市消费者协会"))
    assert not ComplaintRow.objects.filter(channel="transfer").exists()


def test_who_does_not_register_has_no_such_page(agent: Client) -> None:
    assert signed_in("000003").post(URL, form()).status_code == 403
    assert signed_in(CONTACT).get(URL).status_code == 200


def test_the_page_asks_the_database_little(agent: Client) -> None:
    agent.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        agent.get(URL)
    assert len(asked) <= 8, re.findall(r"FROM \"(\w+)", str(asked.captured_queries))


def test_enter_in_a_field_saves_the_draft_and_registers_nothing(agent: Client) -> None:
    shown = page(agent.get(URL)).split("<form", 2)[-1]
    assert 'value="draft"' in shown.split('name="do"')[1].split(">")[0]


def test_a_saved_draft_stays_on_the_page(agent: Client) -> None:
    answer = agent.post(URL, form(do="draft"), follow=True)
    assert 'value="王小明"' in page(answer)


def test_what_the_other_channel_does_not_ask_comes_back_with_the_channel(staffed: None) -> None:
    clerk = signed_in("11110103")
    typed = form(channel="visit", fact_visitors="3", receiving_unit=Unit.objects.get(code="111101").id)
    book = page(clerk.post(URL, {**typed, "to_channel": "opinion_book"}))
    assert '<input type="hidden" name="fact_visitors" value="3">' in book


def test_all_that_is_missing_is_said_at_once_in_the_fields_own_words(agent: Client) -> None:
    shown = page(agent.post(URL, form(subject="", statement="", class_="", phone="", unit_about="")))
    for sentence in ("请填写“标题”", "请填写“投诉内容”", "受理前请先分类", "请选择转办单位", "客户不愿留下时"):
        assert sentence in shown, sentence
    assert "这个字段是必填项" not in shown


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"phone": "1381234567"}, "位数不常见"),
        ({"received_at": "2026-01-05T10:00"}, "30 天以前"),
    ],
)
def test_what_is_probably_mistyped_is_asked_once_and_registered_all_the_same(
    agent: Client, odd: dict[str, str], said: str
) -> None:
    shown = page(agent.post(URL, form(**odd)))
    assert said in shown
    assert "仍然登记" in shown
    assert not ComplaintRow.objects.exists()
    agent.post(URL, form(**odd, sure=list(odd)))
    assert ComplaintRow.objects.count() == 1


def test_after_a_search_that_found_nothing_it_says_so(agent: Client) -> None:
    assert "没有找到" in page(agent.post(reverse("desk:register_earlier"), {"phone": "13900000000"}))
    assert "没有找到" not in page(agent.post(reverse("desk:register_earlier"), {}))


def test_an_address_that_takes_a_form_leads_back_to_the_registration(agent: Client) -> None:
    for name in ("register_draft", "register_discard", "register_due", "register_earlier"):
        assert agent.get(reverse(f"desk:{name}"))["Location"] == URL
