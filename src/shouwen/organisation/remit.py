"""管理范围: what an administrator may touch: the own unit and what is below it, and nobody's own duties (`core.granting`)."""

from collections.abc import Iterable
from datetime import date

from shouwen.core.duties import Duty
from shouwen.core.granting import administers, may_grant
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.models import Holding, Unit
from shouwen.organisation.staffing import running


def line_of(unit_id: int | None) -> tuple[int, ...]:
    """The unit ids from the head office down to a unit, as the database has them now."""
    line: list[int] = []
    while unit_id is not None:
        line.insert(0, unit_id)
        unit_id = Unit.objects.values_list("parent_id", flat=True).get(id=unit_id)
    return tuple(line)


def has_unit(actor: Actor, unit_id: int | None) -> bool:
    return administers(actor, line_of(unit_id))


def require_unit(actor: Actor, unit_id: int | None, field: str | None = None) -> None:
    """Refuse a unit that is neither this administrator's nor below."""
    if not has_unit(actor, unit_id):
        raise Refusal(
            "beyond-your-unit",
            Text(
                "该机构不在您的管理范围内，请联系其上级机构的系统管理员。",
                "This unit is not yours to administer. Ask the administrator of a unit above it.",
            ),
            field=field,
        )


def require_whole_bank(actor: Actor) -> None:
    """Refuse what concerns the whole bank to all but the administrators of the head office."""
    require_unit(actor, Unit.objects.filter(parent=None).values_list("id", flat=True).first())


def require_other(actor: Actor, staff_id: int | None) -> None:
    """Refuse an administrator's own duties: nobody grants anything to themself."""
    if actor.id == staff_id:
        raise Refusal(
            "own-duties",
            Text(
                "不能更改自己的岗位，请由另一位系统管理员办理。",
                "Nobody changes the own duties. Another administrator does.",
            ),
        )


def require_grant(actor: Actor, duty: str, unit_id: int, staff_id: int) -> None:
    """Refuse to give or to end a duty that this administrator may not grant at the unit."""
    require_other(actor, staff_id)
    require_unit(actor, unit_id, "unit")
    if duty in set(Duty) and not may_grant(actor, Duty(duty), line_of(unit_id)):
        raise Refusal(
            "beyond-your-grant",
            Text(
                f"“{Duty(duty).label.zh}”只能由总行的系统管理员授予或结束。",
                f"The duty “{Duty(duty).label.en}” is given and ended by an administrator of the head office.",
            ),
            field="duty",
        )


def require_person(actor: Actor, unit_id: int, staff_id: int, today: date) -> None:
    """Refuse a person of another part of the bank, or who holds a duty there that this administrator could not give.

    Otherwise a password code or a stopped account would reach further than the duties of who makes it.
    """
    require_unit(actor, unit_id)
    for duty, at in _held(staff_id, today):
        if not may_grant(actor, Duty(duty), line_of(at)):
            raise Refusal(
                "beyond-your-grant",
                Text(
                    "此人在您的管理范围以外任职，或任总行授予的岗位，请由总行系统管理员办理。",
                    "This person holds a duty that you could not give. An administrator of the head office does this.",
                ),
            )


def _held(staff_id: int, today: date) -> Iterable[tuple[str, int]]:
    return running(Holding.objects.filter(staff=staff_id), today).values_list("duty", "unit_id")
