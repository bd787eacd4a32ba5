"""监管统计归类 on the case page: chosen in a form, told on the timeline, counted in the return (mission E7)."""

import pytest

from shouwen.casework.models import ComplaintRow
from tests.desk.special.way import COLLEAGUE, CONTACT, done, offered, page, refused, state
from tests.letters import cases


@pytest.fixture
def number(staffed: None) -> str:
    return cases.done(cases.dispatched(), CONTACT, cases.SignFor()).number


def test_the_responsible_person_chooses_and_it_stands_in_the_row(number: str) -> None:
    assert "categorise" in offered(CONTACT, number)
    assert "categorise" not in offered(COLLEAGUE, number)
    assert "按登记内容：服务态度及服务质量" in page(CONTACT, number)
    done(CONTACT, number, "categorise", business_channel="counter", business_type="savings", cause="")
    assert state(number).categories == {"business_channel": "counter", "business_type": "savings"}
    row = ComplaintRow.objects.get(number=number)
    assert row.axes == ["business_channel:counter", "business_type:savings", "cause:service"]
    shown = page(COLLEAGUE, number)
    assert "监管统计归类" in shown
    assert "营业现场" in shown


def test_what_was_chosen_stands_in_the_form_again(number: str) -> None:
    done(CONTACT, number, "categorise", business_channel="counter", business_type="", cause="fees")
    shown = page(CONTACT, number)
    assert '<option value="counter" selected>' in shown
    assert "修改监管统计归类" in shown


def test_a_category_that_is_not_in_the_list_is_refused(number: str) -> None:
    assert "business_channel" in refused(CONTACT, number, "categorise", business_channel="gossip")
    assert state(number).categories == {}


def test_nothing_changed_is_said(number: str) -> None:
    assert "归类没有变化" in refused(CONTACT, number, "categorise")
