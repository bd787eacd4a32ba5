"""投诉主题页. A view reads unit, length and word from the address, asks `insight.themes`, and renders."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.text import Text
from shouwen.core.themes import FEWEST, Pair, Theme
from shouwen.desk.access import may_open
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.statistics.asking import today, units_within
from shouwen.desk.worklist.rows import lines_of
from shouwen.insight import statistics
from shouwen.insight.themes import reading
from shouwen.insight.themes.reading import LENGTHS, Themes

USUAL = 28


class Row(msgspec.Struct, frozen=True):
    """One word as it stands on the page."""

    theme: Theme
    change: Text
    pairs: list[Pair]
    here: str


@require_safe
@cache_control(no_store=True, private=True)
def overview(request: DeskRequest) -> HttpResponse:
    """主题 of a unit: the growing words, what goes with each, and the complaints behind the one that is chosen."""
    unit = statistics.unit_within(request.actor, request.GET.get("unit", ""))
    if unit is None:
        raise Http404
    typed = request.GET.get("days", "")
    days = int(typed) if typed in set(map(str, LENGTHS)) else USUAL
    told = reading.themes(request.actor, unit, today(), days)
    word = request.GET.get("word", "")[:32]
    chosen = next((theme for theme in told.words if theme.word == word), None)
    if word and chosen is None:
        messages.info(request, _("The word is not among those that grow here, or too few complaints have it."))
    asks = {"unit": unit.code, "days": str(days)}
    context = {
        "unit": unit,
        "told": told,
        "now": told.periods[0],
        "before": told.periods[1],
        "rows": [_row(theme, told, asks) for theme in told.words],
        "lengths": [(each, f"?{urlencode(asks | {'days': str(each)})}", each == days) for each in LENGTHS],
        "days": days,
        "units": units_within(request),
        "may_propose": may_open("desk:improvement_new", request.actor.duties),
        "fewest": FEWEST,
        "chosen": chosen,
        **(_behind(request, told, chosen) if chosen else {}),
    }
    return render(request, "desk/themes/overview.html", context)


def _row(theme: Theme, told: Themes, asks: dict[str, str]) -> Row:
    here = f"?{urlencode(asks | {'word': theme.word})}#behind"
    return Row(theme, _change(theme), told.pairs.get(theme.word, []), here)


def _change(theme: Theme) -> Text:
    """“+120%（至少 +35%）”: the change of the share, and what it is at least."""
    low = f"{theme.ratio.interval.low - 1:+.0%}"
    if theme.ratio.value is None:
        return Text("新出现", "new")
    change = f"{theme.ratio.value - 1:+.0%}"
    return Text(f"{change}（至少 {low}）", f"{change} (at least {low})") if theme.grows else Text(change, change)


def _behind(request: DeskRequest, told: Themes, chosen: Theme) -> dict[str, Any]:
    rows = reading.examples(request.actor, told.unit, told.periods[0], chosen.word)
    asks = urlencode({"theme": chosen.word, "unit": told.unit.code})
    return {"lines": lines_of(rows, request.actor), "proposes": f"{reverse('desk:improvement_new')}?{asks}"}
