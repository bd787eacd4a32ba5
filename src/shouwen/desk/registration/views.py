"""登记 on one page: it saves itself, knows the customer's earlier complaints, and shows when the answer is due (mission A1–A3)."""

import contextlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import drafts, queries
from shouwen.casework.door import KeyUsedOtherwise, handle
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import DETAIL_TITLES, Vault
from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.duties import may_see
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.timelimits import start_clock
from shouwen.desk.case.forms import unit_above_earlier, unit_to_dispatch_to
from shouwen.desk.case.next_step import awaited
from shouwen.desk.case.story import faces
from shouwen.desk.case.units import unit_lines
from shouwen.desk.clocks import read_clock
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.rail import channels_of
from shouwen.desk.registration import first_look, known
from shouwen.desk.registration.doubts import Doubt
from shouwen.desk.registration.files import take_files
from shouwen.desk.registration.forms import FACT, RegisterForm
from shouwen.desk.registration.typed import own_drafts, staff_of, typed_in, uuid_of, ways_to
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.worklist.rows import WARN_BELOW
from shouwen.intake import channels as channels_table
from shouwen.intake.mailbox.waiting import settle as settle_mail
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def register(request: DeskRequest) -> HttpResponse:
    """The page. A POST registers; or keeps a draft, or changes the channel, without losing a word."""
    policy = standing_policy()
    channels = channels_of(request.actor)
    if request.method == "POST":
        do = request.POST.get("do", "register")
        if "to_channel" in request.POST:
            return _form_page(
                request, policy, channels, _chosen(channels, request.POST["to_channel"]), typed_in(request)
            )
        if do == "draft" and drafts.is_too_long(typed_in(request)):
            messages.error(
                request, _("This is too long for a draft. Shorten it, or register it with the text as a file.")
            )
            return _form_page(
                request, policy, channels, _chosen(channels, request.POST.get("channel", "")), typed_in(request)
            )
        if do == "draft":
            kept_as = _save(request)
            messages.success(request, _("The draft is saved. Go on here, or find it again on this page later."))
            answer = redirect("desk:register")
            answer["Location"] += f"?draft={kept_as}"
            return answer
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
    form = RegisterForm(channel, policy, request.actor, data=request.POST, do=do)
    doubts: list[Doubt] = []
    if form.is_valid() and not (doubts := _unasked(form, request)):
        try:
            complaint = handle(
                *_commands(form, request, do, policy),
                actor=request.actor,
                details=form.details(),
                key=f"register:{form.cleaned_data['key']}",
            )
        except KeyUsedOtherwise as used:
            form.add_error(None, in_reader_language(used.message))
        except Refusal as refusal:
            form.refuse(refusal, unit="dispatch_to")
        else:
            settle_mail(form.cleaned_data["draft"], complaint, request.actor)
            drafts.discard(staff_of(request.actor), form.cleaned_data["draft"])
            if not may_see(request.actor, complaint):
                messages.success(
                    request,
                    _("Registered as %(number)s. It is about you, so a colleague handles it and you do not see it.")
                    % {"number": complaint.number},
                )
                return redirect("desk:register")
            take_files(request, complaint)
            answer = redirect("desk:register_done", number=complaint.number)
            return first_look.allow(request, answer, complaint.number)
    return _page(request, policy, channels, form, typed_in(request), status=422, doubts=doubts, do=do)


def _unasked(form: RegisterForm, request: DeskRequest) -> list[Doubt]:
    """The doubts, if any of them has not been asked about before."""
    asked = set(request.POST.getlist("sure"))
    doubts = form.doubts()
    return doubts if any(doubt.code not in asked for doubt in doubts) else []


