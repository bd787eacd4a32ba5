"""A bank of a given size in a data folder of its own: its PostgreSQL, its pages, its complaints."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import psycopg

from bench.client import answers
from shouwen.site.children import Child
from shouwen.site.postgres import EmbeddedPostgres, find_binaries

UNTIL = datetime.now(UTC)
"""The year of casework ends when it is loaded: lists and search begin with the newest."""
CHUNK = 2_000
AT_A_TIME = 250
SEED = 2008
LIVED = 20_000
COPIED_AT_ONCE = 40


class House:
    """One installation. `loaded` says how many complaints a second were written, if this run wrote them."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.database = EmbeddedPostgres(folder / "postgres")
        self.loaded: float | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parent / ".gitignore").write_text("*\n")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOUWEN_", "DJANGO_"))}
        source = str(Path(__file__).resolve().parent.parent / "src")
        return {
            **kept,
            "PYTHONPATH": source,
            "DATABASE_URL": self.database.url,
            "SHOUWEN_DATA_DIR": str(self.folder),
            "SHOUWEN_SECRET_KEY": "bench-only-" + "0" * 40,
            "SHOUWEN_BASE_URL": self.url,
        }

    def shouwen(self, *command: str) -> str:
        """Runs one command and returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "shouwen.cli", *command], env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"shouwen {' '.join(command)}: {done.stderr[-2000:] or done.stdout[-2000:]}")
        return done.stdout

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def pages(self) -> Iterator[None]:
        """`shouwen serve`, as a bank runs it."""
        self.shouwen("static")
        with (self.folder / "web.log").open("ab") as log:
            command = [sys.executable, "-m", "shouwen.cli", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
            web = Child("web", command, environment=self.environment, output=log)
        try:
            deadline = time.monotonic() + 60
            while not answers(self.port):
                if web.ended() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the pages did not start; see {self.folder / 'web.log'}")
                time.sleep(0.1)
            yield
        finally:
            web.stop()


@contextmanager
def house(folder: Path, port: int, complaints: int = 0) -> Iterator[House]:
    """A bank with so many complaints; made anew unless the folder holds it from an earlier run."""
    stamp = folder / "ready"
    if not stamp.exists():
        shutil.rmtree(folder, ignore_errors=True)
    made = House(folder, port)
    with made.database:
        made.shouwen("migrate")  # a kept bank as well: this version may have brought an index
        if not stamp.exists():
            made.shouwen("demo", "load", "--complaints", "0")
            made.loaded = load(made, complaints) if complaints else None
            made.execute("VACUUM (ANALYZE)")
            stamp.write_text(f"{complaints}\n")
        yield made


def load(made: House, complaints: int) -> float:
    """Writes the complaints from all cores; returns how many a second were written through the core.

    Of more than `LIVED` only a part lives its own life: the rest are copies of these (`bench.copies`).
    """
    times = -(-complaints // LIVED)
    lived = complaints // times
    spawn = get_context("spawn")
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=spawn, initializer=_begin, initargs=(made.environment,)
    ) as pool:
        parts = [(SEED + start, min(CHUNK, lived - start)) for start in range(0, lived, CHUNK)]
        rate = lived / _told("through the core", lived, pool.map(_write, parts))
        if times > 1:
            highest = int(str(made.execute("SELECT max(id) FROM casework_complaintrow")[0][0]))
            ranges = [
                (low, min(low + COPIED_AT_ONCE - 1, highest), highest, times - 1)
                for low in range(1, highest + 1, COPIED_AT_ONCE)
            ]
            _told("as copies", lived * (times - 1), pool.map(_copy, ranges))
            made.execute("SELECT setval('casework_complaint_number', max(id)) FROM casework_complaintrow")
        pool.submit(_fold).result()
    return rate


def _told(how: str, complaints: int, parts: Iterable[int]) -> float:
    """Says how far it is; returns the seconds that it took."""
    started, done = time.monotonic(), 0
    for part in parts:
        done += part
        rate = done / (time.monotonic() - started)
        print(f"\r  {done:,} of {complaints:,} {how}, {rate:,.0f}/s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return time.monotonic() - started


def _begin(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    from shouwen.site.prepare import set_up_django

    set_up_django()


def _write(part: tuple[int, int]) -> int:
    """One chunk of a year of casework: every complaint lives its life through the core."""
    from shouwen.casework.bulk import Batch
    from shouwen.demo.load import _year

    seed, count = part
    year, batch = _year(UNTIL), Batch()
    for start in range(0, count, AT_A_TIME):
        year.write(min(AT_A_TIME, count - start), seed * 1_000 + start, batch)
        batch.write()
    return count


def _copy(part: tuple[int, int, int, int]) -> int:
    from bench.copies import write_copies

    return write_copies(*part)


def _fold() -> None:
    """What the statistics count by stands in their tables, as the worker of a bank keeps it."""
    from shouwen.insight import figures

    figures.fold()


def postgres_version() -> str:
    said = subprocess.run([find_binaries() / "postgres", "--version"], capture_output=True, text=True).stdout
    return said.split()[-1] + " (embedded)"
