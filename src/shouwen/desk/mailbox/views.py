"""来信: the mails that became no complaint by themselves; a person looks, and registers or dismisses each (mission A1)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from shouwen.casework import queries
from shouwen.core.refusal import Refusal
from shouwen.desk.asking import AskingForm
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.intake.mailbox import waiting
from shouwen.intake.mailbox.models import FOR_A_PERSON, IncomingMail

PAGE = 50


class DismissForm(AskingForm):
    remark = forms.CharField(
        label=gettext_lazy("Why it is not registered"),
        max_length=waiting.LONGEST_REMARK,
        widget=forms.Textarea({"rows": 2}),
        required=False,
    )


@require_safe
@cache_control(no_store=True, private=True)
def mails(request: DeskRequest) -> HttpResponse:
    """The list, the latest first, by what each is."""
    kind = request.GET.get("state", "")
    rows = waiting.waiting()
    if kind in FOR_A_PERSON:
        rows = rows.filter(state=kind)
    before = request.GET.get("after", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(id__lt=int(before)).order_by("-id")
    else:
        rows = rows.order_by("-id")
    found = list(rows[: PAGE + 1])
    lines = [(row, waiting.why(row)) for row in found[:PAGE]]
    return render(
        request,
        "desk/mailbox/mails.html",
        {
            "lines": lines,
            "more": found[PAGE - 1].id if len(found) > PAGE else None,
            "states": [(state.value, state.label) for state in FOR_A_PERSON],
            "chosen": kind,
        },
    )


@require_safe
@cache_control(no_store=True, private=True)
def mail(request: DeskRequest, key: int) -> HttpResponse:
    return _page(request, _row(key), DismissForm())


@require_POST
def register(request: DeskRequest, key: int) -> HttpResponse:
    """Opens the registration page with what the mail says; nothing is registered yet."""
    assert request.actor.id is not None
    draft_id = waiting.to_draft(_row(key), request.actor.id)
    return redirect(f"{reverse('desk:register')}?draft={draft_id}")


@require_POST
@cache_control(no_store=True, private=True)
def dismiss(request: DeskRequest, key: int) -> HttpResponse:
    form = DismissForm(request.POST)
    if form.is_valid():
        try:
            waiting.dismiss(key, request.actor, form.cleaned_data["remark"])
        except Refusal as refusal:
            form.add_error("remark" if refusal.field else None, in_reader_language(refusal.message))
        else:
            messages.success(request, _("The mail is dismissed. Its source is kept, sealed."))
            return redirect("desk:mails")
    return _page(request, _row(key), form, status=422)


def _row(key: int) -> IncomingMail:
    row = waiting.waiting().filter(id=key).defer(None).first() if key < 2**63 else None
    if row is None:
        raise Http404(_("This mail waits for nobody: it was handled, or there is none."))
    return row


def _page(request: DeskRequest, row: IncomingMail, form: DismissForm, status: int = 200) -> HttpResponse:
    named = queries.visible_to(request.actor).filter(id=row.complaint_id or 0)
    belongs_to = named.values_list("number", flat=True).first()
    return render(
        request,
        "desk/mailbox/mail.html",
        {"row": row, "why": waiting.why(row), "shown": waiting.shown(row), "form": form, "belongs_to": belongs_to},
        status=status,
    )
