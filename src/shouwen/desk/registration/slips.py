"""来件批量登记: upload, preview, confirm. The file waits sealed in the database, for a day at most; only who brought it opens it."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import files, privacy
from shouwen.casework.door import handle
from shouwen.casework.rules import standing_policy
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.registration.forms import receiving_units
from shouwen.desk.registration.typed import staff_of
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.intake import channels, slips
from shouwen.intake.slips import COLUMNS, Slip, SlipState
from shouwen.organisation import uploads
from shouwen.organisation.importing.reading import LARGEST
from shouwen.organisation.models import Upload

PURPOSE = "slips"
STATES = (SlipState.BAD, SlipState.GOOD, SlipState.KNOWN)


class SlipsForm(forms.Form):
    receiving_unit = forms.TypedChoiceField(label=gettext_lazy("Receiving unit"), coerce=int)
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=gettext_lazy(".xlsx, .xls, or .csv in UTF-8 or GB18030; at most 20 MB."),
    )

    def __init__(self, actor: Actor, data: Any = None, uploaded: Any = None) -> None:
        super().__init__(data, uploaded, use_required_attribute=False)
        units = receiving_units(actor)
        field = self.fields["receiving_unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units
        if len(units) == 1:
            self.initial["receiving_unit"] = units[0][0]


class Kept(msgspec.Struct, frozen=True):
    """What was uploaded, as it is sealed."""

    name: str
    unit: int
    content: bytes


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: DeskRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = SlipsForm(request.actor, request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read(LARGEST + 1)
        try:
            files.require_clean(content)
            slips.read_slips(content)
        except Refusal as refusal:
            form.add_error("file", in_reader_language(refusal.message))
        else:
            kept = Kept(files.safe_name(file.name or ""), form.cleaned_data["receiving_unit"], content)
            return redirect("desk:register_slips_preview", _keep(kept, staff_of(request.actor)))
    return render(request, "desk/registration/slips.html", {"form": form}, status=422 if form.errors else 200)


def _keep(kept: Kept, staff_id: int) -> UUID:
    key, now = uuid4(), timezone.now()
    uploads.forget_old(now)
    sealed = privacy.keyring().seal(msgspec.msgpack.encode(kept), _context(key, staff_id))
    Upload.objects.create(id=key, staff_id=staff_id, purpose=PURPOSE, content=sealed, created_at=now)
    return key


def _context(key: UUID, staff_id: int) -> str:
    return f"slips:{key}:{staff_id}"


def _opened(request: DeskRequest, key: UUID) -> tuple[Kept, datetime]:
    staff_id = staff_of(request.actor)
    row = Upload.objects.filter(
        id=key, purpose=PURPOSE, staff_id=staff_id, created_at__gt=timezone.now() - uploads.KEPT
    ).first()
    if row is None:
        raise Http404(_("This file is no longer kept. Upload it again."))
    content = privacy.keyring().open(bytes(row.content), _context(key, staff_id))
    return msgspec.msgpack.decode(content, type=Kept), row.created_at


def _planned(request: DeskRequest, kept: Kept, brought_at: datetime) -> list[Slip]:
    return slips.plan(slips.read_slips(kept.content), standing_policy(), request.actor, kept.unit, brought_at)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def preview(request: DeskRequest, key: UUID) -> HttpResponse:
    """What each row would become. POST registers the good ones, each for itself; afterwards they show as registered."""
    kept, brought_at = _opened(request, key)
    planned = _planned(request, kept, brought_at)
    if request.method == "POST":
        count = sum(_registered(slip, request.actor, key, brought_at) for slip in planned)
        messages.success(
            request,
            ngettext("%(count)s slip is registered.", "%(count)s slips are registered.", count) % {"count": count},
        )
        return redirect("desk:register_slips_preview", key)
    counts = {state.value: sum(slip.state is state for slip in planned) for state in STATES}
    state = next(
        (each for each in STATES if each == request.GET.get("show")),
        next((each for each in STATES if counts[each.value]), STATES[0]),
    )
    shown = {
        "key": key,
        "kept": kept,
        "counts": counts,
        "tabs": [(each, counts[each.value], each is state) for each in STATES],
        "columns": COLUMNS,
        "slips": [slip for slip in planned if slip.state is state],
    }
    return render(request, "desk/registration/slips_preview.html", shown)


def _registered(slip: Slip, actor: Actor, key: UUID, brought_at: datetime) -> bool:
    """Whether this row was registered now. What somebody else has registered meanwhile shows as known in the preview."""
    if slip.state is not SlipState.GOOD or slip.register is None:
        return False
    commands = channels.commands(slip.register, standing_policy(), actor, timezone.localdate(brought_at))
    try:
        handle(*commands, actor=actor, details=slip.details, key=f"slips:{key}:{slip.number}")
    except Refusal as refusal:
        if refusal.rule != "document-known":
            raise
        return False
    return True


@require_safe
@cache_control(no_store=True, private=True)
def rejects(request: DeskRequest, key: UUID) -> FileResponse:
    """退回的行 of a file, each with its reasons."""
    kept, brought_at = _opened(request, key)
    return _workbook(slips.rejects(_planned(request, kept, brought_at)), _("Slips to correct.xlsx"))


@require_safe
def template(request: DeskRequest) -> FileResponse:
    return _workbook(slips.template(standing_policy()), _("Incoming slips template.xlsx"))


def _workbook(content: bytes, name: str) -> FileResponse:
    return FileResponse(
        BytesIO(content),
        as_attachment=True,
        filename=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
