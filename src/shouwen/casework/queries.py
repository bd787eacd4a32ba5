"""What lists, search, counts and pages read. `visible_to` is the only way in: it asks the audience of each complaint."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, IntegerField, Lookup, OuterRef, Q, QuerySet, TextField

from shouwen.casework import privacy
from shouwen.casework.models import WAITS_FOR_CHECK, WAITS_FOR_OTHERS, Complainant, ComplaintRow
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.duties import (
    CASEWORKERS,
    CHECKERS,
    GRANTS,
    Action,
    Duty,
    lent_keys,
    person_key,
    reader_keys,
    scope_key,
)
from shouwen.core.loyalty import Solution, outcome_for
from shouwen.core.people import Actor
from shouwen.core.policy_terms import RatioToOne

PAGE = 50
MOST_COUNTED = 1_000
MOST_IN_TAB = 200
LIST_COLUMNS = (
    "id",
    "number",
    "version",
    "stage",
    "is_open",
    "kind",
    "channel",
    "class_code",
    "title",
    "unit",
    "responsible",
    "mover",
    "received_at",
    "due_at",
    "ended_at",
    "secret",
    "anonymous",
    "repeat",
    "earlier",
    "news_at",
    "review_asked_at",
    "returned",
    "paused",
    "alarm",
    "extension_asked_at",
    "disputed",
    "grouped",
    "merged_into",
    "withdrawal_asked",
    "supervised",
    "signature_awaited",
)
COMPLAINT_NUMBER = re.compile(r"TS\d{4}-\d{8}")
LAST_OF_LINE = Func(F("line"), template="(%(expressions)s)[cardinality(%(expressions)s)]", output_field=IntegerField())
JOINED_AXES = Func(F("axes"), template="(' ' || array_to_string(%(expressions)s, ' '))", output_field=TextField())
NEWEST_FIRST = ("-received_at", "-id")
ANSWERED = (RatioToOne.ABOVE.value, RatioToOne.EQUAL.value, RatioToOne.BELOW.value)
ASKED = (*ANSWERED, RatioToOne.UNMEASURED.value)
DUE_FIRST = ("due_at", "id")


def visible_to(actor: Actor) -> QuerySet[ComplaintRow]:
    """The complaints whose audience this person belongs to. The employee complained about and who declared an interest never do.

    A deputy sees by a lent post only what its giver is not kept out of.
    """
    return _visible(actor, lambda keys: Q(audience__overlap=keys))


def _visible_by_another_index(actor: Actor) -> QuerySet[ComplaintRow]:
    """The same, for a list that has an index of its own.

    The planner takes it for chance that such rows are this person's to see, and would read the audience's index as well: at a million
    complaints ninety thousand entries for a list of two hundred.
    """
    return _visible(actor, lambda keys: Q(NotByIndex(Q(audience__overlap=keys))))


class NotByIndex(Func):
    """The same condition, as likely as it is, in a form that no index answers."""

    template = "(%(expressions)s) IS TRUE"
    output_field = BooleanField()


def _visible(actor: Actor, is_read_by: Callable[[list[int]], Q]) -> QuerySet[ComplaintRow]:
    reach = is_read_by(sorted(reader_keys(actor.without(actor.deputy_of))))
    for giver in sorted(actor.deputy_of):
        lent = is_read_by(sorted(lent_keys(actor, giver)))
        reach |= lent & ~Q(employee_about=giver) & ~Q(recused__contains=[giver])
    seen = ComplaintRow.objects.filter(reach)
    return seen if actor.id is None else seen.exclude(employee_about=actor.id).exclude(recused__contains=[actor.id])


def find(actor: Actor, number: str) -> Complaint | None:
    """The complaint with this number, if this person may see it, or the master that it is merged into."""
    row = visible_to(actor).filter(number=number).only("state").first()
    if row is None:
        row = _merged(actor, number)
    return read_complaint(row.state) if row else None


def _merged(actor: Actor, number: str) -> ComplaintRow | None:
    """重复登记: a duplicate is read by who may see its master, but never by who is kept out of it."""
    rows = ComplaintRow.objects.filter(number=number, merged_into__isnull=False).only("state", "merged_into")
    row = rows.exclude(employee_about=actor.id).exclude(recused__contains=[actor.id or 0]).first()
    if row is None or not visible_to(actor).filter(number=row.merged_into).exists():
        return None
    return row


def within(unit_id: int) -> QuerySet[ComplaintRow]:
    """What a system that speaks for a unit may see: complaints that the unit or one below it has had, none that is secret."""
    return ComplaintRow.objects.filter(audience__contains=[scope_key(unit_id)], secret=False)


def my_tasks(actor: Actor) -> QuerySet[ComplaintRow]:
    """我的待办: where the next move is this person's, and what this person may check or sign in the own unit."""
    checked_units = [post.unit_id for post in actor.posts if post.duty in CHECKERS]
    drafts = WAITS_FOR_CHECK & Q(unit__in=checked_units) & ~Q(responsible__in=sorted(actor.stands_for))
    led_units = [post.unit_id for post in actor.posts if post.duty is Duty.LEADER]
    to_sign = Q(signature_awaited=True, unit__in=led_units)
    return _open(actor).filter(_moves(actor) | drafts | to_sign)


