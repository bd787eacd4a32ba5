"""The four steps: what it is, what happened, who asks, check and send. Each page is one question and can be left and found again."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.casework import files as attachments
from shouwen.casework import tracking
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Vault
from shouwen.core.complaint import Complaint
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake import web
from shouwen.portal import guard, proof
from shouwen.portal.filing import held_files, state
from shouwen.portal.filing.forms import ContactForm, KindForm, PlaceForm, Question, StoryForm
from shouwen.portal.filing.state import Filed, Filing, HeldFile
from shouwen.portal.models import Passphrase
from shouwen.portal.pages import TO_LANGUAGE, in_language, public, refused, shown, typed_in
from shouwen.portal.promise import promises
from shouwen.portal.words import here, language

MOST_HELD = 5
MOST_PLACES_LISTED = 300


class Step(msgspec.Struct, frozen=True):
    """One page of the way; `number` of `STEPS_SHOWN` is what the customer counts."""

    name: str
    number: int
    form: type[Question]

    @property
    def address(self) -> str:
        return reverse(f"portal:{self.name}")


STEPS = (
    Step("complain", 1, KindForm),
    Step("story", 2, StoryForm),
    Step("place", 2, PlaceForm),
    Step("contact", 3, ContactForm),
)
STEPS_SHOWN = 4
CHECK = 4


@public("GET", "HEAD", "POST")
def complain(request: HttpRequest) -> HttpResponse:
    """什么事: complaint, opinion or suggestion; and before any form, when we answer."""
    return _step(request, STEPS[0], {"promises": promises()})


@public("GET", "HEAD", "POST")
def story(request: HttpRequest) -> HttpResponse:
    """发生了什么, in the customer's own words."""
    return _step(request, STEPS[1])


@public("GET", "HEAD", "POST")
def place(request: HttpRequest) -> HttpResponse:
    """哪家网点、希望怎样、附件: all of it may be left empty."""
    places = [unit.name for unit in web.places()]
    kinds = ",".join(f".{kind}" for kind in attachments.KINDS)
    listed = places if len(places) <= MOST_PLACES_LISTED else []
    return _step(request, STEPS[2], {"places": listed, "most_files": MOST_HELD, "kinds": kinds})


@public("GET", "HEAD", "POST")
def contact(request: HttpRequest) -> HttpResponse:
    """联系方式或匿名: what each means is said before it is chosen."""
    return _step(request, STEPS[3])


def _step(request: HttpRequest, step: Step, more: Mapping[str, Any] | None = None) -> HttpResponse:
    now = timezone.now()
    filing = state.current(request, now)
    missing = _first_open(filing, before=step) if filing else STEPS[0]
    if missing is not None and step is not STEPS[0]:
        return redirect(missing.address)
    if request.method == "POST":
        return _answered(request, step, filing, more or {})
    form = step.form()
    if filing is not None:
        form.initial = {field: filing.typed.get(field, "") for field in form.fields}
    return _page(request, step, form, filing, more or {})


def _answered(request: HttpRequest, step: Step, filing: Filing | None, more: Mapping[str, Any]) -> HttpResponse:
    now = timezone.now()
    typed = typed_in(request)
    form = step.form(typed)
    try:
        begun = guard.shown_at(typed.get("token", ""), _purpose(filing), now)
        guard.require_few(guard.STEPS, guard.client_address(request), now)
    except Refusal as refusal:
        form.is_valid()
        refused(form, refusal)
        if filing is not None:
            filing = state.keep(request, state.with_typed(filing, _of(form, typed)), now)
        return _page(request, step, form, filing, more)
    filing = state.with_typed(filing or state.begin(begun, now), _of(form, typed))
    filing = _files_changed(request, filing, form) if step.name == "place" else filing
    filing = state.keep(request, filing, now)
    if TO_LANGUAGE in typed:
        return in_language(request, step.address)
    if "back" in typed:
        return redirect(STEPS[STEPS.index(step) - 1].address)
    if not form.is_valid() or "stay" in typed or "remove" in typed:
        return _page(request, step, form, filing, more)
    return redirect(_after(step, filing))


def _after(step: Step, filing: Filing) -> str:
    following = STEPS[STEPS.index(step) + 1 :]
    if following:
        return following[0].address
    return reverse("portal:proof" if _to_prove(filing) and not filing.asked else "portal:check")


def _of(form: Question, typed: Mapping[str, str]) -> dict[str, str]:
    return {field: typed.get(field, "") for field in form.fields}


def _page(
    request: HttpRequest, step: Step, form: Question, filing: Filing | None, more: Mapping[str, Any]
) -> HttpResponse:
    return shown(
        request,
        f"filing/{step.name}",
        {
            "form": form,
            "step": step.number,
            "steps": range(1, STEPS_SHOWN + 1),
            "steps_shown": STEPS_SHOWN,
            "is_first": step is STEPS[0],
            "files": filing.files if filing else (),
            "token": guard.token(_purpose(filing), timezone.now()),
            **more,
        },
    )


