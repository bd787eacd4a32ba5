"""上位规则: a bank's own pack keeps inside the limits of the one that it names as `within` (mission A7).

A limit in working days is held against one in calendar days by the longest that it may take, with the longest break that the
upper pack knows of: a limit that keeps inside only in most months is no limit inside.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shouwen.core.policy_file import Path
from shouwen.core.text import Text
from shouwen.core.timelimits import TimeLimit, limit_in_words

if TYPE_CHECKING:
    from shouwen.core.policy import Policy

Finding = tuple[Path, str, str]
WEEK, WEEKEND = 5, 2


def outside(policy: "Policy", upper: "Policy") -> Iterator[Finding]:
    """Every limit of `policy` that is longer than what `upper` allows for the same class or the same step."""
    places = {limit.code: index for index, limit in enumerate(policy.time_limits)}
    for index, class_ in enumerate(policy.classes):
        if class_.time_limit is None or class_.time_limit not in places:
            continue
        limit = policy.time_limit(class_.time_limit)
        allowed = _allowed(class_.code, upper)
        if allowed is None or is_inside(limit, allowed, upper):
            continue
        rewritten = next((each for each in upper.time_limits if each.code == limit.code), None) != limit
        path: Path = ("time_limits", places[limit.code], "days") if rewritten else ("classes", index, "time_limit")
        yield path, *_longer(class_.title, limit, allowed, upper)
    used = {class_.time_limit for class_ in (*policy.classes, *upper.classes)}
    for allowed in upper.time_limits:
        if allowed.code in used or upper.is_own(allowed.source) or allowed.code not in places:
            continue
        limit = policy.time_limit(allowed.code)
        if not is_inside(limit, allowed, upper):
            yield ("time_limits", places[limit.code], "days"), *_longer(None, limit, allowed, upper)


def _allowed(code: str, upper: "Policy") -> TimeLimit | None:
    """What the upper pack allows this class; for a class that it does not know, the longest that it allows any."""
    limits = {class_.code: upper.time_limit(class_.time_limit) for class_ in upper.classes if class_.time_limit}
    if code in limits:
        return limits[code]
    return max(limits.values(), key=lambda limit: at_most(limit, upper), default=None)


def is_inside(limit: TimeLimit, allowed: TimeLimit, upper: "Policy") -> bool:
    """Whether `limit` never ends after `allowed`. N working days are never shorter than N calendar days."""
    if limit.unit == allowed.unit or limit.unit == "calendar_days":
        return limit.days <= allowed.days
    return at_most(limit, upper) <= allowed.days


def at_most(limit: TimeLimit, upper: "Policy") -> int:
    """The calendar days that a limit may take at most: each week with its weekend, and the longest break on the way."""
    if limit.unit == "calendar_days":
        return limit.days
    weekends = -(-limit.days // WEEK) * WEEKEND
    return limit.days + weekends + (upper.longest_break.days if upper.longest_break else 0)


def _longer(class_: Text | None, limit: TimeLimit, allowed: TimeLimit, upper: "Policy") -> tuple[str, str]:
    own, other = limit_in_words(limit), limit_in_words(allowed)
    cited = upper.cite(allowed.source)
    takes = Text("")
    if limit.unit != allowed.unit and limit.unit == "working_days":
        days = at_most(limit, upper)
        takes = Text(f"（遇长假最多可达{days}日）", f" (up to {days} calendar days over a long holiday)")
    return (
        f"{f'“{class_.zh}”的' if class_ else ''}时限“{limit.title.zh}”为{own.zh}{takes.zh}，"
        f"超过 {upper.key} 所允许的{other.zh}（{cited.zh}），请缩短",
        f"the time limit “{limit.title.en}”{f' for “{class_.en}”' if class_ else ''} is {own.en}{takes.en}, "
        f"longer than the {other.en} that {upper.key} allows ({cited.en}); make it shorter",
    )
