"""导入预检: every row against the file and against what is there. Reads only."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from shouwen.core.duties import Duty
from shouwen.core.people import KIND_TITLES, UnitKind
from shouwen.organisation.importing.plan import Plan, PlannedRow, RowState, Subject
from shouwen.organisation.importing.reading import Table
from shouwen.organisation.models import Contact, Holding, Staff, Unit
from shouwen.organisation.staffing import running
from shouwen.organisation.tree import misplaced

CODE = re.compile(r"[0-9A-Za-z_-]+")
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
KINDS = {name.lower(): kind for kind, title in KIND_TITLES.items() for name in (kind.value, title.zh, title.en)}
KINDS |= {
    "分理处": UnitKind.OUTLET,
    "储蓄所": UnitKind.OUTLET,
    "一级支行": UnitKind.SUB_BRANCH,
    "客服中心": UnitKind.HOTLINE,
}
DUTIES = {name.lower(): duty for duty in Duty for name in (duty.value, duty.label.zh, duty.label.en)}
RANKS = {"a": "A", "b": "B", "第一联系人": "A", "第二联系人": "B"}


class Standing(msgspec.Struct, frozen=True):
    """机构 as it stands, or would stand after the import."""

    name: str
    kind: UnitKind
    parent: str
    closed: bool = False


def plan_import(tables: Iterable[Table], today: date) -> Plan:
    """What an import of these tables would do, row by row."""
    rows: dict[Subject, list[PlannedRow]] = {Subject.UNITS: [], Subject.STAFF: []}
    for table in tables:
        rows[table.subject] += [PlannedRow(table.subject, number, values) for number, values in table.rows]
    for row in (*rows[Subject.UNITS], *rows[Subject.STAFF]):
        _check_cells(row, today)
    units = _plan_units(rows[Subject.UNITS])
    _plan_staff(rows[Subject.STAFF], units, today)
    return Plan(units=rows[Subject.UNITS], staff=rows[Subject.STAFF])


def read_date(text: str) -> date:
    """2020-01-01, 2020/1/1, 2020.1.1, 20200101 or 2020年1月1日; ValueError for anything else."""
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


def duties_in(text: str) -> list[Duty]:
    """The duties named in a cell; KeyError with the first word that is none."""
    whole = text.strip().lower()
    if whole in DUTIES:
        return [DUTIES[whole]]
    return [DUTIES[word] for word in re.split(r"\s*[、,，;；/\n]\s*", whole) if word]


# --- Single cells --------------------------------------------------------------------------------------------------------


def _check_cells(row: PlannedRow, today: date) -> None:
    for column, value in row.cells:
        if column.needed and not value:
            row.refuse(
                column.key, f"{column.title.zh}没有填写，请补充。", f"The {column.title.en} is missing. Fill it in."
            )
        elif len(value) > column.longest:
            row.refuse(
                column.key,
                f"{column.title.zh}超过 {column.longest} 个字，请缩短。",
                f"The {column.title.en} is longer than {column.longest} characters. Shorten it.",
            )
    for key, check in CHECKS.items():
        if row.values.get(key) and key not in row.faulty:
            check(row, key, row.values[key])


def _check_code(row: PlannedRow, key: str, value: str) -> None:
    if not CODE.fullmatch(value):
        row.refuse(
            key,
            f"“{value}”里有字母、数字、“-”“_”以外的字符，请改正。",
            f"“{value}” has characters other than letters, digits, “-” and “_”. Correct it.",
        )


def _check_kind(row: PlannedRow, key: str, value: str) -> None:
    if value.lower() not in KINDS:
        known = [title.zh for title in KIND_TITLES.values()]
        row.refuse(
            key,
            f"没有“{value}”这个类型，请填：{'、'.join(known)}。",
            f"There is no kind “{value}”. Use one of: {', '.join(title.en for title in KIND_TITLES.values())}.",
        )


def _check_day(row: PlannedRow, key: str, value: str) -> None:
    try:
        day = read_date(value)
    except ValueError:
        row.refuse(
            key, f"“{value}”不是日期，请写成 2020-01-31 的样子。", f"“{value}” is no date. Write it like 2020-01-31."
        )
        return
    if not 1900 <= day.year <= 2199:
        row.refuse(key, f"日期 {day} 不合理，请核对年份。", f"The date {day} cannot be right. Check the year.")


def _check_duties(row: PlannedRow, key: str, value: str) -> None:
    try:
        duties_in(value)
    except KeyError as unknown:
        word = unknown.args[0]
        near = get_close_matches(word, DUTIES, 1)
        hint = (f"是不是“{DUTIES[near[0]].label.zh}”？", f"Is it “{DUTIES[near[0]].label.en}”? ") if near else ("", "")
        row.refuse(
            key,
            f"没有“{word}”这个岗位。{hint[0]}请填：{'、'.join(duty.label.zh for duty in Duty)}。",
            f"There is no duty “{word}”. {hint[1]}Use: {', '.join(duty.label.en for duty in Duty)}.",
        )


def _check_rank(row: PlannedRow, key: str, value: str) -> None:
    if value.lower() not in RANKS:
        row.refuse(
            key,
            f"联系人次序“{value}”不对，请填 A 或 B，或留空。",
            f"“{value}” is no rank of a contact. Use A, B or nothing.",
        )


def _check_email(row: PlannedRow, key: str, value: str) -> None:
    try:
        validate_email(value)
    except ValidationError:
        row.refuse(
            key,
            f"“{value}”不是电子邮箱地址，请改正或留空。",
            f"“{value}” is no e-mail address. Correct it, or leave it empty.",
        )


CHECKS: Mapping[str, Callable[[PlannedRow, str, str], None]] = {
    "code": _check_code,
    "employee_no": _check_code,
    "kind": _check_kind,
    "opened_on": _check_day,
    "from_date": _check_day,
    "duties": _check_duties,
    "rank": _check_rank,
    "email": _check_email,
}


# --- Units -----------------------------------------------------------------------------------------------------------------


def _plan_units(rows: Sequence[PlannedRow]) -> dict[str, Standing]:
    """Sets the state of each row; returns the units as they would stand afterwards."""
    there = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    now = {
        code: Standing(
            unit.name, UnitKind(unit.kind), unit.parent.code if unit.parent else "", unit.closed_on is not None
        )
        for code, unit in there.items()
    }
    _refuse_twice(rows, "code", "机构号", "unit code")
    for row in rows:
        if not row.bad and (standing := now.get(row.values["code"])) and standing.closed:
            row.refuse(
                "code", f"“{standing.name}”已经撤销，请先恢复。", f"“{standing.name}” is closed. Open it again first."
            )
    after = _settled(rows, now)
    for row in rows:
        if not row.bad:
            row.changes = _unit_changes(row, there.get(row.values["code"]))
            row.state = _state(row, there, "code")
    return after


def _settled(rows: Sequence[PlannedRow], now: Mapping[str, Standing]) -> dict[str, Standing]:
    """Refuse rows until the tree of what is there with the rows that are left is sound. Each round refuses at least one."""
    numbers = {row.values.get("code", ""): row.number for row in rows}
    while True:
        left = {row.values["code"]: row for row in rows if not row.bad}
        after = {**now, **{code: _standing(row, now.get(code)) for code, row in left.items()}}
        faults = 0
        for row in left.values():
            _check_place(row, after, numbers)
            faults += row.bad
        if not faults:
            faults = _check_children(left, after) or _check_roots(left, after)
        if not faults:
            return after


def _standing(row: PlannedRow, now: Standing | None) -> Standing:
    """An empty cell leaves what is there."""
    parent = row.values.get("parent") or (now.parent if now else "")
    return Standing(row.values["name"], KINDS[row.values["kind"].lower()], parent)


def _check_place(row: PlannedRow, after: Mapping[str, Standing], numbers: Mapping[str, int]) -> None:
    code = row.values["code"]
    unit = after[code]
    if unit.parent and unit.parent not in after:
        if unit.parent in numbers:
            row.refuse(
                "parent",
                f"上级在第 {numbers[unit.parent]} 行，那一行有问题，请先改正。",
                f"The unit above stands in row {numbers[unit.parent]}, which has a problem. Correct that first.",
            )
            return
        near = _near(unit.parent, after)
        row.refuse(
            "parent",
            f"没有机构号为“{unit.parent}”的机构。{near[0]}请改正，或先新增该机构。",
            f"There is no unit with the code “{unit.parent}”. {near[1]}Correct it, or add that unit first.",
        )
        return
    if _in_circle(code, after):
        row.refuse(
            "parent",
            "上下级绕成了圈：沿上级往上又回到本机构，请改正上级。",
            "The units go round in a circle: going up from this unit leads back to it. Correct the unit above.",
        )
        return
    parent = after.get(unit.parent)
    if parent is not None and parent.closed:
        row.refuse(
            "parent",
            f"上级“{parent.name}”已经撤销，请另选。",
            f"The unit above, “{parent.name}”, is closed. Choose another.",
        )
    elif why := misplaced(unit.kind, parent.kind if parent else None):
        row.refuse("parent", why.zh, why.en)


def _in_circle(code: str, after: Mapping[str, Standing]) -> bool:
    seen: set[str] = set()
    above = after[code].parent
    while above in after and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = after[above].parent
    return False


def _check_children(left: Mapping[str, PlannedRow], after: Mapping[str, Standing]) -> int:
    """A unit that is there but not in the file may stand below one that changes its kind."""
    faults = 0
    for code, unit in after.items():
        row = left.get(unit.parent)
        if row is None or code in left or unit.closed:
            continue
        if why := misplaced(unit.kind, after[unit.parent].kind):
            row.refuse("kind", f"下级“{unit.name}”：{why.zh}", f"For “{unit.name}” below it: {why.en}")
            faults += 1
    return faults


def _check_roots(left: Mapping[str, PlannedRow], after: Mapping[str, Standing]) -> int:
    roots = [code for code, unit in after.items() if not unit.parent]
    faults = 0
    for code in roots[1:]:
        if code in left:
            left[code].refuse(
                "parent",
                "已经有总行，请填写上级机构号。",
                "There is a head office already. Say which unit this one belongs to.",
            )
            faults += 1
    return faults


def _unit_changes(row: PlannedRow, unit: Unit | None) -> tuple[str, ...]:
    if unit is None:
        return ()
    there = {
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent.code if unit.parent else "",
        "address": unit.address,
        "phone": unit.phone,
        "opened_on": str(unit.opened_on or ""),
    }
    said = dict(row.values)
    said["kind"] = KINDS[said["kind"].lower()].value
    if said.get("opened_on"):
        said["opened_on"] = str(read_date(said["opened_on"]))
    return tuple(key for key, value in there.items() if said.get(key) and said[key] != value)


# --- Staff -----------------------------------------------------------------------------------------------------------------


class Places(msgspec.Struct, frozen=True):
    """Who leads which unit, who is contact where, what is held: by unit code and employee number."""

    leaders: dict[str, str]
    contacts: dict[tuple[str, str], str]
    duties: dict[str, set[tuple[Duty, str]]]


def _plan_staff(rows: Sequence[PlannedRow], units: Mapping[str, Standing], today: date) -> None:
    there = {staff.employee_no: staff for staff in Staff.objects.select_related("unit").defer("password")}
    places = _places(today)
    _refuse_twice(rows, "employee_no", "工号", "employee number")
    for row in rows:
        if not row.bad:
            _check_person(row, units, there.get(row.values["employee_no"]), today)
    for what, key in (("leader", "duties"), ("rank", "rank")):
        _refuse_two_in_one_place(rows, what, key)
    while _refuse_b_without_a(rows, places):
        pass
    for row in rows:
        if not row.bad:
            row.changes = _person_changes(row, there.get(row.values["employee_no"]), places)
            row.state = _state(row, there, "employee_no")


def _places(today: date) -> Places:
    held = running(Holding.objects.all(), today).filter(from_date__lte=today)
    duties: dict[str, set[tuple[Duty, str]]] = defaultdict(set)
    for number, duty, unit in held.values_list("staff__employee_no", "duty", "unit__code"):
        duties[number].add((Duty(duty), unit))
    contacts = Contact.objects.values_list("unit__code", "rank", "staff__employee_no")
    return Places(
        leaders=dict(Unit.objects.exclude(leader=None).values_list("code", "leader__employee_no")),
        contacts={(unit, rank): number for unit, rank, number in contacts},
        duties=duties,
    )


def _check_person(row: PlannedRow, units: Mapping[str, Standing], staff: Staff | None, today: date) -> None:
    code = row.values["unit"]
    unit = units.get(code)
    if unit is None:
        near = _near(code, units)
        row.refuse(
            "unit",
            f"没有机构号为“{code}”的机构。{near[0]}请改正，或先新增该机构。",
            f"There is no unit with the code “{code}”. {near[1]}Correct it, or add that unit first.",
        )
    elif unit.closed:
        row.refuse("unit", f"“{unit.name}”已经撤销，请另填机构。", f"“{unit.name}” is closed. Name another unit.")
    elif staff is not None and not staff.is_active:
        row.refuse(
            "employee_no", f"{staff.name}的账号已停用，请先启用。", f"{staff.name} is not active. Activate first."
        )
    elif leads(row) and from_day(row, today) > today:
        row.refuse(
            "from_date",
            "第一责任人自任职之日起负责，起始日期不能晚于今天。",
            "A first responsible person answers from the day named: the date cannot be later than today.",
        )


def leads(row: PlannedRow) -> bool:
    return Duty.LEADER in duties_in(row.values.get("duties", ""))


def rank_of(row: PlannedRow) -> str:
    return RANKS.get(row.values.get("rank", "").lower(), "")


def from_day(row: PlannedRow, today: date) -> date:
    return read_date(row.values["from_date"]) if row.values.get("from_date") else today


def _refuse_two_in_one_place(rows: Sequence[PlannedRow], what: str, key: str) -> None:
    taken: dict[tuple[str, str], int] = {}
    for row in rows:
        place = "" if row.bad else ("leader" if leads(row) else "") if what == "leader" else rank_of(row)
        if not place:
            continue
        at = (row.values["unit"], place)
        if at in taken:
            title = {"leader": ("第一责任人", "first responsible person")}.get(
                place, (f"联系人 {place}", f"contact {place}")
            )
            row.refuse(
                key,
                f"第 {taken[at]} 行已是该机构的{title[0]}，一个机构只有一位，请改正。",
                f"Row {taken[at]} names the {title[1]} of this unit already. A unit has one. Correct it.",
            )
        taken.setdefault(at, row.number)


def _refuse_b_without_a(rows: Sequence[PlannedRow], places: Places) -> int:
    named = [row for row in rows if not row.bad and rank_of(row)]
    after = contacts_after(named, places.contacts)
    faults = 0
    for row in named:
        if rank_of(row) == "B" and (row.values["unit"], "A") not in after:
            row.refuse(
                "rank",
                "该机构还没有第一联系人（A），请先指定 A。",
                "This unit has no contact A yet. Name contact A first.",
            )
            faults += 1
    return faults


def contacts_after(named: Iterable[PlannedRow], now: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Contacts by unit and rank as they would be: who is given one rank leaves the other at the same unit."""
    after = dict(now)
    rows = list(named)
    for row in rows:
        for rank in ("A", "B"):
            if after.get((row.values["unit"], rank)) == row.values["employee_no"]:
                del after[row.values["unit"], rank]
    for row in rows:
        after[row.values["unit"], rank_of(row)] = row.values["employee_no"]
    return after


