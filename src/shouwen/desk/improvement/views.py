"""改进: the list, a proposal, and the page of an item with its steps, its effect, and what this person may do now."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import queries
from shouwen.core.improvement import Act, Finding, Item, Kind, Measured, Origin, State, acts, effect
from shouwen.core.improvement.escalating import Level
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.access import may_open
from shouwen.desk.case.units import matching, unit_lines
from shouwen.desk.improvement.forms import FORMS, ActForm, ProposeForm, choice_of, measure_title, say
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.parts import Pager
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.insight.improvement import measuring, working
from shouwen.insight.improvement.models import ImprovementItem, ImprovementStep
from shouwen.insight.watching import warnings
from shouwen.insight.watching.models import EarlyWarning
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

PAGE = 50
IN_HAND = "in_hand"
"""未办结, in the address of the list: every state that is open."""
MOST_STEPS = 200
ICONS = {
    Act.PROPOSE: "plus",
    Act.ACCEPT: "accept",
    Act.DECLINE: "decline",
    Act.CHANGE: "edit",
    Act.NOTE: "note",
    Act.FINISH: "check",
    Act.JUDGE: "investigate",
}
TOLD = {
    Level.WARNED: Text("已提醒", "Reminded"),
    Level.OWNER: Text("逾期，已提醒责任人", "Overdue: the owner was told"),
    Level.LEADER: Text("逾期，已上报单位负责人", "Overdue: the leader was told"),
    Level.SUPERIOR: Text("逾期，已上报上级负责人", "Overdue: the superior was told"),
}


class Line(msgspec.Struct, frozen=True):
    """One item as the list shows it."""

    item: Item
    unit: str
    owner: str
    overdue: bool


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """改进事项 that this person reads, the newest first, narrowed by the address."""
    asked, today = request.GET, _today()
    rows = working.readable(request.actor)
    if asked.get("state") in set(State):
        rows = rows.filter(state=asked["state"])
    elif asked.get("state") == IN_HAND:
        rows = rows.filter(state__in=[each for each in State if each.is_open])
    if asked.get("kind") in set(Kind):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("overdue"):
        rows = rows.filter(state=State.ACCEPTED, due_on__lt=today)
    if asked.get("mine"):
        rows = rows.filter(owner=request.actor.id or 0)
    if typed := asked.get("unit", "").strip()[:200]:
        found = matching(typed)
        if len(found) == 1:
            below = [unit.id for unit in directory().units() if found[0].id in unit.line]
            rows = rows.filter(owner_unit__in=below)
        else:
            messages.warning(request, _("The unit could not be told and was left out. Type its code."))
    after = asked.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    shown = list(rows.order_by("-id")[: PAGE + 1])
    more = str(shown[PAGE - 1].id) if len(shown) > PAGE else None
    context = {
        "lines": [_line(row, today) for row in shown[:PAGE]],
        "states": [(IN_HAND, Text("未办结", "In hand")), *((each.value, each.label) for each in State)],
        "kinds": [(each.value, each.label) for each in Kind],
        "chosen": {name: asked.get(name, "") for name in ("state", "kind", "unit", "overdue", "mine")},
        "pager": Pager(after=more),
        "is_first": not after,
        "may_propose": may_open("desk:improvement_new", request.actor.duties),
        "unit_lines": unit_lines(request.actor),
    }
    return render(request, "desk/improvement/overview.html", context)


def _line(row: ImprovementItem, today: Any) -> Line:
    item = working.item_of(row)
    late = item.state is State.ACCEPTED and item.due_on is not None and item.due_on < today
    return Line(item, _unit_name(item.owner_unit), _name(item.owner), late)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def new(request: DeskRequest) -> HttpResponse:
    """提出改进事项, from a complaint, a warning or a theme where the address names one."""
    if request.method != "POST":
        return _new(request, ProposeForm(start=_start(request)))
    form = ProposeForm(request.POST)
    if form.is_valid():
        try:
            made = working.propose(request.actor, form.proposal(), key=form.cleaned_data["key"], now=timezone.now())
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("Proposed. The leader of that unit is told; you read here what becomes of it."))
            return redirect("desk:improvement_item", item_number=made.number)
    return _new(request, form, 422)


def _new(request: DeskRequest, form: ProposeForm, status: int = 200) -> HttpResponse:
    origin = form["origin"].value()
    reference = str(form["reference"].value() or "")
    if origin == Origin.COMPLAINT and not queries.visible_numbers(request.actor, [reference]):
        raise Http404
    if origin == Origin.WARNING and warnings.find(request.actor, reference) is None:
        raise Http404
    context = {
        "form": form,
        "origin": Origin(origin).label if origin in set(Origin) and origin != Origin.FREE else None,
        "reference": reference,
        "is_complaint": origin == Origin.COMPLAINT,
        "is_warning": origin == Origin.WARNING,
        "unit_lines": unit_lines(request.actor),
    }
    return render(request, "desk/improvement/new.html", context, status=status)


def _start(request: DeskRequest) -> dict[str, Any]:
    """What the form begins with: class and unit of the complaint or the warning, or the theme's word and unit."""
    if warning := request.GET.get("warning", ""):
        return _start_from(warnings.find(request.actor, warning))
    number, theme = request.GET.get("complaint", ""), request.GET.get("theme", "")[:32]
    if number:
        complaint = queries.find(request.actor, number) if queries.COMPLAINT_NUMBER.fullmatch(number) else None
        if complaint is None:
            raise Http404
        return {
            "origin": Origin.COMPLAINT.value,
            "reference": complaint.number,
            "unit": complaint.handling_unit,
            "measured": f"class:{complaint.class_}" if complaint.class_ else "",
        }
    if theme:
        unit = directory().unit_by_code(request.GET.get("unit", ""))
        words = _("Complaints about “%(word)s” are rising") % {"word": theme}
        start = {"origin": Origin.THEME.value, "reference": theme, "title": words}
        return start | ({"unit": unit.id} if unit else {})
    return {}


