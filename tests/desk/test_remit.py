"""管理范围: crafted posts of an administrator of a branch, and of one who would raise the own duties. All are refused."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwen.core.duties import Duty
from shouwen.organisation import calendar, directory, staffing
from shouwen.organisation.models import (
    Absence,
    CalendarDay,
    Contact,
    Delegation,
    Holding,
    PasswordCode,
    Staff,
    Unit,
    Upload,
)
from tests.desk.test_organisation import signed_in
from tests.organisation.small_bank import TODAY, Bank

SINCE = date(2020, 1, 1)


@pytest.fixture
def bank(db: None) -> Bank:
    """Wang administers the branch; Li is of the sub-branch below it."""
    bank = Bank()
    staffing.give_duty(bank.wang.id, Duty.ADMINISTRATOR, bank.branch.id, SINCE, None, TODAY)
    directory.forget()
    calendar.forget()
    return bank


@pytest.fixture
def branch_admin(bank: Bank) -> Client:
    return signed_in(bank.wang)


def give(client: Client, staff: Staff, duty: Duty, unit: Unit) -> bool:
    before = Holding.objects.count()
    given = {"duty": duty.value, "unit": unit.code, "from_date": "2026-11-24"}
    answer = client.post(reverse("desk:staff_duty", args=[staff.pk]), given)
    assert answer.status_code in (302, 422)
    return Holding.objects.count() > before


def test_duties_are_given_below_the_own_unit(bank: Bank, branch_admin: Client) -> None:
    assert give(branch_admin, bank.li, Duty.HANDLER, bank.sub)


@pytest.mark.parametrize("place", ["head", "hotline"])
def test_no_duty_is_given_above_or_beside(bank: Bank, branch_admin: Client, place: str) -> None:
    assert not give(branch_admin, bank.li, Duty.HANDLER, getattr(bank, place))


@pytest.mark.parametrize("duty", [Duty.ADMINISTRATOR, Duty.AUDITOR, Duty.DISCIPLINE_OFFICER])
def test_a_branch_gives_no_duty_of_the_head_offices(bank: Bank, branch_admin: Client, duty: Duty) -> None:
    assert not give(branch_admin, bank.li, duty, bank.sub)


def test_nobody_of_another_part_of_the_bank_is_drawn_in(bank: Bank, branch_admin: Client) -> None:
    assert not give(branch_admin, bank.admin, Duty.HANDLER, bank.sub)


def test_nobody_gives_themself_a_duty(bank: Bank) -> None:
    assert not give(signed_in(bank.admin), bank.admin, Duty.LEADER, bank.branch)


def test_nobody_ends_the_own_duty(bank: Bank, branch_admin: Client) -> None:
    own = Holding.objects.get(staff=bank.wang)
    branch_admin.post(reverse("desk:duty_end", args=[own.pk]), {"on": "2026-11-24"})
    own.refresh_from_db()
    assert own.to_date is None


def test_nobody_names_themself_leader_or_contact(bank: Bank) -> None:
    for field in ("leader", "first"):
        signed_in(bank.admin).post(reverse("desk:unit_people", args=["21"]), {field: "001"})
    assert not Contact.objects.exists()
    assert Unit.objects.get(code="21").leader is None


def test_no_password_code_is_made_for_who_holds_more(bank: Bank, branch_admin: Client) -> None:
    branch_admin.post(reverse("desk:password_code", args=[bank.admin.pk]))
    staffing.give_duty(bank.li.id, Duty.AUDITOR, bank.head.id, SINCE, None, TODAY)
    branch_admin.post(reverse("desk:password_code", args=[bank.li.pk]))
    assert not PasswordCode.objects.exists()


def test_no_account_above_is_stopped_or_moved(bank: Bank, branch_admin: Client) -> None:
    branch_admin.post(reverse("desk:staff_state", args=[bank.admin.pk]))
    branch_admin.post(
        reverse("desk:staff_edit", args=[bank.admin.pk]), {"employee_no": "001", "name": "管理员", "unit": "21"}
    )
    bank.admin.refresh_from_db()
    assert (bank.admin.is_active, bank.admin.unit_id) == (True, bank.head.id)


def test_no_unit_beside_or_above_is_changed(bank: Bank, branch_admin: Client) -> None:
    facts = {"code": "11", "name": "改名", "kind": "hotline"}
    branch_admin.post(reverse("desk:unit_edit", args=["11"]), facts)
    branch_admin.post(reverse("desk:unit_close", args=["11"]), {"on": "2026-11-24"})
    branch_admin.post(reverse("desk:unit_move", args=["11"]), {"parent": "2"})
    branch_admin.post(reverse("desk:unit_new"), {"code": "12", "name": "新部门", "kind": "union", "parent": "1"})
    row = Unit.objects.get(code="11")
    assert (row.name, row.closed_on, row.parent_id) == ("热线中心", None, bank.head.id)
    assert not Unit.objects.filter(code="12").exists()


def test_the_own_unit_is_not_moved_elsewhere(bank: Bank, branch_admin: Client) -> None:
    branch_admin.post(reverse("desk:unit_move", args=["2"]), {"parent": "11"})
    assert Unit.objects.get(code="2").parent_id == bank.head.id


def test_the_calendar_and_the_import_are_the_head_offices(bank: Bank, branch_admin: Client) -> None:
    branch_admin.post(reverse("desk:calendar_exception"), {"date": "2026-11-25", "working": "off", "name": "停业"})
    branch_admin.post(reverse("desk:organisation_import"), {"file": _file()})
    assert not CalendarDay.objects.filter(source="bank").exists()
    assert not Upload.objects.exists()


def _file() -> object:
    return SimpleUploadedFile("机构.csv", "机构号,机构名称,类型,上级机构号\n22,城西支行,支行,1\n".encode())


def test_no_absence_is_entered_for_somebody_elsewhere(bank: Bank, branch_admin: Client) -> None:
    branch_admin.post(
        reverse("desk:absence", args=[bank.admin.pk]), {"from_date": "2026-11-25", "to_date": "2026-11-26"}
    )
    assert not Absence.objects.exists()


# --- My posts, leave and deputies ---------------------------------------------------------------------------------------------


def days(first: int = 1, last: int = 3) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "from_date": str(today + timedelta(days=first)),
        "to_date": str(today + timedelta(days=last)),
        "reason": "年休假",
    }


def test_people_enter_and_end_their_own_leave(bank: Bank) -> None:
    client = signed_in(bank.li)
    assert client.post(reverse("desk:own_absence"), days()).status_code == 302
    row = Absence.objects.get(staff=bank.li)
    client.post(reverse("desk:own_absence_end", args=[row.pk]))
    assert not Absence.objects.exists()


def test_nobody_ends_the_leave_of_a_colleague_there(bank: Bank) -> None:
    signed_in(bank.li).post(reverse("desk:own_absence"), days())
    row = Absence.objects.get(staff=bank.li)
    assert signed_in(bank.admin).post(reverse("desk:own_absence_end", args=[row.pk])).status_code == 404


def test_a_post_is_lent_and_taken_back_on_the_page(bank: Bank) -> None:
    holding = staffing.give_duty(bank.li.id, Duty.HANDLER, bank.sub.id, SINCE, None, TODAY)
    directory.forget()
    client = signed_in(bank.li)
    answer = client.post(reverse("desk:lend"), {"holding": [holding.pk], "deputy": "101", **days()})
    assert answer.status_code == 302
    lent = Delegation.objects.get()
    assert "王强" in client.get(reverse("desk:mine")).content.decode()
    client.post(reverse("desk:lend_end", args=[lent.pk]))
    lent.refresh_from_db()
    assert lent.taken_back_at


def test_a_crafted_holding_of_somebody_else_is_refused(bank: Bank) -> None:
    staffing.give_duty(bank.li.id, Duty.HANDLER, bank.sub.id, SINCE, None, TODAY)
    other = Holding.objects.get(staff=bank.admin)
    answer = signed_in(bank.li).post(reverse("desk:lend"), {"holding": [other.pk], "deputy": "101", **days()})
    assert answer.status_code == 422
    assert not Delegation.objects.exists()


def test_a_leader_sees_who_of_the_unit_is_away(bank: Bank) -> None:
    leader = bank.person("105", "郑钧", bank.sub)
    staffing.appoint_leader(bank.sub.id, leader.pk, TODAY)
    directory.forget()
    signed_in(bank.li).post(reverse("desk:own_absence"), days())
    assert "李敏" in signed_in(leader).get(reverse("desk:mine")).content.decode()
    assert "年休假" not in signed_in(bank.admin).get(reverse("desk:mine")).content.decode()
