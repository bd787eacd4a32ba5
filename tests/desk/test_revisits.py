"""定期回访 on the desk: plan, draw, call, record; who may not see the unit sees nothing of it."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.casework.models import ComplaintRow
from shouwen.casework.timeline import timeline
from shouwen.core.complaint.recording import Revealed
from shouwen.oversight.models import RevisitDraw, RevisitPlan, RevisitSample
from tests.desk.bank import AUDITOR, CHECKER, SUPERVISOR, signed_in
from tests.oversight.test_revisits import LEADER, NOW, STRANGER, bank, closed, outlet, planned

__all__ = ["bank"]


@pytest.fixture(autouse=True)
def april(bank: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def drew(client: Client) -> RevisitSample:
    closed(1)
    plan = planned()
    client.post(f"/revisits/plan/{plan.id}/draw/", {"first": "2026-03-01"})
    return RevisitSample.objects.get()


def test_the_leader_plans_draws_and_the_contact_records(april: None) -> None:
    closed(3)
    leader = signed_in(LEADER)
    given = {"unit": outlet(), "period": "month", "percent": "100", "duty": "contact"}
    assert leader.post("/revisits/plan/", given).status_code == 302
    plan = RevisitPlan.objects.get()
    assert leader.post(f"/revisits/plan/{plan.id}/draw/", {"first": "2026-03-01"}).status_code == 302
    contact = signed_in(CHECKER)
    sample = RevisitSample.objects.order_by("place")[0]
    assert f"/revisits/{sample.id}/" in words(contact.get("/revisits/"))
    assert contact.post(f"/revisits/{sample.id}/", {"result": "satisfied"}).status_code == 302
    assert f"/revisits/{sample.id}/" not in words(contact.get("/revisits/"))


def test_a_call_waits_for_the_duty_of_the_plan_alone(april: None) -> None:
    sample = drew(signed_in(LEADER))
    assert f"/revisits/{sample.id}/" not in words(signed_in(LEADER).get("/revisits/"))


def test_half_a_result_comes_back_with_what_was_chosen(april: None) -> None:
    sample = drew(signed_in(LEADER))
    answer = signed_in(CHECKER).post(f"/revisits/{sample.id}/", {"result": "dissatisfied", "words": ""})
    assert answer.status_code == 422
    assert "客户不满意的原因" in words(answer)
    assert 'value="dissatisfied"' in words(answer)


def test_a_customer_who_is_not_satisfied_shows_up_under_reviews(april: None) -> None:
    sample = drew(signed_in(LEADER))
    signed_in(CHECKER).post(f"/revisits/{sample.id}/", {"result": "dissatisfied", "words": "窗口又只开一个。"})
    number = ComplaintRow.objects.get(id=sample.complaint_id).number
    assert number in words(signed_in(SUPERVISOR).get("/tasks/?list=reviews"))


def test_the_draw_shows_its_seed(april: None) -> None:
    drew(signed_in(LEADER))
    draw = RevisitDraw.objects.get()
    assert draw.seed in words(signed_in(LEADER).get(f"/revisits/draws/{draw.id}/"))


@pytest.mark.parametrize("path", ["/revisits/draws/{draw}/", "/revisits/{sample}/"])
def test_another_outlet_sees_neither_draw_nor_sample(april: None, path: str) -> None:
    sample = drew(signed_in(LEADER))
    assert signed_in(STRANGER).get(path.format(draw=sample.draw_id, sample=sample.id)).status_code == 404


def test_another_outlet_does_not_draw(april: None) -> None:
    closed(1)
    plan = planned()
    assert signed_in(STRANGER).post(f"/revisits/plan/{plan.id}/draw/", {"first": "2026-03-01"}).status_code == 404
    assert not RevisitDraw.objects.exists()


def test_the_leader_ends_the_plan(april: None) -> None:
    plan = planned()
    signed_in(LEADER).post(f"/revisits/plan/{plan.id}/end/")
    plan.refresh_from_db()
    assert plan.ended_at == NOW
    assert f"/revisits/plan/{plan.id}/" not in words(signed_in(LEADER).get("/revisits/"))


def test_who_supervises_the_unit_may_call_too(april: None) -> None:
    sample = drew(signed_in(LEADER))
    answer = words(signed_in(SUPERVISOR).get(f"/revisits/{sample.id}/"))
    assert 'name="result"' in answer


def test_the_leader_sees_the_number_once_and_the_look_is_on_the_record(april: None) -> None:
    sample = drew(signed_in(LEADER))
    leader = signed_in(LEADER)
    assert "13812345678" not in words(leader.get(f"/revisits/{sample.id}/"))
    assert "13812345678" in words(leader.post(f"/revisits/{sample.id}/number/"))
    assert "13812345678" not in words(leader.get(f"/revisits/{sample.id}/"))
    assert isinstance(list(timeline(sample.complaint_id))[-1].event, Revealed)


def test_another_outlet_sees_no_number(april: None) -> None:
    sample = drew(signed_in(LEADER))
    assert signed_in(STRANGER).post(f"/revisits/{sample.id}/number/").status_code == 404


def test_the_number_of_a_customer_who_was_reached_is_not_shown_again(april: None) -> None:
    sample = drew(signed_in(LEADER))
    contact = signed_in(CHECKER)
    contact.post(f"/revisits/{sample.id}/", {"result": "satisfied"})
    answer = words(contact.post(f"/revisits/{sample.id}/number/", follow=True))
    assert "无需再查看联系方式" in answer
    assert "13812345678" not in answer


def test_the_case_page_leads_to_the_call_until_it_is_made(april: None) -> None:
    sample = drew(signed_in(LEADER))
    number = ComplaintRow.objects.get(id=sample.complaint_id).number
    contact = signed_in(CHECKER)
    assert f"/revisits/{sample.id}/" in words(contact.get(f"/complaints/{number}/"))
    contact.post(f"/revisits/{sample.id}/", {"result": "satisfied"})
    assert f"/revisits/{sample.id}/" not in words(contact.get(f"/complaints/{number}/"))


def test_a_complaint_that_was_reopened_waits_with_its_call(april: None) -> None:
    sample = drew(signed_in(LEADER))
    ComplaintRow.objects.filter(id=sample.complaint_id).update(stage="investigating")
    assert f"/revisits/{sample.id}/" not in words(signed_in(CHECKER).get("/revisits/"))


def test_an_auditor_has_no_revisits(april: None) -> None:
    assert signed_in(AUDITOR).get("/revisits/").status_code == 403


@pytest.mark.parametrize("first", ["", "x", "2026-04-01", "9999-99-99"])
def test_a_broken_period_is_said_in_words(april: None, first: str) -> None:
    plan = planned()
    answer = signed_in(LEADER).post(f"/revisits/plan/{plan.id}/draw/", {"first": first}, follow=True)
    assert "只能抽取最近已结束的周期" in words(answer)


@pytest.mark.parametrize(
    "given",
    [{}, {"percent": "0"}, {"percent": "5", "count": "5"}, {"percent": "x"}, {"unit": "9999999", "percent": "5"}],
)
def test_a_plan_without_sense_is_refused_and_kept_as_typed(april: None, given: dict[str, str]) -> None:
    answer = signed_in(LEADER).post(
        "/revisits/plan/", {"unit": outlet(), "period": "month", "duty": "contact", **given}
    )
    assert answer.status_code == 422
    assert not RevisitPlan.objects.exists()


def test_the_page_asks_no_more_for_more_calls(april: None, read_once: None) -> None:
    closed(6)
    plan = planned()
    signed_in(LEADER).post(f"/revisits/plan/{plan.id}/draw/", {"first": "2026-03-01"})
    contact = signed_in(CHECKER)
    contact.get("/revisits/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        contact.get("/revisits/")
    RevisitSample.objects.filter(place__gt=1).delete()
    with CaptureQueriesContext(connection) as one:
        contact.get("/revisits/")
    assert len(few) == len(one)
