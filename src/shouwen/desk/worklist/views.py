"""工作列表: my tasks and my unit's by what is due, all complaints by receipt, and the search (mission A9, C3)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework import attempts, queries, search
from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import DUE_FIRST, MOST_IN_TAB
from shouwen.casework.rules import standing_policy
from shouwen.casework.search import Found
from shouwen.casework.vault import Vault
from shouwen.core import masking
from shouwen.core.complaint import Stage
from shouwen.core.duties import CASEWORKERS, Action, may
from shouwen.core.policy import Policy
from shouwen.core.policy_unconfirmed import unconfirmed
from shouwen.core.policy_within import LEVELS, reaches
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.access import CASEWORK, may_open
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.parts import Pager
from shouwen.desk.rail import channels_of
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.worklist import searches
from shouwen.desk.worklist.narrowing import OF_FIGURES, Narrowing, narrowing_of
from shouwen.desk.worklist.rows import lines_of
from shouwen.insight.reporting import archive
from shouwen.insight.reporting.schedules import RECIPIENTS
from shouwen.insight.watching import warnings
from shouwen.organisation.directory import directory

TABS = {
    "mine": queries.my_tasks,
    "waiting": queries.waiting_for_others,
    "unit": queries.tasks_of_units,
    "reviews": queries.reviews_asked,
    "escalated": queries.escalated_to,
    "extensions": queries.extensions_asked,
}
WHERE_ANY = frozenset({"escalated", "extensions"})
"""Lists that most people never have anything in: shown where there is something, or when asked for."""


def home(request: DeskRequest) -> HttpResponse:
    """The first page of the day: the own tasks; all complaints for who only looks on; or what an administrator looks after."""
    if not request.actor.duties.isdisjoint(CASEWORK) and request.actor.duties.isdisjoint(CASEWORKERS):
        return redirect("desk:complaints")
    if not request.actor.duties.isdisjoint(CASEWORK):
        return redirect("desk:tasks")
    return redirect("desk:organisation" if may_open("desk:organisation", request.actor.duties) else "desk:policy")


@require_safe
@cache_control(no_store=True, private=True)
def tasks(request: DeskRequest) -> HttpResponse:
    """待办: what waits for this person, what waits for others, what lies with the own units."""
    words_of_tabs = _tab_words(request)
    tab = request.GET.get("list", "mine")
    tab = tab if tab in words_of_tabs else "mine"
    narrowing = narrowing_of(request.GET)
    rows = queries.narrowed(TABS[tab](request.actor), narrowing.filters, timezone.now(), request.actor)
    page = queries.by_due(rows, request.GET.get("after", ""))
    counts = queries.counts_up_to({name: _counted_along(name, request) for name in words_of_tabs}, MOST_IN_TAB)
    found = Found(
        page,
        queries.count_up_to(rows.order_by(*DUE_FIRST), MOST_IN_TAB) if narrowing.chips else counts[tab],
        MOST_IN_TAB,
    )
    tabs = [
        (name, words, _counted(counts[name]), name == tab)
        for name, words in words_of_tabs.items()
        if counts[name] or name == tab or name not in WHERE_ANY
    ]
    return render(
        request,
        "desk/worklist/tasks.html",
        {
            **_list_context(request, found, narrowing),
            "tabs": tabs,
            "tab": tab,
            "may_register": bool(channels_of(request.actor)),
            "reports_waiting": _reports_waiting(request),
            "warnings_owned": warnings.owned(request.actor),
        },
    )


def _counted_along(tab: str, request: DeskRequest) -> QuerySet[ComplaintRow]:
    """In the order of an index, so that counting stops soon; the index of whom the timer has told has no order."""
    rows = TABS[tab](request.actor)
    return rows if tab == "escalated" else rows.order_by(*DUE_FIRST)


def _reports_waiting(request: DeskRequest) -> int:
    """定期报送 that wait for this person's receipt; others are not asked about."""
    return 0 if request.actor.duties.isdisjoint(RECIPIENTS) else archive.to_receive(request.actor).count()


def _tab_words(request: DeskRequest) -> dict[str, str]:
    tabs = {"mine": _("My tasks"), "waiting": _("Waiting for others"), "unit": _("My unit's")}
    if queries.may_review(request.actor):
        tabs |= {"reviews": _("Reviews asked for")}
    tabs |= {"escalated": _("Escalated to me")}
    if queries.may_decide_extensions(request.actor):
        tabs |= {"extensions": _("Extensions to decide")}
    return tabs


