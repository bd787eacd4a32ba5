"""经济纠纷 on the case page from the claim to who won, and in the slip that goes back (mission B3)."""

import pytest
from django.urls import reverse

from tests.desk.bank import signed_in
from tests.desk.special.way import COLLEAGUE, CONTACT, DRAFT, FINDINGS, LEADER, act, done, offered, page, refused, state
from tests.letters import cases


@pytest.fixture
def number(staffed: None) -> str:
    return cases.done(cases.dispatched(), CONTACT, cases.SignFor()).number


CLAIM = {"currency": "CNY", "claimed": "12,000.50", "way": "open"}


def test_a_dispute_is_walked_from_the_claim_to_who_won(number: str) -> None:
    assert "dispute" in offered(CONTACT, number)
    assert "dispute" not in offered(COLLEAGUE, number)
    done(CONTACT, number, "dispute", **CLAIM, offered="5000")
    court = {
        "way": "court",
        "body": "示范市人民法院",
        "reference": "（2026）示0101民初18号",
        "legal_opinion": "提示不足。",
    }
    done(CONTACT, number, "dispute", **{**CLAIM, "offered": "5000", **court})
    shown = page(COLLEAGUE, number)
    assert "CNY 12,000.50" in shown
    assert "示范市人民法院" in shown
    assert "mark-dispute" in signed_in(CONTACT).get(reverse("desk:tasks")).content.decode()
    done(CONTACT, number, "investigate", **FINDINGS)
    cases.done(state(number), CONTACT, DRAFT)
    done(LEADER, number, "check", passed="yes")
    done(CONTACT, number, "reply", method="phone")
    done(CONTACT, number, "dispute", **{**CLAIM, "agreed": "8000", "paid": "8000", "way": "settled"})
    slip = signed_in(CONTACT).get(reverse("desk:letter_reply", args=[number, 1]) + "?part=elements").content.decode()
    assert "CNY 8,000.00" in slip
    done(CONTACT, number, "measure", expectation="3", perception="3")
    refused(CONTACT, number, "close", summary="x")
    done(CONTACT, number, "close", dispute_outcome="both_win")
    assert state(number).dispute_outcome == "both_win"
    assert "利人利己" in page(COLLEAGUE, number)


@pytest.mark.parametrize("amount", ["-1", "1.001", "NaN", "一万", "9" * 39, "1e9"])
def test_a_bad_amount_comes_back_with_a_sentence_and_everything_typed(number: str, amount: str) -> None:
    answer = act(CONTACT, number, "dispute", **{**CLAIM, "claimed": amount, "legal_opinion": "保留这句话"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "保留这句话" in shown
    assert amount in shown
    assert state(number).dispute is None
