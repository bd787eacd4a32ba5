"""督办看板、督办单列表. A view reads the address, asks `oversight.board`, and renders."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework import queries
from shouwen.casework.queries import DUE_FIRST, MOST_IN_TAB
from shouwen.casework.rules import standing_policy
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.parts import Pager
from shouwen.desk.worklist.rows import lines_of
from shouwen.organisation.directory import directory
from shouwen.oversight import board as figures

TITLES: dict[str, str | Promise] = {
    "open": _("In hand"),
    "today": _("Due today"),
    "near": _("Due by tomorrow"),
    "overdue": _("Overdue"),
    "returned": _("Sent back"),
    "supervised": _("Supervised"),
    "unanswered": _("Slip unanswered"),
    "late_slips": _("Slip overdue"),
}
LISTS = {"answer": figures.to_answer, "judge": figures.to_judge, "all": figures.waiting}


@require_safe
@cache_control(no_store=True, private=True)
def board(request: DeskRequest) -> HttpResponse:
    """督办看板: each unit within the reader's reach, with all below it; every figure opens its complaints."""
    code = request.GET.get("unit", "")
    at = figures.unit_within(request.actor, code)
    if code and at is None:
        raise Http404
    standings = figures.board(request.actor, at, timezone.now(), standing_policy().business_hours)
    lines = [(each, [(name, TITLES[name], each.counts[name]) for name in figures.MEASURES]) for each in standings]
    context = {
        "lines": lines,
        "titles": list(TITLES.values()),
        "at": at,
        "crumbs": _crumbs(request, code),
        "tabs": _tabs(request),
    }
    return render(request, "desk/supervision/board.html", context)


def _crumbs(request: DeskRequest, code: str) -> list[Any]:
    """The units above this one, as far as the reader's reach goes."""
    at = figures.unit_within(request.actor, code)
    if at is None:
        return []
    above = (directory().unit(unit_id) for unit_id in at.line)
    return [unit for unit in above if unit and figures.unit_within(request.actor, unit.code)]


def _tabs(request: DeskRequest) -> list[tuple[str, str | Promise, str]]:
    words = {"answer": _("To answer"), "judge": _("To accept"), "all": _("Unanswered slips")}
    if not figures.may_issue(request.actor):
        del words["judge"]
    return [(name, label, _counted(LISTS[name](request.actor))) for name, label in words.items()]


def _counted(rows: Any) -> str:
    count = queries.count_up_to(rows.order_by(*DUE_FIRST), MOST_IN_TAB)
    return f"{MOST_IN_TAB}+" if count > MOST_IN_TAB else str(count)


@require_safe
@cache_control(no_store=True, private=True)
def behind(request: DeskRequest) -> HttpResponse:
    """The complaints behind a figure of the board, what is due first at the top."""
    unit, measure = figures.unit_within(request.actor, request.GET.get("unit", "")), request.GET.get("what", "open")
    if unit is None or measure not in figures.MEASURES:
        raise Http404
    hours = standing_policy().business_hours
    rows = figures.behind(request.actor, unit, measure, timezone.now(), hours, own="own" in request.GET)
    page = queries.by_due(rows, request.GET.get("after", ""))
    context = {
        "unit": unit,
        "title": TITLES[measure],
        "lines": lines_of(page.rows, request.actor),
        "pager": Pager(after=page.next),
        "tabs": _tabs(request),
    }
    return render(request, "desk/supervision/behind.html", context)


@require_safe
@cache_control(no_store=True, private=True)
def slips(request: DeskRequest) -> HttpResponse:
    """督办单: what waits for this person to answer, what to accept, and all that is unanswered."""
    tabs = _tabs(request)
    names = [name for name, _label, _count in tabs]
    tab = request.GET.get("list", "answer")
    tab = tab if tab in names else names[0]
    page = queries.by_due(LISTS[tab](request.actor), request.GET.get("after", ""))
    context = {
        "tab": tab,
        "tabs": tabs,
        "lines": lines_of(page.rows, request.actor),
        "pager": Pager(after=page.next),
    }
    return render(request, "desk/supervision/slips.html", context)
