"""以往投诉: what the bank knows of the customer who is being registered, and which of it belongs to this complaint (mission B4)."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils import timezone

from shouwen.casework import attempts, privacy, queries
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.worklist.rows import lines_of

IDENTIFYING = ("phone", "id_number", "card_number", "name")
LONGEST_ASKED = 200
MOST_LINKED = 20
ASKED = "looked_up"


class Known(msgspec.Struct, frozen=True):
    """`earlier` are lines of a list; `too_often` says why there are none."""

    earlier: tuple[Any, ...] = ()
    too_often: Text | None = None


def is_identified(typed: Mapping[str, str]) -> bool:
    return any(typed.get(field, "").strip() for field in IDENTIFYING)


def look_up(request: DeskRequest, typed: Mapping[str, str]) -> Known:
    """The customer's earlier complaints. The same question again is not counted among the look-ups that a person has."""
    if not is_identified(typed):
        return Known()
    given = {field: typed.get(field, "")[:LONGEST_ASKED] for field in IDENTIFYING}
    asked = privacy.keyring().blind_index("look-up", "\n".join(given.values())).hex()
    if request.session.get(ASKED) != asked:
        try:
            attempts.require("look-up", str(request.actor.id), attempts.LOOK_UPS, timezone.now())
        except Refusal as refusal:
            return Known(too_often=refusal.message)
        request.session[ASKED] = asked
    return Known(tuple(lines_of(queries.earlier_complaints(request.actor, **given), request.actor)))


def linked(actor: Actor, asked: Iterable[str]) -> tuple[str, ...]:
    """The numbers, of those asked for, that this person sees."""
    numbers = [number for number in list(asked)[:MOST_LINKED] if queries.COMPLAINT_NUMBER.fullmatch(number)]
    if not numbers:
        return ()
    found = queries.visible_to(actor).filter(number__in=numbers).order_by("number")
    return tuple(found.values_list("number", flat=True))
