"""机构树: units are opened, changed, moved, closed and opened again here, and nowhere else.

Every change holds the head office's row, so that two administrators cannot tie the tree into a knot. What was, stays to be
read in the history (`organisation.history`); complaints keep the line of units they had when they came there.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date

import msgspec
from django.db import transaction
from django.db.models import Q

from shouwen.core.people import INSTITUTION_LEVELS, KIND_TITLES, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.models import SEGMENT, Contact, Holding, Unit

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class UnitFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says of a unit. `parent_id` is None for the head office alone."""

    code: str
    name: str
    kind: UnitKind
    parent_id: int | None = None
    address: str = ""
    phone: str = ""
    opened_on: date | None = None


def misplaced(kind: UnitKind, parent: UnitKind | None) -> Text | None:
    """级别关系: why a unit of this kind cannot stand right below one of `parent`; None where it can.

    Institutions stand in their order; a level may be left out, never turned round. A department belongs to an institution.
    """
    if parent is None:
        if kind is UnitKind.HEAD_OFFICE:
            return None
        return Text(
            "只有总行没有上级，请填写上级机构。",
            "Only the head office belongs to no unit. Say which unit it belongs to.",
        )
    below, above = KIND_TITLES[kind], KIND_TITLES[parent]
    if not parent.is_institution:
        return Text(
            f"上级是部门（{above.zh}），部门之下不设机构，请改选一个机构作上级。",
            f"The unit above is a department ({above.en}), and nothing belongs to a department. Choose an institution instead.",
        )
    if kind is UnitKind.HEAD_OFFICE:
        return Text("总行没有上级，请把上级留空。", "The head office belongs to no unit. Leave the unit above empty.")
    if kind.is_institution and INSTITUTION_LEVELS.index(kind) <= INSTITUTION_LEVELS.index(parent):
        return Text(
            f"{below.zh}不能设在{above.zh}之下，请改选级别更高的上级机构。",
            f"{below.en} cannot stand below {above.en.lower()}. Choose a unit of a higher level.",
        )
    return None


@transaction.atomic
def open_unit(facts: UnitFacts) -> Unit:
    """新设机构或部门 below its parent, behind its siblings. Refused: a code in use, a second head office, a broken level."""
    hold_tree()
    if Unit.objects.filter(code=facts.code).exists():
        raise code_in_use(facts.code)
    parent = _parent(facts.parent_id, facts.kind)
    unit = Unit(**_columns(facts), kind=facts.kind.value, code=facts.code, parent=parent)
    unit.path = (parent.path if parent else "") + _step(_last_step(facts.parent_id) + 1)
    unit.save(force_insert=True)
    return unit


@transaction.atomic
def change_unit(unit_id: int, facts: UnitFacts) -> Unit:
    """变更机构资料: code, name, kind, address. Where it belongs is changed by `move_unit`."""
    hold_tree()
    unit = _open_row(unit_id)
    if Unit.objects.filter(code=facts.code).exclude(id=unit_id).exists():
        raise code_in_use(facts.code)
    if facts.kind != unit.kind:
        _parent(unit.parent_id, facts.kind, itself=unit_id)
        for child in unit.children.filter(closed_on=None):
            if why := misplaced(UnitKind(child.kind), facts.kind):
                raise Refusal(
                    "level-broken",
                    Text(f"下级“{child.name}”：{why.zh}", f"For “{child.name}” below it: {why.en}"),
                    field="kind",
                )
    for column, value in {**_columns(facts), "kind": facts.kind.value, "code": facts.code}.items():
        setattr(unit, column, value)
    unit.save(update_fields=[*_columns(facts), "kind", "code"])
    return unit


@transaction.atomic
def move_unit(unit_id: int, parent_id: int) -> Unit:
    """机构划转: give a unit, with all that is below it, to another parent. Refused: below itself, a broken level."""
    hold_tree()
    unit = _open_row(unit_id)
    if parent_id == unit.parent_id:
        raise Refusal(
            "same-parent",
            Text(
                f"“{unit.name}”已经属于该上级，请另选一个上级。",
                f"“{unit.name}” belongs there already. Choose another unit.",
            ),
            field="parent",
        )
    target = Unit.objects.filter(id=parent_id).first()
    if target is not None and target.path.startswith(unit.path):
        raise Refusal(
            "cycle",
            Text(
                f"“{target.name}”就是“{unit.name}”本身或其下级，不能作它的上级，请另选。",
                f"“{target.name}” is “{unit.name}” itself or stands below it. Choose a unit outside.",
            ),
            field="parent",
        )
    _parent(parent_id, UnitKind(unit.kind))
    relocate({unit_id: parent_id})
    unit.refresh_from_db()
    return unit


@transaction.atomic
def close_unit(unit_id: int, on: date, today: date, open_complaints: Callable[[int], int]) -> Unit:
    """撤销机构 on a day. Its duties end with it, its contacts go.

    Refused: the head office; units, active staff or open complaints that are still there (casework is above this floor, so
    the caller says how many); a day to come or before its opening.
    """
    hold_tree()
    unit = _open_row(unit_id)
    _may_close(unit, on, today)
    if count := open_complaints(unit_id):
        raise Refusal(
            "complaints-open",
            Text(
                f"“{unit.name}”还有 {count} 件未办结的投诉，请先移交或办结。",
                f"“{unit.name}” still has {count} open complaints. Hand them over or close them first.",
            ),
        )
    Contact.objects.filter(unit=unit).delete()
    held = Holding.objects.filter(unit=unit).filter(Q(to_date=None) | Q(to_date__gt=on))
    held.filter(from_date__gt=on).delete()
    held.update(to_date=on)
    unit.closed_on, unit.leader = on, None
    unit.save(update_fields=["closed_on", "leader"])
    return unit


