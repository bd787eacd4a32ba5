"""左侧导航: the places of the desk, in the order in which a clerk needs them."""

from functools import cache

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shouwen.casework.rules import standing_policy
from shouwen.core.channel import Channel
from shouwen.core.people import Actor
from shouwen.desk.access import may_open

ON_THE_PHONE = 4


class Place(msgspec.Struct, frozen=True):
    url_name: str
    label: str | Promise
    icon: str
    key: str


class Entry(msgspec.Struct, frozen=True):
    """A place that exists in this program; `extra` ones are behind “more” on a phone."""

    label: str
    icon: str
    key: str
    href: str
    current: bool
    extra: bool


PLACES = (
    Place("desk:tasks", _("My tasks"), "tasks", "t"),
    Place("desk:register", _("Register"), "register", "r"),
    Place("desk:hotline", _("Hotline call"), "phone", "h"),
    Place("desk:complaints", _("Complaints"), "complaints", "c"),
    Place("desk:morning", _("Morning board"), "clock-ok", "b"),
    Place("desk:supervision", _("Supervision"), "supervised", "s"),
    Place("desk:statistics", _("Statistics"), "sort", "i"),
    Place("desk:satisfaction", _("Satisfaction and loyalty"), "satisfaction", "l"),
    Place("desk:reports", _("Submissions"), "archive", "e"),
    Place("desk:warnings", _("Early warnings"), "warning", "w"),
    Place("desk:mails", _("Mails"), "mail", "m"),
    Place("desk:revisits", _("Revisits"), "visit", "v"),
    Place("desk:appraisal", _("Appraisal"), "star", "a"),
    Place("desk:improvement", _("Improvement"), "review", "g"),
    Place("desk:organisation", _("Organisation"), "organisation", "o"),
    Place("desk:calendar", _("Calendar"), "calendar", "d"),
    Place("desk:policy", _("Policy"), "policy", "p"),
    Place("desk:outbox", _("Messages"), "mail", "x"),
    Place("tokens:overview", _("Access tokens"), "lock", "k"),
)


def entries_for(request: HttpRequest | None, current: str = "") -> list[Entry]:
    """The entries this person may open. Without `current`, the one with the longest address that the page's starts with is on."""
    actor = getattr(request, "actor", None)
    places = [
        (place, href)
        for place, href in _built(settings.ROOT_URLCONF)
        if actor is None or (may_open(place.url_name, actor.duties) and _leads_somewhere(place, actor))
    ]
    if not current and request is not None:
        on = [(len(href), place.url_name) for place, href in places if _under(request.path, href)]
        current = max(on)[1] if on else ""
    return [
        Entry(str(place.label), place.icon, place.key, href, place.url_name == current, position >= ON_THE_PHONE)
        for position, (place, href) in enumerate(places)
    ]


def _leads_somewhere(place: Place, actor: Actor) -> bool:
    """Whether there is something on the page: no channel is registered by the discipline inspection, say."""
    return place.url_name != "desk:register" or bool(channels_of(actor))


def channels_of(actor: Actor) -> list[Channel]:
    """受理渠道 that this person registers, in the order of the pack."""
    return [each for each in standing_policy().channels if not actor.duties.isdisjoint(each.accepting)]


def _under(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href if href.endswith("/") else f"{href}/"))


@cache
def _built(urlconf: str) -> tuple[tuple[Place, str], ...]:
    """Places that have a page. What comes with later work has no URL yet, so no dead link can be shown."""
    built = []
    for place in PLACES:
        try:
            built.append((place, reverse(place.url_name, urlconf=urlconf)))
        except NoReverseMatch:
            continue
    return tuple(built)
