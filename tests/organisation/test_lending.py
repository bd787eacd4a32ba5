"""授权代理 in the directory: what is lent counts on its days only, and never for longer than the giver holds it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings

from shouwen.core.duties import Duty
from shouwen.core.people import Post, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.organisation import directory as organisation
from shouwen.organisation import lending, staffing
from shouwen.organisation.directory import directory
from shouwen.organisation.history import history_of_person
from shouwen.organisation.lending import Lending
from shouwen.organisation.models import Delegation, Holding, Staff
from tests.organisation.small_bank import TODAY, Bank

NOW = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("UTC"))
UNTIL = TODAY + timedelta(days=6)


def hold(staff: Staff, duty: Duty, unit: Any, to: date | None = None) -> Holding:
    return staffing.give_duty(staff.pk, duty, unit.id, date(2020, 1, 1), to, TODAY)


def lend(giver: Staff, holding: Holding, deputy: Staff, **changes: Any) -> Delegation:
    given = {"from_date": TODAY, "to_date": UNTIL, "reason": "年休假", **changes}
    lent = lending.lend(giver.pk, Lending(holding=holding.pk, deputy=deputy.pk, **given), TODAY, NOW)
    organisation.forget()
    return lent


def lent_posts(deputy: Staff, on: date = TODAY) -> list[Post]:
    organisation.forget()
    return [post for post in directory().actor_for(deputy, on).posts if post.lent_by is not None]


@pytest.fixture
def handler(bank: Bank) -> Holding:
    return hold(bank.wang, Duty.HANDLER, bank.sub)


def refused(giver: Staff, holding: Holding, deputy: Staff, **changes: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        lend(giver, holding, deputy, **changes)
    return refusal.value.rule


def test_a_lent_post_counts_on_its_days_alone(bank: Bank, handler: Holding) -> None:
    lend(bank.wang, handler, bank.li)
    counted = [bool(lent_posts(bank.li, day)) for day in (TODAY - timedelta(1), TODAY, UNTIL, UNTIL + timedelta(1))]
    assert counted == [False, True, True, False]


def test_it_names_who_lent_it(bank: Bank, handler: Holding) -> None:
    lend(bank.wang, handler, bank.li)
    assert lent_posts(bank.li) == [Post(Duty.HANDLER, bank.sub.id, bank.sub.id, lent_by=bank.wang.pk)]
    assert directory().actor_for(bank.li, TODAY).deputy_of == {bank.wang.pk}


def test_it_is_worth_nothing_once_the_giver_has_lost_the_duty(bank: Bank, handler: Holding) -> None:
    lend(bank.wang, handler, bank.li)
    staffing.end_duty(handler.pk, TODAY - timedelta(days=1), TODAY)
    assert lent_posts(bank.li) == []


def test_it_is_worth_nothing_once_the_giver_is_deactivated(bank: Bank, handler: Holding) -> None:
    lend(bank.wang, handler, bank.li)
    Staff.objects.filter(id=bank.wang.pk).update(is_active=False)
    assert lent_posts(bank.li) == []


def test_taking_back_ends_it_that_moment(bank: Bank, handler: Holding) -> None:
    lent = lend(bank.wang, handler, bank.li)
    lending.take_back(lent.pk, bank.wang.pk, NOW)
    assert lent_posts(bank.li) == []


def test_nobody_but_the_giver_takes_it_back(bank: Bank, handler: Holding) -> None:
    lent = lend(bank.wang, handler, bank.li)
    with pytest.raises(Refusal):
        lending.take_back(lent.pk, bank.li.pk, NOW)
    assert lent_posts(bank.li)


def test_a_lent_post_is_not_lent_on(bank: Bank, handler: Holding) -> None:
    lend(bank.wang, handler, bank.li)
    third = bank.person("103", "赵雷", bank.sub)
    assert refused(bank.li, handler, third) == "not-held"


def test_nobody_lends_the_post_of_somebody_else(bank: Bank, handler: Holding) -> None:
    assert refused(bank.admin, handler, bank.li) == "not-held"


def test_a_post_is_not_lent_beyond_the_own_holding(bank: Bank) -> None:
    holding = hold(bank.wang, Duty.HANDLER, bank.sub, to=TODAY + timedelta(days=2))
    assert refused(bank.wang, holding, bank.li) == "beyond-the-holding"


def test_the_setting_limits_the_days(bank: Bank, handler: Holding, settings: LazySettings) -> None:
    settings.SHOUWEN_DELEGATION_DAYS = 7
    lend(bank.wang, handler, bank.li)
    assert refused(bank.wang, handler, bank.li, to_date=UNTIL + timedelta(days=1)) == "lent-too-long"


def test_it_does_not_begin_in_the_past(bank: Bank, handler: Holding) -> None:
    assert refused(bank.wang, handler, bank.li, from_date=TODAY - timedelta(days=1)) == "begins-in-the-past"


def test_a_reason_is_given(bank: Bank, handler: Holding) -> None:
    assert refused(bank.wang, handler, bank.li, reason=" 　") == "text-missing"


def test_nobody_is_the_own_deputy(bank: Bank, handler: Holding) -> None:
    assert refused(bank.wang, handler, bank.wang) == "no-such-deputy"


def test_a_post_is_lent_once_at_a_time(bank: Bank, handler: Holding) -> None:
    lend(bank.wang, handler, bank.li)
    assert refused(bank.wang, handler, bank.person("103", "赵雷", bank.sub)) == "lent-already"


def test_a_deputy_is_of_the_same_line_of_units(bank: Bank, handler: Holding) -> None:
    beside = bank.unit("3", "云岭分行", UnitKind.TIER1_BRANCH, bank.head)
    assert refused(bank.wang, handler, bank.person("103", "赵雷", beside)) == "deputy-elsewhere"
    assert lend(bank.wang, handler, bank.person("104", "周敏", bank.branch))


def test_an_administrator_lends_nothing(bank: Bank) -> None:
    assert (
        refused(bank.admin, Holding.objects.get(staff=bank.admin), bank.person("103", "赵雷", bank.head))
        == "never-lent"
    )


def test_discipline_inspection_is_lent_to_one_of_its_officers(bank: Bank) -> None:
    holding = hold(bank.wang, Duty.DISCIPLINE_OFFICER, bank.sub)
    assert refused(bank.wang, holding, bank.li) == "not-this-deputy"
    hold(bank.li, Duty.DISCIPLINE_OFFICER, bank.branch)
    assert lend(bank.wang, holding, bank.li)


def test_a_deputy_who_leaves_discipline_inspection_keeps_nothing_of_it(bank: Bank) -> None:
    holding = hold(bank.wang, Duty.DISCIPLINE_OFFICER, bank.sub)
    own = hold(bank.li, Duty.DISCIPLINE_OFFICER, bank.branch)
    lend(bank.wang, holding, bank.li)
    staffing.end_duty(own.pk, TODAY - timedelta(days=1), TODAY)
    assert lent_posts(bank.li) == []


def test_lending_and_taking_back_stand_in_the_history_of_both(bank: Bank, handler: Holding) -> None:
    lent = lend(bank.wang, handler, bank.li)
    lending.take_back(lent.pk, bank.wang.pk, NOW)
    for person in (bank.wang, bank.li):
        told = [change.what.zh for change in history_of_person(person.pk)]
        assert "授权“经办人”（王强 → 李敏）新增" in told
        assert any(said.startswith("授权“经办人”（王强 → 李敏）变更：收回") for said in told)


def test_own_leave_does_not_begin_in_the_past(bank: Bank) -> None:
    with pytest.raises(Refusal):
        staffing.add_own_absence(bank.wang.pk, TODAY - timedelta(days=1), TODAY, "", TODAY)
