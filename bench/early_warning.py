"""事前预防 measured: how soon injected surges are found, and how often nothing is found to be one, beside two simple methods.

`python -m bench.early_warning` prints the tables of docs/early-warning.md. No database; the seed makes every figure come again.
"""

import argparse
import csv
import gzip
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean, median, stdev
from zoneinfo import ZoneInfo

import msgspec
from chinese_calendar import constants as announced

from shouwen.core.day_kinds import DayKind, DayKinds
from shouwen.core.early_warning import EarlyWarningRule, Series, scan
from shouwen.core.workdays import HOLIDAYS, Day, WorkingCalendar, official_year, weekends_only

SEED = 2008
DAY = timedelta(days=1)
FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)
JUDGED = date(2020, 6, 1)
"""What lies before is history only."""
RULE = EarlyWarningRule()
TRUE_FACTORS = dict(
    zip(DayKind, (1.30, 1.10, 1.00, 1.00, 0.95, 0.45, 0.35, 0.90, 0.30, 1.80), strict=True)
)
"""Of the simulated bank: Monday to Sunday, weekend day worked, holiday, first working day after."""
LASTS = 28
SURGES: dict[str, Callable[[int], float]] = {
    "step ×2": lambda day: 2.0,
    "step ×3": lambda day: 3.0,
    "ramp to ×3": lambda day: 1 + 2 * (day + 1) / LASTS,
}
RATES = (0.2, 1.0, 5.0, 25.0)
SPREADS = (0.0, 0.1)
EPISODE = 7
"""Alarms that follow each other within a week are one."""
REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "cfpb_complaints.csv.gz"

Method = Callable[[Series, date, date, float], list[date]]
"""Days of alarms between two days, at a strictness."""


# --- The methods -----------------------------------------------------------------------------------------------------


class Ours:
    """What the program does, at a chance of `strictness` in each window."""

    name = "Shouwen"

    def __init__(self, kinds: DayKinds, whole: Series | None) -> None:
        self.kinds, self.whole = kinds, whole

    def __call__(self, series: Series, first: date, last: date, strictness: float) -> list[date]:
        found = scan(series, first, last, self.kinds, RULE, strictness, self.whole)
        return sorted({each.day for each in found})


def fixed(series: Series, first: date, last: date, strictness: float) -> list[date]:
    """固定阈值: mean + `strictness` standard deviations of the year before the first day judged; never moved."""
    past = [series.counts.get(first - back * DAY, 0) for back in range(1, 366) if first - back * DAY >= series.since]
    bar = fmean(past) + strictness * stdev(past)
    return [day for day in days(first, last) if _enough(series, day) and series.counts.get(day, 0) > bar]


def ears_c2(series: Series, first: date, last: date, strictness: float) -> list[date]:
    """EARS C2: mean + `strictness` standard deviations of seven days, with two days between them and the day judged."""
    found = []
    for day in days(first, last):
        past = [series.counts.get(day - back * DAY, 0) for back in range(3, 10)]
        bar = fmean(past) + strictness * max(stdev(past), 0.2)
        if _enough(series, day) and series.counts.get(day, 0) > bar:
            found.append(day)
    return found


def _enough(series: Series, day: date) -> bool:
    """The minimum count is given to the simple methods too: without it they warn of every second complaint of a small series."""
    return series.counts.get(day, 0) >= RULE.fewest


# --- The simulated bank ----------------------------------------------------------------------------------------------


def days(first: date, last: date) -> Iterator[date]:
    for index in range((last - first).days + 1):
        yield first + index * DAY


def calendar() -> WorkingCalendar:
    rows: dict[date, Day] = {}
    for year in range(FIRST.year - 1, LAST.year + 1):
        off = {
            day: HOLIDAYS[announced.Holiday(name).name] for day, name in announced.holidays.items() if day.year == year
        }
        rows |= official_year(year, off, [day for day in announced.workdays if day.year == year], "chinesecalendar")
    return WorkingCalendar(rows, ZoneInfo("Asia/Shanghai"))


class Bank:
    """Series whose truth is known: factors of the kinds of day, each series' own a little off them, a slow wave through the year, and counts
    that stray by `spread` beyond chance."""

    def __init__(self, dice: Random, kinds: DayKinds) -> None:
        self.dice, self.kinds = dice, kinds

    def series(self, rate: float, spread: float, surge: Callable[[int], float] | None = None, at: date = LAST) -> Series:
        dice = self.dice
        own = {kind: factor * dice.uniform(0.85, 1.15) for kind, factor in TRUE_FACTORS.items()}
        turn = dice.uniform(0, math.tau)
        counts = {}
        for index, day in enumerate(days(FIRST, LAST)):
            mean = rate * own[self.kinds(day)] * (1 + 0.2 * math.sin(math.tau * index / 365 + turn))
            if surge is not None and 0 <= (day - at).days < LASTS:
                mean *= surge((day - at).days)
            if spread:
                mean = dice.gammavariate(1 / spread, spread * mean)
            counts[day] = poisson(dice, mean)
        return Series(counts, FIRST)


