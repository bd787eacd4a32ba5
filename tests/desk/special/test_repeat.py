"""再次投诉 on the desk: linked, sent higher, the first handlers kept out, and counted only where the link may be seen (mission B4)."""

import pytest
from django.urls import reverse

from shouwen.casework import queries
from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.core.complaint.receiving import Accept
from tests.casework.test_door import person, registration
from tests.desk.bank import signed_in
from tests.desk.special.way import AGENT, COLLEAGUE, CONTACT, LEADER, SUPERVISOR, done, offered, page, refused, state
from tests.letters import cases


@pytest.fixture
def first(staffed: None) -> str:
    """Answered by the outlet: the contact wrote, the leader checked."""
    return cases.replied().number


@pytest.fixture
def again(first: str) -> str:
    """The same customer again, not linked yet."""
    agent = person(AGENT)
    return handle(
        registration(agent), Accept(), actor=agent, details=Details(name="王小明", phone="13812345678")
    ).number


def test_a_repeat_is_walked_from_the_link_to_the_level_above(first: str, again: str) -> None:
    done(AGENT, again, "link-earlier", number=first, reason="同一件事再次投诉。")
    assert [each.number for each in state(again).handled_before] == [first]
    assert first in page(AGENT, again)
    assert "须由更高一级办理" in refused(AGENT, again, "dispatch", unit="111101")
    assert 'name="unit" value="111100' in page(AGENT, again)
    assert 'name="exception"' not in page(AGENT, again)
    done(SUPERVISOR, again, "dispatch", unit="111101", exception="支行无此业务，由未参与的同事办理。")
    offer = state(again).offer
    assert offer
    assert person(CONTACT).id not in offer.signatories
    assert person(LEADER).id not in offer.signatories
    assert "sign-for" not in offered(CONTACT, again)
    done(COLLEAGUE, again, "sign-for")
    assert "您办理过客户的前一件投诉" in page(LEADER, again)
    assert "mark-repeat" in signed_in(COLLEAGUE).get(reverse("desk:tasks")).content.decode()


def test_a_link_is_taken_away_with_a_reason(first: str, again: str) -> None:
    done(AGENT, again, "link-earlier", number=first, reason="同一件事。")
    done(AGENT, again, "unlink-earlier", number=first, reason="核实后不是同一件事。")
    assert state(again).earlier == ()
    assert not ComplaintRow.objects.get(number=again).repeat


def test_an_unknown_number_comes_back_with_a_sentence(again: str) -> None:
    for number in ("TS2020-99999999", "x", "TS2026-00000001' OR 1=1"):
        assert refused(AGENT, again, "link-earlier", number=number[:20], reason="x")


def test_who_may_not_see_the_first_finds_no_repeat_anywhere(first: str, again: str) -> None:
    done(AGENT, again, "link-earlier", number=first, reason="同一件事。")
    ComplaintRow.objects.filter(number=first).update(audience=[])
    agent, filters = person(AGENT), queries.Filters(repeat=True)
    rows = queries.narrowed(queries.visible_to(agent), filters, state(again).received_at, agent)
    assert not rows.exists()
    shown = page(AGENT, again)
    assert first not in shown
    assert "unlink-earlier" not in shown


def test_the_list_of_repeats_runs_along_indexes(first: str, again: str) -> None:
    done(AGENT, again, "link-earlier", number=first, reason="同一件事。")
    agent = person(AGENT)
    rows = queries.narrowed(
        queries.visible_to(agent), queries.Filters(repeat=True), state(again).received_at, agent
    ).order_by(*queries.NEWEST_FIRST)
    assert [row.number for row in rows] == [again]
