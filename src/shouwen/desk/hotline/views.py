"""热线来电: one page for the whole call, by the keyboard alone (mission A1, A3, C1).

The caller's number comes in a POST, by hand or from the telephone system, is kept sealed in the session, and never stands in an
address. With it the customer's earlier complaints are found through the blind index.
"""

from base64 import b64decode, b64encode
from typing import Any

import msgspec
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwen.casework import drafts, privacy, queries
from shouwen.casework.door import handle
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Vault
from shouwen.core.refusal import Refusal
from shouwen.desk.case.forms import unit_above_earlier
from shouwen.desk.case.story import faces
from shouwen.desk.case.units import unit_lines
from shouwen.desk.hotline.forms import CallForm, HotlineForm
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.registration import first_look, known
from shouwen.desk.registration.forms import FACT
from shouwen.desk.registration.typed import staff_of
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.intake import hotline
from shouwen.intake.hotline import Call
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

CALL = "hotline_call"


@csrf_exempt  # the telephone system has no token of our forms; who may send is asked below
@require_POST
def take_call(request: DeskRequest) -> HttpResponse:
    """来电弹屏: the telephone system's page, or the agent, says who calls. Only our own site and trusted origins may."""
    if request.headers.get("Origin") not in (request.build_absolute_uri("/")[:-1], *settings.CSRF_TRUSTED_ORIGINS):
        raise BadRequest(
            _("This address may not announce calls. Ask the administrator to add it to the trusted origins.")
        )
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    _keep(request, Call(given["number"].strip(), given["call_id"].strip(), given["recording"].strip(), timezone.now()))
    return redirect("desk:hotline")


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def call(request: DeskRequest) -> HttpResponse:
    """The page of the call; before there is one, the caller's number. A POST registers, accepts and dispatches, or ends it."""
    if request.method != "POST":
        return _page(request, CallForm())
    do = request.POST.get("do", "dispatch")
    if do == "end":
        request.session.pop(CALL, None)
        return redirect("desk:hotline")
    typed = request.POST
    form = HotlineForm(standing_policy(), request.actor, data=typed)
    if form.is_valid():
        asked = form.cleaned_data
        earlier = known.linked(request.actor, typed.getlist("earlier"))
        higher = unit_above_earlier(standing_policy(), earlier)
        try:
            complaint = handle(
                *hotline.commands(
                    form.command(earlier),
                    until=do,
                    unit=asked["dispatch_to"] or higher or asked["unit_about"],
                ),
                actor=request.actor,
                details=form.details(),
                key=f"register:{asked['key']}",
            )
        except Refusal as refusal:
            form.refuse(refusal, unit="unit_about")
        else:
            drafts.discard(staff_of(request.actor), asked["draft"])
            request.session.pop(CALL, None)
            answer = redirect("desk:hotline_done", number=complaint.number)
            return first_look.allow(request, answer, complaint.number)
    return _page(request, CallForm(), form=form, linked=typed.getlist("earlier"), status=422)


@require_safe
@cache_control(no_store=True, private=True)
def read_out(request: DeskRequest, number: str) -> HttpResponse:
    """告知客户: number, tracking code (once) and the sentence to read, while the customer is still there."""
    complaint = queries.find(request.actor, number) if queries.COMPLAINT_NUMBER.fullmatch(number) else None
    if complaint is None:
        raise Http404
    code = Vault.open(complaint.id).tracking if first_look.is_first(request, number) else ""
    spoken = " ".join(code[place : place + 4] for place in range(0, len(code), 4))
    unit = directory().unit(complaint.offer.unit) if complaint.offer else None
    answer = render(
        request,
        "desk/hotline/done.html",
        {
            "complaint": complaint,
            "code": spoken,
            "sentences": hotline.promise(complaint, spoken, working_calendar().zone) if code else (),
            "closing": hotline.script().step("closing"),
            "faces": faces(complaint, standing_policy(), timezone.now()),
            "unit": unit,
            "waits_for": directory().person(complaint.offer.to if complaint.offer else complaint.responsible or 0),
        },
    )
    return first_look.use_up(answer)


def _page(
    request: DeskRequest,
    asking: CallForm,
    *,
    form: HotlineForm | None = None,
    linked: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    policy, taken = standing_policy(), _kept(request)
    if form is None and taken is not None and not asking.errors:
        form = HotlineForm(policy, request.actor, start=_start(taken))
    page: dict[str, Any] = {"asking": asking, "form": form, "call": taken, "script": hotline.script()}
    if form is not None:
        caller = {field: str(form[field].value() or "") for field in known.IDENTIFYING if field in form.fields}
        found = known.look_up(request, caller)
        if found.too_often:
            messages.warning(request, in_reader_language(found.too_often))
        page |= {
            "earlier": found.earlier,
            "linked": linked or [],
            "units": unit_lines(request.actor),
            "language_rules": policy.language_rules,
        }
    return render(request, "desk/hotline/call.html", page, status=status)


def _start(taken: Call) -> dict[str, Any]:
    return {
        "phone": taken.number,
        f"{FACT}call_id": taken.call_id,
        f"{FACT}recording": taken.recording,
        "received_at": timezone.localtime(taken.at),
    }


def _keep(request: DeskRequest, taken: Call) -> None:
    sealed = privacy.keyring().seal(msgspec.json.encode(taken), _purpose(staff_of(request.actor)))
    request.session[CALL] = b64encode(sealed).decode()


def _kept(request: DeskRequest) -> Call | None:
    sealed = request.session.get(CALL)
    if not sealed:
        return None
    return msgspec.json.decode(privacy.keyring().open(b64decode(sealed), _purpose(staff_of(request.actor))), type=Call)


def _purpose(staff_id: int) -> str:
    return f"call:{staff_id}"
