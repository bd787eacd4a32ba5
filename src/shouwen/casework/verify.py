"""`shouwen verify`: replay every journal and compare.

Finds: an entry altered, removed, added or out of order; a row that is not what its journal says; an open complaint without
exactly one responsible person; a row without journal and a journal without row; search words for other readers than the
row's; a sealed record whose complaint is gone. Names the complaint and the entry.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db import connection, transaction

from shouwen.casework import rows
from shouwen.casework.journal import genesis, link
from shouwen.core.complaint import Complaint, evolve, read_event
from shouwen.core.text import Text

FETCHED = 5_000
ROW_SQL = f"""
    SELECT {", ".join("state::text" if column == "state" else f'"{column}"' for column in rows.COLUMNS)}, head
    FROM casework_complaintrow WHERE id BETWEEN %s AND %s ORDER BY id
"""
ENTRY_SQL = """
    SELECT complaint_id, seq, kind, at, by, body::text, hash
    FROM casework_journalentry WHERE complaint_id BETWEEN %s AND %s ORDER BY complaint_id, seq
"""
FORGOTTEN_SQL = """
    SELECT p.id FROM casework_complainant p LEFT JOIN casework_complaintrow c ON c.id = p.id
    WHERE p.id BETWEEN %s AND %s AND c.id IS NULL
    UNION
    SELECT s.complaint_id FROM casework_searchwords s LEFT JOIN casework_complaintrow c ON c.id = s.complaint_id
    WHERE s.complaint_id BETWEEN %s AND %s AND c.id IS NULL
    ORDER BY 1
"""
UNFINDABLE_SQL = """
    SELECT c.number FROM casework_complaintrow c LEFT JOIN casework_searchwords s ON s.complaint_id = c.id
    WHERE c.id BETWEEN %s AND %s AND s.audience IS DISTINCT FROM c.audience ORDER BY c.id
"""


class Difference(msgspec.Struct, frozen=True):
    """One thing that is wrong: which complaint, which entry of its journal (0: the row itself), and what."""

    complaint: str
    seq: int
    what: Text


class Verified(msgspec.Struct):
    """What was looked at, and what was found."""

    complaints: int = 0
    entries: int = 0
    differences: list[Difference] = []


def id_range() -> tuple[int, int]:
    """The lowest and highest complaint id on record, rows, journals and sealed records alike; (1, 0) when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least((SELECT min(id) FROM casework_complaintrow), (SELECT min(complaint_id) FROM casework_journalentry),"
            " (SELECT min(id) FROM casework_complainant)),"
            " greatest((SELECT max(id) FROM casework_complaintrow), (SELECT max(complaint_id) FROM casework_journalentry),"
            " (SELECT max(id) FROM casework_complainant))"
        )
        lowest, highest = cursor.fetchone()
    return (lowest, highest) if lowest is not None else (1, 0)


def verify_range(lowest: int, highest: int) -> Verified:
    """Verify the complaints with ids from `lowest` to `highest`, seen at one moment."""
    found = Verified()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        journals = _journals(lowest, highest)
        pending = next(journals, None)
        for row in _fetch("verify_rows", ROW_SQL, lowest, highest):
            found.complaints += 1
            while pending is not None and pending[0] < row[0]:
                found.differences.append(_orphan(pending))
                pending = next(journals, None)
            if pending is None or pending[0] != row[0]:
                found.differences.append(_difference(row[1], 0, "投诉没有日志", "the complaint has no journal"))
                continue
            found.entries += len(pending[1])
            found.differences.extend(_compare(row, pending[1]))
            pending = next(journals, None)
        while pending is not None:
            found.differences.append(_orphan(pending))
            pending = next(journals, None)
        found.differences.extend(_unfindable(lowest, highest))
        found.differences.extend(_forgotten(lowest, highest))
    return found


def _forgotten(lowest: int, highest: int) -> Iterator[Difference]:
    """A sealed record or search words without their complaint: a whole complaint was removed, with its journal."""
    with connection.cursor() as cursor:
        cursor.execute(FORGOTTEN_SQL, (lowest, highest, lowest, highest))
        for (complaint_id,) in cursor.fetchall():
            yield _difference(
                f"id {complaint_id}",
                0,
                "投诉及其日志已不在，只剩投诉人记录或检索词",
                "the complaint and its journal are gone; only its sealed record or search words are left",
            )


def _unfindable(lowest: int, highest: int) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(UNFINDABLE_SQL, (lowest, highest))
        for (number,) in cursor.fetchall():
            yield _difference(
                number,
                0,
                "检索词缺失，或可检索的人与投诉不符",
                "the search words are missing, or are for other readers than the complaint",
            )


def _fetch(name: str, sql: str, lowest: int, highest: int) -> Iterator[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.connection.cursor(name) as cursor:
        cursor.itersize = FETCHED
        cursor.execute(sql, (lowest, highest), binary=True)  # times in text form would cost a quarter of the whole
        yield from cursor


def _journals(lowest: int, highest: int) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    current = 0
    entries: list[tuple[Any, ...]] = []
    for entry in _fetch("verify_entries", ENTRY_SQL, lowest, highest):
        if entry[0] != current and entries:
            yield current, entries
            entries = []
        current = entry[0]
        entries.append(entry)
    if entries:
        yield current, entries


def _compare(row: tuple[Any, ...], entries: list[tuple[Any, ...]]) -> Iterator[Difference]:
    number, head = row[1], row[-1]
    complaint: Complaint | None = None
    previous = genesis(number)
    for expected, (_, seq, kind, at, by, body, recorded) in enumerate(entries, start=1):
        if seq != expected:
            yield _difference(number, expected, f"缺少第 {expected} 条日志", f"entry {expected} is missing")
            return
        previous = link(previous, seq, body.encode())
        if previous != recorded:
            yield _difference(number, seq, "日志内容或哈希被改动", "the entry's body or hash was altered")
            return
        try:
            event = read_event(body)
        except msgspec.MsgspecError as error:
            yield _difference(number, seq, f"日志无法读取：{error}", f"the entry cannot be read: {error}")
            return
        if event.at != at or event.by != by or event.__struct_config__.tag != kind:
            yield _difference(
                number,
                seq,
                "日志的时间、人员或种类与内容不符",
                "time, person or kind of the entry differ from its body",
            )
        complaint = evolve(complaint, event)
    assert complaint is not None
    if previous != head:
        yield _difference(number, len(entries), "末尾的日志被删除或增加", "entries at the end were removed or added")
    if complaint.is_open and complaint.responsible is None:
        yield _difference(number, len(entries), "未办结的投诉没有责任人", "an open complaint has no responsible person")
    replayed = rows.columns_of(complaint)
    for column, stored in zip(rows.COLUMNS, row, strict=False):
        if replayed[column] != stored:
            yield _difference(
                number, 0, f"“{column}”列与日志不符", f"column “{column}” of the row differs from what the journal says"
            )


def _difference(complaint: str, seq: int, zh: str, en: str) -> Difference:
    return Difference(complaint, seq, Text(zh, en))


def _orphan(journal: tuple[int, list[tuple[Any, ...]]]) -> Difference:
    return _difference(f"id {journal[0]}", journal[1][0][1], "日志没有对应的投诉", "the journal has no complaint row")
