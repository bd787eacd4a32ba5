"""预警和改进 on the boards: what is open of a unit and opens its list (mission E3, E6)."""

from urllib.parse import urlencode

from django.urls import reverse

from shouwen.casework.queries import MOST_IN_TAB
from shouwen.core.text import Text
from shouwen.desk.improvement.views import IN_HAND
from shouwen.desk.morning.asking import Morning, counted
from shouwen.desk.morning.parts import Tile
from shouwen.insight.improvement import working
from shouwen.insight.watching import warnings


def open_warnings(morning: Morning) -> Tile:
    """未结预警 of the unit and those below."""
    rows = warnings.open_of(morning.actor, morning.unit.id)
    return _tile(
        morning, Text("未结预警", "Open warnings"), rows.values("id")[: MOST_IN_TAB + 1].count(), "desk:warnings"
    )


def improvements(morning: Morning) -> Tile:
    """未办结的改进事项 of the unit and those below."""
    rows = working.in_hand(morning.actor, morning.unit.id)
    words = Text("改进事项未办结", "Improvements in hand")
    return _tile(morning, words, rows.values("id")[: MOST_IN_TAB + 1].count(), "desk:improvement", state=IN_HAND)


def _tile(morning: Morning, words: Text, count: int, page: str, **asks: str) -> Tile:
    address = f"{reverse(page)}?{urlencode({'unit': morning.unit.code, **asks})}"
    return Tile(words, counted(count), address if count else "", "near")
