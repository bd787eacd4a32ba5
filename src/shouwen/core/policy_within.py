"""上位规则: a bank's own pack keeps inside the limits of the one that it names as `within` (mission A7).

A limit in working days is held against one in calendar days by the longest that it may take, with the longest break that the
upper pack knows of: a limit that keeps inside only in most months is no limit inside.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shouwen.core.policy_file import Path
from shouwen.core.text import Text
from shouwen.core.timelimits import ExtensionRule, TimeLimit, limit_in_words

if TYPE_CHECKING:
    from shouwen.core.policy import Policy

Finding = tuple[Path, str, str]
WEEK, WEEKEND = 5, 2
LEVELS = {
    "unit_leader": Text("由本单位第一责任人批准", "approved by the unit's leader"),
    "superior_leader": Text("由上级机构第一责任人批准", "approved by the superior institution's leader"),
    "head_office_leader": Text("由总行负责人批准", "approved by a leader of the head office"),
}
"""Who approves an extension, from the lowest to the highest."""
RANKS = tuple(LEVELS)


def outside(policy: "Policy", upper: "Policy") -> Iterator[Finding]:
    """Every limit of `policy` that is longer than what `upper` allows for the same class or the same step.

    So too an extension that goes further, or lower in the bank, or unknown to the customer; and a pause that `upper` does not
    know.
    """
    yield from _pauses(policy, upper)
    needed: dict[str, TimeLimit] = {}
    seen: set[tuple[str, str]] = set()
    longer: dict[tuple[Path, str], list[Text]] = {}
    places = {limit.code: index for index, limit in enumerate(policy.time_limits)}
    for index, class_ in enumerate(policy.classes):
        if class_.time_limit is None or class_.time_limit not in places:
            continue
        limit = policy.time_limit(class_.time_limit)
        allowed = _allowed(class_.code, upper)
        if allowed is None:
            continue
        if is_inside(limit, allowed, upper):
            if (limit.code, allowed.code) not in seen:
                yield from _extensions(limit, allowed, upper, ("time_limits", places[limit.code], "extensions"))
            seen.add((limit.code, allowed.code))
            continue
        rewritten = next((each for each in upper.time_limits if each.code == limit.code), None) != limit
        path: Path = ("time_limits", places[limit.code], "days") if rewritten else ("classes", index, "time_limit")
        longer.setdefault((path, limit.code), []).append(class_.title)
        needed[limit.code] = allowed
    for (path, code), titles in longer.items():
        yield path, *_longer(titles, policy.time_limit(code), needed[code], upper)
    used = {class_.time_limit for class_ in (*policy.classes, *upper.classes)}
    for allowed in upper.time_limits:
        if allowed.code in used or upper.is_own(allowed.source) or allowed.code not in places:
            continue
        limit = policy.time_limit(allowed.code)
        if not is_inside(limit, allowed, upper):
            yield ("time_limits", places[limit.code], "days"), *_longer([], limit, allowed, upper)
        else:
            yield from _extensions(limit, allowed, upper, ("time_limits", places[limit.code], "extensions"))


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
    return _at_most(limit.days, limit.unit, upper)


def _at_most(days: int, unit: str, upper: "Policy") -> int:
    if unit == "calendar_days":
        return days
    weekends = -(-days // WEEK) * WEEKEND
    return days + weekends + (upper.longest_break.days if upper.longest_break else 0)


def reaches(limit: TimeLimit) -> Iterator[tuple[ExtensionRule, int]]:
    """How many days from the start each extension reaches, if those before it were used too."""
    days = limit.days
    for extension in limit.extensions:
        days = max(days, extension.total_days) if extension.total_days else days + (extension.days or 0)
        yield extension, days


def _extensions(limit: TimeLimit, allowed: TimeLimit, upper: "Policy", path: Path) -> Iterator[Finding]:
    steps = list(reaches(allowed))
    for index, (extension, days) in enumerate(reaches(limit)):
        same = limit.unit == allowed.unit or limit.unit == "calendar_days"
        longest = days if same else _at_most(days, limit.unit, upper)
        if longest <= allowed.days:
            continue
        needed = next((step for step, reach in steps if longest <= reach), None)
        here = (*path, index)
        if needed is None:
            most = max((reach for _, reach in steps), default=allowed.days)
            yield (
                here,
                f"延期“{extension.title.zh}”后最多可达{longest}日，超过 {upper.key} 所允许的{most}日，请缩短",
                f"with the extension “{extension.title.en}” it may take {longest} days, more than the {most} that "
                f"{upper.key} allows; make it shorter",
            )
        elif RANKS.index(extension.approve) < RANKS.index(needed.approve):
            yield (
                (*here, "approve"),
                f"延期“{extension.title.zh}”须由“{needed.approve}”批准（{upper.cite(needed.source).zh}）",
                f"the extension “{extension.title.en}” has to be approved by “{needed.approve}” "
                f"({upper.cite(needed.source).en})",
            )
        elif needed.tell_customer and not extension.tell_customer:
            yield (
                here,
                f"延期“{extension.title.zh}”须告知客户（tell_customer: true；{upper.cite(needed.source).zh}）",
                f"the customer has to be told of the extension “{extension.title.en}” (tell_customer: true; "
                f"{upper.cite(needed.source).en})",
            )


def _pauses(policy: "Policy", upper: "Policy") -> Iterator[Finding]:
    known = {ground.code for ground in upper.pauses}
    for index, ground in enumerate(policy.pauses):
        if ground.code not in known:
            yield (
                ("pauses", index),
                f"{upper.key} 不允许因“{ground.title.zh}”中止计时；可用的事由：{'、'.join(sorted(known)) or '无'}"
                "（沿用其他规则包时，可写 without: [pauses]）",
                f"{upper.key} knows no pause for “{ground.title.en}”; known: {', '.join(sorted(known)) or 'none'} "
                "(of another pack's, write without: [pauses])",
            )


def _longer(classes: list[Text], limit: TimeLimit, allowed: TimeLimit, upper: "Policy") -> tuple[str, str]:
    own, other = limit_in_words(limit), limit_in_words(allowed)
    cited = upper.cite(allowed.source)
    takes = Text("")
    if limit.unit != allowed.unit and limit.unit == "working_days":
        days = at_most(limit, upper)
        takes = Text(f"（遇长假最多可达{days}日）", f" (up to {days} calendar days over a long holiday)")
    zh, en = "、".join(each.zh for each in classes), ", ".join(each.en for each in classes)
    return (
        f"{f'“{zh}”的' if classes else ''}时限“{limit.title.zh}”为{own.zh}{takes.zh}，"
        f"超过 {upper.key} 所允许的{other.zh}（{cited.zh}），请缩短",
        f"the time limit “{limit.title.en}”{f' for “{en}”' if classes else ''} is {own.en}{takes.en}, "
        f"longer than the {other.en} that {upper.key} allows ({cited.en}); make it shorter",
    )
