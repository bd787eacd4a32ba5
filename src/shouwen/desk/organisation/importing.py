"""导入: upload, preview, confirm. The file waits in the database between preview and confirmation, for a day at most."""

from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwen.casework.files import require_clean
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import UploadForm, refuse
from shouwen.desk.organisation.pages import today
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation import importing, remit, uploads
from shouwen.organisation.directory import forget
from shouwen.organisation.importing import Plan, PlannedRow, RowState
from shouwen.organisation.models import Upload

SHOWN = 200


class Tab(msgspec.Struct, frozen=True):
    state: RowState
    count: int
    current: bool


class Sheet(msgspec.Struct, frozen=True):
    """Rows of one sheet in the state that is looked at."""

    label: Text
    titles: list[Text]
    rows: list[PlannedRow]
    more: int


def upload(request: DeskRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read(importing.LARGEST + 1)
        try:
            remit.require_whole_bank(request.actor)
            require_clean(content)
            importing.read_tables(content)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            now = timezone.now()
            assert request.actor.id is not None
            uploads.forget_old(now)
            kept = Upload.objects.create(staff_id=request.actor.id, name=file.name, content=content, created_at=now)
            return redirect("desk:organisation_preview", kept.id)
    return render(request, "desk/organisation/import.html", {"form": form}, status=422 if form.errors else 200)


def preview(request: DeskRequest, key: UUID) -> HttpResponse:
    """What the import would do; POST does it, if it would still do the same."""
    kept = _kept(request, key)
    tables = importing.read_tables(bytes(kept.content))
    if request.method == "POST":
        try:
            remit.require_whole_bank(request.actor)
            plan = importing.write(tables, today(), request.POST.get("seen", "-"))
        except Refusal as refusal:
            messages.error(request, in_reader_language(refusal.message))
            return redirect("desk:organisation_preview", key)
        kept.delete()
        forget()
        messages.success(request, _imported(plan))
        return redirect("desk:organisation")
    plan = importing.plan_import(tables, today())
    return render(
        request, "desk/organisation/preview.html", {"kept": kept, **_shown(plan, request.GET.get("show", ""))}
    )


def _imported(plan: Plan) -> str:
    counts = plan.counts()
    good = counts[RowState.NEW] + counts[RowState.CHANGED]
    return ngettext("%(count)s row has been imported.", "%(count)s rows have been imported.", good) % {"count": good}


def _shown(plan: Plan, show: str) -> dict[str, Any]:
    """One state at a time: the one that is asked for, else the first that has rows, the bad ones before all."""
    counts = plan.counts()
    order = (RowState.BAD, RowState.NEW, RowState.CHANGED, RowState.UNCHANGED)
    state = next(
        (state for state in order if state == show), next((state for state in order if counts[state]), order[0])
    )
    return {
        "counts": {one.value: count for one, count in counts.items()},
        "tabs": [Tab(one, counts[one], one is state) for one in order],
        "good": counts[RowState.NEW] + counts[RowState.CHANGED],
        "sheets": [sheet for rows in (plan.units, plan.staff) if (sheet := _sheet(rows, state))],
        "seen": plan.digest,
    }


def _sheet(rows: Any, state: RowState) -> Sheet | None:
    here = [row for row in rows if row.state is state]
    if not here:
        return None
    subject = here[0].subject
    return Sheet(subject.label, [column.title for column in subject.columns], here[:SHOWN], max(0, len(here) - SHOWN))


def rejects(request: DeskRequest, key: UUID) -> FileResponse:
    """退回的行 of a file, each with its reason."""
    plan = importing.plan_import(importing.read_tables(bytes(_kept(request, key).content)), today())
    return _workbook(importing.rejects(plan), _("Rows to correct.xlsx"))


def template(request: DeskRequest) -> FileResponse:
    return _workbook(importing.template(), _("Organisation import template.xlsx"))


def _kept(request: DeskRequest, key: UUID) -> Upload:
    return get_object_or_404(
        Upload, id=key, purpose="organisation", staff_id=request.actor.id, created_at__gt=timezone.now() - uploads.KEPT
    )


def _workbook(content: bytes, name: str) -> FileResponse:
    return FileResponse(
        BytesIO(content),
        as_attachment=True,
        filename=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
