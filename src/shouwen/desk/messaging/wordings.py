"""文字模板: what customers and staff are told, by occasion, form and language; edited with a preview."""

from datetime import datetime
from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.asking import AskingForm
from shouwen.desk.messaging.titles import LANGUAGE_TITLES
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import refuse
from shouwen.messaging import texts
from shouwen.messaging.models import Wording
from shouwen.messaging.texts import Template, Words
from shouwen.organisation.models import Staff

CHANGES_SHOWN = 20


class Form(msgspec.Struct, frozen=True):
    """One text of a template, and whether the bank has its own words for it."""

    form: str
    language: str
    title: Text
    own: bool


class Group(msgspec.Struct, frozen=True):
    """A template with its texts."""

    template: Template
    forms: list[Form]


@require_safe
def listed(request: DeskRequest) -> HttpResponse:
    own = set(Wording.objects.values_list("code", "form", "language"))
    groups = [Group(template, list(_forms(template, own))) for template in texts.templates().values()]
    page = {
        "sections": [
            (_("To customers"), [group for group in groups if group.template.reader == "customer"]),
            (_("To staff"), [group for group in groups if group.template.reader == "staff"]),
        ]
    }
    return render(request, "desk/messaging/wordings.html", page)


def _forms(template: Template, own: set[tuple[str, str, str]]) -> Any:
    for form in template.forms:
        for language in texts.LANGUAGES:
            name = (template.code, form, language)
            yield Form(form, language, _form_title(form, language), name in own)


def _form_title(form: str, language: str) -> Text:
    title, spoken = texts.FORMS[form], LANGUAGE_TITLES[language]
    return Text(f"{title.zh}（{spoken.zh}）", f"{title.en} ({spoken.en})")


class WordsForm(AskingForm):
    """What is typed is judged by `texts.reword`."""

    subject = forms.CharField(label=gettext_lazy("Subject"), required=False, max_length=texts.SUBJECT_LENGTH)
    body = forms.CharField(label=gettext_lazy("Words"), required=False, strip=False, widget=forms.Textarea)

    def __init__(self, *given: Any, form: str, **named: Any) -> None:
        super().__init__(*given, **named)
        if form != "email":
            del self.fields["subject"]
        self.fields["body"].widget.attrs["rows"] = 14 if form == "email" else 5

    @property
    def words(self) -> Words:
        return Words(self.cleaned_data["body"].replace("\r\n", "\n"), self.cleaned_data.get("subject", ""))


def edit(request: DeskRequest, code: str, form: str, language: str) -> HttpResponse:
    """The words, and how they read with sample values. “Preview” keeps nothing; “save” is refused where the text cannot be sent."""
    template = _template(code, form, language)
    standing = texts.standing(code, form, language)
    asked = WordsForm(
        request.POST if request.method == "POST" else None,
        form=form,
        initial={"subject": standing.subject, "body": standing.body},
    )
    shown = standing
    if request.method == "POST" and asked.is_valid():
        shown = asked.words
        try:
            if "preview" in request.POST:
                texts.require_fit(template, form, shown)
            else:
                texts.reword(code, form, language, shown)
                messages.success(request, _("The words have been saved. They are used from now on."))
                return redirect("desk:wordings")
        except Refusal as refusal:
            refuse(asked, refusal)
    page = {
        "form": asked,
        "template": template,
        "title": _form_title(form, language),
        "names": [(f"{{{name}}}", texts.NAMES[name][0], name in template.must) for name in template.names],
        "preview": None if asked.errors else texts.filled(shown, texts.sample(template, language)),
        "own": Wording.objects.filter(code=code, form=form, language=language).exists(),
        "restore": reverse("desk:wording_restore", args=[code, form, language]),
        "changes": _changes(code, form, language),
    }
    return render(request, "desk/messaging/wording.html", page, status=422 if asked.errors else 200)


@require_POST
def restore(request: DeskRequest, code: str, form: str, language: str) -> HttpResponse:
    _template(code, form, language)
    texts.restore(code, form, language)
    messages.success(request, _("The words that ship are in use again."))
    return redirect("desk:wording", code, form, language)


def _template(code: str, form: str, language: str) -> Template:
    template = texts.templates().get(code)
    if template is None or form not in template.forms or language not in texts.LANGUAGES:
        raise Http404
    return template


class Change(msgspec.Struct, frozen=True):
    at: datetime
    by: str
    body: str


def _changes(code: str, form: str, language: str) -> list[Change]:
    """Who changed the words when, the newest first."""
    tracked: Any = Wording  # django-pghistory adds the model of its events
    events = list(
        tracked.pgh_event_model.objects.filter(code=code, form=form, language=language)
        .select_related("pgh_context")
        .order_by("-pgh_id")[:CHANGES_SHOWN]
    )
    by = {event.pgh_id: (event.pgh_context.metadata if event.pgh_context else {}).get("user") for event in events}
    names: dict[int | None, str] = dict(
        Staff.objects.filter(id__in=[each for each in by.values() if each]).values_list("id", "name")
    )
    return [
        Change(
            event.pgh_created_at,
            names.get(by[event.pgh_id], ""),
            _("(the words that ship)") if event.pgh_label == "delete" else event.body,
        )
        for event in events
    ]
