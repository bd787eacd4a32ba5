"""变更记录: what has changed in a unit or for a person, when and by whom, from the events that triggers write."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from shouwen.core.duties import Duty
from shouwen.core.people import KIND_TITLES, UnitKind
from shouwen.core.text import Text
from shouwen.organisation.models import Absence, Contact, Delegation, Holding, Staff, Unit

SHOWN = 50
COLUMNS: Mapping[str, Text] = {
    "code": Text("机构号", "unit code"),
    "employee_no": Text("工号", "employee number"),
    "name": Text("名称", "name"),
    "kind": Text("类型", "kind"),
    "parent_id": Text("上级", "belongs to"),
    "unit_id": Text("所在机构", "unit"),
    "address": Text("地址", "address"),
    "phone": Text("办公电话", "office phone"),
    "email": Text("电子邮箱", "e-mail"),
    "leader_id": Text("第一责任人", "first responsible person"),
    "opened_on": Text("开业日期", "opened on"),
    "closed_on": Text("撤销日期", "closed on"),
    "is_active": Text("启用", "active"),
    "from_date": Text("起", "from"),
    "to_date": Text("止", "until"),
    "staff_id": Text("人员", "person"),
    "reason": Text("原因", "reason"),
    "taken_back_at": Text("收回", "taken back"),
}
VERBS = {
    "insert": Text("新增", "added"),
    "update": Text("变更", "changed"),
    "delete": Text("取消", "removed"),
}


class Change(msgspec.Struct, frozen=True):
    """One change. `by` is a name, empty where a command or an import outside the desk did it."""

    at: datetime
    by: str
    what: Text


def history_of_unit(unit_id: int) -> list[Change]:
    """The unit's own changes, its contacts, and the duties held there; newest first."""
    names = _Names()
    return _told(
        names,
        (
            *_changes(Unit, {"pgh_obj_id": unit_id}, names, lambda event: Text("机构", "Unit")),
            *_changes(Contact, {"unit_id": unit_id}, names, lambda event: _contact(event, names)),
        ),
    )


def history_of_person(staff_id: int) -> list[Change]:
    """The person's own changes, duties, absences, and what was lent by and to the person; newest first."""
    names = _Names()
    return _told(
        names,
        (
            *_changes(Staff, {"pgh_obj_id": staff_id}, names, lambda event: Text("人员", "Person")),
            *_changes(Holding, {"staff_id": staff_id}, names, lambda event: _duty(event, names)),
            *_changes(Absence, {"staff_id": staff_id}, names, lambda event: Text("不在岗", "Absence")),
            *_changes(Delegation, {"giver_id": staff_id}, names, lambda event: _lent(event, names)),
            *_changes(Delegation, {"deputy_id": staff_id}, names, lambda event: _lent(event, names)),
        ),
    )


class _Raw(msgspec.Struct, frozen=True):
    at: datetime
    by: int | None
    what: Text


class _Names:
    """Names of units and people by id, each asked once."""

    def __init__(self) -> None:
        self._units: dict[int, str] = {}
        self._people: dict[int, str] = {}

    def unit(self, unit_id: int | None) -> str:
        return self._of(self._units, Unit, unit_id)

    def person(self, staff_id: int | None) -> str:
        return self._of(self._people, Staff, staff_id)

    def _of(self, known: dict[int, str], model: Any, key: int | None) -> str:
        if key is None:
            return ""
        if key not in known:
            known[key] = model.objects.filter(id=key).values_list("name", flat=True).first() or f"#{key}"
        return known[key]


def _told(names: _Names, raw: Iterable[_Raw]) -> list[Change]:
    newest = sorted(raw, key=lambda change: change.at)[: -SHOWN - 1 : -1]
    return [Change(change.at, names.person(change.by), change.what) for change in newest]


def _changes(model: Any, which: Mapping[str, int], names: _Names, subject: Any) -> Iterable[_Raw]:
    events = model.pgh_event_model.objects.filter(**which).select_related("pgh_context").order_by("pgh_id")
    before: dict[int, dict[str, Any]] = {}
    for event in events:
        columns = {name: getattr(event, name) for name in COLUMNS if hasattr(event, name)}
        earlier = before.get(event.pgh_obj_id, {})
        before[event.pgh_obj_id] = columns
        changed = {name: value for name, value in columns.items() if earlier and earlier.get(name) != value}
        if event.pgh_label == "update" and not changed:
            continue
        by = (event.pgh_context.metadata if event.pgh_context else {}).get("user")
        yield _Raw(event.pgh_created_at, by, _sentence(event.pgh_label, subject(event), earlier, changed, names))


def _sentence(label: str, subject: Text, earlier: dict[str, Any], changed: dict[str, Any], names: _Names) -> Text:
    verb = VERBS[label]
    parts = [
        (COLUMNS[name], _said(name, earlier.get(name), names), _said(name, value, names))
        for name, value in changed.items()
    ]
    zh = "；".join(f"{title.zh}：{old.zh or '（空）'} → {new.zh or '（空）'}" for title, old, new in parts)
    en = "; ".join(f"{title.en}: {old.en or '(empty)'} → {new.en or '(empty)'}" for title, old, new in parts)
    return Text(f"{subject.zh}{verb.zh}{'：' if zh else ''}{zh}", f"{subject.en} {verb.en}{': ' if en else ''}{en}")


def _said(name: str, value: Any, names: _Names) -> Text:
    match name:
        case "kind":
            return KIND_TITLES[UnitKind(value)]
        case "parent_id" | "unit_id":
            said = names.unit(value)
        case "leader_id" | "staff_id":
            said = names.person(value)
        case "is_active":
            return Text("是", "yes") if value else Text("否", "no")
        case _:
            said = "" if value is None else str(value)
    return Text(said, said)


def _contact(event: Any, names: _Names) -> Text:
    person = names.person(event.staff_id)
    zh = "第一联系人" if event.rank == "A" else "第二联系人"
    return Text(f"{zh}（{person}）", f"Contact {event.rank} ({person})")


def _duty(event: Any, names: _Names) -> Text:
    title, unit = Duty(event.duty).label, names.unit(event.unit_id)
    return Text(f"任职“{title.zh}”（{unit}）", f"Duty “{title.en}” ({unit})")


def _lent(event: Any, names: _Names) -> Text:
    title, giver, deputy = Duty(event.duty).label, names.person(event.giver_id), names.person(event.deputy_id)
    return Text(f"授权“{title.zh}”（{giver} → {deputy}）", f"Deputy in “{title.en}” ({giver} → {deputy})")
