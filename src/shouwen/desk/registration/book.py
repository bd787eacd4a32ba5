"""意见簿整页登记: up to twelve sheets in one table, each a complaint of its own (mission A1).

What is right is registered at once; rows with errors stay on the page. Each row carries its own key, so that sending a page
twice registers nothing twice.
"""

from typing import Any
from uuid import uuid4

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import drafts, queries
from shouwen.casework.door import handle
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Accept, Register
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.desk.asking import AskingForm
from shouwen.desk.case.forms import class_choices, titled
from shouwen.desk.case.units import UNIT_INPUT, UnitField, unit_lines
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.registration.forms import LOCAL, fact_field, received, receiving_units
from shouwen.desk.registration.typed import own_drafts, staff_of, typed_in, uuid_of
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.intake import channels, opinion_book

ROWS = 12
DONE = "registered_from_book"
FACTS = ("found_in", "page")


class PageForm(AskingForm):
    """What all rows of a page have in common."""

    draft = forms.UUIDField(widget=forms.HiddenInput, required=False)
    received_at = forms.DateTimeField(
        label=gettext_lazy("Collected at"), widget=forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL)
    )
    receiving_unit = forms.TypedChoiceField(label=gettext_lazy("Receiving unit"), coerce=int)
    outlet = UnitField(label=gettext_lazy("Outlet"), max_length=200, widget=forms.TextInput(UNIT_INPUT))

    def __init__(self, policy: Policy, actor: Actor, data: Any = None, start: Any = None) -> None:
        units = receiving_units(actor)
        first = {"received_at": timezone.localtime(), "found_in": "book", **(start or {})}
        if len(units) == 1:
            first.setdefault("receiving_unit", units[0][0])
            first.setdefault("outlet", units[0][0])
        super().__init__(data, initial=first, use_required_attribute=False)
        channel = policy.channel(opinion_book.CODE)
        for code in FACTS:
            fact = channel.fact(code)
            if fact is not None:
                self.fields[code] = fact_field(fact)
        field = self.fields["receiving_unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units
        self.order_fields(["found_in", "page", "outlet", "received_at", "receiving_unit"])


class RowForm(AskingForm):
    """One sheet. A row in which nothing was typed is no row."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    written_on = forms.CharField(
        label=gettext_lazy("Written on"), required=False, max_length=40, widget=forms.TextInput({"type": "date"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    statement = forms.CharField(
        label=gettext_lazy("What the customer wrote"), required=False, widget=forms.Textarea({"rows": 2})
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
    )
    anonymous = forms.BooleanField(label=gettext_lazy("Anonymous"), required=False)
    class_ = forms.ChoiceField(label=gettext_lazy("Class"), required=False)

    def __init__(self, number: int, policy: Policy, data: Any = None, start: Any = None) -> None:
        self.number = number
        self.refused = ""
        super().__init__(
            data,
            prefix=f"row{number}",
            initial={"key": str(uuid4()), **(start or {})},
            use_required_attribute=False,
        )
        for field, choices in (("kind", titled(policy.kinds)), ("class_", [("", "—"), *class_choices(policy)])):
            wanted = self.fields[field]
            assert isinstance(wanted, forms.ChoiceField)
            wanted.choices = choices
        for name, each in self.fields.items():
            if name != "key":
                each.widget.attrs["aria-label"] = f"{number} {each.label}"

    @property
    def is_blank(self) -> bool:
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in ("statement", "name", "phone"))

    def say(self, refusal: Refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, in_reader_language(refusal.message))

    @property
    def problems(self) -> list[str]:
        return [str(error) for errors in self.errors.values() for error in errors]


class Done(msgspec.Struct, frozen=True):
    """A sheet that is registered, with the tracking code for whoever wrote it."""

    number: str
    title: str
    tracking: str


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def book(request: DeskRequest) -> HttpResponse:
    policy = standing_policy()
    if request.method == "POST":
        do = request.POST.get("do", "register")
        return _save(request, policy) if do == "draft" else _register(request, policy, do)
    draft_id = uuid_of(request.GET.get("draft", ""))
    kept = drafts.open_draft(staff_of(request.actor), draft_id) if draft_id else None
    start = {field: values[-1] for field, values in kept.typed.items() if values} if kept else {}
    return _page(request, PageForm(policy, request.actor, start=_started(start, kept)), _rows_from(start, policy))


def _started(start: dict[str, str], kept: drafts.Kept | None) -> dict[str, Any]:
    return {**start, "draft": kept.id} if kept else dict(start)


def _rows_from(start: dict[str, str], policy: Policy) -> list[RowForm]:
    """Empty rows, or those of a draft."""
    rows = []
    for number in range(1, ROWS + 1):
        prefix = f"row{number}-"
        own = {name.removeprefix(prefix): value for name, value in start.items() if name.startswith(prefix)}
        rows.append(RowForm(number, policy, start={name: value for name, value in own.items() if value}))
    return rows


def _save(request: DeskRequest, policy: Policy) -> HttpResponse:
    typed = typed_in(request)
    if drafts.is_too_long(typed):
        messages.error(request, _("This is too long for a draft. Register some rows first."))
        start = {field: values[-1] for field, values in typed.items() if values}
        return _page(request, PageForm(policy, request.actor, start=start), _rows_from(start, policy), status=422)
    drafts.save(staff_of(request.actor), typed, uuid_of(request.POST.get("draft", "")))
    messages.success(request, _("The draft is saved. You find it on this page."))
    return redirect("desk:register_book")


def _register(request: DeskRequest, policy: Policy, do: str) -> HttpResponse:
    """Register each row for itself. With an error anywhere the page comes back with what is left."""
    sent = request.POST
    page = PageForm(policy, request.actor, data=sent)
    rows = [RowForm(number, policy, data=sent) for number in range(1, ROWS + 1)]
    filled = [row for row in rows if not row.is_blank]
    if not filled:
        page.add_error(None, _("Nothing is written in any row. Type at least one sheet."))
    if not page.is_valid():
        return _page(request, page, rows, status=422)
    registered = [number for row in filled if (number := _registered(row, page, policy, request.actor, do))]
    request.session[DONE] = list(dict.fromkeys([*request.session.get(DONE, []), *registered]))
    left = [row for row in filled if row.errors]
    if not left:
        drafts.discard(staff_of(request.actor), page.cleaned_data["draft"])
        return redirect("desk:register_book_done")
    taken = {row.number for row in filled} - {row.number for row in left}
    shown = [RowForm(row.number, policy) if row.number in taken else row for row in rows]
    return _page(request, page, shown, status=422, registered=len(registered))


def _registered(row: RowForm, page: PageForm, policy: Policy, actor: Actor, do: str) -> str:
    """The number of the complaint that the row became; empty when it has an error, which then stands at the row."""
    if not row.is_valid():
        return ""
    asked, common = row.cleaned_data, page.cleaned_data
    facts = {**{code: common[code] for code in FACTS if common.get(code)}, "written_on": asked["written_on"]}
    register = Register(
        channel=opinion_book.CODE,
        channel_facts={code: value for code, value in facts.items() if value},
        kind=asked["kind"],
        received_at=received(common["received_at"]),
        receiving_unit=common["receiving_unit"],
        anonymous=asked["anonymous"],
        subject=opinion_book.title_of(asked["statement"], _place(common, row.number)),
        statement=asked["statement"],
        class_=asked["class_"],
        unit_about=common["outlet"],
    )
    then: tuple[Command, ...] = (Accept(),) if do == "accept" else ()
    try:
        return handle(
            *channels.commands(register, policy, actor, timezone.localdate(), *then),
            actor=actor,
            details=Details(name=asked["name"].strip(), phone=asked["phone"].strip()),
            key=f"book:{asked['key']}",
        ).number
    except Refusal as refusal:
        row.say(refusal)
        return ""


def _place(common: dict[str, Any], number: int) -> str:
    """Where the sheet stands, as its title: 意见簿第12页第3条."""
    where = "意见箱" if common.get("found_in") == "box" else "意见簿"
    page = f"第{common['page']}页" if common.get("page") else ""
    return f"{where}{page}第{number}条"


def _page(
    request: DeskRequest, page: PageForm, rows: list[RowForm], *, status: int = 200, registered: int = 0
) -> HttpResponse:
    kept = [
        each for each in own_drafts(request.actor, of_book=True) if each["id"] != uuid_of(str(page["draft"].value()))
    ]
    shown = {
        "form": page,
        "rows": rows,
        "registered": registered,
        "done": _done(request) if registered else [],
        "drafts": kept,
        "units": unit_lines(request.actor),
    }
    return render(request, "desk/registration/book.html", shown, status=status)


@require_safe
@cache_control(no_store=True, private=True)
def book_done(request: DeskRequest) -> HttpResponse:
    """登记完成: numbers and tracking codes of the page, once."""
    done = _done(request)
    request.session.pop(DONE, None)
    return render(request, "desk/registration/book_done.html", {"done": done})


def _done(request: DeskRequest) -> list[Done]:
    numbers = request.session.get(DONE, [])
    found = queries.visible_to(request.actor).filter(number__in=numbers).order_by("id") if numbers else []
    return [Done(row.number, row.title, Vault.open(row.id).tracking) for row in found]