def _commands(form: RegisterForm, request: DeskRequest, do: str, policy: Policy) -> tuple[Command, ...]:
    earlier = known.linked(request.actor, request.POST.getlist("earlier"))
    register = form.command(earlier)
    commands: list[Command] = []
    if form.cleaned_data["employee_about"] == request.actor.id:
        return (register,)  # it is a colleague's from the first moment on
    if do in ("accept", "dispatch"):
        commands.append(Accept())
    if do == "dispatch":
        asked = form.cleaned_data
        usual = unit_to_dispatch_to(policy, asked["class_"], asked["unit_about"], asked["receiving_unit"])
        higher = unit_above_earlier(policy, earlier)
        commands.append(Dispatch(unit=asked["dispatch_to"] or higher or usual or 0))
    return channels_table.commands(register, policy, request.actor, timezone.localdate(), *commands)


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
    doubts: list[Doubt] | None = None,
    do: str = "",
) -> HttpResponse:
    last = {field: values[-1] for field, values in typed.items() if values}
    return render(
        request,
        "desk/registration/register.html",
        {
            "form": form,
            "channel": form.channel,
            "ways": ways_to(request.actor),
            "goes_away": channels_table.goes_away(form.channel, request.actor),
            "channels": channels,
            "drafts": [each for each in own_drafts(request.actor) if str(each["id"]) != last.get("draft")],
            "units": unit_lines(request.actor),
            "due": _due(policy, last),
            **_earlier(request, last),
            "linked": typed.get("earlier", []),
            "carried": _carried(policy, form, typed),
            "doubts": doubts,
            "do": do,
        },
        status=status,
    )


def _carried(policy: Policy, form: RegisterForm, typed: drafts.Typed) -> list[tuple[str, str]]:
    """What was typed for another channel and is not asked here: kept, in case the channel changes back."""
    facts = {f"{FACT}{fact.code}" for channel in policy.channels for fact in channel.facts}
    elsewhere = (facts | set(DETAIL_TITLES)) - set(form.fields)
    return [(field, values[-1]) for field, values in typed.items() if field in elsewhere and values and values[-1]]


@posted("desk:register")
def save_draft(request: DeskRequest) -> HttpResponse:
    """草稿自动保存: called by the page as it is written."""
    if drafts.is_too_long(typed_in(request)):
        return JsonResponse({"error": "too long"}, status=413)
    kept_as = _save(request)
    return JsonResponse({"draft": str(kept_as), "saved_at": f"{timezone.localtime():%H:%M}"})


def _save(request: DeskRequest) -> UUID:
    return drafts.save(staff_of(request.actor), typed_in(request), uuid_of(request.POST.get("draft", "")))


@posted("desk:register")
def discard(request: DeskRequest) -> HttpResponse:
    drafts.discard(staff_of(request.actor), uuid_of(request.POST.get("draft", "")))
    messages.success(request, _("The draft is discarded."))
    return redirect("desk:register")


@posted("desk:register")
@cache_control(no_store=True, private=True)
def earlier(request: DeskRequest) -> HttpResponse:
    """以往投诉 of this customer. What identifies the customer comes in the body, never in the address."""
    last = {field: values[-1] for field, values in typed_in(request).items() if values}
    shown = {
        **_earlier(request, last),
        "linked": request.POST.getlist("earlier"),
    }
    return render(request, "desk/registration/earlier.html", shown)


def _earlier(request: DeskRequest, typed: dict[str, str]) -> dict[str, Any]:
    found = known.look_up(request, typed)
    return {"earlier": found.earlier, "too_often": found.too_often, "searched": known.is_identified(typed)}


@posted("desk:register")
def due(request: DeskRequest) -> HttpResponse:
    """到期预览: when the bank must have accepted and answered, for the class and the time of receipt on the form."""
    typed = {field: values[-1] for field, values in typed_in(request).items() if values}
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
    is_first_look = first_look.is_first(request, number)
    unit = directory().unit(complaint.offer.unit) if complaint.offer else None
    waits_for = directory().person(complaint.offer.to if complaint.offer else complaint.responsible or 0)
    answer = render(
        request,
        "desk/registration/done.html",
        {
            "complaint": complaint,
            "tracking": Vault.open(complaint.id).tracking if is_first_look else "",
            "faces": faces(complaint, standing_policy(), timezone.now()),
            "unit": unit,
            "waits_for": waits_for,
            "awaited": awaited(complaint),
            "is_accepted": complaint.stage != "registered",
        },
    )
    return first_look.use_up(answer)


def _draft(request: DeskRequest, text: str) -> drafts.Kept | None:
    draft_id = uuid_of(text)
    return drafts.open_draft(staff_of(request.actor), draft_id) if draft_id else None