def _purpose(filing: Filing | None) -> str:
    return f"filing:{filing.id if filing else ''}"


def _first_open(filing: Filing, before: Step | None = None) -> Step | None:
    """The first step, of those before this one, that is not answered yet."""
    for step in STEPS:
        if step is before:
            return None
        if not step.form(filing.typed).is_valid():
            return step
    return None


def _files_changed(request: HttpRequest, filing: Filing, form: Question) -> Filing:
    """Hold the files that came with the form, let go of one that was removed; what cannot be taken is said at the form."""
    held = list(filing.files)
    for file in [each for each in held if each.id == request.POST.get("remove")]:
        held_files.drop(file.id)
        held.remove(file)
    for upload in request.FILES.getlist("files"):
        try:
            held.append(_held(request, upload, len(held)))
        except Refusal as refusal:
            form.add_error(None, f"{attachments.safe_name(upload.name or '')}: {here(refusal.message)}")
    return msgspec.structs.replace(filing, files=tuple(held))


def _held(request: HttpRequest, upload: UploadedFile, others: int) -> HeldFile:
    if others >= MOST_HELD:
        raise Refusal(
            "too-many-files",
            Text(
                f"这里最多添加{MOST_HELD}个文件；其余的可以在提交后凭查询码补充。",
                f"At most {MOST_HELD} files can be added here; you can add more afterwards with your tracking code.",
            ),
        )
    guard.require_few(guard.UPLOADS, guard.client_address(request), timezone.now())
    name = attachments.safe_name(upload.name or "")
    size = upload.size or 0
    content = upload.read(attachments.MOST_BYTES + 1)
    return HeldFile(held_files.hold(attachments.checked(name, content, others=others)), name, size)


# --- 核实联系方式 ---------------------------------------------------------------------------------------------------


def _to_prove(filing: Filing) -> str:
    """Which contact detail a code can be sent to; empty for nobody to reach or nothing to send with."""
    form = ContactForm(filing.typed)
    if proof.codes() is None or not form.is_valid() or form.is_anonymous:
        return ""
    return next((field for field in proof.WAYS if form.cleaned_data.get(field)), "")


@public("GET", "HEAD", "POST")
def prove(request: HttpRequest) -> HttpResponse:
    """核实: a code to the phone or address given. May be left out; the clerk then sees that nobody checked it."""
    now = timezone.now()
    filing = state.current(request, now)
    if filing is None or _first_open(filing) is not None:
        return redirect(STEPS[0].address)
    field = _to_prove(filing)
    if not field:
        return redirect("portal:check")
    said = ""
    typed = typed_in(request)
    if request.method == "POST":
        if TO_LANGUAGE in typed:
            return in_language(request, reverse("portal:proof"))
        if "skip" in typed:
            state.keep(request, msgspec.structs.replace(filing, asked=True), now)
            return redirect("portal:check")
        try:
            filing, said = _proved(request, filing, field, typed)
        except Refusal as refusal:
            said = here(refusal.message)
        state.keep(request, filing, now)
        if filing.proved:
            return redirect("portal:check")
    context = {"field": field, "address": filing.typed.get(field, ""), "sent": bool(filing.proof), "said": said}
    return shown(
        request, "filing/proof", {"step": 3, "steps": range(1, STEPS_SHOWN + 1), "steps_shown": STEPS_SHOWN, **context}
    )


def _proved(request: HttpRequest, filing: Filing, field: str, typed: Mapping[str, str]) -> tuple[Filing, str]:
    now, address = timezone.now(), ContactForm(filing.typed).data[field].strip()
    if "send" in typed:
        guard.require_few(guard.PROOFS_SENT, guard.client_address(request), now)
        guard.require_few(guard.PROOFS_TO_ONE, f"{field}:{address}", now)
        token = proof.send(field, address, language(), now)
        filing = msgspec.structs.replace(filing, proof=token, proof_for=field, asked=True)
        return filing, "" if token else _("We could not send a code just now. You can go on without it.")
    guard.require_few(guard.PROOFS_TRIED, filing.id, now)
    if proof.proves(filing.proof, typed.get("code", "").strip(), field, address, now):
        return msgspec.structs.replace(filing, proved=field), ""
    return filing, _("This code is not right, or too old. Look again, or have a new one sent.")


# --- 核对并提交 -----------------------------------------------------------------------------------------------------


@public("GET", "HEAD", "POST")
def check(request: HttpRequest) -> HttpResponse:
    """核对并提交: everything once more, then one press."""
    now = timezone.now()
    filing = state.current(request, now)
    if filing is None:
        return redirect("portal:done" if state.filed(request, now) else STEPS[0].address)
    missing = _first_open(filing)
    if missing is not None:
        return redirect(missing.address)
    form = Question(typed_in(request) if request.method == "POST" else None)
    if request.method == "POST":
        if TO_LANGUAGE in request.POST:
            return in_language(request, reverse("portal:check"))
        try:
            filed = _sent(request, filing)
        except Refusal as refusal:
            form.is_valid()
            form.add_error(None, here(refusal.message))
        else:
            state.end(request, filing)
            state.show_code(request, filed)
            return redirect("portal:done")
    return shown(request, "filing/check", {"form": form, **_checked(filing)})


