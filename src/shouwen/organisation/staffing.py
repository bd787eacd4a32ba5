"""人员与任职: staff, the duties they hold, the first responsible person, contacts A and B, absences (mission C6, C7).

Each function is one transaction and raises `Refusal` with a sentence; `today` is the day in the bank's zone.
"""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from shouwen.core.duties import CASEWORKERS, Duty
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.models import Absence, Contact, Holding, Staff, Unit


class StaffFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says of a person. The phone and the address are the office's, never private ones."""

    employee_no: str
    name: str
    unit_id: int
    phone: str = ""
    email: str = ""


@transaction.atomic
def add_staff(facts: StaffFacts) -> Staff:
    """新增人员, who cannot sign in before setting a password with a one-time code (`organisation.passwords`)."""
    _check_facts(facts, None)
    staff = Staff(**msgspec.structs.asdict(facts))
    staff.set_unusable_password()
    staff.save(force_insert=True)
    return staff


@transaction.atomic
def change_staff(staff_id: int, facts: StaffFacts) -> Staff:
    """变更人员资料, also the unit a person belongs to. Duties held elsewhere stay: they are ended by themselves."""
    staff = Staff.objects.select_for_update().get(id=staff_id)
    _check_facts(facts, staff_id)
    for column, value in msgspec.structs.asdict(facts).items():
        setattr(staff, column, value)
    staff.save(update_fields=list(facts.__struct_fields__))
    return staff


def _check_facts(facts: StaffFacts, staff_id: int | None) -> None:
    if Staff.objects.filter(employee_no=facts.employee_no).exclude(id=staff_id or 0).exists():
        raise Refusal(
            "employee-number-in-use",
            Text(
                f"工号 {facts.employee_no} 已经使用，请核对。",
                f"The employee number {facts.employee_no} is in use. Check it.",
            ),
            field="employee_no",
        )
    _open_unit(facts.unit_id)
    if facts.email:
        validate_email(facts.email)


@transaction.atomic
def deactivate(staff_id: int, today: date, open_complaints: Callable[[int], int]) -> Staff:
    """停用: the person can no longer sign in; duties end, contact places fall free.

    Refused: who is first responsible person somewhere, or still responsible for open complaints (the caller says how many),
    and the last administrator.
    """
    staff = Staff.objects.select_for_update().get(id=staff_id)
    if unit := Unit.objects.filter(leader=staff).first():
        raise Refusal(
            "still-leader",
            Text(
                f"{staff.name}是“{unit.name}”的第一责任人，请先为该单位另行指定。",
                f"{staff.name} is first responsible person of “{unit.name}”. Name another there first.",
            ),
        )
    if count := open_complaints(staff_id):
        raise Refusal(
            "still-responsible",
            Text(
                f"{staff.name}还是 {count} 件未办结投诉的责任人，请先移交。",
                f"{staff.name} is still responsible for {count} open complaints. Hand them over first.",
            ),
        )
    _keep_an_administrator(staff, today)
    for holding in running(staff.holdings.all(), today):
        _end(holding, today)
    Contact.objects.filter(staff=staff).delete()
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    return staff


@transaction.atomic
def activate(staff_id: int) -> Staff:
    """重新启用. Duties that ended do not come back by themselves."""
    staff = Staff.objects.select_for_update().get(id=staff_id)
    _open_unit(staff.unit_id)
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    return staff


# --- Duties 任职 ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def give_duty(staff_id: int, duty: str, unit_id: int, from_date: date, to_date: date | None, today: date) -> Holding:
    """任职 at a unit from a day, until a day or without end, both days included. The same duty at the same unit cannot overlap."""
    staff = _active(staff_id, "staff")
    _open_unit(unit_id)
    if duty not in set(Duty):
        raise Refusal(
            "no-such-duty",
            Text(f"没有“{duty}”这个岗位，请重新选择。", f"There is no duty “{duty}”. Choose again."),
            field="duty",
        )
    _in_order(from_date, to_date)
    same = staff.holdings.filter(duty=duty, unit_id=unit_id).filter(Q(to_date=None) | Q(to_date__gte=from_date))
    if to_date:
        same = same.filter(from_date__lte=to_date)
    if held := same.first():
        raise Refusal(
            "duty-held",
            Text(
                f"{staff.name}自 {held.from_date} 起已在该单位任此岗位，请修改日期，或先结束原任职。",
                f"{staff.name} holds this duty there since {held.from_date}. Change the dates, or end that one first.",
            ),
            field="from_date",
        )
    if duty == Duty.LEADER:
        _may_lead(staff, unit_id, from_date, to_date, today)
        Unit.objects.filter(id=unit_id).update(leader=staff)
    return Holding.objects.create(staff=staff, duty=duty, unit_id=unit_id, from_date=from_date, to_date=to_date)


