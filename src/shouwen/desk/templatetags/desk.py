"""The desk's own template tags: icons, clocks, marks, moments, query strings. Vocabulary: docs/design-language.md."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.core.workdays import weekday_name
from shouwen.desk.access import may_open
from shouwen.desk.clocks import words_for_the_script
from shouwen.desk.parts import ClockFace, ClockState, Step, StepState
from shouwen.desk.rail import entries_for
from shouwen.desk.templatetags.texts import in_reader_language

register = template.Library()

CURSORS = ("after", "before")
MARKS = {
    "returned": gettext_lazy("Sent back"),
    "supervised": gettext_lazy("Supervised"),
    "media": gettext_lazy("Media"),
    "repeat": gettext_lazy("Repeat"),
    "dispute": gettext_lazy("Economic dispute"),
    "duplicate": gettext_lazy("Registered twice"),
    "group": gettext_lazy("Group"),
    "secrecy": gettext_lazy("Secret"),
    "anonymous": gettext_lazy("Anonymous"),
    "suspended": gettext_lazy("Suspended"),
    "extended": gettext_lazy("Extended"),
    "mediation": gettext_lazy("Mediation"),
    "discipline": gettext_lazy("Discipline"),
    "legal_hold": gettext_lazy("Legal hold"),
    "reopened": gettext_lazy("Reopened"),
    "news": gettext_lazy("News from the customer"),
    "review": gettext_lazy("Review asked for"),
    "warning": gettext_lazy("Limit near"),
    "up": gettext_lazy("Escalated"),
}
TONES = {"ok": "check", "near": "warning", "late": "overdue", "done": "clock-done", "info": "info", "plain": ""}
GAUGE = 1000
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon from the sprite. Without a label it is decoration, and screen readers pass over it."""
    if not label:
        return _decoration(name, css)
    classes = f"icon {css}".strip()
    return format_html(
        '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', classes, label, _sprite(), name
    )


@lru_cache(maxsize=512)
def _decoration(name: str, css: str) -> SafeString:
    """A page has more than thirty of them; drawn anew each time they took a seventh of it."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        _sprite(),
        name,
    )


def _sprite() -> str:
    return asset("desk/icons.svg")


@register.simple_tag
@cache
def asset(path: str) -> str:
    """The address of a file that comes with the desk, looked up once: the head of every page asks for seventeen."""
    return static(path)


@register.simple_tag
def options(choices: Iterable[tuple[str, str | Text]], chosen: str | None) -> SafeString:
    """选项 of a list to choose from. A loop in the template took a tenth of a page with four lists."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (code, SafeString(" selected") if code == chosen else "", in_reader_language(words))
            for code, words in choices
        ),
    )


@register.simple_tag
def seal() -> SafeString:
    """The vermilion seal of the program: 问, a gate with a mouth in it."""
    return format_html(
        '<svg class="seal" aria-hidden="true" focusable="false"><use href="{}#seal"></use></svg>', _sprite()
    )


@register.simple_tag
def badge(tone: str, words: str | Text) -> SafeString:
    """状态标签 in one of the tones ok, near, late, done, info, plain: shape and word, colour last."""
    shape = icon(TONES[tone]) if TONES[tone] else ""
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, shape, in_reader_language(words))


@register.simple_tag
def mark(code: str) -> SafeString:
    """标记 (督办, 媒体, 重复, 群体, 保密 …): a fact beside the stage."""
    return format_html('<span class="mark mark-{}">{}{}</span>', code, icon(code), MARKS[code])


@register.simple_tag
def marks(codes: Iterable[str]) -> SafeString:
    inner = format_html_join("", "{}", ((mark(code),) for code in codes))
    return format_html('<span class="marks">{}</span>', inner) if inner else SafeString("")


@register.simple_tag
def clock(face: ClockFace | None) -> SafeString:
    """时限牌: shape, words; its title says which limit, and when it ends. Nothing when there is no clock."""
    if face is None:
        return SafeString("")
    due = _in_bank_zone(face.due, "full")
    title = gettext("%(limit)s: due %(moment)s") % {"limit": in_reader_language(face.title), "moment": due}
    if face.provisional:
        title += gettext(" (provisional: the official calendar is not announced yet)")
    return format_html(
        '<span class="clock clock-{}{}" title="{}" data-clock="{}" data-left="{}" data-day="{}" data-open-for="{}" data-warn="{}">'
        '{}<span class="clock-words">{}</span></span>',
        face.state,
        " clock-provisional" if face.provisional else "",
        title,
        face.state,
        face.left,
        face.day,
        face.open_for,
        face.warn_below,
        icon(f"clock-{face.state}"),
        in_reader_language(face.words),
    )


@register.inclusion_tag("desk/parts/clock_card.html")
def clock_card(face: ClockFace) -> dict[str, Any]:
    """The large clock: words, due moment, gauge with a tick for each working day, and the explanation."""
    share = 1.0 if face.state is ClockState.OVERDUE else min(max(face.run, 0.0), 1.0)
    return {
        "face": face,
        "run": str(round(share * GAUGE)),
        "ticks": [str(round(tick * GAUGE)) for tick in face.ticks],
        "target": None if face.target_run is None else str(round(face.target_run * GAUGE)),
    }


