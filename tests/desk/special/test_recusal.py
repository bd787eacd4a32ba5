"""回避 on the case page: declared, taken over at once, and gone from every list of who declared."""

import pytest
from django.urls import reverse

from shouwen.casework import queries
from tests.casework.test_door import person
from tests.desk.bank import signed_in
from tests.desk.special.way import COLLEAGUE, CONTACT, LEADER, act, done, page, refused, state
from tests.letters import cases


@pytest.fixture
def number(staffed: None) -> str:
    return cases.done(cases.dispatched(), CONTACT, cases.SignFor()).number


def test_who_declares_is_followed_at_once_and_finds_the_complaint_nowhere(number: str) -> None:
    me = person(CONTACT)
    answer = act(CONTACT, number, "declare-interest", person=me.id, reason="客户是本人亲属。")
    assert answer["Location"] == reverse("desk:tasks")
    assert state(number).responsible == person(COLLEAGUE).id
    client = signed_in(CONTACT)
    assert client.get(reverse("desk:case", args=[number])).status_code == 404
    assert reverse("desk:case", args=[number]) not in client.get(reverse("desk:complaints")).content.decode()
    assert not queries.visible_to(me).exists()
    assert "investigate" in page(COLLEAGUE, number)
    assert "已申报回避" in page(COLLEAGUE, number)


def test_the_leader_keeps_somebody_out_and_names_who_takes_over(number: str) -> None:
    about, to = person(CONTACT).id, person(LEADER).id
    done(LEADER, number, "declare-interest", person=about, reason="与客户有业务往来。", to=to)
    assert state(number).responsible == to


def test_a_colleague_cannot_keep_another_out(number: str) -> None:
    assert "error" in refused(COLLEAGUE, number, "declare-interest", person=person(CONTACT).id, reason="x")


def test_the_list_still_runs_along_its_index(number: str) -> None:
    plan = queries.explain(queries.visible_to(person(LEADER)).filter(is_open=True).order_by("due_at", "id"))
    assert "recused" in plan
