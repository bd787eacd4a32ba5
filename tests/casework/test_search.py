"""检索: number, name and words in one box; the newest first; never what this person may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shouwen.casework import search
from shouwen.casework.door import handle
from shouwen.casework.queries import Filters
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.people import Actor
from tests.casework.test_door import person, register, registration

TOLD = "柜员把我的存折丢进碎纸机。"
PHRASE = "碎纸机"


@pytest.fixture
def agent(staffed: None) -> Actor:
    return person("100101")


def told(agent: Actor, days_ago: int = 0) -> Complaint:
    return register(agent, statement=TOLD, received_at=timezone.now() - timedelta(days=days_ago))


def found(actor: Actor, text: str = PHRASE, after: str = "", **filters: object) -> search.Found:
    return search.found(actor, Filters(text=text, **filters), timezone.now(), after)  # type: ignore[arg-type]


def numbers(result: search.Found) -> list[str]:
    return [row.number for row in result.page.rows]


def test_the_newest_comes_first_however_long_ago_the_others_were(agent: Actor) -> None:
    years_ago, months_ago, today = told(agent, 2000), told(agent, 80), told(agent)
    result = found(agent)
    assert numbers(result) == [today.number, months_ago.number, years_ago.number]
    assert result.count == 3


def test_paging_through_a_phrase_that_very_many_have_meets_each_once(
    agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more matches than are counted, a later page asks from its key on; within the count, it is cut from it."""
    monkeypatch.setattr(search, "MOST_FOUND", 5)
    monkeypatch.setattr(search, "PAGE", 2)
    expected = [told(agent, days).number for days in range(0, 90, 10)]
    met, key = [], ""
    while True:
        result = found(agent, after=key)
        assert result.count == 6
        met += numbers(result)
        key = result.page.next
        if not key:
            break
    assert met == expected


def test_words_and_filters_narrow_together(agent: Actor) -> None:
    old, new = told(agent, 40), told(agent)
    handle(Classify(class_="product"), actor=agent, complaint=old.id)
    assert numbers(found(agent, classes=("product",))) == [old.number]
    assert numbers(found(agent, received_from=timezone.now() - timedelta(days=7))) == [new.number]
    assert numbers(found(agent, received_until=timezone.now() - timedelta(days=7))) == [old.number]


def test_a_unit_finds_it_from_the_dispatch_on_and_strangers_never(agent: Actor) -> None:
    complaint = told(agent)
    contact, stranger = person("11110101"), person("12110101")
    assert numbers(found(contact)) == []
    unit = contact.posts[0].unit_id
    handle(Accept(), Dispatch(unit=unit), actor=agent, complaint=complaint.id)
    assert numbers(found(contact)) == [complaint.number]
    assert numbers(found(stranger)) == []


def test_a_complaint_that_becomes_secret_leaves_the_searches_of_the_unit(agent: Actor) -> None:
    complaint = told(agent)
    supervisor = person("100110")
    assert numbers(found(supervisor)) == [complaint.number]
    handle(Classify(class_="financial_crime"), actor=agent, complaint=complaint.id)
    assert numbers(found(supervisor)) == []
    assert complaint.number not in numbers(found(supervisor, text=complaint.number))
    assert complaint.number not in numbers(found(supervisor, text="王小明"))


def test_the_employee_complained_about_finds_nothing(agent: Actor) -> None:
    contact = person("11110101")
    told_about = register(agent, statement=TOLD, employee_about=contact.id)
    handle(Accept(), Dispatch(unit=contact.posts[0].unit_id), actor=agent, complaint=told_about.id)
    assert numbers(found(contact)) == []
    assert numbers(found(person("11110102"))) == [told_about.number]


def test_who_and_what_are_asked_of_one_index(agent: Actor) -> None:
    """With the whole table out of bounds, words and audience together are one condition of the same index."""
    sql, params = search.with_words(agent, "'碎纸'").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "search_audience_words" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "audience &&" in condition
    assert "words @@" in condition


def test_the_box_does_not_tell_that_the_bank_knows_somebody_elsewhere(agent: Actor) -> None:
    """A customer of a complaint that this person may not see: the words are found as if there were no such customer."""
    clerk = person("11110103")
    own = register_at(clerk, statement="客户说与孙大海同来")
    assert numbers(found(clerk, text="孙大海")) == [own.number]
    handle(registration(agent), actor=agent, details=Details(name="孙大海", phone="13900001111"))
    assert numbers(found(clerk, text="孙大海")) == [own.number]


def test_a_number_among_other_words_is_no_question_about_a_person(agent: Actor) -> None:
    complaint = register(agent, statement="一般情况")
    assert numbers(found(agent, text=f"{'aa ' * 20}13812345678")) == []
    assert numbers(found(agent, text="138 1234-5678")) == [complaint.number]


def register_at(clerk: Actor, **changes: object) -> Complaint:
    visit = {"channel": "visit", "channel_facts": {"visitors": "1"}, **changes}
    return handle(registration(clerk, **visit), actor=clerk, details=Details(name="李四", phone="13700002222"))


def test_words_beside_a_filter_find_what_the_words_alone_find_and_the_filter_lets_pass(agent: Actor) -> None:
    held = [told(agent, days) for days in (0, 3, 40, 400)]
    registered = held[0].stage.value
    assert numbers(found(agent, stage=registered)) == numbers(found(agent)) == [each.number for each in held]
    assert numbers(found(agent, stage="archived")) == []
