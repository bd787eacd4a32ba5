"""督办 on the desk: a slip from issue to accepted answer; a board whose figures open exactly their complaints, and leak none."""

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework import queries
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.complaint.supervising import IssueSlip
from shouwen.oversight import board
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.ground import StandOn, demo_bank

LEADER, STRANGER, CHECKER = "11110110", "11210101", "11110102"
ANSWER = {
    "facts": "经调阅录像核实，情况属实。",
    "responsibility": "对值班主任批评教育。",
    "lesson": "高峰时段人手不足。",
    "measure": "增设一个弹性窗口。",
    "satisfaction": "satisfied",
    "satisfaction_remark": "",
    "handler": "陈慧",
    "phone": "021-55500001",
}


@pytest.fixture
def signed(staffed: None) -> Complaint:
    """A complaint that the outlet's contact is responsible for."""
    agent, contact = person(AGENT), person(CONTACT)
    complaint = register(agent)
    handle(Accept(), Dispatch(unit=contact.posts[0].unit_id), actor=agent, complaint=complaint.id)
    return handle(SignFor(), actor=contact, complaint=complaint.id)


@pytest.fixture
def supervised(signed: Complaint) -> Complaint:
    return handle(IssueSlip(asks="请三日内核实并答复。"), actor=person(SUPERVISOR), complaint=signed.id)


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


def act(who: str, complaint: Complaint, slug: str, **typed: str) -> HttpResponse:
    """Send a form of the case page as it stands, with what was typed."""
    client = signed_in(who)
    shown = words(client.get(f"/complaints/{complaint.number}/"))
    form = shown.split(f"/act/{slug}/", 1)[1].split("</form>", 1)[0]
    hidden = dict(re.findall(r'name="(seen|key)" value="([^"]+)"', form))
    return client.post(f"/complaints/{complaint.number}/act/{slug}/", hidden | typed)  # type: ignore[return-value]


def row(complaint: Complaint) -> ComplaintRow:
    return ComplaintRow.objects.get(id=complaint.id)


def test_a_slip_goes_from_issue_to_accepted_answer(signed: Complaint) -> None:
    assert act(SUPERVISOR, signed, "issue-slip", asks="请核实并答复。").status_code == 302
    assert row(signed).slip_due_at is not None
    handled_at = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    assert act(CONTACT, signed, "answer-slip", **ANSWER, handled_at=handled_at).status_code == 302
    assert (row(signed).supervised, row(signed).slip_due_at) == (True, None)
    assert act(SUPERVISOR, signed, "accept-answer", remark="").status_code == 302
    assert row(signed).supervised is False


def test_an_answer_without_an_element_comes_back_as_typed(supervised: Complaint) -> None:
    typed = {**ANSWER, "lesson": "略", "handled_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}
    answer = act(CONTACT, supervised, "answer-slip", **typed)
    assert answer.status_code == 422
    assert "六要素不全" in words(answer)
    assert "增设一个弹性窗口。" in words(answer)


def test_a_supervised_complaint_is_marked_in_every_list(supervised: Complaint) -> None:
    for who, address in (
        (CONTACT, "/tasks/"),
        (SUPERVISOR, "/complaints/"),
        (SUPERVISOR, "/supervision/slips/?list=all"),
    ):
        assert "mark-supervised" in words(signed_in(who).get(address))  # type: ignore[arg-type]


def test_the_case_page_shows_the_slip_with_its_clock(supervised: Complaint) -> None:
    shown = words(signed_in(CONTACT).get(f"/complaints/{supervised.number}/"))  # type: ignore[arg-type]
    assert f"{supervised.number}-D1" in shown
    assert "督办要求答复" in shown


@pytest.mark.parametrize("who", [CONTACT, CHECKER, AGENT, AUDITOR])
def test_who_does_not_supervise_is_offered_no_slip(signed: Complaint, who: str) -> None:
    assert "/act/issue-slip/" not in words(signed_in(who).get(f"/complaints/{signed.number}/"))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "answer/", "../supervision/1.pdf"])
def test_the_slip_is_printed_and_its_answer_only_once_there_is_one(supervised: Complaint, name: str) -> None:
    base = f"/complaints/{supervised.number}/supervision/"
    address = {"": f"{base}1/", "answer/": f"{base}1/answer/"}.get(name, f"{base}1.pdf")
    answer = signed_in(CONTACT).get(address)
    assert answer.status_code == (404 if name == "answer/" else 200)


