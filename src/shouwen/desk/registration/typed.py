"""What was typed on a page of registration, and its drafts."""

from typing import Any
from uuid import UUID

import msgspec

from shouwen.casework import drafts
from shouwen.core.people import Actor
from shouwen.desk.access import may_open
from shouwen.desk.middleware import DeskRequest

NOT_TYPED = ("csrfmiddlewaretoken", "do", "to_channel", "sure")
BOOK = "is_book"
"""Marks the draft of a page of the opinion book, which is finished on its own page."""


def typed_in(request: DeskRequest) -> drafts.Typed:
    return {field: values for field, values in request.POST.lists() if field not in NOT_TYPED}


def own_drafts(actor: Actor, *, of_book: bool = False) -> list[dict[str, Any]]:
    """What this person has not finished, with a title to know it by."""
    return [
        {**msgspec.structs.asdict(kept), "title": kept.typed.get("page" if of_book else "subject", [""])[-1]}
        for kept in drafts.drafts_of(staff_of(actor))
        if (BOOK in kept.typed) is of_book
    ]


def staff_of(actor: Actor) -> int:
    assert actor.id is not None, "only signed-in people reach these pages"
    return actor.id


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def ways_to(actor: Actor) -> dict[str, bool]:
    """The pages for many at once that this person's duties open."""
    return {name: may_open(f"desk:register_{name}", actor.duties) for name in ("book", "slips")}
