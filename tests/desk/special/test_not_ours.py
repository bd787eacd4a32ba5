"""非我方责任 on the case page: with evidence, with the body to turn to, which the letter names (mission B1)."""

import pytest
from django.urls import reverse

from tests.desk.bank import signed_in
from tests.desk.special.way import CONTACT, FINDINGS, LEADER, SIX, done, page, refused, state
from tests.letters import cases

NOT_OURS = {**FINDINGS, "liability": "third_party", "cause": "customers_own"}


@pytest.fixture
def number(staffed: None) -> str:
    return cases.done(cases.dispatched(), CONTACT, cases.SignFor()).number


def test_not_ours_is_walked_from_the_evidence_to_the_letter(number: str) -> None:
    assert "须有证据" in refused(CONTACT, number, "investigate", **NOT_OURS)
    assert "应找的单位" in refused(CONTACT, number, "investigate", **NOT_OURS, evidence="支付系统回执。")
    done(CONTACT, number, "investigate", **NOT_OURS, evidence="支付系统回执。", right_body="收款人开户银行")
    shown = page(CONTACT, number)
    assert "不影响考核" in shown
    assert "由收款人开户银行负责" in shown
    assert "请在回复函中写明" in refused(CONTACT, number, "draft", **SIX)
    done(CONTACT, number, "draft", **{**SIX, "letter": "经核实，请您向收款人开户银行反映，我们可以协助联系。"})
    done(LEADER, number, "check", passed="yes")
    done(CONTACT, number, "reply", method="phone")
    letter = signed_in(CONTACT).get(reverse("desk:letter_reply", args=[number, 1])).content.decode()
    assert "收款人开户银行" in letter
    assert state(number).findings.no_appraisal  # type: ignore[union-attr]
