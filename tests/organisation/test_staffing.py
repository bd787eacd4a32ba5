"""People: duties, the first responsible person, contacts, absences, and the code that sets a password."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shouwen.core.duties import Duty
from shouwen.core.refusal import Refusal
from shouwen.organisation import directory, passwords, staffing
from shouwen.organisation.models import Contact, Holding, Unit
from tests.organisation.small_bank import TODAY, Bank

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def refused(rule: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.raises(Refusal, match=f"^{rule}")


def nothing(staff_id: int) -> int:
    return 0


def test_a_duty_that_ends_before_it_starts_is_refused(bank: Bank) -> None:
    with refused("ends-before-start"):
        staffing.give_duty(bank.wang.id, Duty.CLERK, bank.sub.id, TODAY, YESTERDAY, TODAY)


def test_the_same_duty_cannot_be_held_twice_at_a_time(bank: Bank) -> None:
    staffing.give_duty(bank.wang.id, Duty.CLERK, bank.sub.id, YESTERDAY, TODAY, TODAY)
    with refused("duty-held"):
        staffing.give_duty(bank.wang.id, Duty.CLERK, bank.sub.id, TODAY, None, TODAY)
    staffing.give_duty(bank.wang.id, Duty.CLERK, bank.sub.id, TOMORROW, None, TODAY)


def test_a_duty_nobody_knows_is_refused(bank: Bank) -> None:
    with refused("no-such-duty"):
        staffing.give_duty(bank.wang.id, "king", bank.sub.id, TODAY, None, TODAY)


def test_a_new_leader_holds_the_duty_from_today_and_the_old_one_no_longer(bank: Bank) -> None:
    staffing.appoint_leader(bank.sub.id, bank.wang.id, YESTERDAY)
    staffing.appoint_leader(bank.sub.id, bank.li.id, TODAY)
    directory.forget()
    who = directory.directory()
    assert [person.id for person in who.holders(Duty.LEADER, bank.sub.id, TODAY)] == [bank.li.id]
    assert who.leader(bank.outlet.id) == who.person(bank.li.id)


def test_a_leader_cannot_be_removed_where_nobody_above_answers(bank: Bank) -> None:
    staffing.appoint_leader(bank.sub.id, bank.wang.id, TODAY)
    with refused("nobody-above"):
        staffing.appoint_leader(bank.sub.id, None, TODAY)
    staffing.appoint_leader(bank.head.id, bank.admin.id, TODAY)
    staffing.appoint_leader(bank.sub.id, None, TODAY)
    assert Unit.objects.get(id=bank.sub.id).leader is None


def test_a_leaders_duty_ends_by_naming_another_not_by_itself(bank: Bank) -> None:
    staffing.appoint_leader(bank.sub.id, bank.wang.id, TODAY)
    with refused("still-leader"):
        staffing.end_duty(Holding.objects.get(duty=Duty.LEADER).id, TODAY, TODAY)


def test_contact_b_is_somebody_else_than_contact_a(bank: Bank) -> None:
    with refused("same-contact"):
        staffing.set_contacts(bank.sub.id, bank.wang.id, bank.wang.id, TODAY)
    with refused("b-without-a"):
        staffing.set_contacts(bank.sub.id, None, bank.wang.id, TODAY)


def test_contacts_may_change_places(bank: Bank) -> None:
    staffing.set_contacts(bank.sub.id, bank.wang.id, bank.li.id, TODAY)
    staffing.set_contacts(bank.sub.id, bank.li.id, bank.wang.id, TODAY)
    assert dict(Contact.objects.values_list("rank", "staff__name")) == {"A": "李敏", "B": "王强"}


def test_who_becomes_contact_may_sign_for_the_unit(bank: Bank) -> None:
    staffing.set_contacts(bank.outlet.id, bank.wang.id, None, TODAY)
    assert Holding.objects.get(unit=bank.outlet, staff=bank.wang).duty == Duty.CONTACT


def test_a_contact_who_is_not_active_is_refused(bank: Bank) -> None:
    staffing.deactivate(bank.wang.id, TODAY, nothing)
    with refused("not-active"):
        staffing.set_contacts(bank.sub.id, bank.wang.id, None, TODAY)


def test_a_leader_and_who_is_responsible_for_open_complaints_stay_active(bank: Bank) -> None:
    with refused("still-responsible"):
        staffing.deactivate(bank.wang.id, TODAY, lambda staff: 2)
    staffing.appoint_leader(bank.sub.id, bank.wang.id, TODAY)
    with refused("still-leader"):
        staffing.deactivate(bank.wang.id, TODAY, nothing)


def test_the_last_administrator_stays(bank: Bank) -> None:
    with refused("last-administrator"):
        staffing.deactivate(bank.admin.id, TODAY, nothing)
    with refused("last-administrator"):
        staffing.end_duty(Holding.objects.get(duty=Duty.ADMINISTRATOR).id, TODAY, TODAY)


def test_work_goes_to_contact_b_while_contact_a_is_absent(bank: Bank) -> None:
    staffing.set_contacts(bank.sub.id, bank.wang.id, bank.li.id, TODAY)
    absence = staffing.add_absence(bank.wang.id, TODAY, TOMORROW, "休假")
    directory.forget()
    assert directory.directory().contact_on_duty(bank.sub.id, TODAY).name == "李敏"
    staffing.end_absence(absence.id, TODAY)
    directory.forget()
    assert directory.directory().contact_on_duty(bank.sub.id, TODAY).name == "王强"


def test_absences_do_not_overlap(bank: Bank) -> None:
    staffing.add_absence(bank.wang.id, TODAY, TOMORROW, "")
    with refused("absence-overlaps"):
        staffing.add_absence(bank.wang.id, TOMORROW, TOMORROW, "")


def test_a_password_code_works_once_and_for_three_days(bank: Bank) -> None:
    code = passwords.make_code(bank.wang.id, NOW)
    with refused("wrong-code"):
        passwords.set_password("101", code, "长长的好密码-2026", NOW + timedelta(days=3, seconds=1))
    assert passwords.set_password("101", code.lower(), "长长的好密码-2026", NOW).check_password("长长的好密码-2026")
    with refused("wrong-code"):
        passwords.set_password("101", code, "长长的好密码-2027", NOW)


def test_a_password_code_dies_after_ten_wrong_tries(bank: Bank) -> None:
    code = passwords.make_code(bank.wang.id, NOW)
    for _ in range(10):
        with refused("wrong-code"):
            passwords.set_password("101", "AAAA-AAAA-AAAA", "长长的好密码-2026", NOW)
    with refused("wrong-code"):
        passwords.set_password("101", code, "长长的好密码-2026", NOW)


def test_a_first_duty_day_is_a_day_of_the_bank(bank: Bank) -> None:
    staffing.give_duty(bank.wang.id, Duty.CLERK, bank.sub.id, date(2026, 12, 1), None, TODAY)
    who = directory.directory()
    assert not who.actor_for(bank.wang, TODAY).duties
