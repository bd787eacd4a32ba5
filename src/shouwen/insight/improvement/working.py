"""办理改进事项: propose an item and carry it on; each step in one transaction with its record and what people are told.

Who reads an item is decided by its audience, who may do what by `core.improvement.acts`. Of the complaint or the warning that it came from only the
number is kept, and shown only to who may see that; texts are masked before they are kept.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.urls import reverse

from shouwen.casework import queries
from shouwen.casework.follow_ups import tell_colleague
from shouwen.casework.rules import standing_policy
from shouwen.core.duties import reader_keys
from shouwen.core.improvement import Act, Field, Finding, Item, Kind, Measured, Origin, State, acts, escalating
from shouwen.core.improvement.acts import Context, Proposal
from shouwen.core.improvement.effect import ready_on
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight.improvement import measuring
from shouwen.insight.improvement.models import ImprovementItem, ImprovementStep
from shouwen.insight.watching import warnings
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

DOES: dict[Act, Callable[..., Item]] = {
    Act.ACCEPT: acts.accept,
    Act.DECLINE: acts.decline,
    Act.CHANGE: acts.change,
    Act.NOTE: acts.note,
    Act.FINISH: acts.finish,
    Act.JUDGE: acts.judge,
}
NEWS: dict[Act, tuple[str, Callable[[Item], tuple[int | None, ...]]]] = {
    Act.ACCEPT: ("已采纳", lambda item: (item.owner, item.proposed_by)),
    Act.DECLINE: ("未采纳", lambda item: (item.proposed_by,)),
    Act.CHANGE: ("责任人或期限有调整", lambda item: (item.owner,)),
    Act.FINISH: ("已报告完成，待评估", lambda item: (item.decided_by,)),
    Act.JUDGE: ("已评估成效", lambda item: (item.owner, item.proposed_by)),
}
"""Who is told of a step beside who did it. Colleagues are written to in Chinese."""
MOST_FROM_ONE = 20
MOST_WAITING = 50
"""Proposals of one person that may wait for a decision at once: each tells a leader. Source: bank-default."""
SAME = tuple(
    each for each in Item.__struct_fields__ if each not in ("measured", "finding", "kind", "field", "origin", "state")
)
"""Fields of the item that are columns of the same name and value."""


def readable(actor: Actor) -> QuerySet[ImprovementItem]:
    """The items whose audience this person belongs to; those with what was lent by givers too."""
    return ImprovementItem.objects.filter(audience__overlap=sorted(reader_keys(actor)))


def improvements_from(actor: Actor, number: str, origin: Origin = Origin.COMPLAINT) -> list[Item]:
    """The newest items that this person reads and that came from a complaint or a warning which this person sees."""
    rows = readable(actor).filter(origin=origin, reference=number).order_by("-id")[:MOST_FROM_ONE]
    return [item_of(row) for row in rows]


def in_hand(actor: Actor, unit: int) -> QuerySet[ImprovementItem]:
    """未办结: what this person reads of a unit and all below it that is neither declined nor judged."""
    below = [each.id for each in directory().units() if unit in each.line]
    return readable(actor).filter(owner_unit__in=below).filter(state__in=[each for each in State if each.is_open])


def item_of(row: ImprovementItem) -> Item:
    measured = (
        Measured(row.measured_unit, row.measured_dimension, row.measured_code)
        if row.measured_unit is not None
        else None
    )
    return Item(
        **{name: getattr(row, name) for name in SAME},
        kind=Kind(row.kind),
        field=Field(row.field),
        origin=Origin(row.origin),
        state=State(row.state),
        finding=Finding(row.finding) if row.finding else None,
        measured=measured,
    )


def context_for(actor: Actor, now: datetime) -> Context:
    today = working_calendar().local_date(now)
    return Context(actor, today, directory(), standing_policy().improvement)


@transaction.atomic
def propose(actor: Actor, proposal: Proposal, *, key: UUID, now: datetime) -> ImprovementItem:
    """提出. The same form again returns the item that it became. Refused: see `acts.propose`, a complaint or a warning that this person may not see,
    and more than `MOST_WAITING` that nobody has decided yet."""
    known = ImprovementItem.objects.filter(key=key).first()
    if known is not None:
        return _same_person(known, actor)
    context = context_for(actor, now)
    if ImprovementItem.objects.filter(state=State.PROPOSED, proposed_by=actor.id or 0).count() >= MOST_WAITING:
        raise Refusal(
            "too-many-waiting",
            Text(
                f"您已有 {MOST_WAITING} 项建议等待采纳，请等主责单位决定后再提。",
                f"{MOST_WAITING} of your proposals wait for a decision. Propose more when some are decided.",
            ),
        )
    if proposal.origin == Origin.COMPLAINT and queries.find(actor, proposal.reference) is None:
        raise _unknown(Text("没有这件投诉，请检查编号。", "There is no such complaint. Check the number."), "reference")
    if proposal.origin == Origin.WARNING and warnings.find(actor, proposal.reference) is None:
        raise _unknown(Text("没有这项预警，请检查编号。", "There is no such warning. Check the number."), "reference")
    item_id = _next_id()
    item = acts.propose(proposal, f"GJ{context.today.year}-{item_id:06d}", context)
    row = ImprovementItem(id=item_id, key=key)
    _set(row, item)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same form at the same moment
        return _same_person(ImprovementItem.objects.get(key=key), actor)
    _step(row, Act.PROPOSE, actor.id, now, item, item.text)
    leader = directory().leader(item.owner_unit)
    _tell(item, "有新的改进建议待采纳", (leader.id if leader else None,), actor, f"{row.version}")
    return row


def _same_person(row: ImprovementItem, actor: Actor) -> ImprovementItem:
    if row.proposed_by != actor.id:
        raise _unknown(Text("这张表单不是您的，请重新填写。", "This form is not yours. Fill in a new one."), None)
    return row


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('insight_improvement_number')")
        return int(cursor.fetchone()[0])


@transaction.atomic
def take(actor: Actor, number: str, act: Act, given: Mapping[str, Any], *, seen: int, now: datetime) -> ImprovementItem:
    """One step of an item. Refused: an item that this person does not read, one that others have changed since, and what `acts` refuses."""
    row = readable(actor).select_for_update().filter(number=number).first()
    if row is None:
        raise _unknown(Text("没有这个改进事项。", "There is no such improvement item."), None)
    if row.version != seen:
        raise Refusal(
            "stale-page",
            Text(
                "您打开页面后，这个事项有了变化。您填写的内容已保留，请核对后再提交。",
                "The item changed after you opened the page. What you typed is kept; check it and submit again.",
            ),
        )
    before, context = item_of(row), context_for(actor, now)
    more: dict[str, Any] = {}
    if act is Act.JUDGE and before.measured is not None and before.done_on is not None:
        more["ready_on"] = ready_on(before.done_on, context.rule)
    after = DOES[act](before, context, **given, **({"ready_on": None} if act is Act.JUDGE else {}) | more)
    row.version += 1
    _set(row, after)
    row.save(force_update=True)
    typed = next((str(given[name]) for name in ("reason", "measure", "text") if given.get(name)), "")
    seen_figures = measuring.counts_of(after, context.today) if act is Act.JUDGE else None
    _step(row, act, actor.id, now, after, acts.masked(typed), seen_figures)
    if act in NEWS:
        words, whom = NEWS[act]
        _tell(after, words, whom(after), actor, f"{row.version}")
    return row


def _set(row: ImprovementItem, item: Item) -> None:
    for name in SAME:
        setattr(row, name, getattr(item, name))
    row.kind, row.field, row.origin, row.state = item.kind, item.field, item.origin, item.state
    row.finding = item.finding or ""
    measured = item.measured
    row.measured_unit = measured.unit if measured else None
    row.measured_dimension = measured.dimension if measured else ""
    row.measured_code = measured.code if measured else ""
    row.audience = sorted(acts.audience(item, directory()))
    row.look_on = escalating.look_on(item, standing_policy().improvement)


def _step(
    row: ImprovementItem,
    act: Act | str,
    by: int | None,
    at: datetime,
    item: Item,
    text: str,
    figures: dict[str, Any] | None = None,
) -> None:
    ImprovementStep.objects.create(
        item=row,
        seq=row.version,
        act=act,
        by=by,
        at=at,
        text=text,
        owner_unit=item.owner_unit,
        owner=item.owner,
        due_on=item.due_on,
        finding=(item.finding or "") if act == Act.JUDGE else "",
        figures=figures,
    )


def _tell(item: Item, words: str, whom: tuple[int | None, ...], actor: Actor, key: str) -> None:
    for person in dict.fromkeys(whom):
        if person is not None and person != actor.id:
            tell(item, person, words, key)


def tell(item: Item, person: int, words: str, key: str) -> None:
    """Tell a colleague about an item: number, title and page, never the complaint that it came from."""
    tell_colleague(
        person,
        key=f"improvement:{item.number}:{key}",
        matter=f"改进事项 {item.number}",
        reminder=words,
        path=reverse("desk:improvement_item", args=[item.number]),
    )


def remind(now: datetime) -> int:
    """提醒与升级: everything about items that is due by the day of `now`, each level once; returns how many were said. Harmless late or twice."""
    today, said = working_calendar().local_date(now), 0
    due = ImprovementItem.objects.filter(look_on__lte=today).order_by("look_on", "id")
    for item_id in list(due.values_list("id", flat=True)):
        said += _remind_of(item_id, today, now)
    return said


@transaction.atomic
def _remind_of(item_id: int, today: date, now: datetime) -> int:
    row = ImprovementItem.objects.select_for_update().get(id=item_id)
    item, rule, people = item_of(row), standing_policy().improvement, directory()
    levels = escalating.due_levels(item, rule, today)
    for level in levels:
        for person in escalating.recipients(item, level, people):
            since = item.due_on or item.done_on or item.proposed_on
            tell(item, person, escalating.words(item, level).zh, f"{item.state}:{since}:{level}")
        row.version += 1
        ImprovementStep.objects.create(item=row, seq=row.version, act="told", at=now, told=level, due_on=item.due_on)
    row.told = max([row.told, *levels])
    row.look_on = escalating.look_on(msgspec.structs.replace(item, told=row.told), rule)
    if levels == () and row.look_on is not None and row.look_on <= today:
        row.look_on = None  # nothing of it is left to be said
    row.save(force_update=True)
    return len(levels)


def _unknown(message: Text, field: str | None) -> Refusal:
    return Refusal("item-unknown", message, field=field)
