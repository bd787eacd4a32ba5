"""改进事项 kept: one item of each form, every step on record for ever, each reminder once, and figures as a slow count has them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from shouwen.casework.bulk import Batch
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.improvement import Act, Measured
from shouwen.core.improvement.acts import Proposal
from shouwen.core.refusal import Refusal
from shouwen.insight import figures
from shouwen.insight.improvement import measuring, working
from shouwen.insight.improvement.models import ImprovementItem, ImprovementStep
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from tests.casework.test_door import person, registration
from tests.core.calendars import here
from tests.desk.bank import AGENT, AUDITOR, CONTACT
from tests.insight import slow
from tests.oversight.test_revisits import LEADER, STRANGER, closed

NOW = here(2026, 6, 1, 10)
UNION, BANK_LEADER = "110201", "000002"


@pytest.fixture(autouse=True)
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def unit(code: str) -> int:
    found = directory().unit_by_code(code)
    assert found is not None
    return found.id


def proposed(who: str = CONTACT, now: Any = NOW, **changes: Any) -> ImprovementItem:
    given = {"kind": "defect", "field": "process", "title": "加开窗口", "text": "中午只开一个窗口。"}
    given |= {"owner_unit": unit("111101"), "key": uuid4(), **changes}
    return working.propose(
        person(who), Proposal(**{k: v for k, v in given.items() if k != "key"}), key=given["key"], now=now
    )


def take(row: ImprovementItem, who: str, act: Act, now: Any = NOW, **given: Any) -> ImprovementItem:
    return working.take(person(who), row.number, act, given, seen=row.version, now=now)


def accepted(days: int = 30, measured: Measured | None = None, **changes: Any) -> ImprovementItem:
    due = working_calendar().local_date(NOW) + timedelta(days)
    owner = person(CONTACT).id
    return take(proposed(**changes), LEADER, Act.ACCEPT, owner=owner, due_on=due, measured=measured)


def told(row: ImprovementItem) -> list[tuple[int, str]]:
    jobs = ProcrastinateJob.objects.filter(task_name="messaging.tell_colleague").order_by("id")
    return [(job.args["person"], job.args["reminder"]) for job in jobs if row.number in job.args["matter"]]


def test_nobody_has_endless_proposals_waiting_for_a_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "MOST_WAITING", 2)
    key = uuid4()
    proposed(key=key)
    second = proposed()
    with pytest.raises(Refusal, match="too-many-waiting"):
        proposed()
    assert proposed(key=key).number
    assert proposed(STRANGER).number
    take(second, LEADER, Act.DECLINE, reason="已经在办。")
    assert proposed().number


def test_a_theme_that_an_item_came_from_is_kept_without_numbers_and_signs_that_nobody_sees() -> None:
    row = proposed(origin="theme", reference="排队\u202e 13812345678")
    assert "13812345678" not in row.reference
    assert "\u202e" not in row.reference
    assert row.reference.startswith("排队")


def test_the_same_form_becomes_one_item() -> None:
    key = uuid4()
    assert proposed(key=key).number == proposed(key=key).number
    assert ImprovementItem.objects.count() == 1


def test_the_form_of_somebody_else_gives_no_item() -> None:
    key = uuid4()
    proposed(key=key)
    with pytest.raises(Refusal):
        proposed(AGENT, key=key)


def test_every_step_is_on_record_and_nobody_changes_it() -> None:
    row = take(accepted(), CONTACT, Act.FINISH, measure="增开窗口。", done_on=working_calendar().local_date(NOW))
    row = take(row, UNION, Act.JUDGE, finding="too_early", text="再看。")
    steps = list(ImprovementStep.objects.filter(item=row).order_by("seq").values_list("act", "by", "text"))
    assert [act for act, _by, _text in steps] == ["propose", "accept", "finish", "judge"]
    assert steps[2][1:] == (person(CONTACT).id, "增开窗口。")
    for change in (lambda of: of.update(text=""), lambda of: of.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ImprovementStep.objects.filter(item=row))


def test_a_step_on_a_page_that_others_overtook_is_refused() -> None:
    row = proposed()
    take(row, LEADER, Act.NOTE, text="已阅。")
    with pytest.raises(Refusal) as refused:
        take(row, LEADER, Act.DECLINE, reason="不做。")
    assert refused.value.rule == "stale-page"


def test_who_does_not_read_an_item_cannot_touch_it() -> None:
    with pytest.raises(Refusal) as refused:
        take(proposed(), STRANGER, Act.NOTE, text="看看。")
    assert refused.value.rule == "item-unknown"


def test_a_complaint_that_one_may_not_see_is_no_origin() -> None:
    complaint: Complaint = closed(1)[0]
    assert proposed(origin="complaint", reference=complaint.number).reference == complaint.number
    with pytest.raises(Refusal) as refused:
        proposed(STRANGER, origin="complaint", reference=complaint.number)
    assert refused.value.field == "reference"


def test_a_secret_complaint_is_no_origin_for_who_may_not_see_it() -> None:
    complaint = closed(1)[0]
    ComplaintRow.objects.filter(id=complaint.id).update(secret=True, audience=[0])
    with pytest.raises(Refusal):
        proposed(origin="complaint", reference=complaint.number)


def test_each_reminder_is_said_once_and_goes_up_step_by_step() -> None:
    row = accepted(days=30)
    owner, leader = person(CONTACT).id, person(LEADER).id
    before = len(told(row))
    for day in range(20, 60):
        working.remind(NOW + timedelta(day))
        working.remind(NOW + timedelta(day))
    said = told(row)[before:]
    assert [who for who, _words in said][:3] == [owner, owner, leader]
    assert len(said) == 4
    assert said[3][0] not in (owner, leader)
    assert [words.startswith(("将于", "已超过")) for _who, words in said] == [True] * 4
    levels = ImprovementStep.objects.filter(item=row, act="told").order_by("seq").values_list("told", flat=True)
    assert list(levels) == [1, 2, 3, 4]


def test_after_a_long_stop_each_level_is_said_once() -> None:
    row = accepted(days=30)
    before = len(told(row))
    working.remind(NOW + timedelta(200))
    working.remind(NOW + timedelta(201))
    assert len(told(row)) - before == 3


def test_what_is_done_is_not_escalated() -> None:
    row = accepted(days=5)
    take(row, CONTACT, Act.FINISH, measure="做了。", done_on=working_calendar().local_date(NOW))
    before = len(told(row))
    working.remind(NOW + timedelta(20))
    assert len(told(row)) == before


def test_a_proposal_is_told_to_the_leader_and_its_decision_to_the_proposer() -> None:
    row = proposed(AGENT)
    assert told(row) == [(person(LEADER).id, "有新的改进建议待采纳")]
    take(row, LEADER, Act.DECLINE, reason="已在改造。")
    assert told(row)[-1] == (person(AGENT).id, "未采纳")


def test_the_effect_agrees_with_a_slow_count() -> None:
    load_year()
    figures.fold()
    today = working_calendar().local_date(NOW)
    of = Measured(unit("100000"), "class", "attitude")
    row = proposed(AGENT, NOW - timedelta(130), owner_unit=unit("100005"), measured=of)
    row = take(row, BANK_LEADER, Act.ACCEPT, NOW - timedelta(120), owner=None, due_on=today + timedelta(1), measured=of)
    row = take(row, BANK_LEADER, Act.FINISH, NOW - timedelta(60), measure="做了。", done_on=today - timedelta(60))
    told = measuring.effect_of(working.item_of(row), today, hidden_from=person(AUDITOR).id)
    assert told is not None
    assert told.before is not None
    assert told.after is not None
    for window, seen in ((told.before_window, told.before), (told.after_window, told.after)):
        assert window is not None
        within = [each for each in slow.complaints() if window.first <= slow.day_of(each) <= window.last]
        assert seen.of_all == len(within)
        assert seen.cases == sum(each.class_ == "attitude" for each in within)
    assert told.before.of_all > told.after.of_all > 0
    judged = take(row, UNION_OF_HEAD, Act.JUDGE, finding="effective", text="下降。")
    kept = ImprovementStep.objects.get(item=judged, act="judge").figures
    assert kept["before"] == {"cases": told.before.cases, "of_all": told.before.of_all}


UNION_OF_HEAD = "100201"


def load_year() -> None:
    """Complaints of two classes: many before the measure and fewer after it."""
    batch = Batch()
    for days, class_ in (
        (150, "attitude"),
        (145, "attitude"),
        (140, "work_error"),
        (50, "attitude"),
        (20, "work_error"),
    ):
        received_at = NOW - timedelta(days)
        for _ in range(2 if days > 100 else 1):
            command = registration(person(AGENT), received_at=received_at, class_=class_)
            batch.register(
                command, actor=person(AGENT), now=received_at, details=Details(name="王", phone="13812345678")
            )
    batch.write()