def poisson(dice: Random, mean: float) -> int:
    """Knuth's product, in pieces that do not vanish."""
    count = 0
    while mean > 30:
        count, mean = count + poisson(dice, 30), mean - 30
    bar, product = math.exp(-mean), dice.random()
    while product > bar:
        count, product = count + 1, product * dice.random()
    return count


# --- Measuring -------------------------------------------------------------------------------------------------------


class Measured(msgspec.Struct, frozen=True):
    method: str
    false_per_year: float
    delay: float | None
    within_7: float
    within_14: float


def episodes(alarms: Sequence[date]) -> int:
    return sum(1 for before, day in zip((None, *alarms), alarms, strict=False) if before is None or (day - before).days > EPISODE)


def false_alarms(method: Method, quiet: Sequence[Series], strictness: float) -> float:
    """Episodes per series and year where there is no surge."""
    years = ((LAST - JUDGED).days + 1) / 365.25
    return sum(episodes(method(each, JUDGED, LAST, strictness)) for each in quiet) / (len(quiet) * years)


def as_strict_as(method: Method, quiet: Sequence[Series], wanted: float) -> float:
    """The standard deviations at which a simple method has as few false alarms as ours: searched, on other series than it is measured on."""
    low, high = 0.0, 20.0
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (middle, high) if false_alarms(method, quiet, middle) > wanted else (low, middle)
    return high


def detection(method: Method, surged: Sequence[tuple[Series, date]], strictness: float) -> tuple[float | None, float, float]:
    """Median delay of those found, and the shares found within 7 and 14 days. A delay of 0 is the first day, known the next morning."""
    delays = []
    for series, at in surged:
        alarms = [day for day in method(series, at - 14 * DAY, at + (LASTS - 1) * DAY, strictness) if day >= at]
        delays.append((alarms[0] - at).days if alarms else math.inf)
    found = [each for each in delays if each < math.inf]
    shares = [sum(each < days for each in delays) / len(delays) for days in (7, 14)]
    return (median(found) if found else None, *shares)  # type: ignore[return-value]


def simulated(per_year: float, count: int, dice: Random, kinds: DayKinds) -> Iterator[list[str]]:
    bank = Bank(dice, kinds)
    whole = bank.series(100, 0.02)
    ours = Ours(kinds, whole)
    strict = per_year / (365.25 * 2)
    for spread in SPREADS:
        for rate in RATES:
            quiet, other = ([bank.series(rate, spread) for _ in range(count)] for _ in range(2))
            own = false_alarms(ours, quiet, strict)
            goal = max(own, 1 / (count * 3.6))
            methods: list[tuple[str, Method, float, float]] = [
                ("Shouwen", ours, strict, own),
                ("fixed 3 sd", fixed, 3.0, false_alarms(fixed, quiet, 3.0)),
                ("EARS C2 3 sd", ears_c2, 3.0, false_alarms(ears_c2, quiet, 3.0)),
            ]
            for name, simple in (("fixed", fixed), ("EARS C2", ears_c2)):
                bar = as_strict_as(simple, other, goal)
                methods.append((f"{name} {bar:.1f} sd", simple, bar, false_alarms(simple, quiet, bar)))
            surged = {name: [_surged(bank, rate, spread, shape) for _ in range(count)] for name, shape in SURGES.items()}
            for name, method, at, wrong in methods:
                cells = [f"{rate:g}", f"{spread:g}", name, f"{wrong:.2f}"]
                for each in surged.values():
                    delay, week, fortnight = detection(method, each, at)
                    cells.append(f"{'–' if delay is None else f'{delay:g}'} / {week:.0%} / {fortnight:.0%}")
                yield cells


def _surged(bank: Bank, rate: float, spread: float, shape: Callable[[int], float]) -> tuple[Series, date]:
    at = JUDGED + bank.dice.randrange((LAST - JUDGED).days - 60) * DAY
    return bank.series(rate, spread, shape, at), at


# --- The real extract ------------------------------------------------------------------------------------------------


def real_series(fewest: int) -> dict[str, Series]:
    """By product and by company, what has at least `fewest` complaints."""
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told: dict[str, Counter[date]] = {}
    for row in rows:
        day = datetime.strptime(row["Date received"], "%Y/%m/%d").date()
        for name in ("all", f"product {row['Product']}", f"company {row['Company']}"):
            told.setdefault(name, Counter())[day] += 1
    first = min(told["all"])
    return {name: Series(counts, first) for name, counts in told.items() if counts.total() >= fewest}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.early_warning")
    parser.add_argument("--per-year", type=float, default=0.5, help="false alarms per series and year that are set")
    parser.add_argument("--series", type=int, default=60, help="simulated series of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    kinds = DayKinds(calendar())
    shapes = " | ".join(f"{name}: delay / ≤7 d / ≤14 d" for name in SURGES)
    print(f"| a day | spread | method | false a year | {shapes} |")
    print("|---|---|---|---|---|---|---|")
    for cells in simulated(given.per_year, given.series, Random(given.seed), kinds):
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
