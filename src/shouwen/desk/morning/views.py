"""早间看板的页面: the board of a duty as a page, on paper, and on a wall. A view reads duty and unit from the address, asks, and renders."""

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.core.duties import Duty, reach_of
from shouwen.core.people import Actor, Unit
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.morning import department, hotline, leader, union
from shouwen.desk.morning.asking import Morning
from shouwen.desk.morning.parts import Board
from shouwen.organisation.directory import directory

REFRESH_SECONDS = 60


class Duties(msgspec.Struct, frozen=True):
    """A board and the duties whose morning it is."""

    title: Text
    duties: frozenset[Duty]
    board: Callable[[Morning], Board]


BOARDS = {
    "hotline": Duties(Text("热线", "Hotline"), frozenset({Duty.HOTLINE_SUPERVISOR, Duty.HOTLINE_AGENT}), hotline.board),
    "union": Duties(Text("工会", "Union"), frozenset({Duty.UNION_OFFICER}), union.board),
    "leader": Duties(Text("第一责任人", "Leader"), frozenset({Duty.LEADER}), leader.board),
    "department": Duties(Text("职能部门", "Department"), frozenset({Duty.FUNCTIONAL_OFFICER}), department.board),
}


class Asked(msgspec.Struct, frozen=True):
    """Whose board of which unit; `units` are the highest that this person looks after in this duty."""

    name: str
    unit: Unit
    units: tuple[Unit, ...]

    def query(self, **changed: str) -> str:
        return urlencode({"board": self.name, "unit": self.unit.code, **changed})


def boards_of(actor: Actor) -> list[str]:
    """看板 of the duties that this person holds, own or lent."""
    return [name for name, board in BOARDS.items() if not actor.duties.isdisjoint(board.duties)]


def roots(actor: Actor, name: str) -> tuple[Unit, ...]:
    """The highest units that the posts of this board look after."""
    reached = {reach_of(post) for post in actor.posts if post.duty in BOARDS[name].duties}
    units = [unit for each in reached if (unit := directory().unit(each)) is not None]
    return tuple(sorted((unit for unit in units if reached.isdisjoint(unit.line[:-1])), key=lambda unit: unit.path))


def asked_of(request: DeskRequest) -> Asked:
    """A board that is not this person's, and a unit outside its reach, are not there."""
    held = boards_of(request.actor)
    name = request.GET.get("board", "") or (held[0] if held else "")
    if name not in held:
        raise Http404
    units, code = roots(request.actor, name), request.GET.get("unit", "")
    unit = directory().unit_by_code(code) if code else next(iter(units), None)
    if unit is None or all(root.id not in unit.line for root in units):
        raise Http404
    return Asked(name, unit, units)


@require_safe
@cache_control(no_store=True, private=True)
def morning(request: DeskRequest) -> HttpResponse:
    """早间看板: five questions on one screen and on one sheet of A4."""
    asked = asked_of(request)
    here = reverse("desk:morning")
    return render(
        request,
        "desk/morning/page.html",
        {
            **_told(request, asked),
            "switch": [
                (BOARDS[name].title, f"{here}?{urlencode({'board': name})}", name == asked.name)
                for name in boards_of(request.actor)
            ],
            "units": [
                (unit.name, f"{here}?{asked.query(unit=unit.code)}", unit.id in asked.unit.line) for unit in asked.units
            ],
            "wall": f"{reverse('desk:morning_wall')}?{asked.query()}",
        },
    )


@require_safe
@cache_control(no_store=True, private=True)
def wall(request: DeskRequest) -> HttpResponse:
    """墙屏: the same figures from afar, without links, names or anything of a single complaint; asks for itself anew every minute.

    A session ends twelve hours after the sign-in whatever is asked meanwhile: a wall does not keep one alive (docs/dashboards.md).
    """
    asked = asked_of(request)
    return render(
        request,
        "desk/morning/wall.html",
        {
            **_told(request, asked),
            "every": REFRESH_SECONDS,
            "here": f"{reverse('desk:morning_wall')}?{asked.query()}",
            "back": f"{reverse('desk:morning')}?{asked.query()}",
        },
    )


def _told(request: DeskRequest, asked: Asked) -> dict[str, object]:
    at = Morning(request.actor, asked.unit, timezone.now())
    return {"board": BOARDS[asked.name].board(at), "unit": asked.unit, "made_at": at.now}
