"""匿名投诉 and 金融犯罪 from start to end (mission B7)."""

import pytest
from django.urls import reverse

from shouwen.casework import queries, tracking
from shouwen.casework.door import handle
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint.receiving import Accept
from tests.casework.test_door import person, registration
from tests.desk.bank import signed_in
from tests.desk.special.way import AGENT, CONTACT, DRAFT, FINDINGS, LEADER, UNION, done, page, state
from tests.letters import cases


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def test_an_anonymous_complaint_is_answered_by_its_code(bank: None) -> None:
    agent = person(AGENT)
    complaint = handle(registration(agent, anonymous=True), Accept(), actor=agent, details=Details())
    number = complaint.number
    assert "匿名" in page(AGENT, number)
    done(AGENT, number, "dispatch", unit="111101")
    done(CONTACT, number, "sign-for")
    done(CONTACT, number, "investigate", **FINDINGS)
    cases.done(state(number), CONTACT, DRAFT)
    done(LEADER, number, "check", passed="yes")
    done(CONTACT, number, "reply", method="tracking_code")
    done(CONTACT, number, "measure", remark="匿名客户，无法征询。")
    done(CONTACT, number, "close", summary="已答复。")
    found = tracking.find(Vault.open(complaint.id).tracking)
    assert found
    assert found.stage == "closed"


def test_a_financial_crime_is_known_to_discipline_inspection_and_to_nobody_who_need_not(bank: None) -> None:
    agent = person(AGENT)
    asked = registration(agent, class_="financial_crime", unit_about=cases.unit("111101").id)
    number = handle(asked, Accept(), actor=agent, details=Details(name="王小明", phone="13812345678")).number
    done(AGENT, number, "dispatch", unit="110004")
    done("110401", number, "sign-for")
    for outsider in (CONTACT, LEADER, UNION):
        assert signed_in(outsider).get(reverse("desk:case", args=[number])).status_code == 404
        assert not queries.visible_to(person(outsider)).filter(number=number).exists()
    done("110401", number, "investigate", **FINDINGS)
    cases.done(state(number), "110401", DRAFT)
    done("110410", number, "check", passed="yes")
    done("110401", number, "reply", method="phone")
    done("110401", number, "measure", remark="客户不愿评价。")
    done("110401", number, "close", summary="已移送公安机关。")
    assert state(number).secret
