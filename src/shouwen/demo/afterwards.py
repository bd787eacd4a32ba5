"""此后去留: what the demo bank's customers did after their complaints, and how many customers each unit has, as files through the import's own door."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.core.loyalty import SOLVED, SOLVED_FAST, UNSOLVED, Solution, outcome_for
from shouwen.core.people import UnitKind
from shouwen.core.policy_terms import RatioToOne
from shouwen.demo.bank import UNITS
from shouwen.demo.year import Dice
from shouwen.insight import activity, denominators
from shouwen.insight.loading import load
from shouwen.organisation.importing.plan import Column

STAY_PERCENT = {SOLVED_FAST: 86, SOLVED: 61, UNSOLVED: 24, "": 70}
"""Invented, and near the slides' rates: how many of a hundred stay."""
VALUED_PERCENT = 80
STRANGERS = ("13900000001", "13900000002")
"""Rows of customers who never complained here: an import says so and goes on."""
CUSTOMERS = {
    UnitKind.OUTLET: 9_000,
    UnitKind.SUB_BRANCH: 26_000,
    UnitKind.TIER2_BRANCH: 84_000,
    UnitKind.TIER1_BRANCH: 310_000,
    UnitKind.HEAD_OFFICE: 1_250_000,
}


def load_activity(customers: Iterable[tuple[str, Details]], today: date, seed: int) -> None:
    """客户去留 of everyone whose complaint has ended."""
    dice = Dice(seed)
    told = ComplaintRow.objects.filter(secret=False).values_list("number", "solution", "verdict")
    outcomes = {number: _outcome(solution, verdict) for number, solution, verdict in told}
    rows = []
    for number, details in customers:
        if number not in outcomes:
            continue
        stays = dice.happens(STAY_PERCENT[outcomes[number]])
        value = f"{dice.randrange(800, 400_000)}.{dice.randrange(100):02d}" if dice.happens(VALUED_PERCENT) else ""
        rows.append({"phone": details.phone, "day": str(today), "stays": "是" if stays else "否", "value": value})
    rows += [{"phone": phone, "day": str(today), "stays": "是", "value": ""} for phone in STRANGERS]
    _load(activity.KIND, f"客户去留_{today}.csv", activity.COLUMNS, rows, today)


def _outcome(solution: str, verdict: str) -> str:
    return outcome_for(Solution(solution), RatioToOne(verdict) if verdict else None) if solution else ""


def load_denominators(today: date, seed: int) -> None:
    """客户数 of every institution, on the first day of the year."""
    dice = Dice(seed)
    day = today.replace(month=1, day=1)
    rows = [
        {"unit": unit.code, "day": str(day), "customers": str(round(CUSTOMERS[unit.kind] * dice.uniform(0.8, 1.2)))}
        for unit in UNITS
        if unit.kind in CUSTOMERS
    ]
    _load(denominators.KIND, f"网点和客户数_{day}.csv", denominators.COLUMNS, rows, today)


def _load(kind: str, name: str, columns: Sequence[Column], rows: Sequence[dict[str, str]], today: date) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.key for column in columns], restval="")
    writer.writerow({column.key: column.title.zh for column in columns})
    writer.writerows(rows)
    plans = {activity.KIND: activity.plan, denominators.KIND: denominators.plan}
    load(kind, name, text.getvalue().encode("gb18030"), columns, plans[kind], today)
