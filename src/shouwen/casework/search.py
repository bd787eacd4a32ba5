"""检索 (mission C3): one box for a complaint's number, the complainant's exact name or number, and words; the newest first.

Words are asked stretch by stretch from the newest: a word that every tenth complaint has fills its page from the last days, however
large the bank, and a rare one costs nothing in the stretches where it is not.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet

from shouwen.casework import privacy
from shouwen.casework.models import Complainant, ComplaintRow, SearchWords
from shouwen.casework.queries import (
    COMPLAINT_NUMBER,
    LIST_COLUMNS,
    MOST_COUNTED,
    NEWEST_FIRST,
    PAGE,
    Filters,
    OneOf,
    Page,
    by_receipt,
    count_up_to,
    narrowed,
    page_of,
    read_key,
    received_before,
    visible_to,
)
from shouwen.core import words
from shouwen.core.duties import reader_keys
from shouwen.core.masking import compact
from shouwen.core.people import Actor

NUMBERS = ("phone", "identity", "card")
LOOKS_LIKE_A_NUMBER = re.compile(r"\+?[A-Z]{0,3}[0-9]{5,19}[A-Z]?")
"""A phone, an identity or a card number, compact; only a text that is nothing else is looked up as one."""
DAYS = (2, 5, 10)
MONTHS = (2, 5, 12)
MOST_FOUND = 200
"""Matches that are counted; each costs a look at its row."""


class Found(msgspec.Struct, frozen=True):
    """One page of what was found, and how much there is: exact up to `most`, one more when there is more."""

    page: Page
    count: int
    most: int = MOST_COUNTED


def found(actor: Actor, filters: Filters, now: datetime, after: str = "") -> Found:
    """What this person may see of what the filters and the box ask for.

    One question at a time, a number before a person before words: an OR of them would have PostgreSQL read every complaint.
    People count only where this person sees a complaint of theirs: otherwise an empty list would tell that the bank knows them,
    and a name given elsewhere in the bank would hide the words that it is spelled like.
    """
    rows = narrowed(visible_to(actor), filters, now, actor)
    text = filters.text.strip()
    if not text:
        return _listed(rows, after)
    number = COMPLAINT_NUMBER.search(text.upper())
    if number:
        return _listed(rows.filter(number=number.group()), after)
    people = list(Complainant.objects.filter(_is_complainant(text)).values_list("id", flat=True)[:MOST_COUNTED])
    if people and visible_to(actor).filter(id__in=people).exists():
        return _listed(rows.filter(id__in=people), after)
    query = words.query(text)
    if not query:
        return Found(Page([]), 0, MOST_FOUND)
    asked = Worded(actor, query, alone=msgspec.structs.replace(filters, text="") == Filters())
    return _worded(asked, rows, filters.received_until or now, after)


def _listed(rows: QuerySet[ComplaintRow], after: str) -> Found:
    return Found(by_receipt(rows, after), count_up_to(rows))


def _is_complainant(text: str) -> Q:
    ring = privacy.keyring()
    kinds = NUMBERS if LOOKS_LIKE_A_NUMBER.fullmatch(compact(text)) else ("name",)
    condition = Q()
    for kind in kinds:
        condition |= Q(**{f"{kind}_index": ring.blind_index(kind, text)})
    return condition


class Worded(msgspec.Struct, frozen=True):
    """Words asked by this person; `alone`: nothing else narrows the list."""

    actor: Actor
    query: str
    alone: bool

    def among(self, rows: QuerySet[ComplaintRow], sought: str) -> QuerySet[ComplaintRow]:
        """The rows with these words in this stretch.

        Words alone end at the first stretch with enough of them, so that their ids are a short array; told as a question inside the
        question, the planner may walk through all complaints by receipt instead. Beside a filter that few complaints pass, the words
        go on to the longest stretch, where the array would be long: there the planner begins with the filter.
        """
        found = with_words(self.actor, sought)
        return rows.filter(OneOf(F("id"), ArraySubquery(found))) if self.alone else rows.filter(id__in=found)


def _worded(asked: Worded, rows: QuerySet[ComplaintRow], until: datetime, after: str) -> Found:
    newest = _newest(asked, rows, until)
    count, key = len(newest), read_key(after)
    if key:
        newest = [each for each in newest if each < key]
        if count > MOST_FOUND and len(newest) <= PAGE:
            newest = _newest(asked, received_before(rows, key), key[0])
    ids = [each for _, each in newest[: PAGE + 1]]
    shown = ComplaintRow.objects.filter(id__in=ids).only(*LIST_COLUMNS).order_by(*NEWEST_FIRST)
    return Found(page_of(list(shown), PAGE, "received_at"), count, MOST_FOUND)


def _newest(asked: Worded, rows: QuerySet[ComplaintRow], until: datetime) -> list[tuple[datetime, int]]:
    """Receipt and id of the newest with these words, up to one more than is counted."""
    newest: list[tuple[datetime, int]] = []
    for sought in stretches(asked.query, until):
        matching = asked.among(rows, sought)
        newest = list(matching.order_by(*NEWEST_FIRST).values_list("received_at", "id")[: MOST_FOUND + 1])
        if len(newest) > MOST_FOUND:
            break
    return newest


def stretches(query: str, until: datetime) -> Iterator[str]:
    """The query for the last days, for the last months, for the last year, and for all time."""
    for days in DAYS:
        yield words.query_in_days(query, until, days)
    for months in MONTHS:
        yield words.query_in_months(query, until, months)
    yield query


def with_words(actor: Actor, query: str) -> Any:
    """The ids of complaints with these words whose audience this person belongs to; one index answers both."""
    seen = SearchWords.objects.filter(audience__overlap=sorted(reader_keys(actor)))
    return seen.extra(where=["words @@ %s::tsquery"], params=[query]).values("complaint_id")
