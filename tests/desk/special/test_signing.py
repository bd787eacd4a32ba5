"""签批 on the desk: whose move a reserved reply is, on every page that says so, and the signer's form (mission C6)."""

import re
from typing import Any

import pytest

from shouwen.casework import explaining, queries, rows
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.core.complaint import Stage
from shouwen.core.complaint.answering import CheckReply
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import HandOver
from tests.casework.test_door import person, registration
from tests.desk.bank import signed_in
from tests.desk.special.way import (
    AGENT,
    COLLEAGUE,
    CONTACT,
    DRAFT,
    FINDINGS,
    LEADER,
    OFFICE,
    act,
    done,
    offered,
    page,
    refused,
    state,
)
from tests.letters import cases
from tests.letters.cases import LETTER

MINE, OTHERS = "/tasks/?list=mine", "/tasks/?list=waiting"


@pytest.fixture
def number(staffed: None) -> str:
    """A complaint of the media whose reply contact B, who leads nothing, has checked."""
    office = person(OFFICE)
    command = registration(office, channel="media", channel_facts={"outlet": "城市在线"})
    number = handle(command, Accept(), actor=office, details=Details(name="王小明", phone="13812345678")).number
    done(OFFICE, number, "dispatch", unit="111101")
    done(CONTACT, number, "sign-for")
    done(CONTACT, number, "investigate", **FINDINGS)
    cases.done(state(number), CONTACT, DRAFT)
    cases.done(state(number), COLLEAGUE, CheckReply(passed=True))
    return number


def seen(who: str, address: str) -> str:
    return signed_in(who).get(address).content.decode()


def test_it_is_the_leaders_task_and_the_responsible_person_waits_for_another(number: str) -> None:
    assert number in seen(LEADER, MINE)
    assert number not in seen(CONTACT, MINE)
    assert number in seen(CONTACT, OTHERS)
    assert number not in seen(COLLEAGUE, MINE)
    assert "签批" in seen(LEADER, MINE)
    assert "签批" not in seen(COLLEAGUE, MINE)


def test_signed_it_is_the_responsible_persons_task_again(number: str) -> None:
    done(LEADER, number, "sign-reply", passed="yes", opinion="同意")
    assert number in seen(CONTACT, MINE)
    assert number not in seen(CONTACT, OTHERS)
    assert number not in seen(LEADER, MINE)


def test_the_page_says_who_is_waited_for_and_offers_no_reply(number: str) -> None:
    assert re.search("等待.{0,20}人民路分理处第一责任人签批", page(CONTACT, number))
    assert offered(CONTACT, number).isdisjoint({"reply", "sign-reply"})
    assert "须先经第一责任人签批" in page(CONTACT, number)
    assert act(CONTACT, number, "reply", method="phone").status_code == 422


def test_the_signer_reads_the_letter_beside_the_form_and_signs(number: str) -> None:
    assert "sign-reply" in offered(LEADER, number)
    assert LETTER[:20] in page(LEADER, number)
    signed = done(LEADER, number, "sign-reply", passed="yes", opinion="口径一致，同意答复。")
    assert signed.signed_by == person(LEADER).id
    assert "签批同意" in page(CONTACT, number)
    assert "口径一致" in page(CONTACT, number)
    assert done(CONTACT, number, "reply", method="phone").stage is Stage.REPLIED


def test_who_checks_and_may_sign_is_told_that_the_check_is_the_signature(number: str) -> None:
    words = "复核通过，即同时签批"
    done(LEADER, number, "sign-reply", passed="no", opinion="请写明整改期限。")
    cases.done(state(number), CONTACT, DRAFT)
    assert words in page(LEADER, number)
    assert words not in page(COLLEAGUE, number)
    assert done(LEADER, number, "check", passed="yes").signed_by == person(LEADER).id
    assert "reply" in offered(CONTACT, number)


def test_explain_says_that_the_reply_is_reserved_and_by_what(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.main([number]) == 0
    said = capsys.readouterr().out
    assert "签批：回复须经承办单位或其上级的第一责任人签批（依据：" in said
    assert "signs the reply (by Training slides" in said


def test_what_is_returned_unsigned_says_who_returned_it_and_why(number: str) -> None:
    assert "请填写" in refused(LEADER, number, "sign-reply", passed="no")
    done(LEADER, number, "sign-reply", passed="no", opinion="请写明整改期限。")
    shown = page(CONTACT, number)
    assert "签批退回" in shown
    assert "请写明整改期限。" in shown
    assert number in seen(CONTACT, MINE)


def test_the_leaders_board_counts_it_and_the_figure_opens_exactly_that_list(number: str) -> None:
    other = cases.done(state(number), CONTACT, HandOver(to=person(COLLEAGUE).id or 0, reason="出差"))
    assert other.offer
    assert "待签批" in seen(LEADER, "/morning/")
    assert "to_sign=yes" not in seen(LEADER, "/morning/"), "who it is offered to signs for it first"
    done(CONTACT, number, "take-back")
    assert "/tasks/?list=mine&amp;to_sign=yes" in seen(LEADER, "/morning/")
    assert number in seen(LEADER, f"{MINE}&to_sign=yes")


def test_nobody_but_leaders_of_the_handling_unit_has_it_as_a_task(number: str) -> None:
    for who in (AGENT, OFFICE, COLLEAGUE, CONTACT):
        assert not queries.my_tasks(person(who)).filter(number=number).exists()


def test_the_row_follows_from_the_journal_while_it_waits_and_after(number: str) -> None:
    def row() -> dict[str, Any]:
        found = ComplaintRow.objects.get(number=number)
        return {name: getattr(found, name) for name in rows.COLUMNS}

    assert (row()["signature_awaited"], row()["mover"]) == (True, None)
    assert row() == rows.columns_of(state(number))
    done(LEADER, number, "sign-reply", passed="yes")
    assert (row()["signature_awaited"], row()["mover"]) == (False, person(CONTACT).id)
    assert row() == rows.columns_of(state(number))
