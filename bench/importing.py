"""Import (导入): rows a second of a file in the form of the public Consumer Complaint Database."""

import csv
import random
import time
from pathlib import Path

from bench.house import House
from bench.table import Figure, at_least
from shouwen.cli import COMMANDS

GOAL = 2_000
ROWS = 20_000
COLUMNS = [
    "Date received",
    "Product",
    "Sub-product",
    "Issue",
    "Sub-issue",
    "Consumer complaint narrative",
    "Company public response",
    "Company",
    "State",
    "ZIP code",
    "Tags",
    "Consumer consent provided?",
    "Submitted via",
    "Date sent to company",
    "Company response to consumer",
    "Timely response?",
    "Consumer disputed?",
    "Complaint ID",
]
WORDS = [
    "the",
    "bank",
    "charged",
    "a",
    "fee",
    "that",
    "I",
    "never",
    "agreed",
    "to",
    "and",
    "nobody",
    "at",
    "the",
    "branch",
    "could",
    "tell",
    "me",
    "why",
    "it",
    "was",
    "not",
    "returned",
]
REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "cfpb_complaints.csv.gz"


def measure(bank: House) -> list[Figure]:
    """A generated file, and the real one where it lies beside this folder."""
    if "import" not in COMMANDS or not COMMANDS["import"].exists:
        return [Figure("import", "this version has no such command", f"≥ {GOAL:,}")]
    made = bank.folder / "generated.csv"
    write(made)
    figures = [_timed(bank, made, ROWS, f"import, {ROWS:,} generated rows")]
    if REAL.exists():
        figures.append(_timed(bank, REAL, 5_293, "import, 5,293 real rows (CFPB)"))
    return figures


def _timed(bank: House, file: Path, rows: int, what: str) -> Figure:
    started = time.perf_counter()
    bank.shouwen("import", "complaints", "--mapping", "cfpb", "--unit", "100001", str(file))
    written = bank.execute("SELECT count(*) FROM casework_complaintrow")[0][0]
    rate = rows / (time.perf_counter() - started)
    return at_least(f"{what} ({written:,} complaints after it)", rate, GOAL, "rows/s with start")


def write(file: Path) -> None:
    """Deterministic; a quarter of the rows has a narrative, as in the real file."""
    dice = random.Random(2008)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for number in range(ROWS):
            told = " ".join(dice.choices(WORDS, k=dice.randrange(40, 250))) if number % 4 == 0 else ""
            day = f"{dice.randrange(2016, 2024)}/{dice.randrange(1, 13)}/{dice.randrange(1, 29)}"
            row = [
                day,
                "Checking or savings account",
                "Checking account",
                "Managing an account",
                "Fee problem",
                told,
                "",
            ]
            row += ["EXAMPLE BANK", "CA", "900XX", "", "Consent provided" if told else "Other"]
            row += [dice.choice(("Web", "Phone", "Referral", "Postal mail", "Fax", "Email")), day]
            writer.writerow([*row, "Closed with explanation", "Yes", "N/A", 7_000_000 + number])
