"""导入写入: the good rows of a plan, in bulk, in one transaction; and the file between preview and confirmation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from shouwen.core.duties import CASEWORKERS, Duty
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation import tree
from shouwen.organisation.importing.plan import Plan, PlannedRow, RowState
from shouwen.organisation.importing.planning import (
    KINDS,
    contacts_after,
    duties_in,
    from_day,
    leads,
    plan_import,
    rank_of,
    read_date,
)
from shouwen.organisation.importing.reading import Table
from shouwen.organisation.models import Contact, Holding, Staff, Unit
from shouwen.organisation.staffing import running

BATCH = 2000
STAFF_FIELDS = {"name": "name", "phone": "phone", "email": "email"}


@transaction.atomic
def write(tables: Iterable[Table], today: date, seen: str = "") -> Plan:
    """Plan once more with the tree held, and write the good rows: all of them or none.

    `seen` is the digest of the plan that was looked at; refused when the import would no longer do the same.
    """
    tree.hold_tree()
    plan = plan_import(tables, today)
    if seen and plan.digest != seen:
        raise Refusal(
            "plan-out-of-date",
            Text(
                "预览之后，机构人员已被改动，导入结果会不一样。请看过新的预览再确认。",
                "The organisation has changed since the preview, and the import would do something else. Look at the new preview, then confirm.",
            ),
        )
    units = [row for row in plan.units if row.state in (RowState.NEW, RowState.CHANGED)]
    staff = [row for row in plan.staff if row.state in (RowState.NEW, RowState.CHANGED)]
    _write_units(units)
    _write_staff(staff, today)
    return plan


# --- Units -----------------------------------------------------------------------------------------------------------------


def _write_units(rows: Sequence[PlannedRow]) -> None:
    known = {unit.code: unit for unit in Unit.objects.all()}
    _add_units([row for row in rows if row.state is RowState.NEW], known)
    changed = [row for row in rows if row.state is RowState.CHANGED]
    for row in changed:
        _set_unit(known[row.values["code"]], row)
    Unit.objects.bulk_update(
        [known[row.values["code"]] for row in changed],
        ["name", "kind", "address", "phone", "opened_on"],
        batch_size=BATCH,
    )
    tree.relocate(
        {known[row.values["code"]].id: known[row.values["parent"]].id for row in changed if "parent" in row.changes}
    )


def _add_units(rows: Sequence[PlannedRow], known: dict[str, Unit]) -> None:
    """New units, the upper ones first: one round for each level."""
    waiting = list(rows)
    while waiting:
        ready: dict[str, list[PlannedRow]] = {}
        for row in waiting:
            parent = row.values.get("parent", "")
            if not parent or parent in known:
                ready.setdefault(parent, []).append(row)
        added = []
        for code, children in ready.items():
            above = known.get(code)
            paths = tree.next_paths(above.path if above else "", above.id if above else None, len(children))
            for row, path in zip(children, paths, strict=True):
                unit = Unit(code=row.values["code"], parent=above, path=path)
                _set_unit(unit, row)
                added.append(unit)
        known |= {unit.code: unit for unit in Unit.objects.bulk_create(added, batch_size=BATCH)}
        waiting = [row for row in waiting if row.values["code"] not in known]


def _set_unit(unit: Unit, row: PlannedRow) -> None:
    unit.name = row.values["name"]
    unit.kind = KINDS[row.values["kind"].lower()].value
    unit.address = row.values.get("address") or unit.address
    unit.phone = row.values.get("phone") or unit.phone
    if row.values.get("opened_on"):
        unit.opened_on = read_date(row.values["opened_on"])


# --- Staff -----------------------------------------------------------------------------------------------------------------


def _write_staff(rows: Sequence[PlannedRow], today: date) -> None:
    units = {unit.code: unit for unit in Unit.objects.only("id", "code", "leader_id")}
    wanted = {row.values["employee_no"] for row in rows}
    known = {staff.employee_no: staff for staff in Staff.objects.filter(employee_no__in=wanted)}
    for row in rows:
        number = row.values["employee_no"]
        staff = known.get(number)
        if staff is None:
            staff = known[number] = Staff(employee_no=number, password=make_password(None))
        staff.unit = units[row.values["unit"]]
        for field, key in STAFF_FIELDS.items():
            setattr(staff, field, row.values.get(key) or getattr(staff, field))
    added = [staff for staff in known.values() if staff.pk is None]
    changed = [staff for staff in known.values() if staff.pk is not None]
    Staff.objects.bulk_update(changed, ["unit", *STAFF_FIELDS], batch_size=BATCH)
    Staff.objects.bulk_create(added, batch_size=BATCH)
    _write_leaders([row for row in rows if leads(row)], units, known, today)
    _write_contacts([row for row in rows if rank_of(row)], units, known)
    _write_duties(rows, units, known, today)


def _write_leaders(
    rows: Sequence[PlannedRow], units: Mapping[str, Unit], known: Mapping[str, Staff], today: date
) -> None:
    changed = []
    for row in rows:
        unit, staff = units[row.values["unit"]], known[row.values["employee_no"]]
        if unit.leader_id != staff.pk:
            unit.leader = staff
            changed.append(unit)
    before = running(Holding.objects.filter(unit__in=changed, duty=Duty.LEADER), today)
    before.filter(from_date__gte=today).delete()
    before.update(to_date=today - timedelta(days=1))
    Unit.objects.bulk_update(changed, ["leader"], batch_size=BATCH)


def _write_contacts(rows: Sequence[PlannedRow], units: Mapping[str, Unit], known: Mapping[str, Staff]) -> None:
    touched = [units[row.values["unit"]] for row in rows]
    standing = {
        (contact.unit.code, contact.rank): contact
        for contact in Contact.objects.filter(unit__in=touched).select_related("unit", "staff")
    }
    after = contacts_after(rows, {at: contact.staff.employee_no for at, contact in standing.items()})
    gone = [contact.pk for at, contact in standing.items() if at not in after]
    Contact.objects.filter(pk__in=gone).delete()
    changed, added = [], []
    for (code, rank), number in after.items():
        contact = standing.get((code, rank))
        if contact is None:
            added.append(Contact(unit=units[code], rank=rank, staff=known[number]))
        elif contact.staff.employee_no != number:
            contact.staff = known[number]
            changed.append(contact)
    Contact.objects.bulk_update(changed, ["staff"], batch_size=BATCH)
    Contact.objects.bulk_create(added, batch_size=BATCH)


def _write_duties(
    rows: Sequence[PlannedRow], units: Mapping[str, Unit], known: Mapping[str, Staff], today: date
) -> None:
    """Duties that are not held yet, at the person's unit. What is held and not in the file stays: an import takes no duty away."""
    held: dict[tuple[int, int], set[str]] = {}
    people = [known[row.values["employee_no"]] for row in rows]
    for person_id, unit_id, duty in running(Holding.objects.filter(staff__in=people), today).values_list(
        "staff_id", "unit_id", "duty"
    ):
        held.setdefault((person_id, unit_id), set()).add(duty)
    added = []
    for row in rows:
        staff, unit = known[row.values["employee_no"]], units[row.values["unit"]]
        there = held.get((staff.pk, unit.pk), set())
        named = duties_in(row.values.get("duties", ""))
        if rank_of(row) and not CASEWORKERS & {*named, *(Duty(duty) for duty in there)}:
            named.append(Duty.CONTACT)
        added += [
            Holding(staff=staff, duty=duty.value, unit=unit, from_date=from_day(row, today))
            for duty in dict.fromkeys(named)
            if duty.value not in there
        ]
    Holding.objects.bulk_create(added, batch_size=BATCH)
