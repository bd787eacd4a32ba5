"""选择机构: a unit by its code, its name or a part of either; the lists that help while one types."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwen.core.people import Actor, Unit
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

MOST_LINES = 500
MOST_NAMED = 8
UNIT_INPUT = {
    "list": "units",
    "autocomplete": "off",
    "hx-get": reverse_lazy("desk:units"),
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#units",
}
ASKED_BY = ("unit", "unit_about", "dispatch_to", "measured_unit")
"""The fields that ask for a unit, by the names under which what is typed comes."""


class UnitField(forms.CharField):
    """A unit by its code, a line of the list (“111101 城东支行人民路分理处”), its name, or a part that fits only one."""

    def clean(self, value: Any) -> Any:
        """The unit's id, or nothing."""
        text = super().clean(value)
        return self._unit_id(text) if text else None

    def _unit_id(self, text: str) -> int:
        found = matching(text)
        if not found:
            raise forms.ValidationError(
                _("There is no such unit. Choose one from the list, or type a part of its name or its code.")
            )
        if len(found) > 1:
            named = "；".join(f"{unit.code} {unit.name}" for unit in found[:MOST_NAMED])
            more = " …" if len(found) > MOST_NAMED else ""
            raise forms.ValidationError(_("Several units fit: %(units)s. Type the code.") % {"units": named + more})
        return found[0].id

    def prepare_value(self, value: Any) -> Any:
        unit = directory().unit(value) if isinstance(value, int) else None
        return f"{unit.code} {unit.name}" if unit else value


def matching(text: str) -> list[Unit]:
    """The units that a text may mean: the one with this code or this very name, else all open ones with it as a part."""
    by_code = directory().unit_by_code(text.split()[0])
    if by_code is not None:
        return [by_code]
    units = directory().open_units()
    wanted = _plain(text)
    named = [unit for unit in units if _plain(unit.name) == wanted]
    return named or [unit for unit in units if _fits(unit, wanted)]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _fits(unit: Unit, wanted: str) -> bool:
    return wanted in _plain(unit.name) or wanted in unit.code.casefold()


def unit_lines(actor: Actor, text: str = "") -> list[str]:
    """Every open unit to choose from, each with its contact on duty: those that the actor looks after first, then all others.

    Of a large bank the first 500; what is typed narrows them, and any unit is taken by its name or code all the same.
    """
    people = directory()
    today = working_calendar().local_date(timezone.now())
    reached = {post.scope_id for post in actor.posts}
    wanted = _plain(text)
    units = sorted(
        (unit for unit in people.open_units() if _fits(unit, wanted)),
        key=lambda unit: reached.isdisjoint(unit.line),
    )[:MOST_LINES]
    contacts = ((unit, people.contact_on_duty(unit.id, today)) for unit in units)
    return [f"{unit.code} {unit.name}" + (f" {contact.name}" if contact else "") for unit, contact in contacts]
