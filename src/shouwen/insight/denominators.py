"""分母 (mission E7): how many outlets and customers a unit has, so that complaints can be told per 100 outlets and per 100,000 customers.

Outlets are counted from the organisation unless a file says otherwise; customers are known only from a file. Of several days the last one
up to the end of the period counts.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

import msgspec

from shouwen.core.people import Unit, UnitKind
from shouwen.core.text import Text
from shouwen.insight.loading import Loading, day_in
from shouwen.insight.models import Denominator, LoadedFile
from shouwen.organisation.directory import directory
from shouwen.organisation.importing.plan import Column
from shouwen.organisation.importing.reading import Numbered
from shouwen.organisation.models import Unit as UnitRow

KIND = "denominators"
COLUMNS = (
    Column(
        "unit",
        Text("机构号", "unit code"),
        Text("机构表中的机构号", "a code of the units"),
        needed=True,
        also=("机构代码", "机构编号"),
        longest=32,
    ),
    Column("day", Text("日期", "day"), Text("如 2026-03-31", "such as 2026-03-31"), needed=True, also=("统计日期",)),
    Column(
        "outlets",
        Text("网点数", "outlets"),
        Text("含下属；不填则按机构表计", "with those below; counted from the organisation when empty"),
    ),
    Column("customers", Text("客户数", "customers"), Text("含下属", "with those below"), also=("客户数量",)),
)
EXAMPLES = (("110000", "2026-03-31", "320", "4150000"),)
MOST = {"outlets": 1_000_000, "customers": 10_000_000_000}


class Base(msgspec.Struct, frozen=True):
    """分母 of one unit at the end of a period; none where nobody knows."""

    outlets: int | None = None
    customers: int | None = None


NO_BASE = Base()


def plan(rows: Sequence[Numbered], today: date, file: LoadedFile | None) -> Loading:
    """Check every row, and write under `file` if there is one.

    Rejected: a unit that there is not, a day that is none, numbers that are not whole or nought or absurd, a row without any number, a unit
    that was in the file before for the same day.
    """
    loading, taken = Loading(rows=len(rows)), dict[tuple[int, date], int]()
    people = directory()
    stood = {(each.unit, each.day): each for each in Denominator.objects.all()}
    good: list[Denominator] = []
    for row in rows:
        values, reasons = row[1], list[Text]()
        code = values.get("unit", "").strip()
        unit = people.unit_by_code(code)
        if unit is None:
            reasons.append(Text(f"没有机构号为“{code[:32]}”的机构", f"there is no unit with the code “{code[:32]}”"))
        day = day_in(values.get("day", ""), today, reasons)
        numbers = {key: _number(values.get(key, ""), key, reasons) for key in MOST}
        if not reasons and not any(numbers.values()):
            reasons.append(Text("网点数和客户数都没有填", "neither outlets nor customers are given"))
        if unit is not None and day is not None and (unit.id, day) in taken:
            first = taken[unit.id, day]
            reasons.append(Text(f"与第 {first} 行机构和日期相同", f"the same unit and day as in row {first}"))
        if reasons or unit is None or day is None:
            loading.reject(row, reasons)
            continue
        taken[unit.id, day] = row[0]
        old = stood.get((unit.id, day))
        is_changed = old is None or (old.outlets, old.customers) != (numbers["outlets"], numbers["customers"])
        loading.count(is_new=old is None, is_changed=is_changed)
        loading.days.add(day)
        if is_changed and file is not None:
            good.append(Denominator(unit=unit.id, day=day, file=file, **numbers))
    Denominator.objects.bulk_create(
        good,
        update_conflicts=True,
        unique_fields=["unit", "day"],
        update_fields=["outlets", "customers", "file"],
    )
    return loading


def _number(text: str, key: str, reasons: list[Text]) -> int | None:
    typed = text.replace(",", "").replace("，", "").strip()
    if not typed:
        return None
    if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST[key])) and 0 < int(typed) <= MOST[key]:
        return int(typed)
    title = next(column.title for column in COLUMNS if column.key == key)
    reasons.append(
        Text(
            f"{title.zh}“{text[:40]}”应为 1 至 {MOST[key]:,} 的整数",
            f"{title.en} “{text[:40]}” should be a whole number from 1 to {MOST[key]:,}",
        )
    )
    return None


def bases(unit: Unit, last: date) -> dict[int, Base]:
    """分母 of a unit and of those directly below it, as known on the last day of a period.

    Customers of a unit without a number of its own are those of the institutions below it, where every one of them has a number.
    """
    units = directory().units()
    within = [each for each in units if unit.id in each.line]
    loaded = _loaded([each.id for each in within], last)
    open_outlets = set(_outlets_open(last))
    counted = Counter(above for each in within if each.id in open_outlets for above in each.line)
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for each in within:
        below[each.parent_id].append(each)

    def customers(each: Unit) -> int | None:
        own = loaded.get(each.id, NO_BASE).customers
        if own is not None:
            return own
        parts = [customers(other) for other in below[each.id] if other.kind.is_institution]
        return sum(part or 0 for part in parts) if parts and None not in parts else None

    def outlets(each: Unit) -> int | None:
        own = loaded.get(each.id, NO_BASE).outlets
        return own if own is not None else counted[each.id] or None

    return {each.id: Base(outlets(each), customers(each)) for each in (unit, *below[unit.id])}


def _loaded(units: Sequence[int], last: date) -> dict[int, Base]:
    """The last number of each kind up to a day, for each unit that has any."""
    found: dict[int, Base] = {}
    rows = Denominator.objects.filter(unit__in=units, day__lte=last).order_by("day")
    for unit, outlets, customers in rows.values_list("unit", "outlets", "customers"):
        before = found.get(unit, NO_BASE)
        found[unit] = Base(
            before.outlets if outlets is None else outlets, before.customers if customers is None else customers
        )
    return found


def _outlets_open(on: date) -> Sequence[int]:
    rows = UnitRow.objects.filter(kind=UnitKind.OUTLET.value).exclude(opened_on__gt=on).exclude(closed_on__lte=on)
    return list(rows.values_list("id", flat=True))