def _moves(actor: Actor) -> Q:
    """The complaints that are this person's move, or that of a giver where the lent post lets the deputy move them."""
    moves = Q(mover=actor.id)
    for post in actor.posts:
        if post.lent_by is not None and post.duty in CASEWORKERS:
            moves |= Q(mover=post.lent_by, responsible=post.lent_by, unit=post.unit_id)
    return moves


def waiting_for_others(actor: Actor) -> QuerySet[ComplaintRow]:
    """等待他人: this person is responsible, and somebody else must sign for it, check or sign the reply first."""
    return _open(actor).filter(WAITS_FOR_OTHERS, responsible=actor.id)


def tasks_of_units(actor: Actor) -> QuerySet[ComplaintRow]:
    """本单位待办: what lies with the units where this person holds a post."""
    return _open(actor).filter(unit__in=sorted({post.unit_id for post in actor.posts}))


def reviews_asked(actor: Actor) -> QuerySet[ComplaintRow]:
    """申请核查: the answers that customers do not accept, for those who may review them."""
    rows = _visible_by_another_index(actor).filter(review_asked_at__isnull=False)
    return rows if may_review(actor) else rows.none()


def escalated_to(actor: Actor) -> QuerySet[ComplaintRow]:
    """升级给我: what the timer has told this person about, beside the responsible person, as long as that clock runs."""
    return _visible_by_another_index(actor).filter(escalated_to__isnull=False, escalated_to__contains=[actor.id or 0])


def extensions_asked(actor: Actor) -> QuerySet[ComplaintRow]:
    """待批延期: the extensions that wait to be decided, for the leaders who see them."""
    rows = _visible_by_another_index(actor).filter(extension_asked_at__isnull=False)
    return rows if may_decide_extensions(actor) else rows.none()


def may_decide_extensions(actor: Actor) -> bool:
    """Whether any of this person's duties decides extensions; which of them, the pack says for each."""
    return any(not actor.duties.isdisjoint(grant.duties) for grant in GRANTS[Action.DECIDE_EXTENSION])


def may_review(actor: Actor) -> bool:
    """Whether any of this person's duties includes reviews."""
    return any(not actor.duties.isdisjoint(grant.duties) for grant in GRANTS[Action.REVIEW])


def _open(actor: Actor) -> QuerySet[ComplaintRow]:
    return _visible_by_another_index(actor).filter(is_open=True)


