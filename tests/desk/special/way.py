"""What the tests of the special ways share: people of the demo bank who act on the case page, as a clerk would."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.urls import reverse

from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.answering import DraftReply
from tests.desk.bank import signed_in
from tests.letters.cases import LETTER, RECEIVED

AGENT, SUPERVISOR, UNION, OFFICE = "100101", "100110", "100201", "100301"
CONTACT, COLLEAGUE, CLERK, LEADER = "11110101", "11110102", "11110103", "11110110"
SIX = {
    "facts": "调取录像，情况属实。",
    "responsibility": "对柜员进行批评教育。",
    "lesson": "首问负责意识不强。",
    "measure": "每日备足零钞。",
    "satisfaction": "satisfied",
    "handled_at": "2026-03-02T10:30",
    "handler": "陈慧",
    "phone": "021-55500001",
    "letter": LETTER,
}
DRAFT = DraftReply(**{**SIX, "handled_at": RECEIVED})
FINDINGS = {"facts": "调取录像，情况属实。", "cause": "service_manner", "liability": "fully"}


def state(number: str) -> Complaint:
    return read_complaint(ComplaintRow.objects.get(number=number).state)


def page(who: str, number: str) -> str:
    return signed_in(who).get(reverse("desk:case", args=[number])).content.decode()


def act(who: str, number: str, action: str, /, **typed: Any) -> HttpResponse:
    sent = {"seen": state(number).version, "key": str(uuid4()), **typed}
    return signed_in(who).post(reverse("desk:act", args=[number, action]), sent)


def done(who: str, number: str, action: str, /, **typed: Any) -> Complaint:
    """Do it, and say what the page said when it refused."""
    answer = act(who, number, action, **typed)
    assert answer.status_code == 302, said(answer)
    return state(number)


def refused(who: str, number: str, action: str, /, **typed: Any) -> str:
    answer = act(who, number, action, **typed)
    assert answer.status_code == 422, answer.status_code
    return said(answer)


def said(answer: HttpResponse) -> str:
    shown = answer.content.decode()
    return shown.split('class="error-summary"')[-1].split("</form>")[0] if "error-summary" in shown else shown


def offered(who: str, number: str) -> set[str]:
    return {part.split("/")[0] for part in page(who, number).split("/act/")[1:]}
