"""登记 on one page: it saves itself, knows the customer's earlier complaints, and shows when the answer is due (mission A1–A3)."""

import contextlib
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwen.casework import drafts, queries
from shouwen.casework.door import KeyUsedOtherwise, handle
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Vault
from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.timelimits import start_clock
from shouwen.desk.case.forms import unit_lines
from shouwen.desk.case.story import faces
from shouwen.desk.clocks import read_clock
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.registration.forms import FACT, RegisterForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.worklist.rows import WARN_BELOW, lines_of
from shouwen.intake.mailbox.waiting import settle as settle_mail
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

NOT_TYPED = ("csrfmiddlewaretoken", "do", "to_channel")
DONE = "registered"


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def register(request: DeskRequest) -> HttpResponse:
    """The page. A POST registers; or keeps a draft, or changes the channel, without losing a word."""
    policy = standing_policy()
    channels = [each for each in policy.channels if not request.actor.duties.isdisjoint(each.accepting)]
    if request.method == "POST":
        do = request.POST.get("do", "register")
        if "to_channel" in request.POST:
            return _form_page(request, policy, channels, _chosen(channels, request.POST["to_channel"]), _typed(request))
        if do == "draft" and drafts.is_too_long(_typed(request)):
            messages.error(
                request, _("This is too long for a draft. Shorten it, or register it with the text as a file.")
            )
            return _form_page(
                request, policy, channels, _chosen(channels, request.POST.get("channel", "")), _typed(request)
            )
        if do == "draft":
            _save(request)
            messages.success(request, _("The draft is saved. You find it on this page."))
            return redirect("desk:register")
        return _register(request, policy, channels, _chosen(channels, request.POST.get("channel", "")), do)
    kept = _draft(request, request.GET.get("draft", ""))
    typed = {**kept.typed, "draft": [str(kept.id)]} if kept else {}
    code = typed.get("channel", [request.GET.get("channel", "")])[0]
    return _form_page(request, policy, channels, _chosen(channels, code), typed)


def _chosen(channels: list[Channel], code: str) -> Channel:
    """The channel asked for, else the first that this person registers."""
    if not channels:
        raise Http404(_("Your duties register no channel."))
    return next((channel for channel in channels if channel.code == code), channels[0])


def _register(request: DeskRequest, policy: Policy, channels: list[Channel], channel: Channel, do: str) -> HttpResponse:
    form = RegisterForm(channel, policy, request.actor, data=_without_nul(request))
    if form.is_valid():
        try:
            complaint = handle(
                *_commands(form, request, do),
                actor=request.actor,
                details=form.details(),
                key=f"register:{form.cleaned_data['key']}",
            )
        except KeyUsedOtherwise as used:
            form.add_error(None, in_reader_language(used.message))
        except Refusal as refusal:
            _say(form, refusal)
        else:
            settle_mail(form.cleaned_data["draft"], complaint, request.actor)
            drafts.discard(_staff(request.actor), form.cleaned_data["draft"])
            request.session[DONE] = complaint.number
            return redirect("desk:register_done", number=complaint.number)
    return _page(request, policy, channels, form, _typed(request), status=422)


def _without_nul(request: DeskRequest) -> Any:
    """What was typed, without the NUL characters that no database keeps."""
    typed = request.POST.copy()
    for field, values in typed.lists():
        if any("\0" in value for value in values):
            typed.setlist(field, [value.replace("\0", "") for value in values])
    return typed


def _commands(form: RegisterForm, request: DeskRequest, do: str) -> tuple[Command, ...]:
    commands: list[Command] = [form.command(_earlier_linked(request))]
    if do in ("accept", "dispatch"):
        commands.append(Accept())
    if do == "dispatch":
        commands.append(Dispatch(unit=form.cleaned_data["dispatch_to"] or form.cleaned_data["unit_about"] or 0))
    return tuple(commands)


def _say(form: RegisterForm, refusal: Refusal) -> None:
    names = [refusal.field, f"{FACT}{refusal.field}", {"unit": "dispatch_to"}.get(refusal.field or "", "")]
    field = next((name for name in names if name in form.fields), None)
    form.add_error(field, in_reader_language(refusal.message))


def _earlier_linked(request: DeskRequest) -> tuple[str, ...]:
    asked = [number for number in request.POST.getlist("earlier")[:20] if queries.COMPLAINT_NUMBER.fullmatch(number)]
    if not asked:
        return ()
    return tuple(
        queries.visible_to(request.actor).filter(number__in=asked).order_by("number").values_list("number", flat=True)
    )


def _form_page(
    request: DeskRequest, policy: Policy, channels: list[Channel], channel: Channel, typed: drafts.Typed
) -> HttpResponse:
    start: dict[str, Any] = {field: values[-1] for field, values in typed.items() if values}
    start["anonymous"] = "anonymous" in typed
    if not start.get("key"):
        start.pop("key", None)
    form = RegisterForm(channel, policy, request.actor, start=start)
    return _page(request, policy, channels, form, typed)


