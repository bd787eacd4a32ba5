"""筛选: from the page's address to `Filters`, and back to chips. What cannot be read is left out, and said."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from shouwen.casework.queries import Filters
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Stage
from shouwen.core.figures import VERDICT_TITLES, Outcome, Process, Timing
from shouwen.core.loyalty import SPEEDS, Solution
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import RatioToOne
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.win_win import Sides
from shouwen.desk.parts import Chip
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory


class Narrowing(msgspec.Struct):
    """What a list is narrowed to, the chips that say so, and the sentences about what could not be read."""

    filters: Filters
    chips: list[Chip]
    unread: list[str]


RATIO_FORM = re.compile(r"[1-9][0-9]{0,6}/[1-9][0-9]{0,6}")
NOT_YET = "-"
"""In an address: what is not on record yet."""

Reader = Callable[[str, Policy], tuple[dict[str, object], str]]


def narrowing_of(query: QueryDict, text: str = "") -> Narrowing:
    """Read the filters of an address. Refuses nothing: a value that makes no sense is left out with a sentence."""
    policy = standing_policy()
    found: dict[str, object] = {}
    chips: list[Chip] = []
    unread: list[str] = []
    for key, (label, read) in READERS.items():
        value = query.get(key, "").strip()
        if not value:
            continue
        try:
            fields, words = read(value, policy)
        except (ValueError, Refusal, LookupError, OverflowError, StopIteration):
            unread.append(_("The filter “%(label)s” could not be read and was left out.") % {"label": label()})
            continue
        found |= fields
        chips.append(Chip(key, value, label(), words))
    return Narrowing(msgspec.convert({**found, "text": text}, Filters), chips, unread)


def _stage(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"stage": Stage(value).value}, in_reader_language(Stage(value).label)


def _kind(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"kind": value}, in_reader_language(policy.kind(value).title)


def _channel(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"channel": value}, in_reader_language(policy.channel(value).title)


def _class(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    if value == NOT_YET:
        return {"classes": ("",)}, _("not recorded yet")
    below = [each.code for each in policy.classes_below(value)]
    return {"classes": (value, *below)}, in_reader_language(policy.class_(value).title)


def _unit(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    unit = directory().unit_by_code(value)
    if unit is None:
        raise LookupError(value)
    return {"unit": unit.id}, unit.name


def _handled(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    found, name = _unit(value, policy)
    return {"handled": found["unit"]}, name


def _below(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    found, name = _unit(value, policy)
    return {"below": found["unit"]}, name


def _recorded(field: str, title: Callable[[Policy, str], Text]) -> Reader:
    """A code of the pack that is recorded in the course of the work, or that none is yet."""

    def read(value: str, policy: Policy) -> tuple[dict[str, object], str]:
        if value == NOT_YET:
            return {field: ""}, _("not recorded yet")
        return {field: value}, in_reader_language(title(policy, value))

    return read


def _survey(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"survey": value}, {"asked": _("asked"), "answered": _("answered the survey")}[value]


def _ratio(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    """Fractions in lowest terms, as they stand in the row: `3/2,5/3`."""
    ratios = tuple(value.split(","))
    if not all(RATIO_FORM.fullmatch(each) for each in ratios):
        raise ValueError(value)
    return {"ratios": ratios}, "、".join(ratios)


def _solution(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    if value in SPEEDS:
        return {"solutions": tuple(each.value for each in SPEEDS[value][0])}, in_reader_language(SPEEDS[value][1])
    return {"solutions": (Solution(value).value,)}, in_reader_language(Solution(value).label)


def _loyalty(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    title = next(each.title for each in policy.loyalty if each.code == value)
    return {"loyalty": value}, in_reader_language(title)


def _sides(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"sides": Sides(value).value}, in_reader_language(Sides(value).label)


def _axis(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    """`cause` asks for what is not chosen yet, `cause:fees` for a category with all below it."""
    code, _colon, category = value.partition(":")
    axis = next(each for each in policy.statistics if each.code == code)
    if not category:
        return {"axis": code}, f"{in_reader_language(axis.title)}: {_('not chosen yet')}"
    found = axis.category(category)
    title = in_reader_language(found.title) if found else category
    return {"axis": code, "categories": axis.with_below(category)}, f"{in_reader_language(axis.title)}: {title}"


def _process(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"process": Process(value).value}, in_reader_language(Process(value).label)


def _flag(field: str) -> Reader:
    def read(value: str, policy: Policy) -> tuple[dict[str, object], str]:
        return {field: True}, _("yes")

    return read


def _day(value: str, zone: ZoneInfo, days: int = 0) -> datetime:
    day = date.fromisoformat(value) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _from(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"received_from": _day(value, working_calendar().zone)}, value


def _until(value: str, policy: Policy) -> tuple[dict[str, object], str]:
    return {"received_until": _day(value, working_calendar().zone, days=1)}, value


READERS: dict[str, tuple[Callable[[], str], Reader]] = {
    "stage": (lambda: _("Stage"), _stage),
    "class": (lambda: _("Class"), _class),
    "channel": (lambda: _("Channel"), _channel),
    "kind": (lambda: _("Kind"), _kind),
    "unit": (lambda: _("Unit"), _unit),
    "overdue": (lambda: _("Overdue"), _flag("overdue")),
    "repeat": (lambda: _("Repeat"), _flag("repeat")),
    "anonymous": (lambda: _("Anonymous"), _flag("anonymous")),
    "in": (lambda: _("Handled in"), _handled),
    "at": (lambda: _("Handled at"), _below),
    "own": (lambda: _("The unit itself"), _flag("own")),
    "cause": (lambda: _("Cause"), _recorded("cause", lambda policy, code: policy.cause(code).title)),
    "liability": (lambda: _("Liability"), _recorded("liability", lambda policy, code: policy.liability(code).title)),
    "verdict": (
        lambda: _("Satisfaction"),
        _recorded("verdict", lambda _policy, code: VERDICT_TITLES[RatioToOne(code)]),
    ),
    "outcome": (lambda: _("Outcome"), _recorded("outcome", lambda _policy, code: Outcome(code).label)),
    "timing": (lambda: _("Reply"), _recorded("timing", lambda _policy, code: Timing(code).label)),
    "survey": (lambda: _("Survey"), _survey),
    "ratio": (lambda: _("Expectation ÷ perception"), _ratio),
    "solution": (lambda: _("Speed and solution"), _solution),
    "loyalty": (lambda: _("Loyalty"), _loyalty),
    "sides": (lambda: _("Win-win"), _sides),
    "axis": (lambda: _("Return"), _axis),
    "process": (lambda: _("Process"), _process),
    "unsigned": (lambda: _("Not signed for in time"), _flag("unsigned")),
    "to_sign": (lambda: _("Waits for a signature"), _flag("to_sign")),
    "returned": (lambda: _("Sent back"), _flag("returned")),
    "disputed": (lambda: _("Economic dispute"), _flag("disputed")),
    "from": (lambda: _("Received from"), _from),
    "until": (lambda: _("Received until"), _until),
}

OF_FIGURES = (
    *("anonymous", "in", "at", "own", "cause", "liability", "verdict", "outcome", "timing"),
    *("survey", "ratio", "solution", "loyalty", "sides"),
    *("axis", "process", "unsigned", "to_sign", "returned", "disputed"),
)
"""Filters that a figure of the statistics sets, which the list's own form keeps."""