class Filters(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a list is narrowed to; each stands in the page's address. Moments are aware UTC.

    From `handled` on, what the statistics count by: `handled` is the unit that handles it or one above it, `below` one of the units
    below that one, `own` that it is the unit itself. An empty text asks for what is not on record yet. `survey` is asked or answered,
    `loyalty` one of the slides' outcomes (`core.loyalty`), `sides` one of the four of `core.win_win`.
    `categories` are those of an `axis` of an authority's return; an axis without them asks for what has none yet.
    """

    stage: str = ""
    kind: str = ""
    channel: str = ""
    classes: tuple[str, ...] = ()
    unit: int | None = None
    person: int | None = None
    overdue: bool = False
    repeat: bool = False
    anonymous: bool = False
    received_from: datetime | None = None
    received_until: datetime | None = None
    handled: int | None = None
    below: int | None = None
    own: bool = False
    cause: str | None = None
    liability: str | None = None
    verdict: str | None = None
    outcome: str = ""
    timing: str = ""
    survey: str = ""
    ratios: tuple[str, ...] = ()
    solutions: tuple[str, ...] = ()
    loyalty: str = ""
    sides: str = ""
    axis: str = ""
    categories: tuple[str, ...] = ()
    process: str = ""
    unsigned: bool = False
    to_sign: bool = False
    returned: bool = False
    disputed: bool = False
    text: str = ""


def narrowed(rows: QuerySet[ComplaintRow], filters: Filters, now: datetime, actor: Actor) -> QuerySet[ComplaintRow]:
    """The rows that pass all filters but the text (`search.found`). A unit stands for itself and all below it; a person for whoever took part."""
    exact = {"stage": filters.stage, "kind": filters.kind, "channel": filters.channel}
    rows = rows.filter(**{column: value for column, value in exact.items() if value})
    if filters.classes:
        rows = rows.filter(class_code__in=filters.classes)
    if filters.unit is not None:
        rows = rows.filter(audience__contains=[scope_key(filters.unit)])
    if filters.person is not None:
        rows = rows.filter(audience__contains=[person_key(filters.person)])
    if filters.overdue:
        rows = rows.filter(is_open=True, due_at__lt=now)
    if filters.unsigned:
        rows = rows.filter(is_open=True, sign_due_at__lt=now)
    if filters.to_sign:
        rows = rows.filter(signature_awaited=True)
    if filters.returned:
        rows = rows.filter(is_open=True, returned=True)
    if filters.disputed:
        rows = rows.filter(is_open=True, disputed=True)
    if filters.repeat:
        rows = _repeats(rows, actor)
    if filters.anonymous:
        rows = rows.filter(anonymous=True)
    if filters.received_from:
        rows = rows.filter(received_at__gte=filters.received_from)
    if filters.received_until:
        rows = rows.filter(received_at__lt=filters.received_until)
    return _counted(rows, filters)


def _counted(rows: QuerySet[ComplaintRow], filters: Filters) -> QuerySet[ComplaintRow]:
    """The rows behind a figure of the statistics: neither for the discipline inspection alone, nor counted with a master."""
    asked = {name: getattr(filters, name) for name in ("cause", "liability", "verdict")}
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    told = {"outcome": filters.outcome, "timing": filters.timing}
    rows = rows.filter(**{name: value for name, value in told.items() if value})
    if filters.survey:
        rows = rows.filter(verdict__in=ANSWERED if filters.survey == "answered" else ASKED)
    if filters.ratios:
        rows = rows.filter(ratio__in=filters.ratios)
    if filters.solutions:
        rows = rows.filter(solution__in=filters.solutions)
    if filters.sides:
        rows = rows.filter(sides=filters.sides)
    if filters.loyalty:
        rows = rows.filter(_with_outcome(filters.loyalty))
    if filters.process:
        rows = rows.filter(process__contains=[filters.process])
    if filters.axis:
        rows = _on_axis(rows, filters)
    if filters.handled is None:
        return rows
    line = [filters.handled] if filters.below is None else [filters.handled, filters.below]
    # The audience says it again, for it has the index.
    rows = rows.filter(line__contains=line, audience__contains=[scope_key(unit) for unit in line])
    rows = rows.filter(secret=False, merged_into__isnull=True)
    return rows.alias(handler=LAST_OF_LINE).filter(handler=line[-1]) if filters.own else rows


def _with_outcome(outcome: str) -> Q:
    """The combinations of solution and verdict that make one of the slides' outcomes."""
    asked = Q()
    for solution in Solution:
        verdicts = [verdict for verdict in (None, *RatioToOne) if outcome_for(solution, verdict) == outcome]
        if verdicts:
            asked |= Q(solution=solution.value, verdict__in=[verdict.value if verdict else "" for verdict in verdicts])
    return asked or Q(pk__in=[])


def _on_axis(rows: QuerySet[ComplaintRow], filters: Filters) -> QuerySet[ComplaintRow]:
    if filters.categories:
        return rows.filter(axes__overlap=[f"{filters.axis}:{code}" for code in filters.categories])
    return rows.alias(on_axes=JOINED_AXES).exclude(on_axes__contains=f" {filters.axis}:")


class Page(msgspec.Struct, frozen=True):
    """One page of a list, and the keys of its neighbours (empty at either end)."""

    rows: list[ComplaintRow]
    next: str = ""


def by_due(rows: QuerySet[ComplaintRow], after: str = "", size: int = PAGE) -> Page:
    """What is due first comes first; what has no limit comes last."""
    rows = rows.only(*LIST_COLUMNS).order_by(*DUE_FIRST)
    key = read_key(after)
    if key:
        moment, last = key
        rows = rows.filter(Q(due_at=moment, id__gt=last) | Q(due_at__gt=moment) | Q(due_at__isnull=True))
    return page_of(list(rows[: size + 1]), size, "due_at")


def by_receipt(rows: QuerySet[ComplaintRow], after: str = "", size: int = PAGE) -> Page:
    """The newest first."""
    rows = rows.only(*LIST_COLUMNS).order_by(*NEWEST_FIRST)
    key = read_key(after)
    if key:
        rows = received_before(rows, key)
    return page_of(list(rows[: size + 1]), size, "received_at")


def received_before(rows: QuerySet[ComplaintRow], key: tuple[datetime, int]) -> QuerySet[ComplaintRow]:
    """The rows that follow this key in a list of the newest first."""
    moment, last = key
    return rows.filter(received_at__lte=moment).exclude(received_at=moment, id__gte=last)


def page_of(found: Sequence[ComplaintRow], size: int, column: str) -> Page:
    """A page of rows read one further than its size, with the key of its last row."""
    if len(found) <= size:
        return Page(list(found))
    last = found[size - 1]
    moment = getattr(last, column)
    return Page(list(found[:size]), f"{moment.timestamp():.6f}_{last.id}" if moment else "")


def read_key(key: str) -> tuple[datetime, int] | None:
    """A key from a page's address; a broken one means the first page."""
    moment, _, last = key.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), UTC), int(last)
    except (ValueError, OverflowError, OSError):
        return None


