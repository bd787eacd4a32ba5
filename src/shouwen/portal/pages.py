"""What every page of the customer has in common: nobody signs in, no browser or proxy keeps it, nothing of it goes elsewhere."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from shouwen.core.refusal import Refusal
from shouwen.portal import guard
from shouwen.portal.words import here

View = Callable[..., HttpResponse]

MOST_TOGETHER = 110 * 1024 * 1024
"""Bytes of one request: five files of 20 MB and the words around them."""
TO_LANGUAGE = "to_language"


def public(*methods: str) -> Callable[[View], View]:
    """A page without sign-in for these methods."""

    def made(view: View) -> View:
        @login_not_required
        @require_http_methods(methods)
        @cache_control(no_store=True, private=True)
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex"
            return response

        return page

    return made


def typed_in(request: HttpRequest) -> dict[str, str]:
    """The fields of the request, without characters that nobody types."""
    return {field: str(words).replace("\0", "") for field, words in request.POST.items()}


def shown(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, f"portal/{template}.html", {"trap": guard.TRAP, **context})


def refused(form: BaseForm, refusal: Refusal) -> None:
    """Say the refusal at the field at fault, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, here(refusal.message))


def in_language(request: HttpRequest, address: str) -> HttpResponse:
    """Back to the page in the language that was chosen on it."""
    chosen = request.POST.get(TO_LANGUAGE, "")
    response = redirect(address)
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
            httponly=True,
        )
    return response


class SizeLimit:
    """Middleware before the one that reads forms: refuses what is too large to be a complaint before any of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/complain/", "/track/")) and _too_large(request):
            response = render(request, "portal/too_large.html", {"title": _("Too large")}, status=413)
            response["Connection"] = "close"
            return response
        return self.get_response(request)


def _too_large(request: HttpRequest) -> bool:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return not length.isdecimal() or int(length) > MOST_TOGETHER
