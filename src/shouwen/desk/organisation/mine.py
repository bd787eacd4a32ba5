"""我的岗位、请假与授权: what a person holds, when the person is away, and who is deputy meanwhile; the leader sees the unit's."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwen.core.duties import Duty
from shouwen.core.granting import NEVER_LENT
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.organisation.forms import AbsenceForm, LendForm
from shouwen.desk.organisation.pages import acted, form_page, today
from shouwen.desk.organisation.staff import open_complaints
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.organisation import lending, staffing
from shouwen.organisation.lending import Lending
from shouwen.organisation.models import Absence, Delegation, Holding


class PostLine(msgspec.Struct, frozen=True):
    """One of the own posts, and whether it may be lent."""

    holding: Holding
    label: Text
    lendable: bool


class LentLine(msgspec.Struct, frozen=True):
    """One delegation, and whether it has begun."""

    row: Delegation
    label: Text
    runs: bool


class AwayLine(msgspec.Struct, frozen=True):
    """不在岗 of somebody in a unit that the person leads, and how many open complaints wait with them."""

    row: Absence
    waiting: int


def mine(request: DeskRequest) -> HttpResponse:
    own, now = _own(request), today()
    lent = [_lent(row) for row in lending.of_person(own, now)]
    page = {
        "posts": _posts(own),
        "given": [line for line in lent if line.row.giver_id == own],
        "held": [line for line in lent if line.row.deputy_id == own],
        "absences": Absence.objects.filter(staff=own, to_date__gte=now).order_by("from_date"),
        "today": now,
        "waiting": open_complaints(own),
        **_of_the_units(request),
    }
    return render(request, "desk/organisation/mine.html", page)


def _own(request: DeskRequest) -> int:
    assert request.actor.id is not None, "only signed-in people reach these pages"
    return request.actor.id


def _posts(own: int) -> list[PostLine]:
    holdings = staffing.running(Holding.objects.filter(staff=own), today()).select_related("unit").order_by("id")
    return [PostLine(each, Duty(each.duty).label, Duty(each.duty) not in NEVER_LENT) for each in holdings]


def _lent(row: Delegation) -> LentLine:
    return LentLine(row, Duty(row.duty).label, row.from_date <= today())


def _of_the_units(request: DeskRequest) -> dict[str, Any]:
    """What a leader sees: who of the unit is away, now or soon, and what is lent of its posts."""
    led = [post.unit_id for post in request.actor.posts if post.duty is Duty.LEADER]
    if not led:
        return {"leads": False}
    away = Absence.objects.filter(staff__unit__in=led, to_date__gte=today()).exclude(staff=_own(request))
    rows = away.select_related("staff").order_by("from_date", "id")
    return {
        "leads": True,
        "away": [AwayLine(row, open_complaints(row.staff_id)) for row in rows],
        "unit_lent": [_lent(row) for row in lending.current(today()).filter(unit__in=led).exclude(giver=_own(request))],
    }


def own_absence(request: DeskRequest) -> HttpResponse:
    """请假: the person enters the own days. What waits meanwhile is said before and after."""
    own = _own(request)
    waiting = open_complaints(own)
    return form_page(
        request,
        AbsenceForm(request.POST or None, initial={"from_date": today()}),
        lambda given: staffing.add_own_absence(own, given["from_date"], given["to_date"], given["reason"], today()),
        title=_("I shall be away"),
        submit=_("Enter my leave"),
        done=_("Your leave has been entered. Meanwhile new work goes to the next contact.") + _waits(waiting),
        back=reverse("desk:mine"),
        own=True,
        lead=_("New work then goes to the next contact.") + _waits(waiting),
    )


def _waits(waiting: int) -> str:
    if not waiting:
        return ""
    said = ngettext(
        "%(count)s open complaint of yours will wait: hand it over, or lend your post to a deputy.",
        "%(count)s open complaints of yours will wait: hand them over, or lend your post to a deputy.",
        waiting,
    )
    return " " + said % {"count": waiting}


@posted("desk:mine")
def own_absence_end(request: DeskRequest, key: int) -> HttpResponse:
    get_object_or_404(Absence, id=key, staff=_own(request))
    return acted(request, lambda: staffing.end_absence(key, today()), _("The absence has ended."), reverse("desk:mine"))


def lend(request: DeskRequest) -> HttpResponse:
    """授权: one or some of the own posts to one colleague, all of them or none."""
    own = _own(request)
    choices = [
        (each.holding.pk, f"{in_reader_language(each.label)} · {each.holding.unit.name}")
        for each in _posts(own)
        if each.lendable
    ]
    return form_page(
        request,
        LendForm(request.POST or None, choices=choices, initial={"from_date": today()}),
        lambda given: _lend(own, given),
        title=_("Lend my post to a deputy"),
        submit=_("Lend the post"),
        done=_("The post is lent. You can take it back at any time."),
        back=reverse("desk:mine"),
        own=True,
        lead=_(
            "The deputy acts with your post on these days only, never with more than you hold, and cannot lend it on. "
            "The record says on whose behalf."
        ),
    )


@transaction.atomic
def _lend(own: int, given: Mapping[str, Any]) -> None:
    for holding in given["holding"]:
        asked = Lending(
            holding=int(holding),
            deputy=given["deputy"].id,
            from_date=given["from_date"],
            to_date=given["to_date"],
            reason=given["reason"],
        )
        lending.lend(own, asked, today(), timezone.now())


@posted("desk:mine")
def lend_end(request: DeskRequest, key: int) -> HttpResponse:
    return acted(
        request,
        lambda: lending.take_back(key, _own(request), timezone.now()),
        _("The post is yours alone again."),
        reverse("desk:mine"),
    )