def _may_lead(staff: Staff, unit_id: int, from_date: date, to_date: date | None, today: date) -> None:
    unit = Unit.objects.get(id=unit_id)
    if unit.leader_id not in (None, staff.id):
        raise Refusal(
            "has-leader",
            Text(
                f"“{unit.name}”已有第一责任人，请在该单位的页面更换。",
                f"“{unit.name}” has a first responsible person. Change it on the page of that unit.",
            ),
            field="duty",
        )
    if from_date > today or to_date:
        raise Refusal(
            "leader-from-today",
            Text(
                "第一责任人自任职之日起负责，直至更换：起始日期不晚于今天，截止日期留空。",
                "A first responsible person answers from the day named until another is: begin no later than today, and set no end.",
            ),
            field="from_date",
        )


@transaction.atomic
def end_duty(holding_id: int, last_day: date, today: date) -> None:
    """结束任职 with a last day. One that had not begun by then is taken out; the history keeps it."""
    holding = Holding.objects.select_for_update().select_related("staff", "unit").get(id=holding_id)
    if holding.duty == Duty.LEADER and holding.unit.leader_id == holding.staff_id:
        raise Refusal(
            "still-leader",
            Text(
                f"{holding.staff.name}是“{holding.unit.name}”的第一责任人，请在该单位的页面更换，原任职随之结束。",
                f"{holding.staff.name} is first responsible person of “{holding.unit.name}”. Name another on its page; this duty then ends.",
            ),
        )
    if holding.duty == Duty.ADMINISTRATOR:
        _keep_an_administrator(holding.staff, today)
    _end(holding, last_day)


def _end(holding: Holding, last_day: date) -> None:
    if last_day < holding.from_date:
        holding.delete()
    else:
        holding.to_date = last_day
        holding.save(update_fields=["to_date"])


def running(holdings: "QuerySet[Holding]", on: date) -> "QuerySet[Holding]":
    """The duties that have not ended before a day, those still to begin included."""
    return holdings.filter(Q(to_date=None) | Q(to_date__gte=on))


def _keep_an_administrator(staff: Staff, today: date) -> None:
    administrators = running(Holding.objects.filter(duty=Duty.ADMINISTRATOR, staff__is_active=True), today)
    mine = administrators.filter(staff=staff).exists()
    if mine and not administrators.filter(from_date__lte=today, to_date=None).exclude(staff=staff).exists():
        raise Refusal(
            "last-administrator",
            Text(
                "这是最后一位系统管理员，请先让另一位人员任系统管理员（不设截止日期）。",
                "This is the last administrator. Make somebody else administrator, without an end, first.",
            ),
        )


# --- First responsible person 第一责任人 ------------------------------------------------------------------------------------


@transaction.atomic
def appoint_leader(unit_id: int, staff_id: int | None, today: date) -> None:
    """指定第一责任人 from today; the predecessor's duty there ended yesterday. None: the institution above answers (mission C6).

    Refused: to name nobody where nobody above is named either.
    """
    unit = Unit.objects.select_for_update().get(id=_open_unit(unit_id).id)
    if unit.leader_id == staff_id:
        return
    staff = _active(staff_id, "leader") if staff_id else None
    if staff is None and not _someone_above(unit):
        raise Refusal(
            "nobody-above",
            Text(
                f"“{unit.name}”以上各级都没有第一责任人，不能留空，请指定一人。",
                f"No unit above “{unit.name}” has a first responsible person, so this place cannot stay empty. Name somebody.",
            ),
            field="leader",
        )
    for holding in running(Holding.objects.filter(unit=unit, duty=Duty.LEADER), today).exclude(staff=staff):
        _end(holding, today - timedelta(days=1))
    unit.leader = staff
    unit.save(update_fields=["leader"])
    if staff:
        hold_from(staff, Duty.LEADER, unit, today)


def hold_from(staff: Staff, duty: Duty, unit: Unit, today: date) -> None:
    """The person holds the duty from today at the latest and without end; what was held already counts."""
    held = running(Holding.objects.filter(staff=staff, duty=duty, unit=unit), today)
    if held.filter(from_date__lte=today).update(to_date=None):
        return
    held.delete()
    Holding.objects.create(staff=staff, duty=duty, unit=unit, from_date=today)


def _someone_above(unit: Unit) -> bool:
    above = unit.parent
    while above is not None:
        if above.leader is not None and above.leader.is_active:
            return True
        above = above.parent
    return False


