"""早间看板: every figure opens exactly its complaints, whoever asks; nobody sees another's board; a wall shows nobody."""

import html
import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework import queries, search
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import Filters
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.improvement.acts import Proposal
from shouwen.core.people import Actor
from shouwen.desk.charts.chart import Chart
from shouwen.desk.morning import views
from shouwen.desk.morning.asking import Morning
from shouwen.desk.morning.parts import Board, Question
from shouwen.desk.worklist.narrowing import narrowing_of
from shouwen.desk.worklist.views import TABS
from shouwen.insight.improvement import working
from shouwen.organisation import calendar
from shouwen.organisation import directory as organisation
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Absence, Staff
from shouwen.oversight import board as supervision
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.ground import StandOn, demo_bank

UNION, LEADER, DEPARTMENT, BRANCH_DEPARTMENT = "110201", "11110110", "100501", "110501"
PEOPLE = {"hotline": (SUPERVISOR, AGENT), "union": (UNION,), "leader": (LEADER,), "department": (DEPARTMENT,)}
PAGES = ("/morning/", "/morning/wall/")
EVERYBODY = [(name, who) for name, people in PEOPLE.items() for who in people]


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    """The demo bank with three complaints of this morning: one lies, one is dispatched, one is with the outlet and overdue."""
    stand_on(demo_bank(50))
    agent, contact = person(AGENT), person(CONTACT)
    outlet = contact.posts[0].unit_id
    for commands in ((), (Accept(), Dispatch(unit=outlet)), (Accept(), Dispatch(unit=outlet))):
        complaint = register(agent)
        handle(*commands or (Accept(),), actor=agent, complaint=complaint.id)
    handle(SignFor(), actor=contact, complaint=complaint.id)
    ComplaintRow.objects.filter(id=complaint.id).update(due_at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def empty(staffed: None) -> None:
    """The demo bank's organisation."""


def told(who: str, name: str) -> Board:
    actor = person(who)
    return views.BOARDS[name].board(Morning(actor, views.roots(actor, name)[0], timezone.now()))


def figures_of(board: Board) -> list[tuple[str, int, str]]:
    """Question, figure and address of every tile and every point of a chart that leads somewhere."""
    tiles = [(question.name, int(tile.figure), tile.href) for question in board.questions for tile in question.tiles]
    points = [
        (question.name, int(point.value or 0), point.href)
        for question in board.questions
        if question.chart and question.chart.form == "count"
        for each in question.chart.series
        for point in each.points
    ]
    return [each for each in (*tiles, *points) if each[2]]


def listed(actor: Actor, address: str) -> int | None:
    """How many complaints the list at an address has; none where it is no list of complaints."""
    parts = urlsplit(address)
    query, now = QueryDict(parts.query), timezone.now()
    if parts.path == "/complaints/":
        narrowing = narrowing_of(query)
        assert narrowing.unread == [], address
        return search.found(actor, narrowing.filters, now).count
    if parts.path == "/supervision/complaints/":
        unit = supervision.unit_within(actor, query["unit"])
        assert unit is not None, address
        hours = standing_policy().business_hours
        return supervision.behind(actor, unit, query["what"], now, hours).count()
    if parts.path == "/tasks/":
        filters = Filters(stage=query.get("stage", ""))
        return queries.narrowed(TABS[query["list"]](actor), filters, now, actor).count()
    return None


def test_a_board_asks_five_questions_and_every_figure_opens_exactly_its_complaints(demo: None) -> None:
    for name, who in EVERYBODY:
        actor, board, client = person(who), told(who, name), signed_in(who)
        assert len(board.questions) == 5
        assert all(each.title.en and each.sentence.en and each.sentence.zh for each in board.questions)
        found = figures_of(board)
        assert found
        opened = set()
        for question, figure, address in found:
            count = listed(actor, address)
            assert count is None or count == figure, (question, address)
            if urlsplit(address).path not in opened:
                assert client.get(address).status_code == 200, address
            opened.add(urlsplit(address).path)


def test_what_came_in_is_all_that_came_in_since_the_last_working_day(demo: None) -> None:
    at = Morning(person(SUPERVISOR), directory().units()[0], timezone.now())
    chart = _question(told(SUPERVISOR, "hotline"), "came-in").chart
    assert chart is not None
    since = sum(int(point.value or 0) for point in chart.series[0].points)
    rows = [row for row in ComplaintRow.objects.filter(secret=False) if row.received_on >= at.last_working_day]
    assert since == len(rows)


def test_what_lies_here_has_every_complaint_that_is_not_dispatched_yet(demo: None) -> None:
    chart = _question(told(SUPERVISOR, "hotline"), "lies-here").chart
    assert chart is not None
    waiting = ComplaintRow.objects.filter(stage__in=["registered", "accepted"], is_open=True, secret=False).count()
    assert sum(int(point.value or 0) for each in chart.series for point in each.points) == waiting


def test_who_is_away_is_named_on_the_page(empty: None) -> None:
    contact = Staff.objects.get(employee_no=CONTACT)
    today = Morning(person(SUPERVISOR), directory().units()[0], timezone.now()).today
    Absence.objects.create(staff=contact, from_date=today, to_date=today + timedelta(days=1))
    organisation.forget()
    question = _question(told(SUPERVISOR, "hotline"), "away")
    assert [tile.figure for tile in question.tiles] == ["0", "1", "0"]
    assert [named.name for named in question.people] == [directory().unit(contact.unit_id).name]  # type: ignore[union-attr]


def test_the_figures_of_a_leader_are_of_the_own_unit_alone(demo: None) -> None:
    actor, board = person(LEADER), told(LEADER, "leader")
    own = actor.posts[0].unit_id
    below = {unit.id for unit in directory().units() if own in unit.line}
    due = {tile.words.en: int(tile.figure) for tile in _question(board, "due").tiles}
    open_rows = queries.visible_to(actor).filter(is_open=True, unit__in=below)
    assert due["In hand"] == open_rows.count()
    assert due["Overdue"] == open_rows.filter(due_at__lt=timezone.now()).count()


def _question(board: Board, name: str) -> Question:
    return next(question for question in board.questions if question.name == name)


# --- Who sees which board ------------------------------------------------------------------------------------------------


def test_nobody_opens_the_board_of_a_duty_not_held(empty: None) -> None:
    for name, who in EVERYBODY:
        held, client = views.boards_of(person(who)), signed_in(who)
        assert name in held
        for page in PAGES:
            for other in PEOPLE:
                assert client.get(page, {"board": other}).status_code == (200 if other in held else 404)


def test_who_has_no_board_is_told_so(empty: None) -> None:
    for who in (CONTACT, AUDITOR, "000001", "100301", "100401"):
        client = signed_in(who)
        assert {client.get(page).status_code for page in PAGES} == {403}
        assert 'href="/morning/"' not in client.get("/mine/").content.decode()


def test_a_unit_outside_the_reach_of_the_duty_is_not_there(empty: None) -> None:
    for who, code in ((LEADER, "111102"), (LEADER, "100000"), (UNION, "100000"), (AGENT, "100000")):
        assert directory().unit_by_code(code) is not None
        assert {signed_in(who).get(page, {"unit": code}).status_code for page in PAGES} == {404}


def test_a_broken_address_never_fails_and_a_post_changes_nothing(empty: None) -> None:
    client = signed_in(SUPERVISOR)
    for query in ("unit=x", "unit=%00", "board=%00", "board=", "unit=&board=x", "board=hotline&board=x"):
        for page in PAGES:
            assert client.get(f"{page}?{query}").status_code in {200, 400, 404}, query
    assert {client.post(page).status_code for page in PAGES} == {405}


def test_a_person_with_several_duties_switches_between_their_boards(empty: None) -> None:
    assert views.boards_of(person(SUPERVISOR)) == ["hotline", "leader"]
    shown = html.unescape(signed_in(SUPERVISOR).get("/morning/").content.decode())
    assert re.search(r'href="/morning/\?board=hotline" aria-current="page"', shown)
    assert 'href="/morning/?board=leader"' in shown


def test_a_board_of_a_unit_below_is_of_that_unit(demo: None) -> None:
    shown = signed_in(UNION).get("/morning/", {"unit": "111101"}).content.decode()
    assert directory().unit_by_code("111101").name in shown  # type: ignore[union-attr]
    assert set(re.findall(r"/supervision/complaints/\?unit=(\w+)", shown)) <= {"111101"}


def test_a_secret_complaint_is_in_no_figure(demo: None) -> None:
    before = figures_of(told(SUPERVISOR, "hotline"))
    row = queries.visible_to(person(SUPERVISOR)).filter(is_open=True, secret=False, due_at__lt=timezone.now())[0]
    ComplaintRow.objects.filter(id=row.id).update(secret=True, audience=[])
    assert sum(count for _name, count, _href in figures_of(told(SUPERVISOR, "hotline"))) < sum(
        count for _name, count, _href in before
    )


# --- A wall ---------------------------------------------------------------------------------------------------------------


def test_a_wall_shows_no_person_no_complaint_and_no_way_to_one(demo: None) -> None:
    contact = Staff.objects.get(employee_no=CONTACT)
    Absence.objects.create(staff=contact, from_date="2000-01-01", to_date="2100-01-01")
    organisation.forget()
    names = list(Staff.objects.values_list("name", flat=True))
    titles = list(ComplaintRow.objects.values_list("title", flat=True))
    for name, who in EVERYBODY:
        shown = html.unescape(signed_in(who).get("/morning/wall/", {"board": name}).content.decode())
        assert not re.findall(r"TS\d{4}-\d+", shown)
        assert not [each for each in (*names, *titles) if each in shown]
        leads = set(re.findall(r'"(/[a-z][^"]*)"', shown))
        assert {each.split("/")[1] for each in leads} == {"static", "morning"}


def test_a_wall_asks_for_itself_anew(empty: None) -> None:
    shown = html.unescape(signed_in(UNION).get("/morning/wall/").content.decode())
    assert re.search(
        r'hx-get="/morning/wall/\?board=union&unit=110000" hx-trigger="every 60s" hx-select="#wall"', shown
    )


def test_what_a_wall_asks_for_never_makes_a_session_last_longer(empty: None) -> None:
    client = signed_in(UNION)
    session = Session.objects.get(session_key=client.session.session_key)
    for _ in range(3):
        answer = client.get("/morning/wall/", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "sessionid" not in answer.cookies
    again = Session.objects.get(session_key=session.session_key)
    assert (again.expire_date, again.session_data) == (session.expire_date, session.session_data)


def test_a_wall_whose_session_has_ended_is_sent_to_sign_in(empty: None) -> None:
    answer = Client().get("/morning/wall/", headers={"HX-Request": "true"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


# --- How it is asked -------------------------------------------------------------------------------------------------------


def test_a_board_asks_the_database_as_often_of_few_complaints_as_of_many(
    demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for memory in (calendar, organisation):  # whether what is remembered still stands is asked once a second
        monkeypatch.setattr(memory, "FRESH_FOR", 3600.0)
    clients = {(name, who): signed_in(who) for name, who in EVERYBODY}

    def asked(name: str, who: str) -> int:
        client = clients[name, who]
        client.get("/morning/", {"board": name})
        with CaptureQueriesContext(connection) as made:
            assert client.get("/morning/", {"board": name}).status_code == 200
        return len(made)

    many = {each: asked(*each) for each in EVERYBODY}
    ComplaintRow.objects.all().delete()
    assert {each: asked(*each) for each in EVERYBODY} == many
    assert max(many.values()) <= 20


def test_no_question_reads_the_whole_table_of_complaints(demo: None) -> None:
    made: list[str] = []
    for name, who in EVERYBODY:
        with CaptureQueriesContext(connection) as asked:
            told(who, name)
        made += [query["sql"] for query in asked if "casework_complaintrow" in query["sql"]]
    assert made
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in made:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on casework_complaintrow" not in plan, sql
            assert "complaint_" in plan, sql


def test_a_bank_without_complaints_has_sentences_and_no_empty_charts(empty: None) -> None:
    for name, who in EVERYBODY:
        assert "<figure" not in signed_in(who).get("/morning/", {"board": name}).content.decode()
        assert all(question.sentence.zh for question in told(who, name).questions)


def test_a_unit_with_nothing_below_it_has_no_chart_by_unit(demo: None) -> None:
    assert _question(told(LEADER, "leader"), "due").chart is None
    assert isinstance(_question(told(UNION, "union"), "late").chart, Chart)


def test_what_is_open_of_warnings_and_improvements_stands_on_the_departments_board(empty: None) -> None:
    board = signed_in(BRANCH_DEPARTMENT)
    assert [tile.figure for tile in _question(told(BRANCH_DEPARTMENT, "department"), "stands-out").tiles] == ["0", "0"]
    unit = views.roots(person(BRANCH_DEPARTMENT), "department")[0]
    proposal = Proposal(kind="defect", field="process", title="增设弹性窗口", text="午间排队。", owner_unit=unit.id)
    made = working.propose(person(BRANCH_DEPARTMENT), proposal, key=uuid4(), now=timezone.now())
    tile = _question(told(BRANCH_DEPARTMENT, "department"), "stands-out").tiles[1]
    assert tile.figure == "1"
    assert made.number in board.get(tile.href).content.decode()


def test_the_departments_last_question_counts_open_warnings_and_improvements_and_of_none_opens_nothing(
    empty: None,
) -> None:
    tiles = _question(told(BRANCH_DEPARTMENT, "department"), "stands-out").tiles
    assert [(tile.words.zh, tile.figure, tile.href) for tile in tiles] == [
        ("未结预警", "0", ""),
        ("改进事项未办结", "0", ""),
    ]


def test_every_duty_with_a_board_is_let_in_by_the_page_table() -> None:
    from shouwen.desk.access import MORNING

    assert frozenset().union(*(board.duties for board in views.BOARDS.values())) == MORNING
