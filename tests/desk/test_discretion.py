"""保密 on the pages: what a page does not tell to whom, and how often one may ask."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse

from shouwen.casework import attempts
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.routing import Dispatch
from shouwen.desk.case import views
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff
from tests.casework.test_door import NUMBER, person, register, registration
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.desk.test_registration import form

CLERK = "11110103"


@pytest.fixture(autouse=True)
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def page(answer: HttpResponse) -> str:
    return answer.content.decode()


def case(complaint: Complaint) -> str:
    return reverse("desk:case", args=[complaint.number])


def dispatched(**changes: Any) -> Complaint:
    agent = person(AGENT)
    outlet = directory().unit_by_code("111101")
    assert outlet
    commands = (registration(agent, **changes), Accept(), Dispatch(unit=outlet.id))
    return handle(*commands, actor=agent, details=Details(name="王小明", phone=NUMBER))


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LOOK_UPS", attempts.Limit(2, timedelta(minutes=10)))


def test_customers_are_looked_up_so_often_and_no_oftener(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch)
    complaint, agent, url = register(person(AGENT)), signed_in(AGENT), reverse("desk:register_earlier")
    assert complaint.number in page(agent.post(url, {"phone": NUMBER}))
    for _ in range(5):
        assert complaint.number in page(agent.post(url, {"phone": NUMBER, "subject": "又一次"}))
    agent.post(url, {"phone": "13800000001"})
    refused = page(agent.post(url, {"phone": NUMBER}))
    assert complaint.number not in refused
    assert "次数过多" in refused
    assert complaint.number not in page(agent.post(reverse("desk:register"), form(phone=NUMBER, to_channel="web")))
    assert complaint.number in page(signed_in("100102").post(url, {"phone": NUMBER}))


def test_the_search_box_counts_as_a_look_up_and_a_complaints_number_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch)
    complaint, agent, url = register(person(AGENT)), signed_in(AGENT), reverse("desk:find")
    for _ in range(4):
        assert agent.post(url, {"q": complaint.number})["Location"] == case(complaint)
    answers = [agent.post(url, {"q": f"1380000000{last}"}, follow=True) for last in range(3)]
    assert ["次数过多" in page(answer) for answer in answers] == [False, False, True]


def test_an_earlier_complaint_is_named_to_those_who_may_see_it_alone() -> None:
    agent = person(AGENT)
    secret = register(agent, class_="financial_crime")
    complaint = dispatched(earlier=(secret.number,))
    assert secret.number in page(signed_in(AGENT).get(case(complaint)))
    for url in (case(complaint), reverse("desk:complaints"), reverse("desk:preview", args=[complaint.number])):
        shown = page(signed_in(CONTACT).get(url))
        assert complaint.number in shown
        assert secret.number not in shown
        assert "mark-repeat" not in shown
    assert "mark-repeat" in page(signed_in(AGENT).get(reverse("desk:complaints")))


def test_a_secret_complaint_is_not_dispatched_to_the_unit_complained_about_by_default() -> None:
    asked = form(class_="financial_crime", unit_about="111101", do="dispatch")
    answer = signed_in(AGENT).post(reverse("desk:register"), asked)
    assert answer.status_code == 302
    row = ComplaintRow.objects.get()
    unit = directory().unit(row.unit)
    assert unit
    assert unit.kind == "discipline"
    accepted = handle(
        registration(person(AGENT), class_="violation"),
        Accept(),
        actor=person(AGENT),
        details=Details(name="王小明", phone=NUMBER),
    )
    assert f'value="{unit.code} {unit.name}"' in page(signed_in(AGENT).get(case(accepted)))


def test_named_all_the_same_the_unit_is_refused_at_its_field() -> None:
    asked = form(class_="financial_crime", unit_about="111101", dispatch_to="111101", do="dispatch")
    answer = signed_in(AGENT).post(reverse("desk:register"), asked)
    assert answer.status_code == 422
    assert "纪检监察" in page(answer)
    assert not ComplaintRow.objects.exists()


@pytest.mark.parametrize("do", ["register", "accept", "dispatch"])
def test_who_takes_a_complaint_about_themselves_hands_it_on_at_once(do: str) -> None:
    unit = directory().unit_by_code("111101")
    assert unit
    visit = {"channel": "visit", "fact_visitors": "1", "receiving_unit": unit.id, "employee_about": CLERK, "do": do}
    answer = signed_in(CLERK).post(reverse("desk:register"), form(**visit), follow=True)
    assert answer.status_code == 200
    row = ComplaintRow.objects.get()
    assert row.number in page(answer)
    assert "投诉涉及您本人" in page(answer)
    assert row.responsible == person(CONTACT).id
    assert row.employee_about == Staff.objects.get(employee_no=CLERK).id


def test_of_who_wants_to_stay_anonymous_not_even_the_surname_is_shown() -> None:
    complaint = dispatched(anonymous=True)
    urls = (case(complaint), reverse("desk:preview", args=[complaint.number]), f"{case(complaint)}slip/1/")
    for url in urls:
        shown = page(signed_in(CONTACT).get(url))
        assert "王*" not in shown
        assert "王小明" not in shown
    assert "王**" in page(signed_in(AUDITOR).get(case(complaint)))


def test_a_page_overtaken_by_secrecy_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = handle(
        registration(person(AGENT)), Accept(), actor=person(AGENT), details=Details(name="王小明", phone=NUMBER)
    )
    through_the_door = views.handle

    def overtaken(*commands: Any, **more: Any) -> Complaint:
        monkeypatch.setattr(views, "handle", through_the_door)
        supervisor = person(SUPERVISOR)
        handle(Classify(class_="financial_crime"), AddNote(text="绝密之事"), actor=supervisor, complaint=complaint.id)
        return through_the_door(*commands, **more)

    monkeypatch.setattr(views, "handle", overtaken)
    sent = {"seen": complaint.version, "key": str(uuid4()), "class_": "product"}
    answer = signed_in("100103").post(reverse("desk:act", args=[complaint.number, "classify"]), sent)
    assert answer.status_code == 404
    assert "绝密之事" not in page(answer)


def test_a_long_timeline_shows_the_newest_and_a_link_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "NEWEST", 3)
    complaint = register(person(AGENT))
    for number in range(5):
        handle(AddNote(text=f"第{number}条备注"), actor=person(AGENT), complaint=complaint.id)
    agent = signed_in(AGENT)
    shown = page(agent.get(case(complaint)))
    assert [f"第{number}条备注" in shown for number in range(5)] == [False, False, True, True, True]
    assert "显示更早的 3 条" in shown
    everything = page(agent.get(f"{case(complaint)}?all=1"))
    assert "第0条备注" in everything
    assert "显示更早的" not in everything


@pytest.mark.parametrize("key", ["", "k", "x" * 41, "\u3000", "13812345678"])
def test_a_form_key_that_is_none_is_no_key(key: str) -> None:
    complaint = register(person(AGENT))
    sent = {"seen": complaint.version, "key": key, "text": "备注"}
    answer = signed_in(AGENT).post(reverse("desk:act", args=[complaint.number, "note"]), sent)
    assert answer.status_code == 422
    assert signed_in(AGENT).post(reverse("desk:register"), form(key=key)).status_code == 422
    assert not JournalEntry.objects.filter(kind="note_added").exists()