@require_safe
@cache_control(no_store=True, private=True)
def complaints(request: DeskRequest) -> HttpResponse:
    """投诉库: every complaint that this person may see, the newest first, narrowed and searched."""
    text = searches.recall(request.session, request.GET.get("s", ""))
    narrowing = narrowing_of(request.GET, text)
    found = search.found(request.actor, narrowing.filters, timezone.now(), request.GET.get("after", ""))
    return render(
        request,
        "desk/worklist/complaints.html",
        {**_list_context(request, found, narrowing), "search_words": text},
    )


@posted("desk:complaints")
def find(request: DeskRequest) -> HttpResponse:
    """检索: a complaint's number opens it; anything else narrows the list, without standing in the address."""
    text = request.POST.get("q", "").strip()
    if not text:
        return redirect("desk:complaints")
    number = queries.COMPLAINT_NUMBER.search(text.upper())
    if number and queries.visible_to(request.actor).filter(number=number.group()).exists():
        return redirect("desk:case", number=number.group())
    try:
        attempts.require("look-up", str(request.actor.id), attempts.LOOK_UPS, timezone.now())
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:complaints")
    answer = redirect("desk:complaints")
    answer["Location"] += f"?s={searches.remember(request.session, text)}"
    return answer


@require_safe
@cache_control(no_store=True, private=True)
def preview(request: DeskRequest, number: str) -> HttpResponse:
    """预览 beside the list: what is asked, how it stands, whose it is. Personal data are masked."""
    row = queries.visible_to(request.actor).filter(number=number).first()
    complaint = queries.find(request.actor, number) if row else None
    if row is None or complaint is None:
        raise Http404
    details = Vault.open(complaint.id).details
    hides_name = complaint.anonymous and not may(request.actor, Action.REVEAL, complaint)
    return render(
        request,
        "desk/worklist/preview.html",
        {
            "line": lines_of([row], request.actor)[0],
            "statement": masking.worded(complaint.statement, get_language() or "zh-hans"),
            "customer": masking.mask_name(details.name) if details.name and not hides_name else "",
            "phone": masking.mask_phone(details.phone) if details.phone else "",
        },
    )


@require_safe
def policy(request: DeskRequest) -> HttpResponse:
    """规则: the standing pack in words, each line with its source."""
    standing = standing_policy()
    classes = [(each, standing.classes_below(each.code)) for each in standing.classes if each.parent is None]
    return render(
        request,
        "desk/worklist/policy.html",
        {
            "policy": standing,
            "classes": classes,
            "limits": [
                (limit, [(extension, reach, LEVELS[extension.approve]) for extension, reach in reaches(limit)])
                for limit in standing.time_limits
            ],
            "unconfirmed": unconfirmed(standing),
        },
    )


def _list_context(request: DeskRequest, found: Found, narrowing: Narrowing) -> dict[str, Any]:
    for sentence in narrowing.unread:
        messages.warning(request, sentence)
    standing = standing_policy()
    return {
        "lines": lines_of(found.page.rows, request.actor),
        "chips": narrowing.chips,
        "kept": [chip for chip in narrowing.chips if chip.key in OF_FIGURES],
        "chosen": {chip.key: chip.value for chip in narrowing.chips},
        "pager": Pager(after=found.page.next, words=_count_in_words(found)),
        "is_first": not request.GET.get("after"),
        "stages": [(stage.value, stage.label) for stage in Stage],
        "classes": list(_classes(standing)),
        "channels": [(channel.code, channel.title) for channel in standing.channels],
        "units": _units_within(request),
        "count": found.count,
    }


def _classes(policy: Policy) -> Iterator[tuple[str, str | Text]]:
    """The classes as choices, those of the second level set in below their first."""
    for each in policy.classes:
        if each.parent is None:
            yield each.code, each.title
            for below in policy.classes_below(each.code):
                yield below.code, f"　{in_reader_language(below.title)}"


def _units_within(request: DeskRequest) -> list[tuple[str, str]]:
    """The units that this person's posts reach, as choices; those of one outlet have no choice to make."""
    reached = {post.scope_id for post in request.actor.posts} | {post.unit_id for post in request.actor.posts}
    units = directory().units()
    within = [unit for unit in units if not reached.isdisjoint(unit.line)]
    return [(unit.code, "　" * (len(unit.line) - 1) + unit.name) for unit in within] if len(within) > 1 else []


def _counted(count: int) -> str:
    return f"{MOST_IN_TAB}+" if count > MOST_IN_TAB else str(count)


def _count_in_words(found: Found) -> str:
    if found.count > found.most:
        return _("more than %(count)s complaints") % {"count": found.most}
    return ngettext("%(count)s complaint", "%(count)s complaints", found.count) % {"count": found.count}
