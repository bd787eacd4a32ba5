"""监测规则: written with a sentence that says it back, tested against the past, then switched on."""

from typing import Any

import msgspec
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.watch_rules import Per
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.warnings import wording
from shouwen.desk.warnings.forms import RuleForm, say
from shouwen.insight.watching import rule_counts, rules
from shouwen.insight.watching.models import WatchRule
from shouwen.insight.watching.rules import TestedDay

MOST_RULES = 200
DAYS_WITH_NUMBERS = 20
"""Days of a back-test whose complaints are named, the newest."""


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """The rules on this person's units, those that are on first."""
    found = rules.readable(request.actor).order_by("-is_on", "-id")[:MOST_RULES]
    return render(
        request,
        "desk/warnings/rules.html",
        {"rules": [_line(each, request.actor) for each in found], "may_write": bool(rules.units(request.actor))},
    )


def _line(rule: WatchRule, actor: Actor) -> dict[str, Any]:
    return {
        "rule": rule,
        "sentence": wording.rule_sentence(rule),
        "unit": wording.unit_name(rule.unit),
        "made_by": wording.person_name(rule.made_by),
        "tested": rules.result_of(rule, actor),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def new(request: DeskRequest) -> HttpResponse:
    """新建规则. It is off until it was tested."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def change(request: DeskRequest, rule_id: int) -> HttpResponse:
    """修改规则: it is off again until it was tested."""
    held = _held(request, rule_id)
    if not rules.may_change(request.actor, held):
        raise PermissionDenied
    return _form(request, held)


def _form(request: DeskRequest, held: WatchRule | None) -> HttpResponse:
    units = rules.units(request.actor)
    if not units:
        raise PermissionDenied
    form = RuleForm(units, request.POST if request.method == "POST" else None, held)
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                rules.require(request.actor, form.asked)
                preview = wording.rule_sentence(WatchRule(**msgspec.structs.asdict(form.asked)))
                return render(request, "desk/warnings/rule_form.html", {"form": form, "held": held, "preview": preview})
            if held is None:
                rule = rules.make(request.actor, form.cleaned_data["key"], form.asked, timezone.now())
            else:
                rule = rules.change(request.actor, held, form.asked, timezone.now())
        except Refusal as refusal:
            say(form, refusal)
        else:
            return redirect("desk:watch_rule", rule_id=rule.id)
    status = 422 if form.errors else 200
    return render(request, "desk/warnings/rule_form.html", {"form": form, "held": held}, status=status)


@require_safe
@cache_control(no_store=True, private=True)
def rule(request: DeskRequest, rule_id: int) -> HttpResponse:
    """One rule: what it says, its back-test with the complaints behind, and its switch."""
    held = _held(request, rule_id)
    tested = rules.result_of(held, request.actor)
    days = [day for day in tested.shown if not _is_about(request, day)] if tested else []
    behind = rule_counts.behind(request.actor, held, [_key(day) for day in days[:DAYS_WITH_NUMBERS]])
    context = {
        **_line(held, request.actor),
        "tested_days": [(day, _series(day), behind.get(_key(day), [])) for day in days],
        "months": tested.by_month.items() if tested else (),
        "may_change": rules.may_change(request.actor, held),
        "switched_by": wording.person_name(held.switched_by),
        "changed_by": wording.person_name(held.changed_by),
        "warnings": held.warnings.count(),
        "late": rule_counts.is_late(held),
    }
    return render(request, "desk/warnings/rule.html", context)


def _key(day: TestedDay) -> rule_counts.Window:
    return rule_counts.Window(day.unit, day.dimension, day.code, day.first, day.day)


def _is_about(request: DeskRequest, day: TestedDay) -> bool:
    """Complaints about the reader are told to others only."""
    return day.dimension == Per.EMPLOYEE and day.code == str(request.actor.id)


def _series(day: TestedDay) -> Any:
    if day.dimension == Per.UNIT:
        return wording.unit_name(day.unit)
    return in_reader_language(wording.series_of(day.dimension, day.code))


@posted("desk:watch_rule", "rule_id")
def test(request: DeskRequest, rule_id: int) -> HttpResponse:
    """试算."""
    held = _held(request, rule_id)
    try:
        rules.test(request.actor, held, timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("Back-tested on the past twelve months."))
    return redirect("desk:watch_rule", rule_id=rule_id)


@posted("desk:watch_rule", "rule_id")
def switch_on(request: DeskRequest, rule_id: int) -> HttpResponse:
    """启用 the version that the page showed."""
    version = request.POST.get("version", "")
    try:
        rules.switch_on(
            request.actor,
            _held(request, rule_id),
            int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else 0,
            timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The rule is on. Each day is looked at when it is over."))
    return redirect("desk:watch_rule", rule_id=rule_id)


@posted("desk:watch_rule", "rule_id")
def switch_off(request: DeskRequest, rule_id: int) -> HttpResponse:
    """停用."""
    try:
        rules.switch_off(request.actor, _held(request, rule_id), timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The rule is off. Warnings that it has raised stay."))
    return redirect("desk:watch_rule", rule_id=rule_id)


def _held(request: DeskRequest, rule_id: int) -> WatchRule:
    held = rules.readable(request.actor).filter(id=rule_id).first() if rule_id < 2**31 else None
    if held is None:
        raise Http404
    return held
