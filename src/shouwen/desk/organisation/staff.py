"""人员: a person's page for administrators, with duties and absences, and the forms that change them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwen.casework.models import ComplaintRow
from shouwen.core.duties import Duty
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import AbsenceForm, DutyForm, EndForm, StaffForm
from shouwen.desk.organisation.pages import acted, form_page, today, within_remit
from shouwen.desk.trouble import posted
from shouwen.organisation import remit, staffing
from shouwen.organisation.history import history_of_person
from shouwen.organisation.models import Absence, Holding, Staff, Unit


class DutyLine(msgspec.Struct, frozen=True):
    """One duty held, and whether it runs, has ended, or is still to begin."""

    holding: Holding
    label: Text
    state: str


def person(request: DeskRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Staff.objects.select_related("unit"), id=key)
    page = {
        "person": row,
        "duties": _duties(row),
        "absences": row.absences.filter(to_date__gte=today()).order_by("from_date"),
        "today": today(),
        "leads": row.leads.all(),
        "contact_for": row.contact_for.select_related("unit").order_by("unit__path"),
        "has_password": row.has_usable_password(),
        "history": history_of_person(key),
    }
    return render(request, "desk/organisation/staff.html", page)


def _duties(row: Staff) -> list[DutyLine]:
    holdings = row.holdings.select_related("unit").order_by("to_date", "from_date", "id")
    lines = [DutyLine(holding, Duty(holding.duty).label, _state(holding)) for holding in holdings]
    return sorted(lines, key=lambda line: ("runs", "ahead", "ended").index(line.state))


def _state(holding: Holding) -> str:
    if holding.to_date and holding.to_date < today():
        return "ended"
    return "ahead" if holding.from_date > today() else "runs"


def new(request: DeskRequest) -> HttpResponse:
    code = request.GET.get("unit", "")
    return form_page(
        request,
        StaffForm(request.POST or None, initial={"unit": code}),
        within_remit(
            lambda given: remit.require_unit(request.actor, given["unit"].id, "unit"),
            lambda given: staffing.add_staff(_facts(given)),
        ),
        title=_("New member of staff"),
        submit=_("Add"),
        done=_("Added. Now give the duties, and make a code with which the person sets a password."),
        back=reverse("desk:unit", args=[code])
        if Unit.objects.filter(code=code).exists()
        else reverse("desk:organisation"),
        after=lambda staff: reverse("desk:staff", args=[staff.id]),
    )


def edit(request: DeskRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Staff.objects.select_related("unit"), id=key)
    initial = {name: getattr(row, name) for name in ("employee_no", "name", "phone", "email")}
    return form_page(
        request,
        StaffForm(request.POST or None, initial={**initial, "unit": row.unit.code}),
        within_remit(
            lambda given: _require_change(request, row, given["unit"].id),
            lambda given: staffing.change_staff(key, _facts(given)),
        ),
        title=_("Change %(person)s") % {"person": row.name},
        submit=_("Save"),
        done=_("The changes have been saved."),
        back=_address(key),
        person=row,
    )


def _facts(given: Mapping[str, Any]) -> staffing.StaffFacts:
    texts = {name: given[name] for name in ("employee_no", "name", "phone", "email")}
    return staffing.StaffFacts(**texts, unit_id=given["unit"].id)


def duty(request: DeskRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Staff.objects.select_related("unit"), id=key)
    return form_page(
        request,
        DutyForm(request.POST or None, initial={"unit": row.unit.code, "from_date": today()}),
        within_remit(
            lambda given: _require_grant(request, row, given),
            lambda given: staffing.give_duty(
                key, given["duty"], given["unit"].id, given["from_date"], given["to_date"], today()
            ),
        ),
        title=_("Give %(person)s a duty") % {"person": row.name},
        submit=_("Give the duty"),
        done=_("The duty has been given."),
        back=_address(key),
        person=row,
    )


def duty_end(request: DeskRequest, key: int) -> HttpResponse:
    holding = get_object_or_404(Holding.objects.select_related("staff", "unit"), id=key)
    return form_page(
        request,
        EndForm(request.POST or None, initial={"on": today()}),
        within_remit(
            lambda given: remit.require_grant(request.actor, holding.duty, holding.unit_id, holding.staff_id),
            lambda given: staffing.end_duty(key, given["on"], today()),
        ),
        title=_("End a duty of %(person)s") % {"person": holding.staff.name},
        submit=_("End the duty"),
        done=_("The end of the duty has been set."),
        back=_address(holding.staff_id),
        person=holding.staff,
        holding=DutyLine(holding, Duty(holding.duty).label, _state(holding)),
    )


@posted("desk:staff", "key")
def state(request: DeskRequest, key: int) -> HttpResponse:
    """停用、启用: the button says which."""
    row = get_object_or_404(Staff, id=key)
    to_active = request.POST.get("to") == "active"

    def act() -> None:
        remit.require_other(request.actor, key)
        remit.require_person(request.actor, row.unit_id, key, today())
        if to_active:
            staffing.activate(key)
        else:
            staffing.deactivate(key, today(), open_complaints)

    done = _("The account is active again.") if to_active else _("The account is no longer active.")
    return acted(request, act, done, _address(key))


def _require_change(request: DeskRequest, row: Staff, unit_id: int) -> None:
    remit.require_person(request.actor, row.unit_id, row.pk, today())
    remit.require_unit(request.actor, unit_id, "unit")


def _require_grant(request: DeskRequest, row: Staff, given: Mapping[str, Any]) -> None:
    """The person must be this administrator's too: else people of other units would be drawn in without their own knowing."""
    remit.require_grant(request.actor, given["duty"], given["unit"].id, row.pk)
    remit.require_unit(request.actor, row.unit_id)


def open_complaints(staff_id: int) -> int:
    return ComplaintRow.objects.filter(is_open=True).filter(Q(responsible=staff_id) | Q(mover=staff_id)).count()


def absence(request: DeskRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Staff, id=key)
    return form_page(
        request,
        AbsenceForm(request.POST or None, initial={"from_date": today()}),
        within_remit(
            lambda given: remit.require_unit(request.actor, row.unit_id),
            lambda given: staffing.add_absence(key, given["from_date"], given["to_date"], given["reason"]),
        ),
        title=_("%(person)s is absent") % {"person": row.name},
        submit=_("Record the absence"),
        done=_("The absence has been recorded. Meanwhile work goes to the next contact."),
        back=_address(key),
        person=row,
    )


@posted("desk:organisation")
def absence_end(request: DeskRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Absence.objects.select_related("staff"), id=key)

    def act() -> None:
        remit.require_unit(request.actor, row.staff.unit_id)
        staffing.end_absence(key, today())

    return acted(request, act, _("The absence has ended."), _address(row.staff_id))


def _address(key: int) -> str:
    return reverse("desk:staff", args=[key])
