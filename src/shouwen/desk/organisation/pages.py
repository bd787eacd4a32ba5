"""What the pages of the room share: a form page that acts, the tree beside it, today."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shouwen.core.duties import Duty
from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import refuse
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory, forget
from shouwen.organisation.models import Staff

WHOLE_TREE = 300
"""Up to so many units the tree is sent whole; above, only what lies open."""
MOST_OFFERED = 500


class Node(msgspec.Struct):
    """A unit in the tree: `open` shows what is below it; `more` says that there is something that was not sent."""

    unit: Unit
    children: list["Node"]
    open: bool = False
    current: bool = False
    more: bool = False


def today() -> date:
    """The day it is in the bank's zone."""
    return working_calendar().local_date(timezone.now())


def administers(request: DeskRequest) -> bool:
    return Duty.ADMINISTRATOR in request.actor.duties


def within_remit(
    check: Callable[[Mapping[str, Any]], None], act: Callable[[Mapping[str, Any]], Any]
) -> Callable[[Mapping[str, Any]], Any]:
    """What a form does, after `check` has refused what is beyond this administrator."""

    def checked(given: Mapping[str, Any]) -> Any:
        check(given)
        return act(given)

    return checked


def tree(current: int | None) -> list[Node]:
    """机构树 with the line down to the current unit lying open. Closed units are left out, but for the current one."""
    who = directory()
    standing = {unit.id for unit in who.open_units()}
    here = who.unit(current) if current else None
    line = set(here.line) if here else set()
    units = [unit for unit in who.units() if unit.id in standing or unit.id in line]
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id].append(unit)
    whole = len(units) <= WHOLE_TREE

    def node(unit: Unit) -> Node:
        is_open = unit.id in line or unit.parent_id is None
        sent = children[unit.id] if is_open or whole else []
        return Node(
            unit,
            [node(child) for child in sent],
            open=is_open,
            current=unit.id == current,
            more=bool(children[unit.id]) and not sent,
        )

    return [node(unit) for unit in children[None]]


def offered() -> dict[str, Any]:
    """Units and people that a field offers in its list; a bank with more types the code."""
    units = directory().open_units()
    people = Staff.objects.filter(is_active=True).order_by("employee_no").values_list("employee_no", "name")
    return {
        "offered_units": units if len(units) <= MOST_OFFERED else (),
        "offered_people": list(people[:MOST_OFFERED]) if people.count() <= MOST_OFFERED else (),
    }


def form_page(
    request: DeskRequest,
    form: forms.Form,
    act: Callable[[Mapping[str, Any]], Any],
    *,
    title: str,
    submit: str,
    done: str,
    back: str,
    after: Callable[[Any], str] | None = None,
    **more: Any,
) -> HttpResponse:
    """One form on a page of its own. A refusal is said at its field, and what was typed stays.

    `back` is where "cancel" leads, and where one is afterwards unless `after` says otherwise of what `act` returned.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            forget()
            messages.success(request, done)
            return redirect(after(result) if after else back)
    page = {"form": form, "title": title, "submit": submit, "back": back, **offered(), **more}
    return render(request, "desk/organisation/form.html", page, status=422 if form.errors else 200)


def acted(request: DeskRequest, act: Callable[[], Any], done: str, back: str) -> HttpResponse:
    """A button: it acts, and the page it stands on says what became of it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        forget()
        messages.success(request, done)
    return redirect(back)
