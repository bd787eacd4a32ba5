"""访问令牌 for the administrator: what there is, a new one whose secret is shown once, and the end of one.

The page is the interface's own and stands in the desk's frame: faces do not import each other.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouwen.api import tokens
from shouwen.api.models import ApiToken
from shouwen.api.tokens import LONGEST_LIFE, NAME_LENGTH, USUAL_LIFE_DAYS, Scope
from shouwen.core.refusal import Refusal
from shouwen.organisation.directory import directory

SHOWN = 500


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Used by"), help_text=gettext_lazy("Which system will use it"), max_length=NAME_LENGTH
    )
    unit = forms.CharField(
        label=gettext_lazy("Speaks for"),
        help_text=gettext_lazy("Unit code. The token sees this unit and all below it."),
        max_length=64,
        widget=forms.TextInput({"list": "units", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("Opens"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=gettext_lazy("Days until it expires"), min_value=1, max_value=LONGEST_LIFE.days, initial=USUAL_LIFE_DAYS
    )

    def __init__(self, posted: Any = None) -> None:
        super().__init__(posted, use_required_attribute=False)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(scope.value, f"{scope.value} · {scope.label.into(_language())}") for scope in Scope]

    def clean_unit(self) -> int:
        words = self.cleaned_data["unit"].split()
        unit = directory().unit_by_code(words[0]) if words else None
        if unit is None:
            raise forms.ValidationError(_("There is no such unit. Choose one from the list."))
        return unit.id


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form for a new one. Its secret stands in the answer itself, and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = _make(request, form)
    if secret:
        form = TokenForm()
    page = {
        "form": form,
        "secret": secret,
        "tokens": [_line(token) for token in ApiToken.objects.select_related("unit")[:SHOWN]],
        "units": directory().open_units()[:SHOWN],
    }
    return render(request, "api/tokens.html", page, status=422 if form.errors else 200)


def _make(request: HttpRequest, form: TokenForm) -> str:
    now, asked = timezone.now(), form.cleaned_data
    try:
        _token, secret = tokens.make_token(
            name=asked["name"],
            unit_id=asked["unit"],
            scopes=asked["scopes"],
            expires_at=now + timedelta(days=asked["days"]),
            now=now,
            made_by=request.user.pk,
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message.into(_language()))
        return ""
    return secret


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """停用, at once."""
    try:
        tokens.revoke(key, timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message.into(_language()))
    else:
        messages.success(request, _("The token is revoked."))
    return redirect("tokens:overview")


def _line(token: ApiToken) -> dict[str, Any]:
    now = timezone.now()
    is_over = token.revoked_at is not None or token.expires_at <= now
    if token.revoked_at:
        state = _("Revoked")
    elif is_over:
        state = _("Expired")
    else:
        state = _("Good")
    return {"token": token, "state": state, "is_over": is_over}


def _language() -> str:
    return get_language() or "zh-hans"


app_name = "tokens"
urlpatterns = [
    path("", overview, name="overview"),
    path("<int:key>/revoke/", revoke, name="revoke"),
]
