"""Proof of contact: by a code where messaging can send one, honestly left out where it cannot."""

from datetime import datetime

import pytest

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.portal import guard, proof
from tests.portal.customer import ANONYMOUS, ANSWERS, PHONE, Customer, html, newest

pytestmark = pytest.mark.usefixtures("bank")


class Sender:
    """Messaging in memory: keeps what it would have sent."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.sent: list[tuple[str, str, str]] = []

    def send(self, way: str, address: str, language: str, now: datetime) -> str:
        if self.broken:
            raise Refusal("no-adapter", Text("没有配置短信网关。", "No gateway is configured."))
        self.sent.append((way, address, language))
        return f"token-{len(self.sent)}"

    def check(self, token: str, code: str, now: datetime) -> tuple[str, str] | None:
        way, address, _ = self.sent[int(token.removeprefix("token-")) - 1]
        return (way, address) if code == "246810" else None


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch) -> Sender:
    sender = Sender()
    monkeypatch.setattr(proof, "codes", lambda: sender)
    return sender


@pytest.fixture
def nothing_to_send_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "codes", lambda: None)


def test_a_number_is_proved_by_the_code_that_was_sent_to_it(sender: Sender) -> None:
    customer = Customer()
    customer.answer()
    assert customer.browser.post("/complain/proof/", {"send": "yes"}).status_code == 200
    assert sender.sent == [("sms", PHONE, "zh")]
    assert customer.browser.post("/complain/proof/", {"code": " 246810 "})["Location"] == "/complain/check/"
    assert "已用验证码核实" in html(customer.get("/complain/check/"))
    customer.send()
    assert newest().channel_facts["contact_checked"] == "phone"


def test_after_the_contact_the_customer_comes_to_the_proof(sender: Sender) -> None:
    customer = Customer()
    customer.answer(until="place/")
    assert customer.ask("/complain/contact/", **ANSWERS["contact/"])["Location"] == "/complain/proof/"


def test_a_wrong_code_proves_nothing_and_is_tried_a_few_times_only(sender: Sender) -> None:
    customer = Customer()
    customer.answer()
    customer.browser.post("/complain/proof/", {"send": "yes"})
    for _ in range(guard.PROOFS_TRIED.most):
        assert "验证码不对" in html(customer.browser.post("/complain/proof/", {"code": "000000"}))
    assert "尝试次数过多" in html(customer.browser.post("/complain/proof/", {"code": "246810"}))


def test_another_number_is_not_proved_by_the_old_code(sender: Sender) -> None:
    customer = Customer()
    customer.answer()
    customer.browser.post("/complain/proof/", {"send": "yes"})
    customer.browser.post("/complain/proof/", {"code": "246810"})
    customer.ask("/complain/contact/", **{**ANSWERS["contact/"], "phone": "13900000001"})
    assert "未能用验证码核实" in html(customer.get("/complain/check/"))


def test_one_number_is_not_flooded_with_codes(sender: Sender) -> None:
    for _ in range(guard.PROOFS_TO_ONE.most + 2):
        customer = Customer()
        customer.answer()
        customer.browser.post("/complain/proof/", {"send": "yes"})
    assert len(sender.sent) == guard.PROOFS_TO_ONE.most


def test_the_proof_can_be_left_out(sender: Sender) -> None:
    customer = Customer()
    customer.answer()
    assert customer.browser.post("/complain/proof/", {"skip": "yes"})["Location"] == "/complain/check/"
    customer.send()
    assert "contact_checked" not in newest().channel_facts


def test_an_anonymous_customer_is_not_asked(sender: Sender) -> None:
    customer = Customer()
    customer.answer(ANONYMOUS)
    assert customer.get("/complain/proof/")["Location"] == "/complain/check/"


def test_without_messaging_the_page_says_that_the_number_could_not_be_checked(nothing_to_send_with: None) -> None:
    customer = Customer()
    customer.answer()
    assert customer.get("/complain/proof/")["Location"] == "/complain/check/"
    assert "未能用验证码核实" in html(customer.get("/complain/check/"))


def test_without_an_adapter_the_customer_goes_on_without_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "codes", lambda: Sender(broken=True))
    customer = Customer()
    customer.answer()
    assert "现在无法发送验证码" in html(customer.browser.post("/complain/proof/", {"send": "yes"}))
    customer.browser.post("/complain/proof/", {"skip": "yes"})
    assert customer.send().status_code == 302
