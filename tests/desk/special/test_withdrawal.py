"""撤诉 on the desk: written down by one, checked by another; what must be investigated goes on (mission B5)."""

import pytest
from django.urls import reverse

from shouwen.casework.door import handle
from shouwen.core.complaint.receiving import Accept
from tests.casework.test_door import person, register
from tests.desk.bank import signed_in
from tests.desk.special.way import AGENT, COLLEAGUE, CONTACT, SUPERVISOR, done, offered, page, refused, state
from tests.letters import cases

CONSENT = "客户三月二日来电，表示问题已解决，自愿撤诉。"


@pytest.fixture
def number(staffed: None) -> str:
    return cases.done(cases.dispatched(), CONTACT, cases.SignFor()).number


def test_a_withdrawal_is_walked_from_the_consent_to_the_check(number: str) -> None:
    done(CONTACT, number, "withdraw", consent=CONSENT, way="phone")
    assert state(number).is_open
    assert "check-withdrawal" not in offered(CONTACT, number)
    assert "等待没有办理这件投诉的" in page(CONTACT, number)
    assert number in signed_in(COLLEAGUE).get(reverse("desk:tasks")).content.decode()
    assert refused(COLLEAGUE, number, "check-withdrawal", passed="yes", opinion="")
    done(COLLEAGUE, number, "check-withdrawal", passed="yes", opinion="已致电客户，确属自愿，无人施压。")
    assert state(number).stage == "withdrawn"
    assert "确属自愿" in page(SUPERVISOR, number)


def test_a_withdrawal_that_is_not_confirmed_goes_on(number: str) -> None:
    done(CONTACT, number, "withdraw", consent=CONSENT, way="phone")
    done(COLLEAGUE, number, "check-withdrawal", passed="no", opinion="客户称是应网点要求撤诉。")
    assert "investigate" in offered(CONTACT, number)
    assert "应网点要求" in page(CONTACT, number)


def test_a_violation_is_investigated_though_it_was_withdrawn(number: str) -> None:
    agent = person(AGENT)
    secret = handle(Accept(), actor=agent, complaint=register(agent, class_="violation").id).number
    done(AGENT, secret, "dispatch", unit="100004")
    done("100401", secret, "sign-for")
    done("100401", secret, "withdraw", consent=CONSENT, way="phone")
    assert state(secret).is_open
    done("100401", secret, "investigate", facts="情况属实。", cause="work_error", liability="fully")