def test_the_paper_names_neither_customer_nor_number(supervised: Complaint) -> None:
    paper = words(signed_in(CONTACT).get(f"/complaints/{supervised.number}/supervision/1/"))  # type: ignore[arg-type]
    assert "客户投诉督办单" in paper
    assert "请三日内核实并答复。" in paper
    assert "王小明" not in paper
    assert "13812345678" not in paper


# --- The board 督办看板 ---------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(150))


@pytest.mark.parametrize("who", [CONTACT, LEADER])
def test_an_outlet_sees_its_own_figures_alone(supervised: Complaint, who: str) -> None:
    shown = words(signed_in(who).get("/supervision/"))  # type: ignore[arg-type]
    assert set(re.findall(r"/supervision/complaints/\?unit=(\w+)", shown)) == {"111101"}
    assert "what=unanswered" in shown


@pytest.mark.parametrize("who", [SUPERVISOR, AUDITOR])
def test_each_figure_opens_exactly_its_complaints(demo: None, who: str) -> None:
    client = signed_in(who)
    seen = set(queries.visible_to(person(who)).values_list("number", flat=True))
    shown = words(client.get("/supervision/"))  # type: ignore[arg-type]
    links = re.findall(r'href="(/supervision/complaints/\?unit=[^"]+)">(\d+)</a>', shown)
    assert links
    for address, count in links:
        listed = words(client.get(address.replace("&amp;", "&")))  # type: ignore[arg-type]
        numbers = set(re.findall(r'row-link" href="/complaints/(TS[\d-]+)/', listed))
        assert len(numbers) == min(int(count), queries.PAGE), address
        assert numbers <= seen


def test_a_unit_stands_for_itself_and_all_below_it(demo: None) -> None:
    now, hours = timezone.now(), standing_policy().business_hours
    actor = person(AUDITOR)
    whole, *parts = board.board(actor, None, now, hours)
    for measure in board.MEASURES:
        assert whole.counts[measure] == sum(part.counts[measure] for part in parts)
    assert whole.counts["open"] == queries.visible_to(actor).filter(is_open=True).count()


@pytest.mark.parametrize("address", ["/supervision/?unit=111101", "/supervision/complaints/?unit=111101&what=open"])
def test_another_outlet_is_not_there(demo: None, address: str) -> None:
    assert signed_in(STRANGER).get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["unit=", "unit=x", "unit=111101&what=x", "what=open", "unit=%00", "unit=111101&what=open&after=x"]
)
def test_a_broken_address_never_fails(demo: None, query: str) -> None:
    client = signed_in(SUPERVISOR)
    for address in ("/supervision/", "/supervision/complaints/", "/supervision/slips/"):
        assert client.get(f"{address}?{query}").status_code in (200, 400, 404)


def test_the_board_is_one_count_over_open_rows_alone(demo: None) -> None:
    now, hours = timezone.now(), standing_policy().business_hours
    with CaptureQueriesContext(connection) as asked:
        board.board(person(AUDITOR), None, now, hours)
    counts = [query["sql"] for query in asked if "GROUP BY" in query["sql"]]
    assert len(counts) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {counts[0]}")
        plan = str(cursor.fetchone()[0])
    assert "Seq Scan" not in plan.replace("Index Scan", "")
    assert "complaint_" in plan


@pytest.mark.parametrize(("list_", "who"), [("answer", CONTACT), ("answer", LEADER), ("all", SUPERVISOR)])
def test_a_slip_waits_for_whom_it_concerns(supervised: Complaint, list_: str, who: str) -> None:
    assert supervised.number in words(signed_in(who).get(f"/supervision/slips/?list={list_}"))  # type: ignore[arg-type]


def test_nobody_elses_slip_waits_for_another_outlet(supervised: Complaint) -> None:
    for list_ in ("answer", "judge", "all"):
        assert supervised.number not in words(signed_in(STRANGER).get(f"/supervision/slips/?list={list_}"))  # type: ignore[arg-type]


def test_an_answer_waits_on_the_issuers_side_alone(supervised: Complaint) -> None:
    handled_at = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    assert act(CONTACT, supervised, "answer-slip", **ANSWER, handled_at=handled_at).status_code == 302
    assert list(board.to_judge(person(SUPERVISOR)).values_list("id", flat=True)) == [supervised.id]
    assert not board.to_judge(person(LEADER)).exists()
