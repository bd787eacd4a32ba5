"""热线来电: the number stays sealed, the customer's earlier complaints are there at once, one key does it all."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from shouwen.casework.models import ComplaintRow, Draft
from shouwen.casework.vault import Vault
from shouwen.core.language import breaches
from shouwen.intake import hotline
from shouwen.organisation.models import Unit
from shouwen.packs import load as load_pack
from tests.desk.bank import AGENT, CONTACT, signed_in

URL, CALL = reverse("desk:hotline"), reverse("desk:hotline_call")
OURS = {"Origin": "http://testserver"}
NUMBER = "13812345678"


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
        "phone": NUMBER,
        "subject": "柜台排队",
        "statement": "排队两小时无人疏导。",
        "class_": "attitude",
        "unit_about": "111101",
        "fact_call_id": "C-7788",
        "do": "dispatch",
        **changes,
    }


def take(client: Client, **more: str) -> HttpResponse:
    return client.post(CALL, {"number": NUMBER, "call_id": "C-7788", "recording": "R-1", **more}, headers=OURS)


def page(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_callers_number_is_in_the_form_and_in_no_address(agent: Client) -> None:
    answer = take(agent)
    assert answer["Location"] == URL
    shown = agent.get(URL)
    assert f'value="{NUMBER}"' in page(shown)
    assert 'value="C-7788"' in page(shown)
    assert "no-store" in shown["Cache-Control"]


def test_the_session_keeps_the_call_sealed(agent: Client) -> None:
    take(agent)
    for session in Session.objects.all():
        assert NUMBER not in str(session.get_decoded())


def test_earlier_complaints_of_this_number_are_there_at_once(agent: Client) -> None:
    agent.post(URL, form())
    take(agent, number="138 1234-5678")
    shown = page(agent.get(URL))
    assert ComplaintRow.objects.get().number in shown
    assert "已转办" in shown
    agent.post(URL, form(earlier=[ComplaintRow.objects.get().number]))
    assert ComplaintRow.objects.filter(repeat=True).count() == 1


def test_one_send_registers_accepts_and_dispatches_and_the_read_out_page_has_the_promise(agent: Client) -> None:
    answer = agent.post(URL, form())
    row = ComplaintRow.objects.get()
    code = Vault.open(row.id).tracking
    assert row.stage == "dispatched"
    told = page(agent.get(answer["Location"]))
    assert row.number in told
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in told
    assert "前答复您" in told
    assert code[:4] not in page(agent.get(answer["Location"]))


def test_sent_twice_it_is_one_complaint(agent: Client) -> None:
    sent = form()
    assert agent.post(URL, sent)["Location"] == agent.post(URL, sent)["Location"]
    assert ComplaintRow.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"statement": ""}, "投诉内容"),
        ({"class_": ""}, "请先分类"),
        ({"class_": "nonsense"}, "分类"),
        ({"unit_about": "没有这个单位"}, "没有这个单位"),
        ({"unit_about": ""}, "机构"),
        ({"phone": ""}, "电话"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(agent: Client, changes: dict[str, str], says: str) -> None:
    take(agent)
    answer = agent.post(URL, form(wish="请道歉并说明原因", **changes))
    assert answer.status_code == 422
    assert says in page(answer)
    assert "请道歉并说明原因" in page(answer)
    assert not ComplaintRow.objects.exists()


def test_a_call_without_a_number_goes_on(agent: Client) -> None:
    take(agent, number="", call_id="")
    assert 'name="statement"' in page(agent.get(URL))


def test_a_call_that_ends_without_a_complaint_is_forgotten(agent: Client) -> None:
    take(agent)
    agent.post(URL, {"do": "end"})
    assert NUMBER not in page(agent.get(URL))


def test_a_call_is_announced_by_our_own_page_or_a_trusted_one_only(agent: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = agent.cookies
    telephone = {"Origin": "https://cc.bank.example"}
    for headers in (telephone, {}):
        assert strict.post(CALL, {"number": NUMBER}, headers=headers).status_code == 400
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://cc.bank.example"]):
        assert strict.post(CALL, {"number": NUMBER}, headers=telephone).status_code == 302


def test_what_is_typed_is_kept_as_a_draft_that_goes_with_the_registration(agent: Client) -> None:
    told = agent.post(reverse("desk:register_draft"), form()).json()
    agent.post(URL, form(draft=told["draft"]))
    assert not Draft.objects.exists()


def test_the_page_is_the_hotlines(agent: Client) -> None:
    assert signed_in(CONTACT).get(URL).status_code == 403


def test_the_script_has_a_source_both_languages_and_keeps_the_banks_own_language_rules() -> None:
    rules = load_pack("boc-2008").language_rules
    for step in hotline.script().steps:
        assert step.source
        for line in (step.title, *step.lines):
            assert line.zh
            assert line.en
            assert not breaches(f"{line.zh} {line.en}", rules)
