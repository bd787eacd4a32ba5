"""机构: the tree with its search, a unit's page, and the forms that change it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwen.casework.models import ComplaintRow
from shouwen.core.duties import Duty
from shouwen.core.people import Actor, UnitKind
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import CloseForm, MoveForm, PeopleForm, UnitForm
from shouwen.desk.organisation.pages import acted, administers, form_page, today, tree, within_remit
from shouwen.desk.trouble import posted
from shouwen.organisation import remit, staffing
from shouwen.organisation import tree as units
from shouwen.organisation.directory import directory
from shouwen.organisation.history import history_of_unit
from shouwen.organisation.models import Absence, Contact, Holding, Staff, Unit

SHOWN = 200


class ContactLine(msgspec.Struct, frozen=True):
    """第一或第二联系人 with the absence that runs today, and whether work goes there now."""

    rank: str
    staff: Staff
    absence: Absence | None
    on_duty: bool


class StaffLine(msgspec.Struct, frozen=True):
    staff: Staff
    duties: list[Text]
    absence: Absence | None


def overview(request: DeskRequest) -> HttpResponse:
    """The tree with the head office, or what a search finds. The words come by POST: a name never stands in an address."""
    words = request.POST.get("q", "").strip()[:100]
    if words:
        people = Staff.objects.filter(Q(name__icontains=words) | Q(employee_no__startswith=words))
        found = {
            "words": words,
            "units": Unit.objects.filter(Q(name__icontains=words) | Q(code__startswith=words)).order_by("path")[:SHOWN],
            "people": people.select_related("unit").order_by("name")[:SHOWN],
        }
        page = {"tree": tree(None), "found": found, "administers": administers(request)}
        return render(request, "desk/organisation/organisation.html", page)
    head = Unit.objects.filter(parent=None).select_related("leader", "parent").first()
    return _page(request, head)


def unit(request: DeskRequest, code: str) -> HttpResponse:
    return _page(request, get_object_or_404(Unit.objects.select_related("leader", "parent"), code=code))


def _page(request: DeskRequest, row: Unit | None) -> HttpResponse:
    page: dict[str, Any] = {
        "administers": _administers(request, row),
        "tree": tree(row.id if row else None),
        "unit": row,
    }
    if row:
        who = directory()
        page |= {
            "kind": UnitKind(row.kind).label,
            "contacts": _contacts(row),
            "answers": who.leader(row.id),
            "staff": _staff(row.staff.filter(is_active=True).order_by("employee_no")),
            "below": row.children.filter(closed_on=None).order_by("path"),
            "line": [who.unit(above) for above in _line(row)[:-1]],
            "history": history_of_unit(row.id),
        }
    return render(request, "desk/organisation/organisation.html", page)


def _administers(request: DeskRequest, row: Unit | None) -> bool:
    return administers(request) and (row is None or remit.has_unit(request.actor, row.pk))


def _line(row: Unit) -> tuple[int, ...]:
    found = directory().unit(row.id)
    return found.line if found else (row.id,)


def _contacts(row: Unit) -> list[ContactLine]:
    contacts = list(Contact.objects.filter(unit=row).select_related("staff").order_by("rank"))
    absent = _absent([contact.staff_id for contact in contacts])
    first = next(
        (contact.pk for contact in contacts if contact.staff.is_active and contact.staff_id not in absent), None
    )
    return [
        ContactLine(contact.rank, contact.staff, absent.get(contact.staff_id), contact.pk == first)
        for contact in contacts
    ]


def _staff(people: QuerySet[Staff]) -> list[StaffLine]:
    rows = list(people[:SHOWN])
    ids = [row.pk for row in rows]
    duties: dict[int, list[Text]] = {}
    running = staffing.running(Holding.objects.filter(staff__in=ids), today()).filter(from_date__lte=today())
    for holder, duty in running.order_by("pk").values_list("staff_id", "duty"):
        duties.setdefault(holder, []).append(Duty(duty).label)
    absent = _absent(ids)
    return [StaffLine(row, list(dict.fromkeys(duties.get(row.pk, []))), absent.get(row.pk)) for row in rows]


def _absent(staff: list[int]) -> dict[int, Absence]:
    running = Absence.objects.filter(staff__in=staff, from_date__lte=today(), to_date__gte=today())
    return {absence.staff_id: absence for absence in running}


def new(request: DeskRequest) -> HttpResponse:
    under = request.GET.get("under", "")
    form = UnitForm(request.POST or None, initial={"parent": under, "opened_on": today()})
    return form_page(
        request,
        form,
        within_remit(
            lambda given: remit.require_unit(request.actor, given["parent"].id if given["parent"] else None, "parent"),
            lambda given: units.open_unit(_facts(given)),
        ),
        title=_("New unit"),
        submit=_("Create the unit"),
        done=_("The unit has been created."),
        back=reverse("desk:unit", args=[under])
        if Unit.objects.filter(code=under).exists()
        else reverse("desk:organisation"),
        after=lambda unit: reverse("desk:unit", args=[unit.code]),
    )


def _facts(given: Mapping[str, Any]) -> units.UnitFacts:
    parent = given.get("parent")
    return units.UnitFacts(
        code=given["code"],
        name=given["name"],
        kind=UnitKind(given["kind"]),
        parent_id=parent.id if parent else None,
        address=given["address"],
        phone=given["phone"],
        opened_on=given["opened_on"],
    )


def edit(request: DeskRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Unit, code=code)
    columns = ("code", "name", "kind", "address", "phone", "opened_on")
    form = UnitForm(request.POST or None, placed=True, initial={column: getattr(row, column) for column in columns})
    return form_page(
        request,
        form,
        within_remit(
            lambda given: remit.require_unit(request.actor, row.id),
            lambda given: units.change_unit(row.id, _facts(given)),
        ),
        title=_("Change %(unit)s") % {"unit": row.name},
        submit=_("Save"),
        done=_("The changes have been saved."),
        back=_address(row),
        after=_address,
        unit=row,
    )


def move(request: DeskRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    return form_page(
        request,
        MoveForm(request.POST or None),
        within_remit(
            lambda given: _require_move(request.actor, row, given["parent"]),
            lambda given: units.move_unit(row.id, given["parent"].id),
        ),
        title=_("Move %(unit)s") % {"unit": row.name},
        submit=_("Move the unit"),
        done=_("The unit has been moved, with all that is below it."),
        back=_address(row),
        unit=row,
        lead=_("Complaints keep the line of units they had until now; the history keeps where the unit belonged."),
    )


def close(request: DeskRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Unit, code=code)
    return form_page(
        request,
        CloseForm(request.POST or None, initial={"on": today()}),
        within_remit(
            lambda given: remit.require_unit(request.actor, row.parent_id),
            lambda given: units.close_unit(row.id, given["on"], today(), _open_complaints),
        ),
        title=_("Close %(unit)s") % {"unit": row.name},
        submit=_("Close the unit"),
        done=_("The unit has been closed."),
        back=_address(row),
        unit=row,
        danger=True,
        lead=_(
            "Before: move or close the units below, transfer the staff, hand over open complaints. Duties held there end."
        ),
    )


def _open_complaints(unit_id: int) -> int:
    return ComplaintRow.objects.filter(is_open=True, unit=unit_id).count()


@posted("desk:unit", "code")
def reopen(request: DeskRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Unit, code=code)

    def act() -> None:
        remit.require_unit(request.actor, row.parent_id)
        units.reopen_unit(row.id)

    return acted(request, act, _("The unit is open again."), _address(row))


def people(request: DeskRequest, code: str) -> HttpResponse:
    """第一责任人、第一和第二联系人 of a unit in one form."""
    row = get_object_or_404(Unit.objects.select_related("leader"), code=code)
    contacts = {contact.rank: contact.staff.employee_no for contact in row.contacts.select_related("staff")}
    initial = {
        "leader": row.leader.employee_no if row.leader else "",
        "first": contacts.get("A", ""),
        "second": contacts.get("B", ""),
    }
    return form_page(
        request,
        PeopleForm(request.POST or None, initial=initial),
        within_remit(
            lambda given: _require_people(request.actor, row, given),
            lambda given: _set_people(row, given),
        ),
        title=_("Responsible people of %(unit)s") % {"unit": row.name},
        submit=_("Save"),
        done=_("The changes have been saved."),
        back=_address(row),
        unit=row,
        lead=_(
            "Type an employee number, or a name that only one person has. Who becomes contact may sign for the unit."
        ),
    )


def _require_move(actor: Actor, row: Unit, parent: Unit) -> None:
    remit.require_unit(actor, row.parent_id)
    remit.require_unit(actor, parent.pk, "parent")


def _require_people(actor: Actor, row: Unit, given: Mapping[str, Any]) -> None:
    """Only who is put in or taken out counts: an administrator who is contact already may be named again with the rest."""
    remit.require_unit(actor, row.pk)
    before = {"leader": row.leader_id} | {
        {"A": "first", "B": "second"}[contact.rank]: contact.staff_id for contact in row.contacts.all()
    }
    for name, staff in given.items():
        if (staff.id if staff else None) != before.get(name):
            remit.require_other(actor, staff.id if staff else before.get(name))


def _set_people(row: Unit, given: Mapping[str, Any]) -> None:
    key = {name: staff.id if staff else None for name, staff in given.items()}
    staffing.set_responsible(row.id, key["leader"], key["first"], key["second"], today())


def _address(row: Unit) -> str:
    return reverse("desk:unit", args=[row.code])
