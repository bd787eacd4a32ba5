"""错误页: what cannot be answered is said inside the desk, with the rail beside it, so that nobody stands before a wall."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import defaults

View = Callable[..., HttpResponse]


def posted(back: str, *kept: str) -> Callable[[View], View]:
    """An address that only takes a POST. Who comes by GET (after signing in anew, or changing the language) goes to `back`.

    `kept` are the parts of the address that the page `back` needs.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(back, **{name: kwargs[name] for name in kept})
            if request.method != "POST":
                return HttpResponse(status=405, headers={"Allow": "POST"})
            return view(request, *args, **kwargs)

        return answer

    return wrap


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: with the rail for who is signed in, the plain page for anybody else."""
    if not _is_signed_in(request):
        return defaults.page_not_found(request, exception)
    words = _(
        "The address may be wrong, or it is not yours to see. Check the number, or look for it among the complaints."
    )
    return _page(request, 404, _("Nothing found"), _said(exception) or words)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: with the rail for who is signed in, the plain page for anybody else."""
    if not _is_signed_in(request):
        return defaults.permission_denied(request, exception)
    words = _("Your duties do not include this page. Ask your leader or the administrator.")
    return _page(request, 403, _("Not open to your duties"), _said(exception) or words)


class WrongMethodMiddleware:
    """405 in words, where a view gave none."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        title = _("This address does not work that way")
        words = _("Nothing was changed. Go back to the page and use its buttons.")
        answer = (
            _page(request, 405, title, words) if _is_signed_in(request) else render(request, "405.html", status=405)
        )
        answer["Allow"] = response.get("Allow", "")
        return answer


def _is_signed_in(request: HttpRequest) -> bool:
    return hasattr(request, "actor") and request.user.is_authenticated


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    return render(request, "desk/trouble.html", {"title": title, "words": words, "status": status}, status=status)


def _said(exception: Exception) -> str:
    """The sentence that our own code gave; Django's own says nothing to a clerk."""
    said = exception.args[0] if exception.args else ""
    return said if isinstance(said, str) and not said.endswith("matches the given query.") else ""
