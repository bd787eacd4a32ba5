"""事前预防 measured: how soon injected surges are found, and how often nothing is found to be one, beside two simple methods.

`python -m bench.early_warning` prints the tables of docs/early-warning.md. No database; the seed makes every figure come again.
"""

import argparse
import csv
import gzip
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import fmean, median, stdev
from zoneinfo import ZoneInfo

import msgspec
from chinese_calendar import constants as announced

from bench.table import Figure
from shouwen.core.day_kinds import DayKind, DayKinds
from shouwen.core.early_warning import EarlyWarningRule, Series, scan, seasons_of
from shouwen.core.workdays import HOLIDAYS, Day, WorkingCalendar, official_year, weekends_only

SEED = 2008
DAY = timedelta(days=1)
FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)
JUDGED = date(2020, 6, 1)
"""What lies before is history only."""
RULE = EarlyWarningRule()
TRUE_FACTORS = dict(zip(DayKind, (1.30, 1.10, 1.00, 1.00, 0.95, 0.45, 0.35, 0.90, 0.30, 1.80), strict=True))
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
        self.kinds = kinds
        self.whole = seasons_of(whole, kinds, RULE) if whole is not None else None

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

    def series(
        self, rate: float, spread: float, surge: Callable[[int], float] | None = None, at: date = LAST
    ) -> Series:
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
    return sum(
        1
        for before, day in zip((None, *alarms), alarms, strict=False)
        if before is None or (day - before).days > EPISODE
    )


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


def detection(
    method: Method, surged: Sequence[tuple[Series, date]], strictness: float
) -> tuple[float | None, float, float]:
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
            surged = {
                name: [_surged(bank, rate, spread, shape) for _ in range(count)] for name, shape in SURGES.items()
            }
            for name, method, at, wrong in methods:
                cells = [f"{rate:g}", f"{spread:g}", name, f"{wrong:.2f}"]
                yield [*cells, *(_told(detection(method, each, at)) for each in surged.values())]


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
        day = date(*map(int, row["Date received"].split("/")))
        for name in ("all", f"product {row['Product']}", f"company {row['Company']}"):
            told.setdefault(name, Counter())[day] += 1
    first = min(told["all"])
    return {name: Series(counts, first) for name, counts in told.items() if counts.total() >= fewest}


def real(per_year: float, dice: Random) -> Iterator[list[str]]:
    """Each series of the extract in its last twelve months: the alarms of what really came (of which nobody knows what they were), and how soon
    surges are found that are put on top of it, at twenty days of the year each."""
    kinds = DayKinds(WorkingCalendar({}, ZoneInfo("America/New_York"), unannounced=weekends_only))
    told = real_series(100)
    whole = told.pop("all")
    last = max(whole.counts) - 7 * DAY
    first = last - 364 * DAY
    strict = per_year / (365.25 * 2)
    methods: list[tuple[str, Method, float]] = [
        ("Shouwen", Ours(kinds, whole), strict),
        ("fixed 3 sd", fixed, 3.0),
        ("EARS C2 3 sd", ears_c2, 3.0),
    ]
    starts = [first + dice.randrange(365 - LASTS) * DAY for _ in range(20)]
    for name, series in told.items():
        a_day = sum(count for day, count in series.counts.items() if first <= day <= last) / 365
        if a_day < 0.2:
            continue
        surged = {factor: [(_on_top(series, a_day * (factor - 1), at, dice), at) for at in starts] for factor in (2, 3)}
        for method_name, method, at in methods:
            cells = [name, f"{a_day:.1f}", method_name, str(episodes(method(series, first, last, at)))]
            cells += [_told(detection(method, each, at)) for each in surged.values()]
            yield cells


def _on_top(series: Series, more: float, at: date, dice: Random) -> Series:
    counts = dict(series.counts)
    for day in days(at, at + (LASTS - 1) * DAY):
        counts[day] = counts.get(day, 0) + poisson(dice, more)
    return Series(counts, series.since)


def _told(found: tuple[float | None, float, float]) -> str:
    delay, week, fortnight = found
    return f"{'–' if delay is None else f'{delay:g}'} / {week:.0%} / {fortnight:.0%}"


def measure(count: int = 12) -> list[Figure]:
    """For `python -m bench`: what is promised of false alarms, and how soon a doubling is found."""
    kinds, dice, per_year = DayKinds(calendar()), Random(SEED), 0.5
    bank = Bank(dice, kinds)
    ours, strict = Ours(kinds, bank.series(100, 0.02)), per_year / (365.25 * 2)
    quiet = [bank.series(5.0, 0.1) for _ in range(count)]
    wrong = false_alarms(ours, quiet, strict)
    delay, week, _fortnight = detection(
        ours, [_surged(bank, 5.0, 0.1, SURGES["step ×3"]) for _ in range(count)], strict
    )
    return [
        Figure("early warning: false alarms per series and year", f"{wrong:.2f}", f"≤ {per_year}", wrong <= per_year),
        Figure("early warning: five a day become fifteen", f"found after {delay} days, {week:.0%} within 7"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.early_warning")
    parser.add_argument("--per-year", type=float, default=0.5, help="false alarms per series and year that are set")
    parser.add_argument("--series", type=int, default=40, help="simulated series of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--real", action="store_true", help="the real extract only")
    given = parser.parse_args()
    dice = Random(given.seed)
    if not given.real:
        kinds = DayKinds(calendar())
        shapes = [f"{name}: delay / ≤7 d / ≤14 d" for name in SURGES]
        table(
            ["a day", "spread", "method", "false a year", *shapes], simulated(given.per_year, given.series, dice, kinds)
        )
    if REAL.exists():
        heads = [
            "series",
            "a day",
            "method",
            "alarms in the year",
            "×2: delay / ≤7 d / ≤14 d",
            "×3: delay / ≤7 d / ≤14 d",
        ]
        table(heads, real(given.per_year, dice))


def table(heads: Sequence[str], lines: Iterator[list[str]]) -> None:
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for cells in lines:
        print("| " + " | ".join(cells) + " |", flush=True)
    print()


if __name__ == "__main__":
    main()
