"""改进动作: who may do what to an item, in one table, and what each act makes of it or why it is refused."""

from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

from shouwen.core import masking
from shouwen.core.duties import CASEWORKERS, Duty, person_key, reach_of, scope_key, unit_key
from shouwen.core.improvement.item import (
    DIMENSIONS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Act,
    Field,
    Finding,
    ImprovementRule,
    Item,
    Kind,
    Measured,
    Origin,
    State,
    Titled,
)
from shouwen.core.people import Actor, Organisation, Post, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

REFERENCE_LENGTH = 64
LONGEST_DAYS = 1_100
"""Due dates further away are slips of the keyboard."""


class Relation(StrEnum):
    """How a person stands to an item."""

    NONE = "none"
    OVER = "over"  # looks after an institution with the owner's unit, or leads it
    OWNER = "owner"  # owns it, or is the deputy of who does
    PROPOSER = "proposer"


class Grant(msgspec.Struct, frozen=True):
    duties: frozenset[Duty]
    relation: Relation


PROPOSERS = CASEWORKERS | {Duty.FUNCTIONAL_OFFICER}
DECIDERS = frozenset({Duty.LEADER, Duty.FUNCTIONAL_OFFICER, Duty.UNION_OFFICER})
OWNER = Grant(frozenset(Duty) - {Duty.ADMINISTRATOR}, Relation.OWNER)
DECIDER = Grant(DECIDERS, Relation.OVER)

GRANTS: dict[Act, tuple[Grant, ...]] = {
    Act.PROPOSE: (Grant(PROPOSERS, Relation.NONE),),
    Act.ACCEPT: (DECIDER,),
    Act.DECLINE: (DECIDER,),
    Act.CHANGE: (DECIDER,),
    Act.NOTE: (OWNER, DECIDER, Grant(PROPOSERS, Relation.PROPOSER)),
    Act.FINISH: (OWNER, Grant(frozenset({Duty.LEADER}), Relation.OVER)),
    Act.JUDGE: (DECIDER,),
}
"""Who may do what to an item. Source: mission C4 for proposals of the functional departments, the slides' union for following up;
bank-default for the rest."""

STATES: dict[Act, frozenset[State]] = {
    Act.ACCEPT: frozenset({State.PROPOSED}),
    Act.DECLINE: frozenset({State.PROPOSED}),
    Act.CHANGE: frozenset({State.ACCEPTED}),
    Act.NOTE: frozenset({State.PROPOSED, State.ACCEPTED, State.DONE}),
    Act.FINISH: frozenset({State.ACCEPTED}),
    Act.JUDGE: frozenset({State.DONE}),
}


class Context(msgspec.Struct, frozen=True):
    """Who acts, on which day of the bank's zone, in which organisation, by which rule."""

    actor: Actor
    today: date
    organisation: Organisation
    rule: ImprovementRule = ImprovementRule()


def may(actor: Actor, act: Act, item: Item | None, owner_line: tuple[int, ...] = ()) -> bool:
    """Whether this person may do this to the item in its present state. `owner_line` is the line of the owner's unit.

    Whoever owned or did it, and their deputies, never judge it.
    """
    if actor.person is None:
        return False
    if item is not None and act in STATES and item.state not in STATES[act]:
        return False
    if act is Act.JUDGE and item is not None and not actor.stands_for.isdisjoint({item.owner, item.done_by}):
        return False
    return any(
        post.duty in grant.duties and _stands(actor, post, grant.relation, item, owner_line)
        for grant in GRANTS[act]
        for post in actor.posts
    )


def _stands(actor: Actor, post: Post, relation: Relation, item: Item | None, owner_line: tuple[int, ...]) -> bool:
    if relation is Relation.NONE:
        return True
    if item is None:
        return False
    if relation is Relation.OVER:
        return reach_of(post) in owner_line or (post.duty is not Duty.LEADER and post.scope_id in owner_line)
    person = post.lent_by if post.lent_by is not None else actor.id
    return person == (item.owner if relation is Relation.OWNER else item.proposed_by)


def audience(item: Item, organisation: Organisation) -> frozenset[int]:
    """Who reads the item, as keys of `duties.reader_keys`: the units of owner and proposer with those who look after them, and both people."""
    keys = {person_key(each) for each in (item.proposed_by, item.owner, item.decided_by) if each is not None}
    for unit_id in (item.owner_unit, item.proposed_unit):
        unit = organisation.unit(unit_id)
        keys.add(unit_key(unit_id))
        keys.update(scope_key(each) for each in (unit.line if unit else ()))
    return frozenset(keys)


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """提出 as it was typed."""

    kind: str
    field: str
    title: str
    text: str
    owner_unit: int
    origin: str = Origin.FREE.value
    reference: str = ""
    measured: Measured | None = None


