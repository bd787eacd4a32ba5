"""纸面: a letter laid out, before it becomes a page or a PDF. Both are drawn from this, so that they say the same."""

import re
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.text import Text

Lines: TypeAlias = tuple[str, ...]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Controls, and marks that turn the direction of writing: with them a text can read otherwise than it was written."""


class Entry(msgspec.Struct, frozen=True):
    label: str
    value: Lines


class Row(msgspec.Struct, frozen=True):
    """One line of a bordered table: one entry across the sheet, or two side by side."""

    entries: tuple[Entry, ...]
    tall: bool = False


class Prose(msgspec.Struct, frozen=True):
    paragraphs: Lines
    form: str = "prose"


class Table(msgspec.Struct, frozen=True):
    """`label_mm` is how wide the first column is on A4."""

    rows: tuple[Row, ...]
    title: str = ""
    label_mm: int = 24
    form: str = "table"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet and what follows it. `number` is empty on a draft; `seal` are the lines at the right foot, `signs` at the left."""

    language: str
    letterhead: str
    title: str
    number: str
    file_name: str
    draft: str = ""
    greeting: str = ""
    parts: tuple[Prose | Table, ...]
    signs: Lines = ()
    seal: Lines = ()
    dated: datetime
    zone: str


def pair(label: str, value: str, second: str, second_value: str) -> Row:
    return Row((Entry(label, lines(value)), Entry(second, lines(second_value))))


def across(label: str, value: str, *, tall: bool = False) -> Row:
    return Row((Entry(label, lines(value)),), tall)


def lines(text: str) -> Lines:
    """The lines of a text that say something, without what cannot be seen."""
    return tuple(line for line in (_INVISIBLE.sub("", line).strip() for line in text.splitlines()) if line)


def prose(*texts: str) -> Prose:
    return Prose(tuple(line for text in texts for line in lines(text)))


def is_english(language: str) -> bool:
    return language.startswith("en")


def said(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """2026年11月20日 10:32 · 20 November 2026, 10:32, in the bank's zone."""
    local = moment.astimezone(zone)
    return f"{said_day(local.date(), language)}{',' if is_english(language) else ''} {local:%H:%M}"


def said_day(day: date, language: str) -> str:
    if is_english(language):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def into(language: str, zh: str, en: str) -> str:
    return Text(zh, en).into(language)
