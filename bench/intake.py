"""Intake (登记): complaints a second through the registration page, and what PostgreSQL alone would do."""

import re
import subprocess
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from bench.client import Client
from bench.house import House
from bench.table import Figure, at_least
from shouwen.site.postgres import find_binaries

GOALS = {1: None, 8: 300}
SECONDS = 10
AGENT = "100101"
STATEMENT = (
    "今天上午在网点排队一个多小时，只开了一个窗口，问大堂经理还要等多久，对方让我自己看屏幕。希望增开窗口并说明情况。"
)


def measure(bank: House, clients: int) -> Figure:
    """Registers and accepts, one after the other on each client; every answer must be the way to the new complaint."""
    people = [Client(bank.port, AGENT) for _ in range(clients)]
    fields = form(people[0])
    counts = [0] * clients
    failures: list[str] = []
    until = time.monotonic() + SECONDS

    def work(index: int) -> None:
        while time.monotonic() < until and not failures:
            status, body, _ = people[index].post("/register/", {**fields, "key": str(uuid.uuid4())})
            if status != 302:
                told = re.findall(r'class="[^"]*error[^"]*"[^>]*>(.*?)<', body, re.DOTALL)
                failures.append(f"{status}: {told or body[:300]}")
                return
            counts[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"/register/ answered {failures[0]}")
    rate = sum(counts) / (time.monotonic() - started)
    what, goal = f"intake through HTTP, {clients} clients", GOALS[clients]
    return Figure(what, f"{rate:,.0f} complaints/s") if goal is None else at_least(what, rate, goal, "complaints/s")


def form(client: Client) -> dict[str, str]:
    """What an agent types; the unit comes from the page."""
    page = client.get("/register/?channel=hotline")
    unit = re.search(r'name="receiving_unit"[^>]*value="(\d+)"', page)
    return {
        "do": "accept",
        "channel": "hotline",
        "kind": "complaint",
        "received_at": datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M"),
        "receiving_unit": unit[1] if unit else "",
        "name": "张晓明",
        "phone": "13812345678",
        "subject": "网点排队时间过长",
        "statement": STATEMENT,
        "class_": "attitude",
        "fact_call_id": "C-1",
    }


def limit(bank: House, clients: int, script: Path) -> Figure:
    """pgbench with the same inserts."""
    command = [find_binaries() / "pgbench", "-n", "-f", script, "-c", str(clients), "-j", "2", "-T", str(SECONDS)]
    done = subprocess.run([*command, bank.database.url], capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(f"pgbench: {done.stderr}")
    return Figure(f"  pgbench, the same inserts, {clients} clients", f"{float(found[1]):,.0f} transactions/s")


def same_inserts(bank: House) -> str:
    """The rows that one registration wrote, as one transaction of pgbench with ids of its own."""
    with psycopg.connect(bank.database.url) as connection:
        newest = connection.execute("SELECT max(id) FROM casework_complaintrow").fetchone()
        assert newest is not None
        job = "SELECT max(id) FROM procrastinate_jobs WHERE task_name = 'casework.acknowledge'"
        wanted = [
            ("casework_complainant", f"id = {newest[0]}", {"id": ":id"}),
            ("casework_complaintrow", f"id = {newest[0]}", {"id": ":id", "number": "'PG' || :id"}),
            (
                "casework_journalentry",
                f"complaint_id = {newest[0]}",
                {"id": "", "complaint_id": ":id", "command_key": "'pgbench:' || :id || ':' || {seq}"},
            ),
            ("casework_searchwords", f"complaint_id = {newest[0]}", {"complaint_id": ":id"}),
            (
                "procrastinate_jobs",
                f"id = ({job})",
                {"id": "", "queueing_lock": "'pgbench:' || :id", "status": "'todo'::procrastinate_job_status"},
            ),
        ]
        lines = [line for table, where, own in wanted for line in _inserts(connection, table, where, own)]
    return "\n".join(["SELECT nextval('casework_complaint_number') AS id \\gset", "BEGIN;", *lines, "COMMIT;", ""])


def _inserts(connection: psycopg.Connection[Any], table: str, where: str, own: dict[str, str]) -> list[str]:
    names = [
        row[0]
        for row in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attidentity <> 'a' ORDER BY attnum",
            [table],
        )
    ]
    names = [name for name in names if own.get(name, "keep")]
    # Text and type of each value: a literal that PostgreSQL reads back as the very same value.
    columns = sql.SQL(", ").join(sql.SQL("quote_nullable({}::text)").format(sql.Identifier(name)) for name in names)
    query = sql.SQL("SELECT {} FROM {} WHERE {}").format(columns, sql.Identifier(table), sql.SQL(where))
    lines = []
    for record in connection.execute(query):
        values = dict(zip(names, record, strict=True))
        seq = values.get("seq", "").strip("'")
        written = [own[name].format(seq=seq) if name in own else values[name] for name in names]
        quoted = ", ".join(f'"{name}"' for name in names)
        lines.append(f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(written)});".replace("\n", " "))
    return lines