def _may_close(unit: Unit, on: date, today: date) -> None:
    if unit.parent_id is None:
        raise Refusal("head-office-stays", Text("总行不能撤销。", "The head office cannot be closed."))
    if on > today or (unit.opened_on and on < unit.opened_on):
        raise Refusal(
            "closing-day",
            Text(
                "撤销日期应不早于开业日期、不晚于今天，请修改日期。",
                "The closing day lies between the opening and today. Correct the date.",
            ),
            field="on",
        )
    if child := unit.children.filter(closed_on=None).first():
        raise Refusal(
            "units-below",
            Text(
                f"“{unit.name}”还有下级“{child.name}”等，请先划转或撤销下级。",
                f"“{unit.name}” still has units below it, such as “{child.name}”. Move or close those first.",
            ),
        )
    if person := unit.staff.filter(is_active=True).first():
        raise Refusal(
            "staff-there",
            Text(
                f"“{unit.name}”还有在用人员（{person.name}等），请先调离或停用。",
                f"“{unit.name}” still has active staff, such as {person.name}. Transfer or deactivate them first.",
            ),
        )


@transaction.atomic
def reopen_unit(unit_id: int) -> Unit:
    """恢复机构 that was closed. Refused while the unit above is closed."""
    hold_tree()
    unit = Unit.objects.get(id=unit_id)
    _parent(unit.parent_id, UnitKind(unit.kind), itself=unit_id)
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    return unit


def relocate(moves: Mapping[int, int]) -> None:
    """Give units new parents and rewrite the paths of all that is below them. Says nothing of levels: the caller has asked.

    A moved unit gets a step that no sibling ever had there, so no two rows hold one path, not even meanwhile.
    """
    rows = {unit.id: unit for unit in Unit.objects.only("id", "parent_id", "path")}
    children: dict[int | None, list[int]] = defaultdict(list)
    last: dict[int | None, int] = defaultdict(int)
    for unit in rows.values():
        children[moves.get(unit.id, unit.parent_id or 0) or None].append(unit.id)
        last[unit.parent_id] = max(last[unit.parent_id], int(unit.path[-SEGMENT:], 36))
    changed = []
    waiting: list[tuple[int, str]] = [(unit, "") for unit in children[None]]
    while waiting:
        unit_id, above = waiting.pop()
        unit = rows[unit_id]
        step = unit.path[-SEGMENT:]
        if unit_id in moves and moves[unit_id] != unit.parent_id:
            unit.parent_id = moves[unit_id]
            last[unit.parent_id] += 1
            step = _step(last[unit.parent_id])
        if unit.path != above + step:
            unit.path = above + step
            changed.append(unit)
        waiting += [(child, unit.path) for child in children[unit_id]]
    Unit.objects.bulk_update(changed, ["parent_id", "path"], batch_size=1000)


def hold_tree() -> None:
    """Until the end of the transaction nobody else changes the tree."""
    list(Unit.objects.select_for_update(no_key=True).filter(parent=None).values_list("id", flat=True))


def next_paths(parent_path: str, parent_id: int | None, count: int) -> list[str]:
    """Paths for `count` new units below a parent, behind those that are there."""
    last = _last_step(parent_id)
    return [parent_path + _step(last + place) for place in range(1, count + 1)]


def code_in_use(code: str) -> Refusal:
    return Refusal(
        "code-in-use",
        Text(f"机构号 {code} 已经使用，请换一个。", f"The unit code {code} is in use. Choose another."),
        field="code",
    )


def _columns(facts: UnitFacts) -> dict[str, object]:
    return {"name": facts.name, "address": facts.address, "phone": facts.phone, "opened_on": facts.opened_on}


def _open_row(unit_id: int) -> Unit:
    unit = Unit.objects.get(id=unit_id)
    if unit.closed_on:
        raise Refusal(
            "unit-closed",
            Text(
                f"“{unit.name}”已于 {unit.closed_on} 撤销，请先恢复。",
                f"“{unit.name}” was closed on {unit.closed_on}. Open it again first.",
            ),
        )
    return unit


def _parent(parent_id: int | None, kind: UnitKind, itself: int | None = None) -> Unit | None:
    """The unit above, after asking whether a unit of this kind may stand below it."""
    parent = Unit.objects.filter(id=parent_id).first() if parent_id else None
    if parent_id and parent is None:
        raise Refusal(
            "no-such-unit",
            Text("没有这个上级机构，请重新选择。", "There is no such unit. Choose again."),
            field="parent",
        )
    if why := misplaced(kind, UnitKind(parent.kind) if parent else None):
        raise Refusal("level-broken", why, field="parent" if itself is None else "kind")
    if parent is None and Unit.objects.filter(parent=None).exclude(id=itself or 0).exists():
        raise Refusal(
            "one-head-office",
            Text("已经有总行，请填写上级机构。", "There is a head office already. Say which unit this one belongs to."),
            field="parent",
        )
    if parent and parent.closed_on:
        raise Refusal(
            "parent-closed",
            Text(
                f"上级“{parent.name}”已经撤销，请另选上级。",
                f"The unit above, “{parent.name}”, is closed. Choose another.",
            ),
            field="parent",
        )
    return parent


def _last_step(parent_id: int | None) -> int:
    paths = Unit.objects.filter(parent=parent_id).order_by("-path").values_list("path", flat=True)
    last = paths.first()
    return int(last[-SEGMENT:], 36) if last else 0


def _step(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits.rjust(SEGMENT, "0")
