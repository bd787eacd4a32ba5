"""Who is asking, and whether the page is theirs."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from shouwen.core.people import Actor
from shouwen.desk.access import PAGES, PUBLIC, may_open
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory


class DeskRequest(HttpRequest):
    """A request that has passed `ActorMiddleware`."""

    actor: Actor


NOBODY = Actor(person=None)


class ActorMiddleware:
    """Gives each request its `actor`, the signed-in person with today's posts, and keeps the page table."""

    def __init__(self, get_response: Callable[[DeskRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: DeskRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: DeskRequest, view: object, args: object, kwargs: object) -> None:
        page = request.resolver_match.view_name if request.resolver_match else ""
        if PAGES.get(page, frozenset()) is PUBLIC or not request.user.is_authenticated:
            return
        if not may_open(page, request.actor.duties):
            raise PermissionDenied(_("Your duties do not include this page. Ask your leader or the administrator."))


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person with the posts held today, in the bank's zone."""
    if not request.user.is_authenticated:
        return NOBODY
    return directory().actor_for(request.user, on=working_calendar().local_date(timezone.now()))
