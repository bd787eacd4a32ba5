"""来件批量登记: upload, preview, confirm (mission B6)."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.casework import files
from shouwen.casework.rules import standing_policy
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.desk.asking import AskingForm
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.registration.forms import receiving_units
from shouwen.desk.registration.typed import staff_of
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.intake import slips
from shouwen.intake.slips import COLUMNS, SlipState, registering
from shouwen.organisation.importing.reading import LARGEST

STATES = (SlipState.BAD, SlipState.GOOD, SlipState.KNOWN)


class SlipsForm(AskingForm):
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
            kept = slips.Kept(files.safe_name(file.name or ""), form.cleaned_data["receiving_unit"], content)
            key = slips.keep(kept, staff_of(request.actor), timezone.now())
            return redirect("desk:register_slips_preview", key)
    return render(request, "desk/registration/slips.html", {"form": form}, status=422 if form.errors else 200)


def _opened(request: DeskRequest, key: UUID) -> tuple[slips.Kept, datetime]:
    found = slips.opened(key, staff_of(request.actor), timezone.now())
    if found is None:
        raise Http404(_("This file is no longer kept. Upload it again."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def preview(request: DeskRequest, key: UUID) -> HttpResponse:
    """What each row would become. POST registers the good ones, each for itself; afterwards they show as registered.

    What a page cannot wait for goes on by itself; meanwhile this page says how far it is.
    """
    kept, brought_at = _opened(request, key)
    planned = slips.planned(kept, request.actor, brought_at)
    at_work = slips.is_at_work(key)
    if request.method == "POST":
        if at_work:
            return redirect("desk:register_slips_preview", key)
        count, left = slips.register(planned, request.actor, key, brought_at, seconds=registering.SECONDS)
        if left:
            slips.leave_to_job(key, staff_of(request.actor))
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
        "at_work": at_work and bool(counts[SlipState.GOOD]),
        "counts": counts,
        "tabs": [(each, counts[each.value], each is state) for each in STATES],
        "columns": COLUMNS,
        "slips": [slip for slip in planned if slip.state is state],
    }
    return render(request, "desk/registration/slips_preview.html", shown)


@require_safe
@cache_control(no_store=True, private=True)
def rejects(request: DeskRequest, key: UUID) -> FileResponse:
    """退回的行 of a file, each with its reasons."""
    kept, brought_at = _opened(request, key)
    return _workbook(slips.rejects(slips.planned(kept, request.actor, brought_at)), _("Slips to correct.xlsx"))


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