@register.inclusion_tag("desk/parts/stage_bar.html")
def stage_bar(steps: Sequence[Step]) -> dict[str, Any]:
    """环节条, a ruler with a graduation for each stage; on a phone one line and a scale."""
    current = next(
        (place for place, step in enumerate(steps, 1) if step.state in (StepState.NOW, StepState.END)), len(steps)
    )
    return {"steps": steps, "current": current, "total": len(steps), "step": steps[current - 1]}


@register.simple_tag
def when(moment: datetime | None, form: str = "short") -> SafeString:
    """A moment in the bank's zone: short (11-24 14:02, with the year when it is another one), date, full, ago."""
    if moment is None:
        return SafeString("")
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        moment.isoformat(timespec="seconds"),
        _in_bank_zone(moment, "full"),
        SafeString(" data-ago") if form == "ago" else "",
        _ago(moment) if form == "ago" else _in_bank_zone(moment, form),
    )


@register.simple_tag(takes_context=True)
def query_without(context: Context, key: str, value: object) -> str:
    """The query string without one value of one key, and without the page one was on."""
    query = _query(context)
    query.setlist(key, [kept for kept in query.getlist(key) if kept != str(value)])
    return _written(query)


@register.simple_tag(takes_context=True)
def query_with(context: Context, key: str, value: object) -> str:
    """The query string with one key set to one value, and without the page one was on."""
    query = _query(context)
    query[key] = str(value)
    return _written(query)


@register.inclusion_tag("desk/parts/sort_by.html", takes_context=True)
def sort_by(context: Context, key: str, label: str, css: str = "") -> dict[str, Any]:
    """A sortable column head: writes `?sort=key`, then `?sort=-key`, and says so to screen readers."""
    now = context["request"].GET.get("sort", "")
    descending = now == f"-{key}"
    return {
        "label": label,
        "css": css,
        "href": query_with(context, "sort", f"-{key}" if now == key else key),
        "sorted": "descending" if descending else "ascending" if now == key else "",
        "icon": "sort-down" if descending else "sort-up" if now == key else "sort",
    }


@register.inclusion_tag("desk/parts/rail.html", takes_context=True)
def rail(context: Context, current: str = "") -> dict[str, Any]:
    """左侧导航. Entries whose pages are not built are left out; `current` names the URL of the entry that is on."""
    request: HttpRequest | None = context.get("request")
    return {
        "entries": entries_for(request, current),
        "request": request,
        "user": context.get("user"),
        "acting": context.get("acting"),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def opens(context: Context, page: str) -> bool:
    """Whether the page of this name is open to the reader; yes where nobody is known (the style page)."""
    actor = getattr(context.get("request"), "actor", None)
    return actor is None or may_open(page, actor.duties)


@register.simple_tag
def desk_words() -> dict[str, str]:
    return words_for_the_script()


@register.simple_tag
def days(count: int, unit: str) -> str:
    """3 个工作日, 1 calendar day: a number of days with its unit."""
    if unit == "working_days":
        words = ngettext("%(count)s working day", "%(count)s working days", count)
    else:
        words = ngettext("%(count)s calendar day", "%(count)s calendar days", count)
    return words % {"count": count}


@register.filter
def cited(source: str, policy: Policy) -> str:
    """依据 of a rule of this pack, for people: what the bank has set itself, the slides by their numbers, anything else as the pack titles it."""
    parts = [part.strip() for part in source.split(";")]
    own = [part for part in parts if policy.is_own(part)]
    slides = [part.removeprefix("slides ").replace("-", "–") for part in parts if part.startswith("slides ")]
    named = "; ".join(part for part in parts if part not in own and not part.startswith("slides "))
    said = [
        *([gettext("training slides %(numbers)s") % {"numbers": ", ".join(slides)}] if slides else []),
        *([in_reader_language(policy.cite(named))] if named else []),
        *([gettext("the bank's own rule")] if own else []),
    ]
    return gettext("; ").join(said)


def _in_bank_zone(moment: datetime, form: str) -> str:
    local = timezone.localtime(moment)
    match form:
        case "date":
            return f"{local:%Y-%m-%d} {_weekday(local)}"
        case "full":
            return f"{local:%Y-%m-%d} {_weekday(local)} {local:%H:%M}"
        case "time":
            return f"{local:%H:%M}"
        case _:
            this_year = local.year == timezone.localtime().year
            return f"{local:%m-%d %H:%M}" if this_year else f"{local:%Y-%m-%d %H:%M}"


def _weekday(local: datetime) -> str:
    """周二, Tue."""
    name = weekday_name(local.date())
    return in_reader_language(Text(name.zh, name.en[:3]))


def _ago(moment: datetime) -> str:
    seconds = int((timezone.now() - moment).total_seconds())
    if seconds < MINUTE:
        return gettext("just now")
    if seconds < HOUR:
        return gettext("%(count)s min ago") % {"count": seconds // MINUTE}
    if seconds < DAY:
        return gettext("%(count)s h ago") % {"count": seconds // HOUR}
    return _in_bank_zone(moment, "short")


def _query(context: Context) -> QueryDict:
    query = context["request"].GET.copy()
    for cursor in CURSORS:
        query.pop(cursor, None)
    return query


def _written(query: QueryDict) -> str:
    return f"?{query.urlencode()}"
