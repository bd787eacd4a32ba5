"""What is not let in, whatever address it asks for: more than a page may send, and what no browser sends."""

import codecs
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.template import loader
from django.utils.functional import cached_property

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MEGABYTE = 1024 * 1024
# Source: bank-default. A file of 20 MB with the fields of its form; and a registration without files.
MOST_BYTES = 25 * MEGABYTE
MOST_BYTES_OF_STRANGERS = MEGABYTE


class IncomingMiddleware:
    """Answers 413 to what is too large, before a byte of it is read, and 400 to what no form or link of ours can have sent.

    Who has no session cookie may send a megabyte, except to `SHOUWEN_OPEN_UPLOADS`, the addresses where strangers send files.
    A NUL character, which no database keeps and nobody types, and a body in another encoding than UTF-8 are refused. The
    interface for programs checks what it gets itself, and answers in its own form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _length(request) > _most(request):
            return HttpResponse(self._too_large, status=413, headers={"Connection": "close"})
        if _is_program(request):
            return self.get_response(request)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "") or not _is_utf8(request):
            return self._unsound()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if request.method != "POST" or request.content_type not in FORMS or _is_program(request):
            return None
        try:
            typed = [text for field, values in request.POST.lists() for text in (field, *values)]
        except UnreadablePostError:  # the browser has gone; nobody reads the answer
            return self._unsound()
        names = [file.name or "" for _, files in request.FILES.lists() for file in files]
        return self._unsound() if any("\0" in text for text in (*typed, *names)) else None

    @cached_property
    def _too_large(self) -> str:
        return loader.render_to_string("413.html")

    def _unsound(self) -> HttpResponse:
        return HttpResponse(loader.render_to_string("400.html"), status=400)


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _length(request: HttpRequest) -> int:
    """Without a length the server reads nothing; one that is no number counts as too much."""
    given = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 20 else MOST_BYTES + 1


def _most(request: HttpRequest) -> int:
    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
    is_open = request.path_info.startswith(settings.SHOUWEN_OPEN_UPLOADS)
    return MOST_BYTES if is_known or is_open else MOST_BYTES_OF_STRANGERS


def _is_utf8(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8")
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
