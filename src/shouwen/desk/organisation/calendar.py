"""工作日历: a year as months, and the bank's own exceptions."""

from calendar import Calendar
from collections.abc import Iterator
from datetime import date

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.workdays import FIRST_YEAR, LAST_YEAR, WEEKDAYS, Day, WorkingCalendar
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import ExceptionForm, refuse
from shouwen.desk.organisation.pages import administers, today
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation import calendar as days
from shouwen.organisation import remit
from shouwen.organisation.calendar import BANK, working_calendar

SHORT_WEEKDAYS = tuple(Text(day.zh[-1], day.en[:2]) for day in WEEKDAYS)


class Cell(msgspec.Struct, frozen=True):
    """A day in the grid. `mark` is off, made-up, or nothing for what any week has; `own` says that the bank says so."""

    day: Day
    mark: str
    own: bool
    today: bool


class Month(msgspec.Struct, frozen=True):
    title: str
    weeks: list[list[Cell | None]]
    working: int


class Stretch(msgspec.Struct, frozen=True):
    """Days in a row with one name."""

    first: date
    last: date
    name: Text
    working: bool


def year(request: DeskRequest) -> HttpResponse:
    return _page(request, _asked(request), ExceptionForm(initial={"working": "off"}))


def _asked(request: DeskRequest) -> int:
    given = request.GET.get("year", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else today().year
    return min(max(number, FIRST_YEAR), LAST_YEAR)


def exception(request: DeskRequest) -> HttpResponse:
    """Set an exception, or take one away where `remove` names its date."""
    if request.method != "POST":
        return redirect("desk:calendar")
    if "remove" in request.POST:
        return _removed(request)
    form = ExceptionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            remit.require_whole_bank(request.actor)
            days.set_exception(given["date"], working=given["working"] == "work", name=given["name"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The exception is set."))
            return redirect(_address(given["date"].year))
    return _page(request, _asked(request), form)


def _removed(request: DeskRequest) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST["remove"])
    except ValueError:
        return redirect("desk:calendar")
    try:
        remit.require_whole_bank(request.actor)
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect(_address(day.year))
    days.remove_exception(day)
    messages.success(request, _("The exception is gone; the official calendar applies to this day."))
    return redirect(_address(day.year))


def _page(request: DeskRequest, number: int, form: ExceptionForm) -> HttpResponse:
    working = working_calendar()
    page = {
        "year": number,
        "before": number - 1 if number > FIRST_YEAR else None,
        "after": number + 1 if number < LAST_YEAR else None,
        "months": [_month(working, number, month) for month in range(1, 13)],
        "weekdays": SHORT_WEEKDAYS,
        "stretches": list(_stretches(working, number)),
        "exceptions": days.exceptions_of(number),
        "provisional": not days.is_announced(number),
        "total": working.working_days_between(date(number - 1, 12, 31), date(number, 12, 31))
        if number > FIRST_YEAR
        else None,
        "administers": administers(request),
        "form": form,
    }
    return render(request, "desk/organisation/calendar.html", page, status=422 if form.errors else 200)


def _month(working: WorkingCalendar, number: int, month: int) -> Month:
    weeks: list[list[Cell | None]] = [
        [_cell(working.day(day)) if day.month == month else None for day in week]
        for week in Calendar().monthdatescalendar(number, month)
    ]
    worked = sum(cell.day.working for week in weeks for cell in week if cell)
    return Month(date_format(date(number, month, 1), "F"), weeks, worked)


def _cell(day: Day) -> Cell:
    weekend = day.date.weekday() >= 5
    mark = (
        "off" if not day.working and (not weekend or _is_named(day)) else "made-up" if day.working and weekend else ""
    )
    return Cell(day, mark, day.source == BANK, day.date == today())


def _is_named(day: Day) -> bool:
    return day.name != WEEKDAYS[day.date.weekday()]


def _stretches(working: WorkingCalendar, number: int) -> Iterator[Stretch]:
    """Holidays and days worked for them, in order; days in a row under one name together."""
    open_one: Stretch | None = None
    for ordinal in range(date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal() + 1):
        day = working.day(date.fromordinal(ordinal))
        if not _is_named(day):
            continue
        if (
            open_one
            and (day.date - open_one.last).days == 1
            and (day.name, day.working) == (open_one.name, open_one.working)
        ):
            open_one = msgspec.structs.replace(open_one, last=day.date)
            continue
        if open_one:
            yield open_one
        open_one = Stretch(day.date, day.date, day.name, day.working)
    if open_one:
        yield open_one


def _address(number: int) -> str:
    return f"{reverse('desk:calendar')}?year={number}"