def propose(proposal: Proposal, number: str, context: Context) -> Item:
    """提出改进事项. Refused: nobody who handles complaints, an empty or endless text, a kind that there is not, no such unit, figures of a unit
    that the owner's institution does not hold."""
    actor = context.actor
    if actor.person is None or not may(actor, Act.PROPOSE, None):
        raise _not_yours()
    unit = _unit(proposal.owner_unit, context, "owner_unit")
    require_measurable(proposal.measured, unit, context.organisation)
    return Item(
        number=number,
        kind=_chosen(Kind, proposal.kind, "kind"),
        field=_chosen(Field, proposal.field, "field"),
        origin=_chosen(Origin, proposal.origin, "origin"),
        reference=_reference(proposal),
        title=require_words(proposal.title, "title", Text("标题", "Title"), TITLE_LENGTH),
        text=require_words(proposal.text, "text", Text("内容", "Proposal")),
        proposed_by=actor.person.id,
        proposed_unit=actor.person.unit_id,
        proposed_on=context.today,
        owner_unit=unit.id,
        measured=proposal.measured,
    )


def _reference(proposal: Proposal) -> str:
    """The number that it came from; a theme is a word of the form, which anybody can type, and is kept as texts are."""
    if proposal.origin != Origin.THEME:
        return proposal.reference
    return require_words(proposal.reference, "reference", Text("主题", "Theme"))[:REFERENCE_LENGTH]


def accept(
    item: Item, context: Context, *, owner: int | None, due_on: date | None, measured: Measured | None = None
) -> Item:
    """采纳: with an owner of the unit and a due date. Refused: not a decider's, decided already, an owner from elsewhere, a date that cannot be."""
    unit = require_may(item, Act.ACCEPT, context)
    require_measurable(measured, unit, context.organisation)
    return msgspec.structs.replace(
        item,
        state=State.ACCEPTED,
        owner=_owner(owner, unit, context),
        due_on=_due(due_on, context),
        measured=measured,
        decided_by=context.actor.id,
        told=0,
    )


def decline(item: Item, context: Context, *, reason: str) -> Item:
    """不采纳, with the reason that the proposer reads."""
    require_may(item, Act.DECLINE, context)
    words = require_words(reason, "reason", Text("理由", "Reason"))
    return msgspec.structs.replace(item, state=State.DECLINED, reason=words, decided_by=context.actor.id, told=0)


def change(
    item: Item, context: Context, *, owner: int | None, due_on: date | None, reason: str, owner_unit: int | None = None
) -> Item:
    """调整 unit, owner or due date, with the reason. Refused too: a unit that this person does not look after, and nothing changed."""
    require_may(item, Act.CHANGE, context)
    require_words(reason, "reason", Text("理由", "Reason"))
    unit = _unit(owner_unit or item.owner_unit, context, "owner_unit")
    moved = msgspec.structs.replace(item, owner_unit=unit.id)
    if not may(context.actor, Act.CHANGE, moved, unit.line):
        raise _not_yours("owner_unit")
    require_measurable(item.measured, unit, context.organisation)
    changed = msgspec.structs.replace(
        moved,
        owner=_owner(owner, unit, context),
        due_on=item.due_on if due_on == item.due_on else _due(due_on, context),
    )
    if changed == item:
        raise Refusal(
            "nothing-changed", Text("内容没有变化，无需保存。", "Nothing has changed; there is nothing to save.")
        )
    is_news = (changed.owner, changed.due_on) != (item.owner, item.due_on)
    return msgspec.structs.replace(changed, told=0) if is_news else changed


def note(item: Item, context: Context, *, text: str) -> Item:
    """记录进展: nothing of the item changes."""
    require_may(item, Act.NOTE, context)
    require_words(text, "text", Text("进展", "Progress"))
    return item


def finish(item: Item, context: Context, *, measure: str, done_on: date | None) -> Item:
    """报告完成, with the measure taken and its day. Refused: not the owner's or a leader's, a day to come or before the proposal."""
    require_may(item, Act.FINISH, context)
    words = require_words(measure, "measure", Text("整改措施", "Measure taken"))
    if done_on is None or not item.proposed_on <= done_on <= context.today:
        raise Refusal(
            "done-day",
            Text(
                f"完成日期应在 {item.proposed_on} 至今天之间，请核对。",
                f"The day it was done lies between {item.proposed_on} and today. Check it.",
            ),
            field="done_on",
        )
    return msgspec.structs.replace(
        item, state=State.DONE, measure=words, done_on=done_on, done_by=context.actor.id, finding=None, told=0
    )


def judge(item: Item, context: Context, *, finding: str, text: str, ready_on: date | None) -> Item:
    """评估成效 by another than the owner. Too early leaves it open to be judged again. Refused: the own work, no reason, effective or not
    before `ready_on`, the day from which the figures can tell."""
    if item.state is State.DONE and not context.actor.stands_for.isdisjoint({item.owner, item.done_by}):
        raise Refusal(
            "own-work",
            Text(
                "成效由责任人以外的人评估，请交主管部门或工会的同事评估。",
                "The effect is judged by another than who did it. Leave it to a colleague of the department or the union.",
            ),
        )
    require_may(item, Act.JUDGE, context)
    require_words(text, "text", Text("评估依据", "What it rests on"))
    found = _chosen(Finding, finding, "finding")
    if found is not Finding.TOO_EARLY and ready_on is not None and context.today < ready_on:
        raise Refusal(
            "too-early",
            Text(
                f"整改后时间太短，{ready_on} 起才能作出结论；现在可选“为时尚早”。",
                f"Too little time has passed since the measure. From {ready_on} on it can be judged; choose “Too early to tell” now.",
            ),
            field="finding",
        )
    state = State.DONE if found is Finding.TOO_EARLY else State.JUDGED
    return msgspec.structs.replace(item, state=state, finding=found, judged_by=context.actor.id)


