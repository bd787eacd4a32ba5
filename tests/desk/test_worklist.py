"""工作列表: whose move it is, by what is due first; found again without leaving a name in an address."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shouwen.casework import queries, search
from shouwen.casework.models import ComplaintRow
from shouwen.desk.worklist.views import TABS
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.desk.test_case import asked, page
from tests.ground import StandOn, demo_bank


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(120))


@pytest.mark.parametrize("who", [AGENT, CONTACT, SUPERVISOR, AUDITOR])
def test_every_list_shows_only_what_its_reader_may_see(demo: None, who: str) -> None:
    actor = person(who)
    seen = set(queries.visible_to(actor).values_list("number", flat=True))
    client = signed_in(who)
    for address in ("/tasks/", "/tasks/?list=waiting", "/tasks/?list=unit", "/complaints/"):
        shown = {part[:15] for part in page(client.get(address)).split('class="row-link" href="/complaints/')[1:]}
        assert shown <= seen, address


def test_what_is_due_first_comes_first(demo: None) -> None:
    page_of = queries.by_due(queries.tasks_of_units(person(CONTACT)))
    due = [row.due_at for row in page_of.rows if row.due_at]
    assert due == sorted(due)


def test_paging_by_key_meets_every_complaint_once(demo: None) -> None:
    rows, met, key = queries.visible_to(person(AUDITOR)), [], ""
    while True:
        found = queries.by_receipt(rows, key, size=7)
        met += [row.number for row in found.rows]
        if not found.next:
            break
        key = found.next
    assert len(met) == len(set(met)) == rows.count()


@pytest.mark.parametrize(
    "query",
    [
        "stage=nonsense",
        "unit=999",
        "from=tomorrow",
        "until=9999-12-31",
        "from=0001-01-01",
        "after=x",
        "after=1e309_1",
        "after=99999999999999_9999999999999999999999",
        "s=unknown",
        "list=x",
        "channel='--",
    ],
)
def test_a_broken_address_never_fails(demo: None, query: str) -> None:
    client = signed_in(AGENT)
    for address in ("/tasks/", "/complaints/"):
        assert client.get(f"{address}?{query}").status_code == 200


def test_a_filter_that_cannot_be_read_is_said(demo: None) -> None:
    assert "无法识别" in page(signed_in(AGENT).get("/complaints/?stage=nonsense"))


def test_filters_narrow_and_show_as_chips(demo: None) -> None:
    shown = page(signed_in(SUPERVISOR).get("/complaints/?stage=archived&class=service_quality"))
    assert shown.count('class="chip"') == 2
    numbers = [part[:15] for part in shown.split('class="row-link" href="/complaints/')[1:]]
    assert numbers
    stages = ComplaintRow.objects.filter(number__in=numbers).values_list("stage", flat=True)
    assert set(stages) == {"archived"}


def test_a_search_for_a_person_leaves_no_name_in_the_address_or_the_session(demo: None) -> None:
    complaint = register(person(AGENT))
    client = signed_in(AGENT)
    for words in ("王小明", "138 1234 5678"):
        answer = client.post(reverse("desk:find"), {"q": words})
        assert answer.status_code == 302
        assert words not in answer["Location"]
        assert complaint.number in page(client.get(answer["Location"]))
        assert words not in json.dumps(dict(client.session.items()), ensure_ascii=False)


def test_a_search_by_words_and_by_number_finds(demo: None) -> None:
    complaint = register(person(AGENT), statement="大堂经理用方言嘲笑客户的口音。")
    client = signed_in(AGENT)
    found = client.post(reverse("desk:find"), {"q": "嘲笑客户"})["Location"]
    assert complaint.number in page(client.get(found))
    assert client.post(reverse("desk:find"), {"q": complaint.number.lower()})["Location"].endswith(
        f"{complaint.number}/"
    )


@pytest.mark.parametrize("words", ["", "'; DROP TABLE x; --", "&|!()", "%" * 500, "TS9999-99999999"])
def test_a_hostile_search_never_fails(demo: None, words: str) -> None:
    client = signed_in(AGENT)
    assert client.get(client.post(reverse("desk:find"), {"q": words})["Location"]).status_code == 200


def test_a_list_asks_the_database_the_same_for_one_row_and_for_fifty(staffed: None) -> None:
    client = signed_in(AGENT)
    register(person(AGENT))
    client.get("/complaints/")
    with CaptureQueriesContext(connection) as few:
        client.get("/complaints/")
    for _ in range(30):
        register(person(AGENT))
    with CaptureQueriesContext(connection) as many:
        client.get("/complaints/")
    assert asked(few) == asked(many) <= 5


def test_the_preview_is_masked_and_closed_to_strangers(demo: None) -> None:
    complaint = register(person(AGENT))
    address = reverse("desk:preview", args=[complaint.number])
    shown = page(signed_in(AGENT).get(address))
    assert "王**" in shown
    assert "13812345678" not in shown
    assert Client().get(address).status_code == 302
    assert signed_in("12110101").get(address).status_code == 404


def test_the_policy_can_be_read_by_everyone(demo: None) -> None:
    assert "六要素" in page(signed_in("000001").get("/policy/"))


@pytest.mark.parametrize("who", [CONTACT, SUPERVISOR])
def test_lists_and_search_are_planned_over_indexes(demo: None, who: str) -> None:
    """With the whole table out of bounds (no sequential scan), each list still has a plan: an index serves it."""
    actor = person(who)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = search.with_words(actor, "'排队'")
    for rows in (
        queries.my_tasks(actor),
        queries.waiting_for_others(actor),
        queries.tasks_of_units(actor),
        queries.visible_to(actor).order_by("-received_at", "-id")[:51],
        queries.narrowed(queries.visible_to(actor), queries.Filters(repeat=True), timezone.now(), actor).order_by(
            "-received_at", "-id"
        )[:51],
        queries.visible_to(actor).filter(id__in=found).order_by("-received_at", "-id")[:51],
    ):
        plan = queries.explain(rows)
        assert "Index" in plan or "Bitmap" in plan
        assert (
            '"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Parallel Aware": false, "Async Capable": false, "Relation Name": "casework_complaintrow"'
            not in plan
        )


def test_what_waits_for_a_check_is_found_without_reading_all_that_lies_with_the_unit(demo: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "complaint_to_check" in queries.explain(queries.my_tasks(person(SUPERVISOR)))
    assert "complaint_review" in queries.explain(queries.reviews_asked(person(SUPERVISOR)).order_by(*queries.DUE_FIRST))


@pytest.mark.parametrize("who", [CONTACT, SUPERVISOR])
def test_a_list_with_an_index_of_its_own_reads_no_other_to_know_who_sees_it(demo: None, who: str) -> None:
    """Not even where its own is gone and every other way is dearer; `visible_to` is for lists that have none."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DROP INDEX complaint_escalated")
    rows = queries.escalated_to(person(who))
    assert "complaint_audience" not in queries.explain(rows)
    assert "complaint_audience" in queries.explain(queries.visible_to(person(who)).filter(escalated_to__isnull=False))