def count_up_to(rows: QuerySet[ComplaintRow], most: int = MOST_COUNTED) -> int:
    """How many rows there are, but no more than `most` + 1: a count must not grow with the bank.

    Rows in an order that an index has are counted along that index, which is quick where the limit is reached soon.
    """
    return rows.values("id")[: most + 1].count()


def counts_up_to(lists: Mapping[str, QuerySet[ComplaintRow]], most: int) -> dict[str, int]:
    """`count_up_to` of several lists, in one round to the database."""
    counting: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for name, rows in lists.items():
        with suppress(EmptyResultSet):  # a list that holds nothing whatever is on record
            counting[name] = rows.values("id")[: most + 1].query.sql_with_params()
    counts = dict.fromkeys(lists, 0)
    if counting:
        counted = ", ".join(f"(SELECT count(*) FROM ({statement}) AS c)" for statement, _ in counting.values())  # noqa: S608 - Django's own
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counted}", [value for _, values in counting.values() for value in values])
            counts.update(zip(counting, cursor.fetchone(), strict=True))
    return counts


def earlier_complaints(
    actor: Actor, *, phone: str = "", id_number: str = "", card_number: str = "", name: str = ""
) -> list[ComplaintRow]:
    """The customer's earlier complaints that this person may see, by any number given, or by name alone; newest first."""
    given = {"phone": phone, "identity": id_number, "card": card_number}
    condition = Q()
    for kind, value in given.items():
        if value.strip():
            condition |= Q(**{f"{kind}_index": privacy.keyring().blind_index(kind, value)})
    if not condition and name.strip():
        condition = Q(name_index=privacy.keyring().blind_index("name", name))
    if not condition:
        return []
    ids = Complainant.objects.filter(condition).values("id")
    return list(visible_to(actor).filter(id__in=ids).only(*LIST_COLUMNS).order_by(*NEWEST_FIRST)[:20])


def visible_numbers(actor: Actor, numbers: Iterable[str]) -> frozenset[str]:
    """Those of these complaints that this person may see: a number that a complaint names may be of a secret one."""
    wanted = set(numbers)
    if not wanted:
        return frozenset()
    return frozenset(visible_to(actor).filter(number__in=wanted).values_list("number", flat=True))


def repeats_seen(actor: Actor, rows: Sequence[ComplaintRow]) -> frozenset[int]:
    """再次投诉 among the rows of a page: those that repeat a complaint which this person may see."""
    seen = visible_numbers(actor, (number for row in rows for number in row.earlier))
    return frozenset(row.id for row in rows if not seen.isdisjoint(row.earlier))


class OneOf(Lookup):
    """Whether a value is among those of an array column, in the form that lets PostgreSQL look each up in the value's index."""

    lookup_name = "one_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        value, its_own = self.process_lhs(compiler, connection)
        array, of_array = self.process_rhs(compiler, connection)
        return f"{value} = ANY({array})", (*its_own, *of_array)


def _repeats(rows: QuerySet[ComplaintRow], actor: Actor) -> QuerySet[ComplaintRow]:
    """The rows that repeat a complaint which this person may see: a link to a hidden one would tell that it exists."""
    first = visible_to(actor).filter(OneOf(F("number"), OuterRef("earlier")))
    return rows.filter(Exists(first), repeat=True)


def explain(rows: QuerySet[ComplaintRow]) -> str:
    """The plan that PostgreSQL makes for a list, as JSON; the tests read it."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return str(cursor.fetchone()[0])
