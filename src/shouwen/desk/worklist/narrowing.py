"""筛选: from the page's address to `Filters`, and back to chips. What cannot be read is left out, and said."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from shouwen.casework.queries import Filters
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Stage
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.desk.parts import Chip
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory


class Narrowing(msgspec.Struct):
    """What a list is narrowed to, the chips that say so, and the sentences about what could not be read."""

    filters: Filters
    chips: list[Chip]
    unread: list[str]


Reader = Callable[[str, Policy], tuple[dict[str, object], str]]


def narrowing_of(query: QueryDict, text: str = "") -> Narrowing:
    """Read the filters of an address. Refuses nothing: a value that makes no sense is left out with a sentence."""
    policy = standing_policy()
    found: dict[str, object] = {}
    chips: list[Chip] = []
    unread: list[str] = []
    for key, (label, read) in READERS.items():
        value = query.get(key, "").strip()
        if not value:
            continue
        try:
            fields, words = read(value, policy)
        except (ValueError, Refusal, LookupError, OverflowError):
            unread.append(_("The filter “%(label)s” could not be read and was left out.") % {"label": label()})
            continue
        found |= fields
        chips.append(Chip(key, value, label(), words))
    return Narrowing(msgspec.convert({**found, "text": text}, Filters), chips, unread)


def _stage(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"stage": Stage(value).value}, in_reader_language(Stage(value).label)


def _kind(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"kind": value}, in_reader_language(policy.kind(value).title)


def _channel(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"channel": value}, in_reader_language(policy.channel(value).title)


def _class(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    below = [each.code for each in policy.classes_below(value)]
    return {"classes": (value, *below)}, in_reader_language(policy.class_(value).title)


def _unit(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    unit = directory().unit_by_code(value)
    if unit is None:
        raise LookupError(value)
    return {"unit": unit.id}, unit.name


def _flag(field: str) -> Reader:
    def read(value: str, policy: Policy) -> tuple[dict[str, object], str]:
        return {field: True}, _("yes")

    return read


def _day(value: str, zone: ZoneInfo, days: int = 0) -> datetime:
    day = date.fromisoformat(value) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _from(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"received_from": _day(value, working_calendar().zone)}, value


def _until(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"received_until": _day(value, working_calendar().zone, days=1)}, value


READERS: dict[str, tuple[Callable[[], str], Reader]] = {
    "stage": (lambda: _("Stage"), _stage),
    "class": (lambda: _("Class"), _class),
    "channel": (lambda: _("Channel"), _channel),
    "kind": (lambda: _("Kind"), _kind),
    "unit": (lambda: _("Unit"), _unit),
    "overdue": (lambda: _("Overdue"), _flag("overdue")),
    "repeat": (lambda: _("Repeat"), _flag("repeat")),
    "from": (lambda: _("Received from"), _from),
    "until": (lambda: _("Received until"), _until),
}
