"""双赢页. A view reads unit and period from the address, asks `insight.win_win`, and renders."""

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework.rules import standing_policy
from shouwen.core.proportions import Share
from shouwen.core.win_win import Lost
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.statistics.asking import address_of, asked_of, days_of, presets_of, units_within
from shouwen.insight.win_win import Quadrant, win_win

STANDING = "year"
NONE = "–"


class Cell(msgspec.Struct, frozen=True):
    """One quadrant as it stands on the page; `href` opens its complaints."""

    quadrant: Quadrant
    count: int
    percent: str
    between: str
    before: str
    href: str


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """双赢 of a unit and a period: four quadrants, each with its complaints."""
    asked = asked_of(request, standing=STANDING)
    if asked.problem:
        messages.warning(request, asked.problem)
    told = win_win(request.actor, asked.unit, asked.period)
    asks = {"in": asked.unit.code, "outcome": "answered", **days_of(asked.period)}

    def cell(quadrant: Quadrant) -> Cell:
        href = address_of("desk:complaints", asks | {"sides": quadrant.sides.value}) if quadrant.share.part else ""
        return Cell(
            quadrant,
            quadrant.share.part,
            _percent(quadrant.share),
            _between(quadrant.share),
            _percent(quadrant.before),
            href,
        )

    context = {
        "told": told,
        "cells": {each.sides.value: cell(each) for each in told.quadrants},
        "unknown": told.answered - told.known,
        "loses_by": {each.value for each in Lost} & set(standing_policy().win_win.bank_loses_by),
        "answered_list": address_of("desk:complaints", asks) if told.answered else "",
        "unit": asked.unit,
        "period": asked.period,
        "presets": presets_of("desk:win_win", asked),
        "units": units_within(request),
        "made_at": timezone.now(),
    }
    return render(request, "desk/win_win/overview.html", context)


def _percent(share: Share) -> str:
    return NONE if share.value is None else f"{float(share.value):.1%}"


def _between(share: Share) -> str:
    interval = share.interval()
    return "" if interval is None else f"{interval.low:.0%} – {interval.high:.0%}"
