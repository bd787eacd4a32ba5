"""查询码只显示一次: the customer's tracking code stands on the page that follows the registration, and on no later one.

Which complaint that is, a signed cookie of the registering person says: the session would be one more row to write for each registration.
"""

from django.conf import settings
from django.http import HttpResponse

from shouwen.desk.middleware import DeskRequest

COOKIE = "shouwen_registered"
SECONDS = 15 * 60


def allow(request: DeskRequest, answer: HttpResponse, number: str) -> HttpResponse:
    """The answer, with leave to see the tracking code of this complaint once."""
    answer.set_signed_cookie(
        COOKIE,
        number,
        salt=_whose(request),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def is_first(request: DeskRequest, number: str) -> bool:
    return bool(number == request.get_signed_cookie(COOKIE, default="", salt=_whose(request), max_age=SECONDS))


def use_up(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def _whose(request: DeskRequest) -> str:
    """A cookie of another person, or of an earlier session at the same counter, allows nothing."""
    return f"registered:{request.actor.id}:{request.session.session_key}"
