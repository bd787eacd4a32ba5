"""Copies of complaints that have lived: each under a number, a data key and a chain of its own, as valid as if it had lived itself.

A life through the core costs several milliseconds, so that a bank of a million would take an hour to load. What pages, search and
`shouwen verify` have to do is the same for a copy.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from shouwen.casework.journal import genesis, link
from shouwen.casework.new_rows import COMPLAINANT_COLUMNS, ENTRY_COLUMNS, ROW_COLUMNS, SEARCH_COLUMNS
from shouwen.casework.vault import Vault

TABLES = {
    "casework_complainant": COMPLAINANT_COLUMNS,
    "casework_complaintrow": ROW_COLUMNS,
    "casework_journalentry": ENTRY_COLUMNS,
    "casework_searchwords": SEARCH_COLUMNS,
}
Record = dict[str, Any]


def write_copies(lowest: int, highest: int, apart: int, copies: int) -> int:
    """Copy the complaints with ids from `lowest` to `highest`; copy n of complaint i gets the id i + n × `apart`. Returns how many."""
    kept = _read("casework_complaintrow", "id", lowest, highest)
    journals: dict[str, list[Record]] = {}
    for entry in _read("casework_journalentry", "complaint_id", lowest, highest):
        journals.setdefault(entry["complaint_id"], []).append(entry)
    words = {each["complaint_id"]: each for each in _read("casework_searchwords", "complaint_id", lowest, highest)}
    vaults = {row["id"]: Vault.open(int(row["id"])) for row in kept}
    written: dict[str, list[Record]] = {table: [] for table in TABLES}
    for copy in range(1, copies + 1):
        for row in kept:
            number = Copied(row, int(row["id"]) + copy * apart)
            written["casework_complainant"].append(number.complainant(vaults[row["id"]]))
            written["casework_searchwords"].append({**words[row["id"]], "complaint_id": number.id})
            entries = list(number.entries(journals[row["id"]]))
            written["casework_journalentry"] += entries
            written["casework_complaintrow"].append(number.row(entries[-1]["hash"]))
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns in TABLES.items():
            names = ", ".join(f'"{column}"' for column in columns)
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as into:
                for record in written[table]:
                    into.write_row([record[column] for column in columns])
    return len(kept) * copies


def _read(table: str, key: str, lowest: int, highest: int) -> list[Record]:
    """The records as text, which is also how COPY takes them."""
    columns = TABLES[table]
    texts = ", ".join(f'"{column}"::text' for column in columns)
    order = ", ".join(f"{table}.{column}" for column in (key, "seq") if column in columns)  # numbers, not their texts
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM {table} WHERE {key} BETWEEN %s AND %s ORDER BY {order}", [lowest, highest])
        return [dict(zip(columns, record, strict=True)) for record in cursor.fetchall()]


class Copied:
    """One complaint under another id: what its rows and its journal say then."""

    def __init__(self, row: Record, complaint_id: int) -> None:
        self.id = complaint_id
        self._row = row
        self._number = row["number"].rpartition("-")[0] + f"-{complaint_id:08d}"

    def row(self, head: bytes) -> Record:
        return {
            **self._row,
            "id": self.id,
            "number": self._number,
            "state": self._renamed(self._row["state"]),
            "head": head,
        }

    def entries(self, journal: list[Record]) -> Iterator[Record]:
        previous = genesis(self._number)
        for seq, entry in enumerate(journal, start=1):
            body = self._renamed(entry["body"])
            previous = link(previous, seq, body.encode())
            yield {
                **entry,
                "complaint_id": self.id,
                "body": body,
                "hash": previous,
                "command_key": None,
                "command_digest": None,
            }

    def complainant(self, vault: Vault) -> Record:
        own = Vault.new(self.id, vault.details)
        own._finds = vault._finds
        return {**dict.fromkeys(COMPLAINANT_COLUMNS), **own.columns(datetime.now(UTC))}

    def _renamed(self, body: str) -> str:
        """A quotation mark within a text stands behind a backslash, so that these names are found nowhere but as fields."""
        old = self._row["id"]
        body = body.replace(self._row["number"], self._number)
        body = body.replace(f'"id":{old},"number"', f'"id":{self.id},"number"', 1)
        return body.replace(f'"complainant":{old},', f'"complainant":{self.id},', 1)