@pytest.mark.parametrize("who", [CONTACT, SUPERVISOR])
@pytest.mark.parametrize("most", [2, 200])
def test_lists_counted_together_have_the_counts_of_each(demo: None, who: str, most: int) -> None:
    lists = {name: rows(person(who)) for name, rows in TABS.items()}
    assert queries.counts_up_to(lists, most) == {name: queries.count_up_to(rows, most) for name, rows in lists.items()}
    assert queries.counts_up_to({"nothing": queries.my_tasks(person(who)).none()}, most) == {"nothing": 0}


def test_who_only_looks_on_begins_with_all_complaints(demo: None) -> None:
    assert signed_in(AUDITOR).get("/")["Location"] == reverse("desk:complaints")
    assert signed_in(AGENT).get("/")["Location"] == reverse("desk:tasks")


def test_nobody_is_led_to_a_page_without_a_channel(demo: None) -> None:
    assert 'href="/register/"' not in page(signed_in("100501").get("/tasks/"))
    assert 'href="/register/"' in page(signed_in(AGENT).get("/tasks/"))


def test_an_administrator_has_no_search_that_would_be_refused(demo: None) -> None:
    assert 'id="search"' not in page(signed_in("000001").get("/organisation/"))


def test_what_is_not_there_or_not_allowed_is_said_inside_the_desk(demo: None) -> None:
    for client, address, status in (
        (signed_in(AGENT), "/nowhere/", 404),
        (signed_in(AGENT), "/organisation/new-unit/", 403),
    ):
        answer = client.get(address)
        assert answer.status_code == status
        assert 'class="rail"' in page(answer)


def test_an_empty_list_leads_to_the_units_list(staffed: None) -> None:
    assert 'href="?list=unit"' in page(signed_in(CONTACT).get("/tasks/")).split('class="empty"')[1]


def test_each_row_says_the_next_step(demo: None) -> None:
    register(person(AGENT))
    assert "受理</td>" in page(signed_in(AGENT).get("/tasks/"))
