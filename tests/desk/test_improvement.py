"""改进 on the desk: proposed on a complaint, carried on by those who may, and read by nobody else."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework.models import ComplaintRow
from shouwen.insight.improvement.models import ImprovementItem
from shouwen.organisation import calendar, directory
from tests.casework.test_door import person
from tests.desk.bank import AGENT, AUDITOR, CHECKER, CONTACT, signed_in
from tests.oversight.test_revisits import LEADER, STRANGER, closed

UNION, ADMIN, OFFICER = "100201", "000001", "100501"
OUTLET = "111101 城东支行人民路分理处"


@pytest.fixture(autouse=True)
def bank(staffed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "FRESH_FOR", 3600)
    monkeypatch.setattr(directory, "FRESH_FOR", 3600)


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def form(**changes: str) -> dict[str, str]:
    given = {"kind": "defect", "field": "process", "title": "午间增开窗口", "text": "排队时间长。", "unit": OUTLET}
    return given | {"measured": "", "key": str(uuid4()), "origin": "free", "reference": "", **changes}


def proposed(client: Client, **changes: str) -> ImprovementItem:
    answer = client.post("/improvement/new/", form(**changes))
    assert answer.status_code == 302, words(answer)
    return ImprovementItem.objects.get(number=answer["Location"].split("/")[2])


def took(who: str, row: ImprovementItem, act: str, **given: str) -> int:
    row.refresh_from_db()
    given = {"seen": str(row.version), **given}
    return signed_in(who).post(f"/improvement/{row.number}/{act}/", given).status_code


def in_days(days: int) -> str:
    return f"{timezone.localdate() + timedelta(days)}"


def test_an_item_goes_through_all_its_states_on_the_desk() -> None:
    row = proposed(signed_in(AGENT), measured="class:attitude")
    given = {"owner": str(person(CONTACT).id), "due_on": in_days(20), "measured": "class:attitude"}
    assert took(LEADER, row, "accept", measured_unit=OUTLET, **given) == 302
    assert took(CONTACT, row, "note", text="排班表已改。") == 302
    assert took(CONTACT, row, "finish", measure="增开弹性窗口。", done_on=in_days(0)) == 302
    assert took(UNION, row, "judge", finding="effective", text="排队短了。") == 422
    assert took(UNION, row, "judge", finding="too_early", text="再看。") == 302
    row.refresh_from_db()
    assert (row.state, row.finding) == ("done", "too_early")
    page = words(signed_in(CONTACT).get(f"/improvement/{row.number}/"))
    for each in ("增开弹性窗口", "为时尚早", "整改后的时间还太短", "排班表已改"):
        assert each in page


def test_the_page_of_a_complaint_leads_to_a_proposal_that_knows_it() -> None:
    complaint = closed(1)[0]
    client = signed_in(CONTACT)
    assert f"/improvement/new/?complaint={complaint.number}" in words(client.get(f"/complaints/{complaint.number}/"))
    page = words(client.get(f"/improvement/new/?complaint={complaint.number}"))
    assert complaint.number in page
    assert OUTLET in page
    row = proposed(client, origin="complaint", reference=complaint.number)
    assert row.number in words(client.get(f"/complaints/{complaint.number}/"))


def test_who_may_not_see_the_complaint_reads_the_item_without_its_number() -> None:
    complaint = closed(1)[0]
    row = proposed(signed_in(CONTACT), origin="complaint", reference=complaint.number)
    assert complaint.number in words(signed_in(CHECKER).get(f"/improvement/{row.number}/"))
    ComplaintRow.objects.filter(id=complaint.id).update(secret=True, audience=[person(CONTACT).id * 4])
    page = words(signed_in(CHECKER).get(f"/improvement/{row.number}/"))
    assert complaint.number not in page


@pytest.mark.parametrize("who", [STRANGER, AUDITOR])
def test_nobody_proposes_on_a_complaint_that_they_may_not_see(who: str) -> None:
    complaint = closed(1)[0]
    ComplaintRow.objects.filter(id=complaint.id).update(secret=True, audience=[0])
    address = f"/improvement/new/?complaint={complaint.number}"
    assert signed_in(who).get(address).status_code in (403, 404)
    given = form(origin="complaint", reference=complaint.number)
    assert signed_in(who).post("/improvement/new/", given).status_code in (403, 404)
    assert not ImprovementItem.objects.exists()


def test_others_neither_find_nor_touch_an_item() -> None:
    row = proposed(signed_in(CONTACT))
    assert row.number not in words(signed_in(STRANGER).get("/improvement/"))
    assert signed_in(STRANGER).get(f"/improvement/{row.number}/").status_code == 404
    assert took(STRANGER, row, "note", text="看看。") == 404
    assert signed_in(ADMIN).get("/improvement/").status_code == 403


@pytest.mark.parametrize(
    ("who", "offered"),
    [(LEADER, True), (CONTACT, False), (CHECKER, False), (UNION, True), (OFFICER, True), (AUDITOR, False)],
)
def test_the_page_offers_a_decision_to_those_who_decide(who: str, offered: bool) -> None:
    row = proposed(signed_in(AGENT))
    page = words(signed_in(who).get(f"/improvement/{row.number}/"))
    assert (f"/improvement/{row.number}/accept/" in page) is offered
    assert took(who, row, "decline", reason="不做。") == (302 if offered else 422)


def test_the_owner_is_told_to_leave_the_judgement_to_a_colleague() -> None:
    row = proposed(signed_in(AGENT))
    took(LEADER, row, "accept", due_on=in_days(9), measured="")
    took(LEADER, row, "finish", measure="做了。", done_on=in_days(0))
    page = words(signed_in(LEADER).get(f"/improvement/{row.number}/"))
    assert "成效由其他同事评估" in page
    assert f"/improvement/{row.number}/judge/" not in page
    assert took(LEADER, row, "judge", finding="effective", text="好。") == 422


def test_what_was_typed_stays_when_it_is_refused() -> None:
    answer = signed_in(CONTACT).post("/improvement/new/", form(title="", text="请增开窗口。"))
    assert answer.status_code == 422
    assert "请增开窗口。" in words(answer)
    row = proposed(signed_in(CONTACT))
    answer = signed_in(LEADER).post(f"/improvement/{row.number}/accept/", {"seen": "1", "due_on": "2001-01-01"})
    assert answer.status_code == 422
    assert "完成期限应在" in words(answer)
    assert "2001-01-01" in words(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "没有这个机构"},
        {"kind": "x"},
        {"measured": "verdict:above"},
        {"key": "no-uuid"},
        {"origin": "dream"},
        {"title": "长" * 500},
        {"text": "x" * 100_000},
        {"origin": "complaint", "reference": "TS9999-99999999"},
    ],
)
def test_nonsense_is_refused_in_words_and_keeps_nothing(changes: dict[str, str]) -> None:
    assert signed_in(CONTACT).post("/improvement/new/", form(**changes)).status_code in (404, 422)
    assert not ImprovementItem.objects.exists()


@pytest.mark.parametrize(
    "query", ["?state=x&kind=y&after=zz", "?unit=" + "九" * 400, "?after=" + "9" * 40, "?overdue=1&mine=1"]
)
def test_a_list_asked_for_nonsense_is_a_list(query: str) -> None:
    assert signed_in(LEADER).get(f"/improvement/{query}").status_code == 200


def test_the_list_is_narrowed_by_state_kind_unit_owner_and_lateness() -> None:
    first = proposed(signed_in(AGENT))
    second = proposed(signed_in(AGENT), kind="opportunity", unit="总行个人金融部")
    took(LEADER, first, "accept", due_on=in_days(3), measured="")
    ImprovementItem.objects.filter(id=first.id).update(due_on=timezone.localdate() - timedelta(2))

    def shown(who: str, query: str) -> set[str]:
        page = words(signed_in(who).get(f"/improvement/?{query}"))
        return set(re.findall(r'row-link" href="/improvement/(GJ[0-9-]+)/', page))

    both = {first.number, second.number}
    assert shown(UNION, "") == both
    for query in ("state=accepted", "overdue=1", "kind=defect", "unit=111101"):
        assert shown(UNION, query) == {first.number}, query
    assert shown(UNION, "unit=100000") == both
    assert shown(LEADER, "mine=1") == {first.number}
    assert shown(UNION, "mine=1") == set()


def test_list_and_item_take_as_many_queries_for_many_items_and_steps() -> None:
    client = signed_in(LEADER)
    row = proposed(signed_in(AGENT))

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    page, item = asked("/improvement/"), asked(f"/improvement/{row.number}/")
    for _ in range(5):
        proposed(signed_in(AGENT))
        took(LEADER, row, "note", text="进展。")
    assert asked("/improvement/") == page <= 6
    assert asked(f"/improvement/{row.number}/") == item <= 8


def test_acts_are_posted_and_unknown_ones_are_not_there() -> None:
    row = proposed(signed_in(CONTACT))
    assert signed_in(LEADER).get(f"/improvement/{row.number}/accept/").status_code == 302
    assert signed_in(LEADER).post(f"/improvement/{row.number}/propose/").status_code == 404
    assert signed_in(LEADER).get("/improvement/GJ2026-999999/").status_code == 404


def test_in_english_the_page_is_english() -> None:
    row = proposed(signed_in(CONTACT))
    client = signed_in(LEADER)
    client.cookies["shouwen_language"] = "en"
    page = words(client.get(f"/improvement/{row.number}/"))
    assert "What can be done now" in page
    assert "Accept" in page
