"""周期: whole months, quarters and years of the bank's calendar, and which of them are over."""

from collections.abc import Iterator
from datetime import date, timedelta

from shouwen.core.text import Text
from shouwen.insight.figures import Period
from shouwen.insight.reporting.models import Rhythm

MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}


def stretch(rhythm: str, day: date) -> Period:
    """The month, quarter or year in which the day lies."""
    months = MONTHS[Rhythm(rhythm)]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first.month - 1 + months
    return Period(first, date(first.year + after // 12, after % 12 + 1, 1) - timedelta(days=1))


def closed(rhythm: str, since: date, today: date) -> Iterator[Period]:
    """Those that are over before today, from the one in which `since` lies, the oldest first."""
    each = stretch(rhythm, since)
    while each.last < today:
        yield each
        each = stretch(rhythm, each.last + timedelta(days=1))


def last_closed(rhythm: str, today: date) -> Period:
    return stretch(rhythm, stretch(rhythm, today).first - timedelta(days=1))


def name_of(rhythm: str, period: Period) -> Text:
    """2026年第3季度 · quarter 3 of 2026."""
    year, month = period.first.year, period.first.month
    match Rhythm(rhythm):
        case Rhythm.YEAR:
            return Text(f"{year}年", str(year))
        case Rhythm.QUARTER:
            return Text(f"{year}年第{(month - 1) // 3 + 1}季度", f"quarter {(month - 1) // 3 + 1} of {year}")
        case _:
            return Text(f"{year}年{month}月", f"{year}-{month:02d}")
