"""新闻媒体 on the desk: leaders told, one spokesperson, each contact with the outlet on the record (mission B2)."""

import pytest
from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.vault import Details
from shouwen.core.complaint.receiving import Accept
from tests.casework.test_door import person, registration
from tests.desk.special.way import CONTACT, DRAFT, FINDINGS, LEADER, OFFICE, done, page, refused, state
from tests.letters import cases

PHONE = "13912345678"


@pytest.fixture
def number(staffed: None) -> str:
    office = person(OFFICE)
    command = registration(office, channel="media", channel_facts={"outlet": "城市在线"})
    return handle(command, Accept(), actor=office, details=Details(name="王小明", phone="13812345678")).number


def test_a_media_complaint_is_walked_from_the_leaders_to_the_closing(number: str) -> None:
    assert "请先指定发言人" in page(OFFICE, number)
    done(OFFICE, number, "name-spokesperson", person=person("100310").id)
    said = {"who": f"编辑部 {PHONE}", "spoken_at": "2026-01-01T10:00", "said": "对方询问进展。"}
    assert "联系时间" in refused(OFFICE, number, "log-press", **said)
    done(OFFICE, number, "dispatch", unit="111101")
    done(CONTACT, number, "sign-for")
    done(CONTACT, number, "investigate", **FINDINGS)
    cases.done(state(number), CONTACT, DRAFT)
    done(LEADER, number, "check", passed="yes")
    done(CONTACT, number, "reply", method="phone")
    done(CONTACT, number, "measure", expectation="3", perception="3")
    assert "须告知领导" in refused(CONTACT, number, "close", summary="x")
    done(OFFICE, number, "tell-leaders", text="城市在线报道，已答复客户。")
    assert "严立群" in page(OFFICE, number)
    done(CONTACT, number, "close", summary="已答复。")


def test_what_the_outlet_said_is_on_the_record_with_its_phone_sealed(number: str) -> None:
    done(OFFICE, number, "name-spokesperson", person=person("100310").id)
    received = state(number).received_at
    written = timezone.localtime(received).strftime("%Y-%m-%dT%H:%M:%S.%f")
    done(OFFICE, number, "log-press", who=f"编辑部 {PHONE}", spoken_at=written, said="对方询问进展，我方告知正在核实。")
    shown = page(OFFICE, number)
    assert "我方告知正在核实" in shown
    assert "严立群" in shown
    assert PHONE not in shown
