"""统计页的地址: which unit and which period the address of a page of figures asks for, and addresses made of them."""

from datetime import date
from urllib.parse import urlencode

import msgspec
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.insight import periods, statistics
from shouwen.insight.figures import Period
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory


class Asked(msgspec.Struct, frozen=True):
    """What the address asks for; `problem` says what of it could not be read."""

    unit: Unit
    period: Period
    problem: str = ""

    @property
    def here(self) -> dict[str, str]:
        """The same, as an address says it."""
        return {"unit": self.unit.code, **days_of(self.period)}


def asked_of(request: DeskRequest, standing: str = "month") -> Asked:
    """The unit and period of the address. A unit outside the reach is not there; a date that makes no sense is said, and the period
    shown that stands without one (a name of `periods.presets`)."""
    unit = statistics.unit_within(request.actor, request.GET.get("unit", ""))
    if unit is None:
        raise Http404
    stands = next(period for name, _title, period in periods.presets(today()) if name == standing)
    try:
        first = _day(request.GET.get("from", ""), stands.first)
        return Asked(unit, periods.period(first, _day(request.GET.get("until", ""), stands.last)))
    except ValueError:
        return Asked(unit, stands, _unread(standing))
    except Refusal as refusal:
        return Asked(unit, stands, in_reader_language(refusal.message))


def _unread(standing: str) -> str:
    if standing == "year":
        return _("The date could not be read. This year is shown.")
    return _("The date could not be read. This month is shown.")


def _day(value: str, otherwise: date) -> date:
    return date.fromisoformat(value) if value else otherwise


def today() -> date:
    return working_calendar().local_date(timezone.now())


def presets_of(page: str, asked: Asked) -> list[tuple[Text, str, bool]]:
    """本月、上月、本季、本年 of a page, each with its address and whether it is shown."""
    return [
        (title, address_of(page, asked.here | days_of(period)), period == asked.period)
        for _name, title, period in periods.presets(today())
    ]


def units_within(request: DeskRequest) -> list[tuple[str, str]]:
    """The units that the person may choose, each further in the deeper it lies."""
    tops = {unit.id for unit in statistics.roots(request.actor)}
    within = [unit for unit in directory().units() if not tops.isdisjoint(unit.line)]
    return [(unit.code, "　" * (len(unit.line) - 1) + unit.name) for unit in within]


def days_of(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "until": period.last.isoformat()}


def address_of(page: str, asks: dict[str, str], *parts: str) -> str:
    return f"{reverse(page, args=parts)}?{urlencode(asks)}"