def _start_from(held: EarlyWarning | None) -> dict[str, Any]:
    if held is None:
        raise Http404
    is_counted = held.rule_id is None and held.dimension in ("all", "class", "cause", "channel")
    return {
        "origin": Origin.WARNING.value,
        "reference": held.number,
        "unit": held.unit,
        "measured": choice_of(Measured(held.unit, held.dimension, held.code)) if is_counted else "",
    }


@require_safe
@cache_control(no_store=True, private=True)
def item(request: DeskRequest, item_number: str) -> HttpResponse:
    """One item: what is proposed, what was done, and what the figures say."""
    return _page(request, _found(request, item_number))


@posted("desk:improvement_item", "item_number")
@cache_control(no_store=True, private=True)
def take(request: DeskRequest, item_number: str, act: str) -> HttpResponse:
    """One step. A refusal comes back with everything that was typed."""
    row = _found(request, item_number)
    if act not in set(FORMS):
        raise Http404
    doing = Act(act)
    form = FORMS[doing](working.item_of(row), row.version, request.POST)
    if form.is_valid():
        try:
            working.take(
                request.actor, item_number, doing, form.given(), seen=form.cleaned_data["seen"], now=timezone.now()
            )
        except Refusal as refusal:
            row = _found(request, item_number)
            if refusal.rule == "stale-page":
                typed = request.POST.copy()
                typed["seen"] = str(row.version)
                form = FORMS[doing](working.item_of(row), row.version, typed)
                form.is_valid()
            say(form, refusal)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": in_reader_language(doing.label)})
            if working.readable(request.actor).filter(number=item_number).exists():
                return redirect("desk:improvement_item", item_number=item_number)
            return redirect("desk:improvement")
    return _page(request, row, (doing, form), 422)


def _found(request: DeskRequest, number: str) -> ImprovementItem:
    row = working.readable(request.actor).filter(number=number[:20]).first()
    if row is None:
        raise Http404(_("There is no such item, or it is not among those that you may see."))
    return row


def _page(
    request: DeskRequest, row: ImprovementItem, given: tuple[Act, ActForm] | None = None, status: int = 200
) -> HttpResponse:
    item, today, actor = working.item_of(row), _today(), request.actor
    unit = directory().unit(item.owner_unit)
    line = unit.line if unit else ()
    offered = [
        (act, given[1] if given and given[0] is act else form(item, row.version), bool(given and given[0] is act))
        for act, form in FORMS.items()
        if acts.may(actor, act, item, line)
    ]
    if given and all(act is not given[0] for act, _form, _open in offered):
        messages.error(
            request, " ".join(map(str, given[1].non_field_errors())) or _("This step is not possible any more.")
        )
    told = measuring.effect_of(item, today, hidden_from=actor.id)
    context = {
        "item": item,
        "line": _line(row, today),
        "origin_number": _origin_number(request, item),
        "warning": _warning(request, item),
        "theme": item.reference if item.origin is Origin.THEME else "",
        "owner_unit": _unit_name(item.owner_unit),
        "owner": _name(item.owner),
        "proposer": f"{_name(item.proposed_by)} · {_unit_name(item.proposed_unit)}",
        "decided_by": _name(item.decided_by),
        "done_by": _name(item.done_by),
        "measured": measure_title(item.measured) if item.measured else "",
        "measured_choice": choice_of(item.measured),
        "effect": told,
        "effect_words": effect.in_words(told) if told else None,
        "share_words": effect.share_in_words(told) if told else None,
        "offered": offered,
        "own_work": _is_own_work(request, item),
        "steps": [_step(each) for each in row.steps.order_by("-seq")[:MOST_STEPS]],
        "unit_lines": unit_lines(actor) if offered else (),
    }
    return render(request, "desk/improvement/item.html", context, status=status)


def _is_own_work(request: DeskRequest, item: Item) -> bool:
    return item.state is State.DONE and not request.actor.stands_for.isdisjoint({item.owner, item.done_by})


def _origin_number(request: DeskRequest, item: Item) -> str:
    """The number of the complaint, for those who may see it."""
    if item.origin is not Origin.COMPLAINT:
        return ""
    return next(iter(queries.visible_numbers(request.actor, [item.reference])), "")


def _warning(request: DeskRequest, item: Item) -> str:
    """The number of the warning, for those who read it."""
    is_read = item.origin is Origin.WARNING and warnings.find(request.actor, item.reference) is not None
    return item.reference if is_read else ""


def _step(step: ImprovementStep) -> dict[str, Any]:
    is_told = step.act == "told"
    return {
        "title": TOLD[Level(step.told or Level.WARNED)] if is_told else Act(step.act).label,
        "icon": "up" if is_told else ICONS[Act(step.act)],
        "who": _name(step.by),
        "at": step.at,
        "text": "" if step.act == Act.PROPOSE else step.text,  # stands beside it
        "finding": Finding(step.finding).label if step.finding else None,
        "owner": _name(step.owner) if step.act in (Act.ACCEPT, Act.CHANGE) else "",
        "unit": _unit_name(step.owner_unit) if step.act in (Act.ACCEPT, Act.CHANGE) else "",
        "due_on": step.due_on if step.act in (Act.ACCEPT, Act.CHANGE) else None,
    }


def _today() -> Any:
    return working_calendar().local_date(timezone.now())


def _unit_name(unit_id: int | None) -> str:
    unit = directory().unit(unit_id) if unit_id is not None else None
    return unit.name if unit else ""


def _name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""
