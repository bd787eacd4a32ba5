"""`make bench`: measures one thing after the other, then prints the table. bench/README.md says how to read it."""

import argparse
import re
import shutil
import sys
from pathlib import Path

from bench import early_warning, importing, intake, pages
from bench.house import House, house, postgres_version
from bench.table import Figure, at_least, machine, show

VERIFY_GOAL = 100_000
SIZES = (10_000, 1_000_000)
PARTS = ("intake", "pages", "import", "verify", "early_warning")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="10,000 complaints only")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="how many complaints, comma-separated")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be repeated")
    parser.add_argument("--port", type=int, default=8170)
    parser.add_argument("--data", type=Path, default=Path(".run-bench"), help="kept for the next run")
    given = parser.parse_args()
    sizes = SIZES[:1] if given.quick else tuple(int(size) for size in given.sizes.split(","))
    parts = given.only or PARTS
    folder = given.data.absolute()
    figures: list[Figure] = []
    if "intake" in parts:
        figures += told(fresh(folder / "intake", given.port, measure_intake))
    if "import" in parts:
        figures += told(fresh(folder / "import", given.port, importing.measure))
    if "early_warning" in parts:
        figures += told(early_warning.measure())
    if "pages" in parts or "verify" in parts:
        for size in sizes:
            figures += of_size(folder, size, given.port, parts)
    show(machine(postgres_version()), figures)


def fresh(folder: Path, port: int, measure: object) -> list[Figure]:
    """What writes is measured on an empty bank, which is removed afterwards."""
    say(f"{folder.name}…")
    shutil.rmtree(folder, ignore_errors=True)
    with house(folder, port) as bank:
        assert callable(measure)
        found: list[Figure] = measure(bank)
    shutil.rmtree(folder, ignore_errors=True)
    return found


def measure_intake(bank: House) -> list[Figure]:
    figures = []
    with bank.pages():
        for clients in intake.GOALS:
            figures.append(intake.measure(bank, clients))
    script = bank.folder / "same-inserts.sql"
    script.write_text(intake.same_inserts(bank))
    for clients in intake.GOALS:
        figures.append(intake.limit(bank, clients, script))
    return figures


def of_size(folder: Path, size: int, port: int, parts: object) -> list[Figure]:
    say(f"{size:,} complaints…")
    named = f"{size:,}"
    figures = []
    with house(folder / str(size), port, size) as bank:
        if bank.loaded:
            figures.append(Figure(f"{named}: bulk load through the core", f"{bank.loaded:,.0f} complaints/s"))
        assert isinstance(parts, list | tuple)
        if "pages" in parts:
            with bank.pages():
                figures += told(pages.measure(bank, named))
        if "verify" in parts:
            figures += told([measure_verify(bank, named)])
    return figures


def measure_verify(bank: House, named: str) -> Figure:
    said = bank.shouwen("verify")
    found = re.search(r"([\d,]+) journal entries in .*\(([\d,]+) entries/s\): 0 differences", said)
    if not found:
        raise RuntimeError(f"shouwen verify: {said}")
    return at_least(
        f"{named}: verify, {found[1]} journal entries", float(found[2].replace(",", "")), VERIFY_GOAL, "entries/s"
    )


def told(figures: list[Figure]) -> list[Figure]:
    """What is measured is said at once: a part that fails later costs nothing of it."""
    for figure in figures:
        say(f"  {figure.what}: {figure.figure}")
    return figures


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