def _person_changes(row: PlannedRow, staff: Staff | None, places: Places) -> tuple[str, ...]:
    if staff is None:
        return ()
    number, unit = staff.employee_no, row.values["unit"]
    there = {"name": staff.name, "unit": staff.unit.code, "phone": staff.phone, "email": staff.email}
    changes = [key for key, value in there.items() if row.values.get(key) and row.values[key] != value]
    new_duties = {(duty, unit) for duty in duties_in(row.values.get("duties", ""))} - places.duties.get(number, set())
    if new_duties or (leads(row) and places.leaders.get(unit) != number):
        changes.append("duties")
    if rank_of(row) and places.contacts.get((unit, rank_of(row))) != number:
        changes.append("rank")
    return tuple(changes)


# --- Both ------------------------------------------------------------------------------------------------------------------


def _refuse_twice(rows: Sequence[PlannedRow], key: str, zh: str, en: str) -> None:
    first: dict[str, int] = {}
    for row in rows:
        value = row.values.get(key, "")
        if value in first:
            row.refuse(
                key,
                f"{zh} {value} 与第 {first[value]} 行重复，请改正或删去一行。",
                f"The {en} {value} stands in row {first[value]} already. Correct it, or delete one row.",
            )
        elif value:
            first[value] = row.number


def _state(row: PlannedRow, there: Mapping[str, object], key: str) -> RowState:
    if row.values[key] not in there:
        return RowState.NEW
    return RowState.CHANGED if row.changes else RowState.UNCHANGED


def _near(wanted: str, units: Mapping[str, Standing]) -> tuple[str, str]:
    """A unit that was perhaps meant: its name was written for its code, or the code is nearly right."""
    named = [code for code, unit in units.items() if unit.name == wanted]
    found = named or get_close_matches(wanted, list(units)[:2000], 1, 0.75)
    if not found:
        return "", ""
    unit = units[found[0]]
    return f"是不是 {found[0]}（{unit.name}）？", f"Is it {found[0]} ({unit.name})? "
