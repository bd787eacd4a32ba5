"""A customer with a browser: files a complaint page by page, and follows it."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from shouwen.casework.models import Complainant, ComplaintRow
from shouwen.casework.vault import Vault
from shouwen.core.complaint import Complaint, read_complaint

NAME, PHONE, EMAIL = "欧阳明月", "13812345678", "mingyue@mail.example"
STORY = f"柜员让我去别的网点换零钱。我的电话是{PHONE}。"
PLACE = "城东支行人民路分理处"
STEPS = ("", "story/", "place/", "contact/")
ANSWERS: dict[str, dict[str, Any]] = {
    "": {"kind": "complaint"},
    "story/": {"statement": STORY},
    "place/": {"place": PLACE, "wish": "希望道歉。"},
    "contact/": {"anonymous": "no", "name": NAME, "phone": PHONE, "email": EMAIL},
}
ANONYMOUS: dict[str, dict[str, Any]] = {**ANSWERS, "contact/": {"anonymous": "yes"}}
WITH_PASSPHRASE: dict[str, dict[str, Any]] = {
    **ANSWERS,
    "contact/": {"anonymous": "yes", "passphrase": "蓝色的 自行车"},
}


def html(response: Any) -> str:
    return str(response.content.decode())


def token(page: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', html(page))
    assert found, html(page)
    return found[1]


def key(page: Any) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html(page))
    assert found, html(page)
    return found[1]


class Customer:
    def __init__(self, **headers: Any) -> None:
        self.browser = Client(**headers)

    def get(self, address: str) -> Any:
        return self.browser.get(address)

    def ask(self, address: str, **fields: Any) -> HttpResponse:
        """Open a page of the filing and send its form."""
        shown = self.get(address)
        return self.browser.post(address, {"token": token(shown), **fields})

    def answer(self, answers: dict[str, dict[str, Any]] = ANSWERS, until: str = "") -> None:
        for step in STEPS:
            response = self.ask(f"/complain/{step}", **answers[step])
            assert response.status_code == 302, html(response)
            if step == until and until:
                return

    def send(self, **fields: Any) -> HttpResponse:
        return self.ask("/complain/check/", **fields)

    def file(self, answers: dict[str, dict[str, Any]] = ANSWERS) -> tuple[Complaint, str]:
        """File it all; returns the complaint and its tracking code as the page shows it."""
        self.answer(answers)
        assert self.send().status_code == 302
        found = re.search(r'class="code">([^<]+)<', html(self.get("/complain/done/")))
        assert found
        return newest(), found[1]

    def enter(self, code: str) -> Any:
        return self.browser.post("/track/", {"code": code})

    def prove(self, factor: str) -> Any:
        return self.browser.post("/track/status/", {"factor": factor})

    def follow(self, code: str, factor: str = "5678") -> None:
        assert self.enter(code).status_code == 302
        assert self.prove(factor).status_code == 302

    def do(self, address: str, **fields: Any) -> Any:
        """Open a page of the visit and send its form."""
        shown = self.get(address)
        assert shown.status_code == 200, address
        return self.browser.post(address, {"key": key(shown), **fields})


def newest() -> Complaint:
    return read_complaint(ComplaintRow.objects.latest("id").state)


def now_of(complaint: Complaint) -> Complaint:
    return read_complaint(ComplaintRow.objects.get(id=complaint.id).state)


def vault_of(complaint: Complaint) -> Vault:
    return Vault.open(Complainant.objects.get(id=complaint.id).id)