def require_may(item: Item, act: Act, context: Context) -> Unit:
    """The owner's unit. Refused: what the state does not allow, what is not this person's."""
    unit = _unit(item.owner_unit, context, None)
    if item.state not in STATES[act]:
        raise Refusal(
            "moved-on",
            Text(
                f"该事项现在是“{item.state.label.zh}”，不能再{act.label.zh}。请刷新页面查看。",
                f"This item is now “{item.state.label.en}”, so this cannot be done any more. Reload the page.",
            ),
        )
    if not may(context.actor, act, item, unit.line):
        raise _not_yours()
    return unit


def _not_yours(field: str | None = None) -> Refusal:
    return Refusal(
        "not-yours",
        Text(
            "您的岗位不能办理这一步。采纳、调整和评估由主责单位的负责人、职能部门或工会办理，完成由责任人报告。",
            "This step is not yours. Leaders, functional departments and unions decide and judge; the owner reports what is done.",
        ),
        field=field,
    )


def require_measurable(measured: Measured | None, owner_unit: Unit, organisation: Organisation) -> None:
    """Refuse figures of a unit outside the institution of the owner's unit, and what is not counted by."""
    if measured is None:
        return
    unit = organisation.unit(measured.unit)
    if unit is None or owner_unit.institution_id not in unit.line:
        raise Refusal(
            "measured-elsewhere",
            Text(
                "成效只能按主责单位所属机构及其下级的投诉衡量，请重新选择机构。",
                "The effect is measured by complaints of the owner's institution and those below it. Choose another unit.",
            ),
            field="measured_unit",
        )
    if (measured.dimension not in DIMENSIONS and measured.dimension) or bool(measured.dimension) != bool(measured.code):
        raise Refusal(
            "measured-unknown",
            Text("请从列表中选择衡量口径。", "Choose from the list what it is measured by."),
            field="measured",
        )


def require_words(text: str, field: str, title: Text, longest: int = TEXT_LENGTH) -> str:
    """The text as it is kept: without numbers that look like a person's. Refused: an empty one, and one too long."""
    words = "".join(each for each in text.replace("\r\n", "\n") if each in "\n\t" or each.isprintable()).strip()
    if not words:
        raise Refusal("text-missing", Text(f"请填写“{title.zh}”。", f"Please fill in “{title.en}”."), field=field)
    if len(words) > longest:
        raise Refusal(
            "text-too-long",
            Text(
                f"“{title.zh}”最多 {longest} 个字，请缩短。", f"“{title.en}” may have {longest} characters. Shorten it."
            ),
            field=field,
        )
    return masked(words)


def masked(text: str) -> str:
    """The text without numbers that look like a person's."""
    return masking.seal(text.strip()).text


T = TypeVar("T", bound=Titled)


def _chosen(of: type[T], code: str, field: str) -> T:
    try:
        return of(code)
    except ValueError:
        raise Refusal("not-on-the-list", Text("请从列表中选择。", "Choose from the list."), field=field) from None


def _unit(unit_id: int, context: Context, field: str | None) -> Unit:
    unit = context.organisation.unit(unit_id)
    if unit is None:
        raise Refusal(
            "unit-unknown", Text("没有这个机构，请重新选择。", "There is no such unit. Choose again."), field=field
        )
    return unit


def _owner(owner: int | None, unit: Unit, context: Context) -> int:
    """A person of the unit or below, or its leader; without a choice the leader. Refused: somebody from elsewhere, or who has left."""
    leader = context.organisation.leader(unit.id)
    person = leader if owner is None else context.organisation.person(owner)
    home = context.organisation.unit(person.unit_id) if person else None
    at_home = home is not None and unit.id in home.line
    is_leader = person is not None and leader is not None and person.id == leader.id
    if person is None or not (at_home or is_leader) or not context.organisation.duties_of(person.id, context.today):
        raise Refusal(
            "owner-elsewhere",
            Text("责任人须是主责单位的在岗人员，请重新选择。", "The owner works in the owner's unit. Choose again."),
            field="owner",
        )
    return person.id


def _due(due_on: date | None, context: Context) -> date:
    if due_on is None or not context.today < due_on <= context.today + timedelta(LONGEST_DAYS):
        raise Refusal(
            "due-day",
            Text(
                f"完成期限应在明天至 {context.today + timedelta(LONGEST_DAYS)} 之间。",
                f"The due date lies between tomorrow and {context.today + timedelta(LONGEST_DAYS)}.",
            ),
            field="due_on",
        )
    return due_on