def _page(
    request: DeskRequest,
    policy: Policy,
    channels: list[Channel],
    form: RegisterForm,
    typed: drafts.Typed,
    status: int = 200,
) -> HttpResponse:
    last = {field: values[-1] for field, values in typed.items() if values}
    return render(
        request,
        "desk/registration/register.html",
        {
            "form": form,
            "channel": form.channel,
            "channels": channels,
            "drafts": [each for each in _own_drafts(request.actor) if str(each["id"]) != last.get("draft")],
            "units": unit_lines(request.actor),
            "due": _due(policy, last),
            "earlier": _earlier(request.actor, last),
            "linked": typed.get("earlier", []),
        },
        status=status,
    )


@require_POST
def save_draft(request: DeskRequest) -> HttpResponse:
    """草稿自动保存: called by the page as it is written."""
    if drafts.is_too_long(_typed(request)):
        return JsonResponse({"error": "too long"}, status=413)
    kept_as = _save(request)
    return JsonResponse({"draft": str(kept_as), "saved_at": f"{timezone.localtime():%H:%M}"})


def _save(request: DeskRequest) -> UUID:
    return drafts.save(_staff(request.actor), _typed(request), _uuid(request.POST.get("draft", "")))


@require_POST
def discard(request: DeskRequest) -> HttpResponse:
    drafts.discard(_staff(request.actor), _uuid(request.POST.get("draft", "")))
    messages.success(request, _("The draft is discarded."))
    return redirect("desk:register")


@require_POST
@cache_control(no_store=True, private=True)
def earlier(request: DeskRequest) -> HttpResponse:
    """以往投诉 of this customer. What identifies the customer comes in the body, never in the address."""
    found = _earlier(request.actor, {field: values[-1] for field, values in _typed(request).items() if values})
    return render(
        request, "desk/registration/earlier.html", {"earlier": found, "linked": request.POST.getlist("earlier")}
    )


def _earlier(actor: Actor, typed: dict[str, str]) -> list[Any]:
    given = {field: typed.get(field, "")[:200] for field in ("phone", "id_number", "card_number", "name")}
    return lines_of(queries.earlier_complaints(actor, **given))


@require_POST
def due(request: DeskRequest) -> HttpResponse:
    """到期预览: when the bank must have accepted and answered, for the class and the time of receipt on the form."""
    typed = {field: values[-1] for field, values in _typed(request).items() if values}
    return render(request, "desk/registration/due.html", {"due": _due(standing_policy(), typed)})


def _due(policy: Policy, typed: dict[str, str]) -> list[Any]:
    calendar, now = working_calendar(), timezone.now()
    started = now
    with contextlib.suppress(ValueError):
        parsed = parse_datetime(typed.get("received_at", "")[:40])
        if parsed is not None:
            started = parsed if parsed.tzinfo else parsed.replace(tzinfo=calendar.zone)
    limits = [("accept", policy.time_limit("accept"))]
    with contextlib.suppress(Refusal):
        limits.append(("reply", policy.limit_for(typed.get("class_", ""))))
    try:
        clocks = [start_clock(kind, limit, started, calendar, policy.business_hours) for kind, limit in limits]
    except (Refusal, ValueError, OverflowError):
        return []
    return [
        read_clock(clock, now, calendar, policy.business_hours, warn_below=WARN_BELOW, gauge=True) for clock in clocks
    ]


@require_safe
@cache_control(no_store=True, private=True)
def done(request: DeskRequest, number: str) -> HttpResponse:
    """登记完成: the number, what is due when, and once the tracking code for the customer."""
    complaint = queries.find(request.actor, number) if queries.COMPLAINT_NUMBER.fullmatch(number) else None
    if complaint is None:
        raise Http404
    is_first_look = request.session.get(DONE) == number
    if is_first_look:
        del request.session[DONE]
    unit = directory().unit(complaint.offer.unit) if complaint.offer else None
    waits_for = directory().person(complaint.offer.to if complaint.offer else complaint.responsible or 0)
    return render(
        request,
        "desk/registration/done.html",
        {
            "complaint": complaint,
            "tracking": Vault.open(complaint.id).tracking if is_first_look else "",
            "faces": faces(complaint, standing_policy(), timezone.now()),
            "unit": unit,
            "waits_for": waits_for,
            "is_accepted": complaint.stage != "registered",
        },
    )


def _typed(request: DeskRequest) -> drafts.Typed:
    return {
        field: [value.replace("\0", "") for value in values]
        for field, values in request.POST.lists()
        if field not in NOT_TYPED
    }


def _own_drafts(actor: Actor) -> list[dict[str, Any]]:
    return [
        {**msgspec.structs.asdict(kept), "title": kept.typed.get("subject", [""])[-1]}
        for kept in drafts.drafts_of(_staff(actor))
    ]


def _draft(request: DeskRequest, text: str) -> drafts.Kept | None:
    draft_id = _uuid(text)
    return drafts.open_draft(_staff(request.actor), draft_id) if draft_id else None


def _staff(actor: Actor) -> int:
    assert actor.id is not None, "only signed-in people reach these pages"
    return actor.id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