def _checked(filing: Filing) -> dict[str, Any]:
    forms = {step.name: step.form(filing.typed) for step in STEPS}
    for form in forms.values():
        form.is_valid()
    contact_form = forms["contact"]
    assert isinstance(contact_form, ContactForm)
    found = web.place_named(forms["place"].shown("place"))
    return {
        "kind": here(standing_policy().kind(forms["complain"].shown("kind")).title),
        "statement": forms["story"].shown("statement"),
        "place": found.name if found else forms["place"].shown("place"),
        "wish": forms["place"].shown("wish"),
        "files": filing.files,
        "anonymous": contact_form.is_anonymous,
        "has_passphrase": bool(contact_form.shown("passphrase")),
        "details": {field: contact_form.shown(field) for field in ("name", "phone", "email")},
        "proved": filing.proved,
        "can_prove": bool(_to_prove(filing)),
        "step": CHECK,
        "steps": range(1, STEPS_SHOWN + 1),
        "steps_shown": STEPS_SHOWN,
        "token": guard.token(_purpose(filing), timezone.now()),
    }


def _sent(request: HttpRequest, filing: Filing) -> Filed:
    """Register it and its files. Sent twice it is the same complaint. Raises `Refusal`; what was typed stays."""
    now = timezone.now()
    guard.shown_at(request.POST.get("token", ""), _purpose(filing), now)
    guard.require_person(request.POST.get(guard.TRAP, ""), filing.begun, now)
    guard.require_few(guard.FILINGS, guard.client_address(request), now)
    forms = {step.name: step.form(filing.typed) for step in STEPS}
    for form in forms.values():
        form.is_valid()
    who = forms["contact"]
    assert isinstance(who, ContactForm)
    sent = web.Sent(
        kind=forms["complain"].shown("kind"),
        statement=forms["story"].shown("statement"),
        wish=forms["place"].shown("wish"),
        place=forms["place"].shown("place"),
        anonymous=who.is_anonymous,
        details=who.details(),
        checked=filing.proved,
        language=language(),
        at=now,
    )
    with transaction.atomic():
        complaint = web.register(sent, key=f"web:{filing.id}")
        if who.is_anonymous and (words := who.shown("passphrase")):
            Passphrase.choose(complaint.id, words)
    return Filed(complaint.id, now, _attached(complaint, filing))


def _attached(complaint: Complaint, filing: Filing) -> tuple[str, ...]:
    """Attach the files that were held; returns the names of those that could not be, for the customer to send again."""
    left_out = []
    for place, file in enumerate(filing.files):
        try:
            content = held_files.held(file.id)
            if content is None:
                raise Refusal("file-gone", Text("文件已过期。", "The file has expired."))
            key = f"web:{filing.id}:file:{place}"
            again = attachments.checked(file.name, content)  # it may have been found to be malware meanwhile
            complaint = attachments.attach(complaint, again, actor=web.CUSTOMER, key=key)
        except Refusal:
            left_out.append(file.name)
    return tuple(left_out)


# --- 编号和查询码 ---------------------------------------------------------------------------------------------------


@public("GET", "HEAD", "POST")
def done(request: HttpRequest) -> HttpResponse:
    """编号和查询码, to print or save: here only, for ten minutes at most and until the customer has put it away."""
    filed = state.filed(request, timezone.now())
    if filed is None:
        return redirect("portal:track")
    if request.method == "POST":
        if TO_LANGUAGE in request.POST:
            return in_language(request, reverse("portal:done"))
        state.code_seen(request)
        return redirect("portal:track")
    context = {"left_out": filed.files_left_out, "passphrase": Passphrase.is_chosen(filed.complaint)}
    return shown(request, "filing/done", {**_slip(filed), **context, "promises": promises()})


@public("GET", "HEAD")
def done_file(request: HttpRequest) -> HttpResponse:
    """The same as a small text file, for a phone that cannot print."""
    filed = state.filed(request, timezone.now())
    if filed is None:
        return redirect("portal:track")
    slip = _slip(filed)
    lines = [
        f"{_('Number')}: {slip['number']}",
        f"{_('Tracking code')}: {slip['code']}",
        f"{_('Follow it at')}: {slip['address']}",
    ]
    response = HttpResponse("\ufeff" + "\r\n".join(lines) + "\r\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slip["number"]}.txt"'
    return response


def _slip(filed: Filed) -> dict[str, Any]:
    complaint = tracking.read(filed.complaint)
    vault = Vault.open(filed.complaint)
    return {
        "number": complaint.number if complaint else "",
        "code": tracking.written(vault.tracking),
        "address": f"{settings.SHOUWEN_BASE_URL}{reverse('portal:track')}",
        "anonymous": complaint.anonymous if complaint else False,
    }
