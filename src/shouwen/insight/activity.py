"""客户去留 (mission E2): a file in which the bank says who of the complainants is still a customer, so that its own rates stand beside the slides'.

A customer is found by the number of a complaint, or by the blind index of an identity, card or phone number: whatever comes first in that
order. What is kept says which complaints, on which day, still a customer or not, and what the business was worth in yuan; the numbers of
the file are kept nowhere. Secret complaints are not found.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

from shouwen.casework import privacy
from shouwen.casework.models import Complainant, ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.core.money import Money, read_amount, require_fit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight.loading import Loading, day_in
from shouwen.insight.models import Activity, LoadedFile
from shouwen.organisation.importing.plan import Column
from shouwen.organisation.importing.reading import Numbered

KIND = "activity"
YUAN = "CNY"
COLUMNS = (
    Column(
        "number",
        Text("投诉编号", "complaint number"),
        Text("四种标识至少填一种", "one of the four identifiers at least"),
        also=("投诉单号",),
    ),
    Column(
        "id_number",
        Text("证件号码", "identity number"),
        Text("设为文本格式", "as text"),
        also=("身份证号", "证件号"),
    ),
    Column(
        "card_number",
        Text("卡号", "card number"),
        Text("设为文本格式", "as text"),
        also=("账号", "银行卡号", "卡号/账号"),
    ),
    Column("phone", Text("联系电话", "phone"), Text("设为文本格式", "as text"), also=("手机号", "手机号码", "电话")),
    Column(
        "day",
        Text("观察日期", "day"),
        Text("去留是哪一天的情况，如 2026-03-31", "the day that it is so, such as 2026-03-31"),
        needed=True,
        also=("日期",),
    ),
    Column(
        "stays",
        Text("是否仍为客户", "still a customer"),
        Text("是 / 否", "yes / no"),
        needed=True,
        also=("仍为客户", "仍是客户"),
    ),
    Column(
        "value",
        Text("客户价值（元）", "value in yuan"),
        Text("可不填，如 12345.60", "may be empty, such as 12345.60"),
        also=("客户价值", "价值（元）", "价值"),
    ),
)
EXAMPLES = (
    ("TS2026-00000001", "", "", "", "2026-03-31", "是", "12345.60"),
    ("", "", "", "13800000000", "2026-03-31", "否", ""),
)
STAYS = {"是": True, "yes": True, "y": True, "1": True, "true": True, "否": False, "no": False, "n": False}
STAYS |= {"0": False, "false": False, "仍为客户": True, "已流失": False}
KINDS = {"id_number": "identity", "card_number": "card", "phone": "phone"}
"""Columns of the file, and the blind index that each is found by."""
AT_A_TIME = 5_000


class Seen(msgspec.Struct, frozen=True):
    """A row that makes sense by itself. `finders` are the blind indexes by kind, in the order in which they are asked."""

    row: Numbered
    number: str
    finders: tuple[tuple[str, bytes], ...]
    day: date
    stays: bool
    value: Decimal | None


Taken = dict[tuple[int, date], int]
"""Where each complaint and day stood first in the file."""


def plan(rows: Sequence[Numbered], today: date, file: LoadedFile | None) -> Loading:
    """Check every row, find its customer, and write under `file` if there is one.

    Rejected: a row without an identifier, a day or an answer; an amount that is none; a customer with no complaint here; a customer
    who was in the file before for the same day.
    """
    loading, taken = Loading(rows=len(rows)), Taken()
    for first in range(0, len(rows), AT_A_TIME):
        part = [_read(row, today, loading) for row in rows[first : first + AT_A_TIME]]
        _take([seen for seen in part if seen is not None], taken, loading, file)
    loading.rejected.sort(key=lambda rejected: rejected.number)
    return loading


def _read(row: Numbered, today: date, loading: Loading) -> Seen | None:
    values, reasons = row[1], list[Text]()
    day = day_in(values.get("day", ""), today, reasons)
    stays = STAYS.get(values.get("stays", "").strip().lower())
    if stays is None:
        reasons.append(Text("“是否仍为客户”请填“是”或“否”", "say yes or no for “still a customer”"))
    value = _value(values.get("value", ""), reasons)
    number = values.get("number", "").strip().upper()
    ring = privacy.keyring()
    given = [(kind, values[key].strip()) for key, kind in KINDS.items() if values.get(key, "").strip()]
    if not number and not given:
        reasons.append(
            Text(
                "没有客户标识，请填投诉编号、证件号码、卡号、联系电话之一",
                "there is no identifier: give a complaint, identity, card or phone number",
            )
        )
    if reasons or day is None or stays is None:
        loading.reject(row, reasons)
        return None
    return Seen(row, number, tuple((kind, ring.blind_index(kind, text)) for kind, text in given), day, stays, value)


def _value(text: str, reasons: list[Text]) -> Decimal | None:
    if not text.strip():
        return None
    try:
        amount = read_amount(text, "value")
        require_fit(Money(amount, YUAN), "value", currencies=(YUAN,), most=standing_policy().dispute.most)
    except Refusal as refusal:
        reasons.append(refusal.message)
        return None
    return amount


def _take(part: Sequence[Seen], taken: Taken, loading: Loading, file: LoadedFile | None) -> None:
    by_number, by_index = _numbers(part), _indexes(part)
    mine = [_complaints_of(seen, by_number, by_index) for seen in part]
    before, customers = _before(complaint for complaints in mine for complaint in complaints)
    written: list[dict[str, Any]] = []
    for seen, complaints in zip(part, mine, strict=True):
        if not complaints:
            loading.reject(
                seen.row,
                [Text("没有这位客户的投诉，无需导入", "there is no complaint of this customer, so nothing to measure")],
            )
            continue
        first = next((taken[each, seen.day] for each in complaints if (each, seen.day) in taken), None)
        if first is not None:
            loading.reject(
                seen.row,
                [
                    Text(
                        f"与第 {first} 行是同一客户、同一天",
                        f"the same customer on the same day as in row {first}",
                    )
                ],
            )
            continue
        taken.update(dict.fromkeys(((each, seen.day) for each in complaints), seen.row[0]))
        now = (seen.stays, seen.value)
        stood = [before.get(each, {}).get(seen.day) for each in complaints]
        loading.count(is_new=not any(stood), is_changed=any(each != now for each in stood))
        loading.days.add(seen.day)
        customer = min(customers.get(each, each) for each in complaints)
        written += [
            {"complaint": each, "customer": customer, "day": seen.day, "stays": seen.stays, "value": seen.value}
            for each, old in zip(complaints, stood, strict=True)
            if old != now
        ]
    if file is not None and written:
        _write(written, file)


def _numbers(part: Iterable[Seen]) -> dict[str, int]:
    wanted = {seen.number for seen in part if seen.number}
    rows = ComplaintRow.objects.filter(number__in=wanted, secret=False)
    return dict(rows.values_list("number", "id"))


def _indexes(part: Iterable[Seen]) -> dict[tuple[str, bytes], list[int]]:
    """The complaints that each index of the rows is found on, without the secret ones."""
    wanted: dict[str, set[bytes]] = defaultdict(set)
    for seen in part:
        for kind, index in seen.finders:
            wanted[kind].add(index)
    found: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for kind, indexes in wanted.items():
        column = f"{kind}_index"
        for index, complaint in Complainant.objects.filter(**{f"{column}__in": indexes}).values_list(column, "id"):
            found[kind, bytes(index)].append(complaint)
    ids = {complaint for complaints in found.values() for complaint in complaints}
    secret = set(ComplaintRow.objects.filter(id__in=ids, secret=True).values_list("id", flat=True))
    return {key: sorted(set(complaints) - secret) for key, complaints in found.items()}


def _complaints_of(
    seen: Seen, by_number: dict[str, int], by_index: dict[tuple[str, bytes], list[int]]
) -> tuple[int, ...]:
    """The customer's complaints by the first identifier that is known. A phone changes hands sooner than an identity number."""
    if seen.number in by_number:
        return (by_number[seen.number],)
    return next((tuple(found) for finder in seen.finders if (found := by_index.get(finder))), ())


Stood = dict[int, dict[date, tuple[bool, Decimal | None]]]


def _before(complaints: Iterable[int]) -> tuple[Stood, dict[int, int]]:
    """What earlier files said of these complaints, by day, and which customer's they were."""
    before: Stood = defaultdict(dict)
    customers: dict[int, int] = {}
    rows = Activity.objects.filter(complaint_id__in=set(complaints))
    for complaint, customer, day, stays, value in rows.values_list("complaint_id", "customer", "day", "stays", "value"):
        before[complaint][day] = (stays, value)
        customers[complaint] = customer
    return before, customers


UPSERT = """
    INSERT INTO insight_activity (complaint_id, customer, day, stays, value, file_id)
    SELECT complaint, customer, day, stays, value, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::bool[], %s::numeric[]) AS given(complaint, customer, day, stays, value)
    ON CONFLICT (complaint_id, day)
    DO UPDATE SET customer = excluded.customer, stays = excluded.stays, value = excluded.value, file_id = excluded.file_id
"""


def _write(written: Sequence[dict[str, Any]], file: LoadedFile) -> None:
    names = ("complaint", "customer", "day", "stays", "value")
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [file.id, *([row[name] for row in written] for name in names)])