# --- Contacts A and B 第一、第二联系人 --------------------------------------------------------------------------------------


@transaction.atomic
def set_contacts(unit_id: int, first: int | None, second: int | None, today: date) -> None:
    """指定第一、第二联系人. Who may not yet sign for the unit is given the duty of contact there.

    Refused: B without A, one person as both, somebody who is not active.
    """
    unit = Unit.objects.select_for_update().get(id=_open_unit(unit_id).id)
    if second and not first:
        raise Refusal(
            "b-without-a",
            Text("请先填写第一联系人，再填写第二联系人。", "Name contact A before contact B."),
            field="first",
        )
    if first and first == second:
        raise Refusal(
            "same-contact",
            Text(
                "第二联系人与第一联系人不能是同一人，请另选，或留空。",
                "Contact B cannot be the same person as contact A. Choose another, or leave it empty.",
            ),
            field="second",
        )
    for rank, staff_id, field in (("A", first, "first"), ("B", second, "second")):
        if staff_id is None:
            Contact.objects.filter(unit=unit, rank=rank).delete()
            continue
        staff = _active(staff_id, field)
        row = Contact.objects.filter(unit=unit, rank=rank).first() or Contact(unit=unit, rank=rank)
        if row.staff_id != staff_id:
            row.staff = staff
            row.save()
        held = running(Holding.objects.filter(staff=staff, unit=unit, duty__in=CASEWORKERS), today)
        if not held.filter(from_date__lte=today).exists():
            hold_from(staff, Duty.CONTACT, unit, today)


@transaction.atomic
def set_responsible(unit_id: int, leader: int | None, first: int | None, second: int | None, today: date) -> None:
    """First responsible person and contacts of a unit together: all of it or nothing."""
    appoint_leader(unit_id, leader, today)
    set_contacts(unit_id, first, second, today)


# --- Absence 不在岗 ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_absence(staff_id: int, from_date: date, to_date: date, reason: str) -> Absence:
    """登记不在岗 from a day until a day, both included. Work then goes to the next contact (mission C7)."""
    staff = _active(staff_id, "staff")
    _in_order(from_date, to_date)
    if other := staff.absences.filter(from_date__lte=to_date, to_date__gte=from_date).first():
        raise Refusal(
            "absence-overlaps",
            Text(
                f"{staff.name}在 {other.from_date} 至 {other.to_date} 已登记不在岗，请修改日期，或先取消原登记。",
                f"{staff.name} is already absent from {other.from_date} until {other.to_date}. Change the dates, or cancel that one.",
            ),
            field="from_date",
        )
    return Absence.objects.create(staff=staff, from_date=from_date, to_date=to_date, reason=reason)


def add_own_absence(staff_id: int, from_date: date, to_date: date, reason: str, today: date) -> Absence:
    """请假, entered by the person; days that are past are corrected by an administrator."""
    if from_date < today:
        raise Refusal(
            "begins-in-the-past",
            Text(
                "请假不能从过去的日期开始，请填今天或以后；补登请找系统管理员。",
                "Leave cannot begin in the past. Enter today or a later day; an administrator enters what is past.",
            ),
            field="from_date",
        )
    return add_absence(staff_id, from_date, to_date, reason)


@transaction.atomic
def end_absence(absence_id: int, today: date) -> None:
    """提前返岗或取消: the person is back today; an absence that has not begun is taken out."""
    absence = Absence.objects.select_for_update().get(id=absence_id)
    if absence.from_date >= today:
        absence.delete()
    elif absence.to_date >= today:
        absence.to_date = today - timedelta(days=1)
        absence.save(update_fields=["to_date"])


# --- Shared ---------------------------------------------------------------------------------------------------------------


def _in_order(from_date: date, to_date: date | None) -> None:
    if to_date and to_date < from_date:
        raise Refusal(
            "ends-before-start",
            Text("截止日期早于起始日期，请修改。", "It ends before it begins. Correct the dates."),
            field="to_date",
        )


def _active(staff_id: int, field: str) -> Staff:
    staff = Staff.objects.select_for_update().get(id=staff_id)
    if not staff.is_active:
        raise Refusal(
            "not-active",
            Text(
                f"{staff.name}的账号已停用，请另选，或先启用。",
                f"{staff.name} is not active. Choose another, or activate first.",
            ),
            field=field,
        )
    return staff


def _open_unit(unit_id: int) -> Unit:
    unit = Unit.objects.get(id=unit_id)
    if unit.closed_on:
        raise Refusal(
            "unit-closed",
            Text(f"“{unit.name}”已经撤销，请另选机构。", f"“{unit.name}” is closed. Choose another unit."),
            field="unit",
        )
    return unit
